"""The recorded figures of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array, frozen

# Files written before a column was known lack it: new ones come last.
COLUMNS = (
    "epoch",
    "train_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "validation_loss",
    "validation_accuracy",
    "penalty",
    "learning_rate",
)


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """Figures at epoch boundaries, oldest first.

    Attributes:
        rows: (n, 9) float64, read-only, columns as COLUMNS; NaN where a figure does not exist (no test rows,
            regression). Row 0 is the untrained network. Fewer columns, of an older file, are filled up with NaN.
    """

    rows: Array

    def __post_init__(self) -> None:
        rows = self.rows
        if rows.ndim == 2 and 5 <= rows.shape[1] < len(COLUMNS):
            missing = np.full((len(rows), len(COLUMNS) - rows.shape[1]), np.nan)
            object.__setattr__(self, "rows", frozen(np.concatenate([rows, missing], axis=1)))

    @classmethod
    def empty(cls) -> History:
        """No figure yet."""
        return cls(frozen(np.empty((0, len(COLUMNS)))))

    def column(self, name: str) -> Array:
        """One column, (n,)."""
        return self.rows[:, COLUMNS.index(name)]
