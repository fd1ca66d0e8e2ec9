"""Functions given by points: polylines whose corners can be moved, added and taken away, and tables of x and g(x)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mlpviz.data.span import check_span
from mlpviz.data.strokes import MAX_POINTS, SAMPLES, Drawn, changed, from_points, grid, smoothed
from mlpviz.errors import UserError
from mlpviz.nn.layout import Array

Point = tuple[float, float]
NEAREST = 1 / (SAMPLES - 1)  # how close in x a point comes to its neighbour
TOLERANCE = 0.01  # of the range: how far corners may leave the drawing that they stand for
MOST_CORNERS = 48


def polyline(points: Sequence[Point], smooth: float = 0.0, *, keep_jumps: bool = False) -> Drawn:
    """The polyline through points with ascending x within [0, 1], two at least; the ends are held."""
    # A sum with 0: a point typed as −0 is the point 0.
    kept = tuple((float(x) + 0.0, float(y) + 0.0) for x, y in points)
    drawn = Drawn(np.zeros(SAMPLES), smooth, "drawn", points=kept)  # which checks the points
    x, y = np.array(kept).T
    result = changed(drawn, np.interp(grid(), x, y), keep_jumps=keep_jumps)
    return Drawn(result.raw, smooth, "drawn", result.keep_jumps, kept)


def corners(drawn: Drawn) -> tuple[Point, ...]:
    """The points of a polyline; for any other function those of one that follows it.

    They keep within TOLERANCE of its range where MOST_CORNERS do, both ends among them.
    """
    return drawn.points or _fitted(grid(), smoothed(drawn))


def _fitted(x: Array, y: Array) -> tuple[Point, ...]:
    """The sample farthest from the polyline so far becomes its next point, until none is far (Douglas–Peucker)."""
    chosen, limit = [0, len(x) - 1], TOLERANCE * float(np.ptp(y))
    while len(chosen) < MOST_CORNERS:
        away = np.abs(np.interp(x, x[chosen], y[chosen]) - y)
        worst = int(np.argmax(away))
        if away[worst] <= limit:
            break
        chosen = sorted([*chosen, worst])
    return tuple((float(x[i]), float(y[i])) for i in chosen)


def _with(drawn: Drawn, points: Sequence[Point]) -> Drawn:
    # Corners of a smoothed drawing have its smoothing in them.
    return polyline(points, drawn.smooth if drawn.points else 0.0, keep_jumps=drawn.keep_jumps)


def as_polyline(drawn: Drawn) -> Drawn:
    """The polyline through `corners`."""
    return _with(drawn, corners(drawn))


def move_point(drawn: Drawn, index: int, x: float, y: float) -> Drawn:
    """One of the `corners` moved.

    x is held between the point's neighbours and within [0, 1]; a point at the very end of [0, 1] stays there.
    """
    points = list(corners(drawn))
    old = points[index][0]
    low = points[index - 1][0] + NEAREST if index > 0 else 0.0
    high = points[index + 1][0] - NEAREST if index < len(points) - 1 else 1.0
    fixed = (index == 0 and old == 0) or (index == len(points) - 1 and old == 1) or low > high
    points[index] = (old if fixed else min(max(x, low), high), y)
    return _with(drawn, points)


def add_point(drawn: Drawn, x: float, y: float) -> tuple[Drawn, int]:
    """Another point among the `corners`, and its index; where one stands too close in x, that one is moved instead."""
    points = list(corners(drawn))
    x = min(max(x, 0.0), 1.0)
    nearest = min(range(len(points)), key=lambda i: abs(points[i][0] - x))
    if abs(points[nearest][0] - x) < NEAREST or len(points) == MAX_POINTS:
        return move_point(drawn, nearest, x, y), nearest
    index = sum(px < x for px, _ in points)
    points.insert(index, (x, y))
    return _with(drawn, points), index


def remove_point(drawn: Drawn, index: int) -> Drawn:
    """One of the `corners` taken away. Raises UserError for one of the last two."""
    points = list(corners(drawn))
    if len(points) <= 2:
        raise UserError("A polyline keeps two points at least; move them instead.")
    del points[index]
    return _with(drawn, points)


def with_cells(drawn: Drawn, row: int, column: int, values: Sequence[float]) -> Drawn:
    """Numbers written downwards into the table of x and g(x): of the points of a polyline, else of the samples.

    Args:
        drawn: the function before.
        row: of the table, the first to be written; in a polyline's the rows past its end ask for other points.
        column: 0 for x, 1 for g(x).
        values: the numbers.

    Raises:
        UserError: x of a sample, an x outside [0, 1] or of another point, a height that is no number to draw, or more
            numbers than rows.
    """
    if not drawn.points:
        if column == 0:
            raise UserError("The samples stand at fixed x; turn them into points to move them.")
        if row + len(values) > SAMPLES:
            raise UserError(f"There are {SAMPLES - row} samples from here on, not {len(values):,}.")
        raw = drawn.raw.copy()
        raw[row : row + len(values)] = values
        return changed(drawn, raw)
    points = list(drawn.points)
    for place, value in enumerate(values, row):
        if place < len(points):
            points[place] = (value, points[place][1]) if column == 0 else (points[place][0], value)
        elif column == 0:
            points.append((value, float(np.interp(value, *np.array(drawn.points).T))))
        else:
            raise UserError("Type the x of another point first.")
    return _with(drawn, ordered(points))


def pasted(drawn: Drawn, points: Sequence[Point]) -> Drawn:
    """The polyline through a pasted table of x and g(x), in any order. Raises UserError."""
    if len(points) < 2:
        raise UserError("A function needs points at two different x at least.")
    x, y = np.array(ordered(points)).T
    check_span(y)
    if len(x) > MAX_POINTS:
        return from_points(x, y, "drawn")
    return polyline(ordered(points), drawn.smooth if drawn.points else 0.0)


def ordered(points: Sequence[Point]) -> list[Point]:
    """Points by ascending x. Raises UserError where one leaves [0, 1], or two stand at the same x."""
    result = sorted(points)
    for x, _ in result:
        if not 0 <= x <= 1:
            raise UserError(f"x = {x:g} is outside [0, 1].")
    for (x, _), (after, _) in pairwise(result):
        if x == after:
            raise UserError(f"x = {x:g} has a point already.")
    return result
