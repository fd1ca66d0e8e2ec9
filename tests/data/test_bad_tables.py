"""Tables that are refused: in one sentence that says where, whatever the bytes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlpviz.data.npz import MAX_MEMBER_BYTES
from mlpviz.data.sheet import MAX_TEXT_BYTES
from mlpviz.data.strokes import from_table
from mlpviz.data.tables import from_arrays, read_table
from mlpviz.errors import UserError

GOOD = "a,b,y\n1,2,0.5\n3,4,1.5\n5,6,2.5\n"


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(UserError) as caught:
        read_table(path, **options)
    text = str(caught.value)
    assert path.name in text
    assert "\n" not in text
    assert text.endswith(".")
    assert len(text) < 500
    return text


def csv_refusal(folder: Path, text: str | bytes, **options: str) -> str:
    path = folder / "t.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return refusal(path, **options)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("\n \n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("a,b\n", "0 rows"),
        ("1,2\n", "1 row of data"),
        ("a,b\n1,2\n", "1 row of data"),
        ("1\n2\n3\n", "one column"),
        (GOOD + "7,8\n", "row 5: 2 cells where the first row has 3"),
        (GOOD + "\n\n7,8,9,10\n", "row 7: 4 cells"),
        (GOOD + "7,,9\n", "row 5, column 'b': the cell is empty"),
        (GOOD + "7,8,\n", "row 5, column 'y': the target is missing"),
        (GOOD + "7,NaN,9\n", "row 5, column 'b': 'NaN' is no number"),
        (GOOD + "7,inf,9\n", "row 5, column 'b': 'inf' is not a finite number"),
        (GOOD + "7,1e999,9\n", "row 5, column 'b': '1e999' is not a finite number"),
        (GOOD + "7,1e101,9\n", "row 5, column 'b': 1e+101 is too large"),
        (GOOD + "7,8,nan\n", "row 5, column 'y': 'nan' is not a finite number"),
        (GOOD + "7,8,-inf\n", "row 5, column 'y': '-inf' is not a finite number"),
        (GOOD + "7,8,x\n", "row 5, column 'y': 'x' is not a number, while most of the column is"),
        (GOOD + "7,red,9\n", "row 5, column 'b': 'red' is not a number"),
        (GOOD + "7,1_0,9\n", "row 5, column 'b': '1_0' is not a number"),
        ("a,b,y\n1,'2',3\n", "row 2, column 'b'"),
        ("a;y\n1,5;2\n2,5;3\n", "row 2, column 'a': '1,5' is not a number: write decimals with a point"),
        ("1,2,0.5\n3,red,4.5\n", "row 2, column 2: 'red' is not a number"),
        ("2019,2020,y\n1,2,0\n3,4,1\n5,6,0\n", "row 1, column 3: 'y' is not a number"),
        ('a,b\n1,"2\n3,4\n', "quotation mark"),
        ('a,b\n1,2\n"3"x,4\n', "row 3: text follows the closing quotation mark"),
        ('a,b\n"1\n1",2\n', "row 2, column 'a'"),
        ('a,b\n"1\n",2\n3,x\n4,5\n5,6\n', "row 4, column 'b': 'x' is not"),
        ("a,y\n1,red\n2,red\n", "every row has the target 'red'"),
        ("a,y\n1,3\n2,3\n", "every row has the target '3'"),
        ("a,b\n\xe9,1\n".encode("latin-1"), "row 2: this is not UTF-8"),
        (GOOD.encode("utf-16"), "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not UTF-8"),
        (",".join(["1"] * 4098) + "\n" + ",".join(["1"] * 4098), "4,097 input columns"),
        (",".join(["1"] * 9000) + "\n", "9,000 columns"),
        ("a,y\n" + "".join(f"{i},w{i}\n" for i in range(1025)), "1,025 different words"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in csv_refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"target": "z"}, "no column 'z' for the target; there are 'a', 'b', 'y', or 1 to 3"),
        ({"target": "0"}, "no column '0'"),
        ({"target": "4"}, "no column '4'"),
        ({"target": "9" * 5000}, "no column"),
        ({"target": "a,a"}, "twice"),
        ({"target": "a,b,y"}, "0 input columns"),
        ({"target": "a,b", "task": "classes"}, "2 targets are regression"),
    ],
)
def test_a_target_that_is_not_there(tmp_path: Path, options: dict[str, str], said: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(GOOD)
    with pytest.raises(UserError, match=re.escape(said)):
        read_table(path, **options)


def test_ambiguous_and_useless_columns(tmp_path: Path) -> None:
    assert "2 columns 'a'" in csv_refusal(tmp_path, "a,a,y\n1,2,3.5\n4,5,6\n", target="a")
    assert "column 'a' has no number at all" in csv_refusal(tmp_path, "a,b,y\n,2,3.5\n,5,6\n", missing="mean")
    assert "after rows with missing values are dropped" in csv_refusal(tmp_path, "a,y\n,2\n,5\n1,2\n", missing="drop")
    assert "target is missing" in csv_refusal(tmp_path, "a,y\n1,\n2,5\n1,2\n", missing="mean")


def test_unknown_options_and_files(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(GOOD)
    for options in ({"missing": "guess"}, {"task": "both"}):
        with pytest.raises(UserError, match="Unknown"):
            read_table(path, **options)
    assert ".csv, .npz, .json" in refusal(tmp_path / "t.xlsx")
    assert "no suffix" in refusal(tmp_path / "t")
    assert "No such file" in refusal(tmp_path / "gone.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be read" in refusal(tmp_path / "folder.csv")
    (tmp_path / "t.json").write_text("{}")
    assert "only a CSV" in refusal(tmp_path / "t.json", target="y")


def test_too_many_rows(tmp_path: Path) -> None:
    assert "1,000,002 rows" in csv_refusal(tmp_path, "1,2\n" * 1_000_002)


def test_too_many_cells_and_lines_that_never_end(tmp_path: Path) -> None:
    wide = ",".join(["1"] * 4000) + "\n"
    assert "10,400,000 cells" in csv_refusal(tmp_path, wide * 2600)
    assert "row 2: a line of 20,000,000 characters" in csv_refusal(tmp_path, "1,2\n" + "," * 20_000_000 + "\n")
    assert "too long" in csv_refusal(tmp_path, "," * 20_000_000)


def test_text_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    for name in ("t.csv", "t.json"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(MAX_TEXT_BYTES + 1)
        assert "up to 32 MB" in refusal(tmp_path / name)


# ---- JSON


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "row 1, column 1: not JSON"),
        ('{"X": [[1],\n[2]], "y": }', "row 2, column"),
        ("[1, 2]", "must be a JSON object with X"),
        ('{"X": [[1], [2]]}', "must be a JSON object with X"),
        ('{"X": 5, "y": [1, 2]}', "must be a JSON object with X"),
        ('{"X": [], "y": []}', "X is empty"),
        ('{"X": [[1], [2]], "y": [1]}', "(2, 1) and (1,)"),
        ('{"X": [[1, 2], [3]], "y": [1, 2]}', "row 2 of X: 1 numbers where the first row has 2"),
        ('{"X": [[1, 2], 3], "y": [1, 2]}', "row 2 of X: 3 where the first row has 2"),
        ('{"X": [[1, 2], [3, "x"]], "y": [1, 2]}', "row 2 of X, column 2: 'x' is not a number"),
        ('{"X": [[1, 2], [3, null]], "y": [1, 2]}', "row 2 of X, column 2: None is not a number"),
        ('{"X": [[1, 2], [3, [4]]], "y": [1, 2]}', "row 2 of X, column 2: [4] is not a number"),
        ('{"X": [[1], [NaN]], "y": [1, 2]}', "row 2 of X, column 1: nan is not a finite number"),
        ('{"X": [[1], [-Infinity]], "y": [1, 2]}', "row 2 of X, column 1: -inf is not a finite number"),
        ('{"X": [[1], [2]], "y": [NaN, 2]}', "row 1 of y: 'nan' is not a finite number"),
        ('{"X": [[1], [2]], "y": [[NaN, 2], [1, 2]]}', "row 1 of y, column 1: nan is not"),
        ('{"X": [[1], [2]], "y": [null, 2]}', "row 1 of y: null is neither a number nor a word"),
        ('{"X": [[1], [2]], "y": ["", "a"]}', "row 1 of y: the target is empty"),
        ('{"X": [[1], [2]], "y": ["a", "a"]}', "every row has the target 'a'"),
        ('{"X": [[1], [2]], "y": [[], []]}', "(2, 0)"),
        ('{"X": [[1], [1' + "0" * 400 + ']], "y": [1, 2]}', "whole number that is too large"),
        ('{"X": [[1], [' + "1" * 5000 + ']], "y": [1, 2]}', "too many digits"),
        ('{"X": ' + "[" * 200_000 + "]" * 200_000 + ', "y": [1]}', "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
        ('{"X": [[1], [2]], "y": ["' + "a" * 2000 + '", "b"]}', "2,000 characters"),
    ],
)
def test_odd_json(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    assert said in refusal(path)


# ---- NPZ


def header(shape: str, descr: str = "'<f8'", version: bytes = b"\x01\x00") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + version + len(text).to_bytes(2 if version[0] == 1 else 4, "little") + text


def archive(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("X", "said"),
    [
        (header("(1000000000, 1000)"), "claims the shape"),
        (header("(-2, 4)"), "claims the shape"),
        (header("(2, 2)"), "claims the shape"),
        (header("(2,)", "'|O'") + bytes(16), "Python objects"),
        (header("(2,)", "'<c16'") + bytes(32), "must hold numbers"),
        (header("(2,)", "'<M8[s]'") + bytes(16), "must hold numbers"),
        (header("(2,)", "[('a', '<f8')]") + bytes(16), "must hold numbers"),
        (header("(2, 1, 1)") + bytes(16), "(2, 1, 1)"),
        (header("()") + bytes(8), "X must be"),
        (header("(2, 0)"), "0 columns"),
        (header("(2, 5000)") + bytes(80_000), "5,000 columns"),
        (header("(1000001,)", "'|i1'") + bytes(1_000_001), "1,000,001 rows"),
        (header("(2,)") + np.array([1, np.nan]).tobytes(), "row 2 of X, column 1: nan is not a finite number"),
        (header("(2,", "'<f8'") + bytes(16), "not a whole NumPy archive"),
        (header("(2,)", "'<f8'", b"\x09\x00") + bytes(16), "not a whole NumPy archive"),
        (header("(2L,)") + bytes(16), "not a whole NumPy archive"),
        (b"", "not a whole NumPy archive"),
        (b"\x93NUMPY\x01\x00\xff\xff", "not a whole NumPy archive"),
    ],
)
def test_odd_npz(tmp_path: Path, X: bytes, said: str) -> None:
    rows = 1_000_001 if b"1000001" in X else 2
    y = io.BytesIO()
    np.save(y, np.arange(rows))
    assert said in refusal(archive(tmp_path / "t.npz", {"X.npy": X, "y.npy": y.getvalue()}))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    count = MAX_MEMBER_BYTES // 8 + 1
    path = tmp_path / "t.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file, file.open("X.npy", "w") as member:
        member.write(header(f"({count // 32 + 1}, 32)"))
        for _ in range(MAX_MEMBER_BYTES // 2**20 + 1):
            member.write(bytes(2**20))
    assert path.stat().st_size < 4 * 2**20
    assert "mlpviz takes up to 256 MB" in refusal(path)


def test_broken_archives(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    np.savez_compressed(path, X=np.arange(100.0), y=np.arange(100.0))
    whole = path.read_bytes()
    for data in (b"", b"PK", whole[:200], whole[:-30], whole[:100] + b"\xff" * 60 + whole[160:]):
        path.write_bytes(data)
        assert "not a whole NumPy archive" in refusal(path)
    np.savez(path, a=np.arange(3.0), X=np.arange(3.0))
    assert "no array 'y'; it has 'a', 'X'" in refusal(path)


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "t.npz"
    np.savez(path, X=np.array([{}, []], dtype=object), y=np.arange(2.0))
    assert "Python objects" in refusal(path)


def test_arrays_that_overflow_are_refused() -> None:
    huge = np.array(["1e400", "1"], dtype=np.longdouble)
    with pytest.raises(UserError, match="row 1 of X, column 1"):
        from_arrays("t", huge, np.array([0.5, 1.5]))
    with pytest.raises(UserError, match="more than mlpviz takes"):
        from_arrays("t", np.zeros(100_000), np.array([f"w{i % 1000}" for i in range(100_000)]))


# ---- whatever the bytes

READERS: list[Callable[[Path], object]] = [read_table, from_table]


def check_survives(path: Path, data: bytes, readers: list[Callable[[Path], object]]) -> None:
    """A reader gives a table or refuses in one sentence; it never fails otherwise."""
    path.write_bytes(data)
    for reader in readers:
        said, found = "", None
        try:
            found = reader(path)
        except UserError as error:
            said = str(error)
        assert found is not None or (said.endswith(".") and "\n" not in said and len(said) < 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@settings(max_examples=400)
@given(data=st.binary(max_size=200))
@example(data=b'\r"')
@example(data=b"0,0\r0,0\n\n0")
def test_any_bytes_as_text(folder: Path, data: bytes) -> None:
    check_survives(folder / "t.csv", data, READERS)
    check_survives(folder / "t.json", data, READERS[:1])


@settings(max_examples=400)
@given(text=st.text(st.sampled_from('01.5e-+,;\t\n\r" ab_é'), max_size=60))
def test_anything_like_csv(folder: Path, text: str) -> None:
    check_survives(folder / "t.csv", text.encode(), READERS)


mutations = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["set", "cut", "add"]), st.binary(min_size=1, max_size=4)),
    min_size=1,
    max_size=6,
)


def mutated(data: bytes, changes: list[tuple[int, str, bytes]]) -> bytes:
    for place, kind, new in changes:
        at = place % (len(data) + 1)
        end = {"set": at + len(new), "cut": at + 8, "add": at}[kind]
        data = data[:at] + (b"" if kind == "cut" else new) + data[end:]
    return data


@settings(max_examples=300)
@given(changes=mutations)
def test_mutated_csv(folder: Path, changes: list[tuple[int, str, bytes]]) -> None:
    check_survives(folder / "t.csv", mutated(GOOD.encode() * 4, changes), READERS)


@settings(max_examples=300)
@given(changes=mutations, deflated=st.booleans())
def test_mutated_npz(folder: Path, changes: list[tuple[int, str, bytes]], deflated: bool) -> None:
    out = io.BytesIO()
    (np.savez_compressed if deflated else np.savez)(out, X=np.arange(12.0).reshape(6, 2), y=np.arange(6.0))
    check_survives(folder / "t.npz", mutated(out.getvalue(), changes), READERS[:1])


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("Xya"), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=400)
@given(X=values, y=values)
def test_any_json_values(folder: Path, X: object, y: object) -> None:
    check_survives(folder / "t.json", json.dumps({"X": X, "y": y}).encode(), READERS[:1])
