"""`mlpviz sweep` of a picture: Qt is loaded for it alone, and without a display."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QImage

from mlpviz.data.painted import from_grey
from mlpviz.runtime.greys import read_grey
from tests.cli.calling import refused

LOADED = (
    "import sys; from mlpviz.cli import main; code = main(sys.argv[1:]); print('PyQt6' in sys.modules); sys.exit(code)"
)


def ramp(path: Path) -> Path:
    """Dark at the bottom, bright at the top."""
    pixels = np.repeat(np.arange(99, -1, -1, dtype=np.uint8)[:, None] * 2, 120, axis=1)
    data = np.ascontiguousarray(pixels)
    assert QImage(data.tobytes(), 120, 100, 120, QImage.Format.Format_Grayscale8).save(str(path))
    return path


def swept(*words: object) -> tuple[int, list[str], str]:
    bare = {name: word for name, word in os.environ.items() if not name.startswith(("QT_", "DISPLAY", "WAYLAND"))}
    command = [sys.executable, "-c", LOADED, "sweep", "--dimension", "2", "--widths", "1", "--json", *map(str, words)]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_a_picture_is_swept_without_a_display(tmp_path: Path) -> None:
    path = ramp(tmp_path / "ramp.png")
    code, (line, loaded), err = swept("--function", path)
    assert (code, loaded) == (0, "True")
    assert "No exact limit" in err
    found = json.loads(line)
    samples = from_grey(read_grey(path)).samples
    assert found["function"]["range"] == [samples.min(), samples.max()]
    assert found["points"][0]["rms"] < 0.01  # a ramp is one unit of ReLU
    assert samples[-1, 0] > samples[0, 0]


def test_without_a_picture_qt_is_left_alone() -> None:
    code, (_, loaded), _ = swept("--function", "product")
    assert (code, loaded) == (0, "False")


def test_what_is_no_picture_is_refused_by_its_option(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("hello")
    refused(capsys, ["sweep", "--dimension", "2", "--function", path], "--function: a.png is no picture")
    refused(capsys, ["sweep", "--dimension", "2", "--function", tmp_path / "b.png"], "--function: b.png cannot be read")
