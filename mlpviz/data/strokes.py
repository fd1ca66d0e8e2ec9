"""Functions drawn by hand: strokes, presets, smoothing, the polyline through 512 samples on [0, 1]."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array

SAMPLES = 512


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """A function g: [0, 1] → R as drawn.

    Attributes:
        raw: (SAMPLES,) float64, read-only: y at x = 0, 1/511, …, 1, before smoothing.
        smooth: σ of the Gaussian, in samples; 0 is none.
        source: a preset's id, "drawn", or a file's name.
    """

    raw: Array
    smooth: float = 2.0
    source: str = "drawn"


def grid() -> Array:
    """The abscissae of the samples, (SAMPLES,)."""
    return np.linspace(0.0, 1.0, SAMPLES)
