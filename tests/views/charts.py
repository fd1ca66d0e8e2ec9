"""Made-up errors for the chart of error against width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mlpviz.document.document import SweepPoint
from mlpviz.views.universality.chart_data import ChartSource
from mlpviz.views.universality.tolerance import smallest_known

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
LIMITS = tuple((width, 0.5 / (1 + width) ** 1.5) for width in range(257))
ADAM = (0.5, 0.5, 0.45, 0.4, 0.3, 0.12, 0.06, 0.02, 0.03)


def points(
    method: str, errors: Sequence[float], seeds: int = 1, activation: str = "relu", apart: float = 0.2
) -> list[SweepPoint]:
    """One net a width and seed; the errors of the seeds are `apart`, the middle one's is as given."""
    found = []
    for width, error in zip(WIDTHS, errors, strict=False):
        for seed in range(seeds):
            sup = error * (1 + apart * (seed - seeds // 2))
            found.append(SweepPoint(activation, width, method, seed, sup, sup / 2, 1.0, np.zeros(1)))
    return found


def source(**changes: Any) -> ChartSource:
    """A finished sweep of ReLU nets over a g of range 1."""
    built = points("constructed", [1.02 * dict(LIMITS)[width] for width in WIDTHS])
    everything = [
        *built,
        *points("adam", ADAM, 5),
        *points("gd", [2 * error for error in ADAM], 5),
        *points("random", [0.5 / width**0.5 for width in WIDTHS]),
        *points("interpolant", [0.9 / width**1.4 for width in WIDTHS]),
        *points("curvature", [0.7 / width**1.4 for width in WIDTHS]),
        *points("steps", [0.6 / width for width in WIDTHS]),
    ]
    usual = ChartSource(
        activation="relu",
        widths=WIDTHS,
        span=1.0,
        points=tuple(everything),
        limits=LIMITS,
        bound=True,
        floor=(0.3, "t² activation,\nany width"),
        methods=("adam", "gd"),
        seeds=5,
        trained_span=1.0,
        chosen=(8, "constructed", 0),
        smallest=lambda tolerance: smallest_known("relu", LIMITS, built, tolerance),
    )
    return replace(usual, **changes)
