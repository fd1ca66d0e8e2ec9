"""Random small networks for the tests of the engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import Array
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Hidden, Network


@dataclass(frozen=True)
class Case:
    """A network, a θ, and data it can be trained on."""

    network: Network
    theta: Array
    X: Array
    y: Array


def case(loss: str, activations: list[str], widths: list[int], inputs: int, outputs: int, rows: int, seed: int) -> Case:
    """A case with numbers of moderate size, none of them special."""
    rng = np.random.default_rng(seed)
    outputs = 1 if loss == "logistic" else max(2, outputs) if loss == "softmax" else outputs
    hidden = tuple(Hidden(width, name) for width, name in zip(widths, activations, strict=True))
    network = Network(inputs, hidden, outputs, loss)
    theta = rng.normal(size=network.size) * 0.7
    X = rng.normal(size=(rows, inputs))
    if loss == "softmax":
        y = np.eye(outputs)[rng.integers(0, outputs, rows)]
    elif loss == "logistic":
        y = rng.choice([-1.0, 1.0], (rows, 1))
    else:
        y = rng.normal(size=(rows, outputs))
    return Case(network, theta, X, y)


@st.composite
def cases(draw: st.DrawFn, smooth: bool = False) -> Case:
    """Any loss, 0–4 hidden layers of 1–5 units."""
    names = [name for name, row in ACTIVATIONS.items() if not (smooth and row.kinked)]
    widths = draw(st.lists(st.integers(1, 5), max_size=4))
    activations = draw(st.lists(st.sampled_from(names), min_size=len(widths), max_size=len(widths)))
    return case(
        draw(st.sampled_from(list(LOSSES))),
        activations,
        widths,
        draw(st.integers(1, 4)),
        draw(st.integers(1, 3)),
        draw(st.integers(1, 7)),
        draw(st.integers(0, 10**6)),
    )
