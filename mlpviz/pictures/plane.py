"""The plane of inputs that pictures are drawn over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mlpviz.data.spec import Dataset
from mlpviz.nn.layout import Array, frozen

DRAWABLE = 1e100
Bounds = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False, slots=True)
class InputPlane:
    """A plane (or for one input a line) in the space of inputs.

    Attributes:
        origin: (inputs,) the point (0, 0) of the plane.
        axes: (k, inputs) its unit directions; k is 2, or 1 for one input.
        bounds: ((low, high), …) for each direction, what is shown.
        extent: ((low, high), …) for each direction, where the data are.
        names: a symbol for each direction.
        share: for principal components the share of the variance that the plane holds; None for inputs themselves.
    """

    origin: Array
    axes: Array
    bounds: Bounds
    extent: Bounds
    names: tuple[str, ...]
    share: float | None = None

    @property
    def pca(self) -> bool:
        """Whether the plane is the first two principal components."""
        return self.share is not None

    @property
    def line(self) -> bool:
        """Whether it is a line: there is one input."""
        return len(self.bounds) == 1

    def grid(self, n: int) -> Array:
        """n × n points over the bounds (n for a line), (n·n, inputs): the first direction runs fastest, from below."""
        sides = [np.linspace(low, high, n) for low, high in self.bounds]
        steps = np.stack([side.ravel() for side in np.meshgrid(*sides)], axis=1)
        return self.lift(steps)

    def lift(self, points: Array) -> Array:
        """Points of the plane (rows, k) as inputs (rows, inputs)."""
        lifted: Array = self.origin + points @ self.axes
        return lifted

    def project(self, X: Array) -> Array:
        """Inputs (rows, inputs) as points of the plane (rows, k)."""
        projected: Array = (X - self.origin) @ self.axes.T
        return projected


def principal(points: Array, count: int, like: Array | None = None) -> tuple[Array, Array, float]:
    """Mean (d,), the first `count` principal directions (count, d) and the share of the variance they hold.

    The directions are those of largest variance of `points` (n, d), n ≥ 1: eigenvectors of the covariance, or of the
    Gram matrix where there are fewer points than dimensions. A direction without any variance is 0. The sign of each
    is that nearer to `like` (count, d), so that a picture does not flip from one moment to the next; without it the
    largest component is positive.
    """
    mean = points.mean(axis=0)
    centred = points - mean
    scale = float(np.max(np.abs(centred), initial=0.0))
    if scale == 0:
        return mean, np.zeros((count, points.shape[1])), 1.0
    centred = centred / scale  # so that no square overflows
    wide = len(points) < points.shape[1]
    variances, vectors = np.linalg.eigh(centred @ centred.T if wide else centred.T @ centred)
    variances, vectors = np.maximum(variances[::-1], 0.0), vectors[:, ::-1]
    directions = vectors[:, :count].T @ centred if wide else vectors[:, :count].T
    lengths = np.linalg.norm(directions, axis=1)
    none = (variances[:count] <= 1e-14 * variances[0]) | (lengths == 0)
    directions = np.where(none[:, None], 0.0, directions / np.where(none, 1.0, lengths)[:, None])
    if len(directions) < count:
        directions = np.concatenate([directions, np.zeros((count - len(directions), points.shape[1]))])
    signs = directions[np.arange(count), np.abs(directions).argmax(axis=1)]
    if like is not None and like.shape == directions.shape:
        signs = np.sum(directions * like, axis=1)
    directions = directions * np.where(signs < 0, -1.0, 1.0)[:, None]
    return mean, directions, float(np.sum(variances[:count]) / np.sum(variances))


def padded(values: Array, share: float = 0.08) -> tuple[float, float]:
    """The range of some values with a margin; never empty. What is not finite, or too large to be drawn, is left out;
    (−1, 1) where nothing stays.
    """
    known = values[np.abs(values) < DRAWABLE]
    if not len(known):
        return -1.0, 1.0
    low, high = float(np.min(known)), float(np.max(known))
    wide = high - low > 1e-9 * max(abs(low), abs(high))
    margin = share * (high - low) if wide else max(1.0, 0.1 * abs(low))
    return low - margin, high + margin


@lru_cache(maxsize=4)
def input_plane(dataset: Dataset) -> InputPlane:
    """Two inputs: the inputs themselves. One: a line. More: the first two principal components through the mean."""
    if dataset.inputs <= 2:
        bounds = tuple((float(low), float(high)) for low, high in dataset.domain)
        names = ("x",) if dataset.inputs == 1 else ("x_1", "x_2")
        origin, axes = np.zeros(dataset.inputs), np.eye(dataset.inputs)
        return InputPlane(frozen(origin), frozen(axes), bounds, _extent(dataset.X), names)
    mean, axes, share = principal(dataset.X[dataset.train], 2)
    points = (dataset.X - mean) @ axes.T
    bounds = (padded(points[:, 0]), padded(points[:, 1]))
    return InputPlane(frozen(mean), frozen(axes), bounds, _extent(points), (r"\text{PC}_1", r"\text{PC}_2"), share)


def _extent(points: Array) -> Bounds:
    """The lowest and highest coordinate of some points (rows, k) in each direction."""
    return tuple((float(low), float(high)) for low, high in zip(points.min(axis=0), points.max(axis=0), strict=True))
