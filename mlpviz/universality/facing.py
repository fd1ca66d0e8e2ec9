"""Which kinks' units face left, so that a path's first slope needs no unit of its own.

A unit a·ReLU(x − t) changes the slope by a at t and leaves the left flat; a·ReLU(t − x) leaves the right flat. With the
slopes m₀ … m_W of a path, dᵢ = mᵢ − mᵢ₋₁ and L the kinks whose units face left, the net has the path's slopes iff
m₀ + Σ_L dᵢ = 0: an alternating sum of an odd number of the slopes.
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
WIDEST = 3  # intervals for which that is done
Left = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """The line j of a path with another slope, and which kinks face left (W,)."""

    j: int
    slope: float
    left: Left


def choices(found: Ways) -> Iterator[Choice]:
    """Paths through the tube that a net can be, the most promising first."""
    width = len(found.low) - 1
    if width <= MOST_SETS:
        yield from _all_sets(found)
        return
    yield from _flat(found)
    open_ = np.where(found.low <= found.high, found.high - found.low, -1.0)
    for j in np.argsort(-open_, kind="stable")[:WIDEST]:
        if open_[j] >= 0:
            yield from _met_in_the_middle(found, int(j))


@lru_cache(maxsize=MOST_SETS + 1)
def _sets(width: int) -> tuple[Left, Array]:
    """All sets of kinks, (2^W, W), and the coefficient of every slope in each one's sum, (2^W, W + 1)."""
    left = (np.arange(2**width)[:, None] >> np.arange(width)) & 1
    sums = np.zeros((2**width, width + 1))
    sums[:, 0] = 1.0
    sums[:, 1:] += left
    sums[:, :-1] -= left
    return left.astype(bool), sums


def _all_sets(found: Ways) -> Iterator[Choice]:
    width = len(found.low) - 1
    left, sums = _sets(width)
    # Column j: the slopes of the path whose line j is free, and 0 in its place.
    lines = np.where(np.tri(width + 1, k=-1, dtype=bool).T, found.left[:, None, 0], found.right[:, None, 0])
    np.fill_diagonal(lines, 0.0)
    with np.errstate(all="ignore"):
        slopes = -(sums @ lines) / sums
    middle, half = 0.5 * (found.low + found.high), 0.5 * (found.high - found.low)
    with np.errstate(all="ignore"):
        away = np.abs(slopes - middle) / half
    away[~np.isfinite(slopes) | (slopes < found.low) | (slopes > found.high)] = np.inf
    away[np.isnan(away)] = 1.0
    for index in np.argsort(away, axis=None, kind="stable")[:WIDEST]:
        row, j = divmod(int(index), width + 1)
        if np.isfinite(away[row, j]):
            yield Choice(j, float(slopes[row, j]), left[row])


def _flat(found: Ways) -> Iterator[Choice]:
    """A flat line: every unit faces away from it."""
    fits = (found.low <= 0) & (found.high >= 0)
    for j in sorted(np.flatnonzero(fits), key=lambda j: found.low[j] - found.high[j])[:WIDEST]:
        yield Choice(int(j), 0.0, np.arange(len(found.low) - 1) < j)


def _met_in_the_middle(found: Ways, j: int) -> Iterator[Choice]:
    """Sets in which just one of the kinks at both ends of the line j faces left, so that its slope decides the sum."""
    slopes = np.concatenate([found.left[:j, 0], [0.0], found.right[j + 1 :, 0]])
    d = np.diff(slopes)
    width = len(d)
    others = np.setdiff1d(np.arange(width), [j - 1, j])  # kink i lies between the lines i and i + 1
    for mine in (j - 1, j):
        if not 0 <= mine < width:
            continue
        # The sum is rest + fixed + sign · slope, which must be 0.
        sign = 1.0 if mine == j - 1 else -1.0
        fixed = slopes[0] + d[mine]
        low, high = sorted((-sign * found.low[j] - fixed, -sign * found.high[j] - fixed))
        rest = _subset(d, others, low, high)
        if rest is None:
            continue
        left = np.zeros(width, dtype=bool)
        left[rest] = True
        slope = -sign * float(fixed + d[rest].sum())
        left[mine] = True
        yield Choice(j, min(max(slope, found.low[j]), found.high[j]), left)


def _subset(d: Array, others: NDArray[np.int64], low: float, high: float) -> NDArray[np.int64] | None:
    """Some of the kinks whose changes of slope sum up to something between low and high, the middle if possible."""
    middle = 0.5 * (low + high)
    by_size = others[np.argsort(-np.abs(d[others]), kind="stable")]
    large, small = by_size[: -2 * HALF], by_size[-2 * HALF :]
    chosen, total = [], 0.0
    for i in large:  # by greed towards the middle
        if abs(total + d[i] - middle) < abs(total - middle):
            chosen.append(int(i))
            total += float(d[i])
    halves = small[::2], small[1::2]
    sums = []
    for half in halves:
        left, _ = _sets(len(half)) if len(half) else (np.zeros((1, 0), dtype=bool), None)
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
