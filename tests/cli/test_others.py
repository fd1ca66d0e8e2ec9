"""`mlpviz export`, `datasets`, and the way to the window."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

import mlpviz
from mlpviz.cli import main
from mlpviz.cli.dispatch import COMMANDS as COMMAND_NAMES
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
