"""The plane of inputs that pictures are drawn over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mlpviz.data.spec import Dataset
from mlpviz.nn.layout import Array, frozen


@dataclass(frozen=True, eq=False, slots=True)
class InputPlane:
    """A plane (or for one input a line) in the space of inputs.

    Attributes:
        origin: (inputs,) the point (0, 0) of the plane.
        axes: (k, inputs) its unit directions; k is 2, or 1 for one input.
        bounds: ((low, high), …) for each direction, what is shown.
        names: a symbol for each direction.
        share: for principal components the share of the variance that the plane holds; None for inputs themselves.
    """

    origin: Array
    axes: Array
    bounds: tuple[tuple[float, float], ...]
    names: tuple[str, ...]
    share: float | None = None

    @property
    def pca(self) -> bool:
        """Whether the plane is the first two principal components."""
        return self.share is not None

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


def principal(points: Array, count: int) -> tuple[Array, Array, float]:
    """Mean (d,), the first `count` principal directions (count, d) and the share of the variance they hold.

    Each direction's largest component is positive, so that a picture does not flip from one moment to the next.
    """
    mean = points.mean(axis=0)
    _, spread, directions = np.linalg.svd(points - mean, full_matrices=False)
    chosen = directions[:count]
    if len(chosen) < count:
        chosen = np.concatenate([chosen, np.zeros((count - len(chosen), points.shape[1]))])
    largest = chosen[np.arange(count), np.abs(chosen).argmax(axis=1)]
    chosen = chosen * np.where(largest < 0, -1.0, 1.0)[:, None]
    total = float(np.sum(spread**2))
    return mean, chosen, float(np.sum(spread[:count] ** 2)) / total if total > 0 else 1.0


def padded(values: Array, share: float = 0.08) -> tuple[float, float]:
    """The range of some values with a margin; never empty."""
    low, high = float(np.min(values)), float(np.max(values))
    margin = share * (high - low) if high > low else max(1.0, 0.1 * abs(low))
    return low - margin, high + margin


@lru_cache(maxsize=8)
def input_plane(dataset: Dataset) -> InputPlane:
    """Two inputs: the inputs themselves. One: a line. More: the first two principal components through the mean."""
    if dataset.inputs <= 2:
        bounds = tuple((float(low), float(high)) for low, high in dataset.domain)
        names = ("x",) if dataset.inputs == 1 else ("x_1", "x_2")
        return InputPlane(frozen(np.zeros(dataset.inputs)), frozen(np.eye(dataset.inputs)), bounds, names)
    mean, axes, share = principal(dataset.X[dataset.train], 2)
    points = (dataset.X - mean) @ axes.T
    bounds = (padded(points[:, 0]), padded(points[:, 1]))
    return InputPlane(frozen(mean), frozen(axes), bounds, (r"\text{PC}_1", r"\text{PC}_2"), share)
