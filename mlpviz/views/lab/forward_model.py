"""The forward pass as a Qt table: a row for each row of the data, a column for x, y, each z⁽ˡ⁾ and h⁽ˡ⁾, ỹ and ŷ."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from mlpviz.data.spec import Dataset
from mlpviz.document.numbers import signed
from mlpviz.nn.evaluate import Forward, forward
from mlpviz.nn.features import prepared
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.pictures.explain import decimals, given, vector
from mlpviz.pictures.symbols import INPUTS, layer_symbol, maps_inputs, plain, pre_symbol, unit_symbol
from mlpviz.session import Session
from mlpviz.views.lab.math_header import MARKUP

Role = Qt.ItemDataRole
BLOCK = 16  # rows computed at once
KEPT = 16  # blocks kept
LIGHT = 400_000  # products: a block that costs more is computed off the GUI thread
WAITING = "…"
CLASS = Qt.ItemDataRole.UserRole + 2  # of y: (class index, whether the row is a training row), for its mark
RIGHT = Qt.ItemDataRole.UserRole + 3  # of ŷ: whether it is right, None where that means nothing


class Field(NamedTuple):
    """One column: "x", "y", "features", "z", "h", "raw" (ỹ) or "output" (ŷ), and the hidden layer of z and h."""

    kind: str
    layer: int = INPUTS


def fields_of(network: Network) -> list[Field]:
    """The columns for a network, in the order in which the numbers come about."""
    between = [Field(kind, layer) for layer in range(len(network.hidden)) for kind in ("z", "h")]
    features = [Field("features")] if maps_inputs(network) else []
    return [Field("x"), Field("y"), *features, *between, Field("raw"), Field("output")]


class ForwardModel(QAbstractTableModel):
    """Shows what the live network makes of each row; computes a block of rows when one of them is asked for."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._blocks: OrderedDict[int, Forward | None] = OrderedDict()
        self._stale: dict[int, Forward | None] = {}
        self._theta: Array | None = None
        self._train: set[int] = set()
        self.reload()

    def reload(self) -> None:
        """Begin anew: another network or other data."""
        self.beginResetModel()
        self.network: Network = self._session.live.network
        self.dataset: Dataset = self._session.dataset
        self.fields = fields_of(self.network)
        self._train = set(self.dataset.train.tolist())
        self._targets = self.dataset.targets(self.network.loss)
        self._blocks.clear()
        self._stale.clear()
        self._theta = None
        self.endResetModel()

    # ---- Qt's questions

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        """Rows of the data."""
        return 0 if parent.isValid() else len(self.dataset.X)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """As `fields`."""
        return 0 if parent.isValid() else len(self.fields)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """The lecture's symbols over the columns, the row's number (from 1) before the rows."""
        if role not in (Role.DisplayRole, MARKUP):
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Role.DisplayRole else None
        field = self.fields[section]
        named = {"x": "x", "y": "y", "features": "φ(x)", "raw": r"\tilde y", "output": r"\hat y"}
        markup = named.get(field.kind) or (
            pre_symbol(self.network, field.layer) if field.kind == "z" else layer_symbol(self.network, field.layer)
        )
        return markup if role == MARKUP else plain(markup)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        """The numbers as text; see CLASS and RIGHT for the marks."""
        if not index.isValid():
            return None
        field = self.fields[index.column()]
        if role == Role.DisplayRole:
            return self.text(index.row(), field)
        if role == Role.AccessibleTextRole:
            name = self.headerData(index.column(), Qt.Orientation.Horizontal)
            right = {True: ", right", False: ", wrong", None: ""}[self.right(index.row(), field)]
            return f"{name} = {self.text(index.row(), field)}{right}"
        if role == Role.ToolTipRole:
            return self._tooltip(index.row(), field)
        if role == CLASS and field.kind == "y" and self.dataset.classes:
            return int(self.dataset.y[index.row(), 0]), index.row() in self._train
        if role == RIGHT:
            return self.right(index.row(), field)
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        return None

    # ---- numbers

    def values(self, row: int, field: Field) -> Array | None:
        """The numbers of a cell, None while they are being computed."""
        if field.kind == "x":
            return np.asarray(self.dataset.X[row])
        if field.kind == "y":
            return np.asarray(self._targets[row])
        if field.kind == "features":
            return np.asarray(prepared(self.network, self.dataset.X[row : row + 1])[0])
        passed = self._passed(row // BLOCK)
        if passed is None:
            return None
        arrays = {"z": passed.z, "h": passed.h, "raw": (passed.logits,), "output": (passed.output,)}[field.kind]
        return np.asarray(arrays[max(field.layer, 0)][row % BLOCK])

    def text(self, row: int, field: Field) -> str:
        """A cell's text: "(0, −1)", "+1", "setosa", …"""
        if field.kind == "y" and self.dataset.task == "classes":
            return self.dataset.class_names[int(self.dataset.y[row, 0])]
        values = self.values(row, field)
        if values is None:
            return WAITING
        if field.kind in ("y", "raw") and len(values) == 1 and self.dataset.task == "binary":
            return signed(float(values[0]))
        return vector(values, digits=given if field.kind == "x" else decimals)

    def right(self, row: int, field: Field) -> bool | None:
        """Whether ŷ names the right class; None for other columns and for regression."""
        if field.kind != "output" or not self.dataset.classes:
            return None
        raw = self.values(row, Field("raw"))
        if raw is None:
            return None
        target = self._targets[row]
        if len(raw) == 1:
            return bool(np.sign(raw[0]) == target[0])
        return bool(np.argmax(raw) == np.argmax(target))

    def _tooltip(self, row: int, field: Field) -> str:
        values = self.values(row, field)
        name = self.headerData(self.fields.index(field), Qt.Orientation.Horizontal)
        if values is None or len(values) > 64:
            return str(name)
        if field.kind == "features":
            symbols = [plain(unit_symbol(self.network, INPUTS, unit)) for unit in range(len(values))]
            how = "\nstandardised by the training rows" if self.network.standard else ""
            return "\n".join(f"{s} = {float(v)!r}" for s, v in zip(symbols, values, strict=True)) + how
        return f"{name} = ({', '.join(repr(float(v)) for v in values)})"

    def _passed(self, block: int) -> Forward | None:
        live = self._session.live
        if live.network != self.network:
            return None
        if self._theta is not live.theta:
            self._theta = live.theta
            self._stale = dict(self._blocks)
            self._blocks.clear()
        if block not in self._blocks:
            X = self.dataset.X[block * BLOCK : (block + 1) * BLOCK]
            if self.network.size * len(X) <= LIGHT:
                self._keep(block, forward(self.network, live.theta, X))
            else:
                # What it was before stays in sight until the new numbers come.
                self._keep(block, self._stale.get(block))
                compute = partial(forward, self.network, live.theta, X)
                self._session.pictures.request(
                    f"forward table {block}", compute, partial(self._received, block, self.network)
                )
        return self._blocks[block]

    def _keep(self, block: int, passed: Forward | None) -> None:
        self._blocks[block] = passed
        while len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)

    def _received(self, block: int, network: Network, passed: Forward) -> None:
        if network != self.network:
            return
        self._keep(block, passed)
        last = min((block + 1) * BLOCK, self.rowCount()) - 1
        if block * BLOCK <= last:
            self.dataChanged.emit(self.index(block * BLOCK, 0), self.index(last, self.columnCount() - 1))
