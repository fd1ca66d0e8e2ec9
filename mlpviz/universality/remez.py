"""The polynomial of a given degree that is nearest to a polyline in the largest error, by Remez's exchange (1934).

It is the dual simplex of the linear programme min ε, |g − p| ≤ ε, that exchanges as many points at once as it can. Each
step has a proof with it: where an error of one size alternates on degree + 2 points, no polynomial of this degree
errs by less on them (de la Vallée Poussin).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from mlpviz.data.strokes import grid
from mlpviz.nn.layout import Array
from mlpviz.universality.degrees import evaluated, polyline, turning

STEPS = 200
# Of a g within ±1: what is left of a polynomial by rounding; and how near to the bound an error is the bound, for all
# that float64 can tell.
ROUNDING, CLOSE = 1e-14, 1e-15


@dataclass(frozen=True, eq=False, slots=True)
class Best:
    """A polynomial and the proof that none is nearer.

    Attributes:
        coefficients: of T₀, T₁, … of 2x − 1, (degree + 1,). least: no polynomial of this degree errs by less.
        most: how far this one errs. points: (degree + 2,) where its error alternates, ascending.
    """

    coefficients: Array
    least: float
    most: float
    points: Array


def nearest(g: Array, degree: int) -> Best:
    """The best polynomial for the polyline through g (SAMPLES,), which is within ±1."""
    points = (1 - np.cos(np.pi * np.arange(degree + 2) / (degree + 1))) / 2
    least, best = 0.0, None
    for _ in range(STEPS):
        coefficients, level = _levelled(g, points)
        x = np.union1d(np.concatenate([grid(), points]), turning(coefficients, g))
        apart = polyline(g, x) - evaluated(coefficients, x)
        most = float(np.max(np.abs(apart)))
        least = max(least, abs(level))
        if best is None or most < best.most:
            best = Best(coefficients, 0.0, most, points)
        if most <= least * (1 + CLOSE) + CLOSE or most <= ROUNDING:
            break
        found = _exchanged(x, apart, abs(level), degree + 2)
        points = _one_exchanged(points, level, x, apart) if found is None else found
    assert best is not None
    # Nothing but rounding is left of a g that is such a polynomial itself.
    least = 0.0 if best.most <= ROUNDING else min(least, best.most)
    return Best(best.coefficients, least, best.most, best.points)


def _levelled(g: Array, points: Array) -> tuple[Array, float]:
    """The polynomial whose error on the points is one number with alternating sign, and that number."""
    count = len(points)
    system = np.empty((count, count))
    system[:, :-1] = chebyshev.chebvander(2 * points - 1, count - 2)
    system[:, -1] = (-1.0) ** np.arange(count)
    solved = np.asarray(np.linalg.solve(system, polyline(g, points)), dtype=np.float64)
    return solved[:-1], float(solved[-1])


def _exchanged(x: Array, apart: Array, level: float, count: int) -> Array | None:
    """The next points: of every stretch of one sign its largest error, the largest of all among them.

    None where there are no `count` stretches, by rounding or where the level is 0, and where there are far more of
    them: the largest then stand side by side, in the pieces of a g that is nearly such a polynomial itself.
    """
    large = np.flatnonzero((np.abs(apart) >= level * (1 - 1e-9)) & (apart != 0))
    stretches = np.split(large, np.flatnonzero(np.diff(np.sign(apart[large]))) + 1)
    tops = [int(each[np.argmax(np.abs(apart[each]))]) for each in stretches if len(each)]
    if not count <= len(tops) <= 2 * count:
        return None
    size = [abs(float(apart[top])) for top in tops]
    if (len(tops) - count) % 2:
        end = 0 if size[0] < size[-1] else -1
        del tops[end], size[end]
    while len(tops) > count:
        # Neighbours go together, so that signs alternate still; or both ends.
        pairs = [max(size[k], size[(k + 1) % len(size)]) for k in range(len(size))]
        k = int(np.argmin(pairs))
        for index in sorted((k, (k + 1) % len(size)), reverse=True):
            del tops[index], size[index]
    return x[tops]


def _one_exchanged(points: Array, level: float, x: Array, apart: Array) -> Array:
    """The next points: the place of the largest error instead of its neighbour of the same sign."""
    at = int(np.argmax(np.abs(apart)))
    sign = 1.0 if apart[at] > 0 else -1.0
    signs = (-1.0 if level < 0 else 1.0) * (-1.0) ** np.arange(len(points))
    right = int(np.searchsorted(points, x[at]))
    result = points.copy()
    if right == 0 or right == len(points):
        end = 0 if right == 0 else -1
        if signs[end] != sign:  # the other end leaves
            result = np.roll(result, 1 if right == 0 else -1)
        result[end] = x[at]
    else:
        result[right if signs[right] == sign else right - 1] = x[at]
    return result
