"""Random small networks for the tests of the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Hidden, Network
from mlpviz.nn.trainer import Trainer, make_trainer

OWN = ("formula:t*exp(-t*t)", "formula:where(t > 0, sin(t), t/(1 + abs(t)))", "formula:log(1 + t^2) + max(t, -0.3)")


@dataclass(frozen=True)
class Case:
    """A network, a θ, and data it can be trained on."""

    network: Network
    theta: Array
    X: Array
    y: Array

    @property
    def examples(self) -> Examples:
        """All rows."""
        return Examples.whole(self.X, self.y)


def case(
    loss: str,
    activations: list[str],
    widths: list[int],
    inputs: int,
    outputs: int,
    rows: int,
    seed: int,
    output_activation: str = "identity",
) -> Case:
    """A case with numbers of moderate size, none of them special."""
    rng = np.random.default_rng(seed)
    row = LOSSES[loss]
    outputs = 1 if "regression" not in row.tasks and "classes" not in row.tasks else outputs
    outputs = max(2, outputs) if loss == "softmax" else outputs
    hidden = tuple(Hidden(width, name) for width, name in zip(widths, activations, strict=True))
    network = Network(inputs, hidden, outputs, loss)
    if not row.own_output:
        network = replace(network, output_activation=output_activation)
    theta = rng.normal(size=network.size) * 0.7
    X = rng.normal(size=(rows, inputs))
    if loss == "softmax":
        y = np.eye(outputs)[rng.integers(0, outputs, rows)]
    elif "regression" not in row.tasks:
        y = rng.choice([-1.0, 1.0], (rows, 1))
    else:
        y = rng.normal(size=(rows, outputs))
    return Case(network, theta, X, y)


def trainer_of(c: Case, config: TrainingConfig, **more: object) -> Trainer:
    """A trainer on all rows of the case."""
    start = Start(c.theta, {}, **more)  # type: ignore[arg-type]
    return make_trainer(c.network, config, c.examples, start, backend="numpy")


@st.composite
def cases(draw: st.DrawFn, smooth: bool = False) -> Case:
    """Any loss and output, 0–4 hidden layers of 1–5 units."""
    names = [name for name, row in ACTIVATIONS.items() if row.smooth or not smooth]
    names += OWN[:1] if smooth else OWN
    widths = draw(st.lists(st.integers(1, 5), max_size=4))
    activations = draw(st.lists(st.sampled_from(names), min_size=len(widths), max_size=len(widths)))
    return case(
        draw(st.sampled_from([name for name, row in LOSSES.items() if row.smooth or not smooth])),
        activations,
        widths,
        draw(st.integers(1, 4)),
        draw(st.integers(1, 3)),
        draw(st.integers(1, 7)),
        draw(st.integers(0, 10**6)),
        draw(st.sampled_from(["identity", "tanh"])),
    )
