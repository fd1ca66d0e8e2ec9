"""The network's output over the plane of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import contourpy
import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.evaluate import predict
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.spec import Network
from mlpviz.pictures.plane import InputPlane
from mlpviz.pictures.tiles import resolution

SIDE = 120


@dataclass(frozen=True, eq=False, slots=True)
class Decision:
    """The output as a picture.

    Attributes:
        values: (n, n) ŷ of one output, row 0 at the bottom; for more classes the confidence in the likeliest; for a
            line (n, outputs) ŷ.
        classes: (n, n) the likeliest class, for more than two; None otherwise.
        boundary: (k, 2) the decision boundary in the plane's coordinates, pieces parted by NaN rows; for a line the x
            where it is crossed, (k, 2) with y = NaN.
        level: the value of ŷ at the boundary: ½ for probabilities, 0 for numbers, None for arg-max regions.
    """

    values: Array
    classes: NDArray[np.int64] | None
    boundary: Array
    level: float | None


def boundary_level(network: Network) -> float | None:
    """The ŷ that parts the classes: ½ of a probability, 0 of a number; None where the largest output decides."""
    if network.outputs > 1:
        return None
    return 0.5 if network.loss == "logistic" else 0.0


def decision(network: Network, theta: Array, plane: InputPlane, n: int = SIDE) -> Decision:
    """The output over the plane, n points a side (fewer for a big network)."""
    level = boundary_level(network)
    if len(plane.bounds) == 1:
        output = predict(network, theta, plane.grid(n))
        return Decision(frozen(output.copy()), None, _empty(), level)
    side = resolution(network, n)
    output = predict(network, theta, plane.grid(side))
    xs, ys = (np.linspace(low, high, side) for low, high in plane.bounds)
    if level is not None:
        field = output[:, 0].reshape(side, side)
        return Decision(frozen(field), None, contour(xs, ys, field, level), level)
    if network.loss == "squared" and network.class_names == ():
        field = output[:, 0].reshape(side, side)
        return Decision(frozen(field), None, contour(xs, ys, field, 0.0), 0.0)
    scores = output.reshape(side, side, -1)
    classes = scores.argmax(axis=2)
    boundary = region_boundary(xs, ys, scores)
    return Decision(frozen(scores.max(axis=2)), frozen(classes), boundary, None)


def contour(xs: Array, ys: Array, field: Array, level: float) -> Array:
    """The lines field = level, (k, 2), parted by NaN rows; field (len(ys), len(xs))."""
    finite = np.nan_to_num(field, nan=level, posinf=np.finfo(float).max / 4, neginf=-np.finfo(float).max / 4)
    if not finite.min() <= level <= finite.max():
        return _empty()
    generator: Any = contourpy.contour_generator(xs, ys, finite, line_type=contourpy.LineType.Separate)
    return joined(generator.lines(level))


def region_boundary(xs: Array, ys: Array, scores: Array) -> Array:
    """Where the largest of several scores (n, n, classes) changes: each class against the best of the others."""
    pieces = []
    for index in range(scores.shape[2]):
        others = np.delete(scores, index, axis=2).max(axis=2)
        pieces.append(contour(xs, ys, scores[:, :, index] - others, 0.0))
    return joined([piece for piece in pieces if len(piece)])


def joined(lines: Sequence[Array]) -> Array:
    """Several lines as one, parted by NaN rows."""
    if not lines:
        return _empty()
    gap = np.full((1, 2), np.nan)
    return frozen(np.concatenate([part for line in lines for part in (line, gap)][:-1]))


def _empty() -> Array:
    return frozen(np.empty((0, 2)))
