"""The last way from small squares to the least largest error: Newton's method with a logarithmic barrier.

Minimises t, with |residual| + floor ≤ t at every abscissa, over output weights and hidden parameters together (Boyd and
Vandenberghe, "Convex Optimization", 2004, §11.3): t/μ − Σ log(t − floor − r) − Σ log(t − floor + r), μ falling. As in
Gauss and Newton's method the second derivatives of the units are left out; as in Levenberg and Marquardt's the hidden
parameters are damped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array
from mlpviz.universality.varpro import Family, Goal

START, HALF = 1.02, 0.5  # t and the barrier's part of it, in largest errors, at the beginning
FALL, GAP = 0.7, 1e-2  # of μ, a step; the share of t that the barrier may still cost at the end
STEPS, TRIALS, SHORTER = 40, 10, 8  # shortenings of a step before it is damped more
SHORTEN = 0.4
FIRST_DAMPING, LEAST_DAMPING, LESS, MORE = 1e-3, 1e-8, 0.3, 8.0
RIDGE = 1e-11  # of the normal equations, whose diagonal is scaled to 1


@dataclass(frozen=True, eq=False, slots=True)
class State:
    """Parameters p (W, k), coefficients (M,), columns (M, n), residual (n,), t, and the largest |residual| + floor."""

    p: Array
    coef: Array
    phi: Array
    residual: Array
    level: float
    sup: float


def polished(family: Family, goal: Goal, p: Array, coef: Array, stopping: Callable[[], bool]) -> State:
    """The nearest fit in the largest error that some dozen steps lead to; the one given, where none is nearer."""
    now = best = _state(family, goal, p, coef, 0.0, START)
    mu, damping = HALF * now.level / (2 * len(goal.x)), FIRST_DAMPING
    for _ in range(STEPS):
        if stopping() or best.sup <= goal.least:
            break
        slope, square = _derivatives(family, goal, now, mu)
        if not (np.isfinite(slope).all() and np.isfinite(square).all()):
            break
        found, share = None, 1.0
        for _ in range(TRIALS):
            step = _step(slope, square, len(now.coef), damping)
            if step is not None:
                found, share = _along(family, goal, now, step, mu)
            if found is not None:
                break
            damping *= MORE
        if found is None:
            break
        if share == 1:
            damping = max(damping * LESS, LEAST_DAMPING)
        now = found
        best = min(best, now, key=lambda state: state.sup)
        mu *= FALL
        if 2 * len(goal.x) * mu < GAP * now.level:
            break
    return best


def _state(family: Family, goal: Goal, p: Array, coef: Array, level: float, above: float = 0.0) -> State:
    """The state at p and coef with t = level, or so many times its largest error."""
    phi = family.columns(p)
    residual = goal.y - coef @ phi
    sup = float(np.max(np.abs(residual) + goal.floor))
    return State(p, coef, phi, residual, level or above * sup, sup)


def _value(goal: Goal, state: State, mu: float) -> float:
    """What is minimised; infinite where a residual is beyond t."""
    if not state.sup < state.level:
        return np.inf
    room = state.level - goal.floor
    return float(state.level / mu - np.log((room - state.residual) * (room + state.residual)).sum())


def _derivatives(family: Family, goal: Goal, state: State, mu: float) -> tuple[Array, Array]:
    """Slope (K + 1,) and curvature (K + 1, K + 1) by coefficients, free parameters and t."""
    moves = np.concatenate([state.phi, family.moves(state.p, state.phi, state.coef)])
    room = state.level - goal.floor
    over, under = 1 / (room - state.residual), 1 / (room + state.residual)
    weights, size = over**2 + under**2, len(moves)
    square = np.empty((size + 1, size + 1))
    square[:size, :size] = (moves * weights) @ moves.T
    square[size, :size] = square[:size, size] = moves @ (over**2 - under**2)
    square[size, size] = weights.sum()
    return np.append(-(moves @ (over - under)), 1 / mu - (over + under).sum()), square


def _step(slope: Array, square: Array, free: int, damping: float) -> Array | None:
    """Newton's step, the parameters from `free` on damped."""
    scale = 1 / np.sqrt(np.maximum(np.einsum("ii->i", square), np.finfo(np.float64).tiny))
    scaled = square * scale * scale[:, None]
    diagonal = np.einsum("ii->i", scaled)
    diagonal[:-1] += RIDGE
    diagonal[free:-1] += damping
    try:
        solved: Array = np.linalg.solve(scaled, slope * scale)
    except np.linalg.LinAlgError:
        return None
    solved *= -scale
    return solved


def _along(family: Family, goal: Goal, now: State, step: Array, mu: float) -> tuple[State | None, float]:
    """The state after as much of a step as makes the value smaller, and how much; None if nothing of it does."""
    least, free, share = _value(goal, now, mu), len(now.coef), 1.0
    for _ in range(SHORTER):
        part = share * step
        p = family.moved(now.p, part[free:-1])
        found = _state(family, goal, p, now.coef + part[:free], now.level + float(part[-1]))
        if found.level > 0 and _value(goal, found, mu) < least:
            return found, share
        share *= SHORTEN
    return None, share
