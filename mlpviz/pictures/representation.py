"""Where a hidden layer puts the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.spec import Dataset
from mlpviz.nn.evaluate import forward
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Network
from mlpviz.pictures.decision import boundary_level, contour, joined, region_boundary
from mlpviz.pictures.plane import InputPlane, padded, principal

LINES, POINTS, FIELD = 9, 41, 72
MAX_POINTS = 4000


@dataclass(frozen=True, eq=False, slots=True)
class Representation:
    """The picture of one layer.

    Attributes:
        points: (rows, 2) the rows of `shown`; width 1 has 0 as second coordinate.
        shown: (rows,) which rows of the data.
        sheet: (k, 2) the bent grid of the input plane, lines parted by NaN rows; empty for one input.
        separator: (k, 2) where the output layer's decision changes in this plane; empty unless this is the last layer.
        field: (n, n) ŷ of the output layer over the plane, row 0 at the bottom; None unless the last layer, one output.
        classes: (n, n) the likeliest class for more outputs; None otherwise.
        bounds: ((low, high), (low, high)).
        width: of the layer. share: of the variance, where principal components are shown; None otherwise.
    """

    points: Array
    shown: NDArray[np.int64]
    sheet: Array
    separator: Array
    field: Array | None
    classes: NDArray[np.int64] | None
    bounds: tuple[tuple[float, float], tuple[float, float]]
    width: int
    share: float | None


def representation(
    network: Network, theta: Array, dataset: Dataset, plane: InputPlane, layer: int | None = None
) -> Representation:
    """The picture of hidden layer `layer` (0-based; None: the last). Without hidden layers it is the input itself."""
    hidden = len(network.hidden)
    last = layer is None or layer >= hidden - 1
    index = hidden - 1 if layer is None else min(layer, hidden - 1)
    shown = np.concatenate([dataset.train[:MAX_POINTS], dataset.test[:MAX_POINTS]])

    def to_layer(X: Array) -> Array:
        return X if index < 0 else forward(network, theta, X).h[index]

    h = to_layer(dataset.X[shown])
    width = h.shape[1]
    mean, axes, share = (np.zeros(width), np.eye(2, width), None) if width <= 2 else principal(h, 2)
    if width > 2:
        # Several units may be dead or twins: the plane is then what the data leave of it.
        axes = np.where(np.isfinite(axes), axes, 0.0)
    points = (h - mean) @ axes.T
    sheet = joined([(to_layer(line) - mean) @ axes.T for line in _sheet_lines(plane)])
    bounds = (
        (padded(points[:, 0], 0.1), padded(points[:, 1], 0.1))
        if width > 1
        else (padded(points[:, 0], 0.1), (-1.0, 1.0))
    )
    separator, field, classes = (_empty(), None, None)
    if last:
        separator, field, classes = _output_over(network, theta, mean, axes, bounds, width)
    return Representation(frozen(points), frozen(shown), sheet, separator, field, classes, bounds, width, share)


def _sheet_lines(plane: InputPlane) -> list[Array]:
    """Lines of a grid inside the plane's bounds, each (POINTS, inputs)."""
    if len(plane.bounds) == 1:
        return []
    (left, right), (low, high) = plane.bounds
    inset = 0.08
    xs = np.linspace(left + inset * (right - left), right - inset * (right - left), LINES)
    ys = np.linspace(low + inset * (high - low), high - inset * (high - low), LINES)
    fine_x, fine_y = np.linspace(xs[0], xs[-1], POINTS), np.linspace(ys[0], ys[-1], POINTS)
    across = [np.stack([fine_x, np.full(POINTS, y)], axis=1) for y in ys]
    along = [np.stack([np.full(POINTS, x), fine_y], axis=1) for x in xs]
    return [plane.lift(line) for line in across + along]


def _output_over(
    network: Network,
    theta: Array,
    mean: Array,
    axes: Array,
    bounds: tuple[tuple[float, float], tuple[float, float]],
    width: int,
) -> tuple[Array, Array | None, NDArray[np.int64] | None]:
    """The output layer alone over the plane mean + points · axes."""
    w, b = layout(network.sizes).weights(theta)[-1]
    in_plane, offset = w @ axes.T, w @ mean + b
    xs, ys = (np.linspace(low, high, FIELD) for low, high in bounds)
    grid = np.stack([g.ravel() for g in np.meshgrid(xs, ys)], axis=1)
    with np.errstate(all="ignore"):
        logits = in_plane @ grid.T + offset[:, None]
        output = LOSSES[network.loss].predict(logits)
    if network.outputs == 1:
        separator = line_in_box(in_plane[0], float(offset[0]), bounds)
        return separator, frozen(output[0].reshape(FIELD, FIELD)), None
    if boundary_level(network) is None and network.class_names:
        scores = logits.T.reshape(FIELD, FIELD, -1)
        return region_boundary(xs, ys, scores), None, frozen(scores.argmax(axis=2))
    return contour(xs, ys, logits[0].reshape(FIELD, FIELD), 0.0), frozen(output[0].reshape(FIELD, FIELD)), None


def line_in_box(normal: Array, offset: float, bounds: tuple[tuple[float, float], tuple[float, float]]) -> Array:
    """The part of the line ⟨normal, p⟩ + offset = 0 inside a box, (2, 2), or (0, 2) where it misses the box."""
    (left, right), (low, high) = bounds
    a, b = float(normal[0]), float(normal[1])
    ends = []
    if b != 0:
        ends += [(x, -(a * x + offset) / b) for x in (left, right)]
    if a != 0:
        ends += [(-(b * y + offset) / a, y) for y in (low, high)]
    slack_x, slack_y = 1e-9 * (right - left), 1e-9 * (high - low)
    inside = [
        (x, y) for x, y in ends if left - slack_x <= x <= right + slack_x and low - slack_y <= y <= high + slack_y
    ]
    if len(inside) < 2:
        return _empty()
    inside.sort()
    return frozen(np.array([inside[0], inside[-1]]))


def _empty() -> Array:
    return frozen(np.empty((0, 2)))
