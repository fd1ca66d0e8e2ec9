"""Functions of two inputs: where the samples lie, formulas, pictures, brushes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.painted import (
    PRESETS,
    SIDE,
    Painted,
    axis,
    from_formula,
    from_grey,
    points,
    preset,
    raised,
    smoothed_at,
    value,
)
from mlpviz.errors import UserError
from mlpviz.nn.formula.parse import FormulaError
from mlpviz.nn.layout import frozen

PLACES = st.floats(-0.2, 1.2)
RADII = st.floats(0.005, 1.5)


def noise(seed: int = 0) -> Painted:
    return Painted(frozen(np.random.default_rng(seed).normal(size=(SIDE, SIDE))))


def away(x1: float, x2: float) -> np.ndarray:
    """How far each sample is from a place."""
    return np.hypot(axis()[None, :] - x1, axis()[:, None] - x2)


# ---- samples


@pytest.mark.parametrize(
    "samples",
    [np.zeros((SIDE, SIDE - 1)), np.zeros(SIDE * SIDE), np.full((SIDE, SIDE), np.nan), np.full((SIDE, SIDE), 1e301)],
)
def test_what_is_no_painting_is_refused(samples: np.ndarray) -> None:
    with pytest.raises(UserError, match="painted function"):
        Painted(samples)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_finite_read_only_and_say_their_formula(name: str) -> None:
    made = preset(name)
    assert np.isfinite(made.samples).all()
    assert np.ptp(made.samples) > 0.5
    assert not made.samples.flags.writeable
    np.testing.assert_array_equal(from_formula(made.text).samples, made.samples)


def test_an_unknown_preset_names_those_there_are() -> None:
    with pytest.raises(UserError, match="bumps, saddle"):
        preset("hills")


def test_rows_go_up_and_columns_to_the_right() -> None:
    samples = from_formula("x1 + 10*x2").samples
    assert samples[0, 0] == 0
    assert samples[0, -1] == 1
    assert samples[-1, 0] == 10
    np.testing.assert_allclose(value(samples, points()), samples.ravel(), rtol=1e-14)


def test_between_the_samples_the_function_is_bilinear_and_outside_held() -> None:
    samples = noise().samples
    at = np.array([[0.5 / 63, 0.0], [0.25 / 63, 0.75 / 63], [1.0, 62.5 / 63], [-3.0, 2.0]])
    wanted = [
        (samples[0, 0] + samples[0, 1]) / 2,
        0.25 * (0.75 * samples[0, 0] + 0.25 * samples[0, 1]) + 0.75 * (0.75 * samples[1, 0] + 0.25 * samples[1, 1]),
        (samples[62, 63] + samples[63, 63]) / 2,
        samples[63, 0],
    ]
    np.testing.assert_allclose(value(samples, at), wanted, rtol=1e-11)


@given(st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=20))
def test_a_product_is_its_own_interpolation(at: list[tuple[float, float]]) -> None:
    where = np.array(at)
    inside = np.clip(where, 0, 1)
    np.testing.assert_allclose(value(preset("product").samples, where), inside[:, 0] * inside[:, 1], atol=1e-14)


# ---- formulas


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "type one such as x1*x2"),
        ("x1 + y", "Unknown name 'y'; there are x1, x2"),
        ("x1 +", "at character 4"),
        ("x3", "at character 1"),
        ("__import__('os')", "at character"),
        ("1/(x1 - 0.5)", "not finite at x1 = 0.5, x2 = 0;"),
        ("1/(x2 - 0.5)^2", "not finite at x1 = 0, x2 = 0.5;"),
        ("log(x1)", "not finite at x1 = 0,"),
        ("1/(x1 + x2 - 0.777)", "not finite"),
        ("exp(695*x1)", "larger than 1e+300 at x1 = 1,"),
        ("exp(900*x1)", "not finite"),
    ],
)
def test_what_is_no_function_on_the_square_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        from_formula(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["3", "x1", "x1/(1 + x2)", "sqrt(x1)", "sin(x1)/(x1 + 0.1)", "where(x1 > x2, 1, 0)"])
def test_what_is_finite_is_taken(text: str) -> None:
    made = from_formula(f" {text} ")
    assert made.text == text
    assert np.isfinite(made.samples).all()


# ---- pictures


def test_a_picture_stands_upright() -> None:
    pixels = np.zeros((64, 64))
    pixels[0, 63] = 1.0  # the top right corner
    samples = from_grey(pixels).samples
    assert samples[63, 63] == 1
    assert samples.sum() == 1


def test_of_an_oblong_picture_the_middle_is_taken() -> None:
    pixels = np.tile(np.arange(200) / 200, (100, 1))
    samples = from_grey(pixels).samples
    assert samples[0, 0] == pytest.approx(0.25, abs=0.01)
    assert samples[0, -1] == pytest.approx(0.75, abs=0.01)
    np.testing.assert_allclose(from_grey(pixels.T).samples, samples.T[::-1], atol=1e-12)


@given(st.integers(1, 200), st.integers(1, 200), st.floats(0, 1))
def test_a_plain_picture_is_constant_whatever_its_size(height: int, width: int, grey: float) -> None:
    np.testing.assert_allclose(from_grey(np.full((height, width), grey)).samples, grey, atol=1e-12)


def test_every_pixel_counts_by_its_area() -> None:
    pixels = np.random.default_rng(1).uniform(size=(100, 100))
    assert from_grey(pixels).samples.mean() == pytest.approx(pixels.mean(), abs=1e-12)
    fine = np.kron(np.arange(64)[:, None] / 64 * np.ones(64), np.ones((3, 3)))
    np.testing.assert_allclose(from_grey(fine).samples, (np.arange(64) / 64)[::-1, None] * np.ones(64), atol=1e-12)


@pytest.mark.parametrize("pixels", [np.zeros(4), np.zeros((0, 3)), np.full((2, 2), 1.5), np.full((2, 2), np.nan)])
def test_what_is_no_grey_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(UserError, match="grey picture"):
        from_grey(pixels)


# ---- brushes


@given(PLACES, PLACES, RADII, st.floats(-10, 10))
def test_a_hill_is_no_higher_than_said_and_only_under_the_brush(x1: float, x2: float, radius: float, by: float) -> None:
    before = noise()
    after = raised(before, x1, x2, radius, by)
    moved = after.samples - before.samples
    assert np.abs(moved).max() <= abs(by) + 1e-12
    assert (moved * by >= -1e-12).all()
    assert not moved[away(x1, x2) >= radius].any()
    assert not after.samples.flags.writeable
    assert after.text == ""


def test_a_hill_is_highest_in_the_middle_and_round() -> None:
    flat = from_formula("0")
    hill = raised(flat, 31 / 63, 40 / 63, 0.2, 2.0).samples
    assert np.unravel_index(hill.argmax(), hill.shape) == (40, 31)
    assert hill.max() == 2
    assert hill[40, 36] == pytest.approx(hill[45, 31], rel=1e-12)
    back = raised(Painted(hill), 31 / 63, 40 / 63, 0.2, -2.0).samples
    np.testing.assert_allclose(back, 0, atol=1e-15)


@given(PLACES, PLACES, RADII, st.integers(0, 5))
def test_smoothing_stays_in_range_and_under_the_brush(x1: float, x2: float, radius: float, seed: int) -> None:
    before = noise(seed)
    after = smoothed_at(before, x1, x2, radius).samples
    assert after.min() >= before.samples.min() - 1e-12
    assert after.max() <= before.samples.max() + 1e-12
    np.testing.assert_array_equal(after[away(x1, x2) >= radius], before.samples[away(x1, x2) >= radius])


def test_smoothing_smooths_and_keeps_planes() -> None:
    before = noise()
    after = smoothed_at(before, 0.5, 0.5, 0.3)
    inside = away(0.5, 0.5) < 0.15
    assert after.samples[inside].std() < 0.5 * before.samples[inside].std()
    plane = from_formula("2*x1 - x2")
    np.testing.assert_allclose(smoothed_at(plane, 0.5, 0.5, 0.3).samples, plane.samples, atol=1e-14)


def test_a_blur_does_not_depend_on_how_far_the_brush_reaches_beyond_the_square() -> None:
    before = noise(3)
    corner = smoothed_at(before, 0.0, 0.0, 0.2).samples
    padded = np.pad(before.samples, 4, mode="edge")
    for _ in range(4):
        rows = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
        padded = 0.25 * rows[:, :-2] + 0.5 * rows[:, 1:-1] + 0.25 * rows[:, 2:]
    share = np.where(away(0, 0) < 0.2, 0.5 + 0.5 * np.cos(np.pi * away(0, 0) / 0.2), 0)
    inside = np.ix_(range(12), range(12))
    wanted = (1 - share) * before.samples + share * padded
    # At the rim of the square what lies beyond is the nearest sample again at every pass, not only at the first.
    np.testing.assert_allclose(corner[4:12, 4:12], wanted[inside][4:, 4:], atol=1e-12)
    assert np.abs(corner - before.samples)[:4, :4].max() > 0


@pytest.mark.parametrize("radius", [0.0, -1.0, np.nan, 5.0])
def test_a_brush_has_a_size(radius: float) -> None:
    with pytest.raises(UserError, match="brush's radius"):
        raised(noise(), 0.5, 0.5, radius, 1.0)
