"""The recorded figures of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array, frozen

COLUMNS = ("epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy")


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """Figures at epoch boundaries, oldest first.

    Attributes:
        rows: (n, 5) float64, read-only, columns as COLUMNS; NaN where a figure does not exist (no test rows,
            regression). Row 0 is the untrained network.
    """

    rows: Array

    @classmethod
    def empty(cls) -> History:
        """No figure yet."""
        return cls(frozen(np.empty((0, len(COLUMNS)))))

    def column(self, name: str) -> Array:
        """One column, (n,)."""
        return self.rows[:, COLUMNS.index(name)]

    def extended(self, rows: Array) -> History:
        """This history with more rows behind it."""
        return History(frozen(np.concatenate([self.rows, rows]))) if len(rows) else self
