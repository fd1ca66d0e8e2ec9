"""Variable projection: its gradient, its steps, its re-weighting; the goal smooth functions are fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.universality.search import goal_of
from mlpviz.universality.sine import Waves
from mlpviz.universality.target import target_of
from mlpviz.universality.units import Units
from mlpviz.universality.varpro import Family, Goal, descend, gradient, levelled, project
from tests.universality.strokes import stroke

X = np.linspace(0.0, 1.0, 101)
GOAL = Goal(X, np.abs(X - 0.37) + 0.3 * np.sin(9 * X), np.zeros(len(X)))
WEIGHTS = 0.5 + X


def started(name: str) -> tuple[Family, np.ndarray]:
    rng = np.random.default_rng(1)
    if name == "sin":
        return Waves(X), rng.uniform(1, 20, (4, 1))
    sign = np.array([1.0, -1.0, 1.0, -1.0])
    u = rng.uniform(1, 8, 4)
    return Units(X, ACTIVATIONS[name], (1.0, -1.0)), np.stack(
        [np.log(u), sign * u * rng.uniform(0, 1, 4), sign], axis=1
    )


@pytest.mark.parametrize("name", ["tanh", "softplus", "gelu", "gaussian", "sin"])
def test_the_gradient_is_that_of_the_projected_cost(name: str) -> None:
    family, p = started(name)
    point = project(family, p, GOAL, WEIGHTS)
    assert point is not None
    slope, square = gradient(family, point, WEIGHTS)
    assert np.all(np.linalg.eigvalsh(square) > -1e-9 * np.abs(square).max())
    for j in range(len(slope)):
        row, column = j % len(p), j // len(p)
        costs = []
        for h in (1e-5, -1e-5):
            moved = p.copy()
            moved[row, column] += h
            there = project(family, moved, GOAL, WEIGHTS)
            assert there is not None
            costs.append(there.cost)
        assert -0.5 * (costs[0] - costs[1]) / 2e-5 == pytest.approx(slope[j], rel=1e-4, abs=1e-6 * point.cost)


@pytest.mark.parametrize("name", ["tanh", "sin"])
def test_steps_lower_the_cost_and_re_weighting_the_largest_error(name: str) -> None:
    family, p = started(name)
    even = np.ones(len(X))
    point = project(family, p, GOAL, even)
    assert point is not None
    lower, _ = descend(family, point, GOAL, even, 30, lambda: False)
    assert lower.cost < 0.3 * point.cost
    level, weights = levelled(family, lower, GOAL, even, 15, 2, lambda: False)
    assert level.sup < 0.9 * lower.sup
    assert level.cost <= project(family, level.p, GOAL, weights).cost * (1 + 1e-9)  # type: ignore[union-attr]
    assert np.max(np.abs(GOAL.y - level.coef @ family.columns(level.p))) == pytest.approx(level.sup)


def test_nothing_moves_once_told_to_stop() -> None:
    family, p = started("tanh")
    even = np.ones(len(X))
    point = project(family, p, GOAL, even)
    assert point is not None
    assert descend(family, point, GOAL, even, 30, lambda: True)[0] is point
    assert levelled(family, point, GOAL, even, 15, 2, lambda: True)[0] is point


@pytest.mark.parametrize("between", [False, True])
def test_a_smooth_function_on_the_goal_attains_the_corners_floor(between: bool) -> None:
    unit = 0.9 * np.cos(7 * grid())
    goal = goal_of(unit, between)
    assert len(goal.x) == SAMPLES + between * (SAMPLES - 1)
    step = 1 / (SAMPLES - 1)
    smooth = 0.9 * np.cos(7 * goal.x) * (1 - 49 * step**2 / 16)
    assert np.abs(smooth - goal.y).max() < 0.01 * goal.floor.max()
    fine = np.linspace(0, 1, 8 * (SAMPLES - 1) + 1)
    error = np.abs(0.9 * np.cos(7 * fine) * (1 - 49 * step**2 / 16) - np.interp(fine, grid(), unit)).max()
    assert error == pytest.approx(np.abs(np.diff(unit, 2)).max() / 16, rel=0.01)


def test_the_goal_follows_a_jump_between_the_samples_and_a_stroke_at_them() -> None:
    jump = np.where(np.arange(SAMPLES) < 200, -1.0, 1.0)
    goal = goal_of(jump, False)
    assert len(goal.x) == SAMPLES + 3 * 7  # the jump and a piece on each side
    assert np.all(np.diff(goal.x) > 0)
    assert np.allclose(goal.y, np.interp(goal.x, grid(), jump))
    assert goal.floor.max() == 0
    noise = np.random.default_rng(0).uniform(-1, 1, SAMPLES)
    assert len(goal_of(noise, False).x) == SAMPLES
    assert len(goal_of(target_of(stroke(3)).unit, False).x) == SAMPLES
