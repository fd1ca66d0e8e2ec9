"""A tape as a list of NumPy calls bound to buffers, and formulas evaluated at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.calls import Buffer, Program, run, scalar
from mlpviz.nn.formula.nodes import Node
from mlpviz.nn.formula.ops import COMPARISONS, OPS
from mlpviz.nn.formula.tape import Tape, tape


def bind(program: Tape, inputs: Sequence[Buffer], out: Buffer) -> Program:
    """The calls that write the tape's value into `out`.

    Args:
        program: the tape.
        inputs: a buffer for each of its inputs, of out's shape and type; out may be one of them.
        out: where the value goes; complex numbers work too (|t|, max and min go by the real part).
    """
    return _Binder(program, inputs, out).calls


class _Binder:
    """Gives every register a buffer, each used again as soon as its value is not needed any more."""

    def __init__(self, program: Tape, inputs: Sequence[Buffer], out: Buffer) -> None:
        self._tape, self._out = program, out
        self._values: dict[int, Buffer] = dict(enumerate(inputs))
        for place, value in enumerate(program.constants):
            self._values[len(inputs) + place] = scalar(value, out)
        self._free: dict[Any, list[Buffer]] = {}
        self.calls: Program = []
        first = program.inputs + len(program.constants)
        last = program.last_uses()
        for place, (op, *operands) in enumerate(program.steps):
            register = first + place
            arguments = operands[: OPS[op].arity]
            target = self._target(op, register, arguments)
            self._emit(op, [self._values[index] for index in arguments], target)
            self._values[register] = target
            for index in set(arguments):
                if index >= first and last[index] == place:
                    buffer = self._values[index]
                    self._free.setdefault(buffer.dtype, []).append(buffer)
        if self._values[program.result] is not out:
            self.calls.append(partial(np.copyto, out, self._values[program.result]))

    def _target(self, op: str, register: int, arguments: list[int]) -> Buffer:
        if register == self._tape.result:
            # Calls that write before they have read everything must not write over what they read.
            clash = OPS[op].arity == 3 and any(self._values[index] is self._out for index in arguments)
            if not clash:
                return self._out
        dtype = np.dtype(bool) if op in COMPARISONS else self._out.dtype
        pool = self._free.get(dtype, [])
        return pool.pop() if pool else np.empty(self._out.shape, dtype)

    def _emit(self, op: str, values: list[Buffer], target: Buffer) -> None:
        emit = self.calls.append
        is_complex = np.iscomplexobj(target)
        if op == "where":
            condition, first, second = values
            emit(partial(np.copyto, target, second))
            emit(partial(np.copyto, target, first, where=condition))
        elif op == "sigmoid":
            one = scalar(1.0, target)
            emit(partial(np.negative, values[0], target))
            emit(partial(np.exp, target, target))
            emit(partial(np.add, target, one, target))
            emit(partial(np.divide, one, target, target))
        elif op == "max" and not is_complex:
            emit(partial(np.maximum, values[0], values[1], out=target))
        elif op == "min" and not is_complex:
            emit(partial(np.minimum, values[0], values[1], out=target))
        elif op in _BY_REAL_PART and is_complex:
            emit(partial(_copied, _BY_REAL_PART[op], values, target))
        elif op == "mul" and values[0] is values[1] and not is_complex:
            emit(partial(np.square, values[0], target))  # a tenth cheaper
        else:
            emit(partial(OPS[op].numpy, *values, target))


def _copied(function: Any, values: list[Buffer], target: Buffer) -> None:
    target[...] = function(*values)


# As functions of the real part, so that the complex step differentiates them.
_BY_REAL_PART = {
    "abs": lambda a: np.where(a.real < 0, -a, a),
    "max": lambda a, b: np.where(a.real > b.real, a, b),
    "min": lambda a, b: np.where(a.real < b.real, a, b),
    "gt": lambda a, b: a.real > b.real,
    "ge": lambda a, b: a.real >= b.real,
    "lt": lambda a, b: a.real < b.real,
    "le": lambda a, b: a.real <= b.real,
}


def evaluate(node: Node, values: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """The formula at the values of its variables: arrays of one shape, (…)."""
    names = tuple(values)
    inputs = [np.asarray(values[name]) for name in names]
    out = np.empty(inputs[0].shape, np.result_type(*inputs, np.float64))
    with np.errstate(all="ignore"):
        run(bind(tape(node, names), inputs, out))
    return out
