"""Keeps the figures of a run of any length in bounded memory, without losing a spike."""

from __future__ import annotations

import numpy as np

from mlpviz.document.history import COLUMNS, History
from mlpviz.nn.layout import Array, frozen

CAPACITY = 100_000


class Recorder:
    """Rows of figures. When there are CAPACITY, the older half is thinned: of each four rows in a row, two stay.

    The two that stay are those with the lowest and the highest training loss, so that the minimum, the maximum and
    every spike of the curve stay. What stays depends on the rows alone.
    """

    def __init__(self, history: History) -> None:
        self._rows: list[Array] = list(history.rows)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Array) -> None:
        """Add the figures of one epoch, (9,)."""
        self._rows.append(row)
        if len(self._rows) >= CAPACITY:
            half = np.array(self._rows[: CAPACITY // 2])
            self._rows = [*thinned(half), *self._rows[CAPACITY // 2 :]]

    def history(self) -> History:
        """The figures kept."""
        return History(frozen(np.array(self._rows).reshape(-1, len(COLUMNS))))


def thinned(rows: Array) -> Array:
    """Half of the rows (n, 9): of each four the two with the lowest and highest training loss, in order."""
    whole = len(rows) // 4 * 4
    groups = rows[:whole].reshape(-1, 4, rows.shape[1])
    losses = groups[:, :, COLUMNS.index("train_loss")]
    low, high = losses.argmin(axis=1), losses.argmax(axis=1)
    # A flat group has one row for both; its last row stands for the other.
    high = np.where(low == high, 3, high)
    low = np.where((low == high), 0, low)
    picks = np.sort(np.stack([low, high], axis=1), axis=1)
    kept = np.take_along_axis(groups, picks[:, :, None], axis=1).reshape(-1, rows.shape[1])
    return np.concatenate([kept, rows[whole:]])
