"""Initial parameters, one row a method."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.streams import stream

# Draws W of shape (fan_out, fan_in).
Draw = Callable[[np.random.Generator, int, int], Array]


@dataclass(frozen=True, slots=True)
class Initialisation:
    """One method: how W⁽ˡ⁾ is drawn; `biases` tells whether the biases are drawn as well (else they are 0)."""

    name: str
    sentence: str
    draw: Draw
    biases: bool = False


def _uniform(bound: Callable[[int, int], float]) -> Draw:
    return lambda rng, out, fan: rng.uniform(-bound(out, fan), bound(out, fan), (out, fan))


def _normal(deviation: Callable[[int, int], float]) -> Draw:
    return lambda rng, out, fan: rng.normal(0.0, deviation(out, fan), (out, fan))


def _orthogonal(rng: np.random.Generator, out: int, fan: int) -> Array:
    # Q of a Gaussian matrix, signs fixed by R's diagonal, is uniform over orthogonal matrices (Mezzadri 2007).
    q, r = np.linalg.qr(rng.normal(size=(max(out, fan), min(out, fan))))
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)
    return q if out >= fan else np.ascontiguousarray(q.T)


INITIALISATIONS: dict[str, Initialisation] = {
    "auto": Initialisation(
        "automatic",
        "He uniform before ReLU and its kin, Xavier uniform before anything else.",
        _uniform(lambda o, i: 0.0),
    ),
    "zeros": Initialisation(
        "zeros", "All 0: units of a layer stay twins for ever.", lambda rng, o, i: np.zeros((o, i))
    ),
    "uniform": Initialisation(
        "uniform ±1/√fan-in",
        "PyTorch's Linear: ±1/√fan-in, biases too.",
        _uniform(lambda o, i: 1 / math.sqrt(i)),
        biases=True,
    ),
    "xavier-uniform": Initialisation(
        "Xavier uniform",
        "±√(6/(fan-in + fan-out)) (Glorot & Bengio 2010).",
        _uniform(lambda o, i: math.sqrt(6 / (i + o))),
    ),
    "xavier-normal": Initialisation(
        "Xavier normal",
        "Deviation √(2/(fan-in + fan-out)) (Glorot & Bengio 2010).",
        _normal(lambda o, i: math.sqrt(2 / (i + o))),
    ),
    "he-uniform": Initialisation(
        "He uniform", "±√(6/fan-in) (He et al. 2015).", _uniform(lambda o, i: math.sqrt(6 / i))
    ),
    "he-normal": Initialisation(
        "He normal", "Deviation √(2/fan-in) (He et al. 2015).", _normal(lambda o, i: math.sqrt(2 / i))
    ),
    "lecun-normal": Initialisation(
        "LeCun normal", "Deviation √(1/fan-in) (LeCun et al. 1998).", _normal(lambda o, i: math.sqrt(1 / i))
    ),
    "orthogonal": Initialisation("orthogonal", "Random rotations (Saxe et al. 2014).", _orthogonal),
}
RELU_FAMILY = frozenset({"relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus"})


def method_for(init: str, activation: str) -> Initialisation:
    """The method that draws a layer with this activation; "auto" decides here."""
    if init == "auto":
        init = "he-uniform" if activation in RELU_FAMILY else "xavier-uniform"
    return INITIALISATIONS[init]


def initial(sizes: tuple[int, ...], activations: tuple[str, ...], init: str, seed: int) -> Array:
    """A read-only θ drawn from the seed's "init" stream.

    Args:
        sizes: units of every layer, inputs first.
        activations: of every layer but the inputs; the output's is "identity".
        init: an id of INITIALISATIONS.
        seed: of the document.
    """
    rng = stream(seed, "init")
    plan = layout(sizes)
    theta = np.zeros(plan.size)
    for (weight, bias), activation in zip(plan.weights(theta), activations, strict=True):
        method = method_for(init, activation)
        out, fan = weight.shape
        weight[...] = method.draw(rng, out, fan)
        if method.biases:
            bias[...] = rng.uniform(-1 / math.sqrt(fan), 1 / math.sqrt(fan), out)
    return frozen(theta)
