"""A function of two inputs made ready to be approximated, and the 2-W-1 networks made for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.data.painted import SIDE, points, value
from mlpviz.errors import UserError
from mlpviz.nn.evaluate import logits
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.spec import Hidden, Network
from mlpviz.universality.target import LARGEST, SMALLEST

FINE = 4  # places a cell and axis at which the largest error is looked for
CHUNK = 8192  # places evaluated at a time


@dataclass(frozen=True, eq=False, slots=True)
class PlaneTarget:
    """The samples of g on the unit square.

    Attributes:
        g: (SIDE, SIDE). middle: of its range. half: half its range; 1 where g is constant.
        unit: (SIDE²,) (g − middle) ÷ half, within ±1, in the order of `data.painted.points`.
    """

    g: Array
    middle: float
    half: float
    unit: Array


@dataclass(frozen=True, eq=False, slots=True)
class PlaneNet:
    """A 2-W-1 network made for a g.

    Attributes:
        network, theta: the net, in units of g. values: (SIDE, SIDE) ĝ at the samples.
        rms: over the samples, in units of g. sup: the largest |ĝ − g| over a grid FINE times as fine, with g bilinear
            between its samples. at: where that is, (x₁, x₂). seconds: what making it took.
    """

    network: Network
    theta: Array
    values: Array
    rms: float
    sup: float
    at: tuple[float, float]
    seconds: float

    @property
    def width(self) -> int:
        """W."""
        return self.network.hidden[0].width


def plane_target(g: Array) -> PlaneTarget:
    """The target for samples (SIDE, SIDE) of g. Raises UserError for a range that float64 has no room to work in."""
    low, high = float(np.min(g)), float(np.max(g))
    middle, span = low / 2 + high / 2, high - low
    if span and not SMALLEST < span < LARGEST:
        raise UserError(f"The function's range of {span:.3g} is beyond what can be trained; scale it towards 1.")
    half = span / 2 or 1.0
    return PlaneTarget(g, middle, half, frozen(((g - middle) / half).ravel()))


def plane_network(width: int, activation: str) -> Network:
    """The 2-W-1 network of two inputs."""
    return Network(inputs=2, hidden=(Hidden(width, activation),), outputs=1, loss="squared", input_names=("x1", "x2"))


def plane_net(activation: str, u: Array, c: Array, a: Array, b: float, target: PlaneTarget, seconds: float) -> PlaneNet:
    """The net b + Σ aᵢ f(uᵢ·x + cᵢ) for `target.unit`, in units of g, with its errors.

    Args:
        activation: f. u: (W, 2). c, a: (W,). b: a number; all of them for `target.unit`.
    """
    network = plane_network(len(u), activation)
    theta = np.empty(network.size)
    (weights, biases), (out, bias) = layout(network.sizes).weights(theta)
    weights[:], biases[:], out[0], bias[0] = u, c, a * target.half, b * target.half + target.middle
    theta = frozen(theta)
    sup, at = _largest(network, theta, target)
    values = evaluated(network, theta, points())
    error = (values - target.g.ravel()) / target.half  # squares of tiny and huge numbers stay within float64
    rms = target.half * float(np.sqrt(np.mean(error * error)))
    return PlaneNet(network, theta, frozen(values.reshape(SIDE, SIDE)), rms, sup, at, seconds)


def evaluated(network: Network, theta: Array, at: Array) -> Array:
    """ĝ at places (n, 2), (n,)."""
    parts = [logits(network, theta, at[k : k + CHUNK])[:, 0] for k in range(0, len(at), CHUNK)]
    return np.concatenate(parts)


def _largest(network: Network, theta: Array, target: PlaneTarget) -> tuple[float, tuple[float, float]]:
    at = _fine()
    error = np.abs(evaluated(network, theta, at) - value(target.g, at))
    worst = int(np.argmax(error))
    return float(error[worst]), (float(at[worst, 0]), float(at[worst, 1]))


def _fine() -> Array:
    x = np.linspace(0.0, 1.0, FINE * (SIDE - 1) + 1)
    x2, x1 = np.meshgrid(x, x, indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], axis=1)
