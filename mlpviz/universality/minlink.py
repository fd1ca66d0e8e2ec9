"""The best continuous polyline with so many pieces: its largest error Lim(W), and one that has it.

A ReLU net of W units is a continuous polyline with at most W kinks: its largest error is at least Lim(W), that of the
best polyline with W + 1 pieces and free knots. Lim is found exactly: an error ε can be had if the minimum-link path
through the tube g ± ε has that many links at most.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlpviz.nn.compiled import loading
from mlpviz.nn.layout import Array
from mlpviz.universality import tube

# Two neighbouring brackets: as near as float64 arithmetic on the tube tells them apart.
PRECISION = 1e-13
# Errors below this many units in the last place of the samples are rounding.
ROUNDING = 8.0


@dataclass(frozen=True, eq=False, slots=True)
class Links:
    """A minimum-link path through g ± ε, x being the sample's number 0 … n − 1.

    Attributes:
        slopes, offsets: (k,) its lines y = m x + q, from the left.
        windows: (k − 1, tube.COLUMNS) between successive lines.
    """

    slopes: Array
    offsets: Array
    windows: Array


def _compiled_walk() -> Any:
    """The compiled `tube.walk`, which makes the same bits, if the kernels are in this process; else None."""
    if not loading.loaded():
        return None
    return importlib.import_module("mlpviz.universality.compiled").walk


class Walker:
    """Walks through tubes around one g, (n,) samples, with room made once."""

    def __init__(self, g: Array, most: int) -> None:
        self._compiled = _compiled_walk()
        self._most = min(most, len(g))
        n, m = len(g), self._most
        if self._compiled is not None:
            self._g: Any = np.ascontiguousarray(g)
            self._room: Any = (
                np.zeros(m + 1),
                np.zeros(m + 1),
                np.zeros((m, tube.COLUMNS)),
                np.zeros((2, 2, n + 2)),
                np.zeros((2, 6)),
            )
        else:  # lists are several times faster than arrays where every number is touched one by one
            self._g = g.tolist()
            self._room = (
                [0.0] * (m + 1),
                [0.0] * (m + 1),
                [[0.0] * tube.COLUMNS for _ in range(m)],
                [[[0.0] * (n + 2) for _ in range(2)] for _ in range(2)],
                [[0.0] * 6 for _ in range(2)],
            )

    def count(self, eps: float) -> int:
        """How many links there are at ε; one more than the most asked for where those do not suffice."""
        walk = self._compiled or tube.walk
        return int(walk(self._g, eps, self._most, *self._room))

    def links(self, eps: float) -> Links | None:
        """The path at ε; None where it needs more links than the most asked for."""
        count = self.count(eps)
        if count > self._most:
            return None
        slopes, offsets, windows = (np.array(part, dtype=np.float64) for part in self._room[:3])
        return Links(slopes[:count], offsets[:count], windows[: count - 1])


def limits(g: Array, widths: Sequence[int]) -> Array:
    """Lim(W) for each W ≥ 0, (len(widths),): the least largest error of a continuous polyline with W + 1 pieces.

    Args:
        g: (n,) equidistant samples; g is the polyline through them.
    """
    asked = sorted(set(widths))
    high = float(np.max(g)) / 2 - float(np.min(g)) / 2
    if high == 0 or not asked:
        return np.zeros(len(widths))
    # Every ε narrows all widths' brackets.
    middle = float(np.max(g)) / 2 + float(np.min(g)) / 2
    unit = (g - middle) / high
    walker = Walker(unit, asked[-1] + 1)
    least = rounding(unit)
    lower, upper = np.zeros(len(asked)), np.ones(len(asked))
    pieces = np.array(asked) + 1
    upper[pieces >= walker.count(least)] = 0.0
    for place in range(len(asked)):
        while upper[place] - lower[place] > PRECISION * upper[place]:
            eps = _between(max(float(lower[place]), least), float(upper[place]))
            if not lower[place] < eps < upper[place]:
                break
            enough = int(np.searchsorted(pieces, walker.count(eps)))
            np.maximum(lower[:enough], eps, out=lower[:enough])
            np.minimum(upper[enough:], eps, out=upper[enough:])
    found = dict(zip(asked, upper.tolist(), strict=True))
    return np.array([found[width] * high for width in widths])


def pieces_within(g: Array, tolerance: float) -> int:
    """The fewest pieces of a continuous polyline whose largest error is at most `tolerance` > 0, in units of g."""
    high, middle = float(np.max(g)) / 2 - float(np.min(g)) / 2, float(np.max(g)) / 2 + float(np.min(g)) / 2
    if tolerance >= high:
        return 1
    unit = (g - middle) / high
    return Walker(unit, len(g)).count(max(tolerance / high, rounding(unit)))


def rounding(g: Array) -> float:
    """The error that rounding of the samples may make."""
    return ROUNDING * float(np.finfo(np.float64).eps) * float(np.max(np.abs(g)))


def _between(low: float, high: float) -> float:
    """The middle of a bracket; of a wide one, the geometric."""
    return math.sqrt(low * high) if high > 4 * low else 0.5 * (low + high)


def path(g: Array, pieces: int, limit: float | None = None) -> tuple[Array, Array]:
    """Knots (x, y) on [0, 1] of a polyline with at most so many pieces that has Lim(pieces − 1), given or found."""
    if limit is None:
        limit = float(limits(g, (pieces - 1,))[0])
    walker = Walker(g, pieces)
    eps = max(limit, rounding(g - float(np.mean(g))), float(np.finfo(np.float64).tiny) * 1e6)
    links, step = walker.links(eps), 4 * PRECISION * eps
    while links is None:  # the limit is that of g scaled: other rounding, which may be much to a tiny ε
        links, eps, step = walker.links(eps + step), eps + step, 2 * step
    x = knots(links, len(g))
    slopes, offsets = links.slopes, links.offsets
    line = np.minimum(np.arange(len(x)), len(slopes) - 1)
    return x / (len(g) - 1), slopes[line] * x + offsets[line]


def knots(links: Links, n: int) -> Array:
    """Where the lines of a path meet, with both ends, (k + 1,), in numbers of samples: within their windows."""
    slopes, offsets, windows = links.slopes, links.offsets, links.windows
    with np.errstate(all="ignore"):
        cross = -np.diff(offsets) / np.diff(slopes)
    low, high = windows[:, tube.P_X], windows[:, tube.B_X]
    inner = np.where(np.isfinite(cross), np.clip(cross, low, high), high)
    return np.concatenate([[0.0], inner, [n - 1.0]])
