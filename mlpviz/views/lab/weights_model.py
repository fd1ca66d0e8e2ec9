"""One layer's parameters as a Qt table: rows are its units, columns the source units and, last, the bias."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QColor

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.document.locking import set_locked
from mlpviz.document.numbers import parse_number, short, signed
from mlpviz.errors import UserError
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.locks import Lock, fits, locked_mask
from mlpviz.nn.spec import Network
from mlpviz.pictures.explain import largest
from mlpviz.pictures.gradient import over_what
from mlpviz.pictures.symbols import matrix_symbols, parameter_symbol, plain, unit_symbol
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.gradients import Gradients
from mlpviz.views.lab.math_header import LOCKED, MARKUP

Role = Qt.ItemDataRole
TINT = 0.34  # of the diverging map: a number must stay readable on it


class WeightsModel(QAbstractTableModel):
    """Shows the live θ; an edit becomes a command of the session.

    Attributes:
        layer: the layer shown, 0-based, the output layer last.
        refused: why the last edit was refused, "" if it was not.

    Signals:
        edited(str): an edit was tried; `refused`.
        gradient_found(): tooltips that were asked for say more now.
    """

    edited = pyqtSignal(str)
    gradient_found = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._network = session.live.network
        self._scaled: tuple[Array, int, float] | None = None
        self._masked: tuple[tuple[Lock, ...], tuple[int, ...], NDArray[np.bool_]] | None = None
        self._gradients = Gradients(session, "gradient of the table", self.gradient_found.emit)
        self.layer = 0
        self.refused = ""

    @property
    def network(self) -> Network:
        """The network whose parameters are shown."""
        return self._network

    def show(self, layer: int) -> None:
        """Show a layer of the session's present network."""
        self.beginResetModel()
        self._network = self._session.live.network
        self.layer = min(max(layer, 0), len(self._network.hidden))
        self.endResetModel()

    def matrix(self) -> Array:
        """The live (units, fan-in + 1) matrix, bias last."""
        live = self._session.live
        theta = live.theta if live.network.sizes == self._network.sizes else self._session.document.state.theta
        matrix: Array = layout(self._network.sizes).matrices(theta)[self.layer]
        return matrix

    def locked(self) -> NDArray[np.bool_]:
        """Which of the layer's parameters are locked, (units, fan-in + 1)."""
        locks, sizes = self._session.document.training.locked, self._network.sizes
        if self._masked is None or self._masked[0] is not locks or self._masked[1] != sizes:
            fitting = tuple(lock for lock in locks if fits(lock, sizes))
            self._masked = (locks, sizes, locked_mask(fitting, sizes))
        mask: NDArray[np.bool_] = layout(sizes).matrices(self._masked[2])[self.layer]
        return mask

    def symbol(self, index: QModelIndex) -> str:
        """The parameter at an index, as markup."""
        return parameter_symbol(self._network, self.layer, index.row(), index.column())

    # ---- Qt's questions

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """Units of the layer."""
        return 0 if parent.isValid() else self._network.sizes[self.layer + 1]

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Source units, and the bias."""
        return 0 if parent.isValid() else self._network.sizes[self.layer] + 1

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Every number can be typed over."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        """Three decimals on the picture, everything in the editor and the tooltip."""
        if not index.isValid():
            return None
        value = float(self.matrix()[index.row(), index.column()])
        if role == Role.DisplayRole:
            return short(value)
        if role == Role.EditRole:
            return repr(value)
        locked = bool(self.locked()[index.row(), index.column()])
        if role == LOCKED:
            return locked
        if role == Role.AccessibleTextRole:
            return f"{plain(self.symbol(index))} = {short(value)}{', locked' if locked else ''}"
        if role == Role.ToolTipRole:
            lock = "\nLocked: training leaves it alone (L unlocks it)." if locked else ""
            words = "\nType a number or a fraction such as 1/3."
            return f"{plain(self.symbol(index))} = {value!r}{self._slope(index)}{words}{lock}"
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Role.BackgroundRole:
            return self._tint(value)
        return None

    def _slope(self, index: QModelIndex) -> str:
        """The line of the tip that tells the gradient, "" while it is being computed."""
        found, network = self._gradients.newest(), self._session.live.network
        if found is None or network.sizes != self._network.sizes:
            return ""
        value = float(layout(network.sizes).matrices(found)[self.layer][index.row(), index.column()])
        config = self._session.document.training
        return f"\n∂L/∂{plain(self.symbol(index))} = {signed(value)}, {over_what(config)}"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """The source units over the columns, the units before the rows."""
        if role == LOCKED and orientation == Qt.Orientation.Vertical:
            return bool(self.locked()[section].all())
        if role not in (Role.DisplayRole, MARKUP, Role.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            markup = unit_symbol(self._network, self.layer, section, pre=True)
        elif section == self._network.sizes[self.layer]:
            markup = matrix_symbols(self._network, self.layer)[1]
        else:
            markup = unit_symbol(self._network, self.layer - 1, section)
        return markup if role == MARKUP else plain(markup)

    def _tint(self, value: float) -> QColor:
        matrix = self.matrix()
        if self._scaled is None or self._scaled[0] is not matrix.base or self._scaled[1] != self.layer:
            base = matrix.base if matrix.base is not None else matrix
            self._scaled = (base, self.layer, largest(matrix))
        share = value / self._scaled[2]
        table = self._theme.lookup("diverging", TINT)
        return QColor(*(int(c) for c in table[round((share + 1) * 127.5)]))

    # ---- edits

    def setData(self, index: QModelIndex, value: object, role: int = Role.EditRole) -> bool:
        """Take what was typed; False, and `refused` says why, when it is no number."""
        if role != Role.EditRole or not index.isValid():
            return False
        return self._put(index.row(), index.column(), [[str(value)]], f"Change weight {plain(self.symbol(index))}")

    def paste(self, row: int, column: int, text: str) -> bool:
        """Put a block of numbers (lines; tabs, semicolons or commas between) at a cell, as one command."""
        weights, biases = (plain(s) for s in matrix_symbols(self._network, self.layer))
        return self._put(row, column, _cells(text), f"Paste into {weights}, {biases}")

    def copy(self, rows: range, columns: range) -> str:
        """A block as text, tabs between, every digit."""
        matrix = self.matrix()
        return "\n".join("\t".join(repr(float(matrix[r, c])) for c in columns) for r in rows)

    def lock(self, parts: list[Lock], on: bool) -> bool:
        """Lock or unlock parts of the network, as one command."""
        return self._session.edit("Lock weights" if on else "Unlock weights", lambda d: set_locked(d, parts, on))

    def block(self, rows: range, columns: range) -> list[Lock]:
        """A block of cells as parts that can be locked: whole units where it covers them."""
        if len(columns) == self.columnCount():
            return [Lock(self.layer, row) for row in rows]
        return [Lock(self.layer, row, column) for row in rows for column in columns]

    def _put(self, row: int, column: int, cells: list[list[str]], name: str) -> bool:
        try:
            values = self._parsed(row, column, cells)
        except UserError as error:
            self.refused = str(error)
            self.edited.emit(self.refused)
            return False
        self.refused = ""
        self.edited.emit("")
        matrix = self.matrix()
        if all(float(matrix.flat[place]) == value for place, value in values.items()):
            return True
        start = layout(self._network.sizes).offsets[self.layer]
        return self._session.edit(name, partial(_changed, values={start + at: v for at, v in values.items()}))

    def _parsed(self, row: int, column: int, cells: list[list[str]]) -> dict[int, float]:
        """Values by their place in the flattened matrix. Raises UserError."""
        rows, columns = self.rowCount(), self.columnCount()
        width = max((len(line) for line in cells), default=0)
        if row + len(cells) > rows or column + width > columns:
            raise UserError(
                f"The clipboard's {len(cells)} × {width} numbers do not fit from here; "
                f"the layer has {rows} × {columns}."
            )
        return {
            (row + r) * columns + column + c: parse_number(text)
            for r, line in enumerate(cells)
            for c, text in enumerate(line)
        }


def _changed(document: Document, values: dict[int, float]) -> edits.Edited:
    return edits.set_parameters(document, values)


def _cells(text: str) -> list[list[str]]:
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if "," in text and len(lines) == 1 and re.fullmatch(r"\s*[+−-]?\d*,\d+\s*", text):
        return [[text]]  # a decimal comma
    for separator in ("\t", ";", ","):
        if separator in text:
            return [line.split(separator) for line in lines]
    return [line.split() for line in lines]
