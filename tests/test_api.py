"""The Python API, held against plain NumPy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import mlpviz
from mlpviz.document.document import same
from mlpviz.files.weights import ActivationNeeded
from tests.files.networks import plain_forward


def test_importing_loads_neither_qt_nor_numpy() -> None:
    code = (
        "import sys, mlpviz\n"
        "heavy = {'numpy', 'PyQt6', 'pyqtgraph'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "mlpviz.load\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "['numpy']"]


def test_every_promised_name_is_there() -> None:
    for name in mlpviz.__all__:
        assert getattr(mlpviz, name) is not None
        assert name in dir(mlpviz)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mlpviz.nothing  # noqa: B018


def test_a_trained_model_predicts_what_plain_numpy_computes(tmp_path: Path) -> None:
    model = mlpviz.run("circle", epochs=5)
    X = mlpviz.datasets.realise("circle").X
    logits = plain_forward(model.parameters, ["tanh", "tanh"], X)
    np.testing.assert_allclose(model.predict(X), 1 / (1 + np.exp(-logits)), rtol=1e-12)
    passes = model.forward(X)
    np.testing.assert_allclose(passes.logits, logits, rtol=1e-12)
    assert [z.shape for z in passes.z] == [(250, 4), (250, 2), (250, 1)]
    assert [h.shape for h in passes.h] == [(250, 4), (250, 2)]
    for name in ("a.mlpviz", "a.safetensors", "a.npz", "a.json"):
        model.save(tmp_path / name)
        back = mlpviz.load(tmp_path / name)
        assert back.theta.tobytes() == model.theta.tobytes()
        assert np.array_equal(back.predict(X), model.predict(X))
    assert same(mlpviz.load(tmp_path / "a.mlpviz").document, model.document)


def test_loss_and_gradient_agree_with_differences() -> None:
    model = mlpviz.run("circle", epochs=1)
    data = mlpviz.datasets.realise("circle")
    y = data.targets("logistic")
    assert model.loss(data.X, y) == model.loss(data.X, y[:, 0])
    gradient = model.gradient(data.X, y, l2=0.1)
    assert sorted(gradient) == sorted(model.parameters)
    plan, step = 25, 1e-6
    flat = np.zeros(plan)
    for index in range(plan):
        ends = []
        for sign in (1, -1):
            theta = model.theta.copy()
            theta[index] += sign * step
            moved = mlpviz.Model(model.network, theta)
            weights = sum((array**2).sum() for name, array in moved.parameters.items() if name.endswith("weight"))
            ends.append(moved.loss(data.X, y) + 0.05 * weights)
        flat[index] = (ends[0] - ends[1]) / (2 * step)
    found = mlpviz.Model(model.network, flat).parameters
    for name, array in gradient.items():
        np.testing.assert_allclose(array, found[name], atol=1e-8)


def test_training_goes_on_bit_for_bit_where_it_stood() -> None:
    whole = mlpviz.run("moons", epochs=6)
    half = mlpviz.run("moons", epochs=3)
    assert mlpviz.run(half, epochs=3).theta.tobytes() == whole.theta.tobytes()
    updates = list(mlpviz.train("moons", epochs=6))
    assert updates[-1].status == "done"
    assert updates[-1].state is not None
    assert updates[-1].state.theta.tobytes() == whole.theta.tobytes()


def test_arrays_and_own_networks_can_be_trained() -> None:
    X = np.linspace(-1, 1, 40)[:, None]
    network = mlpviz.Network(1, (mlpviz.Hidden(6, "tanh"),), 1, "squared")
    config = mlpviz.TrainingConfig("adam", 0.02)
    model = mlpviz.run((X, X[:, 0] ** 2 + 0.01 * X[:, 0]), network, config, epochs=200)
    assert model.loss(X, X[:, 0] ** 2 + 0.01 * X[:, 0]) < 0.005
    other = mlpviz.run((X, X[:, 0] ** 2 + 0.01 * X[:, 0]), network, config, theta=model.theta, epochs=0)
    assert other.theta.tobytes() == model.theta.tobytes()


def test_softmax_takes_class_indices_too() -> None:
    model = mlpviz.run("iris", epochs=2)
    data = mlpviz.datasets.realise("iris")
    assert model.loss(data.X, data.y[:, 0]) == model.loss(data.X, data.targets("softmax"))
    with pytest.raises(mlpviz.UserError, match="class indices from 0 to 2"):
        model.loss(data.X, data.y[:, 0] + 1)


def test_a_run_that_diverges_says_so() -> None:
    config = mlpviz.TrainingConfig(learning_rate=1e6)
    with pytest.raises(mlpviz.Diverged, match="Diverged at step"):
        mlpviz.run("plane", config=config, epochs=50)
    *_, last = mlpviz.train("plane", config=config, epochs=50)
    assert last.status == "diverged"
    assert last.state is not None
    assert np.isfinite(last.state.theta).all()


def test_what_does_not_fit_is_one_sentence(tmp_path: Path) -> None:
    model = mlpviz.run("circle", epochs=0)
    bare = mlpviz.Model(model.network, model.theta)
    for call, words in (
        (lambda: model.predict([0, 0]), r"shape \(rows, 2\), not \(2,\)"),
        (lambda: model.predict([[0, "a"]]), "array of numbers"),
        (lambda: model.predict([[0, np.nan]]), "NaN or infinity"),
        (lambda: model.loss([[0, 0]], [2]), "−1 and \\+1 only"),
        (lambda: model.loss([[0, 0]], [1, 1]), r"shape \(1, 1\)"),
        (lambda: model.loss(np.zeros((0, 2)), []), "X has no rows"),
        (lambda: model.gradient(np.zeros((0, 2)), []), "X has no rows"),
        (lambda: model.gradient([[0, 0]], [1], l1=-1), "The penalty λ₁ must be a number from 0"),
        (lambda: model.gradient([[0, 0]], [1], l2="a"), "The penalty λ₂ must be a number from 0"),
        (lambda: mlpviz.Model(model.network, [1, 2]), r"needs 25 parameters in one row; theta has the shape \(2,\)"),
        (lambda: mlpviz.Model("circle", [1, 2]), "made of a Network"),
        (lambda: mlpviz.run("circle", theta=np.full(25, np.nan)), "theta holds NaN or infinity"),
        (lambda: mlpviz.run("circle", theta="abc"), "theta must be an array of numbers"),
        (lambda: bare.save(tmp_path / "a.mlpviz"), "without a document"),
        (lambda: bare.save(tmp_path / "a.pt"), r"there are \.safetensors"),
        (lambda: mlpviz.run(bare), "without a document"),
        (lambda: mlpviz.run("circle", epochs=None), "no end"),
        (lambda: mlpviz.run("circle", mlpviz.Network(3)), "3 inputs and 1 output; its data have 2 and need 1"),
        (lambda: mlpviz.run("square"), "Unknown data set 'square'"),
        (lambda: mlpviz.load(tmp_path / "no.mlpviz"), "there is no such file"),
    ):
        with pytest.raises(mlpviz.UserError, match=words):
            call()


X2 = [[0.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize("data", [5, None, {"X": X2}, (X2,), (X2, [0, 1], [0, 1]), [X2, [0, 1]], 1.5])
def test_what_is_no_data_is_refused(data: object) -> None:
    with pytest.raises(mlpviz.UserError, match="Data are the name of a data set"):
        mlpviz.run(data, epochs=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mlpviz.run("circle", config="adam"), "must be a TrainingConfig, such as TrainingConfig"),
        (lambda: mlpviz.run(([[1, 2], [3]], [0, 1])), "X must be an array; its rows differ in length"),
        (lambda: mlpviz.Network(hidden=(3,)), "A hidden layer is a Hidden"),
        (lambda: mlpviz.Network(hidden=3), "hidden must be a tuple, not 3"),
        (lambda: mlpviz.Network(input_names=(1, 2)), "names of a network are words"),
        (lambda: mlpviz.Network(features="x1"), "features must be a tuple"),
        (lambda: mlpviz.train("nonsense"), "Unknown data set 'nonsense'"),
        (lambda: mlpviz.train("circle", backend="gpu"), "Unknown backend 'gpu'"),
        (lambda: mlpviz.train("circle", control=5), "must be a Control"),
        (lambda: mlpviz.train("circle", config=mlpviz.TrainingConfig(patience=3)), "Early stopping watches"),
    ],
)  # fmt: skip
def test_what_has_another_type_is_refused_at_the_call(call: Callable[[], object], words: str) -> None:
    with pytest.raises(mlpviz.UserError, match=words):
        call()


@pytest.mark.parametrize("length", [-1, 1.5, float("inf"), float("nan"), "a", 2.5, True, 10**18])
@pytest.mark.parametrize("what", ["epochs", "steps"])
def test_a_length_that_no_run_has_is_refused(length: object, what: str) -> None:
    for call in (mlpviz.run, mlpviz.train):
        with pytest.raises(mlpviz.UserError, match=f"The number of {what} must be a whole number from 0"):
            call("circle", **{what: length})  # type: ignore[arg-type]


def test_a_length_may_be_a_number_of_numpy() -> None:
    model = mlpviz.run("circle", epochs=np.int64(2))
    assert model.document is not None
    assert model.document.state.epoch == 2
    assert mlpviz.run("circle", epochs=0, steps=0).theta.tobytes() != model.theta.tobytes()


def test_a_network_keeps_lists_as_tuples() -> None:
    hidden = [mlpviz.Hidden(3), mlpviz.Hidden(2)]
    network = mlpviz.Network(hidden=hidden, features=["x1", "x2"], standard=[[0.0, 1.0], [0.0, 2.0]])  # type: ignore[arg-type]
    assert network == mlpviz.Network(hidden=tuple(hidden), features=("x1", "x2"), standard=((0.0, 1.0), (0.0, 2.0)))
    assert hash(network)
    assert mlpviz.run("circle", mlpviz.Network(hidden=hidden), epochs=1).theta.shape == (20,)  # type: ignore[arg-type]


def test_an_optimizer_without_a_rate_takes_its_own() -> None:
    rates = {"sgd": 0.1, "momentum": 0.1, "rmsprop": 0.01, "adagrad": 0.01, "adam": 0.01, "adamw": 0.01, "lbfgs": 1.0}
    assert {name: mlpviz.TrainingConfig(name).learning_rate for name in rates} == rates
    assert mlpviz.TrainingConfig("adam", 0.1).learning_rate == 0.1
    assert mlpviz.TrainingConfig.from_json({"optimizer": "adam"}).learning_rate == 0.01
    assert mlpviz.TrainingConfig.from_json(mlpviz.TrainingConfig("adam", 0.1).to_json()).learning_rate == 0.1


def test_locks_and_a_control_come_with_the_package() -> None:
    start = mlpviz.run("circle", epochs=0).parameters
    config = mlpviz.TrainingConfig(locked=(mlpviz.Lock(0, 2, 1), mlpviz.Lock(2)))
    moved = {
        name: array != start[name] for name, array in mlpviz.run("circle", config=config, epochs=2).parameters.items()
    }
    assert moved["0.weight"].sum() == 7
    assert not moved["0.weight"][2, 1]
    assert not moved["4.weight"].any()
    control = mlpviz.Control()
    seen = []
    for update in mlpviz.train("circle", epochs=None, control=control):
        seen.append(update.status)
        control.stop()
    assert seen[-1] == "cancelled"


def test_a_bare_state_dict_asks_for_its_activation(tmp_path: Path) -> None:
    path = tmp_path / "torch.npz"
    np.savez(path, **{"0.weight": np.eye(2), "0.bias": np.zeros(2), "2.weight": np.ones((1, 2)), "2.bias": [1]})
    with pytest.raises(ActivationNeeded):
        mlpviz.load(path)
    model = mlpviz.load(path, activation="relu")
    assert model.predict([[1, -2], [3, 4]]).tolist() == [[2], [8]]
    assert "2–2–1" in repr(model)


def test_data_sets_are_listed_and_read(tmp_path: Path) -> None:
    assert "circle" in mlpviz.datasets.list()
    assert "table" not in mlpviz.datasets.list()
    (tmp_path / "a.csv").write_text("u,v,word\n1,2,a\n3,4,b\n5,6,a\n")
    spec = mlpviz.datasets.read(tmp_path / "a.csv", train_ratio=1.0)
    model = mlpviz.run(spec, epochs=1)
    assert model.network.class_names == ("a", "b")
    assert model.network.input_names == ("u", "v")


def test_steps_alone_say_when_a_run_ends() -> None:
    *_, last = mlpviz.train("circle", steps=2500)
    assert (last.step, last.epoch) == (2500, 125)
    *_, usual = mlpviz.train("circle")
    assert usual.epoch == 100
