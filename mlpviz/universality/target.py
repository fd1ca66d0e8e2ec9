"""A drawn function made ready to be approximated: centred, divided by half its range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.data.span import check_span
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.spec import Hidden, Network
from mlpviz.universality.errors import errors

WIDEST_PLANE = 256  # units of nets that are built for two inputs


@dataclass(frozen=True, eq=False, slots=True)
class Target:
    """The samples of g on `data.strokes.grid()`, or on `data.painted.points()` where it has two inputs.

    Attributes:
        g: (n,), as drawn and smoothed. middle: of its range. half: half its range; 1 where g is constant.
        unit: (n,) (g − middle) ÷ half, within ±1.
    """

    g: Array
    middle: float
    half: float
    unit: Array


@dataclass(frozen=True, eq=False, slots=True)
class Built:
    """A 1-W-1 or 2-W-1 network made for a g.

    Attributes:
        network, theta: the net, in units of g. sup, rms: its errors as `errors.errors` or `plane.plane_errors` measures
        them, in units of g. seconds: what making it took.
    """

    network: Network
    theta: Array
    sup: float
    rms: float
    seconds: float


def target_of(g: Array) -> Target:
    """The target for samples (n,) of g. Raises UserError for a range that float64 has no room to work in."""
    low, high = float(np.min(g)), float(np.max(g))
    middle, span = low / 2 + high / 2, high - low
    check_span(g)
    half = span / 2 or 1.0
    return Target(frozen(np.asarray(g, dtype=np.float64)), middle, half, frozen((g - middle) / half))


def sweep_network(width: int, activation: str) -> Network:
    """The 1-W-1 network of a sweep."""
    return Network(inputs=1, hidden=(Hidden(width, activation),), outputs=1, loss="squared", input_names=("x",))


def plane_network(width: int, activation: str) -> Network:
    """The 2-W-1 network for a function of two inputs."""
    return Network(inputs=2, hidden=(Hidden(width, activation),), outputs=1, loss="squared", input_names=("x1", "x2"))


def in_units_of_g(network: Network, theta: Array, target: Target) -> Array:
    """θ of a net for `target.unit` → θ of the same net for g: the scale is folded into the output layer."""
    result = theta.copy()
    _, (a, b) = layout(network.sizes).weights(result)
    a *= target.half
    b *= target.half
    b += target.middle
    return frozen(result)


def built(activation: str, u: Array, c: Array, a: Array, b: float, target: Target, seconds: float) -> Built:
    """The net b + Σ aᵢ f(uᵢ x + cᵢ) for `target.unit`, in units of g, with its errors.

    Args:
        activation: f. u, c, a: (W,) each; b: a number; all of them for `target.unit`.
    """
    network = sweep_network(len(u), activation)
    theta = np.empty(network.size)
    (weights, biases), (out, bias) = layout(network.sizes).weights(theta)
    weights[:, 0], biases[:], out[0], bias[0] = u, c, a, b
    found = in_units_of_g(network, theta, target)
    sup, rms = errors(network, found, target.g)
    return Built(network, found, sup, rms, seconds)
