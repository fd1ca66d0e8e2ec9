"""Curves made ready for the screen: decimated without losing a spike, smoothed without hiding the raw one."""

from __future__ import annotations

import numpy as np

from mlpviz.nn.layout import Array


def decimate(x: Array, y: Array, columns: int) -> tuple[Array, Array]:
    """At most two points for each of `columns` equal parts of x: the lowest and the highest there, in their order.

    Args:
        x: (n,) ascending. y: (n,); NaN is left out unless a part has nothing else. columns: at least 1.

    Returns:
        x and y, at most 2 · columns + 2 points; the first and the last point always stay.
    """
    n = len(x)
    if n <= 2 * columns or n < 3:
        return x, y
    edges = np.linspace(x[0], x[-1], columns + 1)
    starts = np.unique(np.searchsorted(x, edges[:-1], side="left"))
    low = np.where(np.isnan(y), np.inf, y)
    high = np.where(np.isnan(y), -np.inf, y)
    ends = np.append(starts[1:], n)
    lowest, highest = np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
    part = np.repeat(np.arange(len(starts)), ends - starts)
    index = np.arange(n)
    first_low = np.minimum.reduceat(np.where(low == lowest[part], index, n), starts)
    first_high = np.minimum.reduceat(np.where(high == highest[part], index, n), starts)
    kept = np.unique(np.concatenate([[0], first_low, first_high, [n - 1]]))
    kept = kept[kept < n]
    return x[kept], y[kept]


def smooth(y: Array, window: int) -> Array:
    """The mean over an odd window of points around each, shorter at the ends, (n,)."""
    if window <= 1 or len(y) < 3:
        return y
    reach = window // 2
    total = np.concatenate([[0.0], np.cumsum(y)])
    index = np.arange(len(y))
    reach_here = np.minimum(np.minimum(index, len(y) - 1 - index), reach)
    result: Array = (total[index + reach_here + 1] - total[index - reach_here]) / (2 * reach_here + 1)
    return result


NICE = (1.0, 1.25, 2.5, 5.0)


def axis_end(value: float) -> float:
    """The end of a growing axis: 1, 1.25, 2.5 or 5 times a power of ten, at least 1.02 times the value and 10."""
    need = max(10.0, 1.02 * value)
    power = 10.0 ** np.floor(np.log10(need))
    return float(next((f * power for f in NICE if f * power >= need), 10 * power))
