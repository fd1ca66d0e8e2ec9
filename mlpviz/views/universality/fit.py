"""A 1-W-1 network laid over the drawn function, ready to be drawn. Pure: computed off the GUI thread."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.strokes import grid
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.pictures.parts import Parts
from mlpviz.universality.errors import abscissae, curve, errors, kinks

SHOWN = 511  # points of a curve without kinks
BAND = {"tanh": 1.0, "sigmoid": 2.0}  # half the width of a squashing unit's rise, times |u|


@dataclass(frozen=True, eq=False, slots=True)
class Units:
    """The hidden units that do something within [0, 1].

    Attributes:
        index: (k,) which of the W units. place: (k,) t = −c/u, ascending.
        height: (k,) the change of slope a·|u| at a kink; for a squashing unit its steepest slope's sign and size a·u.
        reach: (k,) half the width of a squashing unit's rise; 0 for a kink.
        a, u, c: (k,) the unit is a·f(u·x + c).
    """

    index: NDArray[np.int64]
    place: Array
    height: Array
    reach: Array
    a: Array
    u: Array
    c: Array


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """One net against g.

    Attributes:
        x, net: the curve ĝ, (n,): only its corners where it is piecewise linear.
        error_x, error: the curve ĝ − g, (m,).
        sup, rms: the largest and root-mean-square error, in units of g. share: sup ÷ range of g, NaN for a constant.
        at: x of the largest error; signed: ĝ − g there.
        units: what the hidden units do. style: "kinked", "squashing", or "" where a unit has no place.
        width: W.
    """

    x: Array
    net: Array
    error_x: Array
    error: Array
    sup: float
    rms: float
    share: float
    at: float
    signed: float
    units: Units
    style: str
    width: int


def fit(network: Network, theta: Array, g: Array, kept: NDArray[np.int64] | None = None) -> Fit:
    """Measure a net against the polyline through g (SAMPLES,), exactly as `experiments.errors` does.

    Args:
        kept: (k,) after which samples g jumps; within such a piece it is taken to do so where ĝ passes the middle.
    """
    points = abscissae(network, theta)
    found = curve(network, theta, points) - np.interp(points, grid(), g)
    sup, rms = errors(network, theta, g)
    if kept is not None and len(kept):
        points, found = _with_jumps(points, found, g, kept)
        sup = max(sup, float(np.max(np.abs(np.diff(g)[kept]))) / 2)
    worst = int(np.argmax(np.abs(found)))
    span = float(np.ptp(g))
    activation = network.hidden[0].activation
    kinked = activation_named(activation).kinked
    units = hidden_units(network, theta)
    if kinked:
        x, kept = np.union1d([0.0, 1.0], units.place), np.arange(len(points))
    else:
        x, kept = np.linspace(0.0, 1.0, SHOWN), np.union1d(np.arange(0, len(points), 4), [worst])
    return Fit(
        x=x,
        net=curve(network, theta, x),
        error_x=points[kept],
        error=found[kept],
        sup=sup,
        rms=rms,
        share=sup / span if span > 0 else math.nan,
        at=float(points[worst]),
        signed=float(found[worst]),
        units=units,
        style="kinked" if kinked else "squashing" if activation in BAND else "",
        width=network.hidden[0].width,
    )


def _with_jumps(points: Array, found: Array, g: Array, kept: NDArray[np.int64]) -> tuple[Array, Array]:
    """The error on both sides of each jump, half of it, put among the others."""
    half = np.diff(g)[kept] / 2
    at, both = np.repeat((grid()[kept] + grid()[kept + 1]) / 2, 2), np.stack([half, -half], axis=1).ravel()
    place = np.searchsorted(points, at)
    return np.insert(points, place, at), np.insert(found, place, both)


def hidden_units(network: Network, theta: Array) -> Units:
    """The units whose kink lies within (0, 1), or whose rise reaches into it; none for other activations."""
    (weights, c), (a, _) = layout(network.sizes).weights(theta)
    u, a = weights[:, 0], a[0]
    activation = network.hidden[0].activation
    place = kinks(network, theta)[0]
    with np.errstate(all="ignore"):
        reach = BAND.get(activation, 0.0) / np.abs(u)
    if activation_named(activation).kinked:
        height, reach = a * np.abs(u), np.zeros_like(u)
        inside = (place > 0) & (place < 1)
    elif activation in BAND:
        height = a * u
        inside = np.isfinite(place) & (place + reach > 0) & (place - reach < 1)
    else:
        height, inside = a * u, np.zeros(len(u), dtype=bool)
    index = np.flatnonzero(inside).astype(np.int64)
    index = index[np.argsort(place[index], kind="stable")]
    return Units(index, place[index], height[index], reach[index], a[index], u[index], c[index])


def summed(whole: Fit, parts: Parts, count: int, g: Array, kept: NDArray[np.int64]) -> Fit:
    """The sum of the first `count` units against g (SAMPLES,), measured at the samples, the kinks and the kept jumps.

    Its width is that number; the units are those of the whole net.

    Args:
        kept: as in `fit`.
    """
    net = parts.partial(count)
    x, error = _with_jumps(parts.x, net - np.interp(parts.x, grid(), g), g, kept)
    worst, span = int(np.argmax(np.abs(error))), float(np.ptp(g))
    sup = float(abs(error[worst]))
    return replace(
        whole,
        x=parts.x,
        net=net,
        error_x=x,
        error=error,
        sup=sup,
        rms=float(parts.rms[count]),
        share=sup / span if span > 0 else math.nan,
        at=float(x[worst]),
        signed=float(error[worst]),
        width=count,
    )
