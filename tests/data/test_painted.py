"""Functions of two inputs: presets, formulas, pictures, brushes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.painted import (
    PRESETS,
    SIDE,
    Painted,
    flat,
    from_formula,
    from_grey,
    points,
    preset,
    raised,
    smoothed_at,
    ticks,
    value,
)
from mlpviz.errors import UserError

unit = st.floats(0, 1)
radius = st.floats(0.02, 0.4)


def test_presets_are_finite_and_of_both_axes() -> None:
    for name in PRESETS:
        g = preset(name).samples
        assert np.ptp(g) > 0.5
        assert preset(name).source == name
    product = preset("product").samples
    assert product[0, 63] == 0  # x1 = 1, x2 = 0
    assert from_formula("x1").samples[5, 63] == 1
    assert from_formula("x2").samples[63, 5] == 1


def test_between_samples_it_is_bilinear() -> None:
    g = preset("ripple").samples
    np.testing.assert_allclose(value(g, points()), g.ravel(), atol=1e-12)
    middle = value(g, np.array([[1.5 / 63, 2.5 / 63]]))[0]
    assert middle == pytest.approx(g[2:4, 1:3].mean())
    assert value(g, np.array([[2.0, -1.0]]))[0] == g[0, 63]


REFUSED = {"": "empty", "x1 +": "cannot be read", "x3": "x3", "log(0*x1)": "finite", "1/(x1-x1)": "finite"}


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_what_is_no_formula_is_refused(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        from_formula(text)


@given(unit, unit, radius, st.floats(-10, 10))
def test_a_dab_is_local_and_bounded(x1: float, x2: float, r: float, amount: float) -> None:
    before = preset("saddle")
    change = raised(before, x1, x2, r, amount).samples - before.samples
    assert np.abs(change).max() <= abs(amount) + 1e-14
    far = np.hypot(ticks() - x1, (ticks() - x2)[:, None]) >= r
    assert not change[far].any()


@given(unit, unit, radius)
def test_smoothing_is_local_and_makes_nothing_larger(x1: float, x2: float, r: float) -> None:
    before = preset("cliff").samples
    after = smoothed_at(preset("cliff"), x1, x2, r).samples
    assert before.min() - 1e-12 <= after.min() <= after.max() <= before.max() + 1e-12
    far = np.hypot(ticks() - x1, (ticks() - x2)[:, None]) >= r
    np.testing.assert_array_equal(after[far], before[far])


@pytest.mark.parametrize("shape", [(1, 1), (64, 64), (7, 300), (333, 64), (640, 480)])
def test_pictures_of_any_size_keep_their_mean_and_stand_upright(shape: tuple[int, int]) -> None:
    pixels = np.linspace(1, 0, shape[0])[:, None] * np.ones(shape[1])  # white at the top
    g = from_grey(pixels).samples
    assert g.shape == (SIDE, SIDE)
    assert 0 <= g.min() <= g.max() <= 1
    if shape[0] > 1:
        assert g[-1].mean() > g[0].mean()
    square = np.random.default_rng(0).random((96, 96))
    assert from_grey(square).samples.mean() == pytest.approx(square.mean())


def test_what_is_no_picture_or_no_function_is_refused() -> None:
    for bad in (np.zeros((0, 3)), np.full((2, 2), np.nan), np.zeros(5)):
        with pytest.raises(UserError):
            from_grey(bad)
    for samples in (np.zeros((3, 3)), np.full((SIDE, SIDE), np.inf), np.full((SIDE, SIDE), 1e301)):
        with pytest.raises(UserError):
            Painted(samples)
    assert not flat().samples.any()
