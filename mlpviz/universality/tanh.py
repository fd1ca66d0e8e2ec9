"""Nets of tanh, and those of the sigmoid, which are the same functions: σ(z) = ½ + ½ tanh(z/2)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import Array
from mlpviz.universality.search import Effort, Fit, Weights, ladder, nets_of, quickly
from mlpviz.universality.target import Built, Target, built
from mlpviz.universality.units import Units, parameters, weights

KEPT = 4  # functions whose fits are kept, for the other activation
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
    return nets_of(activation, target, wanted, fits, WEIGHTS[activation])


def quick(activation: str, target: Target, width: int, before: Built | None = None) -> Built:
    """One net at once, from the one of the previous frame."""
    began = time.perf_counter()
    p = np.zeros((0, 3)) if before is None else parameters(before)
    if activation == "sigmoid":
        p = p - np.array([np.log(2), 0.0, 0.0])
        p[:, 1] /= 2
    rising = p * np.stack([np.ones(len(p)), p[:, 2], p[:, 2]], axis=1)
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
