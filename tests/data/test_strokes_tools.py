"""The drawing tools: a stroke in pieces, the brush, the eraser, kept jumps, the corners of polylines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.brushes import BRUSH, RUBBER, bend, cleared, erase, smooth_stroke
from mlpviz.data.polylines import (
    MOST_CORNERS,
    NEAREST,
    TOLERANCE,
    add_point,
    as_polyline,
    corners,
    move_point,
    ordered,
    pasted,
    polyline,
    remove_point,
    with_cells,
)
from mlpviz.data.strokes import (
    JUMP_SHARE,
    MAX_POINTS,
    PRESETS,
    SAMPLES,
    Drawn,
    apply_stroke,
    grid,
    jump,
    jump_floor,
    jumps,
    preset,
    smoothed,
    with_jumps_kept,
    with_jumps_smoothed,
    with_smooth,
)
from mlpviz.document.document import same
from mlpviz.errors import UserError
from mlpviz.nn.layout import Array, frozen

LAST = SAMPLES - 1
Points = list[tuple[float, float]]
POINTS = st.lists(st.tuples(st.floats(-0.3, 1.3) | st.integers(0, LAST).map(lambda i: i / LAST), st.floats(-2, 2)))
CORNERS = st.lists(
    st.tuples(st.integers(0, LAST), st.floats(-5, 5)), min_size=2, max_size=12, unique_by=lambda p: p[0]
).map(lambda points: sorted((i / LAST, y) for i, y in points))


def board(samples: object, smooth: float = 0.0) -> Drawn:
    return Drawn(frozen(np.array(samples, dtype=float)), smooth)


def noise(seed: int) -> Drawn:
    return board(np.random.default_rng(seed).normal(size=SAMPLES))


# ---- a stroke in pieces


@pytest.mark.parametrize("tool", [apply_stroke, smooth_stroke])
@given(points=POINTS, cuts=st.sets(st.integers(1, 12)), still=st.booleans())
def test_a_stroke_in_pieces_is_the_stroke(
    tool: Callable[..., Drawn], points: Points, cuts: set[int], still: bool
) -> None:
    """Pieces overlap in a point, as the moves of a mouse do; one that stands still adds nothing."""
    before = preset("hills")
    whole = tool(before, points)
    if not points:
        assert np.array_equal(whole.raw, before.raw)
        return
    ends = sorted({0, len(points) - 1, *(c for c in cuts if c < len(points) - 1)})
    drawn = tool(before, points[:1])
    for start, end in pairwise(ends):
        drawn = tool(drawn, points[start : end + 1], going_on=True)
        if still:
            drawn = tool(drawn, [points[end], points[end]], going_on=True)
    assert drawn.raw.tobytes() == whole.raw.tobytes()


@given(st.lists(st.integers(0, LAST), min_size=1, max_size=12))
def test_a_stroke_has_no_gaps(places: list[int]) -> None:
    drawn = apply_stroke(cleared(), [(i / LAST, 1.0) for i in places])
    written = np.zeros(SAMPLES)
    for a, b in pairwise([places[0], *places]):
        written[min(a, b) : max(a, b) + 1] = 1.0
    np.testing.assert_allclose(drawn.raw, written, atol=1e-12)


def test_a_stroke_that_turns_between_two_samples_writes_the_nearer_one_only() -> None:
    drawn = apply_stroke(cleared(), [(10 / LAST, 1.0), (20.4 / LAST, 1.0), (15 / LAST, 2.0)])
    assert drawn.raw[21] == 0.0
    assert 1.0 < drawn.raw[20] < 1.1
    there = apply_stroke(cleared(), [(10 / LAST, 1.0), (20.6 / LAST, 1.0)])
    assert there.raw[21] == 1.0


# ---- brush, eraser, keys


def test_the_brush_rounds_what_is_under_it_and_nothing_else() -> None:
    before = noise(1)
    after = smooth_stroke(before, [(0.4, 0.0), (0.6, 0.0)])
    far = np.abs(grid() - 0.5) > 0.1 + (BRUSH + 1) / LAST
    assert np.array_equal(after.raw[far], before.raw[far])
    middle = np.abs(grid() - 0.5) < 0.08
    rough = [float(np.abs(np.diff(drawn.raw[middle], 2)).max()) for drawn in (before, after)]
    assert rough[1] < 0.1 * rough[0]


@pytest.mark.parametrize("points", [[(0.0, 0.0), (1.0, 0.0)], [(0.0, 5.0)], [(1.0, -5.0), (0.9, 0.0)]])
def test_the_brush_keeps_lines_and_both_ends(points: Points) -> None:
    line = board(3 * grid() - 1)
    np.testing.assert_allclose(smooth_stroke(line, points).raw, line.raw, atol=1e-12)
    rough = noise(2)
    after = smooth_stroke(rough, points)
    assert (after.raw[0], after.raw[-1]) == (rough.raw[0], rough.raw[-1])


def test_the_brush_stays_between_the_heights_it_found() -> None:
    before = preset("step")
    after = smooth_stroke(before, [(0.3, 0.0), (0.7, 0.0), (0.3, 0.0)])
    assert after.raw.min() >= before.raw.min() - 1e-12
    assert after.raw.max() <= before.raw.max() + 1e-12
    assert jump(after) < JUMP_SHARE


def test_the_eraser_leaves_a_straight_bridge() -> None:
    before = preset("hills")
    after = erase(before, [(200 / LAST, 9.0), (300 / LAST, -9.0), (250 / LAST, 0.0)])
    low, high = 200 - RUBBER - 1, 300 + RUBBER + 1
    bridge = np.interp(np.arange(low, high + 1), [low, high], before.raw[[low, high]])
    np.testing.assert_allclose(after.raw[low : high + 1], bridge, atol=1e-12)
    outside = np.r_[0 : low + 1, high:SAMPLES]
    assert np.array_equal(after.raw[outside], before.raw[outside])


def test_the_eraser_holds_the_height_of_what_is_left_at_an_end_and_leaves_0_when_all_is_gone() -> None:
    before = preset("hills")
    left = erase(before, [(-1.0, 0.0), (0.3, 0.0)])
    edge = int(np.floor(0.3 * LAST + RUBBER)) + 1
    assert (left.raw[:edge] == before.raw[edge]).all()
    assert np.array_equal(erase(before, [(0.0, 0.0), (1.0, 0.0)]).raw, np.zeros(SAMPLES))
    assert erase(before, []) is before


@given(st.floats(0, 1), st.floats(-3, 3))
def test_a_key_bends_g_where_the_marker_stands(x: float, by: float) -> None:
    before = preset("hills")
    bump = bend(before, x, by).raw - before.raw
    assert abs(bump).max() <= abs(by) + 1e-12
    np.testing.assert_allclose(bump[np.abs(grid() - x) > 0.25], 0.0, atol=1e-12)
    at = round(x * LAST)
    assert bump[at] == pytest.approx(by, rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("tool", [apply_stroke, smooth_stroke, erase])
def test_what_is_drawn_by_hand_is_no_preset_polyline_or_formula_any_more(tool: Callable[..., Drawn]) -> None:
    before = replace(polyline([(0.0, 1.0), (0.5, 0.0), (1.0, 1.0)], 3.0), formula=True, source="x")
    after = tool(before, [(0.2, 0.1), (0.3, 0.3)])
    assert (after.points, after.formula, after.source, after.smooth) == ((), False, "drawn", 3.0)
    assert not after.raw.flags.writeable


def test_an_empty_board_cannot_be_written_to() -> None:
    assert not cleared().raw.flags.writeable
    assert float(np.ptp(cleared().raw)) == 0.0


# ---- jumps


def two_jumps(seed: int = 0) -> Drawn:
    """Three smooth pieces, wriggling little, and two jumps between them."""
    x = grid()
    rng = np.random.default_rng(seed)
    wriggle = 0.02 * np.sin(40 * x + rng.uniform(0, 6))
    return board(np.where(x < 0.3, 0.0, np.where(x < 0.7, 1.0, 0.4)) + wriggle + 0.001 * rng.normal(size=SAMPLES), 4.0)


def test_jumps_are_found_between_neighbours() -> None:
    found = jumps(two_jumps())
    assert [round(i / LAST, 2) for i in found] == [0.3, 0.7]
    assert not len(jumps(preset("sine")))
    assert not len(jumps(board(np.ones(SAMPLES))))


def test_a_kept_jump_is_a_floor_of_half_its_height() -> None:
    drawn = two_jumps()
    assert jump_floor(drawn) == 0.0
    kept = with_jumps_kept(drawn)
    assert jump_floor(kept) == pytest.approx(0.5, abs=0.05)
    assert jump_floor(kept) == float(np.abs(np.diff(drawn.raw)).max()) / 2
    assert jump_floor(with_jumps_kept(preset("step"))) == 0.5
    assert with_jumps_kept(preset("sine")).keep_jumps is False


@pytest.mark.parametrize("sigma", [0.0, 0.5, 2.0, 8.0, 60.0, 512.0])
def test_kept_jumps_survive_smoothing_and_the_pieces_are_smoothed(sigma: float) -> None:
    kept = with_smooth(with_jumps_kept(two_jumps()), sigma)
    g, at = smoothed(kept), jumps(kept)
    np.testing.assert_allclose(g[at], kept.raw[at], atol=1e-12)
    np.testing.assert_allclose(g[at + 1], kept.raw[at + 1], atol=1e-12)
    assert g.shape == (SAMPLES,)
    assert not g.flags.writeable
    piece = slice(int(at[0]) + 1, int(at[1]) + 1)
    if sigma >= 2:
        assert np.abs(np.diff(g[piece], 2)).max() < 0.5 * np.abs(np.diff(kept.raw[piece], 2)).max()
        assert np.abs(np.diff(smoothed(replace(kept, keep_jumps=False)))).max() < 0.5


@given(st.integers(0, 2**20), st.sampled_from([0.0, 2.0, 9.0]))
def test_kept_jumps_and_mirrors(seed: int, sigma: float) -> None:
    rng = np.random.default_rng(seed)
    samples = rng.choice([0.0, 0.3, 1.0], size=SAMPLES) * rng.integers(0, 2, SAMPLES)
    there, back = (with_smooth(with_jumps_kept(board(s)), sigma) for s in (samples, samples[::-1]))
    np.testing.assert_allclose(smoothed(there), smoothed(back)[::-1], atol=1e-12)
    assert jump_floor(there) == jump_floor(back) == np.abs(np.diff(samples)).max() / 2


@given(st.integers(0, 2**20), st.integers(1, SAMPLES - 1))
def test_jumps_can_be_smoothed_whatever_the_drawing(seed: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = board(np.repeat(rng.normal(size=SAMPLES), width)[:SAMPLES], 2.0)
    after = with_jumps_smoothed(with_jumps_kept(drawn))
    assert not len(jumps(after))
    assert after.keep_jumps is False
    assert (after.raw[0], after.raw[-1]) == (drawn.raw[0], drawn.raw[-1])
    assert after.raw.min() >= drawn.raw.min()
    assert after.raw.max() <= drawn.raw.max()


def test_smoothing_a_jump_leaves_the_rest_alone() -> None:
    drawn = two_jumps()
    after = with_jumps_smoothed(drawn)
    far = np.min(np.abs(np.arange(SAMPLES)[:, None] - jumps(drawn)[None, :]), axis=1) > 12
    assert np.array_equal(after.raw[far], drawn.raw[far])


def test_a_jump_stays_kept_under_other_strokes_until_it_is_gone() -> None:
    kept = with_jumps_kept(two_jumps())
    assert apply_stroke(kept, [(0.1, 0.1), (0.2, 0.0)]).keep_jumps
    assert not apply_stroke(kept, [(0.0, 0.0), (1.0, 1.0)]).keep_jumps


@pytest.mark.parametrize("scale", [1e300, 1e-300, 5e-324])
def test_jumps_at_any_scale(scale: float) -> None:
    drawn = with_smooth(with_jumps_kept(board(np.sign(grid() - 0.5) * scale)), 3.0)
    np.testing.assert_allclose(smoothed(drawn), drawn.raw, rtol=1e-12, atol=5e-324)
    assert jump_floor(drawn) == scale
    assert np.isfinite(with_jumps_smoothed(board(np.sign(grid() - 0.5) * scale)).raw).all()


# ---- polylines


@given(CORNERS)
def test_a_polyline_runs_through_its_points(points: Points) -> None:
    drawn = polyline(points)
    assert drawn.points == tuple(points)
    at = [round(x * LAST) for x, _ in points]
    np.testing.assert_allclose(drawn.raw[at], [y for _, y in points], atol=1e-9)
    assert (drawn.raw[: at[0]] == points[0][1]).all()
    assert (drawn.raw[at[-1] + 1 :] == points[-1][1]).all()


@given(CORNERS, st.data())
def test_points_are_added_moved_and_removed(points: Points, data: st.DataObject) -> None:
    drawn = polyline(points)
    x, y = data.draw(st.floats(-0.2, 1.2)), data.draw(st.floats(-5, 5))
    index = data.draw(st.integers(0, len(points) - 1))
    moved = move_point(drawn, index, x, y)
    assert len(moved.points) == len(points)
    assert moved.points[index][1] == y
    assert [p for i, p in enumerate(moved.points) if i != index] == [p for i, p in enumerate(points) if i != index]
    added, at = add_point(drawn, x, y)
    assert added.points[at][1] == y
    assert len(added.points) - len(points) in (0, 1)
    if len(added.points) > len(points):
        assert same(remove_point(added, at), drawn)
    if len(points) == 2:
        with pytest.raises(UserError, match="keeps two points"):
            remove_point(drawn, 0)


def test_a_moved_point_is_held_between_its_neighbours_and_the_ends_stay_at_the_ends() -> None:
    drawn = polyline([(0.0, 0.0), (0.4, 1.0), (0.6, 0.5), (1.0, 0.0)])
    assert move_point(drawn, 1, 0.9, 2.0).points[1] == (pytest.approx(0.6 - NEAREST), 2.0)
    assert move_point(drawn, 1, -0.9, 2.0).points[1] == (pytest.approx(NEAREST), 2.0)
    assert move_point(drawn, 0, 0.3, 2.0).points[0] == (0.0, 2.0)
    assert move_point(drawn, 3, 0.7, 2.0).points[3] == (1.0, 2.0)


@pytest.mark.parametrize("name", PRESETS)
def test_any_drawing_is_followed_by_corners(name: str) -> None:
    drawn = preset(name)
    found = as_polyline(drawn)
    away = float(np.abs(found.raw - smoothed(drawn)).max()) / float(np.ptp(smoothed(drawn)))
    assert 2 <= len(found.points) <= MOST_CORNERS
    assert away <= TOLERANCE + 1e-12 or len(found.points) == MOST_CORNERS
    assert corners(found) == found.points
    assert (found.points[0][0], found.points[-1][0]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(0.0, 1.0)], "2 to 512 points"),
        ([(i / 600, 0.0) for i in range(513)], "2 to 512 points"),
        ([(0.5, 0.0), (0.5, 1.0)], "larger than the one before"),
        ([(0.5, 0.0), (0.2, 1.0)], "larger than the one before"),
        ([(-0.1, 0.0), (0.2, 1.0)], "within"),
        ([(0.1, 0.0), (1.2, 1.0)], "within"),
        ([(0.1, float("nan")), (0.2, 1.0)], "finite"),
    ],
)
def test_odd_points_are_refused(points: Points, said: str) -> None:
    with pytest.raises(UserError, match=said):
        Drawn(cleared().raw, 0.0, points=tuple(points))


# ---- the table of x and g(x)


def test_a_typed_height_of_a_sample() -> None:
    before = preset("hills")
    after = with_cells(before, 100, 1, [7.0])
    assert after.raw[100] == 7.0
    assert np.array_equal(np.delete(after.raw, 100), np.delete(before.raw, 100))
    assert np.array_equal(with_cells(before, 510, 1, [7.0, 8.0]).raw[-3:], [before.raw[-3], 7.0, 8.0])
    with pytest.raises(UserError, match="There are 2 samples"):
        with_cells(before, 510, 1, [0.0] * 3)
    with pytest.raises(UserError, match="stays within"):
        with_cells(before, 510, 1, [1e301])
    with pytest.raises(UserError, match="fixed x"):
        with_cells(before, 100, 0, [0.5])


def test_typed_points_of_a_polyline() -> None:
    drawn = polyline([(0.0, 0.0), (0.5, 1.0), (1.0, 0.0)])
    assert with_cells(drawn, 1, 1, [2.0]).points[1] == (0.5, 2.0)
    assert with_cells(drawn, 1, 0, [0.25]).points[1] == (0.25, 1.0)
    assert with_cells(drawn, 3, 0, [0.25]).points == ((0.0, 0.0), (0.25, 0.5), (0.5, 1.0), (1.0, 0.0))
    for value, said in ((1.5, "x = 1.5 is outside"), (0.0, "x = 0 has a point already")):
        with pytest.raises(UserError, match=said):
            with_cells(drawn, 1, 0, [value])


def test_pasted_points_come_in_any_order() -> None:
    before = preset("hills")
    assert pasted(before, [(1.0, 2.0), (0.0, 1.0), (0.5, 0.0)]).points == ((0.0, 1.0), (0.5, 0.0), (1.0, 2.0))
    with pytest.raises(UserError, match="two different x"):
        pasted(before, [(0.5, 0.0)])
    with pytest.raises(UserError, match="already"):
        pasted(before, [(0.5, 0.0), (0.5, 1.0)])
    many = [(i / MAX_POINTS, float(i)) for i in range(MAX_POINTS + 1)]
    found: Array = pasted(before, many).raw
    np.testing.assert_allclose(found, MAX_POINTS * grid(), atol=1e-9)
    assert ordered([(1.0, 0.0), (0.0, 0.0)]) == [(0.0, 0.0), (1.0, 0.0)]
