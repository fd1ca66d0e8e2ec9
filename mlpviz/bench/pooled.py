"""A sweep with its nets trained several at once, against the same sweep one net after another."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from typing import Any

from mlpviz.bench.machine import yardstick
from mlpviz.data.strokes import preset
from mlpviz.document.document import SweepSpec
from mlpviz.experiments.pool import cores
from mlpviz.experiments.sweep import sweep
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.trainer import chosen_backend

JOBS = 2
ACTIVATIONS = ("relu", "tanh")
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
ROUNDS, STEPS = 3, 8000
QUICK_ROUNDS, QUICK_STEPS = 3, 1500


def run(quick: bool = False) -> list[dict[str, Any]]:
    """A row for each activation; quick: fewer updates of each net."""
    rounds, steps = (QUICK_ROUNDS, QUICK_STEPS) if quick else (ROUNDS, STEPS)
    return [measure(SweepSpec(activation, WIDTHS, ("adam",), 1, steps=steps), rounds) for activation in ACTIVATIONS]


def measure(spec: SweepSpec, rounds: int) -> dict[str, Any]:
    """Both ways in turn, after a short warm-up; medians, and the median of each round's ratio."""
    seconds(replace(spec, widths=(1, 2), steps=10), JOBS)
    yard = yardstick()
    pairs = [(seconds(spec, 1), seconds(spec, JOBS)) for _ in range(rounds)]
    return {
        "work": f"1-W-1, W = {spec.widths[0]} … {spec.widths[-1]}, {spec.activation}, {spec.methods[0]}",
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
    title = "a sweep of widths, several nets at once (NumPy trains one after another, whatever is asked for)"
    return [title, *map(_line, rows)]


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['work']:42} {row['backend']:10} one {row['one_seconds']:.2f} s, "
        f"{row['jobs']} at once {row['jobs_seconds']:.2f} s, {row['ratio']:.2f}× on {row['cores']} cores"
    )
