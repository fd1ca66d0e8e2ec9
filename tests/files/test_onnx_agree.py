"""ONNX files of mlpviz's are read only if their graph is that of the network their metadata describe."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from mlpviz.errors import UserError
from mlpviz.files import weights
from mlpviz.nn.features import standard_of
from mlpviz.nn.spec import Hidden, Network
from tests.files.networks import WORDS
from tests.files.rewriting import rewrite
from tests.files.test_onnx import ENDS, FEATURES

NET = Network(
    2, (Hidden(3, "tanh"), Hidden(4, "relu")), 1, "logistic",
    features=("x1", "x2", "sin(x1)"), standard=((0.5, 2.0), (-1.0, 0.25), (0.0, 1.0)),
)  # fmt: skip
THETA = np.linspace(-1, 1, NET.size)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("word", WORDS)
def test_all_that_mlpviz_writes_is_read(tmp_path: Path, word: str, dtype: str) -> None:
    path = tmp_path / "net.onnx"
    for (loss, end), features, scaled in itertools.product(ENDS, FEATURES, (False, True)):
        outputs = {"logistic": 1, "softmax": 3}.get(loss, 2)
        hidden = (Hidden(5, word), Hidden(3, "identity"))
        network = Network(2, hidden, outputs, loss, output_activation=end, features=features)
        if scaled:
            seen = np.random.default_rng(2).normal(size=(30, network.fan_in))
            seen[:, 0] = 0.25  # a constant
            network = replace(network, standard=standard_of(seen))
        theta = np.random.default_rng(1).normal(size=network.size)
        weights.write(path, network, theta, dtype=dtype)
        back = weights.read(path)
        assert back.network == network
        np.testing.assert_allclose(back.theta, theta, rtol=0 if dtype == "float64" else 1e-6)


def edited(path: Path, change: Callable[[onnx.ModelProto], None], network: Network = NET) -> None:
    """Write the network's file, changed."""
    weights.write(path, network, np.linspace(-1, 1, network.size))
    model = onnx.load(path)
    change(model)
    path.write_bytes(model.SerializeToString())


def node(model: onnx.ModelProto, out: str) -> onnx.NodeProto:
    return next(each for each in model.graph.node if each.output[0] == out)


def constant(model: onnx.ModelProto, name: str, change: Callable[[np.ndarray], object]) -> None:
    """Put other numbers in the place of a constant's."""
    tensor = next(each for each in model.graph.initializer if each.name == name)
    tensor.CopyFrom(numpy_helper.from_array(np.asarray(change(numpy_helper.to_array(tensor))), name))


def swap_activation(model: onnx.ModelProto) -> None:
    node(model, "h1").op_type = "Sin"


def other_wire(model: onnx.ModelProto) -> None:
    node(model, "h2").input[0] = "z1"


def skip_activation(model: onnx.ModelProto) -> None:
    node(model, "z2").input[0] = "z1"


def swap_weights(model: onnx.ModelProto) -> None:
    node(model, "z2").input[1] = "0.weight"


def no_transposition(model: onnx.ModelProto) -> None:
    node(model, "z1").attribute[0].i = 0


def more_of_gemm(model: onnx.ModelProto) -> None:
    node(model, "z1").attribute.append(helper.make_attribute("alpha", 2.0))


def one_more(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("Tanh", ["output"], ["more"]))


def one_less(model: onnx.ModelProto) -> None:
    del model.graph.node[-1]


def other_output(model: onnx.ModelProto) -> None:
    model.graph.output[1].name = "z1"


def other_input(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 3


def foreign_domain(model: onnx.ModelProto) -> None:
    node(model, "h1").domain = "elsewhere"


def own_function(model: onnx.ModelProto) -> None:
    made = helper.make_function(
        "", "Tanh", ["a"], ["b"], [helper.make_node("Neg", ["a"], ["b"])], [helper.make_opsetid("", 17)]
    )
    model.functions.append(made)


def twice(model: onnx.ModelProto) -> None:
    model.graph.initializer.append(next(each for each in model.graph.initializer if each.name == "mean"))


def same_name(model: onnx.ModelProto) -> None:
    node(model, "h1").output[0] = "z1"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swap_activation, "operator 8 is 'Sin' where Tanh belongs"),
        (other_wire, "takes 'z1' where the result of another operator belongs"),
        (skip_activation, "takes 'z1' where the result of another operator belongs"),
        (swap_weights, "'0.weight' stands where 2.weight belongs"),
        (no_transposition, "operator 7, Gemm, has other attributes"),
        (more_of_gemm, "operator 7, Gemm, has other attributes"),
        (one_more, "operators, of which"),
        (one_less, "it ends after"),
        (other_output, "gives out something else than logits and output"),
        (other_input, "takes something else than x with 2 columns"),
        (foreign_domain, "where Tanh belongs"),
        (own_function, "functions of its own"),
        (twice, "a constant twice"),
        (same_name, "gives 'z1', which there is already"),
        (lambda model: constant(model, "mean", lambda old: old + 1e-6), "'mean' holds other numbers"),
        (lambda model: constant(model, "factor", lambda old: -old), "'factor' holds other numbers"),
        (lambda model: constant(model, "mean", lambda old: old[:1]), "is float64 (1,) where float64 (3,) belongs"),
        (lambda model: constant(model, "mean", lambda old: old.astype("f4")), "is float32 (3,) where float64"),
        (lambda model: constant(model, "x1.index", lambda old: [1]), "'x1.index' holds other numbers"),
        (lambda model: constant(model, "number 0.0", lambda old: np.nan), "'number 0.0' holds other numbers"),
        (lambda model: constant(model, "0.bias", lambda old: old.astype("f4")), "of the type float32 and float64"),
        (lambda model: constant(model, "2.weight", lambda old: old.T), "2.weight has the shape (3, 4); the network"),
        (lambda model: constant(model, "4.weight", lambda old: old[:, :2]), "4.weight has the shape (1, 2); the net"),
    ],
)
def test_a_graph_that_says_something_else_than_its_metadata_is_refused(
    tmp_path: Path, change: Callable[[onnx.ModelProto], None], words: str
) -> None:
    path = tmp_path / "net.onnx"
    edited(path, change)
    with pytest.raises(UserError, match=r"^net\.onnx: ") as caught:
        weights.read(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "network",
    [
        replace(NET, hidden=(Hidden(3, "sigmoid"), Hidden(4, "relu"))),
        replace(NET, hidden=(Hidden(3, "tanh"), Hidden(4, "leaky_relu"))),
        replace(NET, hidden=(Hidden(3, "tanh"), Hidden(4, "formula:max(t, 0.5)"))),
        replace(NET, hidden=(Hidden(3, "tanh"), Hidden(4, "identity"))),
        replace(NET, hidden=(Hidden(3, "tanh"),)),
        replace(NET, hidden=(Hidden(4, "tanh"), Hidden(4, "relu"))),
        replace(NET, features=("x1", "x2", "sin(x2)")),
        replace(NET, features=("x2", "x1", "sin(x1)")),
        replace(NET, features=("x1", "x2", "cos(x1)")),
        replace(NET, features=("x1", "x2", "2*sin(x1)")),
        replace(NET, standard=()),
        replace(NET, standard=((0.5, 2.0), (-1.0, 0.25), (0.1, 1.0))),
        replace(NET, standard=((0.5, 2.0), (-1.0, 0.5), (0.0, 1.0))),
        replace(NET, loss="squared"),
        replace(NET, loss="squared", output_activation="tanh"),
        replace(NET, inputs=3),
    ],
    ids=repr,
)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_metadata_of_another_network_are_refused(tmp_path: Path, network: Network, dtype: str) -> None:
    path = tmp_path / "net.onnx"
    weights.write(path, NET, THETA, dtype=dtype)
    rewrite(path, ".onnx", network.to_json())
    with pytest.raises(
        UserError, match=r"^net\.onnx: .*(metadata describe \(|do not fit the network|the network needs)"
    ):
        weights.read(path)


def test_other_names_of_what_is_computed_change_nothing(tmp_path: Path) -> None:
    def rename(model: onnx.ModelProto) -> None:
        kept = {"x", "logits", "output"} | {each.name for each in model.graph.initializer if each.name[0].isdigit()}
        for each in model.graph.node:
            for names in (each.input, each.output):
                names[:] = [name if name in kept else f"{name} anew" for name in names]
        for tensor in model.graph.initializer:
            tensor.name = tensor.name if tensor.name in kept else f"{tensor.name} anew"

    path = tmp_path / "net.onnx"
    edited(path, rename)
    assert weights.read(path).network == NET


def test_the_last_digits_of_a_folded_constant_may_be_another_machines(tmp_path: Path) -> None:
    network = Network(2, (Hidden(2, "formula:t*exp(0.3)"),), 1)
    path = tmp_path / "net.onnx"

    def nudge(model: onnx.ModelProto) -> None:
        (name,) = [each.name for each in model.graph.initializer if each.name.startswith("number")]
        constant(model, name, lambda old: np.nextafter(old, 2))

    edited(path, nudge, network)
    assert weights.read(path).network == network
