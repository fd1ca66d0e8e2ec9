"""Weights out and in: every format, bit for bit, read by others' code as well."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from mlpviz.errors import UserError
from mlpviz.files import weights
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Hidden, Network
from tests.files.networks import plain_forward, trained

SUFFIXES = sorted(weights.READABLE)
XOR = Network(2, (Hidden(2, "relu"),), 1, "logistic", ("x₁", "x₂"), ("−1", "+1"))
LECTURE = np.array([1.0, 1.0, 0.0, 1.0, 1.0, -1.0, 2.0, -4.0, -1.0])


def written(network: Network, theta: Array, suffix: str, dtype: str = "float64") -> weights.Weights:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"net{suffix}"
        weights.write(path, network, theta, dtype=dtype)
        return weights.read(path)


@settings(max_examples=60, deadline=None)
@given(trained(), st.sampled_from(SUFFIXES))
def test_float64_comes_back_bit_for_bit(net: tuple[Network, Array], suffix: str) -> None:
    network, theta = net
    back = written(network, theta, suffix)
    assert back.network == network
    assert back.theta.tobytes() == theta.tobytes()
    assert not back.theta.flags.writeable
    assert back.note == ""


@settings(max_examples=30, deadline=None)
@given(trained(), st.sampled_from(SUFFIXES))
def test_float32_comes_back_as_float32_rounds(net: tuple[Network, Array], suffix: str) -> None:
    network, theta = net
    if np.abs(theta).max() > np.finfo(np.float32).max:
        with pytest.raises(UserError, match="too large for float32"):
            written(network, theta, suffix, "float32")
        return
    with np.errstate(under="ignore"):
        expected = theta.astype(np.float32).astype(np.float64)
    assert written(network, theta, suffix, "float32").theta.tobytes() == expected.tobytes()


@pytest.mark.parametrize("suffix", sorted(weights.FORMATS))
def test_the_same_weights_give_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    contents = set()
    for place in range(4):
        path = tmp_path / f"{place}{suffix}"
        weights.write(path, XOR, LECTURE)
        contents.add(path.read_bytes())
    assert len(contents) == 1


@pytest.mark.parametrize("dtype", weights.DTYPES)
def test_others_read_the_arrays_under_torchs_names(tmp_path: Path, dtype: str) -> None:
    for suffix in SUFFIXES:
        weights.write(tmp_path / f"net{suffix}", XOR, LECTURE, dtype=dtype)
    tensors = load_file(tmp_path / "net.safetensors")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as file:
        arrays = dict(file)
    plain = json.loads((tmp_path / "net.json").read_text())
    assert Network.from_json(json.loads(str(arrays.pop("network")))) == XOR
    assert plain["format"] == "mlpviz-weights"
    assert plain["version"] == 1
    assert Network.from_json(plain["network"]) == XOR
    with safe_open(tmp_path / "net.safetensors", "np") as file:
        metadata = file.metadata()
    assert metadata["format"] == "mlpviz"
    assert metadata["version"] == "1"
    assert Network.from_json(json.loads(metadata["network"])) == XOR
    for found in (tensors, arrays, {name: np.array(value, dtype) for name, value in plain["parameters"].items()}):
        assert sorted(found) == ["0.bias", "0.weight", "2.bias", "2.weight"]
        assert {array.dtype.name for array in found.values()} == {dtype}
        assert found["0.weight"].tolist() == [[1, 1], [1, 1]]
        assert found["0.bias"].tolist() == [0, -1]
        assert found["2.weight"].tolist() == [[2, -4]]
        assert found["2.bias"].tolist() == [-1]
        x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
        assert plain_forward(found, ["relu"], x)[:, 0].tolist() == [-1, 1, 1, -1]


@pytest.mark.parametrize("suffix", [".safetensors", ".npz", ".json"])
@pytest.mark.parametrize(
    "names",
    [
        ("0.weight", "0.bias", "2.weight", "2.bias"),
        ("1.weight", "1.bias", "4.weight", "4.bias"),
        ("net.0.weight", "net.0.bias", "net.10.weight", "net.10.bias"),
        ("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"),
    ],
)
def test_a_bare_state_dict_loads_once_its_activation_is_known(
    tmp_path: Path, suffix: str, names: tuple[str, ...]
) -> None:
    arrays = dict(zip(names, layout(XOR.sizes).to_arrays(LECTURE).values(), strict=True))
    path = bare(tmp_path, suffix, dict(sorted(arrays.items(), reverse=True)))
    with pytest.raises(
        weights.ActivationNeeded, match=r"^net\.\w+: the file holds a 2–2–1 network .*--activation"
    ) as e:
        weights.read(path)
    assert e.value.sizes == (2, 2, 1)
    found = weights.read(path, activation="relu", loss="logistic")
    assert found.network == Network(2, (Hidden(2, "relu"),), 1, "logistic")
    assert found.theta.tobytes() == LECTURE.tobytes()
    assert "ŷ = ỹ is assumed" in weights.read(path, activation=["tanh"]).note


def bare(folder: Path, suffix: str, arrays: dict[str, Array]) -> Path:
    path = folder / f"net{suffix}"
    if suffix == ".safetensors":
        save_file(arrays, path, {"format": "pt"})
    elif suffix == ".npz":
        np.savez_compressed(path, **arrays)
    else:
        path.write_text(json.dumps({name: array.tolist() for name, array in arrays.items()}))
    return path


def test_a_linear_network_needs_no_activation(tmp_path: Path) -> None:
    path = bare(tmp_path, ".npz", {"0.weight": np.array([[1, 2]]), "0.bias": np.array([3])})
    found = weights.read(path)
    assert found.network.sizes == (2, 1)
    assert found.theta.tolist() == [1, 2, 3]


def test_half_precision_and_other_byte_orders_are_taken(tmp_path: Path) -> None:
    numbers = {"0.weight": np.array([[0.5, -2.0]]), "0.bias": np.array([1.25])}
    for dtype in ("float16", "float32", ">f8", ">f2", "int8"):
        arrays = {name: array.astype(dtype) for name, array in numbers.items()}
        path = bare(tmp_path, ".npz", arrays)
        expected = [-2.0 if x == -2 else float(np.array(x).astype(dtype)) for x in (0.5, -2.0, 1.25)]
        assert weights.read(path).theta.tolist() == expected
    half = {name: array.astype(np.float16) for name, array in numbers.items()}
    assert weights.read(bare(tmp_path, ".safetensors", half)).theta.tolist() == [0.5, -2.0, 1.25]
    # bfloat16 is the upper half of a float32: 0.5 = 0x3f00, −2 = 0xc000, 1.25 = 0x3fa0.
    header = {
        "0.weight": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]},
        "0.bias": {"dtype": "BF16", "shape": [1], "data_offsets": [4, 6]},
    }
    text = json.dumps(header).encode()
    path = tmp_path / "bf16.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes.fromhex("003f00c0a03f"))
    assert weights.read(path).theta.tolist() == [0.5, -2.0, 1.25]


def test_fortran_order_is_understood(tmp_path: Path) -> None:
    weight = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    path = bare(tmp_path, ".npz", {"0.weight": weight, "0.bias": np.zeros(2)})
    assert weights.read(path).theta.tolist() == [0, 1, 2, 0, 3, 4, 5, 0]


def test_what_the_file_says_cannot_be_contradicted(tmp_path: Path) -> None:
    weights.write(tmp_path / "a.npz", XOR, LECTURE)
    assert weights.read(tmp_path / "a.npz", activation="relu", loss="logistic").network == XOR
    with pytest.raises(UserError, match="its activations are relu"):
        weights.read(tmp_path / "a.npz", activation="tanh")
    with pytest.raises(UserError, match="its loss is logistic"):
        weights.read(tmp_path / "a.npz", loss="squared")


def test_nothing_is_written_that_cannot_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    for network, theta, dtype, words in (
        (XOR, np.full(9, np.nan), "float64", "NaN or infinity"),
        (XOR, np.zeros(8), "float64", "9 parameters, but 8"),
        (XOR, np.full(9, 1e300), "float32", "too large for float32"),
        (XOR, LECTURE, "float16", "Unknown number type 'float16'; there are float64, float32"),
    ):
        with pytest.raises(UserError, match=words):
            weights.write(path, network, theta, dtype=dtype)
    with pytest.raises(UserError, match=r"there are \.safetensors, \.npz, \.json"):
        weights.write(tmp_path / "a.pt", XOR, LECTURE)
    assert list(tmp_path.iterdir()) == []
