"""Where everything lies in the kernel's memory, for one network and batch size. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.activations import activation_named
from mlpviz.nn.compiled import codes
from mlpviz.nn.formula.ops import OPS
from mlpviz.nn.formula.tape import Tape
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Network

LANES = 8
# Numbers in the buffers of one block of rows: half of a small second-level cache.
BLOCK_VALUES = 131_072
MOST_LANES = 256
# Layers with fewer inputs have their gradients made by the table of pairs, which wastes no lane on short rows.
SHORT_ROW = 16

Words = NDArray[np.int64]


def padded(length: int) -> int:
    """The next multiple of eight."""
    return -(-length // LANES) * LANES


def aligned(length: int) -> Array:
    """Zeros that begin where a cache line does: a vector that lies in two lines costs twice as much."""
    room = np.zeros(length + LANES)
    skip = -(room.ctypes.data // room.itemsize) % LANES
    return room[skip : skip + length]


def padded_array(values: Array) -> Array:
    """A writable aligned copy, with zeros behind it up to one vector more than a multiple of eight."""
    room = aligned(padded(len(values)) + LANES)
    room[: len(values)] = values
    return room[: len(values)]


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """The tables that steer the kernel.

    Attributes:
        words: the head and the layers, as `codes` names them.
        pairs: 16 places for each group of eight parameters: δ's row, input's row, …
        steps: the tapes of all activations.
        work: the buffers.
        spots: (3 · lanes,) where the rows of a block lie in X, y and the weights.
    """

    words: Words
    pairs: Words
    steps: Words
    work: Array
    spots: Words


class _Planner:
    """Hands out rows of `work`."""

    def __init__(self, network: Network, batch: int) -> None:
        self.network, self.sizes = network, (network.fan_in, *network.sizes[1:])
        rows = sum(3 * size + 1 for size in self.sizes) + 8
        most = int(np.clip(BLOCK_VALUES // rows // LANES * LANES, LANES, MOST_LANES))
        blocks = -(-batch // most)
        self.lanes = padded(-(-batch // blocks))
        self.end = 0
        self.ones: list[int] = []
        self.fills: list[tuple[int, int, float]] = []
        self.steps: list[tuple[int, ...]] = []

    def rows(self, count: int) -> int:
        """The place of so many new rows."""
        start, self.end = self.end, self.end + count * self.lanes
        return start

    def rows_over_ones(self, count: int) -> int:
        """The place of so many new rows with a row of ones below them."""
        start = self.rows(count + 1)
        self.fills.append((start + count * self.lanes, self.lanes, 1.0))
        return start

    def tape(self, tape: Tape) -> tuple[int, int]:
        """The first step of a tape and the one behind its last."""
        start = len(self.steps)
        length = codes.GROUP * self.lanes
        places: list[int] = [codes.ARGUMENT_Z, codes.ARGUMENT_H][: tape.inputs]
        for value in tape.constants:
            self.fills.append((self.end, length, value))
            places.append(self.rows(codes.GROUP))
        for index, (name, *operands) in enumerate(tape.steps):
            last = index == len(tape.steps) - 1 and tape.result == len(places)
            target = codes.ARGUMENT_OUT if last else self.rows(codes.GROUP)
            used = [places[operand] for operand in operands[: OPS[name].arity]]
            used += [used[0]] * (3 - len(used))
            self.steps.append((codes.OPERATIONS.index(name), *used, target))
            places.append(target)
        if places[tape.result] != codes.ARGUMENT_OUT:
            self.steps.append((codes.COPY, *[places[tape.result]] * 3, codes.ARGUMENT_OUT))
        return start, len(self.steps)

    def layers(self, x_at: int) -> list[list[int]]:
        """The fields of every layer."""
        plan, source, result = layout(self.sizes), x_at, []
        for index, (n, m) in enumerate(zip(self.sizes, self.sizes[1:], strict=False)):
            name = self.network.hidden[index].activation if index < len(self.network.hidden) else "identity"
            code = codes.ACTIVATION_CODES.get(name, codes.TAPE)
            hidden = index < len(self.network.hidden)
            h = self.rows_over_ones(m) if hidden else self.rows(m)
            z, spans = h, (0, 0, 0, 0)
            if code == codes.TAPE:
                row = activation_named(name)
                z = self.rows(m)
                spans = (*self.tape(row.value_tape), *self.tape(row.slope_tape))
            delta = self.rows(m)
            by_row = int(n + 1 >= SHORT_ROW)
            result.append([n, m, plan.offsets[index], source, z, h, delta, code, *spans, by_row])
            source = h
        return result

    def pairs(self, layers: list[list[int]], zeros: int, ones: int) -> list[int]:
        """For every parameter of a layer with short rows its δ's row and its input's, in groups of eight.

        Each group begins with the place of its first parameter in θ.
        """
        entries: list[int] = []
        run: list[tuple[int, int]] = []
        start = 0

        def close() -> None:
            run.extend([(zeros, ones)] * (-len(run) % LANES))
            for first in range(0, len(run), LANES):
                entries.append(start + first)
                entries.extend(place for pair in run[first : first + LANES] for place in pair)
            run.clear()

        for fields in layers:
            n, m, at, source, delta = (
                fields[k] for k in (codes.IN, codes.OUT, codes.MATRIX_AT, codes.SOURCE_AT, codes.DELTA_AT)
            )
            if fields[codes.BY_ROW]:
                close()
                continue
            if not run:
                start = at
            run.extend(
                (delta + unit * self.lanes, source + column * self.lanes) for unit in range(m) for column in range(n + 1)
            )
        close()
        return entries


def make_plan(network: Network, batch: int) -> Plan:
    """The plan for batches of up to `batch` rows."""
    planner = _Planner(network, batch)
    lanes = planner.lanes
    x_at = planner.rows_over_ones(network.fan_in)
    y_at, scale_at, out_at = planner.rows(network.outputs), planner.rows(1), planner.rows(network.outputs)
    scratch_at, lanes_at, zeros = planner.rows(codes.GROUP), planner.rows(1), planner.rows(1)
    layers = planner.layers(x_at)
    pairs = planner.pairs(layers, zeros, x_at + network.fan_in * lanes)
    groups = len(pairs) // (2 * LANES + 1)
    squash = int(network.output_activation == "tanh" and LOSSES[network.loss].on_output)
    head = [
        len(layers), lanes, network.fan_in, network.outputs, codes.LOSS_CODES[network.loss], squash,
        x_at, y_at, scale_at, out_at, scratch_at, lanes_at, groups, network.size,
    ]  # fmt: skip
    work = aligned(planner.end + LANES)
    for start, length, value in planner.fills:
        work[start : start + length] = value
    work[lanes_at : lanes_at + lanes] = np.arange(lanes)
    return Plan(
        np.array([*head, *(field for fields in layers for field in fields)], dtype=np.int64),
        np.array(pairs, dtype=np.int64),
        np.array(planner.steps, dtype=np.int64).reshape(-1),
        work,
        np.zeros(3 * lanes, dtype=np.int64),
    )
