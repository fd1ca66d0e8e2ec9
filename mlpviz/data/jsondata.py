"""X and y from a JSON object, every row looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.sheet import read_text
from mlpviz.errors import UserError, shown
from mlpviz.nn.layout import Array

NUMBERS = frozenset({int, float, bool})
WORDS = frozenset({str, *NUMBERS})


def read_json(path: Path) -> tuple[Array, NDArray[Any]]:
    """X (rows, inputs) and y (rows,) or (rows, targets) as a JSON object has them. UserError for anything else."""
    text = read_text(path)
    try:
        value = json.loads(text)
    except RecursionError:
        raise UserError(
            f"{path.name} is nested too deeply; an object with X (rows of numbers) and y is needed."
        ) from None
    except json.JSONDecodeError as error:
        raise UserError(f"{path.name}, row {error.lineno:,}, column {error.colno:,}: not JSON ({error.msg}).") from None
    except ValueError:
        raise UserError(f"{path.name} holds a whole number with too many digits.") from None
    if not isinstance(value, dict) or not isinstance(value.get("X"), list) or not isinstance(value.get("y"), list):
        raise UserError(f"{path.name} must be a JSON object with X (a list of rows of numbers) and y (a list).")
    if not value["X"] or not value["y"]:
        raise UserError(f"{path.name}: {'y' if value['X'] else 'X'} is empty; at least two rows are needed.")
    return _matrix(path.name, "X", value["X"]), _target(path.name, value["y"])


def _matrix(name: str, key: str, rows: list[Any]) -> Array:
    if not isinstance(rows[0], list):
        rows = [[cell] for cell in rows]
    width = len(rows[0])
    for index, row in enumerate(rows):
        place = f"{name}, row {index + 1:,} of {key}"
        if not isinstance(row, list) or len(row) != width:
            found = f"{len(row):,} numbers" if isinstance(row, list) else shown(row)
            raise UserError(f"{place}: {found} where the first row has {width:,}.")
        if not NUMBERS.issuperset(map(type, row)):
            column = next(i for i, cell in enumerate(row) if type(cell) not in NUMBERS)
            raise UserError(f"{place}, column {column + 1:,}: {shown(row[column])} is not a number.")
    try:
        return np.array(rows, dtype=np.float64)
    except OverflowError:
        raise UserError(f"{name}: {key} holds a whole number that is too large.") from None


def _target(name: str, cells: list[Any]) -> NDArray[Any]:
    if isinstance(cells[0], list) and len(cells[0]) != 1:
        return _matrix(name, "y", cells)
    words = []
    for index, cell in enumerate(cells):
        value = cell[0] if isinstance(cell, list) and len(cell) == 1 else cell
        if type(value) not in WORDS:
            written = "null" if value is None else shown(value)
            raise UserError(f"{name}, row {index + 1:,} of y: {written} is neither a number nor a word.")
        words.append(value)
    if all(type(word) in NUMBERS for word in words):
        return _matrix(name, "y", words)[:, 0]
    longest = max(len(str(word)) for word in words)
    if longest > 1000:
        raise UserError(f"{name}: a class in y has a name of {longest:,} characters; name it shorter.")
    return np.array([str(word) for word in words])
