"""Forward and backward through the layers for one block of rows."""

from __future__ import annotations

from typing import Any

from mlpviz.nn.compiled import simd
from mlpviz.nn.compiled.codes import (
    CHUNK,
    CODE,
    DELTA_AT,
    FIELDS,
    H_AT,
    HEAD,
    IDENTITY,
    IN,
    LANES,
    LAYERS,
    LEAK,
    LEAKY_RELU,
    MATRIX_AT,
    OUT,
    RELU,
    SCRATCH_AT,
    SIGMOID,
    SIZE,
    SLOPE_FROM,
    SLOPE_TO,
    SOURCE_AT,
    TANH,
    VALUE_FROM,
    VALUE_TO,
    WIDTH,
    Z_AT,
)
from mlpviz.nn.compiled.jit import inlined
from mlpviz.nn.compiled.simd import at, if_gt, if_lt, load, mul, put, splat, store, sub
from mlpviz.nn.compiled.tape_run import run_tape
from mlpviz.nn.compiled.tiles import dots, product

TILE = 4  # units


def _rows_of_product(forward: bool, squash: bool) -> Any:
    """A function that makes rows of a product with a layer's matrix, with the tiles that fit."""
    four_two, four_one = product(4, 2, forward, squash), product(4, 1, forward, squash)
    two_two, two_one = product(2, 2, forward, squash), product(2, 1, forward, squash)
    one_four, one_one = product(1, 4, forward, squash), product(1, 1, forward, squash)

    @inlined
    def rows(
        A: Any, a: Any, across: Any, columns: Any, n: Any, work: Any, source: Any, lanes: Any, target: Any, count: Any,
        h: Any,
    ) -> Any:  # fmt: skip
        """`count` rows of the product from `target` on; each begins `across` further in A. See `tiles.product`."""
        unit = 0
        while unit < count:
            here, first, j, said = target + unit * lanes, a + unit * across, 0, h + unit * lanes
            if count - unit >= TILE:
                while j + 2 * LANES <= lanes:
                    four_two(A, first, columns, n, work, source + j, lanes, here + j, said + j)
                    j += 2 * LANES
                if j < lanes:
                    four_one(A, first, columns, n, work, source + j, lanes, here + j, said + j)
                unit += 4
            elif count - unit >= 2:
                while j + 2 * LANES <= lanes:
                    two_two(A, first, columns, n, work, source + j, lanes, here + j, said + j)
                    j += 2 * LANES
                if j < lanes:
                    two_one(A, first, columns, n, work, source + j, lanes, here + j, said + j)
                unit += 2
            else:
                while j + 4 * LANES <= lanes:
                    one_four(A, first, columns, n, work, source + j, lanes, here + j, said + j)
                    j += 4 * LANES
                while j < lanes:
                    one_one(A, first, columns, n, work, source + j, lanes, here + j, said + j)
                    j += LANES
                unit += 1

    return rows


_outputs_of, _inputs_of = _rows_of_product(True, False), _rows_of_product(False, False)
_tanh_outputs_of, _tanh_inputs_of = _rows_of_product(True, True), _rows_of_product(False, True)


@inlined
def activate(plan: Any, layer: Any, steps: Any, work: Any, z: Any, h: Any, length: Any) -> Any:
    """work[h : h + length] ← f(work[z : z + length]); z and h may be one place. Not for tanh."""
    code = at(plan, layer + CODE)
    if code == RELU:
        for i in range(0, length, LANES):
            t = load(work, z + i)
            store(work, h + i, if_lt(t, splat(0.0), splat(0.0), t))
    elif code == SIGMOID:
        for i in range(0, length, LANES):
            store(work, h + i, simd.sigmoid(load(work, z + i)))
    elif code == LEAKY_RELU:
        for i in range(0, length, LANES):
            t = load(work, z + i)
            store(work, h + i, if_lt(t, splat(0.0), mul(t, splat(LEAK)), t))
    elif code != IDENTITY:
        run_tape(steps, at(plan, layer + VALUE_FROM), at(plan, layer + VALUE_TO), work, z, h, h, length)


@inlined
def times_slope(plan: Any, layer: Any, steps: Any, work: Any, place: Any, length: Any) -> Any:
    """δ ← δ · f′ for `length` numbers from `place` on, counted from the layer's first. Not for tanh."""
    code = at(plan, layer + CODE)
    h, d = at(plan, layer + H_AT) + place, at(plan, layer + DELTA_AT) + place
    one = splat(1.0)
    if code == RELU:
        for i in range(0, length, LANES):
            store(work, d + i, mul(load(work, d + i), if_gt(load(work, h + i), splat(0.0), one, splat(0.0))))
    elif code == SIGMOID:
        for i in range(0, length, LANES):
            t = load(work, h + i)
            store(work, d + i, mul(load(work, d + i), mul(sub(one, t), t)))
    elif code == LEAKY_RELU:
        for i in range(0, length, LANES):
            store(work, d + i, mul(load(work, d + i), if_gt(load(work, h + i), splat(0.0), one, splat(LEAK))))
    elif code != IDENTITY:
        z, spare = at(plan, layer + Z_AT) + place, at(plan, SCRATCH_AT)
        run_tape(steps, at(plan, layer + SLOPE_FROM), at(plan, layer + SLOPE_TO), work, z, h, spare, length)
        for i in range(0, length, LANES):
            store(work, d + i, mul(load(work, d + i), load(work, spare + i)))


@inlined
def forward(plan: Any, steps: Any, work: Any, theta: Any, block: Any) -> Any:
    """z and h of every layer from the examples `block` numbers behind the first block."""
    lanes, chunk = at(plan, WIDTH), at(plan, CHUNK)
    for index in range(at(plan, LAYERS)):
        layer = HEAD + index * FIELDS
        n, m = at(plan, layer + IN), at(plan, layer + OUT)
        a, z, h = at(plan, layer + MATRIX_AT), at(plan, layer + Z_AT), at(plan, layer + H_AT)
        source = at(plan, layer + SOURCE_AT) + (block if index == 0 else 0)
        for unit in range(0, m, chunk):
            count, place = min(chunk, m - unit), unit * lanes
            row = a + unit * (n + 1)
            if at(plan, layer + CODE) == TANH:
                _tanh_outputs_of(theta, row, n + 1, n + 1, n, work, source, lanes, h + place, count, h)
                continue
            _outputs_of(theta, row, n + 1, n + 1, n, work, source, lanes, z + place, count, h)
            activate(plan, layer, steps, work, z + place, h + place, count * lanes)


@inlined
def backward(plan: Any, steps: Any, work: Any, theta: Any) -> Any:
    """δ of every layer from the last one's."""
    lanes, chunk = at(plan, WIDTH), at(plan, CHUNK)
    for index in range(at(plan, LAYERS) - 1, 0, -1):
        layer = HEAD + index * FIELDS
        below = layer - FIELDS
        n, m, a = at(plan, layer + IN), at(plan, layer + OUT), at(plan, layer + MATRIX_AT)
        source, target = at(plan, layer + DELTA_AT), at(plan, below + DELTA_AT)
        for unit in range(0, n, chunk):
            count, place = min(chunk, n - unit), unit * lanes
            if at(plan, below + CODE) == TANH:
                h = at(plan, below + H_AT) + place
                _tanh_inputs_of(theta, a + unit, 1, n + 1, m, work, source, lanes, target + place, count, h)
                continue
            _inputs_of(theta, a + unit, 1, n + 1, m, work, source, lanes, target + place, count, 0)
            times_slope(plan, below, steps, work, place, count * lanes)


# Tiles of one row and eight columns, two and four, four and two.
_one_row, _two_rows, _four_rows = dots(1), dots(2), dots(4)


@inlined
def gradients(plan: Any, work: Any, g: Any, block: Any) -> Any:
    """∂L/∂A of every layer from its δ and its input, eight numbers at a time.

    A tile that is wider than its matrix reaches into what is made after it; otherwise the last tile of a row, or of a
    column, makes some numbers again, with the same bits.
    """
    lanes = at(plan, WIDTH)
    for index in range(at(plan, LAYERS)):
        layer = HEAD + index * FIELDS
        m, columns, a = at(plan, layer + OUT), at(plan, layer + IN) + 1, at(plan, layer + MATRIX_AT)
        source, delta = at(plan, layer + SOURCE_AT) + (block if index == 0 else 0), at(plan, layer + DELTA_AT)
        rows = 1 if m == 1 else 4 if columns <= 2 and m >= 4 else 2
        across = LANES // rows
        for begun in range(0, m, rows):
            unit = min(begun, m - rows)
            row, place, column = delta + unit * lanes, a + unit * columns, 0
            while column < columns:
                c = max(0, min(column, columns - across))
                from_, to = source + c * lanes, place + c
                if rows == 2:
                    _two_rows(work, row, lanes, from_, lanes, lanes, g, to, columns)
                elif rows == 1:
                    _one_row(work, row, lanes, from_, lanes, lanes, g, to, columns)
                else:
                    _four_rows(work, row, lanes, from_, lanes, lanes, g, to, columns)
                column += across
    size = at(plan, SIZE)
    for i in range(size, (size + LANES - 1) // LANES * LANES):
        put(g, i, 0.0)
