"""Calls of the kernel, with what each task needs of its many arguments."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from mlpviz.nn.compiled import kernel
from mlpviz.nn.compiled.codes import OPTIMIZER_CODES
from mlpviz.nn.compiled.plan import Plan, Words
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.schedules import rate

NOTHING, NOWHERE = np.zeros(0), np.zeros(0, dtype=np.int64)

# X and y, flat, the rows' weights (none: all 1), the rows.
Data = tuple[Array, Array, Array, Words]


class Order(NamedTuple):
    """The order of the rows: room for it, the epoch whose order is there, whether there is one, and its key."""

    room: Words
    epoch: Words
    shuffled: bool
    key: np.uint64


class Tables(NamedTuple):
    """Adam's corrections, 1 for weights and 0 for biases, and the places of locked parameters; empty where unused."""

    factors: Array
    decay: Array
    locked: Words


class Seen(NamedTuple):
    """What figures are measured on.

    Attributes:
        plan: its batches are the training, test and validation rows. data: X, y and the weights, flat.
        rows, sets: the rows, and where each of the three sets begins and the last one ends.
        packed: (1,) −1 until the kernel has packed them.
        decay: as in Tables. config: for the penalty and η.
        classes: whether there is an accuracy.
    """

    plan: Plan
    data: tuple[Array, Array, Array]
    rows: Words
    sets: Words
    packed: Words
    decay: Array
    config: TrainingConfig
    classes: bool


COLUMNS = kernel.COLUMNS


def _seen(seen: Seen | None, plan: Plan) -> tuple[Any, ...]:
    """The kernel's arguments plan2, steps2, work2, spots2, and rows2, sets, packed."""
    if seen is None:
        return plan.words, plan.steps, plan.work, plan.spots, NOWHERE, NOWHERE, NOWHERE
    p = seen.plan
    return p.words, p.steps, p.work, p.spots, seen.rows, seen.sets, seen.packed


def train(
    plan: Plan, data: Data, order: Order, tables: Tables, config: TrainingConfig, slots: dict[str, Array],
    theta: Array, g: Array, part: Array, rates: Array, cursor: int, batch: int, epoch: int, count: int, made: int,
    seen: Seen | None = None, history: Array = NOTHING,
) -> int:  # fmt: skip
    """Make `count` updates, or less where the numbers cease to be finite; returns how many. See `kernel.run`.

    With `seen` the figures of every epoch that ends go into the rows of `history`, (epochs, 9), and training ends when
    they are full, or a training loss is not finite.
    """
    *tables2, rows2, sets, packed = _seen(seen, plan)
    done = kernel.run(
        plan.words, plan.steps, plan.work, plan.spots, *tables2, *data, rows2, sets, packed, order.room, order.epoch,
        theta, g, part, slots.get("m", NOTHING), slots.get("v", NOTHING), slots["t"],
        tables.factors, tables.decay, tables.locked, theta[tables.locked], OPTIMIZER_CODES[config.optimizer],
        config.l1, config.l2, config.clip, rates, cursor, batch, epoch,
        order.shuffled, order.key, count, kernel.TRAIN, np.zeros(2), history.reshape(-1), made,
    )  # fmt: skip
    if seen is not None and not seen.classes:
        history[:, kernel.SHARES] = np.nan
    return int(done)


def differentiate(plan: Plan, data: Data, theta: Array, g: Array, part: Array) -> float:
    """L over the rows at θ; g ← ∂L/∂θ."""
    found = np.zeros(2)
    _evaluate(plan, data, theta, g, part, kernel.DIFFERENTIATE, found)
    return float(found[0])


def measure(seen: Seen, theta: Array, epoch: int) -> Array:
    """The figures at θ, (9,)."""
    row = np.zeros(COLUMNS)
    data = *seen.data, seen.rows
    _evaluate(seen.plan, data, theta, NOTHING, NOTHING, kernel.MEASURE, np.zeros(2), seen, row, epoch)
    if not seen.classes:
        row[list(kernel.SHARES)] = np.nan
    return row


def _evaluate(
    plan: Plan, data: Data, theta: Array, g: Array, part: Array, task: int, found: Array,
    seen: Seen | None = None, row: Array = NOTHING, epoch: int = 0,
) -> None:  # fmt: skip
    *tables2, rows2, sets, packed = _seen(seen, plan)
    decay, l1, l2, rates = NOTHING, 0.0, 0.0, NOTHING
    if seen is not None:
        decay, l1, l2 = seen.decay, seen.config.l1, seen.config.l2
        rates = np.array([rate(seen.config, epoch)])
    kernel.run(
        plan.words, plan.steps, plan.work, plan.spots, *tables2, *data, rows2, sets, packed, NOWHERE, np.zeros(1, int),
        theta, g, part, NOTHING, NOTHING, NOTHING,
        NOTHING, decay, NOWHERE, NOTHING, 0,
        l1, l2, 0.0, rates, 0, len(data[3]), epoch,
        False, np.uint64(0), 1, task, found, row, 0,
    )  # fmt: skip
