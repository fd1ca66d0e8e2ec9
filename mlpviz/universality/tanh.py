"""Nets of tanh, and those of the sigmoid, which are the same functions: σ(z) = ½ + ½ tanh(z/2)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.strokes import grid
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import Array
from mlpviz.universality.search import Effort, Fit, Weights, fine, ladder, largest_error, nets_of, quickly
from mlpviz.universality.target import Built, Target, built
from mlpviz.universality.units import STEEPEST, Units, parameters, weights

KEPT = 4  # functions whose fits are kept, for the other activation
STAIRS = 4  # units up to which a staircase may be the nearest
HALVINGS = 40
SHARP = 4.0  # tanh of it is 1 to a thousandth: half a step's rise, in places where the error is measured
HOPS = 1  # of the nets that follow the pointer


def family(x: Array) -> Units:
    """Rising tanh units; a falling one is a rising one with −a."""
    return Units(x, ACTIVATIONS["tanh"])


def effort(width: int) -> Effort:
    """What is spent on a width."""
    if width <= 4:
        return Effort(2, 20, 40, 6, 15, 2, 1)
    if width <= 32:
        return Effort(4, 20, 40, 10, 20, 2, 6)
    return Effort(4, 8, 20, 4 if width <= 64 else 0, 15, 2 if width <= 64 else 1)


def build(
    activation: str, target: Target, widths: Sequence[int], stopping: Callable[[], bool] = lambda: False
) -> Iterator[Built]:
    """The nets of these widths, narrow ones first; those of the second of both activations take no time."""
    wanted = sorted(set(widths))
    fits = ladder(family, target, wanted, effort, stopping, _made(target.unit.tobytes()))
    return nets_of(activation, target, wanted, _with_stairs(fits, target, wanted), WEIGHTS[activation])


def _with_stairs(fits: Iterator[Fit], target: Target, widths: Sequence[int]) -> Iterator[Fit]:
    """The fits, or staircases that are nearer: least squares does not see those."""
    best: Fit | None = None
    for width, fit in zip(widths, fits, strict=False):
        known = [fit, *([best] if best is not None else []), *([stairs(target.unit, width)] if width <= STAIRS else [])]
        best = min(known, key=lambda each: each.sup)
        yield best


def stairs(unit: Array, width: int) -> Fit:
    """At most so many steps, each far steeper than the samples are apart, at the levels nearest to g.

    The least largest error of `width` + 1 constant pieces is found by halving: within an error each piece goes on as
    long as g stays within twice that.
    """
    x = fine()
    y = np.interp(x, grid(), unit)
    low, high = 0.0, float(np.ptp(y)) / 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _pieces(y, middle, width + 1) is not None else (middle, high)
    begins = _pieces(y, high, width + 1)
    assert begins is not None  # one piece has half the range at most
    levels = np.array([(part.min() + part.max()) / 2 for part in np.split(y, begins[1:])])
    u = 2 * SHARP * (len(x) - 1)
    centres = (x[begins[1:]] + x[begins[1:] - 1]) / 2
    p = np.stack([np.full(len(centres), np.log(u)), u * centres, np.ones(len(centres))], axis=1)
    coef = np.append(np.diff(levels) / 2, (levels[0] + levels[-1]) / 2)
    return Fit(p, coef, largest_error(family(x), p, coef, unit))


def _pieces(y: Array, error: float, most: int) -> NDArray[np.int64] | None:
    """Where pieces begin that are within an error of a level each, the longest from the left on; None for more."""
    begins = [0]
    while len(begins) <= most:
        rest = y[begins[-1] :]
        wide = np.maximum.accumulate(rest) - np.minimum.accumulate(rest) > 2 * error
        if not wide.any():
            return np.array(begins)
        begins.append(begins[-1] + int(np.argmax(wide)))
    return None


def quick(activation: str, target: Target, width: int, before: Built | None = None) -> Built:
    """One net at once, from the one of the previous frame."""
    began = time.perf_counter()
    p = np.zeros((0, 3)) if before is None else parameters(before)
    if activation == "sigmoid":
        p = p - np.array([np.log(2), 0.0, 0.0])
        p[:, 1] /= 2
    rising = p * np.stack([np.ones(len(p)), p[:, 2], p[:, 2]], axis=1)
    steep = np.maximum(rising[:, 0] - np.log(STEEPEST), 0.0)  # stairs are too steep to be moved
    rising[:, 0] -= steep
    rising[:, 1] *= np.exp(-steep)
    fit = quickly(family, target, width, rising, HOPS if width <= 32 else 0)
    return built(activation, *WEIGHTS[activation](fit, width), target, time.perf_counter() - began)


@lru_cache(maxsize=KEPT)
def _made(unit: bytes) -> dict[tuple[int, ...], Fit]:
    """Fits of tanh for the function with these samples, by the widths up to theirs."""
    return {}


def as_sigmoid(u: Array, c: Array, a: Array, b: float) -> tuple[Array, Array, Array, float]:
    """The same function of the sigmoid: tanh(z) = 2 σ(2z) − 1."""
    return 2 * u, 2 * c, 2 * a, b - float(a.sum())


WEIGHTS: dict[str, Weights] = {
    "tanh": weights,
    "sigmoid": lambda fit, width: as_sigmoid(*weights(fit, width)),
}
