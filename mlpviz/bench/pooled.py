"""A sweep with several nets at once, on threads (the window) and processes (the command line), against one a time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mlpviz.bench.machine import yardstick
from mlpviz.data.strokes import preset, smoothed
from mlpviz.document.document import SweepSpec
from mlpviz.experiments.pool import cores
from mlpviz.experiments.processes import processes
from mlpviz.experiments.sweep import sweep
from mlpviz.experiments.work import here, works
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.trainer import chosen_backend
from mlpviz.universality.target import target_of

JOBS = 2
ACTIVATIONS = ("relu", "tanh")
METHODS = ("constructed", "adam", "gd", "random", "interpolant")
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
ROUNDS, STEPS = 3, 8000
QUICK_ROUNDS, QUICK_STEPS = 3, 1500


def run(quick: bool = False) -> list[dict[str, Any]]:
    """Rows for each activation on threads, and for all of them on processes; quick: fewer updates of each net."""
    rounds, steps = (QUICK_ROUNDS, QUICK_STEPS) if quick else (ROUNDS, STEPS)
    rows = [measure(SweepSpec(activation, WIDTHS, ("adam",), 1, steps=steps), rounds) for activation in ACTIVATIONS]
    return [*rows, table(WIDTHS, steps, rounds)]


def measure(spec: SweepSpec, rounds: int) -> dict[str, Any]:
    """A sweep on threads."""
    seconds(replace(spec, widths=(1, 2), steps=10), JOBS)
    work = f"1-W-1, W = {spec.widths[0]} … {spec.widths[-1]}, {spec.activation}, {spec.methods[0]}"
    return _row("threads", work, rounds, lambda jobs: seconds(spec, jobs))


def table(widths: tuple[int, ...], steps: int, rounds: int) -> dict[str, Any]:
    """The command's table by all usual methods on processes, their start included."""
    found = works(ACTIVATIONS, widths, METHODS, 1, steps, chosen_backend(TrainingConfig()))
    target = target_of(smoothed(preset("hills")))

    def never() -> bool:
        return False

    def taken(jobs: int) -> float:
        began = time.perf_counter()
        for _ in here(found, target, never) if jobs == 1 else processes(found, target, jobs, never):
            pass
        return time.perf_counter() - began

    return _row("processes", f"{', '.join(ACTIVATIONS)}; all methods", rounds, taken)


def _row(by: str, work: str, rounds: int, taken: Callable[[int], float]) -> dict[str, Any]:
    """Both ways in turn; medians, and the median of each round's ratio."""
    yard = yardstick()
    pairs = [(taken(1), taken(JOBS)) for _ in range(rounds)]
    return {
        "by": by,
        "work": work,
        "backend": chosen_backend(TrainingConfig()),
        "cores": cores(),
        "jobs": JOBS,
        "one_seconds": statistics.median(one for one, _ in pairs),
        "jobs_seconds": statistics.median(several for _, several in pairs),
        "ratio": statistics.median(one / several for one, several in pairs),
        "yardstick_seconds": yard,
    }


def seconds(spec: SweepSpec, jobs: int) -> float:
    """What a sweep takes with so many nets at once."""
    began = time.perf_counter()
    for _ in sweep(preset("hills"), spec, jobs=jobs):
        pass
    return time.perf_counter() - began


def lines(rows: list[dict[str, Any]]) -> list[str]:
    """The result as text."""
    title = "a sweep of widths, several nets at once (on threads NumPy trains one after another, whatever is asked for)"
    return [title, *map(_line, rows)]


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['work']:42} {row['backend']:10} one {row['one_seconds']:.2f} s, "
        f"{row['jobs']} {row['by']} {row['jobs_seconds']:.2f} s, {row['ratio']:.2f}× on {row['cores']} cores"
    )
