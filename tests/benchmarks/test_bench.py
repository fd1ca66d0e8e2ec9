"""The bench compares equal work and says on what machine; nothing here asserts a time."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mlpviz.bench.core import WORK, data_for, measure, table
from mlpviz.bench.machine import machine, yardstick
from mlpviz.bench.plain import PlainLoop
from mlpviz.cli.dispatch import dispatch
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.initialisation import initial
from mlpviz.nn.spec import Hidden, Network
from mlpviz.nn.trainer import make_trainer


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.name)
def test_both_engines_do_the_same_work(work: object) -> None:
    row = measure(work, 1, 0.001)  # type: ignore[arg-type]
    assert row["loss"] == pytest.approx(row["plain_loss"], rel=1e-10)
    assert row["ratio"] > 0


def test_the_plain_loop_takes_the_same_path() -> None:
    work = WORK[0]
    X, y = data_for(work)
    network = Network(2, (Hidden(4), Hidden(2)), 1, "squared")
    config = TrainingConfig("sgd", 0.03, 10, shuffle=False)
    theta = initial(work.sizes, ("tanh", "tanh", "identity"), "xavier-uniform", 1)
    trainer, plain = make_trainer(network, config, X, y, theta=theta), PlainLoop(network, config, X, y, theta)
    trainer.advance(25 * 40)
    plain.epochs(40)
    np.testing.assert_allclose(trainer.theta, plain.theta(), rtol=1e-10)


def test_the_command_prints_a_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["bench", "--quick", "--json"], None) == 0
    result = json.loads(capsys.readouterr().out)
    assert {"machine", "yardstick_seconds", "rows"} <= result.keys()
    assert result["machine"]["vector_width"]
    assert all(row["work"] in table(result) for row in result["rows"])


def test_the_machine_and_the_yardstick_are_known() -> None:
    assert machine()["cores"]
    assert yardstick() > 0
