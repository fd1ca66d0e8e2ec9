"""The parts of the search for nets of two inputs: columns, derivatives, candidates, greedy choice, steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mlpviz.data.painted import SIDE, preset
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array
from mlpviz.universality import ridges
from mlpviz.universality.projection import Goal, Point, descend, gradient, project
from mlpviz.universality.ridges import STEEPEST, chosen, columns, dictionary, held, places, thin, waves
from mlpviz.universality.search import Stopped
from mlpviz.universality.target import target_of

COMPLEX: dict[str, Callable[[Array], Array]] = {"tanh": np.tanh, "sin": np.sin, "gaussian": lambda t: np.exp(-t * t)}


def started(activation: str, width: int = 5, name: str = "ripple") -> tuple[Goal, Point]:
    rng = np.random.default_rng(3)
    goal = Goal(activation_named(activation), places(), target_of(preset(name).samples.ravel()).unit)
    point = project(goal, rng.normal(0, 2, (width, 3)))
    assert point is not None
    return goal, point


@pytest.mark.parametrize("activation", ["tanh", "softplus", "gelu", "gaussian", "sin"])
def test_the_slope_is_that_of_the_projected_cost(activation: str) -> None:
    goal, point = started(activation)
    slope, square = gradient(goal, point)
    width = len(point.p)
    assert np.all(np.linalg.eigvalsh(square) > -1e-4 * np.abs(square).max())
    for j in range(3 * width):
        costs = []
        for h in (1e-5, -1e-5):
            moved = point.p.copy()
            moved[j % width, j // width] += h
            there = project(goal, moved)
            assert there is not None
            costs.append(there.cost)
        assert -0.5 * (costs[0] - costs[1]) / 2e-5 == pytest.approx(slope[j], rel=1e-4, abs=1e-5 * point.cost)


@pytest.mark.parametrize("activation", COMPLEX)
def test_the_curvature_is_kaufmans_with_moves_by_the_complex_step(activation: str) -> None:
    goal, point = started(activation, 4)
    _, square = gradient(goal, point)
    width, f = len(point.p), COMPLEX[activation]
    moves = np.empty((3 * width, len(goal.y)))
    for j in range(3 * width):
        p = point.p.astype(complex)
        p[j % width, j // width] += 1e-30j
        moves[j] = (point.coef[:-1] @ f(p @ goal.s)).imag / 1e-30
    basis = np.linalg.qr(point.phi.T)[0]
    apart = moves - (moves @ basis) @ basis.T
    np.testing.assert_allclose(square, apart @ apart.T, atol=2e-5 * np.abs(square).max())


def test_the_output_weights_are_the_best() -> None:
    goal, point = started("tanh")
    best = np.linalg.lstsq(point.phi.T, goal.y, rcond=None)
    np.testing.assert_allclose(point.coef, best[0], rtol=1e-5)
    assert point.cost == pytest.approx(float(best[1][0]), rel=1e-10)
    np.testing.assert_allclose(point.phi @ point.residual, 0, atol=1e-6)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sin", "silu"])
def test_steps_lower_the_cost_and_end_when_told_to(activation: str) -> None:
    goal, point = started(activation, 8)
    lower = descend(goal, point, 30, lambda: False)
    assert lower.cost < 0.96 * point.cost
    assert descend(goal, point, 0, lambda: False) is point
    with pytest.raises(Stopped):
        descend(goal, point, 3, lambda: True)


def test_numbers_too_small_for_single_precision_are_left_out() -> None:
    goal, _ = started("gaussian")
    point = project(goal, np.array([[9.0, 0.0, 0.0], [1.0, 1.0, 0.0]]))
    assert point is not None
    slope, square = gradient(goal, point)
    assert np.isfinite(slope).all()
    assert np.isfinite(square).all()
    assert 0 < np.abs(point.phi).min() < 1e-30


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "sin", "square", "formula:exp(t*t)"])
def test_candidates_are_some_thousands_and_finite(activation: str) -> None:
    known = dictionary(activation)
    assert known.atoms.shape[1] == 3
    assert 200 <= len(known.atoms) <= 3000
    assert known.columns.shape == (len(known.atoms), SIDE * SIDE // 2)
    assert np.isfinite(known.columns).all()
    assert np.isfinite(known.gram).all()
    assert len(np.unique(known.atoms.round(9), axis=0)) == len(known.atoms)


def test_waves_are_of_each_direction_once() -> None:
    u = waves()[:, :2]
    assert len({tuple(row) for row in u.round(9)} & {tuple(-row) for row in u.round(9)}) == 0
    assert np.hypot(*u.T).max() <= 60


def test_the_choice_is_orthogonal_least_squares() -> None:
    _, point = started("tanh", 3)
    known = dictionary("tanh")
    found = chosen(known, point.phi, point.residual, 4)
    assert len(found) == 4
    # As the definition has it: each time the unit that leaves the least square, all output weights being the best.
    at = thin()
    basis = point.phi[:, at]
    picked = chosen(known, point.phi, point.residual, 1)
    q = np.linalg.qr(basis.T)[0]
    y = point.residual[at] - q @ (q.T @ point.residual[at])
    apart = known.columns - (known.columns @ q) @ q.T
    square = np.einsum("ij,ij->i", apart, apart)
    gain = np.where(square > ridges.DEPENDENT * len(at), (apart @ y) ** 2 / np.maximum(square, 1e-9), 0)
    index = int(np.flatnonzero((known.atoms == picked[0]).all(axis=1))[0])
    assert gain[index] == pytest.approx(float(gain.max()), rel=1e-3)
    np.testing.assert_array_equal(picked[0], found[0])


def test_what_is_there_already_is_not_chosen_again() -> None:
    goal, _ = started("tanh")
    known = dictionary("tanh")
    p = known.atoms[[5, 100, 700]]
    point = project(goal, p)
    assert point is not None
    found = chosen(known, point.phi, point.residual, 6)
    assert not any((row == other).all() for row in found for other in p)
    assert len(np.unique(found, axis=0)) == len(found)


def test_nothing_is_chosen_for_a_residual_of_zero() -> None:
    goal, point = started("tanh")
    assert len(chosen(dictionary("tanh"), point.phi, np.zeros(len(goal.y)), 3)) == 0


def test_units_too_steep_are_turned_down_where_they_are() -> None:
    p = np.array([[300.0, 400.0, -50.0], [3.0, 4.0, 1.0], [0.0, 0.0, 2.0]])
    found = held(p)
    np.testing.assert_allclose(found[0], p[0] * STEEPEST / 500)
    np.testing.assert_array_equal(found[1:], p[1:])


def test_columns_are_values_of_the_units() -> None:
    p = np.array([[1.0, -2.0, 0.5]])
    z, phi = columns(activation_named("tanh"), p, places())
    np.testing.assert_allclose(z[0, 0], -1 + 2 + 0.5)
    np.testing.assert_allclose(phi[0], np.tanh(z[0]))
    assert (phi[1] == 1).all()
