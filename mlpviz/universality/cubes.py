"""Parabolas and cubics as sums of shifted squares and cubes, with little rounding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from mlpviz.data.strokes import grid
from mlpviz.nn.layout import Array
from mlpviz.universality.degrees import polyline, turning

Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]
EPS = float(np.finfo(np.float64).eps)
TINY = np.concatenate([[0.0], np.logspace(-14, -2, 61), -np.logspace(-14, -2, 61)])
SHIFTS = np.concatenate([np.linspace(-3, 3, 241), np.logspace(0.5, 8, 76), -np.logspace(0.5, 8, 76)])
EXCHANGES = 40
CLOSE = 1e-12
# The search for one cube: how many valleys are looked into, by how many shifts a time, how often.
VALLEYS, BESIDE, ROUNDS = 4, 9, 8
COARSE = 4


@dataclass(frozen=True, eq=False, slots=True)
class Units:
    """A sum bias + Σ heightsᵢ f(s + shiftsᵢ), s = 2x − 1, of shapes (n,)."""

    shifts: Array
    heights: Array
    bias: float


def parabola(coefficients: Array, width: int) -> Units:
    """c₀ + c₁ T₁ + c₂ T₂ by `width` squares.

    Two squares are any parabola. One square is any that is no line; where it is nearly one, another that differs by
    less than the rounding of huge numbers that cancel.
    """
    c0, c1, c2 = map(float, coefficients)
    if width > 1:
        return Units(np.array([1.0, -1.0]), np.array([c2 + c1 / 4, c2 - c1 / 4]), c0 - 3 * c2)
    if c1 == 0:
        return Units(np.zeros(1), np.array([2 * c2]), c0 - c2)
    tried = c2 + TINY * abs(c1)
    with np.errstate(all="ignore"):
        shift = c1 / (4 * tried)
        cost = np.abs(tried - c2) + EPS * np.abs(tried) * (1 + np.abs(shift)) ** 2
    k = int(np.argmin(np.where(np.isfinite(cost), cost, np.inf)))
    height, at = 2 * float(tried[k]), float(shift[k])
    return Units(np.array([at]), np.array([height]), c0 - float(tried[k]) - height * at * at)


def cubic(coefficients: Array, width: int) -> Units:
    """c₀ + … + c₃ T₃ by `width` ≥ 2 cubes: three are any cubic, two are any but lines, which are limits."""
    c0, c1, c2, c3 = map(float, coefficients)
    a, b, c, d = 4 * c3, 2 * c2, c1 - 3 * c3, c0 - c2
    if width > 2:
        heights = np.array([c / 6 + b / 6, a - c / 3, c / 6 - b / 6])
        return Units(np.array([1.0, 0.0, -1.0]), heights, d - float(heights[0] - heights[2]))
    # The derivative as a quadratic form in (s, 1): conjugate directions make it a sum of two squares.
    size = max(abs(a), abs(b), abs(c))
    if size == 0:
        return Units(np.zeros(2), np.zeros(2), d)
    # Any multiple of T₃ = 4s³ − 3s that is added costs a quarter of what the leading coefficient changes by.
    lead, first = (a + TINY * size)[:, None], SHIFTS[None, :]
    with np.errstate(all="ignore"):
        second = (b * first - c + 0.75 * (lead - a)) / (3 * lead * first - b)
        right = (b / 3 - lead * first) / (second - first)
        left = (b / 3 - lead * second) / (first - second)
        cost = np.abs(left) * (1 + np.abs(first)) ** 3 + np.abs(right) * (1 + np.abs(second)) ** 3
        cost = EPS * cost + np.abs(lead - a) / 4
    i, k = np.unravel_index(int(np.argmin(np.where(np.isfinite(cost), cost, np.inf))), cost.shape)
    shifts = np.array([first[0, k], second[i, k]])
    heights = np.array([left[i, k], right[i, k]])
    return Units(shifts, heights, d - float(np.sum(heights * shifts**3)))


def one_cube(g: Array) -> Units:
    """The best a(s + h)³ + b for the polyline through g (SAMPLES,) within ±1: searched over h, exact for each h."""
    coarse = np.arange(0, len(g) + COARSE - 1, COARSE)
    coarse[-1] = len(g) - 1
    s = 2 * grid() - 1
    order = np.sort(SHIFTS)
    cost = _lines(order, s[coarse], g[coarse])[2]
    # h = −∞ and ∞ are the same line: valleys are looked for all round.
    valleys = np.flatnonzero((cost <= np.roll(cost, 1)) & (cost <= np.roll(cost, -1)))
    valleys = valleys[np.lexsort((np.abs(order[valleys]), cost[valleys]))][:VALLEYS]
    low, high = order[np.maximum(valleys - 1, 0)], order[np.minimum(valleys + 1, len(order) - 1)]
    for _ in range(ROUNDS):
        tried = np.linspace(low, high, BESIDE, axis=1)
        costs = _lines(tried.ravel(), s, g)[2].reshape(tried.shape)
        k = np.argmin(costs, axis=1)
        each = np.arange(len(k))
        low, high = tried[each, np.maximum(k - 1, 0)], tried[each, np.minimum(k + 1, BESIDE - 1)]
    best = int(np.argmin(costs.min(axis=1)))
    h = float(tried[best, k[best]])
    return _exact(h, s, g)


def _exact(h: float, s: Array, g: Array) -> Units:
    """The best a(s + h)³ + b for one h, on the whole polyline."""
    x, reached = grid(), -1.0
    for _ in range(EXCHANGES):
        slope, start, cost = _lines(np.array([h]), 2 * x - 1, polyline(g, x))
        a = float(slope[0])
        if cost[0] <= reached * (1 + CLOSE):
            break
        reached = float(cost[0])
        power = np.array([0.0, 3 * h * h, 3 * h, 1.0]) * a
        x = np.union1d(x, turning(np.asarray(chebyshev.poly2cheb(power), dtype=np.float64), g))
    return Units(np.array([h]), np.array([a]), float(start[0]) - a * h**3)


def _lines(shifts: Array, s: Array, g: Array) -> tuple[Array, Array, Array]:
    """For each h of (m,): the best a and b' of a((s + h)³ − h³) + b' on the points (n,), and its largest error.

    A cube is monotone: this is the best line through points at y = (s + h)³, by exchange of three points. The rounding
    of the net's own numbers is added to the error.
    """
    scale = 1 + 3 * shifts**2
    y = s * (s * s + 3 * shifts[:, None] * s + 3 * shifts[:, None] ** 2) / scale[:, None]
    each, last = np.arange(len(shifts)), len(s) - 1
    at = np.tile(np.array([0, last // 2, last]), (len(shifts), 1))
    for _ in range(EXCHANGES):
        (y0, y1, y2), (g0, g1, g2) = y[each[:, None], at].T, g[at].T
        slope = (g2 - g0) / (y2 - y0)
        level = ((g1 - g0) - slope * (y1 - y0)) / 2
        start = g0 + level - slope * y0
        apart = g - slope[:, None] * y - start[:, None]
        worst = np.argmax(np.abs(apart), axis=1)
        most = apart[each, worst]
        if np.all(np.abs(most) <= np.abs(level) * (1 + CLOSE) + EPS):
            break
        at = _moved(at, worst, (most > 0) == (level >= 0))
    heights = slope / scale
    return heights, start, np.abs(most) + EPS * np.abs(heights) * (1 + np.abs(shifts)) ** 3


def _moved(at: Indices, new: Indices, middle: Flags) -> Indices:
    """The three points of each row, ascending, with the new one in; `middle`: it has the sign of the second one."""
    i, j, k = at.T
    below, above = new < i, new > k
    lower, upper = ~below & (new <= j), ~above & (new > j)
    first = np.select([(below | (lower & ~middle)), above & middle], [new, j], i)
    second = np.select([below & middle, above & middle, (lower | upper) & middle], [i, k, new], j)
    third = np.select([below & middle, above | (upper & ~middle)], [j, new], k)
    return np.stack([first, second, third], axis=1)
