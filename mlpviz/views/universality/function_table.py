"""A window with x and g(x) as numbers, to read, to type and to paste."""

from __future__ import annotations

from typing import cast

from PyQt6.QtCore import QEvent, QModelIndex, Qt
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from mlpviz.data.strokes import SAMPLES
from mlpviz.session import Session
from mlpviz.views.kit.theme import GAP, PAD, Theme
from mlpviz.views.kit.typed import undo_key
from mlpviz.views.universality.function_model import FunctionModel

HINT = "Type a number or a fraction such as 1/3; Ctrl+V pastes one column, or two that replace g."


class CellEdit(QLineEdit):
    """The editor of a cell: the undo key is the document's until something has been typed."""

    def event(self, a0: QEvent | None) -> bool:
        """Leave the undo key to the window."""
        if a0 is not None and a0.type() == QEvent.Type.ShortcutOverride and undo_key(a0) and not self.isModified():
            a0.ignore()
            return True
        return super().event(a0)


class CellDelegate(QStyledItemDelegate):
    """A line editor that holds every digit; what was typed and is no number is refused by the model."""

    def createEditor(self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget | None:
        """A line editor named after the cell."""
        editor = CellEdit(parent)
        editor.setFrame(False)
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)).split(" = ")[0])
        return editor

    def setModelData(self, editor: QWidget | None, model: object, index: QModelIndex) -> None:
        """Hand over what was typed; an untouched editor changes nothing."""
        line = cast(QLineEdit, editor)
        if line.isModified():
            cast(FunctionModel, model).setData(index, line.text())


class FunctionView(QTableView):
    """The table itself: Tab leaves it, Ctrl+C and Ctrl+V copy and paste, Delete takes points away."""

    def __init__(self, model: FunctionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self))
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setAccessibleName("Table of g")
        self.setToolTip("x and g(x): the points of a polyline, or the samples as drawn, before smoothing.")
        across = self.horizontalHeader()
        if across is not None:
            across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, e: QKeyEvent | None) -> None:
        """The keys of the table; all others start an editor or move about."""
        model, here = cast(FunctionModel, self.model()), self.currentIndex()
        clipboard = QGuiApplication.clipboard()
        if e is None or clipboard is None:
            return
        if e.matches(QKeySequence.StandardKey.Copy):
            rows, columns = self._block()
            clipboard.setText(model.copy(rows, columns))
        elif e.matches(QKeySequence.StandardKey.Paste):
            model.paste(clipboard.text(), max(here.row(), 0), max(here.column(), 0))
        elif e.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            model.remove(list(self._block()[0]))
        else:
            super().keyPressEvent(e)

    def _block(self) -> tuple[range, range]:
        chosen, here = self.selectionModel(), self.currentIndex()
        if chosen is not None and chosen.hasSelection():
            block = chosen.selection()[0]
            return range(block.top(), block.bottom() + 1), range(block.left(), block.right() + 1)
        return (range(here.row(), here.row() + here.isValid()), range(here.column(), here.column() + here.isValid()))


class FunctionTable(QDialog):
    """The table with what it shows above, and beneath it why something was refused."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Table of g")
        self._session = session
        self.model = FunctionModel(session, self)
        self.view = FunctionView(self.model)
        self.what = QLabel()
        self.what.setObjectName("sub")
        self.note = QLabel(HINT)
        self.note.setAccessibleName("Note on the table")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.points = self._button(
            "Make points", "Make points",
            "The polyline with few points that follows g within 1 % of its range takes its place.",
        )  # fmt: skip
        self.points.clicked.connect(self.model.to_points)
        self.undo = self._button("Undo", "Undo in the table", "Take the last change back.")
        self.undo.clicked.connect(session.undo)
        head = QHBoxLayout()
        for widget, stretch in ((self.what, 1), (self.points, 0), (self.undo, 0)):
            head.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self.note)
        self.note.setMinimumHeight(round(theme.px(36)))
        self.resize(round(theme.px(360)), round(theme.px(460)))
        self.model.edited.connect(self._tell)
        session.document_changed.connect(lambda _: self._describe())
        session.undo_changed.connect(self._describe)
        self._tell("")
        self._describe()

    def _button(self, word: str, name: str, tip: str) -> QPushButton:
        button = QPushButton(word)
        button.setObjectName("small")
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _describe(self) -> None:
        points = self.model.drawn.points
        self.what.setText(f"{len(points)} points of a polyline" if points else f"{SAMPLES} samples, as drawn")
        self.points.setVisible(not points)
        self.undo.setEnabled(self._session.undo_text is not None)

    def _tell(self, why: str) -> None:
        self.note.setText(why or HINT)
        self.note.setAccessibleDescription(self.note.text())
        self.note.setObjectName("warn" if why else "sub")
        style = self.note.style()
        if style is not None:  # the style sheet looks at the name again
            style.unpolish(self.note)
            style.polish(self.note)

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """The undo and redo keys are the document's here too."""
        if a0 is not None and a0.matches(QKeySequence.StandardKey.Undo):
            self._session.undo()
        elif a0 is not None and a0.matches(QKeySequence.StandardKey.Redo):
            self._session.redo()
        else:
            super().keyPressEvent(a0)
