"""The trainer: its steps against formulas written down anew, its determinism, its divergence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from mlpviz.errors import Diverged
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import accuracy, gradient, loss
from mlpviz.nn.metrics import Measure
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.trainer import make_trainer
from tests.nn import scalar_optimizers
from tests.nn.networks import Case, case, cases, trainer_of


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_hundred_steps_of_each_optimizer(optimizer: str, shuffle: bool) -> None:
    c = case("squared", ["tanh", "sigmoid"], [3, 2], 2, 2, 13, 4)
    rate = 1.0 if optimizer == "lbfgs" else 0.01
    config = TrainingConfig(optimizer, rate, batch_size=5, shuffle=shuffle, l1=0.001, l2=0.01, seed=3)
    trainer = trainer_of(c, config)
    # L-BFGS stands at the minimum after some 40 steps; until then rounding is all that could tell the two apart.
    steps = 30 if optimizer == "lbfgs" else 200
    trainer.advance(steps)
    expected = scalar_optimizers.path(c, config, steps)
    np.testing.assert_allclose(trainer.theta, expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max())


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(1, 9), st.sampled_from(list(scalar_optimizers.UPDATES)), st.sampled_from([0.0, 0.5]))
def test_any_network_takes_the_steps_of_the_formulas(c: Case, batch: int, optimizer: str, clip: float) -> None:
    config = TrainingConfig(optimizer, 0.0005, batch_size=batch, l2=0.1, seed=1, clip=clip)
    trainer = trainer_of(c, config)
    try:
        trainer.advance(7)
    except Diverged:  # cubes of squares may: then there is nothing to compare
        reject()
    np.testing.assert_allclose(trainer.theta, scalar_optimizers.path(c, config, 7), rtol=1e-8, atol=1e-10)


@settings(max_examples=30, deadline=None)
@given(cases(), st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_how_steps_are_asked_for_changes_no_bit(c: Case, parts: list[int]) -> None:
    config = TrainingConfig("adam", 0.01, batch_size=3)
    whole, cut = trainer_of(c, config), trainer_of(c, config)
    whole.advance(sum(parts))
    for part in parts:
        cut.advance(part)
    assert whole.theta.tobytes() == cut.theta.tobytes()
    assert (whole.step, whole.epoch, whole.cursor) == (cut.step, cut.epoch, cut.cursor)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_going_on_from_a_state_changes_no_bit(optimizer: str) -> None:
    c = case("logistic", ["relu", "tanh"], [5, 3], 2, 1, 17, 2)
    config = TrainingConfig(optimizer, 0.02, batch_size=4, seed=9)
    whole, first = trainer_of(c, config), trainer_of(c, config)
    whole.advance(83)
    first.advance(31)
    start = Start(first.theta, first.slots, first.step, first.epoch, first.cursor)
    second = make_trainer(c.network, config, c.examples, start, "numpy")
    second.advance(52)
    assert whole.theta.tobytes() == second.theta.tobytes()


def test_a_batch_larger_than_the_data_is_the_full_batch() -> None:
    c = case("squared", ["tanh"], [3], 2, 1, 6, 0)
    large, full = (trainer_of(c, TrainingConfig("sgd", 0.1, size, shuffle=False)) for size in (10**6, None))
    large.advance(5)
    full.advance(5)
    assert large.theta.tobytes() == full.theta.tobytes()
    assert large.epoch == 5


def test_duplicated_rows_leave_the_full_batch_path() -> None:
    c = case("squared", ["tanh"], [3], 2, 1, 6, 0)
    twice = Case(c.network, c.theta, np.repeat(c.X, 2, axis=0), np.repeat(c.y, 2, axis=0))
    config = TrainingConfig("sgd", 0.1, None, shuffle=False)
    one, two = trainer_of(c, config), trainer_of(twice, config)
    one.advance(30)
    two.advance(30)
    np.testing.assert_allclose(one.theta, two.theta, rtol=1e-12)


def test_a_new_rate_acts_from_the_next_step_and_a_new_batch_size_in_the_middle_of_an_epoch() -> None:
    c = case("squared", ["tanh"], [3], 2, 1, 11, 0)
    trainer = trainer_of(c, TrainingConfig("sgd", 0.1, 4, shuffle=False))
    trainer.advance(1)
    trainer.configure(TrainingConfig("sgd", 0.05, 3, shuffle=False))
    before = trainer.theta.copy()
    trainer.advance(1)
    expected = before - 0.05 * gradient(c.network, before, c.X[4:7], c.y[4:7])
    np.testing.assert_allclose(trainer.theta, expected, rtol=1e-12)
    assert trainer.steps_to_epoch_end() == 2


def test_a_layout_of_sixteen_layers_and_one_of_none() -> None:
    for depth in (0, 16):
        c = case("logistic", ["tanh"] * depth, [2] * depth, 3, 1, 8, depth)
        config = TrainingConfig("sgd", 0.05, 4, shuffle=False)
        trainer = trainer_of(c, config)
        trainer.advance(6)
        np.testing.assert_allclose(trainer.theta, scalar_optimizers.path(c, config, 6), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("rate", [1e3, 1e6])
def test_divergence_names_step_and_layer_and_keeps_the_last_finite_theta(rate: float) -> None:
    c = case("squared", ["relu", "relu"], [4, 3], 2, 1, 20, 1)
    config = TrainingConfig("sgd", rate, 5, shuffle=False)
    trainer = trainer_of(c, config)
    with pytest.raises(Diverged) as caught:
        trainer.advance(10_000)
    step = caught.value.step
    assert trainer.step == step - 1
    assert np.isfinite(trainer.theta).all()
    again = trainer_of(c, config)
    again.advance(step - 1)
    assert again.theta.tobytes() == trainer.theta.tobytes()
    assert any(mark in caught.value.layer for mark in "zhỹLθ")
    with pytest.raises(Diverged):
        again.advance(1)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_measure_is_loss_and_accuracy(c: Case) -> None:
    classes = c.network.loss in ("logistic", "softmax", "hinge")
    found, share = Measure(c.network, c.examples, classes)(c.theta)
    assert found == pytest.approx(float(loss(c.network, c.theta, c.X, c.y)), rel=1e-12)
    assert share == accuracy(c.network, c.theta, c.X, c.y) if classes else np.isnan(share)


def test_measure_of_no_rows_is_nothing() -> None:
    c = case("logistic", ["tanh"], [2], 2, 1, 3, 0)
    assert np.isnan(Measure(c.network, Examples.whole(c.X[:0], c.y[:0]), True)(c.theta)).all()
