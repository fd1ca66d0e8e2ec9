"""The optimisers' updates of θ as straight-line programs over the flat gradient; L-BFGS has a module of its own."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlpviz.nn.calls import Buffer, Program, scalar
from mlpviz.nn.layout import Array

MOMENTUM = 0.9
RMS_DECAY, RMS_EPSILON = 0.99, 1e-8
ADAGRAD_EPSILON = 1e-10
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
WEIGHT_DECAY = 0.01


# Numbers of θ that are updated in one go: they and their slots stay in a second-level cache from call to call.
BLOCK = 16_384


class Update:
    """One optimiser bound to θ, g and its slots.

    Attributes:
        program: the calls that make one update from the gradient g.
        counts: whether the program counts its updates in the slot "t"; if not, whoever runs it does so afterwards.
    """

    counts = False

    def __init__(self, theta: Array, g: Array, slots: dict[str, Array]) -> None:
        self._t = slots["t"]
        self._rate = scalar(0.0, theta)  # −η
        work = np.empty(min(BLOCK, len(theta)))
        self.program = self._before(theta)
        for start in range(0, len(theta), BLOCK):
            self._theta, self._g = theta[start : start + BLOCK], g[start : start + BLOCK]
            self._slots = {name: v[start : start + BLOCK] for name, v in slots.items() if name != "t"}
            self._work = work[: len(self._theta)]
            self.program += self._bind()

    def _before(self, theta: Array) -> Program:
        """What comes before all blocks."""
        return []

    def _bind(self) -> Program:
        """The calls for the block that is set."""
        raise TypeError(f"{type(self).__name__} has no program")

    def set_rate(self, rate: float) -> None:
        """η from the next update."""
        self._rate[...] = -rate

    def _step_along(self, direction: Buffer) -> Program:
        """θ ← θ − η · direction."""
        return [
            partial(np.multiply, direction, self._rate, self._work),
            partial(np.add, self._theta, self._work, self._theta),
        ]

    def _step_scaled(self, epsilon: float) -> Program:
        """θ ← θ − ηg/(√v + ε)."""
        work, eps = self._work, scalar(epsilon, self._theta)
        return [
            partial(np.sqrt, self._slots["v"], work),
            partial(np.add, work, eps, work),
            partial(np.divide, self._g, work, work),
            *self._step_along(work),
        ]

    def _add_square(self, factor: Buffer | None = None) -> Program:
        """v ← v + factor · g² (factor None: 1)."""
        v, work = self._slots["v"], self._work
        scaled = [] if factor is None else [partial(np.multiply, work, factor, work)]
        return [partial(np.multiply, self._g, self._g, work), *scaled, partial(np.add, v, work, v)]


class Sgd(Update):
    """θ ← θ − ηg."""

    def _bind(self) -> Program:
        return self._step_along(self._g)


class FoldedSgd(Update):
    """θ ← θ + g, for a gradient that arrives multiplied by −η: one addition."""

    def _bind(self) -> Program:
        return [partial(np.add, self._theta, self._g, self._theta)]


class Momentum(Update):
    """v ← 0.9 v + g, θ ← θ − ηv (PyTorch's SGD with momentum, without dampening)."""

    def _bind(self) -> Program:
        return [*self._roll(), *self._step_along(self._slots["v"])]

    def _roll(self) -> Program:
        v = self._slots["v"]
        return [partial(np.multiply, v, scalar(MOMENTUM, v), v), partial(np.add, v, self._g, v)]


class Nesterov(Momentum):
    """v ← 0.9 v + g, θ ← θ − η(g + 0.9 v) (PyTorch's nesterov=True)."""

    def _bind(self) -> Program:
        v, work = self._slots["v"], self._work
        return [
            *self._roll(),
            partial(np.multiply, v, scalar(MOMENTUM, v), work),
            partial(np.add, work, self._g, work),
            *self._step_along(work),
        ]


class RmsProp(Update):
    """v ← 0.99 v + 0.01 g², θ ← θ − ηg/(√v + ε)."""

    def _bind(self) -> Program:
        v = self._slots["v"]
        return [
            partial(np.multiply, v, scalar(RMS_DECAY, v), v),
            *self._add_square(scalar(1 - RMS_DECAY, v)),
            *self._step_scaled(RMS_EPSILON),
        ]


class Adagrad(Update):
    """v ← v + g², θ ← θ − ηg/(√v + ε)."""

    def _bind(self) -> Program:
        return [*self._add_square(), *self._step_scaled(ADAGRAD_EPSILON)]


class Adam(Update):
    """Adam (Kingma & Ba 2015) as in PyTorch, with m/(1−β₁) and v/(1−β₂) kept, which saves two products a step."""

    counts = True

    def _before(self, theta: Array) -> Program:
        self._step, self._root = scalar(0.0, theta), scalar(0.0, theta)
        return [self._corrections]

    def _bind(self) -> Program:
        m, v, g, work = self._slots["m"], self._slots["v"], self._g, self._work
        return [
            partial(np.multiply, m, scalar(BETA1, m), m),
            partial(np.add, m, g, m),
            partial(np.multiply, v, scalar(BETA2, v), v),
            *self._add_square(),
            partial(np.sqrt, v, work),
            partial(np.multiply, work, self._root, work),
            partial(np.add, work, scalar(EPSILON, v), work),
            partial(np.divide, m, work, work),
            partial(np.multiply, work, self._step, work),
            partial(np.add, self._theta, work, self._theta),
        ]

    def _corrections(self) -> None:
        t = float(self._t[0]) + 1.0
        self._t[0] = t
        self._step[...] = float(self._rate) * (1 - BETA1) / (1 - BETA1**t)
        self._root[...] = ((1 - BETA2) / (1 - BETA2**t)) ** 0.5


class AdamW(Adam):
    """Adam after θ ← θ(1 − 0.01 η), biases too (Loshchilov & Hutter 2019, as in PyTorch)."""

    def _before(self, theta: Array) -> Program:
        self._shrink = scalar(1.0, theta)
        return super()._before(theta)

    def _bind(self) -> Program:
        return [partial(np.multiply, self._theta, self._shrink, self._theta), *super()._bind()]

    def set_rate(self, rate: float) -> None:
        """η from the next update."""
        super().set_rate(rate)
        self._shrink[...] = 1.0 - rate * WEIGHT_DECAY


UPDATES: dict[str, type[Update]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RmsProp,
    "adagrad": Adagrad,
    "adam": Adam,
    "adamw": AdamW,
}
