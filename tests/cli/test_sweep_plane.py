"""`mlpviz sweep --dimension 2`: what it reports, goes on with and refuses."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path

import numpy as np
import pytest

from mlpviz.cli import output
from mlpviz.data.painted import preset
from mlpviz.experiments.planed import derive_plane
from mlpviz.universality import plane
from tests.cli.calling import called, refused

Capture = pytest.CaptureFixture[str]
PLANE = ("sweep", "--dimension", 2)
NOTE = "No exact limit is known for functions of two inputs: better nets of the same width may exist.\n"


def test_the_rows_are_those_of_the_window_and_a_note_says_that_no_limit_is_known(capsys: Capture) -> None:
    code, out, err = called(
        capsys, *PLANE, "--function", "ring", "--widths", "1,4,6", "--activations", "tanh", "--json"
    )
    assert (code, err) == (0, NOTE)
    found = json.loads(out)
    assert list(found) == ["status", "points", "limit", "floor", "floor_rms", "function", "out", "notes"]
    assert (found["status"], found["limit"], found["floor"], found["floor_rms"]) == ("done", [], {}, {})
    assert found["notes"] == [NOTE.strip()]
    assert found["function"]["samples"] == 4096
    samples = preset("ring").samples
    assert found["function"]["range"] == [samples.min(), samples.max()]
    *_, known = derive_plane(preset("ring"), "tanh", (1, 4, 6))
    for point, net in zip(found["points"], known.nets, strict=True):
        assert list(point) == ["activation", "width", "method", "seed", "sup", "rms", "seconds"]
        assert (point["activation"], point["width"], point["method"]) == ("tanh", net.width, "constructed")
        assert (point["sup"], point["rms"]) == (net.sup, net.rms)


def test_the_default_is_the_ready_function_and_construction(capsys: Capture) -> None:
    code, out, _ = called(capsys, *PLANE, "--widths", "2")
    assert code == 0
    head, row = out.splitlines()
    assert head.split() == ["activation", "width", "method", "seed", "sup", "rms", "seconds"]
    assert row.split()[:4] == ["relu", "2", "constructed", "0"]


def test_polynomials_keep_an_rms_error(capsys: Capture) -> None:
    words = ("--function", "x1^2*x2", "--widths", "4,8", "--activations", "square,identity")
    _, out, _ = called(capsys, *PLANE, *words)
    assert "no square net has an RMS of less than 0.0" in out
    assert out.splitlines()[-1].startswith("no identity net has an RMS of less than ")
    _, out, _ = called(capsys, *PLANE, *words, "--json")
    found = json.loads(out)
    for point in found["points"]:
        assert point["rms"] == pytest.approx(found["floor_rms"][point["activation"]], rel=1e-6)


def test_nets_are_trained_on_the_samples_with_the_same_numbers_whatever_the_jobs(capsys: Capture) -> None:
    words = ("--function", "product", "--widths", "2,8", "--methods", "adam,gd", "--steps", 300, "--seeds", 2, "--json")
    _, out, _ = called(capsys, *PLANE, *words)
    points = json.loads(out)["points"]
    assert [(p["width"], p["method"], p["seed"]) for p in points] == [
        (width, method, seed) for width in (2, 8) for method in ("adam", "gd") for seed in (0, 1)
    ]
    constant = float(np.std(preset("product").samples))
    assert all(0 < p["rms"] < constant for p in points)
    assert all(p["sup"] >= p["rms"] for p in points)
    _, again, _ = called(capsys, *PLANE, *words, "--jobs", 2)
    figures = [(p["sup"], p["rms"]) for p in points]
    assert [(p["sup"], p["rms"]) for p in json.loads(again)["points"]] == figures


def test_rows_stream_and_only_missing_ones_are_made(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    words = (*PLANE, "--function", "x1*x2 + x1", "--activations", "tanh", "--csv", path)
    assert called(capsys, *words, "--widths", "1,2")[0] == 0
    first = path.read_text()
    code, _, err = called(capsys, *words, "--widths", "1,2,3")
    assert code == 0
    assert err == NOTE + "2 of 3 rows are there already.\n"
    assert path.read_text().startswith(first)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["width"] for row in rows] == ["1", "2", "3"]
    assert len({row["function"] for row in rows}) == 1
    refused(capsys, [*PLANE, "--function", "product", "--widths", "1", "--csv", path], "row 2 is of another function")


def test_ctrl_c_keeps_the_finished_nets(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    plane._made.cache_clear()
    plane._measured.cache_clear()
    pressed: list[str] = []

    def press(self: output.Progress, text: str) -> None:
        if not pressed:
            pressed.append(text)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(output.Progress, "__call__", press)
    code, out, _ = called(capsys, *PLANE, "--widths", "1,2,64,256", "--activations", "gelu", "--json")
    assert code == 130
    found = json.loads(out)
    assert found["status"] == "cancelled"
    assert [point["width"] for point in found["points"]] == [1]


@pytest.mark.parametrize("form", ["samples", "grid"])
def test_a_table_is_the_function(capsys: Capture, tmp_path: Path, form: str) -> None:
    path = tmp_path / "g.csv"
    if form == "samples":
        np.savetxt(path, preset("product").samples, delimiter=",")
    else:
        path.write_text("x1,x2,y\n" + "".join(f"{a},{b},{a * b}\n" for a in (0, 1) for b in (0, 1)))
    _, out, _ = called(capsys, *PLANE, "--function", path, "--widths", "2", "--activations", "tanh", "--json")
    _, wanted, _ = called(capsys, *PLANE, "--function", "product", "--widths", "2", "--activations", "tanh", "--json")
    figures = [json.loads(text)["points"][0]["rms"] for text in (out, wanted)]
    assert figures[0] == pytest.approx(figures[1], rel=1e-6)


def test_what_does_not_apply_is_refused_in_one_sentence(capsys: Capture, tmp_path: Path) -> None:
    broken = tmp_path / "g.csv"
    broken.write_text("0,0,1\n0,1,2\n1,0,3\n")
    for words, says in (
        (["--smooth", "2"], "--smooth: a function of two inputs is taken as it is; leave the option out."),
        (["--methods", "interpolant"], "there is no interpolant for functions of two inputs; there are constructed, "),
        (["--methods", "constructed,random"], "there is no random for functions of two inputs"),
        (["--methods", ""], "--methods: at least one is needed"),
        (["--widths", "512"], "--widths: for two inputs nets of at most 256 units are constructed"),
        (["--widths", ""], "--widths: at least one is needed"),
        (["--function", "hills"], "--function: Unknown function of two inputs 'hills'; there are bumps, "),
        (["--function", "sin(x)"], "--function: Unknown name 'x'; there are x1, x2, "),
        (["--function", "1/(x1 - x2)"], "--function: g is not finite at x1 = 0, x2 = 0"),
        (["--function", broken], "--function: g.csv is no whole grid: x1 = 1, x2 = 1 is missing."),
        (["--function", tmp_path / "no.csv"], "--function: no.csv cannot be read"),
        (["--function", "1e300*x1"], "beyond what can be trained"),
        (["--activations", "no"], "--activations: Unknown activation 'no'"),
    ):
        refused(capsys, [*PLANE, *words], says)
    for dimension in ("0", "3"):
        refused(capsys, ["sweep", "--dimension", dimension], "--dimension: The number of inputs must be a whole number")
    refused(capsys, ["sweep", "--dimension", "two"], "--dimension: a whole number is needed")
    refused(capsys, ["sweep", "--function", "x1*x2"], "--function: Unknown name 'x1'; there are x, ")


def test_the_help_says_that_no_limit_is_known(capsys: Capture) -> None:
    code, out, _ = called(capsys, "sweep", "--help")
    assert code == 0
    assert "of two no exact limit is known" in " ".join(out.split())
