"""Where a hidden layer puts the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.spec import Dataset
from mlpviz.nn.activations import activation_named
from mlpviz.nn.evaluate import forward, output
from mlpviz.nn.features import prepared
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.spec import Network
from mlpviz.pictures.decision import Decision, boundary_level, joined, surface
from mlpviz.pictures.plane import InputPlane, padded, principal

LINES, POINTS, FIELD = 9, 41, 96
MARGIN = 0.1
LANE, JITTER = 0.30, 0.09  # of the classes of a layer with one unit, in units of half the height
Box = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False, slots=True)
class Representation:
    """The picture of one layer.

    Attributes:
        points: (rows, 2) the rows of `shown`. One unit: h and a lane for each class. NaN where h is not finite.
        shown: (rows,) which rows of the data.
        sheet: (k, 2) a grid of the input plane inside the data, bent as the layer bends it, lines parted by NaN rows;
            for one input the curve that its line becomes; empty for a layer with one unit.
        separator: (2, 2) the line ⟨h, w⟩ + b = 0 of one output in this plane, cut off at the bounds; (0, 2) where it
            does not meet them, for more outputs, or when this is not the last layer.
        surface: what the output layer alone makes of this plane; None unless this is the last layer.
        bounds: ((low, high), (low, high)), what is shown.
        width: of the layer.
        axes: (2, width) the directions shown. share: of the variance they hold; None where they are the units.
        layer: 0-based, −1 for the inputs or features. last: whether the output layer reads this layer.
    """

    points: Array
    shown: NDArray[np.int64]
    sheet: Array
    separator: Array
    surface: Decision | None
    bounds: Box
    width: int
    axes: Array
    share: float | None
    layer: int
    last: bool


def representation(
    network: Network,
    theta: Array,
    dataset: Dataset,
    plane: InputPlane,
    shown: NDArray[np.int64],
    layer: int | None = None,
    before: Representation | None = None,
) -> Representation:
    """The picture of hidden layer `layer` (0-based; None: the last). Without hidden layers it is what the output sees.

    Args:
        shown: which rows of the data; principal components are those of these rows.
        before: the picture of a moment before: its frame and the sense of its axes are kept where they can be.
    """
    hidden = len(network.hidden)
    index = hidden - 1 if layer is None else min(layer, hidden - 1)
    last = index == hidden - 1

    def to_layer(X: Array) -> Array:
        if index < 0:
            with np.errstate(all="ignore"):
                return prepared(network, X)
        h: Array = forward(network, theta, X).h[index]
        return h

    h = to_layer(dataset.X[shown])
    width = h.shape[1]
    usable = before if before is not None and (before.width, before.layer) == (width, index) else None
    origin, axes, share = _directions(h, usable)
    with np.errstate(all="ignore"):
        points = (h - origin) @ axes.T
        sheet = _bent(to_layer, plane, origin, axes) if width > 1 else _empty()
    points[~np.isfinite(points).all(axis=1)] = np.nan
    if width == 1:
        points[:, 1] = _lanes(dataset, shown)
    bounds = _frame(network, index, points, share, usable.bounds if usable is not None else None)
    separator, field = (_empty(), None)
    if last:
        separator, field = _output_over(network, theta, origin, axes, bounds)
    return Representation(
        frozen(points), shown, sheet, separator, field, bounds, width, frozen(axes), share, index, last
    )


def _directions(h: Array, before: Representation | None) -> tuple[Array, Array, float | None]:
    """Origin (width,), axes (2, width) and the share of the variance, None for one or two units."""
    width = h.shape[1]
    if width <= 2:
        return np.zeros(width), np.eye(2, width), None
    finite = h[np.isfinite(h).all(axis=1)]
    if not len(finite):
        return np.zeros(width), np.eye(2, width), 0.0
    return principal(finite, 2, before.axes if before is not None else None)


def _bent(to_layer: Callable[[Array], Array], plane: InputPlane, origin: Array, axes: Array) -> Array:
    """The sheet's lines where the layer puts them, all in one pass."""
    lines = sheet_lines(plane)
    placed = (to_layer(np.concatenate(lines)) - origin) @ axes.T
    return joined(np.split(placed, np.cumsum([len(line) for line in lines])[:-1]))


def sheet_lines(plane: InputPlane) -> list[Array]:
    """Lines of a grid over the data's extent in the plane, each (POINTS, inputs); one line for one input."""
    if plane.line:
        return [plane.lift(np.linspace(*plane.extent[0], 8 * POINTS)[:, None])]
    (left, right), (low, high) = plane.extent
    xs, ys = np.linspace(left, right, LINES), np.linspace(low, high, LINES)
    fine_x, fine_y = np.linspace(left, right, POINTS), np.linspace(low, high, POINTS)
    across = [np.stack([fine_x, np.full(POINTS, y)], axis=1) for y in ys]
    along = [np.stack([np.full(POINTS, x), fine_y], axis=1) for x in xs]
    return [plane.lift(line) for line in across + along]


def _lanes(dataset: Dataset, shown: NDArray[np.int64]) -> Array:
    """Heights for points on one line: a lane for each class, and a little up or down in it, fixed by the row."""
    classes = max(1, dataset.classes)
    label = dataset.y[shown, 0] if dataset.classes else np.zeros(len(shown))
    lane = LANE * 2 / max(2, classes)
    golden = (shown * 0.6180339887498949) % 1.0
    return np.asarray((label - (classes - 1) / 2) * lane * 2 + (2 * golden - 1) * JITTER)


def _frame(network: Network, index: int, points: Array, share: float | None, before: Box | None) -> Box:
    """What is shown: the activation's range where it has one, else the points, followed only when it matters.

    A frame is kept until points leave it or fill less than half of a side.
    """
    width = network.sizes[index + 1]
    low, high = activation_named(network.hidden[index].activation).bounds if index >= 0 else (-np.inf, np.inf)
    if width <= 2 and np.isfinite(high - low):
        side = (low - 0.08 * (high - low), high + 0.08 * (high - low))
        return side, side if width == 2 else (-1.0, 1.0)
    sides = [padded(points[:, 0], MARGIN), padded(points[:, 1], MARGIN) if width > 1 else (-1.0, 1.0)]
    if before is not None:
        inner = [padded(points[:, 0], 0.02), padded(points[:, 1], 0.02) if width > 1 else before[1]]
        inside = all(old[0] <= new[0] and new[1] <= old[1] for old, new in zip(before, inner, strict=True))
        filled = all(new[1] - new[0] > 0.5 * (old[1] - old[0]) for old, new in zip(before, sides, strict=True))
        if inside and filled:
            return before
    return sides[0], sides[1]


def _output_over(network: Network, theta: Array, origin: Array, axes: Array, bounds: Box) -> tuple[Array, Decision]:
    """The output layer alone over the plane origin + points · axes: its separator and its picture."""
    w, b = layout(network.sizes).weights(theta)[-1]
    xs, ys = (np.linspace(low, high, FIELD) for low, high in bounds)
    grid = np.stack([side.ravel() for side in np.meshgrid(xs, ys)], axis=1)
    with np.errstate(all="ignore"):
        in_plane, offset = w @ axes.T, w @ origin + b
        found = output(network, in_plane @ grid.T + offset[:, None])
    picture = surface(xs, ys, found.T.reshape(FIELD, FIELD, -1), boundary_level(network))
    single = network.outputs == 1
    return line_in_box(in_plane[0], float(offset[0]), bounds) if single else _empty(), picture


def line_in_box(normal: Array, offset: float, box: Box) -> Array:
    """The part of the line ⟨normal, p⟩ + offset = 0 inside a box, (2, 2), or (0, 2) where it misses the box."""
    (left, right), (low, high) = box
    corners = np.array([(left, low), (right, low), (right, high), (left, high)])
    with np.errstate(all="ignore"):
        heights = corners @ normal + offset
        heights = heights / np.max(np.abs(heights))
    if not np.isfinite(heights).all():
        return _empty()
    ends = []
    for here, there in ((0, 1), (1, 2), (2, 3), (3, 0)):
        if (heights[here] > 0) != (heights[there] > 0):
            share = heights[here] / (heights[here] - heights[there])
            ends.append(corners[here] + share * (corners[there] - corners[here]))
    return frozen(np.array(sorted(ends, key=tuple))) if len(ends) == 2 else _empty()


def _empty() -> Array:
    return frozen(np.empty((0, 2)))
