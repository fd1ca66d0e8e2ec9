"""What no width can better: polynomial activations span polynomials of their degree, and one of them is the best.

The floor is proved and reached: by the best line from W = 1 (identity), the best parabola from W = 1 (square) and the
best cubic from W = 2 (cube), some of them as limits only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlpviz.data.strokes import grid
from mlpviz.nn.layout import Array, frozen
from mlpviz.universality.cubes import Units, cubic, one_cube, parabola
from mlpviz.universality.degrees import degree, evaluated
from mlpviz.universality.remez import Best, nearest
from mlpviz.universality.target import Built, Target, built, target_of

BUILT_FOR = ("identity", "square", "cube")
# How far below the floor a measured error may come by rounding: as a share, and in units in the last place of g.
SHARE, LAST_PLACES = 1e-9, 64


@dataclass(frozen=True, eq=False, slots=True)
class Floor:
    """The polynomial that is nearest to g among those of a degree.

    Attributes:
        degree: of the activation. sup: no net of it has a smaller largest error, in units of g; 0 where only rounding
        is left. coefficients: (degree + 1,), in units of g, of the Chebyshev polynomials T₀, T₁, … of 2x − 1.
        difference: (SAMPLES,) g minus the polynomial. touching: (degree + 2,), the x where the error is ±sup in turn,
        which proves that no other polynomial is nearer.
    """

    degree: int
    sup: float
    coefficients: Array
    difference: Array
    touching: Array

    def values(self, x: Array) -> Array:
        """The polynomial at x, (n,), in units of g."""
        return evaluated(self.coefficients, x)


def floor(activation: str, g: Array) -> Floor | None:
    """What nets of this activation cannot go below for the polyline through g (SAMPLES,), whatever their width.

    None where the activation is no polynomial. Raises UserError as `target_of` and `activation_named` do.
    """
    found = degree(activation)
    if found is None:
        return None
    target = target_of(g)
    best = nearest(target.unit, found)
    coefficients = best.coefficients * target.half
    coefficients[0] += target.middle
    difference = (target.unit - evaluated(best.coefficients, grid())) * target.half
    return Floor(found, best.least * target.half, frozen(coefficients), frozen(difference), frozen(best.points))


def build(activation: str, target: Target, widths: Sequence[int], stopping: Callable[[], bool]) -> Iterator[Built]:
    """The best nets of identity, square or cube, by ascending width; their errors never grow.

    A square of one unit has no exact line, nor have two cubes: they come as near as rounding lets them, to about 1e-9
    and 1e-11 of half the range. One cube has not the shape of every cubic; the best of its own is searched for.
    """
    best = nearest(target.unit, BUILT_FOR.index(activation) + 1)
    before: Units | None = None
    reached = np.inf
    for width in sorted(widths):
        if stopping():
            return
        began = time.perf_counter()
        units = _units(activation, target, best, width)
        result = _net(activation, units, width, target)
        if before is not None and result.sup > reached:
            result = _net(activation, before, width, target)
        else:
            before, reached = units, result.sup
        _check(result, best.least, target)
        yield replace(result, seconds=time.perf_counter() - began)


def quick(activation: str, target: Target, width: int, before: Built | None) -> Built:
    """One net as `build` makes it; it takes a few milliseconds, so that `before` is of no use to it."""
    del before
    return next(build(activation, target, (width,), lambda: False))


def _units(activation: str, target: Target, best: Best, width: int) -> Units:
    if activation == "cube":
        return one_cube(target.unit) if width == 1 else cubic(best.coefficients, width)
    if activation == "square":
        return parabola(best.coefficients, width)
    return Units(np.zeros(1), best.coefficients[1:], float(best.coefficients[0]))


def _net(activation: str, units: Units, width: int, target: Target) -> Built:
    """The net of the units, and of spare ones that add nothing."""
    shifts, heights = np.zeros(width), np.zeros(width)
    shifts[: len(units.shifts)], heights[: len(units.heights)] = units.shifts, units.heights
    return built(activation, np.full(width, 2.0), shifts - 1.0, heights, units.bias, target, 0.0)


def _check(result: Built, least: float, target: Target) -> None:
    noise = LAST_PLACES * float(np.spacing(np.max(np.abs(target.g))))
    floor = least * target.half
    assert result.sup >= floor * (1 - SHARE) - noise, f"A largest error of {result.sup} is below the floor of {floor}."
