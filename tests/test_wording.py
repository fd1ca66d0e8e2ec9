"""Sentences that people read: numbers and nouns that agree, figures as they are written, files and options by name."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import mlpviz
from mlpviz.errors import check_number, counted
from mlpviz.files import weights
from mlpviz.nn.locks import Lock, check_locks
from tests.cli.calling import called, refused


def test_a_noun_agrees_with_its_number() -> None:
    found = [counted(count, "row") for count in (0, 1, 2000)]
    assert [*found, counted(2, "class", "classes")] == ["0 rows", "1 row", "2,000 rows", "2 classes"]


@pytest.mark.parametrize(
    ("bounds", "value", "says"),
    [
        ((0.0, 1e6), 1e9, "from 0 to 1,000,000, not 1,000,000,000."),
        ((-sys.float_info.max, sys.float_info.max), float("inf"), "must be a finite number, not inf."),
        ((0.0, sys.float_info.max), -0.5, "must be a finite number from 0 on, not -0.5."),
        ((0.0, 0.95), 2.0, "from 0 to 0.95, not 2.0."),
    ],
)
def test_a_bound_is_written_as_people_write_it(bounds: tuple[float, float], value: float, says: str) -> None:
    with pytest.raises(mlpviz.UserError) as refusal:
        check_number(value, *bounds, "It")
    assert str(refusal.value).endswith(says)


def test_what_there_is_does_not_list_what_cannot_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(mlpviz.UserError, match="Unknown data set 'square'") as refusal:
        mlpviz.run("square")
    assert "table" not in str(refusal.value)
    refused(capsys, ["datasets", "nope"], "mlpviz datasets: Unknown data set 'nope'; there are circle, ")
    assert "--loss" not in called(capsys, "datasets", "--help")[1]
    assert "formula:EXPR" in called(capsys, "sweep", "--help")[1]
    assert "what trains" in called(capsys, "train", "--help")[1]


def test_a_lock_and_a_loss_that_do_not_fit_say_why(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(mlpviz.UserError, match="names source 9 of a unit that has 2 and a bias"):
        check_locks([Lock(0, 0, 8)], (2, 4, 1))
    refused(capsys, ["train", "--data", "iris", "--loss", "logistic"], "not fit a target of more than two classes")


def test_the_sweeps_table_keeps_its_columns_apart(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--widths", 1, "--steps", 1, "--activations", "relu,formula:t*exp(-t*t)", "--methods", "adam")
    head, *rows, _ = called(capsys, "sweep", *words)[1].splitlines()
    assert [row.split()[:2] for row in rows] == [["relu", "1"], ["formula:t*exp(-t*t)", "1"]]
    assert {row.index(" 1 ") for row in rows} == {head.index(" width")}


@pytest.mark.parametrize("suffix", ["_numpy.py", "_torch.py"])
def test_a_script_calls_a_probability_only_what_is_one(tmp_path: Path, suffix: str) -> None:
    for loss, tanh, says in (
        ("logistic", "identity", "ŷ is the probability of the second"),
        ("squared", "tanh", "the second where ŷ is above 0"),
    ):
        network = mlpviz.Network(1, (), 1, loss, class_names=("a", "b"), output_activation=tanh)
        path = tmp_path / f"{loss}{suffix}"
        weights.write(path, network, np.ones(2))
        text = path.read_text(encoding="utf-8")
        assert says in text
        assert ("probability" in text) == (loss == "logistic")
        assert "(s)" not in text
