"""Random networks with random parameters, for the tests of the files."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.losses import LOSSES, OUTPUT_ACTIVATIONS
from mlpviz.nn.spec import Hidden, Network

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
OWN = (
    "formula:max(t, 0)*exp(-t*t) + where(t > 1, 2, 3)**-1",
    "formula:sin(3*t)/(1 + abs(t)) - min(t^3, 2**t)",
    "formula:where(t <= -0.5, -t, log(1 + exp(t)) + cos(t)*sqrt(2)) + tanh(t)**2",
)
WORDS = [*sorted(ACTIVATIONS), *OWN]
SMALL = st.floats(-10, 10)
SIGMA = st.just(0.0) | st.floats(1e-3, 1e3)
FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    inputs = draw(st.integers(1, 5))
    hidden = draw(st.lists(st.builds(Hidden, st.integers(1, 6), st.sampled_from(WORDS)), max_size=4).map(tuple))
    loss = draw(st.sampled_from(sorted(LOSSES)))
    outputs = draw({"logistic": st.just(1), "softmax": st.integers(2, 4)}.get(loss, st.integers(1, 4)))
    names = draw(st.lists(NAMES, min_size=inputs, max_size=inputs).map(tuple) | st.just(()))
    ends = ["identity"] if LOSSES[loss].own_output else sorted(OUTPUT_ACTIVATIONS)
    features = draw(st.just(()) | st.lists(formulas(inputs), min_size=1, max_size=4, unique=True).map(tuple))
    seen = len(features) or inputs
    standard = draw(st.just(()) | st.lists(st.tuples(SMALL, SIGMA), min_size=seen, max_size=seen).map(tuple))
    classes = draw(st.lists(NAMES, max_size=3).map(tuple))
    return Network(inputs, hidden, outputs, loss, names, classes, draw(st.sampled_from(ends)), features, standard)


def formulas(inputs: int) -> st.SearchStrategy[str]:
    """Features of some of the inputs."""
    one = st.integers(1, inputs).map("x{}".format)
    kinds = ["{0}", "{0}^2", "sin({0})", "{0}*{1}", "max({0}, 0.5)", "where({0} > {1}, 1, 0)", "exp(-abs({0}))*2**{1}"]
    return st.builds(str.format, st.sampled_from(kinds), one, one)


@st.composite
def parameters(draw: st.DrawFn, size: int) -> Array:
    """θ with ordinary numbers, and a few of the strangest that float64 has."""
    theta = np.random.default_rng(draw(st.integers(0, 2**32))).normal(size=size)
    for value in draw(st.lists(FINITE | st.sampled_from([-0.0, 5e-324, 1.7976931348623157e308]), max_size=4)):
        theta[draw(st.integers(0, size - 1))] = value
    return frozen(theta)


@st.composite
def trained(draw: st.DrawFn) -> tuple[Network, Array]:
    network = draw(networks())
    return network, draw(parameters(network.size))


def plain_forward(arrays: dict[str, NDArray[np.float64]], activations: list[str], x: NDArray[np.float64]) -> Array:
    """ỹ by the formulas of the lecture, from arrays named as PyTorch names them; shares no code with mlpviz."""
    functions = {
        "identity": lambda t: t,
        "sigmoid": lambda t: 1 / (1 + np.exp(-t)),
        "tanh": np.tanh,
        "relu": lambda t: np.where(t > 0, t, 0.0),
    }
    h = x
    for place, name in enumerate([*activations, "identity"]):
        z = h @ arrays[f"{2 * place}.weight"].T + arrays[f"{2 * place}.bias"]
        h = functions[name](z)
    return np.asarray(h, dtype=np.float64)
