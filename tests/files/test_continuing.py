"""Going on in PyTorch where mlpviz left off: the same 20 updates there and here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mlpviz
from mlpviz.errors import UserError
from mlpviz.files import weights
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.locks import Lock
from mlpviz.nn.spec import Hidden, Network
from tests.files.networks import OWN
from tests.files.scripting import called
from tests.optional import TORCH, needs_torch

OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw")
EXTRAS: tuple[dict[str, object], ...] = (
    {},
    {"l1": 0.003, "l2": 0.02},
    {"l2": 0.05, "clip": 0.1},
    {"schedule": "exponential", "schedule_period": 5, "schedule_factor": 0.5, "warmup": 9},
    {"schedule": "step", "schedule_period": 4},
    {"schedule": "cosine", "schedule_period": 25},
)
SHAPES = (
    ("squared", "identity", ("tanh", "silu")),
    ("logistic", "identity", ("elu", "softplus")),
    ("softmax", "identity", ("gelu", "sin")),
    ("huber", "tanh", (OWN[0], "relu")),
    ("hinge", "identity", ("leaky_relu", OWN[1])),
    ("absolute", "identity", ("selu", OWN[2])),
)
FEATURES = ("x1", "x2", "x1*x2")

_CONTINUE = """
import json, pathlib, runpy, sys
inputs, *paths = sys.argv[1:]
found = []
for path, (X, y, epoch, w) in zip(paths, json.loads(pathlib.Path(inputs).read_text())):
    script = runpy.run_path(path)
    losses = []
    for more in range(20):
        if "set_rate" in script:
            script["set_rate"](epoch + more)
        losses.append(script["step"](X, y, w))
    found.append([losses, [p.flatten().tolist() for p in script["net"].parameters()]])
json.dump(found, sys.stdout)
"""


BALANCED: dict[str, object] = {"class_weights": "balanced"}


def data(loss: str) -> tuple[Array, Array]:
    draw = np.random.default_rng(3)
    X = draw.normal(size=(24, 2))
    hidden = X[:, 0] * X[:, 1]
    if loss in ("logistic", "hinge"):
        return X, np.where(hidden > 0, 1.0, -1.0)
    return X, np.digitize(hidden, [-0.5, 0.5]).astype(float) if loss == "softmax" else hidden + 0.1 * X[:, 0]


RUNS: list[tuple[dict[str, object], int]] = [*((extra, 7) for extra in EXTRAS), ({}, 0)]


def weighted(y: Array, extra: dict[str, object]) -> list[float]:
    """What each example counts."""
    _, place, counts = np.unique(y, return_inverse=True, return_counts=True)
    each = len(y) / (len(counts) * counts)
    return each[place].tolist() if extra == BALANCED else [1.0] * len(y)


def target(loss: str, y: Array) -> list[list[float]]:
    return (np.eye(3)[y.astype(int)] if loss == "softmax" else y[:, None]).tolist()


def trained(optimizer: str, place: int, extra: dict[str, object], steps: int = 7) -> tuple[mlpviz.Model, Array, Array]:
    loss, end, words = SHAPES[place % len(SHAPES)]
    network = Network(
        2, (Hidden(4, words[0]), Hidden(3, words[1])), 3 if loss == "softmax" else 1, loss,
        output_activation=end, features=FEATURES, standard=((0.1, 1.2), (0.0, 0.7), (0.3, 2.0)),
    )  # fmt: skip
    config = TrainingConfig(optimizer, 0.02, None, shuffle=False, seed=place, **extra)  # type: ignore[arg-type]
    X, y = data(loss)
    table = mlpviz.datasets.from_arrays(X, y, train_ratio=1.0)
    if steps == 0:
        *_, last = mlpviz.train(table, network, config, epochs=0)
        document = mlpviz.run(table, network, config, epochs=1).document
        assert document is not None
        assert last.state is not None
        document = replace(document, state=last.state)
        return mlpviz.Model(document.network, document.state.theta, document), X, y
    return mlpviz.run(table, network, config, epochs=steps), X, y


@needs_torch
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_twenty_updates_are_the_same_in_pytorch(tmp_path: Path, optimizer: str) -> None:
    paths, inputs, expected = [], [], []
    runs = [(place + place // 7, extra, steps) for place, (extra, steps) in enumerate(RUNS * 2)]
    for place, extra, steps in [*runs, (1, BALANCED, 5), (2, BALANCED, 5)]:
        model, X, y = trained(optimizer, place, extra, steps)
        paths.append(tmp_path / f"net{len(paths)}_torch.py")
        model.save(paths[-1], optimizer=True)
        rows = model.document
        assert rows is not None
        inputs.append((X.tolist(), target(model.network.loss, y), rows.state.epoch, weighted(y, extra)))
        labels = y.astype(int) if model.network.loss == "softmax" else y
        first = None if extra == BALANCED else model.loss(X, labels)
        expected.append((first, mlpviz.run(model, epochs=20, backend="numpy")))
    (tmp_path / "inputs.json").write_text(json.dumps(inputs))
    found = json.loads(called(TORCH, "-c", _CONTINUE, tmp_path / "inputs.json", *paths))
    for (losses, parameters), (first, model) in zip(found, expected, strict=True):
        assert first is None or losses[0] == pytest.approx(first, rel=1e-12)
        for array, (name, own) in zip(parameters, model.parameters.items(), strict=True):
            np.testing.assert_allclose(array, own.ravel(), rtol=1e-9, atol=1e-11, err_msg=f"{name} of {model}")


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"optimizer": "lbfgs"}, "What L-BFGS remembers cannot be handed to PyTorch"),
        ({"dropout": 0.5}, "Dropout draws other units"),
        ({"locked": (Lock(0),)}, "no locked weights"),
    ],
)
def test_what_pytorch_cannot_go_on_with_is_refused(tmp_path: Path, extra: dict[str, object], words: str) -> None:
    network = Network()
    training = weights.Training(TrainingConfig(**extra), {})  # type: ignore[arg-type]
    path = tmp_path / "net_torch.py"
    with pytest.raises(UserError, match=words) as caught:
        weights.write(path, network, np.ones(3), training=training)
    assert "export without the optimizer" in str(caught.value)
    assert not path.exists()


def test_a_memory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net_torch.py"
    for value, dtype, words in ((np.inf, "float64", "NaN or infinity"), (1e300, "float32", "beyond float32")):
        slots = {"v": np.full(3, value), "t": np.ones(1)}
        training = weights.Training(TrainingConfig("momentum"), slots)
        with pytest.raises(UserError, match=words):
            weights.write(path, Network(), np.ones(3), dtype=dtype, training=training)
    for suffix in (".npz", ".onnx", "_numpy.py"):
        with pytest.raises(UserError, match=r"Only _torch\.py takes the optimizer along"):
            weights.write(tmp_path / f"a{suffix}", Network(), np.ones(3), training=training)
    assert list(tmp_path.iterdir()) == []


def test_weights_have_no_optimizer(tmp_path: Path) -> None:
    model = mlpviz.Model(Network(), [1, 2, 3])
    with pytest.raises(UserError, match=r"take them from a \.mlpviz document"):
        model.save(tmp_path / "net_torch.py", optimizer=True)
