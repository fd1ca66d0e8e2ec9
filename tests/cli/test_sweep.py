"""`mlpviz sweep`: what it reports, and what it refuses."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from mlpviz.cli import output
from mlpviz.data.strokes import SAMPLES
from mlpviz.errors import Diverged
from mlpviz.experiments import trained
from mlpviz.nn.spec import Network
from mlpviz.nn.trainer import Trainer
from tests.cli.calling import called, refused, result

Capture = pytest.CaptureFixture[str]
METHODS = "constructed,adam,gd"


def test_a_sweep_reports_every_net(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    words = ("--function", "sine", "--widths", "4,1,2", "--activations", "relu,tanh", "--steps", 30, "--seeds", 2,
             "--methods", "adam,gd")  # fmt: skip
    found = result(capsys, "sweep", *words, "--csv", path)
    assert found["status"] == "done"
    assert list(found["points"][0]) == ["activation", "width", "method", "seed", "sup", "rms", "seconds"]
    kinds = {(point["activation"], point["method"], point["seed"]) for point in found["points"]}
    assert len(kinds) == 8
    assert [point["width"] for point in found["points"]] == sorted([1, 2, 4] * 4) * 2
    assert all(point["sup"] >= point["rms"] > 0 for point in found["points"])
    assert found["function"]["samples"] == SAMPLES
    assert found["function"]["range"] == pytest.approx([-1, 1], abs=1e-4)
    table = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [float(row["sup"]) for row in table] == [point["sup"] for point in found["points"]]
    code, out, _ = called(capsys, "sweep", *words, "--widths", "3")
    assert code == 0
    assert len(out.splitlines()) == 10
    assert out.splitlines()[-1].startswith("no ReLU net has less than ")
    code, out, _ = called(capsys, "sweep", "--function", "x", "--widths", "1,2", "--methods", "constructed")
    assert out.splitlines()[-1] == "a polyline of 2 pieces is exact"


def test_the_number_of_processes_changes_no_figure(capsys: Capture) -> None:
    words = (
        "--widths",
        "1,2,8",
        "--activations",
        "relu,tanh,sigmoid",
        "--steps",
        60,
        "--seeds",
        2,
        "--methods",
        METHODS,
    )
    found = [result(capsys, "sweep", *words, "--jobs", jobs) for jobs in (1, 2, 3)]
    for points in (each["points"] for each in found):
        for point in points:
            assert point.pop("seconds") >= 0
    assert found[0] == found[1] == found[2]
    assert [point["method"] for point in found[0]["points"][:3]] == ["constructed", "adam", "adam"]


def test_all_methods_where_they_exist(capsys: Capture) -> None:
    words = ("--widths", "2,4", "--activations", "relu,sigmoid", "--steps", 3, "--seeds", 2)
    code, out, err = called(capsys, "sweep", *words, "--methods", "steps,curvature,random,adam", "--json")
    assert code == 0
    found = json.loads(out)
    narrow = [tuple(point.values())[:4] for point in found["points"] if point["width"] == 2]
    both = [("random", 0), ("random", 1), ("adam", 0), ("adam", 1)]
    assert narrow == [
        *(("relu", 2, *kind) for kind in [("curvature", 0), *both]),
        *(("sigmoid", 2, *kind) for kind in [("steps", 0), *both]),
    ]
    assert len(found["points"]) == 20
    assert found["notes"] == [
        "--methods: steps is left out for relu, which it does not exist for.",
        "--methods: curvature is left out for sigmoid, which it does not exist for.",
    ]
    assert err.splitlines() == found["notes"]
    refused(capsys, ["sweep", "--methods", "steps"], "--methods: there is no method steps for relu.")
    code, out, _ = called(capsys, "sweep", "--widths", 4, "--steps", 3)
    assert [line.split()[2] for line in out.splitlines()[1:-1]] == [
        "constructed",
        "adam",
        "gd",
        "random",
        "interpolant",
    ]


def test_polynomial_activations_have_a_floor(capsys: Capture) -> None:
    words = ("sweep", "--function", "sin(5*x)", "--widths", "1,4", "--methods", "constructed", "--activations")
    found = result(capsys, *words, "square,relu,cube")
    assert list(found["floor"]) == ["square", "cube"]
    for point in found["points"]:
        assert point["sup"] >= found["floor"].get(point["activation"], 0) * (1 - 1e-9)
        if point["activation"] == "square" or (point["activation"], point["width"]) == ("cube", 4):
            assert point["sup"] == pytest.approx(found["floor"][point["activation"]], rel=1e-6)
    assert called(capsys, *words, "square")[1].splitlines()[-1] == (
        f"no square net has less than {found['floor']['square']:.6g}, however wide"
    )


def test_the_object_has_the_limit_and_what_g_is(capsys: Capture) -> None:
    found = result(capsys, "sweep", "--function", "parabola", "--widths", "1,3,600", "--methods", "constructed")
    assert list(found) == ["status", "points", "limit", "floor", "function", "out", "notes"]
    limit = found["limit"]
    assert [row["width"] for row in limit] == [1, 3, 600]
    assert [row["sup"] for row in limit] == pytest.approx([1 / 32, 1 / 128, 0], rel=1e-4, abs=1e-15)
    for row, point in zip(limit, found["points"], strict=True):
        assert list(point) == ["activation", "width", "method", "seed", "sup", "rms", "seconds"]
        assert point["sup"] >= row["sup"] * (1 - 1e-9) - 1e-14
    assert list(found["function"]) == ["samples", "range", "jump"]


def test_a_function_from_a_table_is_rescaled_with_a_note(capsys: Capture, tmp_path: Path) -> None:
    for text in ("x,y\n10,2\n0,1\n5,3\n", "10,2\n0,1\n5,3\n"):
        (tmp_path / "f.csv").write_text(text)
        code, out, err = called(
            capsys,
            "sweep",
            "--function",
            tmp_path / "f.csv",
            "--widths",
            1,
            "--steps",
            1,
            "--json",
            "--methods",
            "adam",
        )
        assert code == 0
        assert err == "f.csv: x from 0 to 10 is rescaled to [0, 1].\n"
        assert json.loads(out)["function"]["range"] == pytest.approx([1, 3], abs=0.01)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x,y\n0,1\n0,2\n1,1\n", "f.csv, row 3: x = 0 stands twice, with another y"),
        ("x,y\n0,1\n0,1\n", "two different x"),
        ("x,y\n0,1\n", "two different x"),
        ("0,1,2\n0,1,3\n", "3 column"),
        ("x,y\n0,a\n1,2\n", "f.csv, row 2, column 'y': 'a' is not a number"),
        ("x,y\n0,nan\n1,2\n", "f.csv, row 2, column 'y'"),
        ("x,y\n-1e308,1\n1.7e308,2\n", "too large"),
        ("", "is empty"),
    ],
)
def test_a_table_that_is_no_function_is_refused(capsys: Capture, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "f.csv").write_text(text)
    refused(capsys, ["sweep", "--function", tmp_path / "f.csv"], says)


def test_wrong_sweeps_name_the_option(capsys: Capture) -> None:
    for words, says in (
        (["--function", "cube"], "--function: Unknown function 'cube'; there are hills, "),
        (["--widths", "0"], "--widths: A width must be a whole number from 1 to 1,024, not 0"),
        (["--widths", ""], "--widths: at least one is needed"),
        (["--activations", "no"], "--activations: Unknown activation 'no'"),
        (["--methods", "sgd"], "--methods: 'sgd' is unknown; there are constructed, adam, gd"),
        (["--seeds", "0"], "--seeds: The number of seeds"),
        (["--steps", "0"], "--steps: The number of steps"),
        (["--jobs", "0"], "--jobs: The number of processes must be a whole number from 1 to 64, not 0"),
        (["--smooth", "-1"], "--smooth: The smoothing σ"),
        (["--csv", "no/a.csv"], "--csv: Cannot write"),
        (["--csv", "a.txt"], "--csv: a.txt must end with .csv"),
        (["--jsonl", "a.json"], "--jsonl: a.json must end with .jsonl"),
        (["--jobs", "2", "--cluster", "tcp://localhost:1"], "leave out one of --jobs and --cluster"),
    ):
        refused(capsys, ["sweep", *words], says)


def test_ctrl_c_keeps_the_finished_nets(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed: list[str] = []

    def press(self: output.Progress, text: str) -> None:
        if "width 1024" in text and not pressed:
            pressed.append(text)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(output.Progress, "__call__", press)
    words = ("--widths", "1,2,1024", "--steps", "40000", "--methods", "adam", "--json", "--jobs", 1)
    code, out, err = called(capsys, "sweep", *words)
    assert (code, err) == (130, "")
    assert json.loads(out)["status"] == "cancelled"
    assert [point["width"] for point in json.loads(out)["points"]] == [1, 2]
    assert pressed[0].startswith("2 of 3 rows; relu, Adam, width 1024, seed 0: ")
    pressed.clear()
    code, out, err = called(capsys, "sweep", *words[:-3], "--jobs", 1)
    assert code == 130
    assert err.endswith("Interrupted: 2 of 3 rows are there.\n")


def test_a_net_that_fails_is_left_out_and_told(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    make = trained.make_trainer

    def fragile(network: Network, *arguments: Any) -> Trainer:
        if network.hidden[0].width == 2:
            raise Diverged(1, "L")
        return make(network, *arguments)

    monkeypatch.setattr(trained, "make_trainer", fragile)
    words = ("--widths", "1,2,4", "--steps", 5, "--methods", "adam,gd", "--json")
    code, out, err = called(capsys, "sweep", *words)
    assert (code, json.loads(out)["status"]) == (1, "diverged")
    assert err.startswith("mlpviz sweep: relu, Adam, width 2: Diverged at step 1")
    assert err.endswith("(And 1 more like it.)\n")
    assert [point["width"] for point in json.loads(out)["points"]] == [1, 1, 4, 4]
