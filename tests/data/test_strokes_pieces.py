"""Strokes in pieces are strokes: pencil and smooth brush; the eraser's bridge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.brushes import BRUSH, RUBBER, bend, cleared, erase, smooth_stroke
from mlpviz.data.strokes import SAMPLES, Drawn, apply_stroke, grid, jump, preset
from mlpviz.document.document import same
from mlpviz.nn.layout import frozen

LAST = SAMPLES - 1
FLAT = Drawn(frozen(np.zeros(SAMPLES)), 0.0)
# Places on samples, between them, outside, and turning points a hair away from each other.
PLACES = st.one_of(
    st.floats(-0.5, 1.5),
    st.integers(-3, SAMPLES + 3).map(lambda k: k / LAST),
    st.integers(0, 60).map(lambda k: 0.3 + k / 4 / LAST),
)
PATHS = st.lists(st.tuples(PLACES, st.floats(-10, 10)), min_size=1, max_size=14)


@given(PATHS, st.data())
def test_a_stroke_in_pieces_is_the_stroke(path: list[tuple[float, float]], data: st.DataObject) -> None:
    start = preset("coastline")
    for tool in (apply_stroke, smooth_stroke):
        whole = tool(start, path)
        pieces, at = tool(start, path[:1]), 0
        while at < len(path) - 1:
            end = data.draw(st.integers(at + 1, len(path) - 1))
            pieces = tool(pieces, path[at : end + 1], going_on=True)
            at = end
        assert same(pieces, whole)


@given(PATHS)
def test_a_pointer_that_rests_draws_nothing_more(path: list[tuple[float, float]]) -> None:
    twice = [point for point in path for _ in range(2)]
    assert same(apply_stroke(FLAT, twice), apply_stroke(FLAT, path))


def test_a_fast_stroke_leaves_no_gap_and_a_turn_no_spike() -> None:
    there = apply_stroke(FLAT, [(0.0, 1.0), (1.0, 1.0)])
    assert (there.raw == 1).all()
    x = np.array([0.2, 0.6003, 0.35, 0.8])
    path = [(float(place), float(place)) for place in x]  # along one line, back and forth
    drawn = apply_stroke(FLAT, path).raw[103:409]
    # Where the stroke turned between two samples the nearer one has its height: half a sample off at most.
    np.testing.assert_allclose(drawn, grid()[103:409], atol=0.5 / LAST)
    assert np.sum(np.abs(drawn - grid()[103:409]) > 1e-12) <= 2


def test_the_pointer_lifts_the_sample_that_is_nearest() -> None:
    drawn = apply_stroke(FLAT, [(100.3 / LAST, 0.0), (100.3 / LAST, 2.0)])
    assert np.flatnonzero(drawn.raw).tolist() == [100]
    assert drawn.raw[100] == 2.0


# ---- the smooth brush


def test_the_smooth_brush_rounds_off_what_is_under_it_alone() -> None:
    saw = preset("saw")
    peak = int(np.argmax(saw.raw[200:300])) + 200
    brushed = smooth_stroke(saw, [(peak / LAST, 0.0)])
    changed = np.flatnonzero(brushed.raw != saw.raw)
    assert changed.min() > peak - BRUSH
    assert changed.max() < peak + BRUSH
    sharp, round_ = (
        float(np.abs(np.diff(raw, 2)).max()) for raw in (saw.raw[peak - 9 : peak + 9], brushed.raw[peak - 9 : peak + 9])
    )
    assert round_ < 0.5 * sharp
    again = smooth_stroke(brushed, [(peak / LAST, 0.0)])
    assert again.raw[peak] < brushed.raw[peak] < saw.raw[peak]


def test_a_long_move_of_the_brush_smooths_all_the_way() -> None:
    coast = preset("coastline")
    brushed = smooth_stroke(coast, [(0.0, 0.0), (1.0, 0.0)])
    bends = np.abs(np.diff(coast.raw, 2)), np.abs(np.diff(brushed.raw, 2))
    for part in np.array_split(np.arange(LAST - 1), 8):
        assert bends[1][part].max() < 0.6 * bends[0][part].max()
    assert (brushed.raw[[0, -1]] == coast.raw[[0, -1]]).all()
    assert brushed.source == "drawn"


@given(st.lists(st.tuples(PLACES, st.just(0.0)), max_size=8), st.floats(-5, 5), st.floats(-5, 5))
def test_the_brush_keeps_straight_lines(path: list[tuple[float, float]], a: float, b: float) -> None:
    line = Drawn(frozen(a * grid() + b), 0.0)
    np.testing.assert_allclose(smooth_stroke(line, path).raw, line.raw, atol=1e-12)


# ---- the eraser


def test_the_eraser_leaves_a_straight_bridge() -> None:
    hills = preset("hills")
    erased = erase(hills, [(200 / LAST, 3.0), (250 / LAST, -3.0), (230 / LAST, 0.0)])
    low, high = 200 - RUBBER - 1, 250 + RUBBER + 1
    np.testing.assert_array_equal(erased.raw[: low + 1], hills.raw[: low + 1])
    np.testing.assert_array_equal(erased.raw[high:], hills.raw[high:])
    bridge = np.linspace(hills.raw[low], hills.raw[high], high - low + 1)
    np.testing.assert_allclose(erased.raw[low : high + 1], bridge, atol=1e-12)


def test_the_eraser_is_level_at_the_ends_and_empties_all() -> None:
    hills = preset("hills")
    erased = erase(hills, [(-1.0, 0.0), (0.2, 0.0)])
    edge = int(np.floor(0.2 * LAST)) + RUBBER + 1
    assert (erased.raw[:edge] == hills.raw[edge]).all()
    assert (erase(hills, [(0.0, 0.0), (1.0, 0.0)]).raw == 0).all()
    assert erase(hills, []) is hills


@given(PATHS, st.permutations(range(4)))
def test_the_order_of_erasing_does_not_matter(path: list[tuple[float, float]], order: list[int]) -> None:
    path = (path * 4)[:4]
    assert same(erase(preset("hills"), path), erase(preset("hills"), [path[i] for i in order]))


def test_a_key_bends_g_around_its_place_and_the_board_can_be_cleared() -> None:
    bent = bend(FLAT, 0.5, 2.0)
    assert bent.raw.max() == pytest.approx(2.0, abs=1e-3)
    assert abs(int(np.argmax(bent.raw)) - LAST / 2) <= 1
    assert bent.raw[0] == pytest.approx(0, abs=1e-12)
    assert jump(cleared()) == 0 == cleared().raw.max()
