"""Weights as tables for a spreadsheet: what stands in them, and tables that cannot be read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mlpviz.files import weights
from mlpviz.nn.layout import layout
from mlpviz.nn.spec import Hidden, Network
from tests.files.rewriting import replace_member
from tests.files.test_bad_weights import refused

NET = Network(
    2, (Hidden(3, "tanh"),), 3, "softmax", ("länge", "=SUM(A1)"), ("a,b", "b", "c"), features=("x1", "x2", "x1*x2")
)
THETA = np.linspace(-1, 1, NET.size) ** 3


def rows(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))


def test_a_row_for_each_unit_and_a_column_for_each_source(tmp_path: Path) -> None:
    weights.write(tmp_path / "net.csv.zip", NET, THETA)
    arrays = layout(NET.sizes).to_arrays(THETA)
    with zipfile.ZipFile(tmp_path / "net.csv.zip") as archive:
        assert archive.namelist() == ["README.txt", "network.json", "layer1.csv", "layer2.csv"]
        assert Network.from_json(json.loads(archive.read("network.json"))["network"]) == NET
        assert "one table a layer" in archive.read("README.txt").decode()
        first, second = rows(archive, "layer1.csv"), rows(archive, "layer2.csv")
    assert first[0] == ["unit", "länge", "'=SUM(A1)", "x₁·x₂", "bias"]  # no spreadsheet computes a name
    assert [row[0] for row in first[1:]] == ["h1.1", "h1.2", "h1.3"]
    assert second[0] == ["unit", "h1.1", "h1.2", "h1.3", "bias"]
    assert [row[0] for row in second[1:]] == ["a,b", "b", "c"]
    for table, place in ((first, 0), (second, 2)):
        numbers = np.array([[float(cell) for cell in row[1:]] for row in table[1:]])
        assert numbers[:, :-1].tolist() == arrays[f"{place}.weight"].tolist()
        assert numbers[:, -1].tolist() == arrays[f"{place}.bias"].tolist()


def test_a_table_that_a_spreadsheet_saved_again_still_loads(tmp_path: Path) -> None:
    path = tmp_path / "net.csv.zip"
    weights.write(path, NET, THETA)
    with zipfile.ZipFile(path) as archive:
        text = archive.read("layer1.csv").decode("utf-8-sig")
    replace_member(path, "layer1.csv", text.replace("\r\n", "\n") + "\n")
    assert weights.read(path).theta.tobytes() == THETA.tobytes()


HEADER = "unit,a,b,c,bias\n"


@pytest.mark.parametrize(
    ("member", "content", "words"),
    [
        ("layer1.csv", b"", "no table of comma-separated"),
        ("layer1.csv", HEADER, "a name, numbers and a bias"),
        ("layer1.csv", "unit,bias\nh,1\n", "a name, numbers and a bias"),
        ("layer1.csv", f"{HEADER}h,1,2\n", "as many as its header"),
        ("layer1.csv", f"{HEADER}h,1,2,x,4\n", "no number: could not convert string to float: 'x'"),
        ("layer1.csv", f"{HEADER}h,1,2,,4\n", "no number"),
        ("layer1.csv", HEADER + "h,1,2,nan,4\n" * 3, "0.weight holds NaN or infinity at [1, 3]"),
        ("layer1.csv", HEADER + "h,1,2,3,4\n" * 2, "0.weight has the shape (2, 3); the network needs (3, 3)"),
        ("layer1.csv", b"\xff\xfe\x00", "not UTF-8"),
        ("layer1.csv", f'{HEADER}"h,1', "no table of comma-separated"),
        ("layer1.csv", "," * (9 << 20), "more cells than any layer"),
        ("layer3.csv", HEADER + "h,1,2,3,4\n", "'4.weight', which the network does not have"),
        ("layer0.csv", HEADER, "holds 'layer0.csv'"),
        ("evil.py", "1", "holds 'evil.py'"),
        ("network.json", "{}", "must say that its format"),
        ("network.json", "[]", "must be a JSON object"),
        ("network.json", "{", "not valid JSON"),
        ("network.json", '{"format": "mlpviz-weights", "version": 2}', "newer mlpviz"),
        ("network.json", '{"format": "mlpviz-weights", "version": 1}', "lacks the network's specification"),
    ],
)
def test_bad_tables(tmp_path: Path, member: str, content: str | bytes, words: str) -> None:
    path = tmp_path / "net.csv.zip"
    network = Network(3, (Hidden(3, "tanh"),), 3)
    weights.write(path, network, np.ones(network.size))
    replace_member(path, member, content)
    refused(path, words)


def test_an_archive_without_tables(tmp_path: Path) -> None:
    path = tmp_path / "net.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("network.json", "{}")
    refused(path, "has 0 tables; it needs layer1.csv")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("layer1.csv", HEADER)
    refused(path, "'network.json' is missing")
