"""The fewest straight links through a tube around a polyline: the greedy minimum-link path.

After Guibas, Hershberger, Mitchell, Snoeyink (1993), "Approximating polygons and subdivisions with minimum-link paths",
for x-monotone polylines. Written for Numba as well: one function on arrays and lists, called as it is without it.
"""

from __future__ import annotations

from typing import Any

INFINITE = 1e300
NEAREST = 1e-9  # of a window to the sample behind it, in samples
# Columns of a window: the link before it touches the tube at P last and meets the other edge at B; the next link
# crosses between them. `END_SIDE` is +1 where P is on the ceiling (the link was the steepest), −1 where on the floor.
P_X, P_Y, B_X, B_Y, SIDE = range(5)
COLUMNS = 5


def grown(hx: Any, hy: Any, first: int, last: int, x: float, y: float) -> int:
    """Put a point at the right end of an upper convex hull, its points from `first` to before `last`; its new end."""
    while last - first >= 2 and (hy[last - 1] - hy[last - 2]) * (x - hx[last - 1]) <= (y - hy[last - 1]) * (
        hx[last - 1] - hx[last - 2]
    ):
        last -= 1
    hx[last], hy[last] = x, y
    return last + 1


def tangent(hx: Any, hy: Any, first: int, last: int, x: float, y: float) -> int:
    """Where the line from (x, y), above and right of an upper convex hull, touches it, looked for from `first` on."""
    while last - first >= 2 and (y - hy[first + 1]) * (x - hx[first]) <= (y - hy[first]) * (x - hx[first + 1]):
        first += 1
    return first


def walk(g: Any, eps: float, most: int, slopes: Any, offsets: Any, windows: Any, hull: Any, state: Any) -> int:
    """Count the links through g ± ε by greed from the left, x being the sample's number 0 … n − 1.

    Both extreme lines are treated as the steepest one, the shallowest as that of −g: side 0 is +, side 1 is −.

    Args:
        g: (n,), n ≥ 2. eps: > 0. most: links after which counting ends.
        slopes, offsets: (most + 1,) the lines y = m x + q, filled. windows: (most, COLUMNS) between successive links.
        hull: (2, 2, n + 2) room for the tube's edges. state: (2, 6) room.

    Returns:
        The number of links; most + 1 where they do not suffice.
    """
    n, links, j = len(g), 0, 1
    for s in range(2):  # floor of this side: first, last of its hull; slope, x, y, sample of its steepest line
        state[s][0], state[s][1], state[s][2], state[s][5] = 0, 1, INFINITE, 0
        hull[s][0][0], hull[s][1][0] = 0.0, (1 - 2 * s) * g[0] - eps
    while j < n:
        x, ended = float(j), -1
        for s in range(2):
            y = (1 - 2 * s) * g[j]
            if state[s][2] < INFINITE and y - eps > state[s][4] + state[s][2] * (x - state[s][3]):
                ended = s
        if ended >= 0:
            if links >= most:
                return most + 1
            s, o = ended, 1 - ended
            sign, m, px, py = 1 - 2 * s, state[s][2], state[s][3], state[s][4]
            over = py + m * (x - px) - (sign * g[j] - eps)
            bx = max(px, min(x - NEAREST, max(x - 1.0, x + over / (sign * (g[j] - g[j - 1]) - m))))
            by = py + m * (bx - px)
            slopes[links], offsets[links] = sign * m, sign * (py - m * px)
            w = windows[links]
            w[0], w[1], w[2], w[3], w[4] = px, sign * py, bx, sign * by, sign
            links += 1
            # From here on the link that ended is the shallowest; it touches P, then B.
            first = int(state[s][5]) + 1
            hull[s][0][0], hull[s][1][0], hull[o][0][0], hull[o][1][0] = bx, by, px, -py
            state[s][0], state[s][1], state[s][2], state[s][5] = 0, 1, INFINITE, 0
            state[o][0], state[o][2], state[o][3], state[o][4], state[o][5] = 0, -m, bx, -by, j - 1
            last = 1
            for i in range(first, j):
                last = grown(hull[o][0], hull[o][1], 0, last, float(i), -sign * g[i] - eps)
            state[o][1] = last
            continue
        for s in range(2):
            y, hx, hy = (1 - 2 * s) * g[j], hull[s][0], hull[s][1]
            f, last = int(state[s][0]), int(state[s][1])
            if y + eps < state[s][4] + state[s][2] * (x - state[s][3]) or state[s][2] == INFINITE:
                f = tangent(hx, hy, f, last, x, y + eps)
                state[s][2] = (y + eps - hy[f]) / (x - hx[f])
                state[s][3], state[s][4], state[s][5] = x, y + eps, j
            state[s][0], state[s][1] = f, grown(hx, hy, f, last, x, y - eps)
        j += 1
    up, down = state[0], state[1]
    slopes[links] = 0.5 * (up[2] - down[2])
    offsets[links] = 0.5 * ((up[4] - up[2] * up[3]) - (down[4] - down[2] * down[3]))
    return links + 1
