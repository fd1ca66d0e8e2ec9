"""Paths with a free link: for each link of a minimum-link path, which other lines can take its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array
from mlpviz.universality.minlink import B_X, B_Y, P_X, P_Y, SIDE, WINDOW, Links, Walker


@dataclass(frozen=True, eq=False, slots=True)
class Ways:
    """The minimum-link paths through g ± ε from both ends, x being the sample's number 0 … n − 1.

    The lines 0 … j − 1 of `left`, any line whose slope lies between low[j] and high[j], and the lines j + 1 … of
    `right` are a path within the

    Attributes:
        g: (n,). eps: ε. left, right: (k, 2) slopes and offsets; both from the left.
        before: (k, WINDOW) the window between the lines j − 1 and j of `left`; after: that between j and j + 1 of
            `right`; NaN where there is none.
        low, high: (k,) low > high where no line fits.
    """

    g: Array
    eps: float
    left: Array
    right: Array
    before: Array
    after: Array
    low: Array
    high: Array

    def line(self, j: int, slope: float) -> tuple[float, float]:
        """The line j with this slope, in the middle of its room: slope and offset."""
        (fx, fy), (cx, cy) = edges(self.g, self.eps, self.before[j], self.after[j])
        return slope, 0.5 * (float(np.max(fy - slope * fx)) + float(np.min(cy - slope * cx)))


def ways(g: Array, backward: Array, eps: float, walkers: tuple[Walker, Walker]) -> Ways | None:
    """All ways through the tube; None where ε does not do for the walkers' number of links.

    Args:
        g, backward: the samples and their mirror image. walkers: through both, for the same number of links.
    """
    found = [walker.links(eps) for walker in walkers]
    if found[0] is None or found[1] is None:
        return None
    n = len(g)
    left, right = found[0], _mirrored(found[1], n)
    count = min(len(left.slopes), len(right.slopes))
    none = np.full((1, WINDOW), np.nan)
    before = np.concatenate([none, left.windows])[:count]
    after = np.concatenate([right.windows, none])[-count:]
    ranges = np.array([_range(g, eps, before[j], after[j]) for j in range(count)])
    lines = [np.stack([links.slopes, links.offsets], axis=1) for links in (left, right)]
    return Ways(g, eps, lines[0][:count], lines[1][-count:], before, after, ranges[:, 0], ranges[:, 1])


def _mirrored(links: Links, n: int) -> Links:
    """A path through the mirror image as one through g."""
    windows = links.windows.copy()
    windows[:, [P_X, B_X]] = n - 1.0 - windows[:, [P_X, B_X]]
    slopes, offsets = -links.slopes[::-1], (links.offsets + links.slopes * (n - 1.0))[::-1]
    return Links(slopes, offsets, windows[::-1], float(links.offsets[0]))


def edges(g: Array, eps: float, before: Array, after: Array) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The points, floor and ceiling, that a line between two windows must stay above and below."""
    n = len(g)
    parts = []
    for side in (-1.0, 1.0):
        first, start = _start(before, side, 0)
        last, end = _start(after, side, n - 1)
        x = np.arange(first, last + 1, dtype=np.float64)
        y = g[first : last + 1] + side * eps
        pieces = [piece for piece in (start, np.stack([x, y], axis=1), end) if piece is not None]
        points = np.concatenate(pieces)
        parts.append((points[:, 0], points[:, 1]))
    return parts[0], parts[1]


def _start(window: Array, side: float, whole: int) -> tuple[int, Array | None]:
    """Where the edge of a side begins (or, from the right, ends): the nearest sample within, and a point before it."""
    if np.isnan(window[SIDE]):
        return whole, None
    # P lies on the ceiling where the link was the steepest (side +1), B on the other edge.
    touched = window[SIDE] == side
    x, y = (window[P_X], window[P_Y]) if touched else (window[B_X], window[B_Y])
    inward = int(np.ceil(x)) if whole == 0 else int(np.floor(x))
    return inward, np.array([[x, y]])


def _range(g: Array, eps: float, before: Array, after: Array) -> tuple[float, float]:
    """The least and the greatest slope of a line between two windows."""
    (fx, fy), (cx, cy) = edges(g, eps, before, after)
    apart = cx[None, :] - fx[:, None]
    with np.errstate(all="ignore"):
        slope = (cy[None, :] - fy[:, None]) / apart
    high = float(np.min(slope, where=apart > 0, initial=np.inf))
    low = float(np.max(slope, where=apart < 0, initial=-np.inf))
    return low, high
