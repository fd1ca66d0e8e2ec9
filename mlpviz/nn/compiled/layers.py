"""Forward and backward through the layers for one block of rows."""

from __future__ import annotations

from typing import Any

from numba import njit

from mlpviz.nn.compiled import simd_math
from mlpviz.nn.compiled.codes import (
    BY_ROW,
    CODE,
    DELTA_AT,
    FIELDS,
    GROUP,
    GROUPS,
    H_AT,
    HEAD,
    IDENTITY,
    IN,
    LAYERS,
    LEAK,
    LEAKY_RELU,
    MATRIX_AT,
    OUT,
    RELU,
    SIGMOID,
    SLOPE_FROM,
    SLOPE_TO,
    SOURCE_AT,
    TANH,
    VALUE_FROM,
    VALUE_TO,
    WIDTH,
    Z_AT,
)
from mlpviz.nn.compiled.simd import LANES, at, fma, if_gt, if_lt, load, mul, splat, store, sub
from mlpviz.nn.compiled.tape_run import run_tape
from mlpviz.nn.compiled.tiles import dots_of_pairs, dots_of_row, product

_forward_4x2, _forward_4x1 = product(4, 2, True), product(4, 1, True)
_forward_1x4, _forward_1x1 = product(1, 4, True), product(1, 1, True)
_backward_4x2, _backward_4x1 = product(4, 2, False), product(4, 1, False)
_backward_1x4, _backward_1x1 = product(1, 4, False), product(1, 1, False)
PAIR_ENTRY = 2 * LANES + 1


@njit(error_model="numpy")
def activate(plan: Any, layer: Any, steps: Any, work: Any, z: Any, h: Any, length: Any) -> Any:
    """work[h : h + length] ← f(work[z : z + length]); z and h may be one place."""
    code = at(plan, layer + CODE)
    if code == TANH:
        for i in range(0, length, LANES):
            store(work, h + i, simd_math.tanh(load(work, z + i)))
    elif code == RELU:
        for i in range(0, length, LANES):
            t = load(work, z + i)
            store(work, h + i, if_lt(t, splat(0.0), splat(0.0), t))
    elif code == SIGMOID:
        for i in range(0, length, LANES):
            store(work, h + i, simd_math.sigmoid(load(work, z + i)))
    elif code == LEAKY_RELU:
        for i in range(0, length, LANES):
            t = load(work, z + i)
            store(work, h + i, if_lt(t, splat(0.0), mul(t, splat(LEAK)), t))
    elif code != IDENTITY:
        run_tape(steps, at(plan, layer + VALUE_FROM), at(plan, layer + VALUE_TO), work, z, h, h, length)


@njit(error_model="numpy")
def times_slope(plan: Any, layer: Any, steps: Any, work: Any, place: Any, spare: Any, length: Any) -> Any:
    """δ ← δ · f′ for `length` numbers from `place` on, counted from the layer's first; `spare` is room for f′."""
    code = at(plan, layer + CODE)
    h, d = at(plan, layer + H_AT) + place, at(plan, layer + DELTA_AT) + place
    one = splat(1.0)
    if code == TANH:
        for i in range(0, length, LANES):
            t = load(work, h + i)
            store(work, d + i, mul(load(work, d + i), sub(one, mul(t, t))))
    elif code == RELU:
        for i in range(0, length, LANES):
            store(work, d + i, if_gt(load(work, h + i), splat(0.0), load(work, d + i), mul(load(work, d + i), splat(0.0))))
    elif code == SIGMOID:
        for i in range(0, length, LANES):
            t = load(work, h + i)
            store(work, d + i, mul(load(work, d + i), mul(sub(one, t), t)))
    elif code == LEAKY_RELU:
        for i in range(0, length, LANES):
            store(work, d + i, mul(load(work, d + i), if_gt(load(work, h + i), splat(0.0), one, splat(LEAK))))
    elif code != IDENTITY:
        z = at(plan, layer + Z_AT) + place
        run_tape(steps, at(plan, layer + SLOPE_FROM), at(plan, layer + SLOPE_TO), work, z, h, spare, length)
        for i in range(0, length, LANES):
            store(work, d + i, mul(load(work, d + i), load(work, spare + i)))


@njit(error_model="numpy")
def forward(plan: Any, steps: Any, work: Any, theta: Any) -> Any:
    """z and h of every layer from the rows at X_AT."""
    lanes = at(plan, WIDTH)
    for index in range(at(plan, LAYERS)):
        layer = HEAD + index * FIELDS
        n, m = at(plan, layer + IN), at(plan, layer + OUT)
        a, source = at(plan, layer + MATRIX_AT), at(plan, layer + SOURCE_AT)
        z, h = at(plan, layer + Z_AT), at(plan, layer + H_AT)
        columns = n + 1
        unit = 0
        while unit < m:
            here = z + unit * lanes
            first = a + unit * columns
            j = 0
            if m - unit >= GROUP:
                while j + 2 * LANES <= lanes:
                    _forward_4x2(theta, first, columns, n, work, source + j, lanes, here + j)
                    j += 2 * LANES
                if j < lanes:
                    _forward_4x1(theta, first, columns, n, work, source + j, lanes, here + j)
                count = GROUP
            else:
                while j + 4 * LANES <= lanes:
                    _forward_1x4(theta, first, columns, n, work, source + j, lanes, here + j)
                    j += 4 * LANES
                while j < lanes:
                    _forward_1x1(theta, first, columns, n, work, source + j, lanes, here + j)
                    j += LANES
                count = 1
            activate(plan, layer, steps, work, here, h + unit * lanes, count * lanes)
            unit += count


@njit(error_model="numpy")
def backward(plan: Any, steps: Any, work: Any, theta: Any, spare: Any) -> Any:
    """δ of every layer from the last one's."""
    lanes = at(plan, WIDTH)
    for index in range(at(plan, LAYERS) - 1, 0, -1):
        layer = HEAD + index * FIELDS
        below = layer - FIELDS
        n, m = at(plan, layer + IN), at(plan, layer + OUT)
        a, source, target = at(plan, layer + MATRIX_AT), at(plan, layer + DELTA_AT), at(plan, below + DELTA_AT)
        unit = 0
        while unit < n:
            here = target + unit * lanes
            j = 0
            if n - unit >= GROUP:
                while j + 2 * LANES <= lanes:
                    _backward_4x2(theta, a + unit, n + 1, m, work, source + j, lanes, here + j)
                    j += 2 * LANES
                if j < lanes:
                    _backward_4x1(theta, a + unit, n + 1, m, work, source + j, lanes, here + j)
                count = GROUP
            else:
                while j + 4 * LANES <= lanes:
                    _backward_1x4(theta, a + unit, n + 1, m, work, source + j, lanes, here + j)
                    j += 4 * LANES
                while j < lanes:
                    _backward_1x1(theta, a + unit, n + 1, m, work, source + j, lanes, here + j)
                    j += LANES
                count = 1
            times_slope(plan, below, steps, work, unit * lanes, spare, count * lanes)
            unit += count


@njit(error_model="numpy")
def gradients(plan: Any, pairs: Any, work: Any, g: Any) -> Any:
    """∂L/∂A of every layer from its δ and its input.

    Groups of eight parameters may reach into what is made later, or again with the same bits.
    """
    lanes = at(plan, WIDTH)
    for group in range(at(plan, GROUPS)):
        entry = group * PAIR_ENTRY
        dots_of_pairs(work, pairs, entry + 1, lanes, g, at(pairs, entry))
    for index in range(at(plan, LAYERS)):
        layer = HEAD + index * FIELDS
        if at(plan, layer + BY_ROW):
            columns = at(plan, layer + IN) + 1
            source, delta = at(plan, layer + SOURCE_AT), at(plan, layer + DELTA_AT)
            a = at(plan, layer + MATRIX_AT)
            for unit in range(at(plan, layer + OUT)):
                place, row = a + unit * columns, delta + unit * lanes
                column = 0
                while column < columns:
                    first = min(column, columns - LANES)
                    dots_of_row(work, row, source + first * lanes, lanes, lanes, g, place + first)
                    column += LANES
