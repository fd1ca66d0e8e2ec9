"""Curves made ready for the screen: decimated without losing a spike, smoothed without hiding the raw one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.layout import Array


def distinct(values: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """Each value once, in order: `np.unique`, which would load all of numpy.ma while the first window waits."""
    ordered: NDArray[np.integer[Any]] = np.sort(values)
    fresh = np.ones(len(ordered), dtype=bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


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
    starts = distinct(np.searchsorted(x, np.linspace(x[0], x[-1], columns + 1)[:-1], side="left"))
    holes = np.isnan(y)
    some = bool(holes.any())
    low = _places(np.where(holes, np.inf, y) if some else y, starts, np.minimum)
    high = _places(np.where(holes, -np.inf, y) if some else y, starts, np.maximum)
    kept = distinct(np.concatenate([[0], low, high, [n - 1]]))
    return x[kept], y[kept]


def _places(y: Array, starts: NDArray[np.integer[Any]], extreme: np.ufunc) -> NDArray[np.intp]:
    """Where the first extreme of each part stands."""
    found = extreme.reduceat(y, starts)
    hits = np.flatnonzero(y == np.repeat(found, np.diff(np.append(starts, len(y)))))
    return hits[np.searchsorted(hits, starts)]


def smooth(x: Array, y: Array, width: float) -> Array:
    """The mean of the points within `width` / 2 of each on either side, (n,).

    Near the ends the reach shrinks, equally on both sides: the first and the last point stay what they are.

    Args:
        x: (n,) ascending; its points may be unevenly spaced (a thinned history). y: (n,), finite.
    """
    n, whole = len(y), int(width / 2)
    if width <= 0 or n < 3:
        return y
    total = np.concatenate([[0.0], np.cumsum(y)])
    result = np.empty(n)
    if x[-1] - x[0] == n - 1 and n > 2 * whole and (np.diff(x) == 1).all():
        # Every epoch is there, the usual case: whole steps, and no search.
        middle = slice(whole, n - whole)
        result[middle] = (total[2 * whole + 1 :] - total[: n - 2 * whole]) / (2 * whole + 1)
        rest = np.concatenate([np.arange(whole), np.arange(n - whole, n)])
    else:
        rest = np.arange(n)
    at = x[rest]
    reach = np.minimum(np.minimum(at - x[0], x[-1] - at), width / 2)
    first = np.searchsorted(x, at - reach, side="left")
    after = np.searchsorted(x, at + reach, side="right")
    result[rest] = (total[after] - total[first]) / (after - first)
    return result


def axis_end(value: float) -> float:
    """The end of a growing axis: 10, 25, 50, 125, 250, 500, 1,250, … at least 1.02 times the value.

    Steps this large keep the axis still most of the time; each has round numbers at its fifths.
    """
    need = 1.02 * value
    if need <= 10:
        return 10.0
    if need <= 25:
        return 25.0
    power = 10.0 ** np.floor(np.log10(need))
    return float(next(f * power for f in (1.25, 2.5, 5.0, 12.5) if f * power >= need))
