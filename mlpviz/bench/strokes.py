"""Strokes as a hand might draw them, by seed: smooth ones and polylines, half of each."""

from __future__ import annotations

import numpy as np

from mlpviz.data.strokes import Drawn, grid, smoothed
from mlpviz.nn.layout import Array, frozen


def stroke(seed: int) -> Array:
    """g of a random stroke, (SAMPLES,): through 4 to 9 random knots, by PCHIP or by straight lines, smoothed."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(4, 10))
    x = np.concatenate([[0.0], np.sort(rng.uniform(0.05, 0.95, k - 2)), [1.0]])
    y = rng.uniform(-1.0, 1.0, k)
    values = pchip(x, y, grid()) if smooth(seed) else np.interp(grid(), x, y)
    return smoothed(Drawn(frozen(values), 2.0))


def smooth(seed: int) -> bool:
    """Whether a stroke is a smooth one."""
    return seed % 2 == 0


def pchip(x: Array, y: Array, at: Array) -> Array:
    """The monotone piecewise cubic through knots (Fritsch and Carlson 1980, with Butland's slopes)."""
    h, slope = np.diff(x), np.diff(y) / np.diff(x)
    d = np.zeros(len(x))
    for i in range(1, len(x) - 1):
        if slope[i - 1] * slope[i] > 0:
            w1, w2 = 2 * h[i] + h[i - 1], h[i] + 2 * h[i - 1]
            d[i] = (w1 + w2) / (w1 / slope[i - 1] + w2 / slope[i])
    d[0], d[-1] = _end(h[0], h[1], slope[0], slope[1]), _end(h[-1], h[-2], slope[-1], slope[-2])
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(h) - 1)
    t = (at - x[k]) / h[k]
    values: Array = (
        y[k] * (1 + 2 * t) * (1 - t) ** 2
        + d[k] * h[k] * t * (1 - t) ** 2
        + y[k + 1] * t**2 * (3 - 2 * t)
        + d[k + 1] * h[k] * t**2 * (t - 1)
    )
    return values


def _end(h0: float, h1: float, s0: float, s1: float) -> float:
    d = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1)
    if d * s0 <= 0:
        return 0.0
    return 3 * s0 if s0 * s1 <= 0 and abs(d) > 3 * abs(s0) else d
