"""`mlpviz train` from end to end."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

import mlpviz
from mlpviz.cli import output
from mlpviz.document.document import Document, same
from mlpviz.document.edits import new_document
from mlpviz.errors import RunError
from mlpviz.experiments import recorder
from mlpviz.files import project, weights
from mlpviz.nn.config import DEFAULT_SEED
from mlpviz.nn.spec import Hidden, Network
from tests.cli.calling import called, refused, result
from tests.files.networks import plain_forward

Capture = pytest.CaptureFixture[str]
KEYS = [
    "status", "epochs", "steps", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "layers", "parameters",
    "seed", "backend", "seconds", "out", "validation_loss", "validation_accuracy", "penalty", "learning_rate",
    "best_epoch", "notes",
]  # fmt: skip


def test_the_defaults_train_what_the_window_begins_with(capsys: Capture) -> None:
    found = result(capsys, "train")
    assert list(found) == KEYS
    assert found["status"] == "done"
    assert (found["epochs"], found["steps"]) == (100, 2000)
    assert found["layers"] == [2, 4, 2, 1]
    assert found["parameters"] == 25
    document = new_document()
    model = mlpviz.run(document, epochs=100)
    data = mlpviz.datasets.realise(document.data)
    y = data.targets("logistic")
    assert found["train_loss"] == pytest.approx(model.loss(data.X[data.train], y[data.train]), rel=1e-12)
    assert found["test_loss"] == pytest.approx(model.loss(data.X[data.test], y[data.test]), rel=1e-12)
    assert found["train_accuracy"] > 0.95


def test_the_words_say_what_the_json_says(capsys: Capture, tmp_path: Path) -> None:
    code, out, err = called(capsys, "train", "--data", "xor", "--epochs", 3, "--out", tmp_path / "a.json")
    assert (code, err) == (0, "")
    assert "done: 3 epochs, 3 steps" in out
    assert "2–4–2–1, 25 parameters, seed 17" in out
    assert "test loss –" in out
    assert f"wrote {tmp_path / 'a.json'}" in out


@pytest.mark.parametrize("activations", [["tanh", "relu"], ["sigmoid", "identity"]])
def test_every_file_predicts_what_was_reported(capsys: Capture, tmp_path: Path, activations: list[str]) -> None:
    outs = [tmp_path / f"net{suffix}" for suffix in weights.FORMATS]
    found = result(
        capsys, "train", "--data", "moons", "--rows", 60, "--noise", 0.1, "--train-ratio", "1.0", "--layers", "5,3",
        "--activation", ",".join(activations), "--optimizer", "adam", "--epochs", 20, "--seed", 7,
        *(word for path in outs for word in ("--out", path)),
    )  # fmt: skip
    assert found["test_loss"] is None
    assert found["out"] == [str(path) for path in outs]
    table = tmp_path / "moons.csv"
    assert called(capsys, "datasets", "moons", "--rows", 60, "--noise", 0.1, "--seed", 7, "--out", table)[0] == 0
    rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))[1:]
    X, y = np.array([[float(cell) for cell in row[:2]] for row in rows]), np.array([float(row[2]) for row in rows])
    assert set(y) == {-1.0, 1.0}
    arrays = load_file(tmp_path / "net.safetensors")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as other:
        assert all(np.array_equal(other[name], array) for name, array in arrays.items())
    logits = plain_forward(arrays, activations, X)[:, 0]
    assert found["train_loss"] == pytest.approx(np.mean(np.log1p(np.exp(-y * logits))), rel=1e-10)
    assert found["train_accuracy"] == np.mean((logits > 0) == (y > 0))
    for path in (path for path in outs if path.name.endswith(weights.READABLE)):
        np.testing.assert_allclose(mlpviz.load(path).forward(X).logits[:, 0], logits, rtol=1e-12)


def test_the_same_call_gives_the_same_bytes(capsys: Capture, tmp_path: Path) -> None:
    for name in ("a", "b"):
        out = ("--out", tmp_path / f"{name}.npz", "--save", tmp_path / f"{name}.mlpviz")
        result(capsys, "train", "--data", "spiral", "--epochs", 5, "--seed", 3, *out)
    for suffix in (".npz", ".mlpviz"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_a_document_goes_on_where_it_stands(capsys: Capture, tmp_path: Path) -> None:
    half, whole = tmp_path / "half.mlpviz", tmp_path / "whole.mlpviz"
    settings = ("--data", "moons", "--optimizer", "momentum", "--learning-rate", 0.01)
    result(capsys, "train", *settings, "--epochs", 6, "--save", whole)
    result(capsys, "train", *settings, "--epochs", 3, "--save", half)
    found = result(capsys, "train", half, "--epochs", 3, "--save", half)
    assert (found["epochs"], found["out"]) == (6, [str(half)])
    assert same(project.load(half).state.theta, project.load(whole).state.theta)
    assert same(project.load(half).state.history, project.load(whole).state.history)


def test_a_live_setting_goes_on_and_another_network_starts_anew(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "a.mlpviz"
    result(capsys, "train", "--epochs", 4, "--save", path)
    stood = project.load(path)
    assert result(capsys, "train", path, "--epochs", 1, "--learning-rate", 0.02)["epochs"] == 5
    assert result(capsys, "train", path, "--epochs", 1, "--optimizer", "adam")["epochs"] == 5
    for anew in (
        ["--layers", "4,3"], ["--layers", ""], ["--activation", "relu"], ["--data", "xor"], ["--noise", 0.5],
        ["--loss", "squared"], ["--seed", 5], ["--init", "zeros"], ["--data-seed", 1], ["--train-ratio", 0.5],
    ):  # fmt: skip
        assert result(capsys, "train", path, "--epochs", 1, *anew)["epochs"] == 1
    assert same(project.load(path), stood)


def test_seeds_are_the_runs_and_the_samples(capsys: Capture, tmp_path: Path) -> None:
    def saved(*words: object) -> Any:
        result(capsys, "train", *words, "--epochs", 0, "--save", tmp_path / "a.mlpviz")
        return project.load(tmp_path / "a.mlpviz")

    both = saved("--seed", 5)
    assert (both.data.seed, both.training.seed) == (5, 5)
    one = saved("--seed", 5, "--data-seed", 6)
    assert (one.data.seed, one.training.seed) == (6, 5)
    given = saved("--data", "iris", "--seed", 5)
    assert (given.data.seed, given.training.seed) == (DEFAULT_SEED, 5)
    later = saved(tmp_path / "a.mlpviz", "--seed", 9)
    assert (later.data.seed, later.training.seed) == (DEFAULT_SEED, 9)


def test_a_table_is_trained_on(capsys: Capture, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("price,size,kind\n" + "".join(f"{i * 0.37},{i},{'abc'[i % 3]}\n" for i in range(30)))
    found = result(capsys, "train", "--data", table, "--target", "kind", "--layers", "3", "--epochs", 2)
    assert found["layers"] == [2, 3, 3]
    (tmp_path / "n.csv").write_text("a,b,c\n1,2,3.5\n2,,4.5\n3,4,5.5\n4,4,5.25\n")
    refused(capsys, ["train", "--data", tmp_path / "n.csv"], "n.csv, row 3, column 'b'")
    found = result(
        capsys, "train", "--data", tmp_path / "n.csv", "--missing", "drop", "--train-ratio", 1, "--epochs", 1
    )
    assert found["layers"] == [2, 4, 2, 1]
    assert found["train_accuracy"] is None


def test_softmax_gives_the_gaussians_three_classes(capsys: Capture) -> None:
    assert result(capsys, "train", "--data", "gaussians", "--epochs", 1)["layers"][-1] == 1
    assert result(capsys, "train", "--data", "gaussians", "--loss", "softmax", "--epochs", 1)["layers"][-1] == 3
    found = result(capsys, "train", "--data", "gaussians", "--classes", 5, "--epochs", 1, "--layers", "")
    assert found["layers"] == [2, 5]


def test_training_begins_with_given_weights(capsys: Capture, tmp_path: Path) -> None:
    xor = tmp_path / "xor.npz"
    np.savez(xor, **{
        "0.weight": np.ones((2, 2)), "0.bias": np.array([0, -1]), "2.weight": np.array([[2, -4]]), "2.bias": [-1],
    })  # fmt: skip
    refused(capsys, ["train", "--data", "xor", "--initial", xor], "--initial: xor.npz: the file holds a 2–2–1 network")
    words = ("--data", "xor", "--initial", xor, "--activation", "relu", "--epochs", 0)
    found = result(capsys, "train", *words, "--layers", 2, "--save", tmp_path / "a.mlpviz")
    assert found["train_accuracy"] == 1.0
    assert found["train_loss"] == pytest.approx(np.log1p(np.exp(-1)))
    assert project.load(tmp_path / "a.mlpviz").network.hidden == (Hidden(2, "relu"),)
    named = tmp_path / "named.json"
    result(capsys, "train", "--data", "xor", "--layers", "3", "--activation", "sigmoid", "--epochs", 1, "--out", named)
    assert result(capsys, "train", "--data", "xor", "--initial", named, "--epochs", 0)["layers"] == [2, 3, 1]
    other = result(capsys, "train", "--data", "xor", "--initial", named, "--activation", "relu", "--epochs", 0)
    assert other["layers"] == [2, 3, 1]
    refused(capsys, ["train", "--data", "iris", "--initial", named], "holds a 2–3–1 network, but a 4–3–3 one")


@pytest.mark.parametrize("suffix", weights.READABLE)
def test_given_weights_bring_their_features_and_scale_along(capsys: Capture, tmp_path: Path, suffix: str) -> None:
    standard = ((0.5, 2.0), (0.25, 0.5), (0.0, 0.0))
    network = Network(
        2, (Hidden(2, "gelu"),), 1, "squared", output_activation="tanh", features=("x1", "x1*x2", "x2^2"),
        standard=standard,
    )  # fmt: skip
    theta = np.linspace(-1, 1, network.size)
    path, document = tmp_path / f"net{suffix}", tmp_path / "a.mlpviz"
    weights.write(path, network, theta)
    result(capsys, "train", "--data", "xor", "--initial", path, "--epochs", 0, "--save", document)
    found = mlpviz.load(document)
    assert (found.network.features, found.network.standard) == (network.features, standard)
    assert found.theta.tobytes() == theta.tobytes()
    X = np.array([[0.5, -2.0], [1.0, 3.0]])
    assert found.predict(X).tolist() == mlpviz.Model(network, theta).predict(X).tolist()


def test_the_history_is_a_table_that_reads_back_exactly(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    found = result(capsys, "train", "--data", "plane", "--epochs", 3, "--history", path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3"]
    assert float(rows[-1]["train_loss"]) == found["train_loss"]
    assert {row["train_accuracy"] for row in rows} == {""}


def test_the_history_of_a_long_run_has_every_epoch(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "CAPACITY", 400)  # of what a document keeps
    half, whole = tmp_path / "a.mlpviz", tmp_path / "h.csv"
    result(capsys, "train", "--data", "xor", "--epochs", 100, "--save", half)
    result(capsys, "train", half, "--epochs", 900, "--history", whole)
    epochs = [row["epoch"] for row in csv.DictReader(whole.read_text(encoding="utf-8").splitlines())]
    assert epochs == [str(epoch) for epoch in range(1001)]


def test_a_run_that_diverges_exits_with_one_and_writes_the_last_finite_weights(capsys: Capture, tmp_path: Path) -> None:
    weights_file, saved, history = (tmp_path / name for name in ("a.npz", "a.mlpviz", "h.csv"))
    code, out, err = called(
        capsys, "train", "--data", "plane", "--learning-rate", "1e5", "--json", "--out", weights_file, "--save", saved,
        "--history", history,
    )  # fmt: skip
    found = json.loads(out)
    assert (code, found["status"]) == (1, "diverged")
    assert found["out"] == [str(weights_file), str(saved), str(history)]
    assert found["step"] > found["steps"]
    kept = f"What was written holds the last finite weights, those of step {found['steps']}."
    assert found["notes"] == [kept]
    assert err.startswith(f"mlpviz train: Diverged at step {found['step']}: ")
    assert err.endswith(f" {kept}\n")
    assert err.count("\n") == 1
    theta = mlpviz.load(weights_file).theta
    assert np.isfinite(theta).all()
    assert mlpviz.load(saved).theta.tobytes() == theta.tobytes()
    code, out, err = called(capsys, "train", "--data", "plane", "--learning-rate", "1e5", "--history", history)
    assert code == 1
    assert "finite weights" not in out + err


def test_numbers_of_any_size_give_no_warning(capsys: Capture) -> None:
    words = ("--l2", "1e6", "--learning-rate", "1e6", "--loss", "squared", "--data", "moons", "--epochs", 50)
    code, _, err = called(capsys, "train", *words)
    assert code == 1
    assert err.startswith("mlpviz train: Diverged at step ")
    assert err.count("\n") == 1


def test_one_file_that_cannot_be_written_takes_no_other_along(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = project.save

    def full(document: Document, path: str) -> None:
        raise RunError(f"Cannot write {path}: the disk is full.")

    monkeypatch.setattr(project, "save", full)
    paths = [tmp_path / name for name in ("a.npz", "b.json", "c.mlpviz", "h.csv")]
    words = ("--epochs", 2, "--out", paths[0], "--out", paths[1], "--save", paths[2], "--history", paths[3])
    code, out, err = called(capsys, "train", *words, "--json")
    assert code == 1
    assert json.loads(out)["out"] == [str(path) for path in paths if path.suffix != ".mlpviz"]
    assert json.loads(out)["status"] == "done"
    assert err == f"mlpviz train: Cannot write {paths[2]}: the disk is full.\n"
    assert [path.exists() for path in paths] == [True, True, False, True]
    monkeypatch.setattr(project, "save", save)
    monkeypatch.setattr(weights, "write", lambda path, network, theta: full(None, "the first"))  # type: ignore[arg-type]
    code, out, err = called(capsys, "train", *words)
    assert code == 1
    assert f"wrote {paths[2]}" in out
    assert err.count("Cannot write the first") == 2
    assert str(paths[0]) in err
    assert str(paths[1]) in err


def test_an_early_stop_names_the_epoch_it_goes_back_to(capsys: Capture) -> None:
    words = ("--validation", 0.2, "--patience", 3, "--epochs", 2000)
    found = result(capsys, "train", *words)
    assert found["status"] == "stopped early"
    assert found["best_epoch"] == found["epochs"] - 3
    code, out, _ = called(capsys, "train", *words)
    assert code == 0
    assert f"; back at the weights of epoch {found['best_epoch']}\n" in out
    assert result(capsys, "train", *words[:4], "--epochs", 2)["best_epoch"] is None


def test_ctrl_c_stops_after_the_step_and_writes(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    presses = iter([signal.SIGINT])

    def press(self: output.Progress, text: str) -> None:
        for number in presses:
            signal.raise_signal(number)

    monkeypatch.setattr(output.Progress, "__call__", press)
    out = tmp_path / "a.npz"
    code, text, err = called(capsys, "train", "--epochs", 10**9, "--json", "--out", out)
    assert (code, err) == (130, "")
    assert '"status": "cancelled"' in text
    assert out.exists()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--rows", "x"], "--rows: a whole number is needed, not 'x'"),
        (["--rows", "1"], "--rows: The number of rows must be a whole number from 2"),
        (["--rows", "9" * 100], "--rows: "),
        (["--noise", "2"], "--noise: The noise must be a number from 0 to 1, not 2.0"),
        (["--noise", "nan"], "--noise: The noise must be a number"),
        (["--classes", "3"], "--classes: the data set circle has no such setting"),
        (["--data", "square"], "--data: Unknown data set 'square'; there are circle, "),
        (["--data", "no.csv"], "--data: no.csv cannot be read"),
        (["--target", "y"], "--target: this concerns a table"),
        (["--data", "xor", "--missing", "drop"], "--missing: xor is no table"),
        (["--layers", "4,x"], "--layers: a whole number is needed, not 'x'"),
        (["--layers", "1000000000"], "--layers: The width of a hidden layer must be a whole number from 1 to 1,024"),
        (["--layers", ",".join(["1"] * 17)], "--layers: A network has at most 16 hidden layers"),
        (["--activation", "swoosh"], "--activation: Unknown activation 'swoosh'; there are identity, "),
        (["--activation", "tanh,relu,tanh"], "--activation: 3 are given for 2 hidden layers"),
        (["--data", "plane", "--loss", "logistic"], "--loss: The logistic loss does not fit"),
        (["--loss", "no"], "--loss: 'no' is unknown"),
        (["--optimizer", "no"], "--optimizer: 'no' is unknown; there are sgd, momentum, nesterov, rmsprop"),
        (["--learning-rate", "0"], "--learning-rate: The learning rate η must be a number above 0"),
        (["--batch-size", "0"], "--batch-size: The batch size"),
        (["--batch-size", "some"], "--batch-size: a whole number is needed"),
        (["--shuffle", "yes"], "--shuffle: on or off is needed"),
        (["--epochs", "-1"], "--epochs: The number of epochs"),
        (["--seed", "-1"], "--seed: The"),
        (["--backend", "gpu"], "--backend: 'gpu' is unknown"),
        (["--out", "net.pt"], "--out: net.pt has no suffix of a weights file; there are .safetensors, .npz, .json"),
        (["--out", "no/such/folder/net.npz"], "its folder does not exist"),
        (["--save", "a.zip"], "--save: a.zip must end with .mlpviz"),
        (["--history", "a.txt"], "--history: a.txt must end with .csv"),
        (["--initial", "no.npz"], "--initial: no.npz: there is no such file"),
        (["no.mlpviz"], "no.mlpviz: there is no such file"),
        (["a.npz"], "a.npz is no .mlpviz document"),
        (["--bogus"], "unrecognized arguments: --bogus; see mlpviz train --help"),
        (["--out"], "--out: expected one argument"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_one_line_that_names_the_option(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[object], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    refused(capsys, ["train", *words], says)
    assert list(tmp_path.iterdir()) == []


def test_a_table_has_all_its_rows(capsys: Capture, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,y\n1,2\n2,3\n3,5\n", encoding="utf-8")
    refused(capsys, ["train", "--data", table, "--rows", "2"], "--rows: a table has no such setting; leave it out")


def test_what_cannot_be_written_is_told_before_the_training(capsys: Capture, tmp_path: Path) -> None:
    for name in ("--out", "--save", "--history"):
        suffix = {"--out": ".npz", "--save": ".mlpviz", "--history": ".csv"}[name]
        words: list[object] = ["train", "--epochs", 10**9, name, tmp_path / "no" / f"a{suffix}"]
        refused(capsys, words, f"{name}: Cannot write ")


def test_a_second_ctrl_c_ends_at_once(capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def press(self: output.Progress, text: str) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(output.Progress, "__call__", press)
    assert called(capsys, "train", "--epochs", 10**9, "--out", tmp_path / "a.npz") == (130, "", "")
    assert list(tmp_path.iterdir()) == []
