"""The compiled backend against the NumPy one: the same numbers, whatever is trained and however it is asked for."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mlpviz.errors import Diverged, UserError
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.base_trainer import Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import accuracy, loss, penalty
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.streams import key, order
from mlpviz.nn.trainer import Trainer, chosen_backend, make_meter, make_trainer
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
def test_figures_agree(loss_name: str, output: str) -> None:
    c = case(loss_name, ["tanh"], [5], 2, 3, 301, 9, output)
    classes = loss_name in ("logistic", "softmax", "hinge")
    config = TrainingConfig(l1=0.01, l2=0.1, schedule="cosine", warmup=3)
    rows = np.arange(301)
    sets = [replace(c.examples, rows=part) for part in (rows[:200], rows[200:], rows[:0])]
    found, other = (make_meter(c.network, sets, classes, config, name)(c.theta, 2) for name in ("compiled", "numpy"))
    np.testing.assert_allclose(found, other, rtol=1e-13)
    assert found[1] == pytest.approx(float(loss(c.network, c.theta, c.X[:200], c.y[:200])), rel=1e-12)
    assert found[4] == pytest.approx(accuracy(c.network, c.theta, c.X[200:], c.y[200:]), nan_ok=True) or not classes
    assert np.isnan(found[5:7]).all()
    assert np.isnan(found[3:5]).all() != classes
    extra = float(penalty(c.network, c.theta, 0.01, 0.1))
    assert found[[0, 7, 8]] == pytest.approx([2, extra, 0.1 * 3 / 4], rel=1e-13)


@pytest.mark.parametrize(("rows", "batch"), [(37, 10), (37, None), (700, 300)])
def test_many_epochs_in_a_call_are_epochs_one_by_one(rows: int, batch: int | None) -> None:
    c = case("logistic", ["tanh", "gelu"], [4, 3], 2, 1, rows, 11)
    config = TrainingConfig("adam", 0.02, batch, l2=1e-3, schedule="step", schedule_period=3)
    sets = [replace(c.examples, rows=part) for part in (c.examples.rows, c.examples.rows[:11], c.examples.rows[:0])]
    found = []
    for calls in ([13], [4, 1, 8]):
        trainer = make_trainer(c.network, config, c.examples, Start(c.theta, {}), "compiled")
        meter = make_meter(c.network, sets, True, config, "compiled")
        seen: list[np.ndarray] = []
        trainer.advance(2)  # an epoch under way is the first to be finished
        for count in calls:
            trainer.advance_epochs(count, meter, seen.append)
        found.append((np.concatenate(seen).tobytes(), trainer.theta.tobytes(), trainer.step, trainer.cursor))
        np.testing.assert_array_equal(meter(trainer.theta, trainer.epoch), seen[-1][-1])
    assert found[0] == found[1]


@pytest.mark.parametrize(("activations", "eta"), [(["cube", "relu"], 0.9), (["formula:exp(t)", "tanh"], 2.0)])
def test_epochs_before_divergence_are_recorded(activations: list[str], eta: float) -> None:
    """In the first case L leaves the finite numbers, in the second θ."""
    c = case("squared", activations, [4, 3], 2, 1, 20, 1)
    config = TrainingConfig("sgd", eta, 20)
    found = []
    for name in ("compiled", "numpy"):
        trainer = make_trainer(c.network, config, c.examples, Start(c.theta, {}), name)
        meter, seen = make_meter(c.network, [c.examples] * 3, False, config, name), [np.empty((0, 9))]
        try:
            trainer.advance_epochs(500, meter, seen.append)
            end = "L"
        except Diverged as diverged:
            end = f"{diverged.step} {diverged.layer}"
        found.append((end, trainer.step, np.concatenate(seen)))
        assert np.isfinite(trainer.theta).all()
    assert found[0][:2] == found[1][:2]
    assert 0 < len(found[0][2]) == len(found[1][2]) < 500
    np.testing.assert_allclose(found[0][2][:3], found[1][2][:3], rtol=1e-9)


def test_the_order_is_that_of_numpy() -> None:
    from mlpviz.nn.compiled.trainer import CompiledTrainer  # Numba is there: the module is skipped otherwise

    c = case("squared", ["tanh"], [2], 2, 1, 97, 0)
    trainer = CompiledTrainer(c.network, TrainingConfig(batch_size=10, seed=3), c.examples, Start(c.theta, {}))
    trainer.advance(25)  # in the midst of the third epoch
    np.testing.assert_array_equal(trainer._order.room[:97], order(key(3, "order"), trainer.epoch, 97))


def test_auto_is_a_matter_of_the_settings_alone() -> None:
    assert chosen_backend(TrainingConfig()) == "compiled"
    assert chosen_backend(TrainingConfig(dropout=0.1)) == "numpy"
    with pytest.raises(UserError, match="Dropout"):
        chosen_backend(TrainingConfig(dropout=0.1), "compiled")
    c = case("squared", ["tanh"], [3], 2, 1, 23, 0)
    trainer = make_trainer(c.network, TrainingConfig(), c.examples, Start(c.theta, {}), "compiled")
    with pytest.raises(UserError, match="without dropout"):
        trainer.configure(TrainingConfig(dropout=0.1))
