"""The optimisers, one row each, with PyTorch's formulas and defaults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One optimiser.

    Attributes:
        name: the word the window shows.
        formula: one update of θ in LaTeX.
        sentence: what it does, for a tooltip.
        slots: names of the vectors of θ's length it keeps from step to step, zero at the start.
        learning_rate: the η a new run starts with.
    """

    name: str
    formula: str
    sentence: str
    slots: tuple[str, ...]
    learning_rate: float


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(
        "SGD", r"\theta \leftarrow \theta - \eta g", "Plain steps down the gradient of each batch.", (), 0.1
    ),
    "momentum": Optimizer(
        "momentum",
        r"v \leftarrow 0.9\,v + g,\quad \theta \leftarrow \theta - \eta v",
        "Keeps rolling: each step is η times a decaying sum of gradients, ten times a plain step on a long slope.",
        ("v",),
        0.1,
    ),
    "adam": Optimizer(
        "Adam",
        r"\theta \leftarrow \theta - \eta\,\hat{m} / (\sqrt{\hat{v}} + \epsilon)",
        "Gives every weight a step of its own size, by its gradient's mean and spread.",
        ("m", "v"),
        0.01,
    ),
}
