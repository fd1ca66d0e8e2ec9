"""Error against width, both logarithmic: ends of the axis that stay calm, labels kept apart, room between curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mlpviz.nn.layout import Array

LOWEST = 1e-8  # of the range of g: an error below is nothing but rounding, or will never be seen
STEP = 0.5  # decades by which an end of the axis moves
ROOM = 0.06  # decades beyond the last error
LEAST = 2.0  # decades below the range of g
SLACK = 1.5  # decades that may be empty below before the axis is narrowed
SLACK_ABOVE = 0.75  # and above, where single seeds come and go


def drawable(error: float, span: float) -> bool:
    """Whether an error has a place of its own on the axis; a smaller one stands on its floor, as "exact"."""
    return math.isfinite(error) and error > 0 and error >= LOWEST * span


def error_range(
    errors: Sequence[float], span: float, now: tuple[float, float] | None = None, *, settled: bool = True
) -> tuple[float, float]:
    """The ends of the error axis as powers of ten, in steps of half a decade.

    Args:
        errors: all that is drawn; what is not `drawable` is left out. span: the range of g, in the same units.
        now: the ends there are. They stay while the errors fit, and while the picture is not `settled` (more errors
            are to come) they only widen.
    """
    known = [math.log10(error) for error in errors if drawable(error, span)]
    top = math.log10(span) if span > 0 else 0.0
    high = math.ceil(max([top, *(error + ROOM for error in known)]) / STEP - 1e-9) * STEP
    low = math.floor(min([top - LEAST, *(error - ROOM for error in known)]) / STEP + 1e-9) * STEP
    if now is None or now[0] >= high or now[1] <= low:
        return low, high
    if settled:
        return (
            now[0] if low - SLACK < now[0] <= low else low,
            now[1] if high <= now[1] < high + SLACK_ABOVE else high,
        )
    return min(low, now[0]), max(high, now[1])


def whole_powers(low: float, high: float) -> range:
    """The powers of ten on an axis between two powers."""
    return range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)


# ---- labels


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float, gap: float = 0.0) -> list[float]:
    """Upper edges of labels in a column, pushed apart from the top down, and back up from the column's lower end.

    Args:
        wanted: where each label's middle belongs; their order is kept. heights: of the labels.
        low, high: the column's upper and lower end, y downwards. gap: between two labels.

    Labels that are higher in all than the column begin at its upper end and leave it at the lower one.
    """
    order = sorted(range(len(wanted)), key=lambda k: (wanted[k], k))
    tops, edge = [0.0] * len(wanted), low
    for k in order:
        tops[k] = max(wanted[k] - heights[k] / 2, edge)
        edge = tops[k] + heights[k] + gap
    edge = high
    for k in reversed(order):
        tops[k] = min(tops[k], edge - heights[k])
        edge = tops[k] - gap
    if order and tops[order[0]] < low:
        edge = low
        for k in order:
            tops[k] = edge
            edge += heights[k] + gap
    return tops


# ---- room between curves


def dotted(lines: Sequence[Array], apart: float = 6.0) -> Array:
    """Points along polylines (k, 2), at most `apart` pixels from one to the next, (n, 2)."""
    found = [np.zeros((0, 2))]
    for line in lines:
        found.append(line[-1:])
        for a, b in pairwise(line):
            steps = max(1, math.ceil(float(np.hypot(*(b - a))) / apart))
            found.append(a + (b - a) * (np.arange(steps) / steps)[:, None])
    return np.concatenate(found)


def free_corner(
    points: Array,
    size: tuple[float, float],
    room: tuple[float, float, float, float],
    boxes: Sequence[tuple[float, float, float, float]] = (),
    now: tuple[float, float] | None = None,
    *,
    steps: int = 14,
) -> tuple[float, float] | None:
    """The upper left corner of a box of a size that meets no point and no other box: the leftmost, then the highest.

    Args:
        points: (n, 2) of all curves. size: width and height. room: left, top, right, bottom of the plane.
        boxes: left, top, right, bottom of what else stands there.
        now: the corner there is; it stays while it is free.

    Returns:
        None where there is no such place.
    """
    left, top, right, bottom = room
    if right - left < size[0] or bottom - top < size[1]:
        return None
    across = np.linspace(left, right - size[0], steps)
    down = np.linspace(top, bottom - size[1], steps)
    corners = np.stack(np.meshgrid(across, down, indexing="ij"), axis=-1).reshape(-1, 2)
    if now is not None and left <= now[0] <= right - size[0] and top <= now[1] <= bottom - size[1]:
        corners = np.concatenate([np.array([now]), corners])
    ends = corners + np.asarray(size)
    free = np.ones(len(corners), dtype=bool)
    if len(points):
        inside = (points[None] > corners[:, None]) & (points[None] < ends[:, None])
        free &= ~inside.all(axis=2).any(axis=1)
    for box in boxes:
        free &= (ends[:, 0] <= box[0]) | (corners[:, 0] >= box[2]) | (ends[:, 1] <= box[1]) | (corners[:, 1] >= box[3])
    found = np.flatnonzero(free)
    return (float(corners[found[0], 0]), float(corners[found[0], 1])) if len(found) else None
