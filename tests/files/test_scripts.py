"""The scripts for NumPy and PyTorch, run by bare interpreters and held against mlpviz."""

from __future__ import annotations

import ast
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

from mlpviz.errors import UserError
from mlpviz.files import weights
from mlpviz.nn import evaluate
from mlpviz.nn.features import standard_of
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Hidden, Network
from tests.files.networks import WORDS
from tests.files.scripting import called, predictions, stopped
from tests.files.test_onnx import ENDS, FEATURES
from tests.optional import TORCH, needs_torch

NUMPY = sys.executable
SCRIPTS = [(NUMPY, "_numpy.py"), pytest.param(TORCH, "_torch.py", marks=needs_torch)]
MORE = (*FEATURES, ("max(x1, 0.5)", "min(x2, exp(1))*2**x1", "where(x2 <= 0, max(2, 3)**-1, -1)"))


def cases() -> list[tuple[Network, Array, Array]]:
    """(network, θ, X): every activation, loss and output, feature map and standardisation, in turn."""
    found = []
    ends = itertools.cycle(ENDS)
    for word, features, scaled in itertools.product(WORDS, MORE, (False, True)):
        draw = np.random.default_rng(len(found))
        loss, end = next(ends)
        outputs = {"logistic": 1, "softmax": 3}.get(loss, 2)
        hidden = (Hidden(5, word), Hidden(3, "softsign"))
        network = Network(2, hidden, outputs, loss, output_activation=end, features=features)
        if scaled:
            seen = draw.normal(size=(30, network.fan_in)) + 0.5
            seen[:, 0] = 0.25  # a constant
            standard = standard_of(seen)
            network = Network(2, hidden, outputs, loss, output_activation=end, features=features, standard=standard)
        found.append((network, draw.normal(size=network.size), draw.normal(size=(20, 2))))
    return found


def hold(folder: Path, python: str, suffix: str, dtype: str, tolerance: float) -> None:
    made = cases()
    paths = [folder / f"net{place}{suffix}" for place in range(len(made))]
    for path, (network, theta, _) in zip(paths, made, strict=True):
        weights.write(path, network, theta, dtype=dtype)
    found = predictions(python, paths, [X for _, _, X in made])
    for (logits, output, types), (network, theta, X) in zip(found, made, strict=True):
        assert {kind.removeprefix("torch.") for kind in types} == {dtype}
        expected = evaluate.forward(network, theta, X)
        scale = 1 + np.abs(expected.logits).max()
        np.testing.assert_allclose(
            logits, expected.logits, rtol=tolerance, atol=tolerance * scale, err_msg=str(network)
        )
        np.testing.assert_allclose(
            output, expected.output, rtol=tolerance, atol=tolerance * scale, err_msg=str(network)
        )


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-14), ("float32", 1e-5)])
def test_numpy_scripts_predict_the_same(tmp_path: Path, dtype: str, tolerance: float) -> None:
    hold(tmp_path, NUMPY, "_numpy.py", dtype, tolerance)


@needs_torch
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-13), ("float32", 1e-5)])
def test_torch_scripts_predict_the_same(tmp_path: Path, dtype: str, tolerance: float) -> None:
    hold(tmp_path, TORCH, "_torch.py", dtype, tolerance)


NAMES = ('"""\n', "\\", "a\r\nimport os", "'", "\u2028x", "=1+1", "\x00", "\ud800")


def hostile() -> tuple[Network, Array]:
    network = Network(
        8, (Hidden(2, "formula: t *\n max(t,\t1)"),), 1, "logistic", NAMES, NAMES[:2], features=("x1", "x8")
    )
    return network, np.linspace(-1, 1, network.size)


@pytest.mark.parametrize("suffix", ["_numpy.py", "_torch.py"])
def test_no_name_becomes_code(tmp_path: Path, suffix: str) -> None:
    network, theta = hostile()
    weights.write(tmp_path / f"a{suffix}", network, theta)
    text = (tmp_path / f"a{suffix}").read_text("utf-8")
    tree = ast.parse(text)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= {"csv", "sys", "numpy", "torch"}
    assert max(map(len, text.splitlines())) < 300


def test_tables_with_hostile_names_come_back(tmp_path: Path) -> None:
    network, theta = hostile()
    network = Network(8, network.hidden, 1, "logistic", (*NAMES[:-1], "x"), NAMES[:2])
    theta = np.linspace(-1, 1, network.size)
    weights.write(tmp_path / "a.csv.zip", network, theta)
    back = weights.read(tmp_path / "a.csv.zip")
    assert back.network == network
    assert back.theta.tobytes() == theta.tobytes()


@pytest.mark.parametrize(("python", "suffix"), SCRIPTS)
def test_called_with_a_table_a_script_predicts_for_its_rows(tmp_path: Path, python: str, suffix: str) -> None:
    network = Network(2, (Hidden(3, "gelu"),), 2, input_names=("länge", "breite"))
    theta = np.linspace(-1, 1, network.size)
    script, table = tmp_path / f"net{suffix}", tmp_path / "table.csv"
    weights.write(script, network, theta)
    X = [[0.1, 2.0], [-3.5, 1e-3], [4.0, 5.0]]
    table.write_text("\ufefflänge,breite,ziel\n" + "".join(f"{a},{b},9\n" for a, b in X), "utf-8")
    lines = called(python, script, table).splitlines()
    expected = evaluate.predict(network, theta, np.array(X))
    for line, x, y in zip(lines, X, expected, strict=True):
        left, right = line.split(" -> ")
        assert [float(word) for word in left.split()] == x
        np.testing.assert_allclose([float(word) for word in right.split()], y, rtol=1e-13)
    assert len(called(python, script).splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n3,four\n", ", line 3, column 2: 'four' is not a finite number"),
        ("1,2\n\n,4\n", ", line 3, column 1: '' is not a finite number"),
        ("1,zwei\n3,4\n", ", line 1, column 2: 'zwei' is not a finite number"),
        ("a,b\nc,d\n", ", line 2, column 1: 'c' is not a finite number"),
        ('a,b\n1,"2\n3"\n', ", line 3, column 2: '2\\n3' is not a finite number"),
        ("nan,2\n", ", line 1, column 1: 'nan' is not a finite number"),
        ("1,2\n3,-inf\n", ", line 2, column 2: '-inf' is not a finite number"),
        ("1;2\n", " has no row of numbers"),
        ("1\n", ", line 1: the row has 1 of 2 numbers"),
        ("", " has no row of numbers"),
        ("a,b\n", " has no row of numbers"),
        ("a,b\n1,2\n3," + "x" * 200_000, " is not a CSV file in UTF-8: field larger than field limit (131072)"),
    ],
)
@pytest.mark.parametrize(("python", "suffix"), SCRIPTS)
def test_a_table_that_cannot_be_used_is_told_in_one_sentence(
    tmp_path: Path, python: str, suffix: str, text: str, says: str
) -> None:
    network = Network(2, (Hidden(3, "tanh"),), 1)
    script, table = tmp_path / f"net{suffix}", tmp_path / "table.csv"
    weights.write(script, network, np.ones(network.size))
    table.write_text(text, "utf-8")
    assert stopped(python, script, table) == f"{table}{says}"


@pytest.mark.parametrize(("python", "suffix"), SCRIPTS)
def test_a_file_that_is_no_table_is_told_in_one_sentence(tmp_path: Path, python: str, suffix: str) -> None:
    script, table = tmp_path / f"net{suffix}", tmp_path / "table.csv"
    weights.write(script, Network(2, (Hidden(3, "tanh"),), 1), np.ones(13))
    assert stopped(python, script, table) == f"{table} cannot be read: No such file or directory"
    table.write_bytes(b"a,b\n1,2\n\xff,3\n")
    assert stopped(python, script, table).startswith(f"{table} is not a CSV file in UTF-8: ")


@pytest.mark.parametrize(("python", "suffix"), SCRIPTS)
def test_columns_behind_the_inputs_may_hold_anything(tmp_path: Path, python: str, suffix: str) -> None:
    script, table = tmp_path / f"net{suffix}", tmp_path / "table.csv"
    weights.write(script, Network(2, (Hidden(3, "tanh"),), 1), np.ones(13))
    table.write_text("a,b,kind\n1,2,yes\n \n3,4\n")
    assert [line.split(" -> ")[0] for line in called(python, script, table).splitlines()] == ["1.0 2.0", "3.0 4.0"]


@pytest.mark.parametrize(("python", "suffix"), SCRIPTS)
def test_a_large_net_stays_exact_and_loads_quickly(tmp_path: Path, python: str, suffix: str) -> None:
    network = Network(30, (Hidden(300, "relu"), Hidden(300, "tanh")), 3, "softmax")
    theta = 0.1 * np.random.default_rng(1).normal(size=network.size)
    X = np.random.default_rng(2).normal(size=(5, 30))
    path = tmp_path / f"net{suffix}"
    weights.write(path, network, theta)
    assert path.stat().st_size < 24 * network.size
    ((logits, _, _),) = predictions(python, [path], [X])
    np.testing.assert_allclose(logits, evaluate.logits(network, theta, X), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("suffix", ["_numpy.py", "_torch.py"])
def test_scripts_are_not_read_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"net{suffix}"
    weights.write(path, Network(), np.ones(3))
    with pytest.raises(UserError, match=rf"^net{suffix}: a script is for other programs; mlpviz reads \.safetensors, "):
        weights.read(path)
