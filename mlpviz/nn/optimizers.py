"""The optimisers, one row each, with PyTorch's formulas and defaults; `updates` and `lbfgs` carry them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array

LBFGS_PAIRS = 10
# Numbers that L-BFGS keeps: pairs stored so far, whether g and L belong to the present θ, L.
LBFGS_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One optimiser.

    Attributes:
        name: the word the window shows.
        formula: one update of θ in LaTeX.
        sentence: what it does, for a tooltip.
        slots: the vectors it keeps from step to step, zero at the start: name → (a, b) for a length of a·|θ| + b.
            "t" counts its updates.
        learning_rate: the η a new run starts with.
        whole: it looks at all training rows in every step, whatever the batch size.
    """

    name: str
    formula: str
    sentence: str
    slots: Mapping[str, tuple[int, int]]
    learning_rate: float
    whole: bool = False

    def lengths(self, size: int) -> dict[str, int]:
        """The length of each slot for `size` parameters."""
        return {name: a * size + b for name, (a, b) in self.slots.items()}

    def empty(self, size: int) -> dict[str, Array]:
        """The slots at the start."""
        return {name: np.zeros(length) for name, length in self.lengths(size).items()}


_T = {"t": (0, 1)}
_V = {"v": (1, 0), **_T}
_MV = {"m": (1, 0), "v": (1, 0), **_T}

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(
        "SGD", r"\theta \leftarrow \theta - \eta g", "Plain steps down the gradient of each batch.", _T, 0.1
    ),
    "momentum": Optimizer(
        "momentum",
        r"v \leftarrow 0.9\,v + g,\quad \theta \leftarrow \theta - \eta v",
        "Keeps rolling: each step is η times a decaying sum of gradients, ten times a plain step on a long slope.",
        _V,
        0.1,
    ),
    "nesterov": Optimizer(
        "Nesterov",
        r"v \leftarrow 0.9\,v + g,\quad \theta \leftarrow \theta - \eta (g + 0.9\,v)",
        "Momentum that looks ahead: it brakes earlier (Nesterov 1983; Sutskever et al. 2013).",
        _V,
        0.1,
    ),
    "rmsprop": Optimizer(
        "RMSprop",
        r"v \leftarrow 0.99\,v + 0.01\,g^2,\quad \theta \leftarrow \theta - \eta g / (\sqrt{v} + \epsilon)",
        "Divides every gradient by its recent size (Tieleman & Hinton 2012).",
        _V,
        0.01,
    ),
    "adagrad": Optimizer(
        "Adagrad",
        r"v \leftarrow v + g^2,\quad \theta \leftarrow \theta - \eta g / (\sqrt{v} + \epsilon)",
        "Divides every gradient by all its past: steps only get shorter (Duchi et al. 2011).",
        _V,
        0.01,
    ),
    "adam": Optimizer(
        "Adam",
        r"\theta \leftarrow \theta - \eta\,\hat{m} / (\sqrt{\hat{v}} + \epsilon)",
        "Gives every weight a step of its own size, by its gradient's mean and spread (Kingma & Ba 2015).",
        _MV,
        0.01,
    ),
    "adamw": Optimizer(
        "AdamW",
        r"\theta \leftarrow (1 - 0.01\,\eta)\,\theta - \eta\,\hat{m} / (\sqrt{\hat{v}} + \epsilon)",
        "Adam, and every parameter shrinks a little in each step (Loshchilov & Hutter 2019).",
        _MV,
        0.01,
    ),
    "lbfgs": Optimizer(
        "L-BFGS",
        r"\theta \leftarrow \theta - \alpha H g",
        "Learns the surface's curvature H from its last 10 steps and searches along the line (Nocedal 1980); "
        "always the full batch. η is the first step length tried.",
        {"S": (LBFGS_PAIRS, 0), "Y": (LBFGS_PAIRS, 0), "g": (1, 0), "n": (0, LBFGS_NUMBERS), **_T},
        1.0,
        whole=True,
    ),
}
