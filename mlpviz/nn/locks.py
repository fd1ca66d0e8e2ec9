"""Parameters that training leaves alone: whole layers, units or single weights."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, check_whole, shown
from mlpviz.nn.layout import layout

_TEXT = re.compile(r"(\d{1,3})(?:\.(\d{1,5})(?:\.(\d{1,5}|b))?)?")
_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Lock:
    """What is locked, all counted from 0: a layer, or one of its units, or the weight of that unit from one source.

    `Lock(0)` is the first hidden layer, `Lock(0, 2)` its third unit with all weights and its bias, `Lock(0, 2, 1)` that
    unit's weight from the second input. The output layer comes last. −1, the default, stands for all; a source equal to
    the number of the layer's sources is the bias. On the command line (`--lock 1.3.2`) everything counts from 1.

    Raises UserError for anything else.
    """

    layer: int
    unit: int = -1
    source: int = -1

    def __post_init__(self) -> None:
        check_whole(self.layer, 0, _LIMIT, "The layer of a lock")
        check_whole(self.unit, -1, _LIMIT, "The unit of a lock")
        check_whole(self.source, -1, _LIMIT, "The source of a lock")
        if self.unit < 0 <= self.source:
            raise UserError("A lock on one weight must name its unit.")

    def covers(self, layer: int, unit: int, source: int) -> bool:
        """Whether the parameter is locked by this."""
        return self.layer == layer and self.unit in (-1, unit) and self.source in (-1, source)


def fits(lock: Lock, sizes: tuple[int, ...]) -> bool:
    """Whether a network with these layer sizes has what is locked."""
    return lock.layer < len(sizes) - 1 and lock.unit < sizes[lock.layer + 1] and lock.source <= sizes[lock.layer]


def check_locks(locks: Iterable[Lock], sizes: tuple[int, ...]) -> None:
    """Raise UserError for a lock on what a network with these layer sizes does not have."""
    for lock in locks:
        if fits(lock, sizes):
            continue
        if lock.layer >= len(sizes) - 1:
            raise UserError(f"A lock names layer {lock.layer + 1}; the network has {len(sizes) - 1}.")
        if lock.unit >= sizes[lock.layer + 1]:
            raise UserError(f"A lock names unit {lock.unit + 1} of a layer of {sizes[lock.layer + 1]}.")
        raise UserError(f"A lock names source {lock.source + 1} of a unit that has {sizes[lock.layer]} and a bias.")


def locked_mask(locks: tuple[Lock, ...], sizes: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which parameters are locked, (θ's length,)."""
    mask = np.zeros(layout(sizes).size, dtype=bool)
    matrices = layout(sizes).matrices(mask)
    for lock in locks:
        if lock.layer < len(matrices):
            rows = slice(None) if lock.unit < 0 else slice(lock.unit, lock.unit + 1)
            columns = slice(None) if lock.source < 0 else slice(lock.source, lock.source + 1)
            matrices[lock.layer][rows, columns] = True
    return mask


def parse_lock(text: str, sizes: tuple[int, ...]) -> Lock:
    """A lock from text, all counted from 1: "2" a layer, "2.1" a unit, "2.1.3" a weight, "2.1.b" a bias."""
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise UserError(f"{shown(text)} is no lock; write a layer as 2, a unit as 2.1, a weight as 2.1.3 or 2.1.b.")
    layer, unit, source = match.groups()
    at = int(layer) - 1
    last = sizes[at] if source == "b" and 0 <= at < len(sizes) - 1 else int(source or 0) - 1 if source != "b" else 0
    if at < 0 or unit == "0" or source == "0":
        raise UserError(f"{shown(text)}: layers, units and sources count from 1.")
    lock = Lock(at, int(unit or 0) - 1, last)
    check_locks([lock], sizes)
    return lock
