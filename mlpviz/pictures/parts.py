"""A 1-W-1 network taken apart: what each hidden unit contributes, and sums that grow unit by unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.strokes import grid
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.universality.errors import kinks

LARGEST = 12  # contributions that are drawn as curves of their own
PLACED = "place"
GREEDY = "greedy"
ORDERS = (PLACED, GREEDY)


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """The sum ĝ = base + Σ contributions.

    Attributes:
        x: (n,) ascending, within [0, 1].
        curves: (W, n) the contributions in the order of summing, each without its mean over the samples.
        base: the output's bias and all those means.
        units: (W,) which hidden unit each row is.
        largest: (at most LARGEST,) rows that move ĝ most, the largest first.
        signs: (W,) of each row: +1 where its unit bends ĝ up, or rises; −1 where it bends it down, or falls.
        rms: (W + 1,) the root-mean-square error over the samples of the sum of the first 0, 1, … W of them.
    """

    x: Array
    curves: Array
    base: float
    units: NDArray[np.int64]
    largest: NDArray[np.int64]
    signs: NDArray[np.int64]
    rms: Array

    def partial(self, count: int) -> Array:
        """The sum of the first `count` contributions and the base, (n,)."""
        result: Array = self.base + self.curves[:count].sum(axis=0)
        return result


def parts(network: Network, theta: Array, g: Array, order: str = PLACED) -> Parts:
    """Take a net apart.

    Args:
        g: (SAMPLES,) what it approximates.
        order: PLACED: by t = −c/u, units without a place last. GREEDY: each next unit is the one with which the sum
            comes closest to g in the mean square.
    """
    (u, c), (a, b) = layout(network.sizes).weights(theta)
    f = activation_named(network.hidden[0].activation)
    place = kinks(network, theta)[0]
    inside = np.unique(place[(place > 0) & (place < 1)]) if f.kinked else np.zeros(0)
    x = np.union1d(grid(), inside)
    with np.errstate(all="ignore"):
        values = a[0][:, None] * f(u * x + c[:, None])
        sampled = values[:, np.searchsorted(x, grid())]
        means = sampled.mean(axis=1)
        base = float(b[0] + means.sum())
        missing = g - base
        sampled = sampled - means[:, None]
        rows = _greedy(sampled, missing) if order == GREEDY else np.argsort(place, kind="stable")
        sums = np.concatenate([np.zeros((1, len(g))), np.cumsum(sampled[rows], axis=0)])
        scale = float(np.max(np.abs(g))) or 1.0
        rms = scale * np.sqrt(np.mean(((missing - sums) / scale) ** 2, axis=1))
        curves = (values - means[:, None])[rows]
        size = np.abs(curves).max(axis=1)
    largest = np.argsort(-size, kind="stable")[:LARGEST]
    largest = largest[size[largest] > 0]
    signs = np.sign(a[0] if f.kinked else a[0] * u[:, 0])[rows]
    return Parts(x, curves, base, rows.astype(np.int64), largest.astype(np.int64), signs.astype(np.int64), rms)


def _greedy(contributions: Array, missing: Array) -> NDArray[np.int64]:
    """The order in which each next contribution (W, n) leaves the least mean square of what is missing (n,)."""
    left, order = list(range(len(contributions))), []
    scale = max(float(np.max(np.abs(contributions), initial=0.0)), float(np.max(np.abs(missing))), 1e-300)
    scaled, missing = contributions / scale, missing / scale
    squares = np.einsum("ij,ij->i", scaled, scaled)
    while left:
        gains = 2 * scaled[left] @ missing - squares[left]
        best = left[int(np.argmax(gains))]
        order.append(best)
        left.remove(best)
        missing = missing - scaled[best]
    return np.array(order, dtype=np.int64)
