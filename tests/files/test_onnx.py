"""ONNX files: what ONNX Runtime computes from them, and reading them back, from mlpviz and from elsewhere."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

import mlpviz
from mlpviz.errors import UserError
from mlpviz.files import weights, weights_onnx
from mlpviz.nn import evaluate
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.features import standard_of
from mlpviz.nn.layout import Array
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Hidden, Network
from tests.files.networks import OWN, WORDS, networks
from tests.files.test_bad_weights import Mutation, mutations, read_or_sentence, refused
from tests.optional import needs_runtime

FEATURES = ((), ("x2", "x1"), ("x1", "x2^2", "sin(x1)*x2", "where(x1 > x2, 1, 0)"))
ENDS = [(name, "identity") for name in LOSSES] + [("squared", "tanh"), ("hinge", "tanh")]


def computed(path: Path, X: Array) -> tuple[Array, Array]:
    """ỹ and ŷ by ONNX Runtime, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    kind = np.float64 if session.get_inputs()[0].type == "tensor(double)" else np.float32
    logits, output = session.run(["logits", "output"], {"x": X.astype(kind)})
    return logits, output


def close(network: Network, theta: Array, X: Array, path: Path, dtype: str, tolerance: float) -> None:
    weights.write(path, network, theta, dtype=dtype)
    onnx.checker.check_model(str(path), full_check=True)
    assert weights.read(path).network == network
    logits, output = computed(path, X)
    assert logits.dtype == output.dtype == dtype
    expected = evaluate.forward(network, theta, X)
    scale = 1 + np.abs(expected.logits).max()
    np.testing.assert_allclose(logits, expected.logits, rtol=tolerance, atol=tolerance * scale)
    np.testing.assert_allclose(output, expected.output, rtol=tolerance, atol=tolerance * scale)


@needs_runtime
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
@pytest.mark.parametrize("word", WORDS)
def test_every_activation_loss_and_feature(tmp_path: Path, word: str, dtype: str, tolerance: float) -> None:
    draw = np.random.default_rng(5)
    X = draw.normal(size=(40, 2))
    for place, ((loss, end), features, scaled) in enumerate(itertools.product(ENDS, FEATURES, (False, True))):
        outputs = {"logistic": 1, "softmax": 3}.get(loss, 2)
        network = Network(
            2, (Hidden(5, word), Hidden(3, "tanh")), outputs, loss, output_activation=end, features=features
        )
        if scaled:
            seen = draw.normal(size=(30, network.fan_in)) + 0.5
            seen[:, 0] = 0.25  # a constant
            network = Network(
                2, network.hidden, outputs, loss, output_activation=end, features=features, standard=standard_of(seen)
            )
        close(network, draw.normal(size=network.size), X, tmp_path / f"{place}.onnx", dtype, tolerance)


@needs_runtime
@pytest.mark.parametrize("word", [*sorted(ACTIVATIONS), *OWN])
def test_activations_keep_their_digits_far_out_and_near_0(tmp_path: Path, word: str) -> None:
    t = 10.0 ** np.linspace(-12, 2, 400)
    X = np.concatenate([-t, [0.0], t])[:, None]
    X = X[np.abs(X[:, 0]) <= 20] if word in OWN else X
    network = Network(1, (Hidden(1, word),), 1)
    theta = np.array([1.0, 0.0, 1.0, 0.0])
    path = tmp_path / "a.onnx"
    weights.write(path, network, theta)
    logits, _ = computed(path, X)
    # sin and cos of ONNX Runtime are good to 1e-16 absolutely, the others to some last places.
    atol = 1e-15 if "sin" in word or "cos" in word else 1e-300
    np.testing.assert_allclose(logits, evaluate.logits(network, theta, X), rtol=5e-13, atol=atol)


@needs_runtime
@settings(max_examples=40, deadline=None)
@given(networks())
def test_any_network(tmp_path_factory: pytest.TempPathFactory, network: Network) -> None:
    draw = np.random.default_rng(network.size)
    theta = 0.5 * draw.normal(size=network.size)
    X = draw.uniform(-1, 1, (7, network.inputs))
    expected = evaluate.logits(network, theta, X)
    path = tmp_path_factory.getbasetemp() / "any.onnx"
    if not np.isfinite(expected).all() or np.abs(expected).max() > 1e6:
        weights.write(path, network, theta)  # towers of cubes: differences of rounding grow without bound
        assert computed(path, X)[0].shape == expected.shape
        assert weights.read(path).theta.tobytes() == theta.tobytes()
    else:
        close(network, theta, X, path, "float64", 1e-9)


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    network = Network(2, (Hidden(3, "relu"),), 1, "logistic", ("a", "b"), ("no", "yes"))
    weights.write(tmp_path / "a.onnx", network, np.linspace(-1, 1, network.size))
    model = onnx.load(tmp_path / "a.onnx")
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    assert (metadata["format"], metadata["version"]) == ("mlpviz", "1")
    assert (model.ir_version, model.opset_import[0].version) == (weights_onnx.IR_VERSION, weights_onnx.OPSET)
    assert [tensor.name for tensor in model.graph.initializer][:4] == ["0.weight", "0.bias", "number 0.0", "2.weight"]
    assert [node.op_type for node in model.graph.node][:3] == ["Gemm", "Max", "Gemm"]
    onnx.checker.check_model(model, full_check=True)
    shapes = {value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
              for value in (*model.graph.input, *model.graph.output)}  # fmt: skip
    assert shapes == {"x": ["batch", 2], "logits": ["batch", 1], "output": ["batch", 1]}


def test_a_scale_beyond_float32_is_refused(tmp_path: Path) -> None:
    for pair in ((1e300, 1.0), (0.0, 1e-300)):
        network = Network(1, (), 1, standard=(pair,))
        for suffix in (".onnx", "_numpy.py", "_torch.py"):
            with pytest.raises(UserError, match="beyond float32; export as float64"):
                weights.write(tmp_path / f"a{suffix}", network, np.ones(2), dtype="float32")
            weights.write(tmp_path / f"a{suffix}", network, np.ones(2))


def test_without_the_package_the_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights.write(tmp_path / "a.onnx", Network(), np.ones(3))
    monkeypatch.setitem(sys.modules, "onnx", None)
    for call in (
        lambda: weights.read(tmp_path / "a.onnx"),
        lambda: weights.write(tmp_path / "b.onnx", Network(), np.ones(3)),
    ):
        with pytest.raises(UserError, match=r'pip install "mlpviz\[onnx\]"'):
            call()
    assert not (tmp_path / "b.onnx").exists()


# ---- files from elsewhere


def model(
    nodes: list[onnx.NodeProto], arrays: dict[str, Array], out: str, kind: int = TensorProto.FLOAT
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "main",
        [helper.make_tensor_value_info("input", kind, ["n", 2])],
        [helper.make_tensor_value_info(out, kind, None)],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def theirs(path: Path, X: Array) -> Array:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found: Array = session.run(None, {"input": X.astype(np.float32)})[0]
    return found


W1, B1 = np.array([[1, 2], [3, 4], [5, 6]], np.float32), np.array([1, 0, -1], np.float32)
W2, B2 = np.array([[1, -1, 0.5]], np.float32), np.array([0.25], np.float32)
node = helper.make_node


@needs_runtime
@pytest.mark.parametrize(
    ("last", "kinds", "word", "loss", "end"),
    [
        ([], ("Relu", {}), "relu", "squared", "identity"),
        (["Sigmoid"], ("Tanh", {}), "tanh", "logistic", "identity"),
        (["Tanh"], ("LeakyRelu", {"alpha": 0.01}), "leaky_relu", "squared", "tanh"),
        (["Identity"], ("Gelu", {"approximate": "tanh"}), "gelu", "squared", "identity"),
        ([], ("Elu", {}), "elu", "squared", "identity"),
        ([], ("Selu", {}), "selu", "squared", "identity"),
    ],
)
def test_a_chain_from_elsewhere(
    tmp_path: Path, last: list[str], kinds: tuple[str, dict[str, object]], word: str, loss: str, end: str
) -> None:
    nodes = [
        node("Gemm", ["input", "fc1.weight", "fc1.bias"], ["z"], transB=1),
        node(kinds[0], ["z"], ["h"], **kinds[1]),
        node("MatMul", ["h", "matrix"], ["m"]),
        node("Add", ["bias", "m"], ["t"]),
        *(node(kind, ["t"], ["out"]) for kind in last),
    ]
    path = tmp_path / "theirs.onnx"
    onnx.save(
        model(nodes, {"fc1.weight": W1, "fc1.bias": B1, "matrix": W2.T, "bias": B2}, "out" if last else "t"), path
    )
    found = mlpviz.load(path)
    assert found.network == Network(2, (Hidden(3, word),), 1, loss, output_activation=end)
    assert found.parameters["0.weight"].tolist() == W1.tolist()
    assert found.parameters["2.weight"].tolist() == W2.tolist()
    assert found.parameters["2.bias"].tolist() == [0.25]
    X = np.random.default_rng(0).normal(size=(9, 2))
    np.testing.assert_allclose(found.predict(X), theirs(path, X), rtol=1e-5, atol=1e-6)


GEMM = node("Gemm", ["input", "w", "b"], ["z"], transB=1)


@pytest.mark.parametrize(
    ("nodes", "out", "words"),
    [
        ([node("Conv", ["input", "w"], ["z"])], "z", "the operator 'Conv'"),
        ([node("Relu", ["input"], ["z"])], "z", "the operator 'Relu'"),
        ([node("Gemm", ["input", "w", "b"], ["z"], transB=1, alpha=2.0)], "z", "more than a layer"),
        ([node("Gemm", ["w", "input", "b"], ["z"])], "z", "more than a layer"),
        ([node("Gemm", ["input", "input", "b"], ["z"])], "z", "computes"),
        ([GEMM, node("Relu", ["input"], ["y"])], "y", "branch"),
        ([GEMM, node("Add", ["z", "z"], ["y"])], "y", "the operator 'Add'"),
        ([GEMM, node("Relu", ["z"], ["y"])], "y", "goes through relu"),
        ([GEMM, node("Elu", ["z"], ["y"], alpha=2.0)], "y", "has alpha 2.0"),
        ([GEMM, node("Gelu", ["z"], ["y"])], "y", "has approximate b'none'"),
        ([GEMM, node("Relu", ["z"], ["y"])], "z", "does not give out"),
        ([GEMM, node("Softmax", ["z"], ["s"]), node("Gemm", ["s", "w", "b"], ["y"])], "y", "more than a layer"),
        ([node("Gemm", ["input", "b", "b"], ["z"])], "z", "two dimensions"),
        ([], "input", "no layer with weights"),
        ([node("Identity", ["input"], [])], "input", "branch"),
        ([node("Gemm", ["input", "w", "b2"], ["z"], transB=1)], "z", "0.bias has the shape (2,)"),
    ],
)
def test_what_is_no_chain_is_refused_in_one_sentence(
    tmp_path: Path, nodes: list[onnx.NodeProto], out: str, words: str
) -> None:
    path = tmp_path / "theirs.onnx"
    path.write_bytes(model(nodes, {"w": W1, "b": B1, "b2": B1[:2]}, out).SerializeToString())
    with pytest.raises(UserError, match=r"^theirs\.onnx: ") as caught:
        weights.read(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def tensor(**changes: object) -> onnx.TensorProto:
    made = numpy_helper.from_array(np.ones((3, 2)), "0.weight")
    for name, value in changes.items():
        made.ClearField(name)
        if isinstance(value, list):
            getattr(made, name).extend(value)
        else:
            setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (tensor(dims=[2, 2]), "does not have the size"),
        (tensor(dims=[-3, -2]), "which no layer has"),
        (tensor(dims=[1 << 20, 1 << 20]), "too large"),
        (tensor(dims=[1 << 62, 4]), "which no layer has"),
        (tensor(raw_data=b"123"), "does not have the size"),
        (tensor(data_type=TensorProto.STRING), "numbers of a kind"),
        (tensor(data_type=999), "numbers of a kind"),
        (tensor(data_location=TensorProto.EXTERNAL), "another file"),
        (tensor(name="1.weight"), "do not fit the network"),
        (tensor(dims=[2, 3]), "the shape (2, 3)"),
    ],
)
def test_damaged_arrays(tmp_path: Path, changed: onnx.TensorProto, words: str) -> None:
    path = tmp_path / "net.onnx"
    network = Network(2, (Hidden(3),), 1)
    weights.write(path, network, np.ones(network.size))
    content = onnx.load(path)
    content.graph.initializer[0].CopyFrom(changed)
    path.write_bytes(content.SerializeToString())
    refused(path, words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not protobuf at all", "damaged"),
        (b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "damaged"),
        (b"\x0f", "damaged"),
        (b"\x08" + b"\xff" * 11, "damaged"),
        (b"\x08\x08", "0 inputs"),
        (b"\x3a\x80\x80\x40" + b"\x0a\x00" * (1 << 19), "far more than a network"),
        (b"\x12\x80\x80\x80\x04" + b"a" * (1 << 23), "far more than a network"),
    ],
)
def test_bytes_that_are_no_model(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    refused(path, words)


@settings(max_examples=200, deadline=None)
@given(mutations(), st.booleans())
def test_a_mutated_chain_from_elsewhere_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, mutate: Mutation, raw: bool
) -> None:
    nodes = [GEMM, node("Elu", ["z"], ["h"], alpha=1.0), node("MatMul", ["h", "m"], ["y"])]
    content = model(nodes, {"w": W1, "b": B1, "m": W2.T}, "y")
    if not raw:
        content.graph.initializer[0].CopyFrom(helper.make_tensor("w", TensorProto.FLOAT, W1.shape, W1.ravel()))
    path = tmp_path_factory.getbasetemp() / "mutated chain.onnx"
    path.write_bytes(mutate(content.SerializeToString()))
    found = read_or_sentence(path)
    if isinstance(found, str):
        assert found.startswith(path.name)
        assert "\n" not in found
    else:
        assert found.theta.shape == (found.network.size,)
