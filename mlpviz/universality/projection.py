"""Variable projection for ridge functions: `varpro` with two inputs, every sample counting alike.

Its products are of some hundreds by thousands of numbers and take all the time, so that the curvature, which only has
to lead downhill, is of single precision; the residual and its slope are of double.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlpviz.nn.activations import Activation
from mlpviz.nn.calls import run
from mlpviz.nn.layout import Array
from mlpviz.universality.ridges import columns, held
from mlpviz.universality.search import Stopped
from mlpviz.universality.varpro import FIRST_DAMPING, FLAT, LEAST_DAMPING, LESS, MORE, RIDGE, STALLED, TRIALS

SMALLEST = 1e-30  # what is smaller would be denormal in single precision, with which products take ten times as long
FARTHEST = 20.0  # u and c change by at most so much in a step


@dataclass(frozen=True, eq=False, slots=True)
class Goal:
    """What is to be fitted: values y (n,) at s (3, n), with the activation f of a row."""

    row: Activation
    s: Array
    y: Array


@dataclass(frozen=True, eq=False, slots=True)
class Point:
    """Units p (W, 3) with their best output weights.

    Attributes:
        z: (W, n). phi: (W + 1, n), the last is 1. coef: (W + 1,). factor: (W + 1, W + 1) F with Fᵀ F = (Φ Φᵀ)⁻¹.
        residual: (n,) y − coef Φ. cost: Σ residual².
    """

    p: Array
    z: Array
    phi: Array
    coef: Array
    factor: Array
    residual: Array
    cost: float


def project(goal: Goal, p: Array) -> Point | None:
    """The best output weights for p; None where they are not finite."""
    z, phi = columns(goal.row, p, goal.s)
    gram = phi @ phi.T
    size = np.einsum("ii->i", gram)
    if not np.isfinite(gram).all():
        return None
    scale = 1 / np.sqrt(np.maximum(size, FLAT * len(goal.y)))
    gram *= scale
    gram *= scale[:, None]
    size += RIDGE
    try:
        factor = np.linalg.inv(np.linalg.cholesky(gram)) * scale
    except np.linalg.LinAlgError:
        return None
    coef = factor.T @ (factor @ (phi @ goal.y))
    residual = goal.y - coef @ phi
    coef += factor.T @ (factor @ (phi @ residual))  # refined once
    residual = goal.y - coef @ phi
    cost = float(residual @ residual)
    return Point(p, z, phi, coef, factor, residual, cost) if np.isfinite(cost) else None


def gradient(goal: Goal, point: Point) -> tuple[Array, Array]:
    """Half the cost's downhill slope by p, (3W,) in blocks of W, and half its curvature after Kaufman, (3W, 3W)."""
    width = len(point.p)
    through = np.empty_like(point.z)
    run(goal.row.slope_program(point.z, point.phi[:-1], through))
    through *= point.coef[:-1, None]
    through[np.abs(through) < SMALLEST] = 0.0
    slope = (goal.s @ (through * point.residual).T).ravel()
    moves = np.empty((3, width, len(goal.y)), np.float32)
    moves[2] = through
    for part in (0, 1):
        np.multiply(moves[2], goal.s[part].astype(np.float32), out=moves[part])
    flat = moves.reshape(3 * width, -1)
    seen = (point.factor @ point.phi).astype(np.float32) @ flat.T
    square = flat @ flat.T
    square -= seen.T @ seen
    return slope, square.astype(np.float64)


def descend(goal: Goal, point: Point, steps: int, stopping: Callable[[], bool]) -> Point:
    """The point after at most so many steps of Levenberg and Marquardt. Raises Stopped when told to."""
    damping = FIRST_DAMPING
    for _ in range(steps):
        if stopping():
            raise Stopped
        slope, square = gradient(goal, point)
        if not (np.isfinite(slope).all() and np.isfinite(square).all()):
            break
        size = np.maximum(np.einsum("ii->i", square), 0.0)
        size = size + 1e-9 * float(size.max()) + float(np.finfo(np.float64).tiny)
        better = None
        for _ in range(TRIALS):
            if stopping():
                raise Stopped
            damped = square.copy()
            np.einsum("ii->i", damped)[:] += damping * size
            better = _stepped(goal, point, damped, slope)
            if better is not None:
                damping = max(damping * LESS, LEAST_DAMPING)
                break
            damping *= MORE
        if better is None:
            break
        gain = 1 - better.cost / point.cost
        point = better
        if gain < STALLED:
            break
    return point


def _stepped(goal: Goal, point: Point, damped: Array, slope: Array) -> Point | None:
    """The point after a step, None where it is no better."""
    try:
        step = np.linalg.solve(damped, slope).reshape(3, -1).T
    except np.linalg.LinAlgError:
        return None
    found = project(goal, held(point.p + np.clip(step, -FARTHEST, FARTHEST)))
    return found if found is not None and found.cost < point.cost else None
