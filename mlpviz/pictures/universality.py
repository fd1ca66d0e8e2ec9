"""A 1-W-1 network laid over the drawn function, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.experiments.errors import abscissae, curve, kinks
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network

FINE = 4


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """One net against g.

    Attributes:
        x, net, error: (n,) abscissae, ĝ and ĝ − g there; kinks are among them.
        sup, rms: the largest and root-mean-square error, in units of g. share: sup ÷ range of g, NaN for a constant.
        at: x of the largest error; `signed`: ĝ − g there.
        stems: (k, 2) place and height a·|u| of the hidden units inside [0, 1].
        bands: (k, 2) from where to where a squashing unit changes; empty for kinked ones.
    """

    x: Array
    net: Array
    error: Array
    sup: float
    rms: float
    share: float
    at: float
    signed: float
    stems: Array
    bands: Array


def fit(network: Network, theta: Array, g: Array) -> Fit:
    """Evaluate a net against the polyline through g (SAMPLES,)."""
    x = np.union1d(np.linspace(0.0, 1.0, FINE * (SAMPLES - 1) + 1), abscissae(network, theta))
    net = curve(network, theta, x)
    error = net - np.interp(x, grid(), g)
    worst = int(np.argmax(np.abs(error)))
    rms = float(np.sqrt(np.mean((curve(network, theta, grid()) - g) ** 2)))
    span = float(np.ptp(g))
    sup = float(abs(error[worst]))
    place, height, slope = kinks(network, theta)
    inside = (place >= 0) & (place <= 1)
    kinked = ACTIVATIONS[network.hidden[0].activation].kinked
    reach = 1 / np.abs(slope[inside])
    bands = np.stack([np.clip(place[inside] - reach, 0, 1), np.clip(place[inside] + reach, 0, 1)], axis=1)
    return Fit(
        x,
        net,
        error,
        sup,
        rms,
        sup / span if span > 0 else float("nan"),
        float(x[worst]),
        float(error[worst]),
        np.stack([place[inside], height[inside]], axis=1),
        np.empty((0, 2)) if kinked else bands,
    )
