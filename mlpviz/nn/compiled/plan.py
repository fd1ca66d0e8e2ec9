"""Where everything lies in the kernel's memory, for one network and batch size. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.activations import activation_named
from mlpviz.nn.base_trainer import Examples
from mlpviz.nn.compiled import codes
from mlpviz.nn.compiled.codes import LANES
from mlpviz.nn.formula.ops import OPS
from mlpviz.nn.formula.tape import Tape
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Network

# Numbers in the buffers of one block of rows, about a second-level cache; but where θ itself does not fit into that, it
# pays to have as many rows as possible for every reading of θ.
BLOCK_VALUES = 131_072
WIDE_SIZE = 32_768
MOST_LANES = 128
# Epochs of up to so many numbers are kept in the order of their use; larger ones are gathered batch by batch.
PACKED_VALUES = 250_000
# Numbers whose activations are computed in one go.
CHUNK_VALUES = 1024
TILE = 4
# Tiles are two vectors wide where they can.
TWO = 2 * LANES

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


def decay_of(network: Network) -> Array:
    """1 for weights, 0 for biases; padded."""
    factors = padded_array(np.zeros(network.size))
    for weights, _ in layout(network.sizes).weights(factors):
        weights[...] = 1.0
    return factors


def given_examples(examples: Examples) -> tuple[Array, Array, Array, Words]:
    """X and y, flat, the rows' weights (length 0: all 1), and the rows; copied only where they are not contiguous."""
    weights = np.zeros(0) if examples.weights is None else examples.weights
    flat = [np.ascontiguousarray(part, dtype=np.float64).reshape(-1) for part in (examples.X, examples.y, weights)]
    return flat[0], flat[1], flat[2], np.ascontiguousarray(examples.rows, dtype=np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """The tables that steer the kernel.

    Attributes:
        words: the head and the layers, as `codes` names them.
        steps: the tapes of all activations.
        work: the buffers.
        spots: (3 · lanes,) where the rows of a block lie in X, y and the weights.
        lanes: rows of a block.
        divides: whether a batch has more than one block.
    """

    words: Words
    steps: Words
    work: Array
    spots: Words
    lanes: int
    divides: bool


def _lanes(batch: int, most: int) -> int:
    """Lanes of a block: the batch's rows, or up to `most` such that few of the last block's are idle."""
    if batch <= most:
        return padded(batch)
    return min(range(most, most // 2 - 1, -TWO), key=lambda lanes: -(-batch // lanes) * lanes)


class _Planner:
    """Hands out rows of `work`."""

    def __init__(self, network: Network, batch: int) -> None:
        self.network, self.sizes = network, (network.fan_in, *network.sizes[1:])
        by_tape = sum(row.width for row in network.hidden if row.activation not in codes.ACTIVATION_CODES)
        rows = 2 * (sum(self.sizes) + len(self.sizes)) + by_tape
        most = MOST_LANES if network.size > WIDE_SIZE else BLOCK_VALUES // rows
        self.lanes = _lanes(batch, int(np.clip(most // TWO * TWO, TWO, MOST_LANES)))
        self.blocks = -(-batch // self.lanes)
        self.chunk = max(TILE, CHUNK_VALUES // self.lanes // TILE * TILE)
        self.end = 0
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
        places: list[int] = [codes.ARGUMENT_Z, codes.ARGUMENT_H][: tape.inputs]
        for value in tape.constants:
            self.fills.append((self.end, self.chunk * self.lanes, value))
            places.append(self.rows(self.chunk))
        for index, (name, *operands) in enumerate(tape.steps):
            last = index == len(tape.steps) - 1 and tape.result == len(places)
            target = codes.ARGUMENT_OUT if last else self.rows(self.chunk)
            used = [places[operand] for operand in operands[: OPS[name].arity]]
            used += [used[0]] * (3 - len(used))
            self.steps.append((codes.OPERATIONS.index(name), *used, target))
            places.append(target)
        if places[tape.result] != codes.ARGUMENT_OUT:
            self.steps.append((codes.COPY, *[places[tape.result]] * 3, codes.ARGUMENT_OUT))
        return start, len(self.steps)

    def layers(self, source: int) -> list[list[int]]:
        """The fields of every layer; the first one's input is at `source`."""
        plan, result = layout(self.sizes), []
        for index, (n, m) in enumerate(pairwise(self.sizes)):
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
            result.append([n, m, plan.offsets[index], source, z, h, delta, code, *spans])
            source = h
        return result


def make_plan(network: Network, rows: int, batch: int, packs: bool = True) -> Plan:
    """The plan for batches of up to `batch` rows of `rows` in all; `packs`: small epochs are kept packed."""
    planner = _Planner(network, batch)
    lanes, fan_in, outputs = planner.lanes, network.fan_in, network.outputs
    out_at, scratch_at, lanes_at = planner.rows(outputs), planner.rows(planner.chunk), planner.rows(1)
    block_size = (fan_in + 1 + outputs + 1) * lanes
    batches = -(-rows // batch)
    packed = batches if packs and (batches + 1) * planner.blocks * block_size <= PACKED_VALUES else 0
    block_at = planner.rows(0)
    for _ in range((packed + 1) * planner.blocks if packed else 1):
        planner.rows_over_ones(fan_in)
        planner.rows(outputs + 1)
    layers = planner.layers(block_at)
    planner.rows(2)  # what tiles of gradients reach into
    squash = int(network.output_activation == "tanh" and LOSSES[network.loss].on_output)
    head = [
        len(layers), lanes, fan_in, outputs, codes.LOSS_CODES[network.loss], squash, network.size, planner.chunk,
        block_at, block_size, planner.blocks, packed, out_at, scratch_at, lanes_at,
    ]  # fmt: skip
    work = aligned(planner.end)
    for start, length, value in planner.fills:
        work[start : start + length] = value
    work[lanes_at : lanes_at + lanes] = np.arange(lanes)
    return Plan(
        np.array([*head, *(field for fields in layers for field in fields)], dtype=np.int64),
        np.array(planner.steps, dtype=np.int64).reshape(-1),
        work,
        np.zeros(3 * lanes, dtype=np.int64),
        lanes,
        planner.blocks > 1,
    )
