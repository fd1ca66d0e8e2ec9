"""More of the drawing tools: what brush, eraser and keys leave alone, jumps at any scale, points to and fro."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.brushes import bend, cleared, erase, smooth_stroke
from mlpviz.data.polylines import (
    add_point,
    move_point,
    polyline,
    remove_point,
    with_cells,
)
from mlpviz.data.strokes import (
    JUMP_SHARE,
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
from mlpviz.nn.layout import frozen

LAST = SAMPLES - 1
Points = list[tuple[float, float]]
CORNERS = st.lists(
    st.tuples(st.integers(0, LAST), st.floats(-5, 5)), min_size=2, max_size=12, unique_by=lambda p: p[0]
).map(lambda points: sorted((i / LAST, y) for i, y in points))


def board(samples: object, smooth: float = 0.0) -> Drawn:
    return Drawn(frozen(np.array(samples, dtype=float)), smooth)


def noise(seed: int) -> Drawn:
    return board(np.random.default_rng(seed).normal(size=SAMPLES))


# ---- brush, eraser, keys


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


@pytest.mark.parametrize("scale", [1e300, 1e-300, 5e-324])
def test_jumps_at_any_scale(scale: float) -> None:
    drawn = with_smooth(with_jumps_kept(board(np.sign(grid() - 0.5) * scale)), 3.0)
    np.testing.assert_allclose(smoothed(drawn), drawn.raw, rtol=1e-12, atol=5e-324)
    assert jump_floor(drawn) == scale
    assert np.isfinite(with_jumps_smoothed(board(np.sign(grid() - 0.5) * scale)).raw).all()


# ---- polylines


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
