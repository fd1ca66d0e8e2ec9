"""Columns of text cells into numbers and classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mlpviz.data.sheet import Sheet, is_missing, is_number
from mlpviz.errors import UserError, shown
from mlpviz.nn.layout import Array

# Whole numbers are classes when there are at most so many different ones, …
MAX_NUMBER_CLASSES = 10
# … and none is larger: codes, not quantities.
MAX_CLASS_NUMBER = 1_000_000
MAX_CLASSES = 1024
# One number may be spelled in many ways: 1, 1.0, +1, 1e0.
MAX_SPELLINGS = 100_000
# Above it, products of numbers leave what float64 holds.
LARGEST = 1e100

Place = Callable[[int], str]


def number_problem(cell: str) -> str:
    """Why a cell is no number that can be used, as the end of a sentence; "" when it is one."""
    if not is_number(cell):
        hint = ": write decimals with a point" if is_number(cell.replace(",", ".", 1)) else ""
        return f"{shown(cell)} is not a number{hint}"
    return value_problem(float(cell), shown(cell))


def value_problem(value: float, written: str | None = None) -> str:
    """Why a number cannot be used; "" when it can. `written`: how it stands in the file, if that is known."""
    if not np.isfinite(value):
        return f"{written or value} is not a finite number"
    return f"{value:g} is too large; scale the column to at most 1e100" if abs(value) > LARGEST else ""


# What can be done about a missing cell, by what is to be done with missing ones.
REFUSED = "refused"
_ADVICE = {
    "error": "fill it in, leave such rows out (drop), or put the column's mean (mean)",
    REFUSED: "fill it in",
}


def numbers(sheet: Sheet, column: int, cells: Sequence[str], records: Sequence[int], missing: str) -> Array:
    """Cells of an input column as numbers; NaN where one is missing and `missing` is neither "error" nor REFUSED.

    Raises UserError with the place of the first cell that is no number.
    """
    try:
        values = np.array(list(map(float, cells)))
        if np.abs(values).max(initial=0.0) <= LARGEST and not (sheet.underscored and any("_" in c for c in cells)):
            return values
    except ValueError:
        values = np.empty(len(cells))
    # Stripped first: Python strips characters off words that it does not off numbers.
    for index, cell in enumerate(map(str.strip, cells)):
        if is_missing(cell):
            if missing in _ADVICE:
                what = f"{shown(cell)} is no number" if cell else "the cell is empty"
                raise UserError(f"{sheet.place(records[index], column)}: {what}; {_ADVICE[missing]}.")
            values[index] = np.nan
        elif problem := number_problem(cell):
            raise UserError(f"{sheet.place(records[index], column)}: {problem}.")
        else:
            values[index] = float(cell)
    return values


def regression_target(cells: Sequence[str], place: Place) -> Array:
    """A target column as numbers, (rows,). Raises UserError with the first cell that is none."""
    values = _all_numbers(cells, place)
    if values is None:
        index = next(i for i, cell in enumerate(cells) if not is_number(cell))
        raise UserError(f"{place(index)}: {number_problem(cells[index])}.")
    return values


def target_of(cells: Sequence[str], name: str, place: Place, task: str | None = None) -> tuple[Array, str, list[str]]:
    """A target column: y (rows, 1), its task, its classes.

    Words are classes. Whole numbers are classes when there are two different ones, or up to ten that each occur twice
    on average; all other numbers are regression. Classes are sorted, numbers by value; of two the second is +1.

    Args:
        cells: none of them empty.
        name: the column, for messages.
        place: where the cell with a given index stands.
        task: "classes" or "regression" overrules.
    """
    if task == "regression":
        return regression_target(cells, place)[:, None], "regression", []
    if (values := _all_numbers(cells, place)) is not None:
        distinct = np.unique(values)
        if task != "classes" and not _are_codes(distinct, len(values)):
            return values[:, None], "regression", []
        return _classes(name, {cell: _code(float(cell), distinct) for cell in set(cells)}, cells, place)
    if task is None:
        _check_words(cells, place)
    return _classes(name, {cell: cell for cell in set(cells)}, cells, place)


def _all_numbers(cells: Sequence[str], place: Place) -> Array | None:
    """The cells as usable numbers; None when one of them is a word."""
    try:
        values = np.array(list(map(float, cells)))
    except ValueError:
        return None
    if any("_" in cell for cell in cells):
        return None
    if not np.abs(values).max(initial=0.0) <= LARGEST:
        index = int(np.argmin(np.abs(values) <= LARGEST))
        raise UserError(f"{place(index)}: {value_problem(float(values[index]), shown(cells[index]))}.")
    return values


def _are_codes(distinct: Array, rows: int) -> bool:
    whole = bool((distinct == np.round(distinct)).all()) and float(np.abs(distinct).max()) <= MAX_CLASS_NUMBER
    count = len(distinct)
    return whole and (count <= 2 or (count <= MAX_NUMBER_CLASSES and 2 * count <= rows))


def _code(value: float, distinct: Array) -> str:
    """The name of a class that is a number: 3, −1; of −1 and 1 the second is +1."""
    if value == 1 and distinct.tolist() == [-1.0, 1.0]:
        return "+1"
    text = f"{value:.0f}" if value == round(value) and abs(value) <= MAX_CLASS_NUMBER else repr(value)
    return "0" if text == "-0" else text.replace("-", "−")


def _check_words(cells: Sequence[str], place: Place) -> None:
    """Refuse a word among numbers: a slip, or a header with a number in it, would make every number a class."""
    sample = cells[:: len(cells) // 10_000 + 1]
    if 2 * sum(map(is_number, sample)) <= len(sample):
        return
    index = next(i for i, cell in enumerate(cells) if not is_number(cell))
    raise UserError(
        f"{place(index)}: {shown(cells[index])} is not a number, while most of the column is; correct it, or the names "
        f"of the columns, none of which may be a number."
    )


def _classes(name: str, words: dict[str, str], cells: Sequence[str], place: Place) -> tuple[Array, str, list[str]]:
    """Class indices: `words` gives the class's name for each kind of cell."""
    if len(words) > MAX_SPELLINGS or len(set(words.values())) > MAX_CLASSES:
        raise UserError(
            f"{place(0)}: the target {name} has {len(words):,} different words; mlpviz takes up to {MAX_CLASSES:,} "
            f"classes."
        )
    numeric = all(map(is_number, words))
    ordered = list(dict.fromkeys(words[cell] for cell in sorted(words, key=float if numeric else str)))
    if len(ordered) < 2:
        raise UserError(f"{place(0)}: every row has the target {shown(ordered[0])}; at least two classes are needed.")
    index = {class_name: float(i) for i, class_name in enumerate(ordered)}
    y = np.array([index[words[cell]] for cell in cells])[:, None]
    return y, "binary" if len(ordered) == 2 else "classes", ordered
