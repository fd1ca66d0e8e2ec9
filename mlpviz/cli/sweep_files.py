"""The files of a sweep: tables that grow row by row, of which whatever is whole survives, and that are gone on with."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from mlpviz.cli.output import write_text
from mlpviz.errors import RunError, UserError
from mlpviz.experiments.work import WAYS, Row
from mlpviz.files.atomic import as_shown

Key = tuple[str, int, str, int]


def number(value: Any) -> float:
    """A number out of a file: JSON has null for what is not finite."""
    return math.nan if value is None else float(value)


FIGURES = ("activation", "width", "method", "seed", "sup", "rms", "seconds")
# Which sweep a row is of: the updates of its net (empty: it is not trained), and which g.
COLUMNS = (*FIGURES, "steps", "function")
_TYPES: dict[str, Callable[[Any], Any]] = {
    "activation": str, "width": int, "method": str, "seed": int, "sup": number, "rms": number, "seconds": number
}  # fmt: skip
LARGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file holds rows.

    Attributes:
        name: the option that asks for it. head: its first line, "" for none. start: how every such file begins.
        line: a row as a line. records: the rows of a text without its head; None for what is none.
    """

    name: str
    head: str
    start: str
    line: Callable[[Mapping[str, Any]], str]
    records: Callable[[str], Iterable[Mapping[str, Any] | None]]


def _csv_line(record: Mapping[str, Any]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(["" if record[name] is None else record[name] for name in COLUMNS])
    return text.getvalue()


def _csv_records(text: str) -> Iterable[Mapping[str, Any] | None]:
    for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
        yield dict(zip(COLUMNS, cells, strict=True)) if len(cells) == len(COLUMNS) else None


def _json_line(record: Mapping[str, Any]) -> str:
    values = {name: record[name] for name in COLUMNS}
    finite = {name: None if isinstance(v, float) and not math.isfinite(v) else v for name, v in values.items()}
    return json.dumps(finite, ensure_ascii=False, allow_nan=False) + "\n"


def _json_records(text: str) -> Iterable[Mapping[str, Any] | None]:
    for line in text.splitlines():
        found = json.loads(line)
        yield found if isinstance(found, dict) and found.keys() == set(COLUMNS) else None


_HEAD = ",".join(COLUMNS) + "\n"
CSV = Kind("--csv", _HEAD, _HEAD, _csv_line, _csv_records)
JSON = Kind("--jsonl", "", '{"activation": ', _json_line, _json_records)


class RowFile:
    """One file of rows. Each row is on the disk when `append` returns; a torn last line is removed before the next.

    Attributes:
        rows: the rows that are there, by net; the last of those that stand twice.
    """

    def __init__(self, path: str, kind: Kind, function: str, steps: int) -> None:
        """Read what is there of the same g and steps; nothing is written yet.

        Raises UserError, naming option, file and row, for a file of anything else.
        """
        self._path, self._kind, self._function, self._steps = path, kind, function, steps
        self._file: BinaryIO | None = None
        self._order: list[Key] = []
        self.rows: dict[Key, Row] = {}
        text, foreign = self._text()
        self._size = len(text.encode())
        self._foreign = text if foreign else ""  # to be written with our ends of lines
        if text:
            self._read(text[len(kind.head) :])

    def _text(self) -> tuple[str, bool]:
        """The whole lines of the file, and whether they end as a spreadsheet ends them; "" where there is none."""
        try:
            with open(self._path, "rb") as file:
                data = file.read(LARGEST + 1)
        except FileNotFoundError:
            return "", False
        except OSError as error:
            raise self._wrong(f"it cannot be read: {error.strerror or error}") from None
        if len(data) > LARGEST:
            raise self._wrong("it is too large for a table of a sweep")
        foreign = b"\r\n" in data
        data = data.replace(b"\r\n", b"\n")
        start = self._kind.start.encode()
        if not (data.startswith(start) or start.startswith(data)):
            raise self._wrong("it is no table of a sweep, for it begins otherwise")
        try:
            return data[: data.rfind(b"\n") + 1].decode("utf-8"), foreign
        except UnicodeDecodeError:
            raise self._wrong("it is no table of a sweep, for it is no text") from None

    def _read(self, text: str) -> None:
        number = 2 if self._kind.head else 1
        try:
            for record in self._kind.records(text):
                row = _row(record)
                self._check(record or {}, row, number)
                self.rows[row.key] = row
                number += 1
        except (ValueError, TypeError, OverflowError, RecursionError, csv.Error) as error:
            if isinstance(error, UserError):
                raise
            raise self._wrong(f"row {number} is no row of a sweep") from None
        self._order = list(self.rows)

    def _check(self, record: Mapping[str, Any], row: Row, number: int) -> None:
        if record["function"] != self._function:
            raise self._wrong(f"row {number} is of another function or smoothing")
        steps = record["steps"]
        if steps not in (None, "") and int(steps) != self._steps:
            raise self._wrong(f"row {number} is of a net trained with --steps {int(steps)}, not {self._steps}")

    def check_least(self, least: Mapping[Key, float]) -> None:
        """Raise UserError for a row with a smaller largest error than its net can have."""
        for number, row in enumerate(self.rows.values(), 2 if self._kind.head else 1):
            bound = least.get(row.key, 0.0)
            if row.sup < bound:
                raise self._wrong(
                    f"row {number} says {row.sup:.4g}, but no {row.activation} net of width {row.width:,} has a "
                    f"largest error below {bound:.4g}"
                )

    def _wrong(self, what: str) -> UserError:
        return UserError(f"{self._kind.name}: {self._path}: {what}; name another file, or remove this one.")

    def begin(self) -> None:
        """Make the file, or remove what is torn; raises UserError or RunError where it cannot be written."""
        if not self._size:
            write_text(self._path, self._kind.head)
            self._size = len(self._kind.head)
        elif self._foreign:
            write_text(self._path, self._foreign)
        try:
            self._file = open(self._path, "r+b", buffering=0)  # noqa: SIM115  # closed by `close`
            self._file.truncate(self._size)
            self._file.seek(self._size)
        except OSError as error:
            raise as_shown(error, Path(self._path)) from error

    def append(self, row: Row) -> None:
        """Add a row, unless its net is there; it is on the disk when this returns."""
        if row.key in self.rows or self._file is None:
            return
        data = self._kind.line(self._record(row)).encode()
        try:
            if self._file.write(data) != len(data):
                raise RunError(f"Cannot write {self._path}: the disk is full; free some space and try again.")
            os.fsync(self._file.fileno())
        except OSError as error:
            raise as_shown(error, Path(self._path)) from error
        self.rows[row.key] = row
        self._order.append(row.key)

    def _record(self, row: Row) -> dict[str, Any]:
        steps = self._steps if row.method in WAYS and WAYS[row.method].steps else None
        return {**{name: getattr(row, name) for name in FIGURES}, "steps": steps, "function": self._function}

    def sort(self, wanted: Sequence[Key]) -> None:
        """Bring the rows of these nets into their order, behind all others, if a sweep in parts has left another."""
        asked = set(wanted)
        order = [key for key in self._order if key not in asked] + [key for key in wanted if key in self.rows]
        if order != self._order:
            self.close()
            lines = [self._kind.line(self._record(self.rows[key])) for key in order]
            write_text(self._path, self._kind.head + "".join(lines))

    def close(self) -> None:
        """Nothing is written any more."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None


def _row(record: Mapping[str, Any] | None) -> Row:
    if record is None:
        raise ValueError
    row = Row(**{name: kind(record[name]) for name, kind in _TYPES.items()})
    finite = math.isfinite(row.sup) and math.isfinite(row.rms)
    trained = row.method in WAYS and WAYS[row.method].steps  # and may have diverged
    if row.sup < 0 or row.rms < 0 or not (finite or trained):
        raise ValueError
    return row
