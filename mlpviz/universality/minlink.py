"""The best continuous polyline with so many pieces: its largest error Lim(W), and one that has it.

A ReLU net of W units is a continuous polyline with at most W kinks: its largest error is at least Lim(W), that of the
best polyline with W + 1 pieces and free knots. Lim is found exactly: an error ε can be had if the minimum-link path
through the tube g ± ε has that many links at most.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array
from mlpviz.universality import tube
from mlpviz.universality.legs import Legs, Room

# Two neighbouring brackets: as near as float64 arithmetic on the tube tells them apart.
PRECISION, ULP = 1e-13, 2.0**-52
# Brackets narrower than this, relatively, are looked into for what decides; again when so many times narrower.
NEAR, AGAIN = 1e-4, 1e-2
# Errors below this many units in the last place of the samples are rounding.
ROUNDING = 8.0
P_X, P_Y, B_X, B_Y, SIDE = range(5)  # the columns of a window
WINDOW = 5


@dataclass(frozen=True, eq=False, slots=True)
class Links:
    """A minimum-link path through g ± ε, x being the sample's number 0 … n − 1.

    Attributes:
        slopes, offsets: (k,) its lines y = m x + q, from the left.
        windows: (k − 1, 5) between successive lines: P, where the left one touches the tube last, B, where it meets the
            other edge, and +1 where P is on the ceiling, −1 where on the floor.
        end: y at n − 1.
    """

    slopes: Array
    offsets: Array
    windows: Array
    end: float


class Walker:
    """Walks through tubes around one g, (n,) samples, with room made once."""

    def __init__(self, g: Array, most: int) -> None:
        self._g, self._most = g, min(most, len(g))
        self._room = Room(g, self._most)

    def count(self, eps: float) -> int:
        """How many links there are at ε; one more than the most asked for where those do not suffice."""
        return self._room.walk(eps, tube.FIRST, len(self._g))

    def links(self, eps: float) -> Links | None:
        """The path at ε; None where it needs more links than the most asked for."""
        count = self.count(eps)
        if count > self._most:
            return None
        lines = np.array(self._room.lines[:count], dtype=np.float64)
        links = np.array(self._room.links[: count - 1], dtype=np.int64).reshape(-1, tube.COLUMNS)
        slopes, y, touch = lines[:, tube.SLOPE], lines[:, tube.P_Y], links[:, tube.TOUCH]
        offsets = y - slopes * np.append(touch, len(self._g) - 1.0)
        windows = np.stack([touch, y[:-1], *lines[:-1, [tube.B_X, tube.B_Y]].T, links[:, tube.SIDE]], axis=1)
        return Links(slopes, offsets, windows, float(y[-1]))


def limits(g: Array, widths: Sequence[int]) -> Array:
    """Lim(W) for each W ≥ 0, (len(widths),): the least largest error of a continuous polyline with W + 1 pieces.

    Args:
        g: (n,) equidistant samples; g is the polyline through them.
    """
    asked = sorted(set(widths))
    high = float(np.max(g)) / 2 - float(np.min(g)) / 2
    if high == 0 or not asked:
        return np.zeros(len(widths))
    middle = float(np.max(g)) / 2 + float(np.min(g)) / 2
    found = dict(zip(asked, _Brackets((g - middle) / high, asked).narrowed(), strict=True))
    return np.array([found[width] * high for width in widths])


class _Brackets:
    """Each width's bracket of Lim: with its lower end, W + 1 pieces do not suffice, with the upper one they do.

    Args:
        g: (n,) from −1 to 1. widths: ascending.
    """

    def __init__(self, g: Array, widths: Sequence[int]) -> None:
        self._pieces = [width + 1 for width in widths]
        self._legs = Legs(g, self._pieces[-1])
        self._least = rounding(g)
        self._lower, self._upper = [0.0] * len(widths), [1.0] * len(widths)
        exact = self._places_from(self._legs.count(self._least))
        self._upper[exact:] = [0.0] * (len(widths) - exact)

    def _places_from(self, count: int) -> int:
        """Where the widths begin that so many pieces do for."""
        return bisect_left(self._pieces, count)

    def narrowed(self) -> list[float]:
        """The upper ends, once no bracket is wider than float64 arithmetic on the tube tells apart."""
        for place in range(len(self._pieces)):
            self._narrow(place)
        return self._upper

    def _narrow(self, place: int) -> None:
        """By halves; when near, by what is likely to be Lim, which then needs to be seen from both sides."""
        near = NEAR
        while (width := self._upper[place] - self._lower[place]) > self._finest(place):
            likely = None
            if width < near * self._upper[place]:
                near = AGAIN * width / self._upper[place]
                likely = self._legs.event(self._lower[place], self._upper[place])
            if likely is None or not self._seen_from_both_sides(place, likely):
                eps = _between(max(self._lower[place], self._least), self._upper[place])
                if not self._lower[place] < eps < self._upper[place]:
                    return
                self._count(eps)

    def _seen_from_both_sides(self, place: int, likely: float) -> bool:
        """Count a quarter of the finest bracket above it, then on its other side."""
        step = self._finest(place)
        eps = min(likely + 0.25 * step, self._upper[place] - 0.5 * step)
        if not self._lower[place] < eps < self._upper[place]:
            return False
        self._count(eps)
        other = eps - 0.75 * step if self._upper[place] == eps else eps + 0.75 * step
        if self._lower[place] < other < self._upper[place]:
            self._count(other)
        return True

    def _finest(self, place: int) -> float:
        """The width of a bracket that float64 arithmetic on the tube, and the samples, cannot tell from none."""
        return PRECISION * self._upper[place] + ULP

    def _count(self, eps: float) -> None:
        """Every ε narrows all widths' brackets."""
        enough = self._places_from(self._legs.count(eps))
        for place in range(enough - 1, -1, -1):
            if self._lower[place] >= eps:
                break
            self._lower[place] = eps
        for place in range(enough, len(self._pieces)):
            if self._upper[place] <= eps:
                break
            self._upper[place] = eps


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
    # Of both lines at a knot the flatter: one that is all but upright says where it is, but not how high.
    line = np.arange(len(links.slopes) - 1)
    line += np.abs(links.slopes[1:]) < np.abs(links.slopes[:-1])
    inner = links.slopes[line] * x[1:-1] + links.offsets[line]
    return x / (len(g) - 1), np.concatenate([links.offsets[:1], inner, [links.end]])


def knots(links: Links, n: int) -> Array:
    """Where the lines of a path meet, with both ends, (k + 1,), in numbers of samples: within their windows."""
    slopes, offsets, windows = links.slopes, links.offsets, links.windows
    with np.errstate(all="ignore"):
        cross = -np.diff(offsets) / np.diff(slopes)
    low, high = windows[:, P_X], windows[:, B_X]
    inner = np.where(np.isfinite(cross), np.clip(cross, low, high), high)
    return np.concatenate([[0.0], inner, [n - 1.0]])
