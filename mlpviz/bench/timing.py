"""Engines in turn: A B C A B C …, so that whatever else the machine does meets all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# Trains for about so many seconds; returns the epochs it made and the seconds they took.
Slot = Callable[[float], tuple[int, float]]


class EngineFailed(Exception):
    """An engine did not do what it was asked. The text is one line for people."""


@dataclass(slots=True)
class Speeds:
    """What was measured: the median epochs a second of each engine, and why an engine has none."""

    medians: dict[str, float] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


class Timed:
    """A slot of an engine in this process, which is told how many epochs to make."""

    def __init__(self, epochs: Callable[[int], None]) -> None:
        self._epochs = epochs
        self._count = 0

    def __call__(self, seconds: float) -> tuple[int, float]:
        """Train for about so many seconds; the first call finds out how many epochs that is."""
        if not self._count:
            self._count = self._epochs_in(seconds)
        began = time.perf_counter()
        self._epochs(self._count)
        return self._count, time.perf_counter() - began

    def _epochs_in(self, seconds: float) -> int:
        count = 1
        while True:
            began = time.perf_counter()
            self._epochs(count)
            took = time.perf_counter() - began
            if took > seconds / 8:
                return max(1, round(count * seconds / took))
            count *= 4


def alternate(engines: Mapping[str, Slot], slots: int, seconds: float) -> Speeds:
    """Slots of every engine in turn. The first slot of each only warms it up; an engine that fails is left out."""
    speeds: dict[str, list[float]] = {name: [] for name in engines}
    found = Speeds()
    for turn in range(slots + 1):
        for name, slot in engines.items():
            if name in found.failures:
                continue
            try:
                epochs, took = slot(seconds)
            except EngineFailed as failure:
                found.failures[name] = str(failure)
                continue
            if turn:
                speeds[name].append(epochs / took)
    found.medians = {name: statistics.median(all_) for name, all_ in speeds.items() if name not in found.failures}
    return found
