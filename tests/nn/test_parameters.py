"""Layout, names, initialisations, streams, specifications."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mlpviz.errors import UserError
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.initialisation import INITIALISATIONS, initial
from mlpviz.nn.layout import layout
from mlpviz.nn.spec import Hidden, Network
from mlpviz.nn.streams import STREAMS, stream


def test_names_and_shapes_are_those_of_torchs_sequential() -> None:
    plan = layout((2, 4, 3))
    arrays = plan.to_arrays(np.arange(27.0))
    assert {name: array.shape for name, array in arrays.items()} == {
        "0.weight": (4, 2), "0.bias": (4,), "2.weight": (3, 4), "2.bias": (3,),
    }  # fmt: skip
    np.testing.assert_array_equal(plan.from_arrays(arrays), np.arange(27.0))
    assert plan.index(1, 2, 4) == 26


@pytest.mark.parametrize("damage", ["missing", "surplus", "shape", "nan"])
def test_arrays_that_do_not_fit_are_refused(damage: str) -> None:
    plan = layout((2, 4, 3))
    arrays = plan.to_arrays(np.arange(27.0))
    if damage == "missing":
        del arrays["2.bias"]
    elif damage == "surplus":
        arrays["4.bias"] = np.zeros(1)
    elif damage == "shape":
        arrays["0.weight"] = arrays["0.weight"].T
    else:
        arrays["0.bias"][1] = np.nan
    with pytest.raises(UserError):
        plan.from_arrays(arrays)


@pytest.mark.parametrize(
    ("init", "deviation"),
    [("he-normal", (2 / 300) ** 0.5), ("he-uniform", (2 / 300) ** 0.5), ("lecun-normal", (1 / 300) ** 0.5),
     ("xavier-normal", (2 / 500) ** 0.5), ("xavier-uniform", (2 / 500) ** 0.5), ("uniform", (1 / 900) ** 0.5)],
)  # fmt: skip
def test_the_spread_is_the_papers(init: str, deviation: float) -> None:
    theta = initial((300, 200), ("identity",), init, 0)
    weight, bias = layout((300, 200)).weights(theta)[0]
    assert weight.std() == pytest.approx(deviation, rel=0.02)
    assert weight.mean() == pytest.approx(0.0, abs=0.02 * deviation)
    assert bool((bias == 0).all()) == (init != "uniform")


def test_orthogonal_is_orthogonal() -> None:
    weight, _ = layout((6, 9)).weights(initial((6, 9), ("identity",), "orthogonal", 0))[0]
    np.testing.assert_allclose(weight.T @ weight, np.eye(6), atol=1e-12)


def test_auto_is_he_before_relu_and_xavier_elsewhere() -> None:
    for activation, named in (("relu", "he-uniform"), ("tanh", "xavier-uniform"), ("identity", "xavier-uniform")):
        auto, explicit = (initial((3, 4), (activation,), init, 5) for init in ("auto", named))
        np.testing.assert_array_equal(auto, explicit)


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_a_seed_is_a_theta(init: str) -> None:
    draw = [initial((3, 5, 2), ("tanh", "identity"), init, seed) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(draw[0], draw[1])
    assert init == "zeros" or not np.array_equal(draw[0], draw[2])


def test_streams_are_independent() -> None:
    first = {name: stream(7, name).random(4).tobytes() for name in STREAMS}
    assert len(set(first.values())) == len(STREAMS)
    assert stream(7, "order", 3).random() != stream(7, "order", 4).random()


def test_specifications_survive_json() -> None:
    network = Network(2, (Hidden(4, "relu"), Hidden(2)), 3, "softmax", ("a", "b"), ("x", "y", "z"))
    assert Network.from_json(json.loads(json.dumps(network.to_json()))) == network
    config = TrainingConfig("adam", 0.01, None, False, 0.1, 0.2, "zeros", 4)
    assert TrainingConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


@pytest.mark.parametrize(
    "change",
    [{"hidden": [{"width": 10**9, "activation": "tanh"}]}, {"hidden": [{"width": 2, "activation": "nope"}]},
     {"hidden": [{"width": 2.0, "activation": "tanh"}]}, {"hidden": [{}]}, {"hidden": 3}, {"hidden": [1]},
     {"hidden": [{"width": 1, "activation": "tanh"}] * 17}, {"inputs": 0}, {"inputs": True}, {"outputs": "2"},
     {"loss": "hope"}, {"loss": None}, {"input_names": [1]}, {"loss": "logistic", "outputs": 2}],
)  # fmt: skip
def test_a_broken_specification_is_refused_in_one_sentence(change: dict[str, object]) -> None:
    whole = Network(2, (Hidden(4),), 1, "squared").to_json()
    with pytest.raises(UserError) as refused:
        Network.from_json({**whole, **change})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [{"learning_rate": 0}, {"learning_rate": float("nan")}, {"learning_rate": -1}, {"batch_size": 0}, {"l1": -1},
     {"optimizer": "hope"}, {"init": "hope"}, {"seed": -1}, {"seed": 1.5}, {"shuffle": 1}, {"speed": 3}],
)  # fmt: skip
def test_impossible_settings_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(UserError):
        TrainingConfig.from_json(settings)
