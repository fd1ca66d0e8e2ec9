"""The ReLU or leaky ReLU net of W units nearest to g in the largest error, as far as is known.

A path through the tube g ± ε with W kinks is a net of W units if its slopes have an alternating sum of 0 (see
`facing`); else one unit pays for the first slope, and the path has W − 1 kinks: Lim(W) ≤ E(W) ≤ Lim(W − 1).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from mlpviz.nn.layout import Array
from mlpviz.universality.facing import Choice, Left, choices, weights_of
from mlpviz.universality.minlink import Walker, limits, path, rounding
from mlpviz.universality.slopes import Ways, ways
from mlpviz.universality.target import Built, Target, built

SLOPES = {"relu": 0.0, "leaky_relu": 0.01}  # of f below 0
# Their nets of W units are polylines with at most W kinks: Lim(W) is a limit for them.
BOUNDED = frozenset({*SLOPES, "identity"})
ABOVE = 1e-9  # how far above Lim(W) a path is looked for first, relatively
HALVINGS = 14  # of the logarithm of that
FEWER_HALVINGS, WIDE = 8, 64  # from so many units on
LINES = 64.0  # roundings that lines through distant points may add to a path's error: 1e-13 of the range
ROUNDED = 1e-9  # what a measured error may lie below the limit, relatively


def build(
    activation: str, target: Target, widths: Sequence[int], stopping: Callable[[], bool] = lambda: False
) -> Iterator[Built]:
    """The nets of these widths, narrow ones first. See `universality.construct`."""
    wanted = sorted(set(widths))
    bounds = dict(zip(_with_narrower(wanted), limits(target.unit, _with_narrower(wanted)), strict=True))
    for width in wanted:
        if stopping():
            return
        yield _net(activation, target, width, float(bounds[width]), float(bounds[width - 1]))


def quick(activation: str, target: Target, width: int, before: Built | None = None) -> Built:
    """The net of one width; it needs no start."""
    return next(build(activation, target, (width,)))


def lowest(limit: float, g: Array) -> float:
    """The smallest largest error that can be measured of a net with this limit, which rounding may bring below it."""
    return limit * (1 - ROUNDED) - rounding(g)


def _with_narrower(widths: Sequence[int]) -> list[int]:
    return sorted({*widths, *(width - 1 for width in widths)})


def _net(activation: str, target: Target, width: int, limit: float, narrower: float) -> Built:
    began = time.perf_counter()
    alpha = SLOPES[activation]
    found = optimum(target.unit, width, limit, narrower, alpha)
    made = [] if found is None else [units(*found, width, alpha)]
    nets = [built(activation, *net, target, time.perf_counter() - began) for net in made]
    # Pieces next to nothing long have slopes that are all rounding: such a net is not what its path is.
    if not nets or nets[0].sup > target.half * narrower * (1 + ROUNDED):
        u, c, a, b = paid(*path(target.unit, width, narrower), width, alpha)
        nets.append(built(activation, u, c, a, b, target, time.perf_counter() - began))
    net = min(nets, key=lambda net: net.sup)
    least = limit * target.half
    assert net.sup >= lowest(least, target.g), f"{net.sup} lies below the limit {least} of {width}"
    return net


def optimum(
    g: Array, width: int, limit: float, narrower: float, alpha: float = 0.0
) -> tuple[Array, Array, Left] | None:
    """The path of the best net found: knots x, y (k + 2,) on [0, 1] and which of the k ≤ W kinks face left.

    None where a unit that pays for the first slope does as well.
    """
    backward = np.ascontiguousarray(g[::-1])
    walkers = Walker(g, width + 1), Walker(backward, width + 1)
    least = max(limit, rounding(g))

    def at(above: float) -> tuple[Array, Array, Left] | None:
        found = ways(g, backward, least * (1 + above), walkers)
        return _first_path(found, alpha) if found is not None else None

    best = at(ABOVE)
    if best is not None or narrower <= least * (1 + ABOVE):
        return best
    low, high = math.log(ABOVE), math.log(narrower / least - 1)
    for _ in range(HALVINGS if width <= WIDE else FEWER_HALVINGS):
        middle = 0.5 * (low + high)
        found = at(math.exp(middle))
        if found is None:
            low = middle
        else:
            best, high = found, middle
    return best


def _first_path(found: Ways, alpha: float) -> tuple[Array, Array, Left] | None:
    """The knots of the first choice whose path stays within the tube."""
    for choice in choices(found, alpha):
        path_ = knots(found, choice, alpha)
        if path_ is not None:
            return (*path_, choice.left)
    return None


def knots(found: Ways, choice: Choice, alpha: float) -> tuple[Array, Array] | None:
    """Knots on [0, 1] of the path with the chosen line; None where rounding leads it out of the tube."""
    j, n = choice.j, len(found.g)
    lines = np.concatenate([found.left[:j], [found.line(j, choice.slope)], found.right[j + 1 :]])
    slopes, offsets = lines.T
    with np.errstate(all="ignore"):
        inner = -np.diff(offsets) / np.diff(slopes)
    x = np.concatenate([[0.0], inner, [n - 1.0]])
    if not np.isfinite(x).all() or (np.diff(x) < 0).any():
        return None
    which = np.minimum(np.arange(len(x)), len(slopes) - 1)
    y = slopes[which] * x + offsets[which]
    y = _balanced(x, y, choice.left, alpha)
    points = np.union1d(x, np.arange(n))
    error = float(np.max(np.abs(np.interp(points, x, y) - np.interp(points, np.arange(n), found.g))))
    return (x / (n - 1), y) if error <= found.eps * (1 + ABOVE) + LINES * rounding(found.g) else None


def _balanced(x: Array, y: Array, left: Left, alpha: float) -> Array:
    """Heights whose slopes' sum is 0 to the last digits, as little moved as can be."""
    step = np.diff(x)
    with np.errstate(all="ignore"):
        per = np.where(step > 0, weights_of(left, alpha) / step, 0.0)
    by_height = np.zeros(len(y))
    by_height[1:] += per
    by_height[:-1] -= per
    size = float(np.abs(by_height).sum())
    if size == 0:
        return y
    for _ in range(2):
        y = y - float(by_height @ y) * np.sign(by_height) / size
    return y


def units(x: Array, y: Array, left: Left, width: int, alpha: float) -> tuple[Array, Array, Array, float]:
    """u, c, a (W,) and b of the net that is the path through the knots, with the kinks that face left."""
    with np.errstate(all="ignore"):
        slopes = _filled(np.diff(y) / np.diff(x))
    t, a = x[1:-1], np.diff(slopes) / (1 - alpha)
    u = np.where(left, -1.0, 1.0)
    at_start = np.where(left, t, -alpha * t)
    return *_padded(u, -u * t, a, width), float(y[0] - a @ at_start)


def paid(x: Array, y: Array, width: int, alpha: float) -> tuple[Array, Array, Array, float]:
    """The same where all kinks face right and one unit, whose kink is at 0, makes up for the first slope."""
    with np.errstate(all="ignore"):
        slopes = _filled(np.diff(y) / np.diff(x))
    t = x[:-1]
    a = np.diff(slopes, prepend=0.0) / (1 - alpha)
    a[0] = slopes[0] - alpha * a[1:].sum()
    return *_padded(np.ones(len(t)), -t, a, width), float(y[0] + alpha * (a @ t))


def _filled(slopes: Array) -> Array:
    """The slopes with those of pieces without length replaced by their neighbours'."""
    known = np.isfinite(slopes)
    return slopes if known.all() else np.interp(np.arange(len(slopes)), np.flatnonzero(known), slopes[known])


def _padded(u: Array, c: Array, a: Array, width: int) -> tuple[Array, Array, Array]:
    """With spare units, which do nothing: their kinks lie at the right end."""
    spare = width - len(u)
    return (
        np.concatenate([u, np.ones(spare)]),
        np.concatenate([c, -np.ones(spare)]),
        np.concatenate([a, np.zeros(spare)]),
    )
