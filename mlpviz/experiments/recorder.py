"""Keeps the figures of a run of any length in bounded memory, without losing a spike."""

from __future__ import annotations

import numpy as np

from mlpviz.document.history import COLUMNS, History
from mlpviz.nn.layout import Array, frozen

CAPACITY = 100_000
FIRST = 1_024


class Recorder:
    """Rows of figures. When there are CAPACITY, the older half is thinned: of each four rows in a row, two stay.

    The two that stay are those with the lowest and the highest training loss, so that the minimum, the maximum and
    every spike of the curve stay. What stays depends on the rows alone.
    """

    def __init__(self, history: History) -> None:
        # A file may hold more rows than are kept here: what comes first is thinned when the next row comes.
        self._count = len(history.rows)
        self._rows = np.empty((max(FIRST, 2 * self._count), len(COLUMNS)))
        self._rows[: self._count] = history.rows

    def __len__(self) -> int:
        return self._count

    def add(self, row: Array) -> None:
        """Add the figures of one epoch, (9,)."""
        self.extend(row[None])

    def extend(self, rows: Array) -> None:
        """Add the figures of several epochs, (n, 9); the same as adding them one by one."""
        while len(rows):
            now = rows[: max(1, CAPACITY - self._count)]
            need = self._count + len(now)
            if need > len(self._rows):
                self._rows = np.concatenate([self._rows, np.empty((max(need, len(self._rows)), len(COLUMNS)))])
            self._rows[self._count : need] = now
            self._count, rows = need, rows[len(now) :]
            if self._count >= CAPACITY:
                # Into rows of their own: those handed out stay what they are.
                old, kept = thinned(self._rows[: CAPACITY // 2]), self._rows[CAPACITY // 2 : self._count]
                self._count = len(old) + len(kept)
                self._rows = np.empty((max(CAPACITY, self._count), len(COLUMNS)))
                self._rows[: len(old)], self._rows[len(old) : self._count] = old, kept

    def history(self) -> History:
        """The figures kept: a view, for rows once written stay as they are."""
        return History(frozen(self._rows[: self._count]))


def thinned(rows: Array) -> Array:
    """Half of the rows (n, 9): of each four the two with the lowest and highest training loss, in order."""
    whole = len(rows) // 4 * 4
    losses = rows[:whole, COLUMNS.index("train_loss")].reshape(-1, 4)
    low, high = losses.argmin(axis=1), losses.argmax(axis=1)
    # A flat group has one row for both; its last row stands for the other.
    flat = low == high
    low[flat], high[flat] = 0, 3
    picks = np.empty((len(losses), 2), dtype=np.int64)
    np.minimum(low, high, out=picks[:, 0])
    np.maximum(low, high, out=picks[:, 1])
    picks += np.arange(0, whole, 4)[:, None]
    return np.concatenate([rows.take(picks.reshape(-1), axis=0), rows[whole:]])
