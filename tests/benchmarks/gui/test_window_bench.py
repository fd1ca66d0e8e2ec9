"""The window's bench: its figures' names, on all cores and on one; nothing here asserts a time."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mlpviz.bench import gui
from mlpviz.bench.schema import SCHEMA_TEXT
from mlpviz.cli.dispatch import dispatch

FIGURES = {
    "headless_steps_per_second", "share_of_headless", "steps_per_second", "frames_per_second", "frame_ms_p50",
    "frame_ms_p99", "pause_ms_p50", "pause_ms_worst", "yardstick_seconds",
}  # fmt: skip


def test_the_window_is_measured_on_all_cores_and_on_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gui, "QUICK_SECONDS", 0.6)
    assert dispatch(["bench", "--gui", "--quick", "--json"], None) == 0
    result = json.loads(capsys.readouterr().out)
    assert result.keys() >= FIGURES | {"machine", "start_ratio", "memory_ratio"}
    pinned = gui.cores() > 1 and hasattr(os, "sched_setaffinity")
    assert len(result["cores"]) == 1 + pinned
    assert all(row.keys() == FIGURES | {"cores"} for row in result["cores"])
    assert all(key in SCHEMA_TEXT for key in result)
    assert result["cores"][-1]["cores"] == "one core" or not pinned
    text = gui.table(result)
    assert all(row["cores"] in text for row in result["cores"])


def test_the_picture_has_the_themes_colours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = {
        "machine": {"processor": "P", "vector_width": "V"},
        "linear": [{"by": by, "work": "w", "lines": [{"backend": "numpy", "points": [[1, 1.0], [2, 2.0]],
                    "exponent": 1.0}]} for by in ("rows", "parameters")],
    }  # fmt: skip
    monkeypatch.setattr("mlpviz.bench.core.run", lambda *words: result)
    file = tmp_path / "linear.svg"
    assert dispatch(["bench", "--json", "--plot", str(file)], None) == 0
    text = file.read_text("utf-8")
    assert "#00796B" in text
    assert "#1B1F24" in text


def test_a_window_that_cannot_open_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    assert dispatch(["bench", "--gui", "--quick"], None) == 1
    assert capsys.readouterr().err.count("\n") == 1
