"""The bench compares equal work and says on what machine; nothing here asserts a time."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pytest

from mlpviz.bench import core, linear, memory, pooled, universality
from mlpviz.bench.core import AGREEMENT_EPOCHS, measure, table
from mlpviz.bench.machine import about, machine, yardstick
from mlpviz.bench.plain import PlainLoop
from mlpviz.bench.schema import SCHEMA_TEXT
from mlpviz.bench.timing import EngineFailed, Timed, alternate
from mlpviz.bench.work import WORK, Work, backends, data_for, ours_on, start_for
from mlpviz.cli.dispatch import dispatch
from mlpviz.data.strokes import grid
from mlpviz.errors import RunError, UserError
from mlpviz.nn import trainer as trainers
from tests.optional import INSTALLED

RESULT = {
    "schema": int,
    "machine": dict,
    "yardstick_seconds": float,
    "rows": list,
    "not_measured": list,
    "memory": (list, type(None)),
    "linear": list,
    "sweep": list,
    "universality": dict,
    "peers": type(None),
}
ROW = {
    "work": str,
    "backend": str,
    "version": str,
    "auto": bool,
    "epochs_per_second": float,
    "plain_epochs_per_second": float,
    "ratio": float,
    "loss": float,
    "plain_loss": float,
    "shuffled_epochs_per_second": (float, type(None)),
    "shuffle_cost": (float, type(None)),
    "yardstick_seconds": float,
}
MEMORY = {
    "case": str,
    "work": str,
    "backend": str,
    "data_bytes": int,
    "theta_bytes": int,
    "peak_bytes": int,
    "data_multiple": float,
    "theta_copies": float,
    "allowed_bytes": int,
    "kept": bool,
    "yardstick_seconds": float,
}
SWEEP = {
    "work": str,
    "backend": str,
    "cores": int,
    "jobs": int,
    "one_seconds": float,
    "jobs_seconds": float,
    "ratio": float,
    "yardstick_seconds": float,
}
UNIVERSALITY = {"strokes": int, "limit": dict, "nets": list, "all_nets": dict, "yardstick_seconds": float}
LIMIT = {"compiled": bool, "widths": int, "seconds": float, "worst_seconds": float}
NETS = {
    "activation": str,
    "how": str,
    "seconds": float,
    "worst_seconds": float,
    "first_seconds": float,
    "ratios": list,
}
RATIO = {"width": int, "strokes": int, "median": (float, type(None)), "worst": (float, type(None))}
LINEAR = {"by": str, "work": str, "yardstick_seconds": float, "lines": list}
LINE = {"backend": str, "points": list, "exponent": float}


SHAPE = [0.0, 1.0, -1.0, 0.5]


def check_shape(value: dict[str, Any], shape: dict[str, Any]) -> None:
    """Exactly these keys, each of its type, and each in the words that --help shows."""
    assert value.keys() == shape.keys()
    for key, kind in shape.items():
        assert isinstance(value[key], kind), f"{key}: {value[key]!r}"
        assert key in SCHEMA_TEXT


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slots that are as short as they can be."""
    monkeypatch.setattr(core, "QUICK_SLOTS", 1)
    monkeypatch.setattr(core, "QUICK_SECONDS", 0.001)
    monkeypatch.setattr(linear, "QUICK_ROUNDS", 1)
    monkeypatch.setattr(linear, "QUICK_SECONDS", 0.001)
    monkeypatch.setattr(linear, "QUICK_ROWS", 4)
    monkeypatch.setattr(linear, "QUICK_WIDTHS", 4)
    monkeypatch.setattr(pooled, "QUICK_ROUNDS", 1)
    monkeypatch.setattr(pooled, "QUICK_STEPS", 10)
    monkeypatch.setattr(universality, "QUICK_STROKES", 1)
    monkeypatch.setattr(universality, "WIDTHS", (1, 2, 4))


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.name)
def test_every_backend_does_the_same_work_as_the_plain_loop(work: Work) -> None:
    rows, _ = measure(work, 1, 0.001)
    assert rows
    for row in rows:
        assert row["loss"] == pytest.approx(rows[0]["loss"], rel=1e-9)
        assert row["loss"] == pytest.approx(row["plain_loss"], rel=1e-9)
        assert row["ratio"] > 0
    assert [row["auto"] for row in rows].count(True) == 1


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.name)
def test_backends_agree_when_the_rows_are_shuffled(work: Work) -> None:
    losses = []
    for engine in ours_on(work, shuffle=True)[0].values():
        engine.epochs(AGREEMENT_EPOCHS)
        losses.append(engine.loss())
    assert losses == pytest.approx([losses[0]] * len(losses), rel=1e-9)


def test_the_plain_loop_takes_the_same_path() -> None:
    work = WORK[0]
    X, y = data_for(work)
    plain = PlainLoop(work.network(), work.config(), X, y, start_for(work))
    plain.epochs(40)
    for engine in ours_on(work)[0].values():
        engine.epochs(40)
        np.testing.assert_allclose(engine.trainer.theta, plain.theta(), rtol=1e-9)


def test_a_backend_that_is_not_there_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    make = trainers.make_trainer

    def without(*args: Any) -> Any:
        if "absent" in args:
            raise UserError("It is not installed.")
        return make(*args)

    monkeypatch.setattr(trainers, "BACKENDS", (*trainers.BACKENDS, "absent"))
    monkeypatch.setattr(trainers, "make_trainer", without)
    rows, refused = measure(WORK[0], 1, 0.001)
    assert {row["backend"] for row in rows} == INSTALLED
    assert [row["backend"] for row in refused] == sorted({*backends(), "absent"} - INSTALLED, key=backends().index)
    assert {"work": WORK[0].name, "backend": "absent", "reason": "It is not installed."} in refused


@pytest.mark.usefixtures("short")
def test_the_json_is_as_the_help_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["bench", "--quick", "--json"], None) == 0
    result = json.loads(capsys.readouterr().out)
    check_shape(result, RESULT)
    tables = (
        (result["rows"], ROW),
        (result["memory"] or [], MEMORY),
        (result["linear"], LINEAR),
        (result["sweep"], SWEEP),
    )
    for rows, shape in tables:
        assert rows or shape is MEMORY
        for row in rows:
            check_shape(row, shape)
    built = result["universality"]
    for part, shape in ((built, UNIVERSALITY), (built["limit"], LIMIT)):
        check_shape(part, shape)
    for row in built["nets"]:
        check_shape(row, NETS)
        for ratio in row["ratios"]:
            check_shape(ratio, RATIO)
    for growth in result["linear"]:
        for line in growth["lines"]:
            check_shape(line, LINE)
            assert all(n > 0 and seconds > 0 for n, seconds in line["points"])
    assert {row["work"] for row in result["rows"]} == {work.name for work in WORK if work.quick}
    assert [row["shuffle_cost"] is None for row in result["rows"]].count(False) == len(INSTALLED)
    text = table(result)
    assert all(row["work"] in text for row in result["rows"])
    assert "exponent" in text
    assert all(row["work"] in text and row["ratio"] > 0 for row in result["sweep"])
    assert "the exact limit at 257 widths" in text


def test_what_is_built_is_measured_beside_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(universality, "STROKES", 3)
    monkeypatch.setattr(universality, "ACTIVATIONS", ("relu",))
    # A polyline of three pieces: two units are exact, and nothing can be divided by their limit.
    monkeypatch.setattr(universality, "stroke", lambda seed: np.interp(grid(), [0, 100 / 511, 300 / 511, 1], SHAPE))
    result = universality.run()
    assert result["strokes"] == 3
    (row,) = result["nets"]
    assert [ratio["width"] for ratio in row["ratios"]] == list(universality.WIDTHS)
    first, *others = row["ratios"]
    assert first["strokes"] == 3
    assert 1 - 1e-9 <= first["median"] <= first["worst"]
    assert all(ratio["strokes"] == 0 and ratio["median"] is None for ratio in others)
    assert result["all_nets"]["worst_seconds"] >= result["all_nets"]["seconds"] == row["seconds"] > 0
    text = "\n".join(universality.lines(result))
    assert "relu" in text
    assert text.count("exact") == 1 + len(others)


def test_the_memory_of_a_run_counts_the_data_and_every_copy() -> None:
    rows = memory.run(quick=True)
    if rows is None:
        assert sys.platform != "linux"
        return
    assert {row["case"] for row in rows} == set(memory.CASES)
    for row in rows:
        assert row["peak_bytes"] >= row["data_bytes"]
        assert row["kept"] == (row["peak_bytes"] <= row["allowed_bytes"])
    # Adam has θ, its gradient and two slots at the least.
    assert all(row["theta_copies"] > 3 for row in rows if row["case"] == "a large network")


def test_a_backend_that_cannot_be_had_has_no_memory_and_a_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "backends", lambda: ("absent",))
    assert not memory.run(quick=True)
    if sys.platform == "linux":
        monkeypatch.setattr(memory, "CASES", {"no such case": WORK[0]})
        with pytest.raises(RunError, match="no such case"):
            memory.run(quick=True)


def test_the_exponent_is_that_of_the_upper_half() -> None:
    points = [(n, 5.0 + 0 * n) for n in (1, 2, 4)] + [(n, 0.1 * n**1.5) for n in (64, 128, 256)]
    assert linear.exponent(points) == pytest.approx(1.5)


def test_engines_take_turns_and_one_that_fails_is_left_out() -> None:
    turns: list[str] = []

    def slot(name: str, fails_at: int) -> Any:
        def one(seconds: float) -> tuple[int, float]:
            turns.append(name)
            if turns.count(name) == fails_at:
                raise EngineFailed("broke")
            return 10, 2.0

        return one

    found = alternate({"a": slot("a", 99), "b": slot("b", 2), "c": slot("c", 99)}, 2, 0.1)
    assert turns == ["a", "b", "c", "a", "b", "c", "a", "c"]
    assert found.medians == {"a": 5.0, "c": 5.0}
    assert found.failures == {"b": "broke"}


def test_a_slot_counts_every_epoch_that_it_times() -> None:
    made: list[int] = []
    slot = Timed(made.append)
    epochs, took = slot(1e-6)
    assert epochs == made[-1]
    assert took > 0
    assert slot(1e-6)[0] == epochs


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--gui", "--peers"], "--gui"),
        (["--gui", "--plot", "a.svg"], "--gui"),
        (["--plot", "a.png"], ".svg"),
        (["--plot", "no/such/folder/a.svg"], "--plot"),
        (["--peer-python", "no/such/python"], "--peer-python"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_measured(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dispatch(["bench", "--quick", *words], None) == 2
    line = capsys.readouterr().err
    assert told in line
    assert line.count("\n") == 1


def test_the_machine_and_the_yardstick_are_known() -> None:
    found = machine()
    assert found["cores"]
    assert found["vector_width"]
    assert str(found["numpy"]) in about(found)
    assert yardstick() > 0
