"""Keeps the figures of a run of any length in bounded memory, without losing a spike."""

from __future__ import annotations

import numpy as np

from mlpviz.document.history import COLUMNS, History
from mlpviz.nn.layout import Array, frozen

CAPACITY = 100_000
ROOM = 1_024  # to begin with


class Recorder:
    """Rows of figures; when there are CAPACITY, they are `thinned`. What stays depends on the rows alone."""

    def __init__(self, history: History) -> None:
        # A file may hold more rows than are kept here: what comes first is thinned when the next row comes.
        self._count = len(history.rows)
        self._rows = np.empty((max(ROOM, 2 * self._count), len(COLUMNS)))
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
                kept = thinned(self._rows[: self._count])
                self._count = len(kept)
                self._rows = np.empty((CAPACITY, len(COLUMNS)))
                self._rows[: self._count] = kept

    def history(self) -> History:
        """The figures kept: a view, for rows once written stay as they are."""
        return History(frozen(self._rows[: self._count]))


def thinned(rows: Array) -> Array:
    """About half of CAPACITY rows, spread evenly over the epochs behind the first hundredth, which all stay.

    Of the rows (n, 9) in each of equally long parts of the run the two with the lowest and the highest training loss
    stay, in order: the minimum, the maximum and every spike of the curve stay, and no part of it gets coarse.
    """
    kept, rest = rows[: CAPACITY // 100], rows[CAPACITY // 100 :]
    epochs = np.maximum.accumulate(rest[:, COLUMNS.index("epoch")])
    span = epochs[-1] - epochs[0] + 1.0
    part = ((epochs - epochs[0]) * (CAPACITY // 4 / span)).astype(np.int64)
    starts = np.flatnonzero(np.diff(part, prepend=-1))
    lengths = np.diff(starts, append=len(rest))
    losses = np.nan_to_num(rest[:, COLUMNS.index("train_loss")], nan=np.inf)
    stays = np.zeros(len(rest), dtype=bool)
    for extreme in (np.minimum.reduceat(losses, starts), np.maximum.reduceat(losses, starts)):
        places = np.flatnonzero(losses == np.repeat(extreme, lengths))
        # The first of equal ones in each part.
        stays[places[np.diff(part[places], prepend=-1) > 0]] = True
    stays[-1] = True
    return np.concatenate([kept, rest[stays]])
