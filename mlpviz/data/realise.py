"""From a specification to its arrays."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.datasets import DATASETS, drawn
from mlpviz.data.spec import FUNCTION, TABLE, Dataset, DataSpec, Table
from mlpviz.data.strokes import Drawn, default_function, grid, smoothed
from mlpviz.data.tables import read_table
from mlpviz.errors import check_choice
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.streams import stream
from mlpviz.paths import resources

Rows = NDArray[np.int64]


@lru_cache(maxsize=16)
def realise(spec: DataSpec, function: Drawn | None = None) -> Dataset:
    """The arrays a DataSpec stands for; `function` is g, for the data set "function"."""
    check_choice(spec.name, [name for name in DATASETS if spec.table or name != TABLE], "data set")
    table = _table(spec, function)
    train, validation, test = _split(spec, len(table.X))
    return Dataset(
        spec.name,
        frozen(table.X),
        frozen(table.y),
        train,
        test,
        table.task,
        table.input_names,
        table.target_names,
        table.class_names,
        _domain(spec, table),
        validation=validation,
    )


def _table(spec: DataSpec, function: Drawn | None) -> Table:
    row = DATASETS[spec.name]
    if spec.table is not None:
        return spec.table
    if spec.name == FUNCTION:
        y = smoothed(function or default_function())
        return Table(grid()[:, None], y[:, None], row.task, row.input_names, row.target_names)
    if spec.name == "iris":
        return iris()
    X, y = drawn(spec)
    task, classes = row.task, row.class_names
    if spec.name == "gaussians" and spec.classes > 2:
        task, classes = "classes", tuple("ABCDEF"[: spec.classes])
    return Table(X, y, task, row.input_names, row.target_names, classes)


@lru_cache(maxsize=1)
def iris() -> Table:
    """Fisher's iris data, as shipped."""
    return read_table(resources() / "data" / "iris.csv")


def _split(spec: DataSpec, rows: int) -> tuple[Rows, Rows, Rows]:
    """Training, validation and test rows: stretches of one order, so that another ratio moves few rows.

    The order is that of a random number for each row, so that rows that join leave the others in their order. At least
    one row is for training, and, below a ratio of 1, one for testing.
    """
    ratio = 1.0 if spec.name == "xor" else spec.train_ratio
    order = np.argsort(stream(spec.seed, "split").uniform(size=rows), kind="stable")
    count = max(1, min(round(ratio * rows), rows if ratio == 1.0 else rows - 1))
    # The validation rows are taken from the training rows' end: the test rows stay what they are.
    taken = min(max(1, round(spec.validation * count)), count - 1) if spec.validation else 0
    kept = count - taken
    return frozen(order[:kept]), frozen(order[kept:count]), frozen(order[count:])


def _domain(spec: DataSpec, table: Table) -> Array:
    given = DATASETS[spec.name].domain
    if given is not None:
        return frozen(np.array(given))
    low, high = table.X.min(axis=0), table.X.max(axis=0)
    size = np.maximum(np.abs(low), np.abs(high))
    # A constant input still needs some room in a picture.
    flat = high - low <= np.maximum(1e-9 * size, 1e-100)
    margin = np.where(flat, np.maximum(1.0, 0.1 * size), 0.08 * (high - low))
    return frozen(np.stack([low - margin, high + margin], axis=1))
