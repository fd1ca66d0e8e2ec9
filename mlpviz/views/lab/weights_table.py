"""The weights of one layer as a table in which any number can be typed."""

from __future__ import annotations

from typing import cast

from PyQt6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPoint, QPointF, Qt
from PyQt6.QtGui import QAction, QCursor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPen, QShowEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from mlpviz.nn.layout import layout
from mlpviz.nn.locks import Lock, locked_mask
from mlpviz.pictures.symbols import matrix_symbols, plain
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import CalmCombo
from mlpviz.views.kit.theme import Theme
from mlpviz.views.kit.typed import undo_key
from mlpviz.views.lab.math_header import LOCKED, MathHeader
from mlpviz.views.lab.padlock import paint_padlock
from mlpviz.views.lab.weights_model import WeightsModel

COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
HINT = "Type a number or a fraction such as 1/3; Ctrl+V pastes a block, L locks."


class WeightEdit(QLineEdit):
    """The editor of a cell: the undo key is the document's until something has been typed."""

    def event(self, a0: QEvent | None) -> bool:
        """Leave the undo key to the window."""
        if a0 is not None and a0.type() == QEvent.Type.ShortcutOverride and undo_key(a0) and not self.isModified():
            a0.ignore()
            return True
        return super().event(a0)


class WeightDelegate(QStyledItemDelegate):
    """A line editor that holds every digit of the weight; typed text that is no number is refused by the model."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """The cell, a padlock in it where it is locked, and a line between the weights and the bias."""
        super().paint(painter, option, index)
        if painter is not None and index.data(LOCKED):
            paint_padlock(painter, self._theme, QPointF(option.rect.left() + 3, option.rect.center().y() + 0.5))
        model = index.model()
        if painter is not None and model is not None and index.column() == model.columnCount() - 1:
            painter.setPen(QPen(self._theme.color("edge"), 1))
            painter.drawLine(option.rect.topLeft(), option.rect.bottomLeft())

    def createEditor(self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget | None:
        """A line editor named after the parameter."""
        editor = WeightEdit(parent)
        editor.setFrame(False)
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)).split(" = ")[0])
        return editor

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:
        """The weight, unless something has been typed already: training goes on while one types."""
        line = cast(QLineEdit, editor)
        if not line.isModified():
            line.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            line.selectAll()

    def setModelData(self, editor: QWidget | None, model: QAbstractItemModel | None, index: QModelIndex) -> None:
        """Hand over what was typed; an untouched editor changes nothing."""
        line = cast(QLineEdit, editor)
        if line.isModified() and model is not None:
            model.setData(index, line.text())


class WeightsView(QTableView):
    """The table itself: Tab leaves it, Ctrl+C and Ctrl+V copy and paste blocks, L locks and unlocks."""

    def __init__(self, model: WeightsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalHeader(MathHeader(Qt.Orientation.Horizontal, theme, self))
        self.setVerticalHeader(MathHeader(Qt.Orientation.Vertical, theme, self))
        self.setModel(model)
        self.setItemDelegate(WeightDelegate(theme, self))
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget(self))
        self.setAccessibleName("Weights")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu_at)
        down = self.verticalHeader()
        if down is not None:
            down.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            down.customContextMenuRequested.connect(self._header_menu_at)
        self.setToolTip("The live weights of one layer: a row for each unit, a column for each source, the bias last.")
        model.gradient_found.connect(self._tell_more)

    def _tell_more(self) -> None:
        """A tip in sight takes up the gradient that was computed for it."""
        port = self.viewport()
        if port is not None and QToolTip.isVisible():
            index = self.indexAt(port.mapFromGlobal(QCursor.pos()))
            if index.isValid():
                QToolTip.showText(QCursor.pos(), index.data(Qt.ItemDataRole.ToolTipRole), port, self.visualRect(index))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Copy, paste, and Enter to edit; Space is left to the window, which trains or pauses."""
        if event is None:
            return
        model = cast(WeightsModel, self.model())
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # what the editor has let through
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy(model)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._paste(model)
        elif event.key() == Qt.Key.Key_L and not event.modifiers():
            self.toggle_locks()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Space or (event.key() == Qt.Key.Key_Z and event.modifiers()):
            event.ignore()
        else:
            typed = bool(event.text().strip()) and not event.modifiers() & COMMANDS and self.currentIndex().isValid()
            super().keyPressEvent(event)
            if typed:
                event.accept()  # it has opened the editor; the window would take a "." for its own

    def _copy(self, model: WeightsModel) -> None:
        chosen = self.selectionModel()
        clipboard = QGuiApplication.clipboard()
        if chosen is None or clipboard is None or not chosen.hasSelection():
            return
        block = chosen.selection()[0]
        rows, columns = range(block.top(), block.bottom() + 1), range(block.left(), block.right() + 1)
        clipboard.setText(model.copy(rows, columns))

    def _paste(self, model: WeightsModel) -> None:
        clipboard, here = QGuiApplication.clipboard(), self.currentIndex()
        chosen = self.selectionModel()
        if clipboard is None or not here.isValid():
            return
        if chosen is not None and chosen.hasSelection():
            corner = chosen.selection()[0]
            model.paste(corner.top(), corner.left(), clipboard.text())
        else:
            model.paste(here.row(), here.column(), clipboard.text())

    # ---- locks

    def chosen_block(self) -> tuple[range, range]:
        """Rows and columns of what is selected, else of the present cell."""
        chosen, here = self.selectionModel(), self.currentIndex()
        if chosen is not None and chosen.hasSelection():
            block = chosen.selection()[0]
            return range(block.top(), block.bottom() + 1), range(block.left(), block.right() + 1)
        return (range(here.row(), here.row() + here.isValid()), range(here.column(), here.column() + here.isValid()))

    def toggle_locks(self) -> None:
        """Unlock the selected cells when all of them are locked, else lock them."""
        model, (rows, columns) = cast(WeightsModel, self.model()), self.chosen_block()
        if rows and columns:
            locked = model.locked()[rows.start : rows.stop, columns.start : columns.stop]
            model.lock(model.block(rows, columns), not bool(locked.all()))

    def lock_menu(self, rows: range, columns: range) -> QMenu:
        """What can be locked or unlocked here: these cells, their units, the layer."""
        model = cast(WeightsModel, self.model())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        every = range(model.columnCount())
        cells = (
            "these weights" if len(rows) * len(columns) > 1 else plain(model.symbol(model.index(rows[0], columns[0])))
        )
        units = "these units' weights" if len(rows) > 1 else "this unit's weights"
        parts = [(cells, model.block(rows, columns))] if columns != every else []
        parts += [(units, model.block(rows, every)), ("this layer's weights", [Lock(model.layer)])]
        for place, (words, locks) in enumerate(parts):
            mask = locked_mask(tuple(locks), model.network.sizes)
            here = layout(model.network.sizes).matrices(mask)[model.layer]
            on = not bool(model.locked()[here].all())
            action = QAction(f"{'Lock' if on else 'Unlock'} {words}", menu)
            action.setToolTip(
                "Training leaves locked weights as they are." if on else "Let training change them again."
            )
            if place == 0:
                action.setShortcut(QKeySequence("L"))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda checked=False, locks=locks, on=on: model.lock(locks, on))
            menu.addAction(action)
        return menu

    def _menu_at(self, point: QPoint) -> None:
        rows, columns = self.chosen_block()
        index, port = self.indexAt(point), self.viewport()
        if index.isValid() and not (index.row() in rows and index.column() in columns):
            self.setCurrentIndex(index)
            rows, columns = self.chosen_block()
        if rows and columns and port is not None:
            self.lock_menu(rows, columns).popup(port.mapToGlobal(point))

    def _header_menu_at(self, point: QPoint) -> None:
        down, model = self.verticalHeader(), self.model()
        row = -1 if down is None else down.logicalIndexAt(point)
        if down is not None and model is not None and row >= 0:
            self.lock_menu(range(row, row + 1), range(model.columnCount())).popup(down.mapToGlobal(point))

    def refresh(self) -> None:
        """Show the newest numbers of the cells in sight."""
        model, port = self.model(), self.viewport()
        if model is None or port is None:
            return
        first = self.indexAt(port.rect().topLeft())
        last = self.indexAt(port.rect().bottomRight())
        bottom = last.row() if last.isValid() else model.rowCount() - 1
        right = last.column() if last.isValid() else model.columnCount() - 1
        if first.isValid():
            model.dataChanged.emit(first, model.index(bottom, right))


class WeightsTable(Card):
    """The card: which layer, its table, a line that says what can be typed or what was refused."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Weights", theme, parent)
        self._session = session
        self._theme = theme
        self.model = WeightsModel(session, theme, self)
        self.table = WeightsView(self.model, theme, self)
        self.layers = CalmCombo()
        self._note = QLabel(HINT)
        self._label = QLabel("layer")
        self._build()
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self._updated)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._fill()

    def _build(self) -> None:
        self._label.setObjectName("sub")
        self._label.setAccessibleName("Weights of layer")
        self._label.setBuddy(self.layers)
        self.layers.setAccessibleName("Weights of layer")
        self.layers.setToolTip("Which layer's weights and biases the table shows.")
        self.layers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layers.activated.connect(self._choose)
        self.header.addWidget(self._label)
        self.header.addWidget(self.layers)
        self._note.setObjectName("sub")
        self._note.setWordWrap(True)
        self._note.setAccessibleName("Note on weights")
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._note)
        self.setAccessibleName("Weights")
        self.model.edited.connect(self._edited)

    def note(self) -> str:
        """The line under the table."""
        return self._note.text()

    # ---- what is shown

    def _fill(self) -> None:
        """Another network: its layers in the combo box, the one shown before if it is still there."""
        network = self._session.live.network
        self.layers.clear()
        for layer in range(len(network.hidden) + 1):
            self.layers.addItem(", ".join(plain(symbol) for symbol in matrix_symbols(network, layer)))
        self._show(min(self.model.layer, len(network.hidden)))

    def _show(self, layer: int) -> None:
        self.model.show(layer)
        self.layers.setCurrentIndex(self.model.layer)
        sizes = self.model.network.sizes
        weights, _ = matrix_symbols(self.model.network, self.model.layer)
        self.set_symbol(weights)
        self.set_subtitle(f"{sizes[self.model.layer + 1]:,} × {sizes[self.model.layer]:,} and biases")
        self._say(HINT)

    def _choose(self, layer: int) -> None:
        self._show(layer)

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "training" in changed:
            down = self.table.verticalHeader()
            if down is not None:
                down.viewport().update()  # type: ignore[union-attr]  # a view has one
        if changed & {"network", "data"} and self._session.live.network != self.model.network:
            self._fill()
        unit = self._session.document.view.unit
        if "view" in changed and unit is not None and unit[0] >= 0:
            self._point_at(*unit)
        self._updated()

    def _point_at(self, layer: int, unit: int) -> None:
        """A unit is chosen elsewhere: show its row."""
        if layer != self.model.layer:
            self._show(layer)
        index = self.model.index(unit, max(self.table.currentIndex().column(), 0))
        if self.table.currentIndex() != index:
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)

    def _updated(self) -> None:
        if self.isVisible():
            self.table.refresh()

    def _edited(self, refused: str) -> None:
        self._say(refused or HINT, warn=bool(refused))

    def _say(self, text: str, warn: bool = False) -> None:
        self._note.setText(text)
        name = "warn" if warn else "sub"
        if self._note.objectName() != name:
            self._note.setObjectName(name)
            style = self._note.style()
            if style is not None:  # the style sheet looks at the name again
                style.unpolish(self._note)
                style.polish(self._note)

    def _restyle(self) -> None:
        theme = self._theme
        self.table.setFont(theme.font("note"))
        for header, size in ((self.table.horizontalHeader(), 72), (self.table.verticalHeader(), 26)):
            if header is not None:
                header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
                header.setDefaultSectionSize(round(theme.px(size)))
        across, down = self.table.horizontalHeader(), self.table.verticalHeader()
        if across is not None and down is not None:
            across.setFixedHeight(round(theme.px(26)))
            down.setFixedWidth(round(theme.px(54)))
        self.table.viewport().update()  # type: ignore[union-attr]

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what changed while hidden."""
        super().showEvent(event)
        self.table.refresh()
