"""The optimisers' updates of θ as straight-line programs over the flat gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from mlpviz.nn.calls import Program, scalar
from mlpviz.nn.layout import Array

MOMENTUM = 0.9
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

Rebind = Callable[[float], None]


class Sgd:
    """θ ← θ − ηg. The gradient arrives already multiplied by −η: one addition."""

    def __init__(self, theta: Array, g: Array, slots: dict[str, Array]) -> None:
        self.program: Program = [partial(np.add, theta, g, theta)]

    @staticmethod
    def gradient_scale(rate: float) -> float:
        """What the gradient is to be multiplied by."""
        return -rate

    def set_rate(self, rate: float) -> None:
        """η is in the gradient's scale."""


class Momentum:
    """v ← 0.9 v + g, θ ← θ − ηv (PyTorch's SGD with momentum, without dampening)."""

    def __init__(self, theta: Array, g: Array, slots: dict[str, Array]) -> None:
        v, work = slots["v"], np.empty_like(theta)
        self._rate = scalar(0.0, theta)
        self.program: Program = [
            partial(np.multiply, v, scalar(MOMENTUM, v), v),
            partial(np.add, v, g, v),
            partial(np.multiply, v, self._rate, work),
            partial(np.add, theta, work, theta),
        ]

    @staticmethod
    def gradient_scale(rate: float) -> float:
        """The gradient itself: v must not depend on η."""
        return 1.0

    def set_rate(self, rate: float) -> None:
        """η from the next update."""
        self._rate[...] = -rate


class Adam:
    """Adam (Kingma & Ba 2015) as in PyTorch, with m/(1−β₁) and v/(1−β₂) kept, which saves two products a step."""

    def __init__(self, theta: Array, g: Array, slots: dict[str, Array]) -> None:
        self._t, m, v = slots["t"], slots["m"], slots["v"]
        work = np.empty_like(theta)
        self._rate = 0.0
        self._step = scalar(0.0, theta)
        self._root = scalar(0.0, theta)
        b1, b2, eps = scalar(BETA1, m), scalar(BETA2, v), scalar(EPSILON, v)
        self.program: Program = [
            self._corrections,
            partial(np.multiply, m, b1, m),
            partial(np.add, m, g, m),
            partial(np.multiply, v, b2, v),
            partial(np.multiply, g, g, work),
            partial(np.add, v, work, v),
            partial(np.sqrt, v, work),
            partial(np.multiply, work, self._root, work),
            partial(np.add, work, eps, work),
            partial(np.divide, m, work, work),
            partial(np.multiply, work, self._step, work),
            partial(np.add, theta, work, theta),
        ]

    def _corrections(self) -> None:
        t = float(self._t[0]) + 1.0
        self._t[0] = t
        self._step[...] = -self._rate * (1 - BETA1) / (1 - BETA1**t)
        self._root[...] = ((1 - BETA2) / (1 - BETA2**t)) ** 0.5

    @staticmethod
    def gradient_scale(rate: float) -> float:
        """The gradient itself."""
        return 1.0

    def set_rate(self, rate: float) -> None:
        """η from the next update."""
        self._rate = rate


UPDATES: dict[str, type[Sgd] | type[Momentum] | type[Adam]] = {"sgd": Sgd, "momentum": Momentum, "adam": Adam}
