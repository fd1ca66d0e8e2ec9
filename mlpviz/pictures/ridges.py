"""Where the hidden units of a 2-W-1 net have their ridges: lines across the unit square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.spec import Network

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


@dataclass(frozen=True, eq=False, slots=True)
class Ridges:
    """The lines u·x + c = 0 of the units whose line crosses the square, the strongest first.

    Attributes:
        index: (k,) which units. ends: (k, 2, 2) both ends of each line, as points (x₁, x₂).
        strength: (k,) |a|·‖u‖, how much the unit bends or lifts ĝ across its line. uphill: (k, 2) the unit vector
            across the line towards the side on which the unit's contribution is larger.
    """

    index: NDArray[np.int64]
    ends: Array
    strength: Array
    uphill: Array


def ridges(network: Network, theta: Array) -> Ridges:
    """The ridge lines of a net's units. `network` has two inputs and one hidden layer; θ as the engine keeps it."""
    (u, c), (a, _) = layout(network.sizes).weights(theta)
    norm = np.hypot(u[:, 0], u[:, 1])
    with np.errstate(all="ignore"):
        normal, offset = u / norm[:, None], c / norm
    sides = CORNERS @ normal.T + offset
    crossing = np.isfinite(sides).all(axis=0) & (sides.min(axis=0) < 0) & (sides.max(axis=0) > 0)
    strength = np.abs(a[0]) * norm
    index = np.flatnonzero(crossing).astype(np.int64)
    index = index[np.argsort(-strength[index], kind="stable")]
    ends = np.array([_clipped(normal[k], float(offset[k])) for k in index]).reshape(-1, 2, 2)
    uphill = normal[index] * np.sign(a[0, index])[:, None]
    return Ridges(index, frozen(ends), frozen(strength[index]), frozen(uphill))


def _clipped(normal: Array, offset: float) -> Array:
    """The part of the line normal·x + offset = 0 that lies in the square, (2, 2); ‖normal‖ = 1."""
    point, along = -offset * normal, np.array([-normal[1], normal[0]])
    low, high = -np.inf, np.inf
    for p, d in zip(point, along, strict=True):
        if abs(d) > 1e-12:
            first, last = sorted(((0.0 - p) / d, (1.0 - p) / d))
            low, high = max(low, first), min(high, last)
    return np.clip(np.stack([point + low * along, point + high * along]), 0.0, 1.0)
