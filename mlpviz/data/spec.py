"""What the data of a document are: a frozen specification, and the arrays it stands for."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, check_number, check_whole
from mlpviz.nn.config import DEFAULT_SEED, MAX_SEED
from mlpviz.nn.layout import Array, frozen

MAX_ROWS = 1_000_000
MAX_CLASSES = 6
TABLE = "table"  # the id of the user's own table among the data sets
FUNCTION = "function"  # the id of the drawn function among the data sets

TARGETS = {"binary": "two classes", "classes": "more than two classes", "regression": "numbers"}
TASKS = tuple(TARGETS)


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """A table of numbers, the user's or a shipped one.

    Attributes:
        X: (rows, inputs) float64, finite, read-only.
        y: (rows, targets) float64; for classes one column of class indices 0, 1, …
        task: "binary", "classes" or "regression".
        input_names, target_names: a word for each column.
        class_names: a word for each class, in the order of the indices; empty for regression.
        source: where it came from, for people ("iris.csv").
    """

    X: Array
    y: Array
    task: str
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class DataSpec:
    """Which data, drawn how.

    `rows`, `noise`, `classes` and `seed` concern made data only; `table` the id "table". `validation` is the share of
    the training rows that early stopping watches instead of training on them.
    """

    name: str = "circle"
    rows: int = 250
    noise: float = 0.0
    classes: int = 2
    train_ratio: float = 0.8
    validation: float = 0.0
    seed: int = DEFAULT_SEED
    table: Table | None = field(default=None, compare=True)

    def __post_init__(self) -> None:
        check_whole(self.rows, 2, MAX_ROWS, "The number of rows")
        check_number(self.noise, 0, 1, "The noise")
        check_whole(self.classes, 2, MAX_CLASSES, "The number of classes")
        check_number(self.train_ratio, 0.01, 1, "The training ratio")
        check_number(self.validation, 0, 0.9, "The share of validation rows")
        check_whole(self.seed, 0, MAX_SEED, "The data's seed")
        if (self.name == TABLE) != (self.table is not None):
            raise UserError("The data set 'table' needs a table, and no other data set takes one.")


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """The arrays a DataSpec stands for.

    Attributes:
        X: (rows, inputs) float64, read-only.
        y: (rows, targets) float64; for classes one column of class indices.
        train, validation, test: row indices, in drawn order; the last two may be empty.
        domain: (inputs, 2): the lowest and highest value that pictures show of each input.
        The rest as in Table.
    """

    name: str
    X: Array
    y: Array
    train: NDArray[np.int64]
    test: NDArray[np.int64]
    task: str
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]
    class_names: tuple[str, ...]
    domain: Array
    note: str = ""
    validation: NDArray[np.int64] = field(default_factory=lambda: frozen(np.empty(0, np.int64)))

    @property
    def inputs(self) -> int:
        """How many inputs x has."""
        return int(self.X.shape[1])

    @property
    def classes(self) -> int:
        """How many classes there are; 0 for regression."""
        return len(self.class_names)

    def outputs(self, loss: str) -> int:
        """How many outputs ỹ a network for this data needs under this loss."""
        if self.task == "regression":
            return int(self.y.shape[1])
        return 1 if self.task == "binary" and loss != "softmax" else self.classes

    def targets(self, loss: str) -> Array:
        """y as the loss wants it: (rows, outputs): ±1 for one output, one-hot for classes, numbers for regression."""
        if self.task == "regression":
            return self.y
        index = self.y[:, 0].astype(np.int64)
        if self.outputs(loss) == 1:
            return frozen((2.0 * index - 1.0)[:, None])
        return frozen(np.eye(self.classes)[index])

    def balanced_weights(self) -> Array | None:
        """n/(K·n_k) for every row of class k, n_k counted over the training rows; None for regression. (rows,)"""
        if self.task == "regression":
            return None
        index = self.y[:, 0].astype(np.int64)
        counts = np.bincount(index[self.train], minlength=self.classes)
        weights = len(self.train) / (np.count_nonzero(counts) * np.maximum(counts, 1))
        return frozen(weights[index])

    @property
    def default_loss(self) -> str:
        """The loss the target asks for."""
        return {"binary": "logistic", "classes": "softmax", "regression": "squared"}[self.task]
