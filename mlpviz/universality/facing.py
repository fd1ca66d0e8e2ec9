"""Which kinks' units face left, so that a path's first slope needs no unit of its own.

f(t) = t above 0 and αt below: ReLU with α = 0, leaky ReLU. A unit a·f(x − t) has the slopes αa and a beside its kink t,
one that faces left, a·f(t − x), −a and −αa: both change the slope by d = (1 − α)a. With the slopes m₀ … m_W of a path,
dᵢ = mᵢ − mᵢ₋₁ and L the kinks whose units face left, the net has the path's slopes iff

    m₀ − α m_W + (1 + α) Σ_L dᵢ = 0,

with α = 0 an alternating sum of an odd number of the slopes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.layout import Array
from mlpviz.universality.slopes import Ways

MOST_SETS = 12  # kinks of which all sets are tried
HALF = 12  # kinks in each half that meets in the middle
WIDEST = 8  # intervals for which that is done
Left = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """The line j of a path with another slope, and which kinks face left (W,)."""

    j: int
    slope: float
    left: Left


def weights_of(left: Array | Left, alpha: float) -> Array:
    """The weights (…, W + 1) of a path's slopes in the sum that must be 0, for kinks (…, W) that face left."""
    weights = np.zeros((*left.shape[:-1], left.shape[-1] + 1))
    weights[..., 1:] += left
    weights[..., :-1] -= left
    weights *= 1 + alpha
    weights[..., 0] += 1.0
    weights[..., -1] -= alpha
    return weights


def choices(found: Ways, alpha: float) -> Iterator[Choice]:
    """Paths through the tube that a net can be, the most promising first."""
    width = len(found.low) - 1
    if width <= MOST_SETS:
        yield from _all_sets(found, alpha)
        return
    yield from _facing_away(found, alpha)
    room = np.where(found.low <= found.high, found.high - found.low, -1.0)
    for j in np.argsort(-room, kind="stable")[:WIDEST]:
        if room[j] >= 0:
            yield from _met_in_the_middle(found, int(j), alpha)


@lru_cache(maxsize=MOST_SETS + 1)
def _sets(width: int) -> Left:
    """All sets of kinks, (2^W, W)."""
    return ((np.arange(2**width)[:, None] >> np.arange(width)) & 1).astype(bool)


@lru_cache(maxsize=2 * MOST_SETS)
def _sums(width: int, alpha: float) -> Array:
    return weights_of(_sets(width), alpha)


def _all_sets(found: Ways, alpha: float) -> Iterator[Choice]:
    width = len(found.low) - 1
    sums = _sums(width, alpha)
    # Column j: the slopes of the path whose line j is free, and 0 in its place.
    lines = np.where(np.tri(width + 1, k=-1, dtype=bool).T, found.left[:, None, 0], found.right[:, None, 0])
    np.fill_diagonal(lines, 0.0)
    middle, half = 0.5 * (found.low + found.high), 0.5 * (found.high - found.low)
    with np.errstate(all="ignore"):
        slopes = -(sums @ lines) / sums
        away = np.abs(slopes - middle) / half
    away[~np.isfinite(slopes) | (slopes < found.low) | (slopes > found.high)] = np.inf
    away[np.isnan(away)] = 1.0
    for index in np.argsort(away, axis=None, kind="stable")[:WIDEST]:
        row, j = divmod(int(index), width + 1)
        if np.isfinite(away[row, j]):
            yield Choice(j, float(slopes[row, j]), _sets(width)[row])


def _slopes(found: Ways, j: int) -> Array:
    """The slopes of the path whose line j is free, and 0 in its place."""
    return np.concatenate([found.left[:j, 0], [0.0], found.right[j + 1 :, 0]])


def _facing_away(found: Ways, alpha: float) -> Iterator[Choice]:
    """Every unit faces away from one line, which for ReLU must be flat."""
    width, fitting = len(found.low) - 1, []
    for j in range(width + 1):
        left = np.arange(width) < j
        weights = weights_of(left, alpha)
        slope = -float(weights @ _slopes(found, j)) / float(weights[j])
        if found.low[j] <= slope <= found.high[j]:
            fitting.append(Choice(j, slope, left))
    yield from sorted(fitting, key=lambda choice: found.low[choice.j] - found.high[choice.j])[:WIDEST]


def _met_in_the_middle(found: Ways, j: int, alpha: float) -> Iterator[Choice]:
    """Sets in which just one of the kinks at both ends of the line j faces left, so that its slope decides the sum."""
    slopes, width = _slopes(found, j), len(found.low) - 1
    d = np.diff(slopes)
    others = np.setdiff1d(np.arange(width), [j - 1, j])  # kink i lies between the lines i and i + 1
    for mine in (j - 1, j):
        if not 0 <= mine < width:
            continue
        left = np.arange(width) == mine
        weights = weights_of(left, alpha)
        fixed, own = float(weights @ slopes), float(weights[j])
        if own == 0:
            continue
        low, high = sorted(-(fixed + own * end) / (1 + alpha) for end in (found.low[j], found.high[j]))
        rest = _subset(d, others, low, high)
        if rest is not None:
            slope = -(fixed + (1 + alpha) * float(d[rest].sum())) / own
            left[rest] = True
            yield Choice(j, min(max(slope, found.low[j]), found.high[j]), left)


def _subset(d: Array, others: NDArray[np.int64], low: float, high: float) -> NDArray[np.int64] | None:
    """Some of the kinks whose changes of slope sum up to something between low and high, the middle if possible."""
    middle = 0.5 * (low + high)
    by_size = others[np.argsort(-np.abs(d[others]), kind="stable")]
    large, small = by_size[: -2 * HALF], by_size[-2 * HALF :]
    chosen, total = [], 0.0
    # Half the sum of the small ones is left to them: there their sums lie densest.
    aim = middle - 0.5 * float(d[small].sum())
    for i in large:  # by greed
        if abs(total + d[i] - aim) < abs(total - aim):
            chosen.append(int(i))
            total += float(d[i])
    halves = small[::2], small[1::2]
    sums = []
    for half in halves:
        left = _sets(len(half))
        sums.append((left, left @ d[half]))
    (left1, sum1), (left2, sum2) = sums
    order = np.argsort(sum2, kind="stable")
    wanted = middle - total - sum1
    near = np.searchsorted(sum2[order], wanted)
    best, found = np.inf, None
    for shift in (-1, 0):
        at = order[np.clip(near + shift, 0, len(order) - 1)]
        away = np.abs(sum2[at] - wanted)
        k = int(np.argmin(away))
        if away[k] < best:
            best, found = float(away[k]), (left1[k], left2[at[k]])
    if found is None or best > 0.5 * (high - low):
        return None
    return np.sort(np.concatenate([chosen, halves[0][found[0]], halves[1][found[1]]])).astype(np.int64)
