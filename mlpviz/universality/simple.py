"""Simple ways to a net, to compare with: random units, interpolation, steps. Their errors are what they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from mlpviz.data.strokes import Drawn, grid, smoothed
from mlpviz.errors import check_choice, check_whole
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array
from mlpviz.universality.degrees import polyline
from mlpviz.universality.target import Built, Target, built

# Random units: the key of their stream, and how steep they are per unit of x.
STREAM = 0x72_61_6E_64
GENTLEST, STEEPEST = 2.0, 128.0
# A unit that would be larger is made less steep, until its formula stays below.
LARGEST, HALVINGS = 1e100, 12
# Directions in which the units hardly differ are left alone: their weights would be all rounding.
CUTOFF = 1e-10
BY = ("uniform", "curvature")
# The curvature is smoothed over so many samples; this share of its mean is added, so that flat parts have knots too.
SMOOTH, SPREAD = 4.0, 1e-3
# So steep that a step is over before g has changed by a hundredth of the narrowest step's height.
STEEP = 1e9
LEAST_RISE = 1e-12


def random(
    activation: str, target: Target, widths: Sequence[int], seed: int, stopping: Callable[[], bool]
) -> Iterator[Built]:
    """Hidden units by chance, output weights by least squares over the samples; by ascending width.

    Every unit is f(u(x − t)): t uniform on [0, 1], |u| log-uniform from 2 to 128 per unit of x, its sign by chance. A
    seed has one stream of units, and a net of W takes the first W: the RMS falls with the width, the largest error
    need not. A formula that grows too large gets a smaller u.
    """
    check_whole(seed, 0, 2**63 - 1, "The seed")
    u, c, features = _features(activation, max(widths, default=0), seed)
    for width in sorted(widths):
        if stopping():
            return
        began = time.perf_counter()
        a, b = _weights(features[:, :width], target.unit)
        yield built(activation, u[:width], c[:width], a, b, target, time.perf_counter() - began)


def _features(activation: str, count: int, seed: int) -> tuple[Array, Array, Array]:
    """u and c (count,) and the units' values on the samples (SAMPLES, count)."""
    chance = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(STREAM,))).random((count, 3))
    place, steepness, sign = chance.T
    u = np.where(sign < 0.5, -1.0, 1.0) * GENTLEST * (STEEPEST / GENTLEST) ** steepness
    f = activation_named(activation)
    values = f(np.outer(grid(), u) - u * place)
    for _ in range(HALVINGS):
        bad = ~(np.max(np.abs(values), axis=0, initial=0.0) < LARGEST)
        if not bad.any():
            break
        u[bad] /= 2
        values[:, bad] = f(np.outer(grid(), u[bad]) - u[bad] * place[bad])
    return u, -u * place, values


def _weights(features: Array, g: Array) -> tuple[Array, float]:
    """Output weights (W,) and bias by least squares; units of any size count alike."""
    middle = np.mean(features, axis=0)
    centred = features - middle
    size = np.max(np.abs(centred), axis=0)
    size[size == 0] = np.inf
    mean = float(np.mean(g))
    a = np.linalg.lstsq(centred / size, g - mean, rcond=CUTOFF)[0] / size
    return a, mean - float(middle @ a)


def interpolant(activation: str, target: Target, widths: Sequence[int], by: str) -> Iterator[Built]:
    """Kinked nets that are polylines through points of g; by ascending width, none for an activation without kinks.

    A net of W units has W pieces here, not W + 1: one unit pays for the slope at the left end, W − 1 are kinks.

    Args:
        by: "uniform": W + 1 knots at equal distances; "curvature": at equal parts of ∫√|g″|, of smoothed g.
    """
    check_choice(by, BY, "way to place knots")
    if not has_interpolant(activation):
        return
    low = -float(activation_named(activation)(np.array([-1.0]))[0])
    for width in sorted(widths):
        began = time.perf_counter()
        x = np.linspace(0.0, 1.0, width + 1) if by == "uniform" else curved_knots(target.unit, width)
        y = polyline(target.unit, x)
        slopes = np.diff(y) / np.diff(x)
        # A leaky unit has the slope `low` to the left of its kink, and so adds to the slope at the left end.
        a = np.append(0.0, np.diff(slopes)) / (1.0 - low)
        a[0] = slopes[0] - low * float(np.sum(a))
        b = float(y[0]) + low * float(a @ x[:-1])
        yield built(activation, np.ones(width), -x[:-1], a, b, target, time.perf_counter() - began)


def has_interpolant(activation: str) -> bool:
    """Whether nets of this activation can be polylines."""
    return activation_named(activation).kinked


def curved_knots(g: Array, pieces: int) -> Array:
    """Ends of pieces with equal shares of ∫√|g″|, (pieces + 1,), for g (SAMPLES,) within ±1."""
    bend = smoothed(Drawn(np.pad(np.diff(g, 2), 1, mode="edge"), SMOOTH))
    root = np.sqrt(np.abs(bend))
    density = root + SPREAD * float(np.mean(root)) + 1e-12
    total = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    x: Array = np.interp(np.linspace(0.0, total[-1], pieces + 1), total, grid())
    x[0], x[-1] = 0.0, 1.0
    return x


def steps(target: Target, widths: Sequence[int]) -> Iterator[Built]:
    """Stairs of very steep sigmoids with equal shares of the variation; by ascending width.

    W steps come as close as TV/(2(W + 1)), TV the total variation of g, and closer where g turns within a stair.
    """
    total = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(target.unit)))])
    for width in sorted(widths):
        began = time.perf_counter()
        at = _where_reached(total, np.linspace(0.0, 1.0, width + 2))
        high, low = _extremes(target.unit, at)
        level = (high + low) / 2
        u = np.full(width, STEEP)
        yield built("sigmoid", u, -u * at[1:-1], np.diff(level), float(level[0]), target, time.perf_counter() - began)


def _where_reached(total: Array, shares: Array) -> Array:
    """The x at which the variation `total` (SAMPLES,) comes to these shares of all of it, ascending."""
    # Where g is constant the variation stands still; one that always ascends a little has an inverse.
    ascending = total + LEAST_RISE * (total[-1] or 1.0) * grid()
    x: Array = np.interp(shares * ascending[-1], ascending, grid())
    x[0], x[-1] = 0.0, 1.0
    return x


def _extremes(g: Array, ends: Array) -> tuple[Array, Array]:
    """The largest and the smallest g on each stretch between `ends`, (n − 1,) for (n,)."""
    x = np.union1d(grid(), ends)
    y = polyline(g, x)
    first = np.searchsorted(x, ends)
    found = [y[start : stop + 1] for start, stop in pairwise(first)]
    return np.array([part.max() for part in found]), np.array([part.min() for part in found])
