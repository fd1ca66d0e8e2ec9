"""The fewest straight links through a tube around a polyline: the greedy minimum-link path.

After Guibas, Hershberger, Mitchell, Snoeyink (1993), "Approximating polygons and subdivisions with minimum-link paths",
for x-monotone polylines. Written for Numba as well: functions on arrays and lists, called as they are without it.

Before it leaves the tube a link touches an edge at P last, and meets the other edge at B; between them the next link
crosses it. Where it touched the tube before P decides its line: at a sample, or at the B of the link before. What
follows a link through two samples depends on nothing before it.
"""

from __future__ import annotations

import math
from typing import Any

INFINITE = math.inf
NEAREST = 1e-9  # of B to the sample behind it, in samples
# A link: +1 if P is on the ceiling (it was the steepest), −1 on the floor; the sample touched before P, −1 for B; the
# sample P; the first sample out of its reach, n if there is none.
SIDE, PIVOT, TOUCH, END = range(4)
COLUMNS = 4
FIRST = (0, 0, 0, 1)  # in place of the link before the first
# Its line, and where the next link crosses it.
SLOPE, P_Y, B_X, B_Y = range(4)
NEWTON_STEPS, NEAR = 8, 1e-9  # a step of a share NEAR of ε is the last: the next would be its square


def crossing(h: Any, eps: float, touch: int, slope: float, slope_by: float, j: int) -> Any:
    """Where a line leaves through the floor of h ± ε between the samples j − 1 and j, and derivatives by ε.

    Args:
        touch: the sample where it touches the ceiling. slope, slope_by: the line's, and its derivative.

    Returns:
        How far the floor is above the line at j, and its derivative; x and y of the crossing, and theirs.
    """
    y, edge = h[touch] + eps, h[j] - h[j - 1]
    over, over_by = h[j] - eps - (y + slope * (j - touch)), -2.0 - slope_by * (j - touch)
    x, x_by, y_by = j - 1.0, 0.0, -1.0
    if over < edge - slope:
        x = j - max(over / (edge - slope), NEAREST)
        x_by = -(over_by + over * slope_by / (edge - slope)) / (edge - slope)
        y_by += edge * x_by
    return over, over_by, x, y + slope * (x - touch), x_by, y_by


def event(g: Any, eps: float, start: Any, links: Any, count: int, reach: int) -> float:
    """The ε at which the last of so many links reaches a sample, if the others touch what they touch.

    Args:
        g, start, links: as for `walk`, which found them. eps: theirs, below the one looked for.
        reach: the sample.
    """
    first, end, found = count - 1, int(links[count - 1][END]), eps
    while first > 0 and links[first][PIVOT] < 0:
        first -= 1
    for turn in range(NEWTON_STEPS):
        over, over_by, bx, by, bx_by, by_by = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        if links[first][PIVOT] < 0:
            h, touch = g[0] if start[SIDE] > 0 else g[1], start[TOUCH]
            run = touch - start[PIVOT]
            slope = (h[touch] + found - (h[start[PIVOT]] - found)) / run
            over, over_by, bx, by, bx_by, by_by = crossing(h, found, touch, slope, 2.0 / run, start[END])
        for i in range(first, count):
            link = links[i]
            h, pivot, touch, j = g[0] if link[SIDE] > 0 else g[1], link[PIVOT], link[TOUCH], link[END]
            if pivot >= 0:
                bx, by, bx_by, by_by = 1.0 * pivot, h[pivot] - found, 0.0, -1.0
            slope = (h[touch] + found - by) / (touch - bx)
            slope_by = (1.0 - by_by + slope * bx_by) / (touch - bx)
            if i == count - 1:
                if turn == 0:
                    end = last_reached(h, eps, touch, slope, slope_by, j, reach)
                j = end
            over, over_by, bx, by, bx_by, by_by = crossing(h, found, touch, slope, slope_by, j)
        if not over_by < 0:
            break
        step = over / over_by
        found -= step
        if abs(step) <= NEAR * found:
            break
    return found


def last_reached(h: Any, eps: float, touch: int, slope: float, slope_by: float, end: int, reach: int) -> int:
    """The sample from `end` to before `reach` that takes the largest ε to be below a line, by its derivative."""
    most, last = 0.0, end
    for j in range(end, reach):
        need = (h[j] - 2.0 * eps - h[touch] - slope * (j - touch)) / (2.0 + slope_by * (j - touch))
        if need > most:
            most, last = need, j
    return last


def same(one: Any, other: Any) -> bool:
    """Whether two links touch and leave the tube at the same places."""
    equal: bool = (
        one[END] == other[END]
        and one[TOUCH] == other[TOUCH]
        and one[PIVOT] == other[PIVOT]
        and one[SIDE] == other[SIDE]
    )
    return equal


def ceilings(h: Any, eps: float, touch: int, end: int, x: Any, y: Any) -> int:
    """The ceiling's points from the sample `touch` to before `end`: their lower hull's (x, y), and how many it has."""
    x[0], y[0], last = 1.0 * touch, h[touch] + eps, 1
    for i in range(touch + 1, end):
        above = h[i] + eps
        while last >= 2 and (y[last - 1] - y[last - 2]) * (i - x[last - 1]) >= (above - y[last - 1]) * (
            x[last - 1] - x[last - 2]
        ):
            last -= 1
        x[last], y[last] = i, above
        last += 1
    return last


def farthest(h: Any, eps: float, bx: float, by: float, touch: int, j: int, hull: Any) -> Any:
    """The link that goes farthest, above the floor from B on and below the ceiling from the sample `touch` on.

    Args:
        h: (n,) g or −g. j: the first sample that B and `touch` do not lie before.

    Returns:
        The first sample out of its reach; whether it is the steepest line that cannot reach it, else the shallowest;
        its slope, the sample it touches last and the x of what it touches before. If n is reached, the mean of both
        lines: its slope, and 0 and y at n − 1 in their place.
    """
    floor_x, floor_y, ceiling_x, ceiling_y = hull[0], hull[1], hull[2], hull[3]
    floor_x[0], floor_y[0] = bx, by
    # The steepest and the shallowest line: slope and the point it touches last; where the edges' hulls begin and end.
    steep, up_x, up_y, floor, floor_end = INFINITE, j - 1, 0.0, 0, 1
    shallow, down_x, down_y, ceiling, ceiling_end = (
        -INFINITE,
        j - 1,
        0.0,
        0,
        ceilings(h, eps, touch, j, ceiling_x, ceiling_y),
    )
    while j < len(h):
        y, above = h[j] - eps, h[j] + eps
        top, bottom = up_y + steep * (j - up_x), down_y + shallow * (j - down_x)
        if y > top:
            return j, True, steep, up_x, floor_x[floor]
        if above < bottom:
            return j, False, shallow, down_x, ceiling_x[ceiling]
        if y > bottom:
            while ceiling_end - ceiling >= 2 and (y - ceiling_y[ceiling + 1]) * (j - ceiling_x[ceiling]) > (
                y - ceiling_y[ceiling]
            ) * (j - ceiling_x[ceiling + 1]):
                ceiling += 1
            shallow, down_x, down_y = (y - ceiling_y[ceiling]) / (j - ceiling_x[ceiling]), j, y
            # A floor below the shallowest line is below all that follow: only these points are ever touched.
            while floor_end - floor >= 2 and (floor_y[floor_end - 1] - floor_y[floor_end - 2]) * (
                j - floor_x[floor_end - 1]
            ) <= (y - floor_y[floor_end - 1]) * (floor_x[floor_end - 1] - floor_x[floor_end - 2]):
                floor_end -= 1
            floor_x[floor_end], floor_y[floor_end] = j, y
            floor_end += 1
        if above < top:
            while floor_end - floor >= 2 and (above - floor_y[floor + 1]) * (j - floor_x[floor]) < (
                above - floor_y[floor]
            ) * (j - floor_x[floor + 1]):
                floor += 1
            steep, up_x, up_y = (above - floor_y[floor]) / (j - floor_x[floor]), j, above
            while ceiling_end - ceiling >= 2 and (ceiling_y[ceiling_end - 1] - ceiling_y[ceiling_end - 2]) * (
                j - ceiling_x[ceiling_end - 1]
            ) >= (above - ceiling_y[ceiling_end - 1]) * (ceiling_x[ceiling_end - 1] - ceiling_x[ceiling_end - 2]):
                ceiling_end -= 1
            ceiling_x[ceiling_end], ceiling_y[ceiling_end] = j, above
            ceiling_end += 1
        j += 1
    end = len(h) - 1
    height = 0.5 * ((up_y + steep * (end - up_x)) + (down_y + shallow * (end - down_x)))
    return j, True, 0.5 * (steep + shallow), 0, height


def walk(
    g: Any, eps: float, start: Any, until: int, most: int, low: Any, high: Any, links: Any, lines: Any, hull: Any
) -> int:
    """Links through g ± ε by greed from the left, x being the sample's number 0 … n − 1.

    Args:
        g: (2, n) g and −g, n ≥ 2. eps: > 0.
        start: the link to go on from, not counted, which goes through two samples; FIRST for the whole path.
        until: ends with the first link through two samples whose END is this sample or a later one; n: with g.
        most: links after which counting ends.
        low, high: (·, COLUMNS) links at a smaller and a larger ε: where both are the same, so they are here.
        links: (most, COLUMNS), filled. lines: (most, 4), filled; of one that reaches the end, SLOPE and y at n − 1.
        hull: (4, n + 1) room for the tube's edges.

    Returns:
        The number of links; negative where the walk ended before g did; most + 1 where they do not suffice.
    """
    n, count, known = len(g[0]), 0, min(len(low), len(high))
    side, pivot, touch, j = start
    # All is seen as if the link before had been the steepest; where it was the shallowest, g is turned upside down.
    h = g[0] if side >= 0 else g[1]
    bx, by, slope = 0.0, h[0] - eps, 0.0
    if side != 0:
        slope = (h[touch] + eps - (h[pivot] - eps)) / (touch - pivot)
    while True:
        if side != 0:
            py = h[touch] + eps
            over, rise = h[j] - eps - (py + slope * (j - touch)), h[j] - h[j - 1] - slope
            back = over / rise if over < rise else 1.0
            bx = j - (back if back > NEAREST else NEAREST)
            by = py + slope * (bx - touch)
            if count > 0:
                links[count - 1] = (side, pivot, touch, j)
                lines[count - 1] = (side * slope, side * py, bx, side * by)
                if pivot >= 0 and j >= until:
                    return -count
                if count >= most:
                    return most + 1
        if side != 0 and count < known and low[count][END] < n and same(low[count], high[count]):
            side, pivot, touch, j = low[count]
            h = g[0] if side > 0 else g[1]
            if pivot >= 0:
                bx, by = 1.0 * pivot, h[pivot] - eps
            slope = (h[touch] + eps - by) / (touch - bx)
        else:
            end, steepest, slope, last, before = farthest(h, eps, bx, by, touch, j, hull)
            upright = 1 if side >= 0 else -1
            if end == n:
                links[count], lines[count] = (upright, -1, 0, n), (upright * slope, upright * before, 0.0, 0.0)
                return count + 1
            if steepest:
                pivot, side = -1 if before == bx and side != 0 else int(before), upright
            else:
                pivot, side, slope, h = int(before), -upright, -slope, g[1] if upright > 0 else g[0]
            touch, j = last, end
        count += 1
