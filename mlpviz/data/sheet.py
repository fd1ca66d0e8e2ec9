"""The text of a CSV file as columns of cells, block by block, with the place of every cell for a message."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from mlpviz.data.spec import MAX_ROWS
from mlpviz.errors import UserError, shown
from mlpviz.nn.spec import MAX_INPUTS, MAX_OUTPUTS

# Limits that keep every refusal within a couple of seconds; .npz has room for more.
MAX_TEXT_BYTES = 32 << 20
MAX_CELLS = 10_000_000
MAX_LINE = 1_000_000
MAX_COLUMNS = MAX_INPUTS + MAX_OUTPUTS
BLOCK_CELLS = 1 << 17
PEEK = 20
SEPARATORS = "\t;,"
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
# Cells that stand for "not known", in lower case.
MISSING_WORDS = frozenset({"", "na", "n/a", "nan", "null", "?"})


def read_text(path: Path) -> str:
    """A file as UTF-8 text, a byte order mark left out. Raises UserError for anything else, and above 32 MB."""
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        limit = MAX_TEXT_BYTES >> 20
        raise UserError(f"{path.name} has {size / 2**20:,.0f} MB; mlpviz reads text up to {limit} MB, or use .npz.")
    data = path.read_bytes()
    if b"\0" in data:
        raise UserError(f"{path.name} is not UTF-8 text; save the table as text in UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path.name}, row {row:,}: this is not UTF-8 text; save the table in UTF-8.") from error


def is_number(cell: str) -> bool:
    """Whether a cell reads as a number; "nan" and "inf" do."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def is_missing(cell: str) -> bool:
    """Whether a cell says that its value is not known."""
    return cell.strip().lower() in MISSING_WORDS


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """Some rows of a sheet: their cells by column, and the record that each row is, for `Sheet.row_of`."""

    columns: list[tuple[str, ...]]
    records: Sequence[int]


@dataclass(frozen=True, eq=False, slots=True)
class Sheet:
    """A CSV file whose first rows have been looked at.

    Attributes:
        file: its name, for messages.
        text: all of it. separator: of its cells. underscored: whether "_" occurs, which Python takes within numbers.
        names: of the columns, by the header, else None.
        width: how many columns every row has.
    """

    file: str
    text: str
    separator: str
    names: tuple[str, ...] | None
    width: int
    underscored: bool

    @classmethod
    def open(cls, path: Path) -> Sheet:
        """Look at a file's first rows. Raises UserError for what is no table, OSError for what cannot be read."""
        text = read_text(path).replace("\r\n", "\n").replace("\r", "\n")
        lines = text.removesuffix("\n").split("\n")
        if len(lines) > MAX_ROWS + 1:
            raise UserError(f"{path.name} has {len(lines):,} rows; mlpviz takes no more than {MAX_ROWS:,}.")
        longest = max(map(len, lines))
        if longest > MAX_LINE:
            row = next(i for i, line in enumerate(lines) if len(line) > MAX_LINE) + 1
            raise UserError(f"{path.name}, row {row:,}: a line of {longest:,} characters is too long.")
        separator = separator_of(list(islice(filter(str.strip, lines), PEEK)))
        _, rows = next(cls(path.name, text, separator, None, 1, False)._rows(PEEK), ((), []))
        if not rows:
            raise UserError(f"{path.name} is empty; a table needs at least two columns and two rows.")
        width = len(rows[0])
        if width > MAX_COLUMNS:
            raise UserError(f"{path.name} has {width:,} columns; mlpviz takes at most {MAX_COLUMNS:,}.")
        if (cells := len(lines) * width) > MAX_CELLS:
            raise UserError(f"{path.name} has {cells:,} cells; mlpviz reads {MAX_CELLS:,} as text, or use .npz.")
        names = None
        if has_header(rows):
            names = tuple(" ".join(name.split()) or f"column {i + 1}" for i, name in enumerate(rows[0]))
        return cls(path.name, text, separator, names, width, "_" in text)

    def name(self, column: int) -> str:
        """What a message calls a column."""
        return repr(self.names[column]) if self.names else str(column + 1)

    def place(self, record: int, column: int) -> str:
        """Where a cell stands, for a message: "flowers.csv, row 12, column 'width'"."""
        return f"{self.file}, row {self.row_of(record):,}, column {self.name(column)}"

    def row_of(self, record: int) -> int:
        """The line of the file in which a record begins, from 1."""
        if '"' not in self.text:
            return record + 1
        reader, line = self._reader(), 0
        for _ in islice(reader, record):
            line = reader.line_num
        return line + 1

    def blocks(self) -> Iterator[Block]:
        """All rows below the header. Raises UserError for a row with more or fewer cells than the first."""
        header = self.names is not None
        for records, rows in self._rows(max(1, BLOCK_CELLS // self.width)):
            if set(map(len, rows)) != {self.width}:
                at, row = next((i, row) for i, row in enumerate(rows) if len(row) != self.width)
                place = f"{self.file}, row {self.row_of(records[at]):,}"
                raise UserError(f"{place}: {len(row):,} cells where the first row has {self.width:,}.")
            if len(rows) > header:
                yield Block(list(zip(*rows[header:], strict=True)), records[header:])
            header = False

    def _reader(self) -> Any:
        return csv.reader(io.StringIO(self.text), delimiter=self.separator, skipinitialspace=True, strict=True)

    def _rows(self, count: int) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        """Every row that is not blank, and the number of its record, from 0; up to `count` at a time, at least one."""
        reader, start = self._reader(), 0
        try:
            while rows := list(islice(reader, count)):
                records: Sequence[int] = range(start, start + len(rows))
                start += len(rows)
                if not all(row and row[0] for row in rows):
                    kept = [i for i, row in enumerate(rows) if any(map(str.strip, row))]
                    records, rows = [records[i] for i in kept], [rows[i] for i in kept]
                if rows:
                    yield records, rows
        except csv.Error as error:
            raise UserError(f"{self.file}, row {reader.line_num:,}: {_reason(error)}.") from error


def _reason(error: csv.Error) -> str:
    if "field larger" in str(error):
        return "a cell is too long, or a quotation mark opens it and none closes it"
    if "end of data" in str(error):
        return "a quotation mark opens a cell and none closes it"
    if "expected after" in str(error):
        return "text follows the closing quotation mark of a cell"
    return f"not CSV ({error})"


def separator_of(lines: list[str]) -> str:
    """The separator that cuts all of the first lines into equally many cells, at least two; else the comma."""
    for separator in SEPARATORS:
        if not lines or separator not in lines[0]:
            continue
        try:
            widths = {len(row) for row in csv.reader(lines, delimiter=separator, skipinitialspace=True)}
        except csv.Error:
            continue
        if len(widths) == 1 and widths != {1}:
            return separator
    return ","


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns.

    It does when none of its cells is a number, and when one stands above a number or all are different.
    """
    head, body = [cell.strip() for cell in rows[0]], rows[1:]
    if any(is_number(cell) for cell in head) or not any(head):
        return False
    columns = zip(*(row for row in body if len(row) == len(head)), strict=True)
    return any(any(map(is_number, column)) for column in columns) or len(set(head)) == len(head)


def target_columns(sheet: Sheet, target: str | None) -> list[int]:
    """The columns that a target names: one by name or by number from 1, or several with commas; None is the last."""
    if target is None:
        return [sheet.width - 1]
    names = sheet.names or ()
    if target in names or "," not in target:
        return [_column(sheet, target)]
    columns = [_column(sheet, part.strip()) for part in target.split(",")]
    if len(set(columns)) < len(columns):
        raise UserError(f"The target {shown(target)} names a column twice.")
    return columns


def _column(sheet: Sheet, word: str) -> int:
    names = sheet.names or ()
    if names.count(word) > 1:
        raise UserError(f"{sheet.file} has {names.count(word)} columns {word!r}; give the target by its number.")
    if word in names:
        return names.index(word)
    typed = [name.translate(_DIGITS) for name in names]  # y1 for y₁, which few keyboards have
    if typed.count(word) == 1:
        return typed.index(word)
    if word.isascii() and word.isdecimal() and len(word) <= 6 and 1 <= int(word) <= sheet.width:
        return int(word) - 1
    known = f"1 to {sheet.width:,}"
    if names:
        known = ", ".join(map(shown, names[:12])) + (", …" if len(names) > 12 else "") + f", or {known}"
    raise UserError(f"{sheet.file} has no column {shown(word)} for the target; there are {known}.")
