"""The network's output over the plane of inputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import contourpy
import numpy as np
from numpy.typing import NDArray

from mlpviz.data.spec import Dataset
from mlpviz.nn.evaluate import predict
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.spec import Network
from mlpviz.pictures.plane import InputPlane
from mlpviz.pictures.tiles import resolution

SIDE = 128
ALONG = 480  # points of the curve over one input
HUGE = np.finfo(float).max / 4  # stands for infinity where lines are interpolated


@dataclass(frozen=True, slots=True)
class Scale:
    """What the colours of a field mean.

    Attributes:
        low, high: the values at the ends of the map.
        diverging: a map with two signs around the middle; else one that grows from low to high.
    """

    low: float
    high: float
    diverging: bool = True

    @property
    def middle(self) -> float:
        """The value in the middle of the map."""
        return 0.5 * (self.low + self.high)


@dataclass(frozen=True, eq=False, slots=True)
class Decision:
    """An output as a picture.

    Attributes:
        values: (n, n) ŷ (the first of several numbers), row 0 at the bottom; for more classes the score of the
            likeliest; for a line (n, outputs) ŷ.
        classes: (n, n) the likeliest class, where the largest output decides; None otherwise.
        boundary: (k, 2) the decision boundary in the plane's coordinates, pieces parted by NaN rows; for a line
            (k, 1) the x where the class changes.
        level: the value of ŷ at the boundary: ½ for probabilities, 0 for numbers, None where the largest output
            decides.
        outputs: of the network.
        missing: (n, n) where ŷ is not finite, for a line (n,); None where it is finite everywhere.
    """

    values: Array
    classes: NDArray[np.int64] | None
    boundary: Array
    level: float | None
    outputs: int = 1
    missing: NDArray[np.bool_] | None = None


def by_largest(network: Network) -> bool:
    """Whether the largest of several outputs names the class."""
    return network.outputs > 1 and bool(network.class_names)


def boundary_level(network: Network) -> float | None:
    """The ŷ that parts the classes: ½ of a probability, 0 of a number; None where the largest output decides."""
    if by_largest(network):
        return None
    return 0.5 if network.loss == "logistic" else 0.0


def scale_of(network: Network, dataset: Dataset) -> Scale:
    """The scale that ŷ is shown on, fixed by the data, not by what the network makes of them.

    Probabilities from 0 to 1; labels from −1 to 1; numbers of both signs as far as the data go on either side of 0;
    numbers of one sign from the smallest to the largest.
    """
    if network.loss == "logistic":
        return Scale(0.0, 1.0)
    if network.class_names:
        return Scale(-1.0, 1.0)
    low, high = float(dataset.y[:, 0].min()), float(dataset.y[:, 0].max())
    if low < 0 < high or low == high:
        reach = _two_digits(max(abs(low), abs(high))) or 1.0
        return Scale(-reach, reach)
    return Scale(low, high, diverging=False)


def _two_digits(value: float) -> float:
    """The next larger number of two significant digits, so that a scale can name its ends."""
    if value == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / unit - 1e-9) * unit:.3g}")


def decision(network: Network, theta: Array, plane: InputPlane, n: int = SIDE) -> Decision:
    """The output over the plane, n points a side (fewer for a big network), or along the line of one input."""
    level = boundary_level(network)
    if plane.line:
        output = predict(network, theta, plane.grid(ALONG))
        x = np.linspace(*plane.bounds[0], ALONG)
        crossings = _crossings(x, output, level) if network.class_names else np.empty(0)
        missing = missing_from(output)
        return Decision(frozen(output.copy()), None, frozen(crossings[:, None]), level, network.outputs, missing)
    side = resolution(network, n)
    output = predict(network, theta, plane.grid(side))
    xs, ys = (np.linspace(low, high, side) for low, high in plane.bounds)
    return surface(xs, ys, output.reshape(side, side, -1), level)


def surface(xs: Array, ys: Array, output: Array, level: float | None) -> Decision:
    """The picture of outputs (len(ys), len(xs), outputs); boundary at `level`, or where the largest changes."""
    outputs, missing = output.shape[2], missing_from(output)
    if level is not None:
        field = np.nan_to_num(output[:, :, 0], nan=level, posinf=HUGE, neginf=-HUGE)
        return Decision(frozen(field), None, contour(xs, ys, field, level), level, outputs, missing)
    classes = output.argmax(axis=2)
    lines = region_boundary(xs, ys, output)
    return Decision(frozen(output.max(axis=2)), frozen(classes), lines, None, outputs, missing)


def missing_from(output: Array) -> NDArray[np.bool_] | None:
    """Where any of the outputs on the last axis is not finite; None: nowhere."""
    missing = np.asarray(~np.isfinite(output).all(axis=-1))
    return missing if missing.any() else None


def _crossings(x: Array, output: Array, level: float | None) -> Array:
    """Where along x (n,) the class that output (n, outputs) names changes, by linear interpolation, (k,)."""
    if level is None:
        winners = output.argmax(axis=1)
        at = np.flatnonzero(winners[1:] != winners[:-1])
        # The old winner's lead over the new one goes through 0 between the two points.
        before = output[at, winners[at]] - output[at, winners[at + 1]]
        after = output[at + 1, winners[at]] - output[at + 1, winners[at + 1]]
    else:
        above = output[:, 0] - level
        at = np.flatnonzero((above[1:] > 0) != (above[:-1] > 0))
        before, after = above[at], above[at + 1]
    gap = before - after
    share = np.clip(np.divide(before, gap, out=np.full(len(at), 0.5), where=gap != 0), 0.0, 1.0)
    return np.asarray(x[at] + share * (x[at + 1] - x[at]))


def contour(xs: Array, ys: Array, field: Array, level: float) -> Array:
    """The lines field = level, (k, 2), parted by NaN rows; field (len(ys), len(xs))."""
    finite = np.nan_to_num(field, nan=level, posinf=HUGE, neginf=-HUGE)
    if not finite.min() <= level <= finite.max():
        return _empty()
    generator: Any = contourpy.contour_generator(xs, ys, finite, line_type=contourpy.LineType.Separate)
    return joined(generator.lines(level))


def region_boundary(xs: Array, ys: Array, scores: Array) -> Array:
    """Where the largest of several scores (n, n, classes) changes: each class against the best of the others."""
    pieces = []
    # With two classes the second line would be the first once more.
    for index in range(scores.shape[2] if scores.shape[2] > 2 else 1):
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
