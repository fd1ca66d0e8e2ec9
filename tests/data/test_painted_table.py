"""Functions of two inputs out of tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mlpviz.data.painted import SIDE, axis, preset
from mlpviz.data.painted_table import from_table
from mlpviz.errors import UserError


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "g.csv"
    path.write_text(text)
    return path


def rows(samples: np.ndarray) -> str:
    return "".join(",".join(map(repr, row)) + "\n" for row in samples.tolist())


@pytest.mark.parametrize("head", ["", ",".join(f"c{i}" for i in range(SIDE)) + "\n"])
def test_a_table_of_samples_is_taken_to_the_last_bit(tmp_path: Path, head: str) -> None:
    samples = preset("bumps").samples
    found, note = from_table(written(tmp_path, head + rows(samples)))
    np.testing.assert_array_equal(found.samples, samples)
    assert (note, found.text) == ("", "")
    assert not found.samples.flags.writeable


def test_a_whole_grid_in_any_order_is_bilinear_between_its_places(tmp_path: Path) -> None:
    x1, x2 = [0.0, 0.25, 1.0], [0.0, 1.0]
    lines = [f"{a},{b},{10 * a * b + a}\n" for a in x1 for b in x2]
    found, note = from_table(written(tmp_path, "x1,x2,y\n" + "".join(reversed(lines))))
    grid1, grid2 = np.meshgrid(axis(), axis())
    np.testing.assert_allclose(found.samples, 10 * grid1 * grid2 + grid1, atol=1e-12)
    assert note == ""


def test_a_grid_elsewhere_is_rescaled_with_a_note_and_one_inside_is_held(tmp_path: Path) -> None:
    lines = [f"{a},{b},{a + b}\n" for a in (-1, 1) for b in (0.5, 0.75)]
    found, note = from_table(written(tmp_path, "".join(lines)))
    assert note == "g.csv: x1 from -1 to 1 is rescaled to [0, 1]."
    np.testing.assert_allclose(found.samples[0], 2 * axis() - 1 + 0.5, atol=1e-12)
    np.testing.assert_allclose(found.samples[-1], 2 * axis() - 1 + 0.75, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0,1\n1,2\n", "g.csv has 2 columns; a function of two inputs has 64 rows of 64 numbers, or"),
        (rows(np.zeros((63, SIDE))), "g.csv has 63 rows;"),
        ("0,0,1\n0,1,2\n1,0,3\n", "no whole grid: x1 = 1, x2 = 1 is missing"),
        ("0,0,1\n0,1,2\n1,0,3\n1,1,2\n1,1,2\n", "x1 = 1, x2 = 1 stands 2 times"),
        ("0,0,1\n0,1,2\n", "two different x1"),
        ("0,0,a\n0,1,2\n", "g.csv, row 1, column 3: 'a' is not a number"),
        ("x1,x2,y\n0,0,\n0,1,2\n", "g.csv, row 2, column 'y'"),
        ("0,0,1e200\n0,1,2\n", "too large"),
        ("", "is empty"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        from_table(written(tmp_path, text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no\.csv cannot be read"):
        from_table(tmp_path / "no.csv")
