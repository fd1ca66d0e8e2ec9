"""Nets of activations without a recipe of their own, the user's formulas among them: fitted, however that turns out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array
from mlpviz.universality.search import Effort, ladder, nets_of, quickly
from mlpviz.universality.target import Built, Target, built
from mlpviz.universality.units import Units, parameters, weights

HOPS = 1  # of the nets that follow the pointer


def effort(width: int) -> Effort:
    """What is spent on a width."""
    if width <= 32:
        return Effort(4, 12, 30, 4, 15, 2, 2)
    return Effort(4, 8, 15, 0, 12, 1)


def build(
    activation: str, target: Target, widths: Sequence[int], stopping: Callable[[], bool] = lambda: False
) -> Iterator[Built]:
    """The nets of these widths, narrow ones first: each grown from the one before."""
    wanted = sorted(set(widths))
    fits = ladder(_family(activation), target, wanted, effort, stopping, between=True)
    return nets_of(activation, target, wanted, fits, weights)


def quick(activation: str, target: Target, width: int, before: Built | None = None) -> Built:
    """One net at once, from the one of the previous frame."""
    began = time.perf_counter()
    p = np.zeros((0, 3)) if before is None else parameters(before)
    fit = quickly(_family(activation), target, width, p, HOPS if width <= 32 else 0)
    return built(activation, *weights(fit, width), target, time.perf_counter() - began)


def _family(activation: str) -> Callable[[Array], Units]:
    """Rising and falling units."""
    row = activation_named(activation)
    return lambda x: Units(x, row, (1.0, -1.0))
