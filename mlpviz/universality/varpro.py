"""Variable projection: the output weights are always the best for the hidden ones, so that only those are searched.

After Golub and Pereyra (1973) with Kaufman's (1975) Jacobian, −P⊥ (dΦ coef), damped as by Levenberg and Marquardt, on
normal equations. Least squares first; then Lawson's (1961) re-weighting, which leads from the least squares to the
least largest error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mlpviz.nn.layout import Array

RIDGE = 1e-11  # of the normal equations, whose diagonal is scaled to 1
FLAT = 1e-2  # columns with a mean square below this are scaled as if they had it: their weights stay small
SOFTENING = 0.02  # of the weights: no sample is ever forgotten
FIRST_DAMPING, LEAST_DAMPING = 1e-2, 1e-10
LESS, MORE = 0.2, 6.0  # what damping is multiplied by after a step that helped, and after one that did not
TRIALS = 5  # steps tried before the search is at its end
STALLED = 1e-6  # relative gain of a step below which the search is at its end
ENOUGH = 1.01  # largest errors up to so many times the floor's largest are as good as it


class Family(Protocol):
    """Sums Σ coefᵢ φᵢ(x) of units and a constant, each unit with a row of parameters p (W, k) and m columns φ.

    Columns are in m blocks of W, the constant is the last: those of unit i are i, W + i, …
    """

    @property
    def x(self) -> Array:
        """The abscissae, (n,)."""

    def on(self, x: Array) -> Family:
        """The same family at other abscissae."""

    def columns(self, p: Array) -> Array:
        """φ, (m W + 1, n)."""

    def moves(self, p: Array, phi: Array, coef: Array) -> Array:
        """∂/∂p of Σ coefᵢ φᵢ for the parameters that are free, (free · W, n), in blocks of W."""

    def moved(self, p: Array, step: Array) -> Array:
        """p after a step (free · W,), kept where it makes sense."""

    def atoms(self) -> Array:
        """Parameters that units are chosen from, (N, k)."""


@dataclass(frozen=True, eq=False, slots=True)
class Goal:
    """What is to be fitted.

    Attributes:
        x: (n,) abscissae. y: (n,) values there.
        floor: (n,) what is to be added to |residual| wherever the largest error is meant.
    """

    x: Array
    y: Array
    floor: Array

    @property
    def least(self) -> float:
        """The largest error that there is no use in going below."""
        return ENOUGH * float(self.floor.max())


@dataclass(frozen=True, eq=False, slots=True)
class Point:
    """Parameters p (W, k) with their best coefficients.

    Attributes:
        phi: (M, n) columns, unweighted. coef: (M,). factor: (M, M) F with Fᵀ F = (Φ w Φᵀ)⁻¹.
        residual: (n,) y − coef Φ. cost: Σ w residual². sup: the largest |residual| + floor.
    """

    p: Array
    phi: Array
    coef: Array
    factor: Array
    residual: Array
    cost: float
    sup: float


def project(family: Family, p: Array, goal: Goal, weights: Array) -> Point | None:
    """The best coefficients for p under weights (n,); None where they are not finite."""
    phi = family.columns(p)
    weighted = phi * weights
    gram = weighted @ phi.T
    size = np.einsum("ii->i", gram)
    if not np.isfinite(gram).all():
        return None
    scale = 1 / np.sqrt(np.maximum(size, FLAT * len(goal.x)))
    gram *= scale
    gram *= scale[:, None]
    size += RIDGE
    try:
        factor = np.linalg.inv(np.linalg.cholesky(gram)) * scale
    except np.linalg.LinAlgError:
        return None
    coef = factor.T @ (factor @ (weighted @ goal.y))
    residual = goal.y - coef @ phi
    coef += factor.T @ (factor @ (weighted @ residual))  # refined once
    residual = goal.y - coef @ phi
    cost = float(weights @ (residual * residual))
    if not np.isfinite(cost):
        return None
    return Point(p, phi, coef, factor, residual, cost, float(np.max(np.abs(residual) + goal.floor)))


def gradient(family: Family, point: Point, weights: Array) -> tuple[Array, Array]:
    """Half the cost's downhill slope by the free parameters, (K,), and half its curvature as Kaufman has it, (K, K)."""
    root = np.sqrt(weights)
    moves = family.moves(point.p, point.phi, point.coef) * root
    seen = point.factor @ ((point.phi * root) @ moves.T)
    return moves @ (root * point.residual), moves @ moves.T - seen.T @ seen


def descend(
    family: Family,
    point: Point,
    goal: Goal,
    weights: Array,
    steps: int,
    stopping: Callable[[], bool],
    damping: float = FIRST_DAMPING,
) -> tuple[Point, float]:
    """The point after at most so many steps of weighted least squares, and the damping to go on with."""
    for _ in range(steps):
        if stopping():
            break
        slope, square = gradient(family, point, weights)
        if not (np.isfinite(slope).all() and np.isfinite(square).all()):
            break
        size = np.maximum(np.einsum("ii->i", square), 0.0)
        size = size + 1e-9 * float(size.max()) + float(np.finfo(np.float64).tiny)
        better = None
        for _ in range(TRIALS):
            damped = square.copy()
            np.einsum("ii->i", damped)[:] += damping * size
            try:
                step = np.asarray(np.linalg.solve(damped, slope), dtype=np.float64)
            except np.linalg.LinAlgError:
                step = np.zeros(len(slope))
            better = project(family, family.moved(point.p, step), goal, weights)
            if better is not None and better.cost < point.cost:
                damping = max(damping * LESS, LEAST_DAMPING)
                break
            better = None
            damping *= MORE
        if better is None:
            break
        gain = 1 - better.cost / point.cost
        point = better
        if gain < STALLED:
            break
    return point, damping


def levelled(
    family: Family,
    point: Point,
    goal: Goal,
    weights: Array,
    rounds: int,
    steps: int,
    stopping: Callable[[], bool],
) -> tuple[Point, Array]:
    """The point with the least largest error met in so many re-weightings, each with so many steps, and its weights.

    Args:
        point: the best for weights (n,).
    """
    best, best_weights, damping = point, weights, FIRST_DAMPING
    for _ in range(rounds):
        if stopping() or best.sup <= goal.least:
            break
        size = np.abs(point.residual) + goal.floor
        weights = weights * np.sqrt(size / float(size.max()) + SOFTENING)
        weights /= weights.mean()
        start = project(family, point.p, goal, weights)
        if start is None:
            break
        point, damping = descend(family, start, goal, weights, steps, stopping, min(damping, FIRST_DAMPING))
        if point.sup < best.sup:
            best, best_weights = point, weights
    return best, best_weights
