"""Stems, calm axes, and labels that can be read."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.strokes import grid
from mlpviz.pictures.universality import (
    board_range,
    error_reach,
    label_place,
    nice_above,
    stem_lengths,
    ticks,
)


def test_stems_keep_sign_and_order_and_the_longest_is_one() -> None:
    lengths = stem_lengths(np.array([4.0, -1.0, 0.0, 0.25]))
    np.testing.assert_allclose(lengths, [1.0, -0.5, 0.0, 0.25])
    assert len(stem_lengths(np.zeros(0))) == 0
    assert np.all(stem_lengths(np.zeros(3)) == 0)


# ---- axes


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_the_board_leaves_room_on_both_sides(low: float, span: float) -> None:
    bottom, top = board_range(low, low + span)
    assert bottom < low
    assert top > low + span
    assert board_range(low, low + span, (bottom, top)) == (bottom, top)


def test_the_board_stays_until_it_has_to_move() -> None:
    now = board_range(-1.0, 1.0)
    assert board_range(-0.9, 1.1, now) == now
    assert board_range(-0.1, 0.1, now) != now
    assert board_range(-1.0, 1.43, now)[1] > now[1]
    assert board_range(0.0, 0.0) == (-1.0, 1.0)
    assert board_range(0.0, 0.0, (-1.1, 1.1)) == (-1.1, 1.1)


@given(st.floats(1e-12, 1e12), st.floats(1e-12, 1e12))
def test_the_error_axis_holds_the_error_and_rescales_in_steps(sup: float, before: float) -> None:
    reach = error_reach(sup, error_reach(before))
    assert sup <= 0.88 * reach
    assert sup >= 0.45 * reach
    assert error_reach(0.9 * sup, reach) in (reach, nice_above(0.9 * sup / 0.87))


def test_an_error_of_nothing_leaves_the_axis() -> None:
    assert error_reach(0.0) == 1.0
    assert error_reach(0.0, 0.2) == 0.2


@given(st.floats(-1e5, 1e5), st.floats(1e-4, 1e5))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    found = ticks(low, low + span)
    assert 1 <= len(found) <= 6
    assert all(low - 1e-6 * span <= tick <= low + span + 1e-6 * span for tick in found)


# ---- labels


def test_a_label_stands_clear_of_both_curves_and_stays_while_that_suits() -> None:
    x = np.linspace(0, 600, 129)
    own, other = np.stack([x, 100 + 60 * np.sin(x / 60)], axis=1), np.stack([x, 110 + 60 * np.sin(x / 60)], axis=1)
    place = label_place(own, [other], (600.0, 220.0))
    curves = np.concatenate([own, other])
    assert np.min(np.hypot(*(curves - place).T)) >= 10
    assert 12 < place[1] < 208
    lower = np.array([0.0, 1.0])
    assert label_place(own + lower, [other + lower], (600.0, 220.0), place) == place
    assert label_place(own, [other, np.array([place])], (600.0, 220.0), place) != place


def test_a_curve_out_of_sight_still_has_a_label() -> None:
    assert label_place(np.zeros((0, 2)), [], (300.0, 100.0)) == (150.0, 50.0)
    g = grid()
    assert len(g) == 512
