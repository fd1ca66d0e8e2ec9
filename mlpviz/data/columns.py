"""Columns of text cells into numbers and classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.errors import UserError, shown
from mlpviz.nn.layout import Array

# A target of whole numbers with at most so many different values is read as classes.
MAX_NUMBER_CLASSES = 10
MAX_WORD_CLASSES = 1024


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its cells, the row of the file each stands in, and the file's name."""

    name: str
    cells: list[str]
    rows: list[int]
    file: str

    def place(self, index: int) -> str:
        """Where a cell stands, for a message."""
        return f"{self.file}, row {self.rows[index]:,}, column {self.name!r}"


def _number(column: Column, index: int) -> float:
    cell = column.cells[index]
    try:
        value = float(cell) if "_" not in cell else None
    except ValueError:
        value = None
    if value is None:
        hint = "; write decimals with a point" if "," in cell else ""
        raise UserError(f"{column.place(index)}: {shown(cell)} is not a number{hint}.")
    if not np.isfinite(value):
        raise UserError(f"{column.place(index)}: {cell} is not a finite number.")
    return value


def parse_column(column: Column, missing: str) -> Array:
    """An input column as numbers, (rows,). UserError for words, NaN, and empty cells unless `missing` is "mean"."""
    values = np.empty(len(column.cells))
    holes = []
    for index, cell in enumerate(column.cells):
        if cell:
            values[index] = _number(column, index)
        elif missing == "mean":
            holes.append(index)
        else:
            raise UserError(f"{column.place(index)}: the cell is empty; fill it in, or use --missing drop or mean.")
    if len(holes) == len(values):
        raise UserError(f"{column.file}: column {column.name!r} is empty.")
    values[holes] = np.delete(values, holes).mean() if holes else 0.0
    return values


def target_of(column: Column) -> tuple[Array, str, tuple[str, ...]]:
    """A target column: y (rows, 1), its task, its classes.

    Words are classes, and so are whole numbers of at most 10 different values; other numbers are regression. Classes
    are sorted, numbers by value; of two the second is +1.
    """
    for index, cell in enumerate(column.cells):
        if not cell:
            raise UserError(f"{column.place(index)}: the target is empty; fill it in, or use --missing drop.")
    try:
        values = np.array([float(cell) for cell in column.cells])
    except ValueError:
        return _classes(column, sorted(set(column.cells)), {cell: cell for cell in column.cells})
    for index in np.flatnonzero(~np.isfinite(values))[:1]:
        raise UserError(f"{column.place(int(index))}: {column.cells[index]} is not a finite number.")
    levels = np.unique(values)
    if len(levels) <= MAX_NUMBER_CLASSES and (levels == np.round(levels)).all():
        words = {cell: f"{float(cell):.0f}".replace("-", "−") for cell in column.cells}
        ordered = [f"{level:.0f}".replace("-", "−") for level in levels]
        return _classes(
            column,
            ["+1" if w == "1" and ordered == ["−1", "1"] else w for w in ordered],
            {cell: "+1" if word == "1" and ordered == ["−1", "1"] else word for cell, word in words.items()},
        )
    return values[:, None], "regression", ()


def _classes(column: Column, names: list[str], words: dict[str, str]) -> tuple[Array, str, tuple[str, ...]]:
    if len(names) < 2:
        raise UserError(f"{column.file}: the target {column.name!r} has one class only, {shown(names[0])}.")
    if len(names) > MAX_WORD_CLASSES:
        raise UserError(
            f"{column.file}: the target {column.name!r} has {len(names):,} different words; is it a target?"
        )
    index = {name: i for i, name in enumerate(names)}
    y = np.array([[float(index[words[cell]])] for cell in column.cells])
    return y, "binary" if len(names) == 2 else "classes", tuple(names)
