"""Tables from the world: CSV, NPZ and JSON into a Table, and back into CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.columns import Column, parse_column, target_of
from mlpviz.data.npz import read_arrays
from mlpviz.data.spec import MAX_ROWS, Dataset, Table
from mlpviz.errors import UserError, check_choice
from mlpviz.nn.layout import frozen
from mlpviz.nn.spec import MAX_INPUTS, MAX_OUTPUTS

MAX_BYTES = 512 * 2**20
MAX_DEPTH = 8
MISSING = ("error", "drop", "mean")
SUFFIXES = (".csv", ".npz", ".json")


def read_table(path: str | Path, *, target: str | None = None, missing: str = "error") -> Table:
    """Read a table.

    Args:
        path: a .csv (header or none; separated by comma, semicolon or tab), or an .npz or .json that has X and y.
        target: of a CSV, the column to predict, by name or by number from 1; None: the last.
        missing: what to do with an empty cell of a CSV: "error" refuses, "drop" leaves its row out, "mean" fills in the
            column's mean (never a target's).

    Raises:
        UserError: for anything that cannot be used, with row and column.
    """
    path = Path(path)
    check_choice(missing, MISSING, "way to treat missing values")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(f"{path.name}: mlpviz reads tables from {', '.join(SUFFIXES)}, not {suffix or 'no suffix'!r}.")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UserError(f"{path.name} has {size / 2**20:,.0f} MB; mlpviz reads tables up to {MAX_BYTES >> 20} MB.")
        if suffix == ".csv":
            return _read_csv(path, target, missing)
        return _read_npz(path) if suffix == ".npz" else _read_json(path)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from error


# ---- CSV


def _text(path: Path) -> str:
    data = path.read_bytes()
    if b"\0" in data[:65536]:
        raise UserError(f"{path.name} is not a text file; a table in CSV is needed.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path.name}, row {row:,}: not UTF-8 text; save the table as UTF-8.") from error


def cells_of(path: Path) -> tuple[list[list[str]], int]:
    """The rows of a CSV file as text cells, blank lines left out, and the number of the first row in the file.

    All rows have as many cells as the first. Raises UserError for ragged rows, with the row.
    """
    text = _text(path)
    first = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    rows, width = [], 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            width = width or len(row)
            if len(row) != width:
                raise UserError(
                    f"{path.name}, row {reader.line_num:,}: {len(row)} cells where the first row has {width}."
                )
            if width > MAX_INPUTS + MAX_OUTPUTS:
                raise UserError(f"{path.name} has {width:,} columns; mlpviz takes at most {MAX_INPUTS:,} inputs.")
            rows.append([cell.strip() for cell in row])
            if len(rows) > MAX_ROWS + 1:
                raise UserError(f"{path.name} has more than {MAX_ROWS:,} rows.")
    except csv.Error as error:
        raise UserError(f"{path.name}, row {reader.line_num:,}: {error}.") from error
    if not rows:
        raise UserError(f"{path.name} is empty; a table with at least two columns and two rows is needed.")
    return rows, 1


def is_number(cell: str) -> bool:
    """Whether a cell reads as a number; NaN and infinity do, and are refused later with their place."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: words only, all different or with a number under one of them."""
    if any(is_number(cell) for cell in rows[0]):
        return False
    return len(rows) == 1 or any(is_number(cell) for cell in rows[1]) or len(set(rows[0])) == len(rows[0])


def _read_csv(path: Path, target: str | None, missing: str) -> Table:
    rows, first = cells_of(path)
    header = rows.pop(0) if has_header(rows) else []
    first += bool(header)
    width = len(header or rows[0])
    if width < 2:
        raise UserError(f"{path.name} has one column; inputs and a target are needed.")
    if len(rows) < 2:
        raise UserError(f"{path.name} has {len(rows)} row(s) of data; at least two are needed.")
    names = [name or f"column {i + 1}" for i, name in enumerate(header or [""] * width)]
    if not header:
        names = [f"x{i + 1}" for i in range(width)]
    at = _target_column(path, names, target, bool(header))
    if missing == "drop":
        kept = [(i, row) for i, row in enumerate(rows) if all(row)]
        numbers = [first + i for i, _ in kept]
        rows = [row for _, row in kept]
        if len(rows) < 2:
            raise UserError(f"{path.name}: fewer than two rows are complete; fill in the table or use --missing mean.")
    else:
        numbers = list(range(first, first + len(rows)))
    columns = [Column(names[i], [row[i] for row in rows], numbers, path.name) for i in range(width)]
    X = np.stack([parse_column(column, missing) for i, column in enumerate(columns) if i != at], axis=1)
    y, task, class_names = target_of(columns[at])
    inputs = tuple(name for i, name in enumerate(names) if i != at)
    if not header:
        inputs = tuple(f"x{i + 1}" for i in range(width - 1))
    return Table(frozen(X), frozen(y), task, inputs, (names[at] if header else "y",), class_names, path.name)


def _target_column(path: Path, names: list[str], target: str | None, header: bool) -> int:
    if target is None:
        return len(names) - 1
    if header and target in names:
        return names.index(target)
    if target.isdecimal() and 1 <= int(target) <= len(names):
        return int(target) - 1
    known = ", ".join(names[:12]) if header else f"1 to {len(names)}"
    raise UserError(f"{path.name} has no column {target!r} for the target; there are {known}.")


def write_csv(dataset: Dataset, path: str | Path | None = None) -> str:
    """A data set as CSV with a header, the target last; every float reads back exactly. Written to `path` if given."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*dataset.input_names, *dataset.target_names])
    for x, y in zip(dataset.X.tolist(), dataset.y.tolist(), strict=True):
        target = [_label(dataset, y[0])] if dataset.class_names else [repr(value) for value in y]
        writer.writerow([*(repr(value) for value in x), *target])
    text = out.getvalue()
    if path is not None:
        Path(path).write_text(text, encoding="utf-8")
    return text


def _label(dataset: Dataset, index: float) -> str:
    return dataset.class_names[int(index)].replace("−", "-")


# ---- arrays


def _read_npz(path: Path) -> Table:
    arrays = read_arrays(path, ("X", "y"))
    return from_arrays(path.name, arrays["X"], arrays["y"])


def _read_json(path: Path) -> Table:
    text = _text(path)
    depth = deepest = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            raise UserError(
                f"{path.name} is nested more than {MAX_DEPTH} levels deep; an object with X and y is needed."
            )
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path.name} is not JSON: {error}.") from error
    if not isinstance(value, dict) or "X" not in value or "y" not in value:
        raise UserError(f"{path.name} must be a JSON object with X (rows of numbers) and y.")
    arrays = {}
    for key in ("X", "y"):
        try:
            arrays[key] = np.array(value[key])
        except ValueError as error:
            raise UserError(f"{path.name}: the rows of {key} have different lengths.") from error
    return from_arrays(path.name, arrays["X"], arrays["y"])


def from_arrays(name: str, X: NDArray[Any], y: NDArray[Any]) -> Table:
    """A table from X (rows, inputs) and y (rows,) or (rows, targets); `name` is where they came from, for sentences.

    Words or few whole numbers in y are classes, other numbers are regression. Raises UserError.
    """
    if X.ndim == 1:
        X = X[:, None]
    if X.ndim != 2 or y.ndim not in (1, 2) or len(X) != len(y):
        raise UserError(
            f"{name}: X must be (rows, inputs) and y (rows,) or (rows, targets); they are {X.shape}, {y.shape}."
        )
    if len(X) < 2 or not 1 <= X.shape[1] <= MAX_INPUTS or len(X) > MAX_ROWS:
        raise UserError(
            f"{name}: X has {len(X):,} rows and {X.shape[1]:,} columns; 2 to {MAX_ROWS:,} and 1 to {MAX_INPUTS:,} fit."
        )
    if X.dtype.kind not in "biuf":
        raise UserError(f"{name}: X must hold numbers, not {X.dtype}.")
    numbers = X.astype(np.float64)
    bad = np.argwhere(~np.isfinite(numbers))
    if len(bad):
        row, column = bad[0]
        raise UserError(f"{name}, row {row + 1:,}, column {column + 1} of X: {X[row, column]} is not a finite number.")
    inputs = tuple(f"x{i + 1}" for i in range(X.shape[1]))
    if y.ndim == 2 and y.shape[1] > 1:
        if y.dtype.kind not in "biuf" or not np.isfinite(y).all() or y.shape[1] > MAX_OUTPUTS:
            raise UserError(f"{name}: y must hold finite numbers in at most {MAX_OUTPUTS:,} columns.")
        targets = tuple(f"y{i + 1}" for i in range(y.shape[1]))
        return Table(frozen(numbers), frozen(y.astype(np.float64)), "regression", inputs, targets, (), name)
    if y.dtype.kind not in "biufU":
        raise UserError(f"{name}: y must hold numbers or words, not {y.dtype}.")
    cells = [str(value) for value in y.reshape(-1).tolist()]
    target, task, classes = target_of(Column("y", cells, list(range(1, len(cells) + 1)), name))
    return Table(frozen(numbers), frozen(target), task, inputs, ("y",), classes, name)
