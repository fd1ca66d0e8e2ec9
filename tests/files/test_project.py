"""Documents come back to the last bit, and nothing else is taken for one."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.document.document import Document, SweepResults, SweepSpec, same
from mlpviz.document.edits import new_document
from mlpviz.errors import UserError
from mlpviz.files import project
from tests.files.documents import documents
from tests.files.rewriting import replace_member
from tests.files.test_bad_weights import Mutation, mutations


@settings(max_examples=150, deadline=None)
@given(documents())
def test_a_document_comes_back_to_the_last_bit(document: Document) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mlpviz"
        project.save(document, path)
        first = path.read_bytes()
        back = project.load(path)
        project.save(back, path)
        assert path.read_bytes() == first
    assert same(back, document)
    for array in (
        back.state.theta,
        back.state.history.rows,
        back.function.raw,
        back.painted.samples,
        *back.state.slots.values(),
    ):
        assert not array.flags.writeable


def test_a_file_of_an_older_version_of_the_same_format_takes_defaults(tmp_path: Path) -> None:
    path = tmp_path / "a.mlpviz"
    project.save(new_document(), path)
    edit(path, lambda head: (head["document"].pop("view"), head["document"].pop("painted")))
    assert same(project.load(path), new_document())
    project.save(new_document(), path)
    edit(path, lambda head: [head["document"]["view"].pop(name) for name in ("inputs", "plane_width")])
    assert same(project.load(path), new_document())


def test_a_sweep_of_one_method_and_seed_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mlpviz"
    kept = SweepSpec("tanh", (1, 2), ("gd",), 1, 3, 40)
    document = new_document()
    document = replace(document, sweep=kept, results=SweepResults(kept, document.function))
    project.save(document, path)

    def aged(head: dict[str, Any]) -> None:
        for spec in (head["document"]["sweep"], head["document"]["results"]["spec"]):
            spec["method"] = spec.pop("methods")[0]
            del spec["seeds"]

    edit(path, aged)
    assert same(project.load(path), document)


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change document.json within a file."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(members["document.json"])
    change(head)
    members["document.json"] = json.dumps(head).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def put(*keys: str, value: object) -> Callable[[dict[str, Any]], object]:
    """An edit that sets document[keys…] to `value`."""

    def change(head: dict[str, Any]) -> None:
        place = head["document"]
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda head: head.update(version=2), "a newer mlpviz wrote this (version 2; this one reads up to 1)"),
        (lambda head: head.update(version=None), "its version is None"),
        (lambda head: head.update(format="zip"), "no document of mlpviz"),
        (lambda head: head.pop("document"), "document holds None"),
        (lambda head: head["document"].pop("network"), "document.network is missing"),
        (put("colour", value=1), "document holds 'colour', which this mlpviz does not know"),
        (put("network", "hidden", value=[{"width": 10**9}]), "from 1 to 1,024, not 1000000000"),
        (put("network", "hidden", value={}), "document.network.hidden holds {}"),
        (put("network", "loss", value="no"), "Unknown loss 'no'"),
        (put("network", "inputs", value=3), "The θ has the shape (25,); it must be (29,)"),
        (put("data", "name", value="iris"), "logistic loss does not fit"),
        (put("network", "loss", value="softmax"), "needs at least two outputs"),
        (put("data", "name", value="no"), "Unknown data set 'no'"),
        (put("data", "rows", value=10**9), "The number of rows"),
        (put("data", "rows", value=2.5), "document.data.rows holds 2.5"),
        (put("data", "noise", value="high"), "document.data.noise holds 'high'"),
        (put("data", "noise", value={"float": "nan"}), "The noise must be a number"),
        (put("training", "learning_rate", value=10**400), "which is no number"),
        (put("training", "learning_rate", value=True), "document.training.learning_rate holds True"),
        (put("training", "batch_size", value="all"), "document.training.batch_size holds 'all'"),
        (put("state", "theta", value={"array": "document.function.raw"}), "The θ has the shape (512,)"),
        (put("state", "theta", value={"array": "nowhere"}), "document.state.theta needs an array"),
        (put("state", "theta", value=[1, 2]), "document.state.theta needs an array"),
        (put("state", "slots", value={"v": {"array": "document.state.theta"}}), "Unknown memory of the optimizer sgd"),
        (put("state", "slots", value={"t": {"array": "document.state.theta"}}), "The optimizer's t has the shape"),
        (put("state", "step", value=-1), "The step must be a whole number"),
        (put("state", "history", "rows", value={"array": "document.state.theta"}), "The history has the shape"),
        (put("state", "changes", value=[{"step": 1, "field": "no", "value": 1}]), "recorded change"),
        (put("state", "changes", value=[{"step": 1, "field": "θ[99]", "value": 1}]), "θ[99], which does not exist"),
        (put("state", "changes", value=[{"step": 1, "field": "l1", "value": -1}]), "The penalty λ₁"),
        (put("sweep", "widths", value=[0]), "A width of the sweep"),
        (put("sweep", "steps", value=0), "The sweep's steps"),
        (put("sweep", "seeds", value=0), "The sweep's number of seeds"),
        (put("sweep", "methods", value=["lbfgs"]), "Unknown method of a sweep 'lbfgs'"),
        (put("sweep", "method", value="adam"), "document.sweep holds 'method'"),
        (put("view", "unit", value=[1]), "holds 1 values; it needs 2"),
        (put("view", "workspace", value="kitchen"), "Unknown workspace"),
        (put("view", "inputs", value=3), "The number of inputs of the functions shown must be"),
        (put("view", "inputs", value=True), "document.view.inputs holds True"),
        (put("view", "plane_width", value=257), "two inputs must be a whole number from 1 to 256"),
        (put("painted", "samples", value={"array": "document.function.raw"}), "has 64 × 64 finite samples"),
        (put("painted", "samples", value=[[0]]), "document.painted.samples needs an array"),
        (put("painted", "text", value=1), "document.painted.text holds 1"),
        (put("painted", value=None), "document.painted holds None"),
        (put("data", "name", value="\ud800"), "half a character"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(tmp_path: Path, change: Any, words: str) -> None:
    path = tmp_path / "a.mlpviz"
    project.save(new_document(), path)
    edit(path, change)
    refused(path, words)


def refused(path: Path, words: str) -> None:
    with pytest.raises(UserError) as caught:
        project.load(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path.name}: ")
    assert "\n" not in str(caught.value)


def test_arrays_that_are_no_finite_float64_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mlpviz"
    project.save(new_document(), path)
    whole = path.read_bytes()
    theta = new_document().state.theta
    with zipfile.ZipFile(path) as archive:
        at = whole.index(theta.tobytes())
        assert archive.getinfo("state.theta.npy").file_size == 128 + theta.nbytes
    path.write_bytes(whole[:at] + np.full_like(theta, np.nan).tobytes() + whole[at + theta.nbytes :])
    refused(path, "Bad CRC-32")
    path.write_bytes(whole.replace(b"'<f8'", b"'<i8'"))
    refused(path, "a.mlpviz: ")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    refused(path, "lacks document.json")


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros((64, 63)), "has 64 × 64 finite samples"),
        (np.full((64, 64), np.nan), "64 × 64 finite samples"),
        (np.full((64, 64), 1e301), "stays within ±1e+300"),
        (np.zeros((64, 64), np.float32), "a document's are float64"),
    ],
)
def test_a_painting_of_another_kind_is_refused(tmp_path: Path, samples: np.ndarray, words: str) -> None:
    path = tmp_path / "a.mlpviz"
    project.save(new_document(), path)
    content = io.BytesIO()
    np.save(content, samples)
    replace_member(path, "painted.samples.npy", content.getvalue())
    with pytest.raises(UserError) as caught:
        project.load(path)
    assert words in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(mutations())
def test_mutated_files_load_or_are_refused_in_one_sentence(mutate: Mutation) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mlpviz"
        project.save(new_document(), path)
        path.write_bytes(mutate(path.read_bytes()))
        found = document_or_sentence(path)
    assert isinstance(found, Document) or found.startswith("a.mlpviz: ")


def document_or_sentence(path: Path) -> Document | str:
    try:
        return project.load(path)
    except UserError as error:
        return str(error)


SAVER = """
import sys
from dataclasses import replace
from mlpviz.document.edits import new_document
from mlpviz.files import project
document, path = new_document(), sys.argv[1]
for step in range(10**9):
    project.save(replace(document, state=replace(document.state, step=step)), path)
    if step == 0:
        print("saved", flush=True)
"""


@settings(max_examples=8, deadline=None)
@given(st.floats(0, 0.05))
def test_kill_while_saving_never_harms_the_file(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mlpviz"
        process = subprocess.Popen([sys.executable, "-c", SAVER, str(path)], stdout=subprocess.PIPE)
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"saved\n"
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(seconds)
            process.kill()
        assert process.returncode == -signal.SIGKILL
        assert same(project.load(path).network, new_document().network)
