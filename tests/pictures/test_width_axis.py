"""Ends of the error axis that stay calm, labels kept apart, room between curves."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.pictures.width_axis import dotted, drawable, error_range, free_corner, spread, whole_powers

ERRORS = st.lists(st.floats(1e-7, 1e3), min_size=1, max_size=20)


@given(ERRORS, ERRORS, st.booleans())
def test_the_axis_holds_every_error_in_half_decades(errors: list[float], before: list[float], settled: bool) -> None:
    for held in (None, error_range(before, 1.0)):
        low, high = error_range(errors, 1.0, held, settled=settled)
        assert all(low < math.log10(error) < high for error in errors if error >= 1e-7)
        assert high - low >= 2
        assert (2 * low, 2 * high) == (round(2 * low), round(2 * high))
        assert len(whole_powers(low, high)) >= 2


def test_the_axis_only_widens_until_the_picture_is_settled_and_then_keeps_little_slack() -> None:
    now = error_range([0.5, 1e-4], 1.0)
    assert error_range([0.5, 0.2], 1.0, now, settled=False) == now
    assert error_range([0.5, 2e-4], 1.0, now) == now
    assert error_range([0.5, 0.2], 1.0, now)[0] > now[0]
    assert error_range([0.5, 1e-6], 1.0, now, settled=False)[0] < now[0]


def test_what_is_only_rounding_moves_no_axis() -> None:
    assert error_range([0.5, 1e-15, 0.0, math.inf, math.nan], 1.0) == error_range([0.5], 1.0)
    assert error_range([], 0.0) == (-2.0, 0.0)
    assert not drawable(0.0, 1.0)
    assert not drawable(1e-15, 1.0)
    assert drawable(1e-300, 1e-299)
    low, high = error_range([1e-301], 1e-300)
    assert -303 <= low < high <= -299


def test_an_axis_of_another_scale_is_left_at_once() -> None:
    assert error_range([3e5], 1e6, (-2.0, 0.0), settled=False) == error_range([3e5], 1e6)


LABELS = st.lists(st.tuples(st.floats(-50, 450), st.floats(8, 30)), max_size=12)


@given(LABELS, st.floats(0, 4))
def test_labels_stay_apart_in_order_and_inside_where_they_fit(labels: list[tuple[float, float]], gap: float) -> None:
    wanted, heights = [w for w, _ in labels], [h for _, h in labels]
    tops = spread(wanted, heights, 0.0, 400.0, gap)
    order = sorted(range(len(labels)), key=lambda k: (wanted[k], k))
    for a, b in pairwise(order):
        assert tops[a] + heights[a] + gap <= tops[b] + 1e-6
    if sum(heights) + gap * len(labels) <= 400:
        assert all(top >= -1e-6 and top + high <= 400 + 1e-6 for top, high in zip(tops, heights, strict=True))


def test_labels_with_room_stand_where_they_belong() -> None:
    assert spread([50.0, 200.0], [20.0, 30.0], 0.0, 400.0) == [40.0, 185.0]
    assert spread([50.0, 52.0], [20.0, 20.0], 0.0, 400.0) == [40.0, 60.0]


def test_a_free_corner_meets_no_curve_and_no_box_and_stays_while_it_is_free() -> None:
    line = dotted([np.array([[0.0, 0.0], [300.0, 200.0]])])
    steps = np.hypot(*np.diff(np.concatenate([line[1:], line[:1]]), axis=0).T)
    assert steps.max() <= 6.0 + 1e-9
    room, box = (0.0, 0.0, 300.0, 200.0), (0.0, 150.0, 80.0, 200.0)
    found = free_corner(line, (60.0, 40.0), room, [box])
    assert found is not None
    x, y = found
    assert not np.any((line[:, 0] > x) & (line[:, 0] < x + 60) & (line[:, 1] > y) & (line[:, 1] < y + 40))
    assert y + 40 <= 150 or x >= 80
    assert free_corner(line, (60.0, 40.0), room, [box], (200.0, 20.0)) == (200.0, 20.0)
    assert free_corner(line, (60.0, 40.0), room, [box], (100.0, 60.0)) == found
    assert free_corner(line, (290.0, 190.0), room) is None
    assert free_corner(line, (400.0, 10.0), room) is None
