"""Drawn functions: strokes, smoothing, presets, points from a file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.strokes import (
    JUMP_SHARE,
    PRESETS,
    SAMPLES,
    Drawn,
    apply_stroke,
    default_function,
    from_table,
    grid,
    jump,
    preset,
    smoothed,
    with_smooth,
)
from mlpviz.errors import UserError
from mlpviz.nn.layout import Array, frozen

FLAT = Drawn(frozen(np.zeros(SAMPLES)), 0.0)
LAST = SAMPLES - 1


def raw(samples: object) -> Drawn:
    return Drawn(frozen(np.array(samples, dtype=float)), 2.0)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_finite_functions(name: str) -> None:
    drawn = preset(name)
    assert drawn.raw.shape == (SAMPLES,)
    assert np.isfinite(smoothed(drawn)).all()
    assert np.ptp(drawn.raw) > 0.1
    assert drawn.source == name
    assert preset(name) is drawn
    assert PRESETS[name].name


def test_presets_by_value() -> None:
    x = grid()
    assert len(PRESETS) >= 6
    assert np.array_equal(preset("corner").raw, np.abs(x - 0.3))
    assert np.array_equal(preset("root").raw, np.sqrt(x))
    assert jump(preset("step")) == 1.0
    assert max(jump(preset(name)) for name in ("sine", "saw", "bump", "corner", "parabola")) < JUMP_SHARE
    assert jump(default_function()) < JUMP_SHARE
    # The saw has five teeth: as many maxima.
    saw = preset("saw").raw
    assert np.sum((saw[1:-1] > saw[:-2]) & (saw[1:-1] >= saw[2:])) == 5
    with pytest.raises(UserError, match="Unknown function 'cosine'; there are hills, sine"):
        preset("cosine")


# ---- strokes


def test_a_stroke_draws_the_line_between_its_points() -> None:
    drawn = apply_stroke(FLAT, [(100 / LAST, 1.0), (200 / LAST, 3.0)])
    assert drawn.raw[99] == drawn.raw[201] == 0
    np.testing.assert_allclose(drawn.raw[100:201], np.linspace(1, 3, 101), rtol=1e-12)
    assert drawn.source == "drawn"
    assert FLAT.raw.max() == 0
    assert not drawn.raw.flags.writeable


def test_the_last_write_wins() -> None:
    there_and_back = [(0.2, 1.0), (0.6, 1.0), (0.6, 5.0), (0.4, 5.0)]
    drawn = apply_stroke(FLAT, there_and_back)
    at = {round(x * LAST): x for x in (0.3, 0.5)}
    assert [drawn.raw[i] for i in at] == [1.0, 5.0]
    assert np.array_equal(apply_stroke(FLAT, [(0.5, 1.0)]).raw.nonzero()[0], [round(0.5 * LAST)])


def test_a_stroke_beyond_the_ends_is_held_there() -> None:
    drawn = apply_stroke(FLAT, [(-3.0, 2.0), (7.0, 2.0)])
    assert (drawn.raw == 2.0).all()


@given(st.lists(st.tuples(st.floats(-2, 3), st.floats(-1e6, 1e6) | st.sampled_from([np.nan, np.inf])), max_size=20))
def test_any_stroke_stays_between_its_points(points: list[tuple[float, float]]) -> None:
    drawn = apply_stroke(FLAT, points)
    heights = [y for _, y in points if np.isfinite(y)] + [0.0]
    slack = 1e-9 * max(map(abs, heights))
    assert drawn.raw.min() >= min(heights) - slack
    assert drawn.raw.max() <= max(heights) + slack


# ---- smoothing


def reference(samples: Array, sigma: float) -> Array:
    """The Gaussian mean of each sample's neighbours, written as sums over the samples reflected oddly at both ends."""
    result = np.zeros(SAMPLES)
    reach = int(np.ceil(4 * sigma))
    for i in range(SAMPLES):
        total = weight = 0.0
        for k in range(-reach, reach + 1):
            at = i + k
            if at < 0:
                value = 2 * samples[0] - samples[-at]
            elif at > LAST:
                value = 2 * samples[LAST] - samples[2 * LAST - at]
            else:
                value = samples[at]
            w = np.exp(-(k**2) / (2 * sigma**2))
            total, weight = total + w * value, weight + w
        result[i] = total / weight
    return result


@pytest.mark.parametrize("sigma", [0.5, 2.0, 7.5])
def test_smoothing_is_a_gaussian_with_odd_reflection(sigma: float) -> None:
    samples = np.random.default_rng(3).normal(size=SAMPLES)
    found = smoothed(with_smooth(raw(samples), sigma))
    np.testing.assert_allclose(found, reference(samples, sigma), atol=1e-12)
    assert found[0] == pytest.approx(samples[0])
    assert found[-1] == pytest.approx(samples[-1])


@pytest.mark.parametrize("sigma", [0.0, 0.5, 2.0, 200.0, 512.0])
def test_smoothing_keeps_lines_and_mirrors(sigma: float) -> None:
    line = with_smooth(raw(3 * grid() - 1), sigma)
    np.testing.assert_allclose(smoothed(line), line.raw, atol=1e-12)
    samples = np.random.default_rng(4).normal(size=SAMPLES)
    there, back = smoothed(with_smooth(raw(samples), sigma)), smoothed(with_smooth(raw(samples[::-1]), sigma))
    np.testing.assert_allclose(there, back[::-1], atol=1e-12)


def test_no_smoothing_is_the_stroke_itself() -> None:
    drawn = with_smooth(preset("coastline"), 0.0)
    assert np.array_equal(smoothed(drawn), drawn.raw)


@pytest.mark.parametrize("scale", [1e300, 1e-300, 5e-324])
def test_smoothing_and_jumps_at_any_scale(scale: float) -> None:
    drawn = with_smooth(raw(np.sign(grid() - 0.5) * scale), 2.0)
    assert np.isfinite(smoothed(drawn)).all()
    assert jump(drawn) == 1.0


def test_a_constant_has_no_jump() -> None:
    assert jump(FLAT) == 0.0


@pytest.mark.parametrize(
    ("samples", "smooth", "said"),
    [
        (np.zeros(511), 2.0, "512 finite samples"),
        (np.full(SAMPLES, np.nan), 2.0, "512 finite samples"),
        (np.full(SAMPLES, -np.inf), 2.0, "512 finite samples"),
        (np.full(SAMPLES, 1e301), 2.0, "stays within"),
        (np.zeros(SAMPLES), -1.0, "smoothing"),
        (np.zeros(SAMPLES), float("nan"), "smoothing"),
        (np.zeros(SAMPLES), 1e9, "smoothing"),
    ],
)
def test_odd_functions_are_refused(samples: Array, smooth: float, said: str) -> None:
    with pytest.raises(UserError, match=said):
        Drawn(frozen(samples), smooth)


# ---- from a file


def written(folder: Path, text: str) -> Path:
    path = folder / "g.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text", ["x,y\n0,1\n0.5,2\n1,0\n", "0,1\n0.5,2\n1,0\n", "1;0\n0;1\n0.5;2\n", "x\ty\n0.5\t2\n0\t1\n1\t0\n0.5\t2\n"]
)
def test_points_from_a_file(tmp_path: Path, text: str) -> None:
    drawn, note = from_table(written(tmp_path, text))
    assert np.array_equal(drawn.raw, np.interp(grid(), [0, 0.5, 1], [1, 2, 0]))
    assert (drawn.source, drawn.smooth, note) == ("g.csv", 0.0, "")


def test_other_x_are_rescaled_with_a_note(tmp_path: Path) -> None:
    drawn, note = from_table(written(tmp_path, "-3,1\n5,3\n"))
    np.testing.assert_allclose(drawn.raw, np.linspace(1, 3, SAMPLES))
    assert note == "g.csv: x from -3 to 5 is rescaled to [0, 1]."
    many = "x,y\n" + "".join(f"{i / 599},{i % 7}\n" for i in range(600))
    assert from_table(written(tmp_path, many))[1] == "Of 600 points g has 512 samples."


def test_x_within_the_interval_stay_and_the_ends_are_held(tmp_path: Path) -> None:
    drawn, note = from_table(written(tmp_path, "0.25,1\n0.75,3\n"))
    assert (drawn.raw[grid() <= 0.25] == 1).all()
    assert (drawn.raw[grid() >= 0.75] == 3).all()
    assert note == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("x,y\n", "two different x"),
        ("0,1\n", "two different x"),
        ("0,1\n0,1\n", "two different x"),
        ("0,1,2\n1,2,3\n", "3 column"),
        ("0\n1\n", "1 column"),
        ("x,y\n0,1\n1,nan\n", "row 3, column 'y': 'nan' is no number"),
        ("x,y\n0,1\n1,\n", "row 3, column 'y': the cell is empty"),
        ("x,y\n0,1\ninf,2\n", "row 3, column 'x': 'inf' is not a finite number"),
        ("x,y\n0,1\n1,two\n", "row 3, column 'y': 'two' is not a number"),
        ("x,y\n0.5,1\n0,1\n\n0.5,2\n", "row 5: x = 0.5 stands twice, with another y"),
        ("x,y\n0,1\n0.5,nan\n1,2\n", "row 3, column 'y': 'nan' is no number; fill it in."),
    ],
)
def test_odd_points_are_refused_with_their_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        from_table(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.csv cannot be read: No such file"):
        from_table(tmp_path / "gone.csv")
