"""Nets of tanh, and those of the sigmoid, which are the same functions: σ(z) = ½ + ½ tanh(z/2)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import Array
from mlpviz.universality.search import Effort, ladder
from mlpviz.universality.target import Built, Target, built
from mlpviz.universality.units import Units, weights


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
    """The nets of these widths, narrow ones first."""
    began = time.perf_counter()
    wanted = sorted(set(widths))
    for width, fit in zip(wanted, ladder(family, target, wanted, effort, stopping), strict=False):
        u, c, a, b = weights(fit, width)
        yield built(activation, u, c, a, b, target, time.perf_counter() - began)
        began = time.perf_counter()
