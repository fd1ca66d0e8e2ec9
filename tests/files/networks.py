"""Random networks with random parameters, for the tests of the files."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.spec import Hidden, Network

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
FINITE = st.floats(allow_nan=False, allow_infinity=False, width=64)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    inputs = draw(st.integers(1, 5))
    hidden = draw(
        st.lists(st.builds(Hidden, st.integers(1, 6), st.sampled_from(sorted(ACTIVATIONS))), max_size=4).map(tuple)
    )
    loss = draw(st.sampled_from(["squared", "logistic", "softmax"]))
    outputs = {"squared": st.integers(1, 4), "logistic": st.just(1), "softmax": st.integers(2, 4)}[loss]
    names = draw(st.lists(NAMES, min_size=inputs, max_size=inputs).map(tuple) | st.just(()))
    return Network(inputs, hidden, draw(outputs), loss, names, draw(st.lists(NAMES, max_size=3).map(tuple)))


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
