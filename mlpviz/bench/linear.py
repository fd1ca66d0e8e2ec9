"""How the time of an epoch grows with the rows and with the parameters; the exponent ought to be 1."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mlpviz.bench.machine import yardstick
from mlpviz.bench.timing import Timed
from mlpviz.bench.work import Ours, Work, ours_on

ROWS = tuple(250 * 2**k for k in range(11))
WIDTHS = tuple(2**k for k in range(1, 11))
ROUNDS, SECONDS = 5, 0.12
QUICK_ROUNDS, QUICK_SECONDS = 3, 0.03
QUICK_ROWS, QUICK_WIDTHS = 7, 8


def by_rows(rows: int) -> Work:
    """The work whose rows grow."""
    return Work((2, 8, 8, 1), rows, 32, "sgd", 0.001)


def by_width(width: int) -> Work:
    """The work whose parameters grow."""
    return Work((16, width, width, 1), 512, 64, "sgd", 0.001)


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """p of seconds ∝ n^p by least squares in log–log, over the upper half of n, where fixed costs have faded."""
    upper = np.log(sorted(points)[len(points) // 2 :])
    return float(np.polyfit(upper[:, 0], upper[:, 1], 1)[0])


def measure(works: Sequence[Work], count: Callable[[Work], int], rounds: int, seconds: float) -> list[dict[str, Any]]:
    """A line for every backend that takes all of the works: medians of rounds over all sizes in turn."""
    engines: dict[str, list[Ours]] = {}
    for work in works:
        for name, engine in ours_on(work)[0].items():
            engines.setdefault(name, []).append(engine)
    lines = []
    for name, all_ in engines.items():
        if len(all_) < len(works):
            continue
        slots = [Timed(engine.epochs) for engine in all_]
        seen: list[list[float]] = [[] for _ in slots]
        for _ in range(rounds):
            for slot, values in zip(slots, seen, strict=True):
                epochs, took = slot(seconds)
                values.append(took / epochs)
        points = [(count(work), statistics.median(values)) for work, values in zip(works, seen, strict=True)]
        lines.append({"backend": name, "points": points, "exponent": exponent(points)})
    return lines


def run(quick: bool = False) -> list[dict[str, Any]]:
    """Both growths; quick: to smaller sizes, in shorter slots."""
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    rows = ROWS[:QUICK_ROWS] if quick else ROWS
    widths = WIDTHS[:QUICK_WIDTHS] if quick else WIDTHS
    growths: tuple[tuple[str, str, list[Work], Callable[[Work], int]], ...] = (
        ("rows", "2-8-8-1, batch 32, sgd", [by_rows(n) for n in rows], lambda work: work.rows),
        ("parameters", "16-n-n-1, 512 rows, batch 64, sgd", [by_width(n) for n in widths], lambda work: work.size),
    )
    return [
        {"by": by, "work": name, "yardstick_seconds": yardstick(), "lines": measure(works, count, rounds, seconds)}
        for by, name, works, count in growths
    ]


def lines(growths: list[dict[str, Any]]) -> list[str]:
    """The result as text."""
    found = ["seconds per epoch against size (exponent of the upper half; 1 is linear)"]
    for growth in growths:
        for line in growth["lines"]:
            (first, fast), (last, slow) = line["points"][0], line["points"][-1]
            found.append(
                f"by {growth['by']:10} {growth['work']:34} {line['backend']:10} exponent {line['exponent']:.3f}; "
                f"{fast:.3g} s at {first:,} to {slow:.3g} s at {last:,}"
            )
    return found
