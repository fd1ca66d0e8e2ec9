"""Calls of the kernel, with what each task needs of its many arguments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mlpviz.nn.compiled import kernel
from mlpviz.nn.compiled.codes import OPTIMIZER_CODES
from mlpviz.nn.compiled.plan import Plan, Words
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array

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


def train(
    plan: Plan, data: Data, order: Order, tables: Tables, config: TrainingConfig, slots: dict[str, Array],
    theta: Array, g: Array, part: Array, rates: Array, cursor: int, batch: int, epoch: int, count: int,
) -> int:  # fmt: skip
    """Make `count` updates, or less where the numbers cease to be finite; returns how many. See `kernel.run`."""
    made = kernel.run(
        plan.words, plan.steps, plan.work, plan.spots, *data, order.room, order.epoch,
        theta, g, part, slots.get("m", NOTHING), slots.get("v", NOTHING), slots["t"],
        tables.factors, tables.decay, tables.locked, theta[tables.locked], OPTIMIZER_CODES[config.optimizer],
        config.l1, config.l2, config.clip, rates, cursor, batch, epoch,
        order.shuffled, order.key, count, kernel.TRAIN, NOTHING,
    )  # fmt: skip
    return int(made)


def evaluate(plan: Plan, data: Data, theta: Array, g: Array | None = None, part: Array = NOTHING) -> tuple[float, int]:
    """L over the rows at θ, and how many rows have their class right; g ← ∂L/∂θ where it is given."""
    found, rows = np.zeros(2), len(data[3])
    task = kernel.MEASURE if g is None else kernel.DIFFERENTIATE
    kernel.run(
        plan.words, plan.steps, plan.work, plan.spots, *data, NOWHERE, np.zeros(1, dtype=np.int64),
        theta, NOTHING if g is None else g, part, NOTHING, NOTHING, NOTHING,
        NOTHING, NOTHING, NOWHERE, NOTHING, 0,
        0.0, 0.0, 0.0, NOTHING, 0, rows, 0,
        False, np.uint64(0), 1, task, found,
    )  # fmt: skip
    return float(found[0]), int(found[1])
