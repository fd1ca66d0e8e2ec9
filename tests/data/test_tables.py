"""Tables that are read: every spelling of a good one, and back to the last bit."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.datasets import DATASETS
from mlpviz.data.realise import realise
from mlpviz.data.spec import TABLE, DataSpec, Table
from mlpviz.data.tables import from_arrays, read_table, write_csv
from mlpviz.nn.layout import Array

BINARY = "x,y,class\n1,2,a\n3,4,b\n5,6,a\n"


def read(folder: Path, text: str | bytes, name: str = "t.csv", **options: str) -> Table:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_table(path, **options)


@pytest.mark.parametrize(
    "text",
    [
        BINARY,
        BINARY.rstrip("\n"),
        BINARY.replace("\n", "\r\n"),
        BINARY.replace("\n", "\r"),
        BINARY.replace(",", ";"),
        BINARY.replace(",", "\t"),
        BINARY.replace(",", ", "),
        "\ufeff" + BINARY,
        "\n\n" + BINARY.replace("\n", "\n\n"),
        '"x","y","class"\n"1",2,"a"\n3,4,"b"\n5,6,"a"\n',
        "x,y,class\n1.0,2e0,a\n+3,4,b\n5,.6e1,a\n,,\n",
        "x,y,class\n1\x1d,2,a\n3,4\xa0,b\n5,6,a\x1f\n",
    ],
)
def test_spellings_of_one_table(tmp_path: Path, text: str) -> None:
    table = read(tmp_path, text)
    assert table.X.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert table.y.tolist() == [[0], [1], [0]]
    assert (table.task, table.input_names, table.target_names) == ("binary", ("x", "y"), ("class",))
    assert table.class_names == ("a", "b")
    assert table.source == "t.csv"
    assert not table.X.flags.writeable
    assert not table.y.flags.writeable


def test_without_a_header_columns_are_numbered(tmp_path: Path) -> None:
    table = read(tmp_path, "1,2,0.5\n3,4,0.25\n")
    assert table.input_names == ("x1", "x2")
    assert table.target_names == ("y",)
    assert table.task == "regression"
    assert table.X.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2.5\n3,4\n", 2),
        ("1,2.5\n3,4\n5,6\n", 3),
        ("a,a\n1,2.5\n3,4\n", 2),
        ("1,x\n2,z\n", 2),
        ("x,\n1,p\n2,q\n", 2),
    ],
)
def test_the_header_is_told_from_data(tmp_path: Path, text: str, rows: int) -> None:
    assert len(read(tmp_path, text).X) == rows


@pytest.mark.parametrize(
    ("target", "names", "X"),
    [
        (None, ("a", "b"), [[1, 2], [4, 5]]),
        ("c", ("a", "b"), [[1, 2], [4, 5]]),
        ("a", ("b", "c"), [[2, 3.5], [5, 6]]),
        ("2", ("a", "c"), [[1, 3.5], [4, 6]]),
        ("a,c", ("b",), [[2], [5]]),
    ],
)
def test_a_chosen_target(tmp_path: Path, target: str | None, names: tuple[str, ...], X: list[list[float]]) -> None:
    text = "a,b,c\n1,2,3.5\n4,5,6\n"
    path = tmp_path / "t.csv"
    path.write_text(text)
    table = read_table(path, target=target)
    assert table.input_names == names
    assert table.X.tolist() == X


def test_several_targets_are_regression_on_each(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b,c\n1,0,1\n4,1,0\n", target="b, c")
    assert table.task == "regression"
    assert table.y.tolist() == [[0, 1], [1, 0]]
    assert table.target_names == ("b", "c")


@pytest.mark.parametrize(
    ("cells", "task", "classes"),
    [
        (["no", "yes", "no"], "binary", ("no", "yes")),
        (["0", "1", "1"], "binary", ("0", "1")),
        (["-1", "1", "1"], "binary", ("−1", "+1")),
        (["-1", "+1", "1.0"], "binary", ("−1", "+1")),
        (["2", "10"], "binary", ("2", "10")),
        (["2", "10", "3"] * 2, "classes", ("2", "3", "10")),
        (["2", "10", "3"], "regression", ()),
        ([str(i) for i in range(11)] * 2, "regression", ()),
        (["0.5", "1"], "regression", ()),
        (["1000000000", "0"], "regression", ()),
        (["1", "b", "c"], "classes", ("1", "b", "c")),
    ],
)
def test_the_target_decides_the_task(tmp_path: Path, cells: list[str], task: str, classes: tuple[str, ...]) -> None:
    table = read(tmp_path, "".join(f"{i},{cell}\n" for i, cell in enumerate(cells)))
    assert table.task == task
    assert table.class_names == classes


def test_the_task_can_be_overruled(tmp_path: Path) -> None:
    text = "x,y\n1,0\n2,1\n3,0\n"
    assert read(tmp_path, text, task="regression").y.tolist() == [[0], [1], [0]]
    table = read(tmp_path, "x,y\n1,0.5\n2,-1.5\n3,0.5\n", task="classes")
    assert table.class_names == ("−1.5", "0.5")
    assert table.y.tolist() == [[1], [0], [1]]


@pytest.mark.parametrize("word", ["", "NA", "n/a", "NaN", "?", "null"])
def test_missing_values_are_dropped_or_filled(tmp_path: Path, word: str) -> None:
    text = f"a,b,y\n1,{word},0.5\n3,4,1.5\n5,8,2.5\n"
    assert read(tmp_path, text, missing="drop").X.tolist() == [[3, 4], [5, 8]]
    assert read(tmp_path, text, missing="mean").X.tolist() == [[1, 6], [3, 4], [5, 8]]
    dropped = read(tmp_path, f"a,y\n1,0.5\n2,{word}\n3,1.5\n", missing="drop")
    assert dropped.y.tolist() == [[0.5], [1.5]]


def test_long_tables_are_read_in_blocks(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(20_000, 3))
    table = read(tmp_path, "a,b,y\n" + "\n".join(",".join(map(repr, row)) for row in X.tolist()))
    assert np.array_equal(np.hstack([table.X, table.y]), X)


# ---- NPZ, JSON, arrays


def both(folder: Path, X: object, y: object) -> list[Table]:
    np.savez(folder / "t.npz", X=np.array(X), y=np.array(y))
    (folder / "t.json").write_text(json.dumps({"X": X, "y": y}))
    return [read_table(folder / "t.npz"), read_table(folder / "t.json")]


@pytest.mark.parametrize(
    ("X", "y", "task", "classes"),
    [
        ([[1, 2], [3, 4.5]], [0.25, 1], "regression", ()),
        ([[1, 2], [3, 4]], [[0.25, 1], [2, 3]], "regression", ()),
        ([1.5, 2.5], ["b", "a"], "binary", ("a", "b")),
        ([[1.5], [2.5]], [[-1], [1]], "binary", ("−1", "+1")),
        ([[1], [2]], [True, False], "binary", ("False", "True")),
    ],
)
def test_npz_and_json_say_the_same(tmp_path: Path, X: object, y: object, task: str, classes: tuple[str, ...]) -> None:
    npz, made = both(tmp_path, X, y)
    for table in (npz, made):
        assert table.task == task
        assert np.array_equal(table.X, np.array(X, dtype=float).reshape(len(table.X), -1))
        assert np.array_equal(table.y, npz.y)
    if y != [True, False]:
        assert npz.class_names == made.class_names == classes


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "uint64", ">f8", "bool"])
def test_arrays_of_other_types_become_float64(dtype: str) -> None:
    X = np.asfortranarray(np.array([[1, 0], [0, 1], [1, 1]], dtype=dtype))
    table = from_arrays("t", X, np.array([0.5, 1.5, 2.5]))
    assert table.X.dtype == np.float64
    assert table.X.flags.c_contiguous
    assert np.array_equal(table.X, X.astype(float))


def test_a_table_does_not_share_the_caller_s_array() -> None:
    X, y = np.ones((3, 2)), np.array([[0.5, 1], [1, 2], [2, 3]])
    table = from_arrays("t", X, y)
    X[:], y[:] = 7, 7
    assert table.X[0, 0] == 1
    assert table.y[0, 0] == 0.5


# ---- back


@pytest.mark.parametrize("name", [name for name in DATASETS if name != TABLE])
def test_every_data_set_round_trips_exactly(tmp_path: Path, name: str) -> None:
    data = realise(DataSpec(name, noise=0.1, classes=4))
    path = tmp_path / "out.csv"
    text = write_csv(data, path)
    out = io.StringIO()
    assert write_csv(data, out) == text == out.getvalue()
    assert path.read_bytes() == text.encode()
    table = read_table(path, target=",".join(data.target_names))
    assert table.X.tobytes() == data.X.tobytes()
    assert table.y.tobytes() == data.y.tobytes()
    assert (table.task, table.class_names) == (data.task, data.class_names)
    assert (table.input_names, table.target_names) == (data.input_names, data.target_names)


floats = st.floats(-1e100, 1e100)


@given(st.lists(st.tuples(floats, floats, floats), min_size=3, max_size=20, unique_by=lambda row: row[2]))
def test_any_floats_round_trip_exactly(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, ...]]) -> None:
    values: Array = np.array(rows)
    table = from_arrays("t", values[:, :2], values[:, 2], "regression")
    path = tmp_path_factory.mktemp("round") / "t.csv"
    write_csv(realise(DataSpec(TABLE, table=table)), path)
    again = read_table(path, task="regression")
    assert again.X.tobytes() == table.X.tobytes()
    assert again.y.tobytes() == table.y.tobytes()


words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)


@given(st.lists(words.map(lambda word: "w" + word), min_size=2, max_size=12).filter(lambda w: len(set(w)) > 1))
def test_any_words_round_trip_as_classes(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    table = from_arrays("t", np.arange(len(cells), dtype=float), np.array(cells))
    path = tmp_path_factory.mktemp("round") / "t.csv"
    write_csv(realise(DataSpec(TABLE, table=table)), path)
    again = read_table(path)
    assert again.class_names == table.class_names == tuple(sorted(set(cells)))
    assert np.array_equal(again.y, table.y)
