"""Functions of two inputs out of a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mlpviz.data.columns import REFUSED, numbers
from mlpviz.data.painted import SIDE, Painted, axis
from mlpviz.data.sheet import Sheet
from mlpviz.data.span import check_span
from mlpviz.errors import UserError, counted
from mlpviz.nn.layout import Array, frozen

FORMS = f"{SIDE} rows of {SIDE} numbers, or the columns x1, x2, y of a whole grid"


def from_table(path: str | Path) -> tuple[Painted, str]:
    """The function in a CSV file, and a note for the user ("" when there is nothing to say).

    Args:
        path: SIDE rows of SIDE samples as `Painted` has them, the first row x₂ = 0; or three columns, x₁, x₂ and y, of
            all places of a grid of any spacing, in any order, between which g is bilinear. x that leave [0, 1] are
            rescaled to it, which the note tells; a range inside [0, 1] is kept, and the edges are held.

    Raises:
        UserError: for anything else, with row and column.
    """
    path = Path(path)
    try:
        sheet = Sheet.open(path)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if sheet.width not in (3, SIDE):
        raise UserError(f"{path.name} has {counted(sheet.width, 'column')}; a function of two inputs has {FORMS}.")
    parts = [np.empty((0, sheet.width))]
    for block in sheet.blocks():
        columns = [numbers(sheet, i, block.columns[i], block.records, REFUSED) for i in range(sheet.width)]
        parts.append(np.stack(columns, axis=1))
    values = np.concatenate(parts)
    check_span(values[:, 2] if sheet.width == 3 else values)
    if sheet.width == 3:
        return _from_grid(values, path.name)
    if len(values) != SIDE:
        raise UserError(f"{path.name} has {counted(len(values), 'row')}; a function of two inputs has {FORMS}.")
    return Painted(frozen(values)), ""


def _from_grid(table: Array, name: str) -> tuple[Painted, str]:
    places, at = zip(*(np.unique(table[:, column], return_inverse=True) for column in (0, 1)), strict=True)
    across, up = map(len, places)
    if min(across, up) < 2:
        raise UserError(f"{name} needs two different x1 and two different x2 at least.")
    cell = at[1] * across + at[0]
    count = np.bincount(cell, minlength=across * up)
    if (count != 1).any():
        wrong = int(np.argmax(count != 1))
        where = f"x1 = {places[0][wrong % across]:g}, x2 = {places[1][wrong // across]:g}"
        how = "is missing" if count[wrong] == 0 else f"stands {count[wrong]:,} times"
        raise UserError(f"{name} is no whole grid: {where} {how}.")
    heights = np.empty((up, across))
    heights[at[1], at[0]] = table[:, 2]
    scaled, note = [], ""
    for axis_name, x in zip(("x1", "x2"), places, strict=True):
        low, high = float(x[0]), float(x[-1])
        if low < 0 or high > 1:
            note += f"{name}: {axis_name} from {low:g} to {high:g} is rescaled to [0, 1]. "
            x = (x - low) / (high - low)
        scaled.append(x)
    rows = np.stack([np.interp(axis(), scaled[0], row) for row in heights])
    samples = np.stack([np.interp(axis(), scaled[1], column) for column in rows.T], axis=1)
    return Painted(frozen(np.ascontiguousarray(samples))), note.strip()
