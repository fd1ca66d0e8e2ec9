"""The interpreter of tapes: one operation after another, each on a whole group of units times a block of rows."""

from __future__ import annotations

import math
from typing import Any

from mlpviz.nn.compiled import codes, simd
from mlpviz.nn.compiled.codes import LANES
from mlpviz.nn.compiled.jit import inner
from mlpviz.nn.compiled.simd import (
    absolute,
    add,
    at,
    div,
    if_ge,
    if_gt,
    if_le,
    if_lt,
    load,
    maximum,
    minimum,
    mul,
    put,
    splat,
    sqrt,
    store,
    sub,
)


def _two(operation: Any) -> Any:
    @inner
    def run(work: Any, a: Any, b: Any, out: Any, length: Any) -> Any:
        for i in range(0, length, LANES):
            store(work, out + i, operation(load(work, a + i), load(work, b + i)))

    return run


def _one(operation: Any) -> Any:
    @inner
    def run(work: Any, a: Any, out: Any, length: Any) -> Any:
        for i in range(0, length, LANES):
            store(work, out + i, operation(load(work, a + i)))

    return run


def _each(operation: Any) -> Any:
    """For functions of the mathematics library, number by number."""

    @inner
    def run(work: Any, a: Any, out: Any, length: Any) -> Any:
        for i in range(length):
            put(work, out + i, operation(at(work, a + i)))

    return run


@inner
def _negative(a: Any) -> Any:
    return mul(a, splat(-1.0))


@inner
def _same(a: Any) -> Any:
    return a


@inner
def _greater(a: Any, b: Any) -> Any:
    return if_gt(a, b, splat(1.0), splat(0.0))


@inner
def _greater_equal(a: Any, b: Any) -> Any:
    return if_ge(a, b, splat(1.0), splat(0.0))


@inner
def _less(a: Any, b: Any) -> Any:
    return if_lt(a, b, splat(1.0), splat(0.0))


@inner
def _less_equal(a: Any, b: Any) -> Any:
    return if_le(a, b, splat(1.0), splat(0.0))


_sin, _cos = (
    _each(inner(lambda x: math.sin(x))),
    _each(inner(lambda x: math.cos(x))),
)
_add, _sub, _mul, _div, _max, _min = (
    _two(inner(lambda a, b: add(a, b))),
    _two(inner(lambda a, b: sub(a, b))),
    _two(inner(lambda a, b: mul(a, b))),
    _two(inner(lambda a, b: div(a, b))),
    _two(inner(lambda a, b: maximum(a, b))),
    _two(inner(lambda a, b: minimum(a, b))),
)
_gt, _ge, _lt, _le = _two(_greater), _two(_greater_equal), _two(_less), _two(_less_equal)
_neg, _copy = _one(_negative), _one(_same)
_exp, _expm1, _tanh, _sigmoid = (
    _one(inner(lambda a: simd.exp(a))),
    _one(inner(lambda a: simd.expm1(a))),
    _one(inner(lambda a: simd.tanh(a))),
    _one(inner(lambda a: simd.sigmoid(a))),
)
_log, _log1p = _one(inner(lambda a: simd.log(a))), _one(inner(lambda a: simd.log1p(a)))
_abs, _sqrt = (
    _one(inner(lambda a: absolute(a))),
    _one(inner(lambda a: sqrt(a))),
)


@inner
def _pow(work: Any, a: Any, b: Any, out: Any, length: Any) -> Any:
    for i in range(length):
        put(work, out + i, math.pow(at(work, a + i), at(work, b + i)))


@inner
def _where(work: Any, condition: Any, a: Any, b: Any, out: Any, length: Any) -> Any:
    for i in range(0, length, LANES):
        chosen = if_gt(load(work, condition + i), splat(0.5), load(work, a + i), load(work, b + i))
        store(work, out + i, chosen)


@inner
def _place(operand: Any, z: Any, h: Any, out: Any) -> Any:
    if operand >= 0:
        return operand
    if operand == codes.ARGUMENT_Z:
        return z
    return h if operand == codes.ARGUMENT_H else out


@inner
def _arithmetic(op: Any, work: Any, a: Any, b: Any, c: Any, out: Any, length: Any) -> Any:
    """Operations that one instruction does; returns whether it was one of them."""
    if op == codes.MUL:
        _mul(work, a, b, out, length)
    elif op == codes.ADD:
        _add(work, a, b, out, length)
    elif op == codes.SUB:
        _sub(work, a, b, out, length)
    elif op == codes.DIV:
        _div(work, a, b, out, length)
    elif op == codes.MAX:
        _max(work, a, b, out, length)
    elif op == codes.MIN:
        _min(work, a, b, out, length)
    elif op == codes.GT:
        _gt(work, a, b, out, length)
    elif op == codes.GE:
        _ge(work, a, b, out, length)
    elif op == codes.LT:
        _lt(work, a, b, out, length)
    elif op == codes.LE:
        _le(work, a, b, out, length)
    elif op == codes.WHERE:
        _where(work, a, b, c, out, length)
    elif op == codes.NEG:
        _neg(work, a, out, length)
    elif op == codes.ABS:
        _abs(work, a, out, length)
    elif op == codes.SQRT:
        _sqrt(work, a, out, length)
    elif op == codes.COPY:
        _copy(work, a, out, length)
    else:
        return False
    return True


@inner
def _function(op: Any, work: Any, a: Any, b: Any, out: Any, length: Any) -> Any:
    if op == codes.EXP:
        _exp(work, a, out, length)
    elif op == codes.SIGMOID_OF:
        _sigmoid(work, a, out, length)
    elif op == codes.TANH_OF:
        _tanh(work, a, out, length)
    elif op == codes.EXPM1:
        _expm1(work, a, out, length)
    elif op == codes.LOG:
        _log(work, a, out, length)
    elif op == codes.LOG1P:
        _log1p(work, a, out, length)
    elif op == codes.SIN:
        _sin(work, a, out, length)
    elif op == codes.COS:
        _cos(work, a, out, length)
    elif op == codes.POW:
        _pow(work, a, b, out, length)


@inner
def run_tape(steps: Any, start: Any, stop: Any, work: Any, z: Any, h: Any, out: Any, length: Any) -> Any:
    """Run the steps start … stop on `length` numbers: arguments at z and h, the value to `out`, places in `work`."""
    for step in range(start, stop):
        at_step = step * codes.STEP_LENGTH
        op = at(steps, at_step)
        a = _place(at(steps, at_step + 1), z, h, out)
        b = _place(at(steps, at_step + 2), z, h, out)
        c = _place(at(steps, at_step + 3), z, h, out)
        target = _place(at(steps, at_step + 4), z, h, out)
        if not _arithmetic(op, work, a, b, c, target, length):
            _function(op, work, a, b, target, length)
