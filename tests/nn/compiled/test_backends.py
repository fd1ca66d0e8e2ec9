"""The compiled backend against the NumPy one: the same numbers, whatever is trained and however it is asked for."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mlpviz.errors import Diverged, UserError
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import accuracy, gradient, loss
from mlpviz.nn.locks import Lock, locked_mask
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.metrics import Measure
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.streams import key, order
from mlpviz.nn.trainer import Trainer, chosen_backend, make_measure, make_trainer
from tests.nn.networks import OWN, Case, case
from tests.optional import needs_numba

pytestmark = needs_numba
STEPS = 1_000
# MLPVIZ_ALL=1 compares every activation with every loss and optimiser.
EVERYTHING = os.environ.get("MLPVIZ_ALL") == "1"
USUAL = {"sgd": 0.05, "momentum": 0.01, "nesterov": 0.01, "lbfgs": 1.0}


def combinations() -> list[tuple[str, str, str]]:
    """(activation, loss, optimiser): all, or each row of each table at least once."""
    names, steps = [*ACTIVATIONS, *OWN], [name for name in OPTIMIZERS if name != "lbfgs"]
    if EVERYTHING:
        return list(product(names, LOSSES, steps))
    losses = list(LOSSES)
    return [(name, losses[at % len(losses)], steps[at % len(steps)]) for at, name in enumerate(names)]


def pair(c: Case, config: TrainingConfig, start: Start | None = None) -> list[Trainer]:
    """A trainer of each backend."""
    begin = start or Start(c.theta, {})
    return [make_trainer(c.network, config, c.examples, begin, backend) for backend in ("compiled", "numpy")]


def apart(trainers: list[Trainer]) -> float:
    """The largest difference of the two θ, relative to θ's size."""
    a, b = (trainer.theta for trainer in trainers)
    return float(np.abs(a - b).max() / np.abs(b).max())


@pytest.mark.parametrize(("activation", "loss_name", "optimizer"), combinations())
def test_theta_after_a_thousand_steps(activation: str, loss_name: str, optimizer: str) -> None:
    c = case(loss_name, [activation, activation], [5, 3], 2, 2, 37, 11)
    rate = USUAL.get(optimizer, 0.005) * (0.02 if activation in ("square", "cube") else 1.0)
    config = TrainingConfig(optimizer, rate, 10, l1=1e-4, l2=1e-3, seed=5, clip=1.0)
    trainers = pair(replace(c, theta=0.5 * c.theta), config)
    for trainer in trainers:
        trainer.advance(STEPS)
    difference = apart(trainers)
    # Some of all combinations are chaotic: there NumPy's own last bits grow as much.
    assert difference < 1e-9 or (EVERYTHING and difference < 10 * growth_of_last_bits(trainers[1], c, config))


def growth_of_last_bits(done: Trainer, c: Case, config: TrainingConfig) -> float:
    """How far NumPy's θ gets from where it was when every number of the first θ is changed in its last bit."""
    rng = np.random.default_rng(1)
    moved = []
    for _ in range(4):
        nudged = 0.5 * c.theta * (1 + rng.choice([-1, 1], len(c.theta)) * np.finfo(float).eps)
        trainer = make_trainer(c.network, config, c.examples, Start(nudged, {}), "numpy")
        trainer.advance(STEPS)
        moved.append(apart([trainer, done]))
    return max(moved)


@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize("output", ["identity", "tanh"])
def test_lbfgs_and_the_full_gradient(loss_name: str, output: str) -> None:
    c = case(loss_name, ["tanh", "relu"], [6, 4], 3, 2, 300, 3, output)
    trainers = pair(c, TrainingConfig("lbfgs", 1.0, l2=0.01))
    for trainer in trainers:
        trainer.advance(12)
    assert apart(trainers) < 1e-9


@pytest.mark.parametrize("output", ["identity", "tanh"])
@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize(("rows", "batch"), [(1, 1), (13, 5), (40, 16), (300, None), (1000, 700)])
def test_one_step_is_the_gradient(loss_name: str, output: str, rows: int, batch: int | None) -> None:
    c = case(loss_name, ["sigmoid", "silu", "leaky_relu"], [4, 9, 3], 3, 3, rows, 7, output)
    trainer = pair(c, TrainingConfig("sgd", 0.1, batch, shuffle=False))[0]
    trainer.advance(1)
    some = slice(0, batch or rows)
    expected = c.theta - 0.1 * gradient(c.network, c.theta, c.X[some], c.y[some])
    np.testing.assert_allclose(trainer.theta, expected, rtol=1e-12, atol=1e-13)


def test_depth_none_and_sixteen_and_width_a_thousand() -> None:
    for widths in ([], [3] * 16, [1000]):
        c = case("squared", ["tanh"] * len(widths), widths, 2, 1, 21, 2)
        trainers = pair(c, TrainingConfig("adam", 0.001, 8))
        for trainer in trainers:
            trainer.advance(30)
        assert apart(trainers) < 1e-9


def test_how_steps_are_asked_for_changes_no_bit() -> None:
    c = case("logistic", ["tanh", "gelu"], [4, 2], 2, 1, 53, 4)
    config = TrainingConfig("adam", 0.01, 10, schedule="exponential", schedule_period=3)
    whole, cut = (make_trainer(c.network, config, c.examples, Start(c.theta, {}), "compiled") for _ in range(2))
    whole.advance(100)
    for part in (1, 2, 30, 7, 60):
        cut.advance(part)
    assert whole.theta.tobytes() == cut.theta.tobytes()
    begin = Start(cut.theta, cut.slots, cut.step, cut.epoch, cut.cursor)
    again = make_trainer(c.network, config, c.examples, begin, "compiled")
    for trainer in (whole, again):
        trainer.advance(41)
    assert whole.theta.tobytes() == again.theta.tobytes()
    assert (whole.step, whole.epoch, whole.cursor) == (again.step, again.epoch, again.cursor)


def test_other_settings_act_in_the_middle_of_an_epoch() -> None:
    c = case("squared", ["tanh"], [3], 2, 1, 23, 0)
    trainers = pair(c, TrainingConfig("momentum", 0.1, 4))
    for trainer in trainers:
        trainer.advance(3)
        trainer.configure(TrainingConfig("momentum", 0.05, 5, l2=0.1))
        trainer.advance(1)
        trainer.set_parameter(2, 0.25)
        trainer.advance(20)
        trainer.configure(TrainingConfig("nesterov", 0.05, 3))
        trainer.advance(20)
    assert apart(trainers) < 1e-12
    assert trainers[0].cursor == trainers[1].cursor


def test_weights_and_a_choice_of_rows() -> None:
    c = case("softmax", ["tanh"], [4], 2, 3, 60, 6)
    rows = np.arange(0, 60, 2)
    weights = np.linspace(0.5, 2.0, 60)
    examples = Examples(c.X, c.y, rows, weights)
    config = TrainingConfig("adam", 0.01, 7)
    trainers = [make_trainer(c.network, config, examples, Start(c.theta, {}), name) for name in ("compiled", "numpy")]
    for trainer in trainers:
        trainer.advance(50)
    assert apart(trainers) < 1e-10
    found = [make_measure(c.network, examples, True, name)(c.theta) for name in ("compiled", "numpy")]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-13)


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_locked_parameters_keep_their_bits(optimizer: str) -> None:
    c = case("squared", ["tanh", "relu"], [4, 3], 2, 1, 30, 8)
    locks = (Lock(0, 1), Lock(1, 2, 0), Lock(2))
    trainers = pair(c, TrainingConfig(optimizer, 0.02, 6, l2=0.1, locked=locks))
    mask = locked_mask(locks, c.network.sizes)
    for trainer in trainers:
        trainer.advance(100)
        assert trainer.theta[mask].tobytes() == c.theta[mask].tobytes()
        assert not np.any(trainer.theta[~mask] == c.theta[~mask])
    assert apart(trainers) < 1e-9


@pytest.mark.parametrize("activation", ["relu", "cube", "formula:exp(t)"])
def test_divergence_names_the_step_that_numpy_names(activation: str) -> None:
    c = case("squared", [activation, "relu"], [4, 3], 2, 1, 20, 1)
    told = []
    for trainer in pair(c, TrainingConfig("sgd", 1e6, 5, shuffle=False)):
        with pytest.raises(Diverged) as caught:
            trainer.advance(10_000)
        assert np.isfinite(trainer.theta).all()
        assert trainer.step == caught.value.step - 1
        told.append((caught.value.step, caught.value.layer))
    assert told[0] == told[1]


@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize("output", ["identity", "tanh"])
def test_measures_agree(loss_name: str, output: str) -> None:
    c = case(loss_name, ["tanh"], [5], 2, 3, 301, 9, output)
    classes = loss_name in ("logistic", "softmax", "hinge")
    found = make_measure(c.network, c.examples, classes, "compiled")(c.theta)
    np.testing.assert_allclose(found, Measure(c.network, c.examples, classes)(c.theta), rtol=1e-13)
    assert found[0] == pytest.approx(float(loss(c.network, c.theta, c.X, c.y)), rel=1e-12)
    if classes:
        assert found[1] == accuracy(c.network, c.theta, c.X, c.y)
    assert np.isnan(make_measure(c.network, Examples(c.X, c.y, np.arange(0)), classes, "compiled")(c.theta)).all()


def test_the_order_is_that_of_numpy() -> None:
    from mlpviz.nn.compiled.trainer import CompiledTrainer  # Numba is there: the module is skipped otherwise

    c = case("squared", ["tanh"], [2], 2, 1, 97, 0)
    trainer = CompiledTrainer(c.network, TrainingConfig(batch_size=10, seed=3), c.examples, Start(c.theta, {}))
    trainer.advance(25)  # in the midst of the third epoch
    np.testing.assert_array_equal(trainer._order.room, order(key(3, "order"), trainer.epoch, 97))


def test_auto_is_a_matter_of_the_settings_alone() -> None:
    assert chosen_backend(TrainingConfig()) == "compiled"
    assert chosen_backend(TrainingConfig(dropout=0.1)) == "numpy"
    with pytest.raises(UserError, match="Dropout"):
        chosen_backend(TrainingConfig(dropout=0.1), "compiled")
    c = case("squared", ["tanh"], [3], 2, 1, 23, 0)
    trainer = make_trainer(c.network, TrainingConfig(), c.examples, Start(c.theta, {}), "compiled")
    with pytest.raises(UserError, match="without dropout"):
        trainer.configure(TrainingConfig(dropout=0.1))
