"""What the kernel is told of a network and its settings: whole numbers in one array, and where every buffer lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.activations import Activation, activation_named
from mlpviz.nn.formula.ops import OPS
from mlpviz.nn.formula.tape import Tape
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Network

# Places in the plan.
LAYERS, FAN, OUTPUTS, LOSS, SQUASH, COLUMNS, PADDED, COUNT, X, Y, SCALES, OUTPUT, REGISTERS, MASK, SLOPES, HEAD = range(
    16
)
# Places in each layer's part of it.
IN, OUT, AT, SOURCE, Z, H, DELTA, CODE, VALUE, SLOPE, PART = range(11)
# Numbers that one step of a tape works on.
CHUNK = 128
# Numbers of a block's hidden values at most, so that a block stays in the processor's second cache.
BLOCK_VALUES = 16_384
MOST_COLUMNS = 256
FAST = {"identity": 0, "sigmoid": 1, "tanh": 2, "relu": 3, "leaky_relu": 4}
TAPE = 5
LOSS_CODES = {name: code for code, name in enumerate(("squared", "absolute", "huber", "logistic", "softmax", "hinge"))}
OP_CODES = {name: code for code, name in enumerate(OPS)}

Whole = NDArray[np.int64]
Places = NDArray[np.int32]


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """Everything the kernel needs that stays the same from step to step.

    Attributes:
        numbers: see the places above.
        tapes: the layers' programs, one after another: length, result, inputs, constants, where the constants lie,
            then (operation, a, b, c) for each step.
        deltas, sources: for each parameter, where its δ and its source's values begin in the workspace.
        work: the workspace.
        count: θ's length padded to a multiple of 8.
    """

    numbers: Whole
    tapes: Whole
    deltas: Places
    sources: Places
    work: Array
    count: int


def columns_for(network: Network, batch: int) -> int:
    """How many rows of the data a block has, as even as can be over the blocks of a batch."""
    most = max(16, min(MOST_COLUMNS, BLOCK_VALUES // sum(network.sizes) // 8 * 8))
    return -(-batch // -(-batch // most))


class _Room:
    """Hands out places of the workspace."""

    def __init__(self) -> None:
        self.size = 8
        self.filled: list[tuple[int, int, float]] = []

    def take(self, count: int, value: float = 0.0) -> int:
        at, self.size = self.size, self.size + -(-count // 8) * 8 + 8
        self.filled.append((at, count, value))
        return at


def plan_for(network: Network, batch: int) -> Plan:
    """The plan for batches of so many rows."""
    columns, sizes = columns_for(network, batch), network.sizes
    padded = -(-columns // 8) * 8
    plan, room, tapes = layout(sizes), _Room(), list[int]()
    rows = [activation_named(layer.activation) for layer in network.hidden]
    codes = [FAST.get(layer.activation, TAPE) for layer in network.hidden]
    zeros, ones, mask = room.take(padded), room.take(padded, 1.0), room.take(columns, 1.0)
    # What a packed block brings, in this order and without gaps.
    block = block_size(network, columns)
    x = room.take(block)
    y, scales = x + sizes[0] * columns, x + (sizes[0] + sizes[-1]) * columns
    output, parts, source = room.take(sizes[-1] * columns), list[int](), x
    by_tape = [(row, layer.width) for row, layer, code in zip(rows, network.hidden, codes, strict=True) if code == TAPE]
    registers = room.take(max((_registers(row) for row, _ in by_tape), default=0) * CHUNK)
    slopes = room.take(max((width for _, width in by_tape), default=0) * columns)
    for index, (units, width) in enumerate(plan.shapes):
        code = codes[index] if index < len(rows) else 0
        h = room.take(units * columns)
        z = room.take(units * columns) if code == TAPE else h
        value = slope = 0
        if code == TAPE:
            value, slope = (_add_tape(tapes, tape, room) for tape in (rows[index].value_tape, rows[index].slope_tape))
        delta = room.take(units * padded)
        parts += [width - 1, units, plan.offsets[index], source, z, h, delta, code, value, slope]
        source = h
    count = -(-plan.size // 8) * 8
    squash = int(network.output_activation == "tanh" and LOSSES[network.loss].on_output)
    head = [plan.layers, sizes[0], sizes[-1], LOSS_CODES[network.loss], squash, columns, padded, count]
    numbers = np.array([*head, x, y, scales, output, registers, mask, slopes, *parts], dtype=np.int64)
    deltas, sources = _tables(numbers, plan.shapes, count, zeros, ones)
    work = np.zeros(room.size + 8)
    for at, length, value_ in room.filled:
        work[at : at + length] = value_
    return Plan(numbers, np.array([*tapes, 0], dtype=np.int64), deltas, sources, work, count)


def _registers(row: Activation) -> int:
    return max(len(row.value_tape.steps), len(row.slope_tape.steps))


def _add_tape(tapes: list[int], tape: Tape, room: _Room) -> int:
    """Append a program; returns where it begins."""
    at = len(tapes)
    constants = room.take(len(tape.constants) * CHUNK)
    room.filled += [(constants + place * CHUNK, CHUNK, value) for place, value in enumerate(tape.constants)]
    tapes += [len(tape.steps), tape.result, tape.inputs, len(tape.constants), constants]
    for op, *operands in tape.steps:
        tapes += [OP_CODES[op], *operands]
    return at


def block_size(network: Network, columns: int) -> int:
    """How many numbers a packed block has: features, targets, scales."""
    return (network.fan_in + network.outputs) * columns + -(-columns // 8) * 8


def _tables(numbers: Whole, shapes: Any, count: int, zeros: int, ones: int) -> tuple[Places, Places]:
    """The tables of δ and sources; the source of a bias is a row of ones."""
    deltas, sources = (np.full(count, zeros, dtype=np.int32) for _ in range(2))
    for index, (units, width) in enumerate(shapes):
        part = numbers[HEAD + index * PART :][:PART]
        unit, place = np.divmod(np.arange(units * width), width)
        here = slice(int(part[AT]), int(part[AT]) + units * width)
        deltas[here] = part[DELTA] + unit * numbers[PADDED]
        sources[here] = np.where(place == width - 1, ones, part[SOURCE] + place * numbers[COLUMNS])
    return deltas, sources
