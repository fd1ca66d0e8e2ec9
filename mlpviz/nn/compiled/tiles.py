"""The innermost loops of a pass through a network, as explicit LLVM instructions.

A tile is a few units times a few vectors of eight lanes (rows of the data), kept in registers while a loop adds up
products. Every element is summed in the same order in a tile of any shape, so that the shape changes no bit.
All buffers are feature-first and lie in one array, `work`.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types

from mlpviz.nn.compiled import vector_math
from mlpviz.nn.compiled.codes import LANES
from mlpviz.nn.compiled.simd import intrinsic, tools
from mlpviz.nn.compiled.vectors import INDEX, VECTOR, Vectors, constant, word


def _cells(builder: Any, values: list[Any]) -> list[Any]:
    """Variables with their first values; LLVM keeps them in registers."""
    cells = [tools.alloca_once(builder, VECTOR) for _ in values]
    for cell, value in zip(cells, values, strict=True):
        builder.store(value, cell)
    return cells


def product(units: int, vectors: int, forward: bool, squash: bool) -> Any:
    """An intrinsic (A, a, columns, n, work, source, stride, target, h): `units` rows of a product with a matrix.

    forward: target[u] ← A[u, n] + Σ_k A[u, k] source[k], A having n + 1 = `columns` columns, the last of them biases.
    backward: target[u] ← Σ_k A[k, u] source[k], over n rows.
    squash: tanh of it, or it times tanh′ = 1 − h², which saves a pass over what lies in memory already.
    `a` is where A[0, 0] of the tile stands, `source`, `target` and `h` where rows of `stride` lanes begin in `work`.
    """

    def tile(
        typing: Any, A: Any, a: Any, columns: Any, n: Any, work: Any, source: Any, stride: Any, target: Any,
        h: Any,
    ) -> Any:  # fmt: skip
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            weights, a, columns, n, values, source, stride, target, h = arguments
            v = Vectors(builder)
            across = columns if forward else word(1)
            along = word(1) if forward else columns
            rows = [builder.add(a, builder.mul(word(unit), across)) for unit in range(units)]
            firsts = [v.repeated_at(weights, builder.add(row, n)) if forward else constant(0.0) for row in rows]
            sums = [_cells(builder, [first] * vectors) for first in firsts]
            with tools.for_range(builder, n) as loop:
                place = builder.add(source, builder.mul(loop.index, stride))
                step = builder.mul(loop.index, along)
                inputs = [v.load(values, builder.add(place, word(LANES * index))) for index in range(vectors)]
                for unit, row in enumerate(rows):
                    weight = v.repeated_at(weights, builder.add(row, step))
                    for cell, value in zip(sums[unit], inputs, strict=True):
                        builder.store(v.fma(weight, value, builder.load(cell)), cell)
            for unit in range(units):
                row = builder.mul(word(unit), stride)
                for index, cell in enumerate(sums[unit]):
                    here, found = builder.add(row, word(LANES * index)), builder.load(cell)
                    if squash and forward:
                        found = vector_math.tanh(v, found)
                    elif squash:
                        said = v.load(values, builder.add(h, here))
                        found = v.mul(found, v.sub(constant(1.0), v.mul(said, said)))
                    v.store(values, builder.add(target, here), found)
            return context.get_dummy_value()

        index = types.intp
        return types.void(A, index, index, index, work, index, index, index, index), generate

    return intrinsic(tile)


def dots(units: int) -> Any:
    """An intrinsic (work, delta, below, source, stride, lanes, g, a, columns): 8 / `units` columns of `units` rows.

    g[a + u · columns + c] ← Σ over the lanes of row u from `delta` on, `below` apart, times row c from `source` on,
    `stride` apart.
    """

    def tile(
        typing: Any, work: Any, delta: Any, below: Any, source: Any, stride: Any, lanes: Any, g: Any, a: Any,
        columns: Any,
    ) -> Any:  # fmt: skip
        across = LANES // units

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            values, delta, below, source, stride, lanes, g, a, columns = arguments
            v = Vectors(builder)
            cells = _cells(builder, [constant(0.0)] * LANES)
            sources = [builder.add(source, builder.mul(word(c), stride)) for c in range(across)]
            deltas = [builder.add(delta, builder.mul(word(u), below)) for u in range(units)]
            with tools.for_range_slice(builder, word(0), lanes, word(LANES)) as (index, _):
                inputs = [v.load(values, builder.add(row, index)) for row in sources]
                for unit, row in enumerate(deltas):
                    slope = v.load(values, builder.add(row, index))
                    for cell, value in zip(cells[unit * across :], inputs, strict=False):
                        builder.store(v.fma(slope, value, builder.load(cell)), cell)
            sums = v.sums_of_eight([builder.load(cell) for cell in cells])
            for unit in range(units):
                lanes_of = ir.Constant(ir.VectorType(INDEX, across), [unit * across + c for c in range(across)])
                part = builder.shuffle_vector(sums, ir.Constant(VECTOR, ir.Undefined), lanes_of)
                place = builder.add(a, builder.mul(word(unit), columns))
                where = builder.bitcast(builder.gep(g, [place]), ir.PointerType(part.type))
                builder.store(part, where, align=8)
            return context.get_dummy_value()

        index = types.intp
        return types.void(work, index, index, index, index, index, g, index, index), generate

    return intrinsic(tile)
