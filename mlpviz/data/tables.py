"""Tables from the world: CSV, NPZ, JSON and arrays into a Table, and back into CSV."""

from __future__ import annotations

import csv
import io
from itertools import compress
from operator import not_
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.columns import LARGEST, MAX_CLASSES, numbers, regression_target, target_of, value_problem
from mlpviz.data.jsondata import read_json
from mlpviz.data.npz import read_arrays
from mlpviz.data.sheet import Sheet, is_missing, is_number, target_columns
from mlpviz.data.spec import MAX_ROWS, Dataset, Table
from mlpviz.errors import UserError, check_choice, counted, shown
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.spec import MAX_INPUTS, MAX_OUTPUTS

MISSING = ("error", "drop", "mean")
SUFFIXES = (".csv", ".npz", ".json")
TASKS = ("classes", "regression")
# Classes become one-hot rows: no more numbers than this.
MAX_ONE_HOT = 50_000_000


def read_table(
    path: str | Path, *, target: str | None = None, missing: str = "error", task: str | None = None
) -> Table:
    """Read a table.

    Args:
        path: a .csv (header or none; separated by comma, semicolon or tab), or an .npz or .json that has X and y.
        target: of a CSV, the column to predict, by name or by number from 1; several with commas between them are
            regression on each; None: the last.
        missing: what to do with a missing value of a CSV (an empty cell, NA, N/A, NaN, null, ?): "error" refuses,
            "drop" leaves its row out, "mean" fills in the column's mean (never a target's).
        task: "classes" or "regression"; None: as `columns.target_of` finds it.

    Raises:
        UserError: for anything that cannot be used, with row and column.
    """
    path = Path(path)
    check_choice(missing, MISSING, "way to treat missing values")
    if task is not None:
        check_choice(task, TASKS, "task")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(f"{path.name}: mlpviz reads tables from {', '.join(SUFFIXES)}, not {suffix or 'no suffix'!r}.")
    if target is not None and suffix != ".csv":
        raise UserError(f"{path.name}: only a CSV has a target column to choose; here y is the target.")
    try:
        if suffix == ".csv":
            return _read_csv(path, target, missing, task)
        X, y = read_json(path) if suffix == ".json" else read_arrays(path, ("X", "y"))
        return from_arrays(path.name, X, y, task)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except MemoryError:
        raise UserError(f"{path.name} needs more memory than there is; use fewer rows or columns.") from None


# ---- CSV


def _read_csv(path: Path, target: str | None, missing: str, task: str | None) -> Table:
    sheet = Sheet.open(path)
    if sheet.width < 2:
        raise UserError(f"{path.name} has one column; inputs and a target are needed, separated by commas.")
    targets = target_columns(sheet, target)
    inputs = [column for column in range(sheet.width) if column not in targets]
    if not 1 <= len(inputs) <= MAX_INPUTS:
        raise UserError(f"{path.name} has {len(inputs):,} input columns; mlpviz takes 1 to {MAX_INPUTS:,}.")
    X, cells, records = _cells(sheet, inputs, targets, missing)
    if len(records) < 2:
        left = " after rows with missing values are dropped" if missing == "drop" else ""
        raise UserError(f"{path.name} has {counted(len(records), 'row')} of data{left}; at least two are needed.")
    if missing == "mean":
        _fill(sheet, X, inputs)
    y, found, classes = _csv_target(sheet, targets, cells, records, task)
    return _table(
        X,
        y,
        found,
        tuple(sheet.names[i] if sheet.names else f"x{k + 1}" for k, i in enumerate(inputs)),
        tuple(sheet.names[i] if sheet.names else f"y{k + 1}" if k else "y" for k, i in enumerate(targets)),
        tuple(classes),
        path.name,
    )


def _cells(sheet: Sheet, inputs: list[int], targets: list[int], missing: str) -> tuple[Array, list[list[str]], Any]:
    """The inputs as numbers (rows, inputs), the cells of every target column, and the record of every row."""
    parts, kept_records = [np.empty((0, len(inputs)))], [np.empty(0, dtype=np.int64)]
    cells: list[list[str]] = [[] for _ in targets]
    for block in sheet.blocks():
        X = np.stack([numbers(sheet, i, block.columns[i], block.records, missing) for i in inputs], axis=1)
        keep = np.ones(len(X), dtype=np.bool_)
        if missing == "drop":
            keep[np.isnan(X).any(axis=1)] = False
        for column in targets:
            cells_here = list(map(str.strip, block.columns[column]))
            missed = map(is_missing, cells_here) if missing == "drop" else map(not_, cells_here)
            for index in compress(range(len(X)), missed):
                if missing != "drop":
                    place = sheet.place(block.records[index], column)
                    raise UserError(f"{place}: the target is missing; fill it in, or leave such rows out (drop).")
                keep[index] = False
        for k, column in enumerate(targets):
            cells[k] += compress(map(str.strip, block.columns[column]), keep.tolist())
        parts.append(X[keep])
        kept_records.append(np.array(block.records)[keep])
    return np.concatenate(parts), cells, np.concatenate(kept_records)


def _fill(sheet: Sheet, X: Array, inputs: list[int]) -> None:
    """Put the mean of its column wherever X has NaN."""
    for k, column in enumerate(inputs):
        holes = np.isnan(X[:, k])
        if holes.all():
            raise UserError(f"{sheet.file}: column {sheet.name(column)} has no number at all; leave it out.")
        if holes.any():
            X[holes, k] = X[~holes, k].mean()


def _csv_target(
    sheet: Sheet, targets: list[int], cells: list[list[str]], records: Any, task: str | None
) -> tuple[Array, str, list[str]]:
    def place_in(column: int) -> Any:
        return lambda index: sheet.place(int(records[index]), column)

    if len(targets) == 1:
        return target_of(cells[0], sheet.name(targets[0]), place_in(targets[0]), task)
    if task == "classes" or len(targets) > MAX_OUTPUTS:
        raise UserError(f"{sheet.file}: {len(targets)} targets are regression, on {MAX_OUTPUTS:,} at most.")
    columns = [regression_target(each, place_in(column)) for each, column in zip(cells, targets, strict=True)]
    return np.stack(columns, axis=1), "regression", []


def write_csv(dataset: Dataset, file: str | Path | TextIO | None = None) -> str:
    """A data set as CSV with a header, the targets last; every float reads back exactly.

    Args:
        dataset: what to write; classes by their names, −1 and +1 with a plain minus.
        file: a path or an open text file to write it to; None: only the text is returned.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*dataset.input_names, *dataset.target_names])
    labels = [_label(name) for name in dataset.class_names]
    for x, y in zip(dataset.X.tolist(), dataset.y.tolist(), strict=True):
        target = [labels[int(y[0])]] if labels else [repr(value) for value in y]
        writer.writerow([*map(repr, x), *target])
    text = out.getvalue()
    if isinstance(file, (str, Path)):
        Path(file).write_text(text, encoding="utf-8", newline="")
    elif file is not None:
        file.write(text)
    return text


def _label(name: str) -> str:
    plain = name.replace("−", "-")
    return plain if is_number(plain) else name


# ---- arrays


def from_arrays(name: str, X: NDArray[Any], y: NDArray[Any], task: str | None = None) -> Table:
    """A table from arrays.

    Args:
        name: where they came from, for messages.
        X: (rows, inputs) or (rows,), numbers.
        y: (rows,) or (rows, 1): words or numbers, read as `columns.target_of` says; (rows, targets): regression.
        task: "classes" or "regression" overrules.
    """
    X = X[:, None] if X.ndim == 1 else X
    if X.ndim != 2 or y.ndim not in (1, 2) or len(X) != len(y) or 0 in y.shape:
        raise UserError(
            f"{name}: X must be (rows, inputs) and y (rows,) or (rows, targets); they are {X.shape} and {y.shape}."
        )
    if not 2 <= len(X) <= MAX_ROWS or not 1 <= X.shape[1] <= MAX_INPUTS:
        raise UserError(
            f"{name}: X has {len(X):,} rows and {X.shape[1]:,} columns; 2 to {MAX_ROWS:,} and 1 to {MAX_INPUTS:,} fit."
        )
    inputs = tuple(f"x{i + 1}" for i in range(X.shape[1]))
    values = _finite(name, "X", X)
    if y.ndim == 2 and y.shape[1] > 1:
        if y.shape[1] > MAX_OUTPUTS or task == "classes":
            raise UserError(f"{name}: y has {y.shape[1]:,} columns; these are regression, on {MAX_OUTPUTS:,} at most.")
        targets = tuple(f"y{i + 1}" for i in range(y.shape[1]))
        return _table(values, _finite(name, "y", y), "regression", inputs, targets, (), name)
    if y.dtype.kind not in "biufU":
        raise UserError(f"{name}: y must hold numbers or words, not {y.dtype}.")
    cells = [str(value).strip() for value in y.reshape(-1).tolist()]
    if "" in cells:
        raise UserError(f"{name}, row {cells.index('') + 1:,} of y: the target is empty.")
    target, found, classes = target_of(cells, "y", lambda index: f"{name}, row {index + 1:,} of y", task)
    return _table(values, target, found, inputs, ("y",), tuple(classes), name)


def _finite(name: str, key: str, values: NDArray[Any]) -> Array:
    if values.dtype.kind not in "biuf":
        raise UserError(f"{name}: {key} must hold numbers, not {shown(str(values.dtype))}.")
    with np.errstate(all="ignore"):
        result = np.array(values, dtype=np.float64, order="C")
        bad = np.argwhere(~(np.abs(result) <= LARGEST))
    if len(bad):
        row, column = bad[0].tolist()
        problem = value_problem(float(result[row, column]))
        raise UserError(f"{name}, row {row + 1:,} of {key}, column {column + 1}: {problem}.")
    return result


def _table(
    X: Array,
    y: Array,
    task: str,
    inputs: tuple[str, ...],
    targets: tuple[str, ...],
    classes: tuple[str, ...],
    source: str,
) -> Table:
    if len(classes) > MAX_CLASSES or len(classes) * len(X) > MAX_ONE_HOT:
        raise UserError(f"{source}: {len(classes):,} classes in {len(X):,} rows are more than mlpviz takes.")
    return Table(frozen(X), frozen(y), task, inputs, targets, classes, source)
