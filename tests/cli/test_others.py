"""`mlpviz export`, `sweep`, `datasets`, and the way to the window."""

from __future__ import annotations

import csv
import io
import json
import signal
from pathlib import Path

import numpy as np
import pytest

import mlpviz
from mlpviz.cli import main, output
from mlpviz.cli.dispatch import COMMANDS as COMMAND_NAMES
from mlpviz.data.strokes import SAMPLES
from mlpviz.files import project, weights
from tests.cli.calling import called, refused, result

Capture = pytest.CaptureFixture[str]


def test_export_converts_between_all_formats(capsys: Capture, tmp_path: Path) -> None:
    start = tmp_path / "a.mlpviz"
    result(capsys, "train", "--data", "iris", "--layers", "3", "--epochs", 2, "--save", start)
    theta = project.load(start).state.theta
    for first in weights.READABLE:
        middle = tmp_path / f"b{first}"
        found = result(capsys, "export", start, "--to", middle)
        assert found["layers"] == [4, 3, 3]
        assert found["out"] == [str(middle)]
        for second in weights.READABLE:
            end = tmp_path / f"c{second}"
            assert called(capsys, "export", middle, "--to", end)[1].endswith(f"wrote {end}\n")
            assert mlpviz.load(end).theta.tobytes() == theta.tobytes()
            assert mlpviz.load(end).network == project.load(start).network
    result(capsys, "export", start, "--to", tmp_path / "f.npz", "--dtype", "float32")
    with np.load(tmp_path / "f.npz", allow_pickle=False) as arrays:
        assert arrays["0.weight"].dtype == np.float32


def test_export_writes_scripts_and_reads_none_back(capsys: Capture, tmp_path: Path) -> None:
    start, script = tmp_path / "a.mlpviz", tmp_path / "net_torch.py"
    result(capsys, "train", "--data", "moons", "--optimizer", "adam", "--epochs", 2, "--save", start)
    result(capsys, "export", start, "--to", script)
    assert "torch.optim" not in script.read_text("utf-8")
    result(capsys, "export", start, "--to", script, "--with-optimizer")
    assert "torch.optim.Adam(" in script.read_text("utf-8")
    result(capsys, "export", start, "--to", tmp_path / "net_numpy.py", "--dtype", "float32")
    assert "np.float32" in (tmp_path / "net_numpy.py").read_text("utf-8")
    for words, says in (
        ([script, "--to", tmp_path / "a.npz"], "net_torch.py: a script is for other programs; mlpviz reads .safe"),
        ([start, "--to", tmp_path / "a.npz", "--with-optimizer"], "--with-optimizer: Only _torch.py takes"),
        ([tmp_path / "b.onnx", "--to", script, "--with-optimizer"], "--with-optimizer: Weights have no optimizer"),
        ([start, "--to", tmp_path / "net.py"], "there are .safetensors, .npz, .json, .onnx, .csv.zip, _torch.py, _n"),
    ):
        result(capsys, "export", start, "--to", tmp_path / "b.onnx")
        refused(capsys, ["export", *words], says)


def test_export_asks_for_what_a_bare_file_lacks(capsys: Capture, tmp_path: Path) -> None:
    bare, out = tmp_path / "bare.npz", tmp_path / "a.json"
    np.savez(bare, **{"0.weight": np.eye(2), "0.bias": [0, 0], "2.weight": np.eye(2), "2.bias": [0, 0]})
    refused(capsys, ["export", bare, "--to", out], "bare.npz: the file holds a 2–2–2 network")
    assert not out.exists()
    result(capsys, "export", bare, "--to", out, "--activation", "sigmoid", "--loss", "softmax")
    assert mlpviz.load(out).network.loss == "softmax"
    for words, says in (
        ([bare, "--to", tmp_path / "a.txt"], "--to: a.txt has no suffix of a weights file"),
        ([tmp_path / "a.txt", "--to", out], "a.txt has no suffix of a weights file"),
        ([tmp_path / "no.npz", "--to", out], "no.npz: there is no such file"),
        ([bare, "--to", tmp_path / "no" / "a.npz"], "--to: Cannot write"),
        ([bare], "the following arguments are required: --to"),
        ([bare, "--to", out, "--activation", "tanh,tanh"], "2 activations are given for 1 hidden layers"),
    ):
        refused(capsys, ["export", *words], says)


def test_data_sets_are_listed_and_written(capsys: Capture, tmp_path: Path) -> None:
    code, out, _ = called(capsys, "datasets")
    assert code == 0
    assert out.split()[0] == "circle"
    assert [row["id"] for row in result(capsys, "datasets")["datasets"]] == list(mlpviz.datasets.list())
    for name in mlpviz.datasets.list():
        code, text, err = called(capsys, "datasets", name)
        assert (code, err) == (0, "")
        path = tmp_path / f"{name}.csv"
        described = result(capsys, "datasets", name, "--out", path)
        assert path.read_text(encoding="utf-8") == text
        X = mlpviz.datasets.realise(name).X
        rows = list(csv.reader(io.StringIO(text)))[1:]
        assert described["rows"] == len(rows) == len(X)
        assert [[float(cell) for cell in row[: X.shape[1]]] for row in rows] == X.tolist()


def test_data_written_as_json_can_be_trained_on(capsys: Capture, tmp_path: Path) -> None:
    for name, layers in (("moons", [2, 4, 2, 1]), ("iris", [4, 4, 2, 3]), ("waves", [1, 4, 2, 2])):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(result(capsys, "datasets", name)))
        assert result(capsys, "train", "--data", path, "--epochs", 1)["layers"] == layers
        csv_path = tmp_path / f"{name}.csv"
        result(capsys, "datasets", name, "--out", csv_path)
    refused(capsys, ["datasets", "iris", "--noise", "0.1"], "--noise: the data set iris has no such setting")
    refused(capsys, ["datasets", "--rows", "5"], "name a data set")
    refused(capsys, ["datasets", "cube"], "Unknown data set 'cube'; there are circle")
    refused(capsys, ["datasets", "moons", "--rows", "0"], "--rows: The number of rows")


def test_two_targets_of_a_table_are_trained_on(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    result(capsys, "datasets", "waves", "--rows", 30, "--out", path)
    found = [
        result(capsys, "train", "--data", path, "--target", target, "--epochs", 1)
        for target in ("y₁,y₂", "y1,y2", "2,3", "y1, 3")
    ]
    assert [each["layers"] for each in found] == [[1, 4, 2, 2]] * 4
    assert len({each["train_loss"] for each in found}) == 1


def test_a_sweep_reports_every_net(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    words = ("--function", "sine", "--widths", "4,1,2", "--activations", "relu,tanh", "--steps", 30, "--seeds", 2)
    found = result(capsys, "sweep", *words, "--methods", "adam,gd", "--csv", path)
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
    assert len(out.splitlines()) == 5


def test_how_many_nets_are_trained_at_once_changes_no_figure(capsys: Capture) -> None:
    words = ("--widths", "1,2,4", "--activations", "relu,tanh", "--steps", 60, "--seeds", 2)
    found = [result(capsys, "sweep", *words, "--jobs", jobs)["points"] for jobs in (1, 2, 3)]
    for points in found:
        for point in points:
            del point["seconds"]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 12


def test_a_function_from_a_table_is_rescaled_with_a_note(capsys: Capture, tmp_path: Path) -> None:
    for text in ("x,y\n10,2\n0,1\n5,3\n", "10,2\n0,1\n5,3\n"):
        (tmp_path / "f.csv").write_text(text)
        code, out, err = called(
            capsys, "sweep", "--function", tmp_path / "f.csv", "--widths", 1, "--steps", 1, "--json"
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
        (["--methods", "sgd"], "--methods: 'sgd' is unknown; there are adam, gd"),
        (["--seeds", "0"], "--seeds: The number of seeds"),
        (["--steps", "0"], "--steps: The number of steps"),
        (["--jobs", "0"], "--jobs: The number of nets at once must be a whole number from 1 to 64, not 0"),
        (["--smooth", "-1"], "--smooth: The smoothing σ"),
        (["--csv", "no/a.csv"], "--csv: Cannot write"),
    ):
        refused(capsys, ["sweep", *words], says)


def test_ctrl_c_keeps_the_finished_nets(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed: list[str] = []

    def press(self: output.Progress, text: str) -> None:
        if text.startswith("net 3 of 3") and not pressed:
            pressed.append(text)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(output.Progress, "__call__", press)
    code, out, err = called(capsys, "sweep", "--widths", "1,2,1024", "--steps", "40000", "--json")
    assert (code, err) == (130, "")
    assert json.loads(out)["status"] == "cancelled"
    assert [point["width"] for point in json.loads(out)["points"]] == [1, 2]


def test_without_a_command_the_window_opens(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path | None] = []

    def window(path: Path | None) -> int:
        opened.append(path)
        return 0

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert main([], window) == 2
    err = capsys.readouterr().err
    assert "there is no display" in err
    assert err.count("\n") == 1
    assert all(f"mlpviz {name}" in err for name in COMMAND_NAMES)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    document = tmp_path / "a.mlpviz"
    document.write_bytes(b"x")
    assert main([], window) == 0
    assert main([str(document)], window) == 0
    assert opened == [None, document]
    refused(capsys, ["trian"], "there is no file or command 'trian'; commands are train, export, sweep")
    refused(capsys, ["no.mlpviz"], "there is no file 'no.mlpviz'")
    (tmp_path / "a.npz").write_bytes(b"x")
    refused(capsys, [tmp_path / "a.npz"], "is no .mlpviz document")


def test_every_command_has_help_with_examples(capsys: Capture) -> None:
    for words in ([], *([name] for name in COMMAND_NAMES)):
        code, out, err = called(capsys, *words, "--help")
        assert (code, err) == (0, "")
        assert "examples:" in out
        assert out.startswith(f"usage: {' '.join(['mlpviz', *words])} ")
    assert called(capsys, "--version")[1] == f"mlpviz {mlpviz.__version__}\n"
