"""Functions given by points: polylines, tables of numbers, tables from files."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.polylines import (
    NEAREST,
    add_point,
    as_polyline,
    corners,
    move_point,
    pasted,
    polyline,
    remove_point,
    with_cells,
)
from mlpviz.data.strokes import PRESETS, SAMPLES, Drawn, from_table, grid, jump_floor, preset, smoothed, with_jumps_kept
from mlpviz.errors import UserError
from mlpviz.nn.layout import frozen

ROOF = polyline([(0.0, 0.0), (0.5, 1.0), (1.0, 0.0)])


def test_a_polyline_goes_through_its_points() -> None:
    np.testing.assert_allclose(ROOF.raw, 1 - 2 * np.abs(grid() - 0.5), atol=1e-12)
    assert ROOF.points == ((0.0, 0.0), (0.5, 1.0), (1.0, 0.0))
    inner = polyline([(0.25, 1.0), (0.75, 3.0)])
    assert (inner.raw[grid() <= 0.25] == 1).all()
    assert (inner.raw[grid() >= 0.75] == 3).all()


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(0.0, 1.0)], "2 to 512 points, not 1"),
        ([(0.5, 0.0), (0.5, 1.0)], "each larger"),
        ([(0.5, 0.0), (0.2, 1.0)], "each larger"),
        ([(-0.1, 0.0), (0.2, 1.0)], "within [0, 1]"),
        ([(0.1, 0.0), (1.2, 1.0)], "within [0, 1]"),
        ([(0.1, float("nan")), (0.2, 1.0)], "finite"),
        ([(0.1, 1e301), (0.2, 1.0)], "stays within"),
        ([(i / 600, 0.0) for i in range(600)], "2 to 512 points, not 600"),
    ],
)
def test_odd_polylines_are_refused(points: list[tuple[float, float]], said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        polyline(points)


@pytest.mark.parametrize("name", PRESETS)
def test_corners_follow_g_within_a_hundredth_of_its_range(name: str) -> None:
    drawn = preset(name)
    found, g = corners(drawn), smoothed(drawn)
    x, y = np.array(found).T
    assert (x[0], x[-1]) == (0, 1)
    if name not in ("coastline", "chirp"):  # which have more bends than can be dragged
        assert np.abs(np.interp(grid(), x, y) - g).max() <= 0.0101 * np.ptp(g)
    assert corners(as_polyline(drawn)) == found
    assert as_polyline(drawn).smooth == 0


def test_points_are_moved_between_their_neighbours() -> None:
    moved = move_point(ROOF, 1, 0.7, 2.0)
    assert moved.points == ((0.0, 0.0), (0.7, 2.0), (1.0, 0.0))
    assert move_point(ROOF, 1, 5.0, 2.0).points[1] == (1 - NEAREST, 2.0)
    assert move_point(ROOF, 1, -5.0, 2.0).points[1] == (NEAREST, 2.0)
    assert move_point(ROOF, 0, 0.3, 2.0).points[0] == (0.0, 2.0)
    assert move_point(ROOF, 2, 0.3, 2.0).points[2] == (1.0, 2.0)


def test_points_are_added_and_taken_away() -> None:
    more, index = add_point(ROOF, 0.25, 3.0)
    assert (index, more.points) == (1, ((0.0, 0.0), (0.25, 3.0), (0.5, 1.0), (1.0, 0.0)))
    assert remove_point(more, 1).points == ROOF.points
    same, index = add_point(ROOF, 0.5 + NEAREST / 2, 3.0)  # no room beside it
    assert (index, len(same.points), same.points[1][1]) == (1, 3, 3.0)
    two = remove_point(ROOF, 1)
    with pytest.raises(UserError, match="two points at least"):
        remove_point(two, 0)


def test_a_polyline_keeps_its_smoothing_and_its_jumps() -> None:
    rounded = polyline(ROOF.points, 5.0)
    assert move_point(rounded, 1, 0.5, 2.0).smooth == 5.0
    step = as_polyline(with_jumps_kept(preset("step")))
    assert step.keep_jumps
    assert jump_floor(step) == pytest.approx(0.5, abs=0.01)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-1e3, 1e3)), min_size=1, max_size=20))
def test_any_clicks_give_a_polyline_through_the_last_one(clicks: list[tuple[float, float]]) -> None:
    drawn = preset("hills")
    for x, y in clicks:
        drawn, index = add_point(drawn, x, y)
        at = drawn.points[index]
        assert at[1] == y
        assert abs(at[0] - x) <= NEAREST
        np.testing.assert_array_equal(drawn.raw, np.interp(grid(), *np.array(drawn.points).T))


# ---- the table


def test_numbers_are_typed_into_samples() -> None:
    typed = with_cells(preset("sine"), 7, 1, [3.0, 4.0])
    assert typed.raw[[7, 8]].tolist() == [3.0, 4.0]
    assert np.array_equal(np.delete(typed.raw, [7, 8]), np.delete(preset("sine").raw, [7, 8]))
    with pytest.raises(UserError, match="fixed x"):
        with_cells(preset("sine"), 7, 0, [0.3])
    with pytest.raises(UserError, match="There are 2 samples from here on, not 3"):
        with_cells(preset("sine"), SAMPLES - 2, 1, [1.0, 2.0, 3.0])
    with pytest.raises(UserError, match="stays within"):
        with_cells(preset("sine"), 7, 1, [1e305])


def test_numbers_are_typed_into_points() -> None:
    assert with_cells(ROOF, 1, 0, [0.3]).points[1] == (0.3, 1.0)
    assert with_cells(ROOF, 1, 1, [5.0, 6.0]).points[1:] == ((0.5, 5.0), (1.0, 6.0))
    # A point typed past its neighbour changes places with it; one in the empty row stands on g.
    assert with_cells(with_cells(ROOF, 1, 0, [0.3]), 3, 0, [0.2]).points[1] == (0.2, pytest.approx(2 / 3))
    for x, said in ((0.0, "x = 0 has a point already"), (1.5, "x = 1.5 is outside [0, 1]")):
        with pytest.raises(UserError, match=re.escape(said)):
            with_cells(ROOF, 1, 0, [x])
    with pytest.raises(UserError, match="x of another point first"):
        with_cells(ROOF, 3, 1, [1.0])


def test_a_pasted_table_replaces_g() -> None:
    assert pasted(preset("sine"), [(1.0, 0.0), (0.0, 0.0), (0.5, 1.0)]).points == ROOF.points
    many = pasted(ROOF, [(i / 999, i) for i in range(1000)])
    assert many.points == ()
    np.testing.assert_allclose(many.raw, 999 * grid(), atol=1e-9)
    with pytest.raises(UserError, match="two different x"):
        pasted(ROOF, [(0.5, 1.0)])


# ---- files


def test_the_points_of_a_short_file_can_be_moved_on(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text("x,y\n1,0\n0,0\n0.5,1\n0.5,1\n")
    drawn, _ = from_table(path)
    assert (drawn.points, drawn.source) == (ROOF.points, "g.csv")
    np.testing.assert_array_equal(drawn.raw, ROOF.raw)
    path.write_text("\n".join(f"{i},{i % 7}" for i in range(100)))
    long, note = from_table(path)
    assert long.points == ()
    assert "rescaled" in note


@pytest.mark.parametrize("scale", ["1e-240", "1e90"])
def test_a_file_of_any_range(tmp_path: Path, scale: str) -> None:
    path = tmp_path / "g.csv"
    path.write_text(f"0,0\n1,{scale}\n")
    drawn, _ = from_table(path)
    assert drawn.raw[-1] == float(scale)
    assert drawn.raw[0] == 0


def test_a_drawing_that_stands_for_no_polyline_has_no_points() -> None:
    assert Drawn(frozen(np.zeros(SAMPLES))).points == ()
    assert with_cells(ROOF, 1, 1, [2.0]).points
    assert preset("corner").points == ()
