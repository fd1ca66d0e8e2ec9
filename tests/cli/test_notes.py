"""What `mlpviz train` and `mlpviz sweep` say beside their result."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from mlpviz.cli import notes, output
from mlpviz.nn.compiled import loading
from mlpviz.nn.config import TrainingConfig
from tests.cli.calling import called, refused, result

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("words", "note"),
    [
        (["--data", "plane", "--class-weights", "balanced"],
         "--class-weights has no effect: a regression has no classes."),
        (["--optimizer", "lbfgs", "--batch-size", 5], "--batch-size has no effect: L-BFGS takes the full batch."),
        (["--schedule-period", 5], "--schedule-period has no effect: the schedule constant does not use it."),
        (["--schedule", "cosine", "--schedule-factor", 0.5],
         "--schedule-factor has no effect: the schedule cosine does not use it."),
    ],
)  # fmt: skip
def test_an_option_without_effect_is_told(capsys: Capture, words: list[object], note: str) -> None:
    assert result(capsys, "train", *words, "--epochs", 1)["notes"] == [note]
    code, _, err = called(capsys, "train", *words, "--epochs", 1)
    assert (code, err) == (0, note + "\n")


def test_a_class_without_a_training_row_is_told(capsys: Capture, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b,y\n" + "".join(f"{i},{i % 3},{'rare' if i == 7 else 'abc'[i % 3]}\n" for i in range(30)))
    note = "No training row is of the class 'rare', which therefore cannot be learned."
    found = [result(capsys, "train", "--data", table, "--epochs", 1, "--data-seed", seed)["notes"] for seed in range(9)]
    assert [note] in found
    assert [] in found


def test_kernels_that_are_not_compiled_yet_are_told(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "available", lambda: True)
    monkeypatch.setattr(loading, "ready", lambda: False)
    found = result(capsys, "train", "--epochs", 1)
    says = "NumPy trains: the faster kernels are not compiled yet; `mlpviz train --backend compiled` does that once."
    assert found["notes"] == [says]
    assert found["backend"].startswith("numpy")
    assert called(capsys, "train", "--epochs", 1)[2] == says + "\n"
    assert result(capsys, "train", "--epochs", 1, "--backend", "numpy")["notes"] == []
    assert result(capsys, "train", "--epochs", 1, "--dropout", 0.1)["notes"] == []
    code, out, err = called(capsys, "sweep", "--steps", 1, "--widths", 1, "--json")
    assert (code, err) == (0, says + "\n")
    assert json.loads(out)["notes"] == [says]


def test_the_compiling_of_kernels_is_told_and_not_counted(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def compile_slowly() -> None:
        assert told == ["compiling the kernels, once …"]
        clock[0] += 38.0

    clock = [0.0]
    monkeypatch.setattr(notes.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(notes, "compile_apart", compile_slowly)
    monkeypatch.setattr(notes, "chosen_backend", lambda config, backend: backend)
    monkeypatch.setattr(output.Progress, "__call__", lambda self, text: told.append(text))
    monkeypatch.setattr(loading, "available", lambda: True)
    monkeypatch.setattr(loading, "ready", lambda: False)
    assert notes.have_backend(TrainingConfig(), "compiled") == "The kernels were compiled first, once, in 38 s."
    assert notes.have_backend(TrainingConfig(dropout=0.1), "auto") == ""


def test_ctrl_c_ends_the_compiling_of_kernels_at_once(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "available", lambda: True)
    monkeypatch.setattr(loading, "ready", lambda: False)
    started: list[subprocess.Popen[bytes]] = []

    class Forever(subprocess.Popen[bytes]):
        def __init__(self, words: list[str], **settings: Any) -> None:
            assert words[-2:] == ["-m", "mlpviz.nn.compiled"]
            super().__init__([sys.executable, "-c", "import signal; signal.pause()"], **settings)
            started.append(self)
            threading.Timer(0.3, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT]).start()

    monkeypatch.setattr(notes.subprocess, "Popen", Forever)
    assert called(capsys, "train", "--epochs", 10**9, "--backend", "compiled") == (130, "", "")
    assert started[0].returncode == -signal.SIGTERM


def test_a_backend_that_cannot_train_this_names_its_option(capsys: Capture) -> None:
    refused(capsys, ["train", "--dropout", 0.2, "--backend", "compiled"], "--backend: ")


def test_what_will_not_learn_is_told(capsys: Capture, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b,y\n1,5,1\n2,5,2\n3,5,3.5\n4,5,2.2\n")
    code, _, err = called(capsys, "train", "--data", table, "--standardise", "on", "--epochs", 2)
    assert (code, err) == (0, "The feature is constant and left at 0: b.\n")
    assert result(capsys, "train", "--data", table, "--standardise", "on", "--epochs", 2)["notes"] == [err.strip()]
    code, _, err = called(capsys, "train", "--lock", "1,2,3", "--epochs", 2)
    assert code == 0
    assert err.startswith("All parameters are locked")
