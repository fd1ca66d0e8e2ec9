"""Activations that have no passes of their own, run from their tapes, a chunk of numbers at a time."""

from __future__ import annotations

import math
from typing import Any

from mlpviz.nn.compiled import simd_math
from mlpviz.nn.compiled.jit import inner
from mlpviz.nn.compiled.plan import CHUNK, OP_CODES
from mlpviz.nn.compiled.simd import (
    absolute,
    add,
    div,
    if_ge,
    if_gt,
    if_le,
    if_lt,
    load,
    maximum,
    minimum,
    mul,
    splat,
    sqrt,
    store,
    sub,
)

ADD, SUB, MUL, DIV, NEG, POW, EXP, LOG, SIN, COS, TANH, ABS, MAX, MIN, SQRT, WHERE, GT, GE, LT, LE, SIGMOID, EXPM1 = (
    OP_CODES[name]
    for name in (
        "add", "sub", "mul", "div", "neg", "pow", "exp", "log", "sin", "cos", "tanh", "abs", "max", "min", "sqrt",
        "where", "gt", "ge", "lt", "le", "sigmoid", "expm1",
    )
)  # fmt: skip
LOG1P = OP_CODES["log1p"]


@inner
def run(tapes: Any, at: Any, work: Any, registers: Any, z: Any, h: Any, target: Any, size: Any) -> None:
    """target = the program's value for z and h, all of `size` numbers and room for one vector more."""
    steps, result, inputs, constants, numbers = tapes[at], tapes[at + 1], tapes[at + 2], tapes[at + 3], tapes[at + 4]
    known = inputs + constants
    for begin in range(0, size, CHUNK):
        count = min(CHUNK, size - begin)
        for step in range(steps):
            line = at + 5 + 4 * step
            a = _place(tapes[line + 1], inputs, known, numbers, registers, z + begin, h + begin)
            b = _place(tapes[line + 2], inputs, known, numbers, registers, z + begin, h + begin)
            c = _place(tapes[line + 3], inputs, known, numbers, registers, z + begin, h + begin)
            _step(tapes[line], work, a, b, c, registers + step * CHUNK, count)
        found = _place(result, inputs, known, numbers, registers, z + begin, h + begin)
        for lane in range(0, count, 8):
            store(work, target + begin + lane, load(work, found + lane))


@inner
def _place(register: Any, inputs: Any, known: Any, numbers: Any, registers: Any, z: Any, h: Any) -> Any:
    if register < inputs:
        return h if register == 1 else z
    if register < known:
        return numbers + (register - inputs) * CHUNK
    return registers + (register - known) * CHUNK


@inner
def _step(op: Any, work: Any, a: Any, b: Any, c: Any, out: Any, count: Any) -> None:
    if op in (LOG, SIN, COS, LOG1P, POW):
        _by_lane(op, work, a, b, out, count)
    elif op in (EXP, EXPM1, TANH, SIGMOID):
        _exponential(op, work, a, out, count)
    elif op in (ADD, SUB, MUL, DIV):
        _arithmetic(op, work, a, b, out, count)
    elif op in (GT, GE, LT, LE):
        _comparison(op, work, a, b, out, count)
    else:
        for lane in range(0, count, 8):
            x, y = load(work, a + lane), load(work, b + lane)
            if op == NEG:
                r = sub(splat(-0.0), x)
            elif op == ABS:
                r = absolute(x)
            elif op == MAX:
                r = maximum(x, y)
            elif op == MIN:
                r = minimum(x, y)
            elif op == SQRT:
                r = sqrt(x)
            else:
                r = if_gt(x, splat(0.5), y, load(work, c + lane))
            store(work, out + lane, r)


@inner
def _arithmetic(op: Any, work: Any, a: Any, b: Any, out: Any, count: Any) -> None:
    for lane in range(0, count, 8):
        x, y = load(work, a + lane), load(work, b + lane)
        if op == ADD:
            r = add(x, y)
        elif op == SUB:
            r = sub(x, y)
        elif op == MUL:
            r = mul(x, y)
        else:
            r = div(x, y)
        store(work, out + lane, r)


@inner
def _comparison(op: Any, work: Any, a: Any, b: Any, out: Any, count: Any) -> None:
    one, zero = splat(1.0), splat(0.0)
    for lane in range(0, count, 8):
        x, y = load(work, a + lane), load(work, b + lane)
        if op == GT:
            r = if_gt(x, y, one, zero)
        elif op == GE:
            r = if_ge(x, y, one, zero)
        elif op == LT:
            r = if_lt(x, y, one, zero)
        else:
            r = if_le(x, y, one, zero)
        store(work, out + lane, r)


@inner
def _exponential(op: Any, work: Any, a: Any, out: Any, count: Any) -> None:
    for lane in range(0, count, 8):
        x = load(work, a + lane)
        if op == EXP:
            r = simd_math.exp(x)
        elif op == EXPM1:
            r = simd_math.expm1(x)
        elif op == TANH:
            r = simd_math.tanh(x)
        else:
            r = simd_math.sigmoid(x)
        store(work, out + lane, r)


@inner
def _by_lane(op: Any, work: Any, a: Any, b: Any, out: Any, count: Any) -> None:
    """What the C library computes, one number after another."""
    for lane in range(count):
        x = work[a + lane]
        if op == LOG:
            r = math.log(x)
        elif op == SIN:
            r = math.sin(x)
        elif op == COS:
            r = math.cos(x)
        elif op == LOG1P:
            r = math.log1p(x)
        else:
            r = x ** work[b + lane]
        work[out + lane] = r
