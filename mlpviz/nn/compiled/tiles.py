"""The innermost loops of a pass through a network, as explicit LLVM instructions.

A tile is a few units times a few vectors of eight lanes (rows of the data), kept in registers while a loop adds up
products. Every element is summed in the same order in a tile of any shape, so that the shape changes no bit.
All buffers are feature-first and lie in one array, `work`.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types

from mlpviz.nn.compiled.simd import LANES, VECTOR, fused, intrinsic, repeated, sums_of_eight, tools, vector_at

_WORD = ir.IntType(64)


def _word(value: int) -> Any:
    return ir.Constant(_WORD, value)


def _cells(builder: Any, values: list[Any]) -> list[Any]:
    """Variables with their first values; LLVM keeps them in registers."""
    cells = [tools.alloca_once(builder, VECTOR) for _ in values]
    for cell, value in zip(cells, values, strict=True):
        builder.store(value, cell)
    return cells


def product(units: int, vectors: int, forward: bool) -> Any:
    """An intrinsic (A, a, columns, n, work, source, stride, target): `units` rows of a product with a layer's matrix.

    forward: target[u] ← A[u, n] + Σ_k A[u, k] source[k], A having n + 1 = `columns` columns, the last of them biases.
    backward: target[u] ← Σ_k A[k, u] source[k], over n rows.
    `a` is where A[0, 0] of the tile stands, `source` and `target` where rows of `stride` lanes begin in `work`.
    """

    def tile(
        typing: Any, A: Any, a: Any, columns: Any, n: Any, work: Any, source: Any, stride: Any, target: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            weights, a, columns, n, values, source, stride, target = arguments
            across = columns if forward else _word(1)
            along = _word(1) if forward else columns
            rows = [builder.add(a, builder.mul(_word(unit), across)) for unit in range(units)]
            if forward:
                firsts = [repeated(builder, builder.load(builder.gep(weights, [builder.add(r, n)]))) for r in rows]
            else:
                firsts = [ir.Constant(VECTOR, None)] * units
            sums = [_cells(builder, [first] * vectors) for first in firsts]
            with tools.for_range(builder, n) as loop:
                place = builder.add(source, builder.mul(loop.index, stride))
                step = builder.mul(loop.index, along)
                inputs = [
                    builder.load(vector_at(builder, values, builder.add(place, _word(LANES * v))), align=8)
                    for v in range(vectors)
                ]
                for unit, row in enumerate(rows):
                    weight = repeated(builder, builder.load(builder.gep(weights, [builder.add(row, step)])))
                    for cell, value in zip(sums[unit], inputs, strict=True):
                        builder.store(fused(builder, weight, value, builder.load(cell)), cell)
            for unit in range(units):
                place = builder.add(target, builder.mul(_word(unit), stride))
                for v, cell in enumerate(sums[unit]):
                    where = vector_at(builder, values, builder.add(place, _word(LANES * v)))
                    builder.store(builder.load(cell), where, align=8)
            return context.get_dummy_value()

        word = types.intp
        return types.void(A, word, word, word, work, word, word, word), generate

    return intrinsic(tile)


@intrinsic
def dots(
    typing: Any, work: Any, first: Any, second: Any, source: Any, stride: Any, lanes: Any, g: Any, a: Any, b: Any
) -> Any:
    """g[a + c] and g[b + c] ← Σ over the lanes of row `first`, or `second`, times row c of `source`, c = 0 … 3."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, first, second, source, stride, lanes, g, a, b = arguments
        cells = _cells(builder, [ir.Constant(VECTOR, None)] * LANES)
        half = LANES // 2
        rows = [builder.add(source, builder.mul(_word(c), stride)) for c in range(half)]
        with tools.for_range_slice(builder, _word(0), lanes, _word(LANES)) as (index, _):
            inputs = [builder.load(vector_at(builder, values, builder.add(row, index)), align=8) for row in rows]
            for unit, row in enumerate((first, second)):
                delta = builder.load(vector_at(builder, values, builder.add(row, index)), align=8)
                for cell, value in zip(cells[unit * half :], inputs, strict=False):
                    builder.store(fused(builder, delta, value, builder.load(cell)), cell)
        sums = sums_of_eight(builder, [builder.load(cell) for cell in cells])
        for part, place in enumerate((a, b)):
            lanes_of = ir.Constant(ir.VectorType(ir.IntType(32), half), [part * half + c for c in range(half)])
            quarter = builder.shuffle_vector(sums, ir.Constant(VECTOR, ir.Undefined), lanes_of)
            where = builder.bitcast(builder.gep(g, [place]), ir.PointerType(quarter.type))
            builder.store(quarter, where, align=8)
        return context.get_dummy_value()

    word = types.intp
    return types.void(work, word, word, word, word, word, g, word, word), generate
