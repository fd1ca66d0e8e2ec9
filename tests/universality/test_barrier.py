"""The barrier's last steps lead to the least largest error, and never away from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from mlpviz.nn.layout import Array
from mlpviz.universality.barrier import polished
from mlpviz.universality.search import goal_of, ladder
from mlpviz.universality.sine import Waves, effort
from mlpviz.universality.target import target_of
from mlpviz.universality.varpro import Goal, project
from tests.universality.strokes import stroke


@dataclass(frozen=True)
class Powers:
    """1, x, x², … without free parameters: their number is that of the rows of p."""

    x: Array

    def on(self, x: Array) -> Powers:
        return Powers(x)

    def columns(self, p: Array) -> Array:
        return self.x ** np.arange(len(p), -1, -1)[:, None]

    def moves(self, p: Array, phi: Array, coef: Array) -> Array:
        return np.zeros((0, len(self.x)))

    def moved(self, p: Array, step: Array) -> Array:
        return p

    def atoms(self) -> Array:
        return np.zeros((0, 1))


@pytest.mark.parametrize("degree", [1, 2, 3, 5])
def test_the_best_polynomial_misses_the_next_power_by_what_chebyshev_found(degree: int) -> None:
    x = np.linspace(0, 1, 2001)
    goal = Goal(x, x ** (degree + 1), np.zeros(2001))
    start = project(Powers(x), np.zeros((degree, 1)), goal, np.ones(2001))
    assert start is not None
    found = polished(Powers(x), goal, start.p, start.coef, lambda: False)
    least = 2.0 ** (-2 * degree - 1)
    assert least * (1 - 1e-4) < found.sup < 1.01 * least
    assert start.sup > 1.1 * least


@pytest.mark.parametrize(("seed", "width"), [(3, 8), (15, 8), (10, 16)])
def test_a_fit_of_sines_comes_nearer_by_many_equal_extrema(seed: int, width: int) -> None:
    target = target_of(stroke(seed))
    goal = goal_of(target.unit, False)
    family = Waves(goal.x)
    (fit,) = ladder(Waves, target, [width], effort, lambda: False)
    rough = project(family, fit.p, goal, np.ones(len(goal.x)))
    assert rough is not None
    found = polished(family, goal, rough.p, rough.coef, lambda: False)
    assert found.sup < 0.9 * rough.sup
    assert found.sup == pytest.approx(np.max(np.abs(found.residual) + goal.floor), rel=1e-12)
    size = np.pad((np.abs(found.residual) + goal.floor) / found.sup, 1)
    peaks = (size[1:-1] >= size[:-2]) & (size[1:-1] >= size[2:])
    assert np.count_nonzero(peaks & (size[1:-1] > 0.95)) > width


def test_stopped_or_at_its_end_it_leaves_a_fit_alone() -> None:
    target = target_of(stroke(4))
    goal = goal_of(target.unit, False)
    family = Waves(goal.x)
    p = np.array([[3.0], [9.0]])
    start = project(family, p, goal, np.ones(len(goal.x)))
    assert start is not None
    left = polished(family, goal, start.p, start.coef, lambda: True)
    assert (left.p == start.p).all()
    assert (left.coef == start.coef).all()
    once = polished(family, goal, start.p, start.coef, lambda: False)
    again = polished(family, goal, once.p, once.coef, lambda: False)
    assert again.sup <= once.sup
