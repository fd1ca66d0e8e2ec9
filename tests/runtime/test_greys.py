"""Pictures in grey: what every format says, what is transparent, what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QColor, QImage

from mlpviz.data.painted import from_grey
from mlpviz.errors import UserError
from mlpviz.runtime import greys
from mlpviz.runtime.greys import read_grey


def saved(path: Path, width: int, height: int, colour: object, form: QImage.Format) -> Path:
    """A picture whose pixel (column, row) has colour(column, row)."""
    image = QImage(width, height, form)
    for row in range(height):
        for column in range(width):
            image.setPixelColor(column, row, colour(column, row))  # type: ignore[operator]
    assert image.save(str(path))
    return path


def ramp(column: int, row: int) -> QColor:
    return QColor(10 * column, 10 * column, 10 * column)


@pytest.mark.parametrize("suffix", ["png", "bmp", "ppm"])
@pytest.mark.parametrize("form", [QImage.Format.Format_RGB32, QImage.Format.Format_Grayscale8])
def test_grey_is_read_to_the_last_level_with_the_top_row_first(tmp_path: Path, suffix: str, form: object) -> None:
    path = saved(tmp_path / f"a.{suffix}", 21, 7, ramp, form)  # type: ignore[arg-type]
    found = read_grey(path)
    assert found.shape == (7, 21)
    np.testing.assert_allclose(found, np.tile(np.arange(21) * 10 / 255, (7, 1)), atol=1e-4)


def test_the_top_of_a_picture_is_the_top_of_the_function(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.png",
        64,
        64,
        lambda column, row: QColor("white" if row < 8 and column < 8 else "black"),
        QImage.Format.Format_RGB32,
    )
    samples = from_grey(read_grey(path)).samples
    assert samples[-1, 0] == pytest.approx(1)  # x₂ = 1, x₁ = 0
    assert samples[0, 0] == 0
    assert samples[-1, -1] == 0


def test_sixteen_levels_of_a_thousand_stay_apart(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.png",
        16,
        1,
        lambda column, row: QColor.fromRgba64(1000 + column, 1000 + column, 1000 + column),
        QImage.Format.Format_RGBX64,
    )
    found = read_grey(path)[0] * 65535
    np.testing.assert_allclose(found, 1000 + np.arange(16), atol=0.6)


def test_what_is_transparent_is_white_and_colours_have_their_brightness(tmp_path: Path) -> None:
    colours = [QColor(0, 0, 0, 0), QColor(0, 0, 0, 255), QColor(255, 0, 0, 255), QColor(0, 255, 0), QColor(0, 0, 255)]
    path = saved(tmp_path / "a.png", 5, 1, lambda column, row: colours[column], QImage.Format.Format_ARGB32)
    np.testing.assert_allclose(read_grey(path)[0], [1, 0, 0.299, 0.587, 0.114], atol=1e-4)
    half = saved(tmp_path / "b.png", 1, 1, lambda column, row: QColor(0, 0, 0, 128), QImage.Format.Format_ARGB32)
    assert read_grey(half)[0, 0] == pytest.approx(1 - 128 / 255, abs=1e-4)


def test_a_large_picture_comes_as_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greys, "ENOUGH", 8)
    path = saved(tmp_path / "a.png", 25, 17, ramp, QImage.Format.Format_RGB32)
    found = read_grey(path)
    assert found.shape == (8, 12)
    np.testing.assert_allclose(found[0], (np.arange(24) * 10 / 255).reshape(12, 2).mean(axis=1), atol=1e-4)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"", "is no picture"),
        (b"x,y\n0,1\n", "is no picture"),
        (b"\x89PNG\r\n\x1a\n", "a.png"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "a.png"
    if content is not None:
        path.write_bytes(content)
    refused(path, words)


def test_a_cut_picture_and_one_of_too_many_pixels_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(
        tmp_path / "a.png", 60, 60, lambda c, r: QColor(c * r % 256, 7 * r % 256, c), QImage.Format.Format_RGB32
    )
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "a.png is damaged")
    path.write_bytes(whole)
    monkeypatch.setattr(greys, "MOST_PIXELS", 3599)
    refused(path, "60 × 60 pixels")


def refused(path: Path, words: str) -> None:
    with pytest.raises(UserError) as caught:
        read_grey(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(path.name)
    assert "\n" not in str(caught.value)


def test_no_application_and_no_display_are_needed(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", 3, 2, ramp, QImage.Format.Format_RGB32)
    code = "import sys; from mlpviz.runtime.greys import read_grey; print(read_grey(sys.argv[1]).shape)"
    bare = {name: word for name, word in os.environ.items() if not name.startswith(("QT_", "DISPLAY", "WAYLAND"))}
    done = subprocess.run([sys.executable, "-c", code, path], env=bare, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("(2, 3)\n", "")
