"""L-BFGS where there is nothing left to gain, or nowhere to go."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.data.datasets import DATASETS
from mlpviz.data.realise import realise
from mlpviz.data.spec import TABLE, DataSpec
from mlpviz.document.edits import fitted, fresh_state, new_document
from mlpviz.experiments.training import train
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.lbfgs import Lbfgs
from mlpviz.nn.optimizers import OPTIMIZERS
from tests.nn.networks import case
from tests.optional import INSTALLED

NAMES = [name for name in DATASETS if name != TABLE]


@pytest.mark.parametrize("backend", sorted(INSTALLED))
@pytest.mark.parametrize("name", NAMES)
def test_a_long_run_on_every_data_set_ends_well(name: str, backend: str) -> None:
    dataset = realise(DataSpec(name, rows=60) if "rows" in DATASETS[name].settings else DataSpec(name))
    network = fitted(new_document().network, dataset, None)
    config = TrainingConfig("lbfgs", 1.0)
    *_, last = train(network, dataset, config, fresh_state(network, config), epochs=1_200, backend=backend)
    assert last.state is not None
    assert (last.status, last.state.step) == ("done", 1_200)
    losses = last.state.history.rows[:, 1]
    assert np.isfinite(losses).all()
    assert (np.diff(losses) <= 1e-12).all()


@pytest.mark.parametrize("backend", sorted(INSTALLED))
def test_where_the_rate_is_0_theta_stays(backend: str) -> None:
    dataset = realise(DataSpec("circle"))
    network = fitted(new_document().network, dataset, None)
    config = TrainingConfig("lbfgs", 1.0, schedule="cosine", schedule_period=5)
    state, thetas = fresh_state(network, config), []
    for epochs in (5, 3, 4):
        *_, last = train(network, dataset, config, state, epochs=epochs, backend=backend)
        assert last.state is not None
        state = last.state
        thetas.append(state.theta)
    assert state.step == 12
    assert thetas[0].tobytes() == thetas[1].tobytes() == thetas[2].tobytes()


def test_at_a_minimum_theta_does_not_move() -> None:
    c = case("squared", ["tanh"], [3], 2, 1, 8, 4)
    theta = c.theta.copy()
    g = np.zeros_like(theta)
    search = Lbfgs(theta, g, OPTIMIZERS["lbfgs"].empty(len(theta)), lambda: 0.0)
    assert [search.step(1.0) for _ in range(3)] == [False] * 3
    assert theta.tobytes() == c.theta.tobytes()


@pytest.mark.parametrize("size", [1e-170, 1e-155, 1e-100, 1.0, 1e100])
def test_a_bowl_of_any_size_is_gone_down(size: float) -> None:
    """L = ½·size·θ²: what is tiny underflows in yᵀs and yᵀy, and no length of a step may divide by that."""
    theta, g = np.array([3.0, -2.0]), np.empty(2)

    def evaluate() -> float:
        g[:] = size * theta
        return 0.5 * size * float(theta @ theta)

    search = Lbfgs(theta, g, OPTIMIZERS["lbfgs"].empty(2), evaluate)
    with np.errstate(all="raise", under="ignore"):
        for _ in range(50):
            search.step(1.0)
    assert np.abs(theta).max() <= 3.0
    assert size < 1e-99 or np.abs(theta).max() < 1e-6


def test_a_slope_without_an_end_is_gone_down_to_the_longest_step() -> None:
    theta, g = np.zeros(1), np.empty(1)

    def evaluate() -> float:
        g[:] = -1e-12
        return -1e-12 * float(theta[0])

    search = Lbfgs(theta, g, OPTIMIZERS["lbfgs"].empty(1), evaluate)
    assert search.step(1e6)
    assert 0 < theta[0] < np.inf
