"""How far a network is from a drawn or painted function, exactly where that can be had."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mlpviz.data.painted import SIDE, points, value
from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.nn.activations import activation_named
from mlpviz.nn.evaluate import logits
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.universality.degrees import degree, nodes, series, turning

FINE = 8
FINER = 4  # pieces between two samples of a painted function, for the largest error


def kinks(network: Network, theta: Array) -> tuple[Array, Array, Array]:
    """Of each hidden unit of a 1-W-1 network: its place t = −c/u, its height a·|u| and its steepness u, (W,) each.

    A unit with u = 0 is a constant: its place is NaN.
    """
    (u, c), (a, _) = layout(network.sizes).weights(theta)
    slope = u[:, 0]
    with np.errstate(all="ignore"):
        place = np.where(slope == 0, np.nan, -c / slope)
    return place, a[0] * np.abs(slope), slope


def abscissae(network: Network, theta: Array) -> Array:
    """Where the largest error is looked for.

    Between samples and kinks a piecewise linear net differs from the polyline g by a straight line, so these points
    suffice exactly; any other net is compared on 8·511 + 1 equidistant points, the samples among them.
    """
    if all(activation_named(layer.activation).kinked for layer in network.hidden):
        place = kinks(network, theta)[0]
        inside = place[(place > 0) & (place < 1)]
        return np.union1d(grid(), inside)
    return np.linspace(0.0, 1.0, FINE * (SAMPLES - 1) + 1)


def curve(network: Network, theta: Array, x: Array) -> Array:
    """ĝ at x (n,), (n,)."""
    values: Array = logits(network, theta, x[:, None])[:, 0]
    return values


def errors(network: Network, theta: Array, g: Array) -> tuple[float, float]:
    """The largest and the root-mean-square error of the network against the polyline through g (SAMPLES,).

    The largest is over `abscissae`, the mean over the samples. Of a net that is a polynomial the extrema between the
    samples are found as well, so that it is exact and never below the floor of its degree.
    """
    x = abscissae(network, theta)
    found = degree(network.hidden[0].activation)
    if found is not None:
        x = np.union1d(x, turning(series(curve(network, theta, nodes(found + 1))), g))
    sup = float(np.max(np.abs(curve(network, theta, x) - np.interp(x, grid(), g))))
    apart = np.abs(curve(network, theta, grid()) - g)
    return sup, _root_mean_square(apart)


def plane_errors(network: Network, theta: Array, g: Array) -> tuple[float, float]:
    """The largest and the root-mean-square error of a 2-W-1 network against g with samples (SIDE²,).

    The mean is over the samples; the largest over a grid FINER times as fine, where g is bilinear between them.
    """
    fine = _fine()
    apart = logits(network, theta, fine)[:, 0] - value(g.reshape(SIDE, SIDE), fine)
    side = FINER * (SIDE - 1) + 1
    there = apart.reshape(side, side)[::FINER, ::FINER]
    return float(np.max(np.abs(apart))), _root_mean_square(np.abs(there))


@lru_cache(maxsize=1)
def _fine() -> Array:
    return points(FINER * (SIDE - 1) + 1)


def _root_mean_square(sizes: Array) -> float:
    # Divided by the largest before squaring: g may be as large as 1e290 or as small as 1e-290.
    largest = float(np.max(sizes))
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.mean((sizes / largest) ** 2)))
