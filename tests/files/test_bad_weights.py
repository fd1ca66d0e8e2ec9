"""Whatever stands in a weights file: a network, or one clear sentence that names the file."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mlpviz.errors import UserError
from mlpviz.files import weights
from mlpviz.nn.spec import Hidden, Network
from tests.files.rewriting import rewrite

NET = Network(2, (Hidden(3, "tanh"),), 1, "logistic")
THETA = np.linspace(-1, 1, NET.size)
GOOD = {"0.weight": [[1.0, 2.0]], "0.bias": [0.5]}


def refused(path: Path, words: str) -> None:
    with pytest.raises(UserError) as caught:
        weights.read(path, activation="tanh")
    sentence = str(caught.value)
    assert words in sentence
    assert path.name in sentence
    assert "\n" not in sentence
    assert len(sentence) < 400


def safetensors_bytes(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def tensor(shape: list[Any], start: int, end: int, dtype: str = "F64") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


PAIR = {"0.weight": tensor([1, 2], 0, 16), "0.bias": tensor([1], 16, 24)}
META = {"format": "mlpviz", "version": "1", "network": json.dumps(NET.to_json())}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x01", "cut short or damaged"),
        (safetensors_bytes(PAIR, b"", 10**15), "claims 1,000,000,000,000,000 bytes"),
        (safetensors_bytes(b"[" * 100_000), "nests its JSON too deeply"),
        (safetensors_bytes(b"[" * 300_000), "more values than any network"),
        (safetensors_bytes(b"[]"), "must be a JSON object"),
        (safetensors_bytes(b'{"a":'), "not valid JSON"),
        (safetensors_bytes(b'{"\xff": 1}'), "not UTF-8"),
        (safetensors_bytes(b'{"a": 1, "a": 2}'), "'a' stands twice"),
        (safetensors_bytes(b'{"a": ' + b"1" * 5000 + b"}"), "too many digits"),
        (safetensors_bytes({"a": 1}), "describes 'a' wrongly"),
        (safetensors_bytes({"a": {**tensor([1], 0, 8), "more": 1}}), "describes 'a' wrongly"),
        (safetensors_bytes({"a": tensor([2], 0, 8)}, bytes(8)), "does not have the size"),
        (safetensors_bytes({"a": tensor([-1], 0, 8)}, bytes(8)), "has the shape [-1]"),
        (safetensors_bytes({"a": tensor([True], 0, 8)}, bytes(8)), "has the shape [True]"),
        (safetensors_bytes({"a": tensor([2**47, 2**47], 0, 8)}, bytes(8)), "does not have the size"),
        (safetensors_bytes({"a": tensor([1], 8, 0)}), "does not have the size"),
        (safetensors_bytes({"a": tensor([1], 0, 8, "I64")}, bytes(8)), "reads F64, F32, F16, BF16"),
        (safetensors_bytes({"a": {**tensor([1], 0, 8), "dtype": []}}, bytes(8)), "has the type []"),
        (safetensors_bytes({"a": tensor([1], 0, 8), "b": tensor([1], 4, 12)}, bytes(12)), "overlap or leave gaps"),
        (safetensors_bytes(PAIR, bytes(23)), "but the file has"),
        (safetensors_bytes(PAIR, bytes(25)), "but the file has"),
        (safetensors_bytes({**PAIR, "__metadata__": {"format": 1}}, bytes(24)), "metadata must be strings"),
        (safetensors_bytes({**PAIR, "__metadata__": {**META, "version": "2"}}, bytes(24)), "newer mlpviz"),
        (safetensors_bytes({**PAIR, "__metadata__": {**META, "version": "x"}}, bytes(24)), "its version is 'x'"),
        (safetensors_bytes({**PAIR, "__metadata__": {"format": "mlpviz", "version": "1"}}, bytes(24)), "lack"),
        (safetensors_bytes({**PAIR, "__metadata__": META}, bytes(24)), "do not fit the network"),
        (safetensors_bytes({str(i): tensor([0], 0, 0) for i in range(300)}), "too many for any network"),
        (safetensors_bytes(PAIR, np.array([1, np.nan, 2]).tobytes()), "0.weight holds NaN or infinity at [1, 2]"),
        (safetensors_bytes(PAIR, np.array([1, 2, -np.inf]).tobytes()), "0.bias holds NaN or infinity at [1]"),
        (safetensors_bytes({"0.weight": tensor([0, 0], 0, 0), "0.bias": tensor([0], 0, 0)}), "from 1 to 4,096"),
        (safetensors_bytes({"0.weight": tensor([1, 2], 0, 16)}, bytes(16)), "has no 0.bias beside it"),
        (safetensors_bytes({"0.weight": tensor([2], 0, 16)}, bytes(16)), "has no 0.bias"),
        (safetensors_bytes({"0.weight": tensor([1], 0, 8), "0.bias": tensor([1], 8, 16)}, bytes(16)), "two dimensions"),
        (
            safetensors_bytes({"0.weight": tensor([1, 1], 0, 8), "0.bias": tensor([2], 8, 24)}, bytes(24)),
            "must be (1,)",
        ),
        (safetensors_bytes({"conv.filter": tensor([1], 0, 8)}, bytes(8)), "knows only layers named like"),
        (safetensors_bytes({"a.0.weight": tensor([1], 0, 8), "b.0.bias": tensor([1], 8, 16)}, bytes(16)), "one chain"),
    ],
)
def test_safetensors(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    refused(path, words)


def npy(array: Any, allow_pickle: bool = False) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), allow_pickle=allow_pickle)
    return file.getvalue()


def header_only(header: str, data: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data


def npz(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


OBJECTS = npy(np.array([[print]], dtype=object), allow_pickle=True)
BIAS = {"0.bias.npy": npy([1.0])}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"0.weight.npy": OBJECTS, **BIAS}, "holds Python objects (a pickle)"),
        ({"0.weight.npy": pickle.dumps([1]), **BIAS}, "is not an array"),
        ({"0.weight.npy": b"", **BIAS}, "is not an array"),
        ({"0.weight.npy": npy([[1.0, 2.0]])[:60], **BIAS}, "ends within its header"),
        ({"0.weight.npy": npy([[1.0, 2.0]])[:-1], **BIAS}, "size that its header declares"),
        ({"0.weight.npy": npy([[1.0, 2.0]]) + b"x", **BIAS}, "size that its header declares"),
        ({"0.weight.npy": npy([[1j]]), **BIAS}, "reads real numbers only"),
        ({"0.weight.npy": npy([[True]]), **BIAS}, "reads real numbers only"),
        ({"0.weight.npy": npy(np.zeros((1, 1, 1))), **BIAS}, "3 dimensions"),
        ({"0.weight.npy": npy(np.zeros(1, [("a", "f8")])), **BIAS}, "of no known type"),
        ({"0.weight.npy": npy([["a"]]), **BIAS}, "holds no numbers"),
        ({"0.weight.npy": npy([[np.inf]]), **BIAS}, "NaN or infinity"),
        ({"0.weight.npy": header_only("{'descr': '<f8', 'fortran_order': False, 'shape': (999999, 999999)}")}, "size"),
        ({"0.weight.npy": header_only("{'descr': '<f8', 'shape': (1,)}")}, "of no known type"),
        ({"0.weight.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\xff"}, "claims 4,294,967,295 bytes"),
        ({"../0.weight.npy": npy([[1.0]])}, "leads out of it"),
        ({"/0.weight.npy": npy([[1.0]])}, "leads out of it"),
        ({"C:0.weight.npy": npy([[1.0]])}, "leads out of it"),
        ({"a.txt": b"x"}, "which is no array"),
        ({**BIAS, "0.weight.npy": npy([[1.0]]), "network.npy": npy("{" * 5)}, "not valid JSON"),
        ({**BIAS, "0.weight.npy": npy([[1.0]]), "network.npy": npy([["{}"]])}, "must be one string"),
        ({**BIAS, "0.weight.npy": npy([[1.0]]), "network.npy": npy("[" * 100_000)}, "too deeply"),
        ({**BIAS, "0.weight.npy": npy([[1.0]]), "network.npy": npy('{"loss": "\\ud800"}')}, "half a character"),
        ({**BIAS, "0.weight.npy": npy([[1.0]]), "network.npy": npy('{"hidden": [[]]}')}, "hidden layers must be"),
        ({f"{i}.weight.npy": npy([[1.0]]) for i in range(300)}, "too many for any network"),
        ({"2.weight.npy": npy(np.zeros((1, 3))), "2.bias.npy": npy([1.0]), "0.weight.npy": npy(np.zeros((2, 1))),
          "0.bias.npy": npy([1.0, 1.0])}, "takes 3 values, but the layer before it gives 2"),
        ({}, "no arrays"),
    ],
)  # fmt: skip
def test_npz(tmp_path: Path, members: dict[str, bytes], words: str) -> None:
    path = tmp_path / "bad.npz"
    npz(path, members)
    refused(path, words)


def test_npz_that_is_no_archive_or_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    path.write_bytes(b"not a zip at all" * 100)
    refused(path, "no zip archive")
    weights.write(path, NET, THETA)
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    refused(path, "no zip archive")
    path.write_bytes(whole[: len(whole) // 2] + whole[len(whole) // 2 + 7 :])
    refused(path, "bad.npz")
    path.write_bytes(whole.replace(np.float64(-1).tobytes(), np.float64(-2).tobytes()))
    refused(path, "damaged: Bad CRC-32")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("0.weight.npy", "w") as member:
        zeros = bytes(1 << 20)
        for _ in range(100):
            member.write(zeros)
    assert path.stat().st_size < 200_000
    refused(path, "claims to unpack to 104,857,600 bytes")


def test_doubled_encrypted_and_strangely_packed_members(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    npz(path, {"0.bias.npy": npy([1.0]), "1.bias.npy": npy([2.0])})
    path.write_bytes(path.read_bytes().replace(b"1.bias.npy", b"0.bias.npy"))
    refused(path, "holds '0.bias.npy' twice")
    npz(path, BIAS, zipfile.ZIP_LZMA)
    refused(path, "packed in a way")
    npz(path, BIAS)
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    refused(path, "encrypted")


def test_a_directory_that_claims_millions_of_members(tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    npz(path, BIAS)
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = (500 << 20).to_bytes(4, "little")
    path.write_bytes(data)
    refused(path, "directory is too large")


def document(**changes: Any) -> str:
    value = {"format": "mlpviz-weights", "version": 1, "network": Network(2).to_json(), "parameters": GOOD}
    return json.dumps(value | changes)


def spec(**changes: Any) -> str:
    return document(network=NET.to_json() | changes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON at line 1, column 2"),
        ("[1]", "must hold a JSON object"),
        ("{}", "must be a JSON object of arrays"),
        ("[" * 150_000, "too deeply"),
        ('{"a":' * 150_000, "too deeply"),
        (document(format="other"), "its format is 'other'"),
        (document(version=2), "newer mlpviz"),
        (document(version=True), "its version is True"),
        (document(version=[]), "its version is []"),
        (document(parameters=[]), "must be a JSON object of arrays"),
        (document(parameters={"0.weight": [[1, 2]]}), "lacks '0.bias'"),
        (document(parameters={**GOOD, "4.bias": [1]}), "has '4.bias', which the network does not have"),
        (document(parameters={**GOOD, "0.weight": [[1, 2, 3]]}), "the shape (1, 3); the network needs (1, 2)"),
        (document(parameters={**GOOD, "0.weight": [[1, "2"]]}), "'2' in row 1, which is no number"),
        (document(parameters={**GOOD, "0.weight": [[1, True]]}), "True in row 1, which is no number"),
        (document(parameters={**GOOD, "0.weight": [[1, 2], [3]]}), "row 2 of '0.weight'"),
        (document(parameters={**GOOD, "0.weight": [[1, [2]]]}), "which is no number"),
        (document(parameters={**GOOD, "0.weight": 7}), "must be a list"),
        (document(parameters={**GOOD, "0.bias": [10**400]}), "too large"),
        (document().replace("0.5", "NaN"), "holds NaN"),
        (document().replace("0.5", "1e999"), "NaN or infinity at [1]"),
        (document(network=None), "lacks the network's specification"),
        (document(network=[]), "specification must be a JSON object"),
        (document(network={"inputs": 2}), "a whole number"),
        (spec(hidden=[{"width": 10**9, "activation": "tanh"}]), "from 1 to 1,024, not 1000000000"),
        (spec(hidden=[{"width": -1, "activation": "tanh"}]), "from 1 to 1,024, not -1"),
        (spec(hidden=[{"width": "2", "activation": "tanh"}]), "from 1 to 1,024, not '2'"),
        (spec(hidden=[{"width": 2, "activation": "swoosh"}]), "Unknown activation 'swoosh'"),
        (spec(hidden=[{"width": 2, "activation": []}]), "Unknown activation []"),
        (spec(hidden=[{"width": 2, "activation": "tanh"}] * 17), "at most 16 hidden layers"),
        (spec(inputs=10**30), "The number of inputs"),
        (spec(loss="no"), "Unknown loss 'no'"),
        (spec(outputs=3), "needs one output"),
        (spec(class_names="ab"), "must be a list of strings"),
        (spec(class_names=["\ud800"]), "half a character"),
    ],
)  # fmt: skip
def test_json(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    refused(path, words)


def test_json_that_is_mostly_something_else(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    for filler in (" " * (9 << 20), '{"a": "' + "x" * (9 << 20) + '"}'):
        path.write_text(filler)
        refused(path, "far larger than its numbers need")
    path.write_text("[" + "0," * 22_700_000 + "0]")
    refused(path, "more values than any network")


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "folder.npz").mkdir()
    refused(tmp_path / "folder.npz", "this is a folder")
    refused(tmp_path / "missing.json", "there is no such file")
    refused(tmp_path / "net.pt", "there are .safetensors, .npz, .json")
    (tmp_path / "file").write_bytes(b"x")
    refused(tmp_path / "file" / "a.json", "Not a directory")


def good_bytes(suffix: str, folder: Path) -> bytes:
    path = folder / f"good{suffix}"
    weights.write(path, NET, THETA)
    return path.read_bytes()


Mutation = Callable[[bytes], bytes]


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """Changed bytes, a cut, a repetition, at places anywhere in the file."""
    places = draw(st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=5))
    cut = draw(st.none() | st.floats(0, 1))
    twice = draw(st.booleans())

    def mutate(data: bytes) -> bytes:
        changed = bytearray(data)
        for where, new in places:
            at = int(where * len(changed))
            changed[at : at + len(new)] = new
        result = bytes(changed[: int(cut * len(changed))]) if cut is not None else bytes(changed)
        return result * 2 if twice else result

    return mutate


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(weights.READABLE), mutations())
@example(".json", lambda data: data)
def test_mutated_files_load_or_are_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, mutate: Mutation
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = folder / f"mutated{suffix}"
    path.write_bytes(mutate(good_bytes(suffix, folder)))
    found = read_or_sentence(path)
    if isinstance(found, str):
        assert path.name in found
    else:
        assert found.theta.shape == (found.network.size,)
        assert np.isfinite(found.theta).all()


def read_or_sentence(path: Path) -> weights.Weights | str:
    try:
        try:
            return weights.read(path)
        except weights.ActivationNeeded:
            return weights.read(path, activation="tanh")
    except UserError as error:
        return str(error)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(weights.READABLE),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(NET.to_json())), inner),
        max_leaves=8,
    ),
)
def test_any_json_as_the_specification_is_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, value: object
) -> None:
    path = tmp_path_factory.getbasetemp() / f"strange{suffix}"
    weights.write(path, NET, np.append(THETA[:-1], 99))
    rewrite(path, suffix, NET.to_json() | value | {"outputs": 3} if isinstance(value, dict) else value)
    with pytest.raises(UserError, match=r"^strange\."):
        weights.read(path)
