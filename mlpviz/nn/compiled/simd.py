"""Vectors of eight float64 in Numba, by explicit LLVM instructions.

Nothing is left to the compiler's own vectorising: the order of every operation, and with it every bit of a result, is
what the source says, on any processor. Where a processor has narrower registers, LLVM uses several.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _intrinsic
from numba.extending import models, register_model

LANES = 8
# Numba's own functions are untyped.
tools: Any = cgutils
_Pointer: Any = types.CPointer
_DOUBLE, _WORD = ir.DoubleType(), ir.IntType(64)
VECTOR, WORDS = ir.VectorType(_DOUBLE, LANES), ir.VectorType(_WORD, LANES)


def intrinsic(function: Any) -> Any:
    """Numba's decorator, whose result no type checker can call."""
    return _intrinsic(function)


class _V8(types.Type):
    """Eight float64."""

    def __init__(self) -> None:
        super().__init__(name="v8")


v8 = _V8()


@register_model(_V8)
class _V8Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, VECTOR)  # type: ignore[no-untyped-call]


def constant(builder: Any, value: float) -> Any:
    """A vector of eight times the value."""
    return ir.Constant(VECTOR, [ir.Constant(_DOUBLE, value)] * LANES)


@intrinsic
def pointer(typing_context: Any, array: Any) -> Any:
    """Where a contiguous array's numbers begin: one word to hand on instead of an array's seven, and none to count."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return tools.create_struct_proxy(signature.args[0])(context, builder, value=arguments[0]).data

    return _Pointer(array.dtype)(array), generate


def vector_at(builder: Any, data: Any, index: Any) -> Any:
    """The address of the vector that begins at data[index]."""
    return builder.bitcast(builder.gep(data, [index]), ir.PointerType(VECTOR))


def repeated(builder: Any, value: Any) -> Any:
    """A vector of eight times a number."""
    first = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(VECTOR, ir.Undefined), zeros)


def fused(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """a · b + c, rounded once."""
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    return builder.call(tools.get_or_insert_function(builder.module, kind, "llvm.fma.v8f64"), [a, b, c])


@intrinsic
def load(typing_context: Any, array: Any, index: Any) -> Any:
    """array[index : index + 8]; nothing checks that they are there."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = vector_at(builder, *arguments)
        return builder.load(place, align=8)

    return v8(array, types.intp), generate


@intrinsic
def store(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """array[index : index + 8] = value."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = vector_at(builder, arguments[0], arguments[1])
        builder.store(arguments[2], place, align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, v8), generate


@intrinsic
def splat(typing_context: Any, value: Any) -> Any:
    """Eight times the same number."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return repeated(builder, arguments[0])

    return v8(types.float64), generate


def _binary(name: str) -> Any:
    def typed(typing_context: Any, a: Any, b: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return getattr(builder, name)(*arguments)

        return v8(v8, v8), generate

    return intrinsic(typed)


def _function(name: str, arity: int) -> Any:
    def call(builder: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(VECTOR, [VECTOR] * arity)
        function = tools.get_or_insert_function(builder.module, kind, f"llvm.{name}.v8f64")
        return builder.call(function, arguments)

    def one(typing_context: Any, a: Any) -> Any:
        return v8(v8), lambda context, builder, signature, arguments: call(builder, arguments)

    def two(typing_context: Any, a: Any, b: Any) -> Any:
        return v8(v8, v8), lambda context, builder, signature, arguments: call(builder, arguments)

    def three(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
        return v8(v8, v8, v8), lambda context, builder, signature, arguments: call(builder, arguments)

    return intrinsic((one, two, three)[arity - 1])


def _choice(relation: str) -> Any:
    """(a, b, x, y) → x where a stands in the relation to b, else y, lane by lane; NaN stands in none."""

    def typed(typing_context: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            a, b, x, y = arguments
            return builder.select(builder.fcmp_ordered(relation, a, b), x, y)

        return v8(v8, v8, v8, v8), generate

    return intrinsic(typed)


@intrinsic
def at(typing_context: Any, array: Any, index: Any) -> Any:
    """array[index] of a contiguous array, without a check for negative indices."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(builder.gep(arguments[0], [arguments[1]]))

    return array.dtype(array, types.intp), generate


@intrinsic
def put(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """array[index] = value of a contiguous array, likewise."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], builder.gep(arguments[0], [arguments[1]]))
        return context.get_dummy_value()

    return types.void(array, types.intp, array.dtype), generate


@intrinsic
def gathered(typing_context: Any, array: Any, places: Any, first: Any, offset: Any) -> Any:
    """array[places[first + k] + offset], k = 0 … 7: one load each, put together in registers."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, places, first, offset = arguments
        result = ir.Constant(VECTOR, ir.Undefined)
        for lane in range(LANES):
            which = builder.add(first, ir.Constant(_WORD, lane))
            place = builder.load(builder.gep(places, [which]))
            index = builder.add(place, offset)
            value = builder.load(builder.gep(array, [index]))
            result = builder.insert_element(result, value, ir.Constant(ir.IntType(32), lane))
        return result

    return v8(array, places, types.intp, types.intp), generate


@intrinsic
def lane(typing_context: Any, vector: Any, index: Any) -> Any:
    """One number of the eight."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.extract_element(arguments[0], builder.trunc(arguments[1], ir.IntType(32)))

    return types.float64(v8, types.intp), generate


add, sub, mul, div = (_binary(name) for name in ("fadd", "fsub", "fmul", "fdiv"))
fma = _function("fma", 3)  # a · b + c, rounded once
sqrt, absolute = _function("sqrt", 1), _function("fabs", 1)
copysign = _function("copysign", 2)  # the first one's size with the second one's sign
maximum, minimum = _function("maximum", 2), _function("minimum", 2)  # NaN if either is
if_gt, if_ge, if_lt, if_le = (_choice(relation) for relation in (">", ">=", "<", "<="))


@intrinsic
def power_of_two(typing_context: Any, shifted: Any) -> Any:
    """2^k for k + 1.5·2⁵², k from −1022 to 1023: the low bits of such a number are k."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], WORDS)
        exponent = builder.shl(bits, ir.Constant(WORDS, [52] * LANES))
        one = ir.Constant(WORDS, [0x3FF0000000000000] * LANES)
        return builder.bitcast(builder.add(exponent, one), VECTOR)

    return v8(v8), generate


def _shuffled(builder: Any, a: Any, b: Any, places: list[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), LANES), places))


@intrinsic
def total(typing_context: Any, vector: Any) -> Any:
    """The sum of the lanes: ((0+4)+(2+6)) + ((1+5)+(3+7))."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (a,) = arguments
        for half in (4, 2, 1):
            a = builder.fadd(a, _shuffled(builder, a, a, [(lane + half) % LANES for lane in range(LANES)]))
        return builder.extract_element(a, ir.Constant(ir.IntType(32), 0))

    return types.float64(v8), generate


def sums_of_eight(builder: Any, vectors: Any) -> Any:
    """The sums of eight vectors as one vector, each summed as ((0+1)+(2+3)) + ((4+5)+(6+7))."""

    def halved(x: Any, y: Any, low: list[int], apart: int) -> Any:
        high = [place + apart for place in low]
        return builder.fadd(_shuffled(builder, x, y, low), _shuffled(builder, x, y, high))

    pairs = [halved(x, y, [0, 8, 2, 10, 4, 12, 6, 14], 1) for x, y in _two_by_two(vectors)]
    fours = [halved(x, y, [0, 1, 8, 9, 4, 5, 12, 13], 2) for x, y in _two_by_two(pairs)]
    ((x, y),) = _two_by_two(fours)
    return halved(x, y, [0, 1, 2, 3, 8, 9, 10, 11], 4)


def _two_by_two(values: Any) -> list[Any]:
    return list(zip(values[::2], values[1::2], strict=True))
