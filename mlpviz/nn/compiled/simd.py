"""Vectors of eight float64 in Numba, by explicit LLVM instructions.

Nothing is left to the compiler's own vectorising: the order of every operation, and with it every bit of a result, is
what the source says, on any processor. Where a processor has narrower registers, LLVM uses several.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _intrinsic
from numba.extending import models, register_model

from mlpviz.nn.compiled import vector_math
from mlpviz.nn.compiled.codes import LANES
from mlpviz.nn.compiled.vectors import INDEX, VECTOR, WORD, Vectors

# Numba's own functions are untyped.
tools: Any = cgutils
_Pointer: Any = types.CPointer


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


@intrinsic
def pointer(typing_context: Any, array: Any) -> Any:
    """Where a contiguous array's numbers begin: one word to hand on instead of an array's seven, and none to count."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return tools.create_struct_proxy(signature.args[0])(context, builder, value=arguments[0]).data

    return _Pointer(array.dtype)(array), generate


@intrinsic
def load(typing_context: Any, array: Any, index: Any) -> Any:
    """array[index : index + 8]; nothing checks that they are there."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return Vectors(builder).load(*arguments)

    return v8(array, types.intp), generate


@intrinsic
def store(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """array[index : index + 8] = value."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        Vectors(builder).store(*arguments)
        return context.get_dummy_value()

    return types.void(array, types.intp, v8), generate


@intrinsic
def splat(typing_context: Any, value: Any) -> Any:
    """Eight times the same number."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return Vectors(builder).repeated(arguments[0])

    return v8(types.float64), generate


def _operation(function: Callable[..., Any], arity: int) -> Any:
    """The intrinsic of a function (Vectors, …) of so many vectors."""

    def call(builder: Any, arguments: Any) -> Any:
        return function(Vectors(builder), *arguments)

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
            return Vectors(builder).choice(relation, *arguments)

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
def call_made(typing_context: Any, address: Any, work: Any, block: Any, theta: Any, g: Any) -> Any:
    """Call a function of `made` for the block that begins at work[block]."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address, work, block, theta, g = arguments
        kind = ir.FunctionType(ir.VoidType(), [theta.type] * 3)
        function = builder.inttoptr(address, ir.PointerType(kind))
        builder.call(function, [builder.gep(work, [block]), theta, g])
        return context.get_dummy_value()

    return types.void(types.int64, work, types.intp, theta, g), generate


@intrinsic
def gathered(typing_context: Any, array: Any, places: Any, first: Any, offset: Any) -> Any:
    """array[places[first + k] + offset], k = 0 … 7: one load each, put together in registers."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, places, first, offset = arguments
        result = ir.Constant(VECTOR, ir.Undefined)
        for lane in range(LANES):
            which = builder.add(first, ir.Constant(WORD, lane))
            place = builder.load(builder.gep(places, [which]))
            index = builder.add(place, offset)
            value = builder.load(builder.gep(array, [index]))
            result = builder.insert_element(result, value, ir.Constant(INDEX, lane))
        return result

    return v8(array, places, types.intp, types.intp), generate


@intrinsic
def lane(typing_context: Any, vector: Any, index: Any) -> Any:
    """One number of the eight."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.extract_element(arguments[0], builder.trunc(arguments[1], INDEX))

    return types.float64(v8, types.intp), generate


@intrinsic
def total(typing_context: Any, vector: Any) -> Any:
    """See `Vectors.total`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return Vectors(builder).total(*arguments)

    return types.float64(v8), generate


add, sub, mul, div = (_operation(function, 2) for function in (Vectors.add, Vectors.sub, Vectors.mul, Vectors.div))
fma = _operation(Vectors.fma, 3)
sqrt, absolute = _operation(Vectors.sqrt, 1), _operation(Vectors.absolute, 1)
maximum, minimum = _operation(Vectors.maximum, 2), _operation(Vectors.minimum, 2)
if_gt, if_ge, if_lt, if_le = (_choice(relation) for relation in (">", ">=", "<", "<="))
exp, expm1 = _operation(vector_math.exp, 1), _operation(vector_math.expm1, 1)
tanh, sigmoid = _operation(vector_math.tanh, 1), _operation(vector_math.sigmoid, 1)
log, log1p, logistic = (
    _operation(vector_math.log, 1),
    _operation(vector_math.log1p, 1),
    _operation(vector_math.logistic, 2),
)
squared_slope, absolute_slope, huber_slope, logistic_slope, hinge_slope = (
    _operation(slope, 2) for slope in vector_math.SLOPES.values()
)
