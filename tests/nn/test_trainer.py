"""The trainer: its steps against formulas written down anew, its determinism, its divergence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.errors import Diverged
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import accuracy, gradient, loss
from mlpviz.nn.metrics import Measure
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.streams import stream
from mlpviz.nn.trainer import Trainer, make_trainer
from tests.nn.networks import Case, case, cases


def trainer_of(c: Case, config: TrainingConfig) -> Trainer:
    return make_trainer(c.network, config, c.X, c.y, theta=c.theta)


def batches(c: Case, config: TrainingConfig, steps: int) -> Iterator[np.ndarray]:
    """Row indices of each update by the documented rule: a permutation an epoch, in batches, the last one short."""
    size, epoch = min(config.batch_size or len(c.X), len(c.X)), 0
    while steps > 0:
        order = stream(config.seed, "order", epoch).permutation(len(c.X)) if config.shuffle else np.arange(len(c.X))
        for start in range(0, len(c.X), size):
            if steps == 0:
                return
            yield order[start : start + size]
            steps -= 1
        epoch += 1


def scalar_path(c: Case, config: TrainingConfig, steps: int) -> np.ndarray:
    """The optimisers from their papers, one parameter at a time."""
    theta = c.theta.tolist()
    m, v = [0.0] * len(theta), [0.0] * len(theta)
    for t, rows in enumerate(batches(c, config, steps), start=1):
        g = gradient(c.network, np.array(theta), c.X[rows], c.y[rows], config.l1, config.l2)
        for i in range(len(theta)):
            if config.optimizer == "sgd":
                theta[i] -= config.learning_rate * g[i]
            elif config.optimizer == "momentum":
                v[i] = 0.9 * v[i] + g[i]
                theta[i] -= config.learning_rate * v[i]
            else:
                m[i] = 0.9 * m[i] + 0.1 * g[i]
                v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2
                m_hat, v_hat = m[i] / (1 - 0.9**t), v[i] / (1 - 0.999**t)
                theta[i] -= config.learning_rate * m_hat / (v_hat**0.5 + 1e-8)
    return np.array(theta)


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_two_hundred_steps_of_each_optimizer(optimizer: str, shuffle: bool) -> None:
    c = case("squared", ["tanh", "sigmoid"], [3, 2], 2, 2, 13, 4)
    config = TrainingConfig(optimizer, 0.01, batch_size=5, shuffle=shuffle, l1=0.001, l2=0.01, seed=3)
    trainer = trainer_of(c, config)
    trainer.advance(200)
    np.testing.assert_allclose(trainer.theta, scalar_path(c, config, 200), rtol=1e-9, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(cases(), st.integers(1, 9), st.sampled_from(list(OPTIMIZERS)))
def test_any_network_takes_the_steps_of_the_formulas(c: Case, batch: int, optimizer: str) -> None:
    config = TrainingConfig(optimizer, 0.02, batch_size=batch, l2=0.1, seed=1)
    trainer = trainer_of(c, config)
    trainer.advance(7)
    np.testing.assert_allclose(trainer.theta, scalar_path(c, config, 7), rtol=1e-8, atol=1e-10)


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
    second = make_trainer(
        c.network, config, c.X, c.y, theta=first.theta, slots=first.slots,
        step=first.step, epoch=first.epoch, cursor=first.cursor,
    )  # fmt: skip
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
        np.testing.assert_allclose(trainer.theta, scalar_path(c, config, 6), rtol=1e-9, atol=1e-13)


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
    classes = c.network.loss != "squared"
    found, share = Measure(c.network, c.X, c.y, classes)(c.theta)
    assert found == pytest.approx(float(loss(c.network, c.theta, c.X, c.y)), rel=1e-12)
    assert share == accuracy(c.network, c.theta, c.X, c.y) if classes else np.isnan(share)


def test_measure_of_no_rows_is_nothing() -> None:
    c = case("logistic", ["tanh"], [2], 2, 1, 3, 0)
    assert np.isnan(Measure(c.network, c.X[:0], c.y[:0], True)(c.theta)).all()
