"""x and g(x) as a Qt table: the points of a polyline, or the samples of any other function."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal

from mlpviz.data.polylines import as_polyline, pasted, remove_point, with_cells
from mlpviz.data.strokes import SAMPLES, Drawn, grid
from mlpviz.document import edits
from mlpviz.document.numbers import parse_number
from mlpviz.errors import UserError
from mlpviz.session import Session
from mlpviz.views.kit.numbers import number_text
from mlpviz.views.universality.edit import edit

Role = Qt.ItemDataRole
HEADS = ("x", "g(x)")
SEPARATORS = (r"\t", r";", r",\s+", r"\s+", r",")  # a comma alone comes last: it may be a decimal one


class FunctionModel(QAbstractTableModel):
    """Shows the document's function; an edit becomes a command of the session.

    Signals:
        edited(str): an edit was tried; why it was refused, "" if it was not.
    """

    edited = pyqtSignal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._drawn = session.document.function
        self._x = grid()
        session.document_changed.connect(self._document_changed)

    # ---- what there is

    @property
    def drawn(self) -> Drawn:
        """The function shown."""
        return self._drawn

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """The points and an empty row to type another into; or the samples."""
        if parent is not None and parent.isValid():
            return 0
        return len(self._drawn.points) + 1 if self._drawn.points else SAMPLES

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """x and g(x)."""
        return 0 if parent is not None and parent.isValid() else 2

    def value(self, row: int, column: int) -> float | None:
        """The number in a cell; None in the empty row."""
        points = self._drawn.points
        if points:
            return points[row][column] if row < len(points) else None
        return float((self._drawn.raw if column else self._x)[row])

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        """A number in a few digits, in all of them where it is edited or copied."""
        if not index.isValid():
            return None
        value = self.value(index.row(), index.column())
        head = HEADS[index.column()]
        if role == Role.DisplayRole:
            return "" if value is None else number_text(value, 6)
        if role == Role.EditRole:
            return "" if value is None else repr(value)
        if role == Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Role.AccessibleTextRole:
            told = "empty, for another point" if value is None else f"= {number_text(value, 6)}"
            return f"{head}, row {index.row() + 1} {told}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """x and g(x) above, the number of the row beside."""
        if role != Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return HEADS[section]
        return "+" if self._drawn.points and section == len(self._drawn.points) else str(section + 1)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Everything can be typed but the x of samples."""
        fixed = index.column() == 0 and not self._drawn.points
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if fixed else flags | Qt.ItemFlag.ItemIsEditable

    # ---- edits

    def setData(self, index: QModelIndex, value: Any, role: int = Role.EditRole) -> bool:
        """Take a number that was typed."""
        if role != Role.EditRole or not str(value).strip():
            return False
        row, column = index.row(), index.column()
        return self._do(
            "Type into the table", lambda: with_cells(self._drawn, row, column, [_number(str(value), row, column)])
        )

    def remove(self, rows: list[int]) -> bool:
        """Take points away."""

        def removed() -> Drawn:
            if not self._drawn.points:
                raise UserError("Samples stand at fixed x; turn them into points to take some away.")
            drawn = self._drawn
            for row in sorted((row for row in rows if row < len(drawn.points)), reverse=True):
                drawn = remove_point(drawn, row)
            return drawn

        return self._do("Remove point", removed)

    def paste(self, text: str, row: int, column: int) -> bool:
        """Take a pasted block: two columns replace g, one column is written downwards from a cell."""

        def made() -> Drawn:
            cells = split(text)
            if len(cells[0]) == 2:
                return pasted(self._drawn, [(_number(a, i, 0), _number(b, i, 1)) for i, (a, b) in enumerate(cells)])
            values = [_number(cell[0], row + i, column) for i, cell in enumerate(cells)]
            return with_cells(self._drawn, row, column, values)

        return self._do("Paste into the table", made)

    def copy(self, rows: range, columns: range) -> str:
        """A block as text, every digit of it."""
        lines = ([self.index(r, c).data(Role.EditRole) for c in columns] for r in rows)
        return "\n".join("\t".join(line) for line in lines)

    def to_points(self) -> bool:
        """Turn samples into the points of a polyline."""
        return self._do("Turn into points", lambda: as_polyline(self._drawn))

    def _do(self, command: str, make: Callable[[], Drawn]) -> bool:
        try:
            drawn = make()
        except UserError as error:
            self.edited.emit(str(error))
            return False
        done = edit(self._session, command, lambda d: edits.set_function(d, drawn))
        self.edited.emit("")
        return done

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "function" not in changed:
            return
        before, self._drawn = self.rowCount(), self._session.document.function
        if self.rowCount() != before:
            self.beginResetModel()
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(before - 1, 1))


def split(text: str) -> list[list[str]]:
    """The cells of pasted text, one or two a row; a first row without any number is a header and left out.

    Raises UserError for rows of other widths.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise UserError("There is nothing to paste.")
    for separator in SEPARATORS:
        rows = [re.split(separator, line) for line in lines]
        if all(len(row) == 2 for row in rows):
            break
    else:
        rows = [[line] for line in lines]
        if any(re.search(r"[\t;]", line) for line in lines):
            raise UserError("Paste one column or two, x and g(x), the same in every row.")
    if len(rows) > 1 and not any(_is_number(cell) for cell in rows[0]):
        del rows[0]
    return [[cell.strip() for cell in row] for row in rows]


def _is_number(text: str) -> bool:
    try:
        parse_number(text)
    except UserError:
        return False
    return True


def _number(text: str, row: int, column: int) -> float:
    try:
        return parse_number(text)
    except UserError as error:
        raise UserError(f"Row {row + 1:,}, {HEADS[column]}: {error}") from None
