"""The batch size: some usual ones to choose from, and any whole number typed."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSignalBlocker
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QComboBox, QLabel, QWidget

from mlpviz.errors import shown
from mlpviz.views.kit.controls import Combo
from mlpviz.views.kit.numbers import epoch_text
from mlpviz.views.kit.typed import Refusal, undo_key

FULL = "full"
USUAL = (1, 10, 16, 32, 64, 100)


class BatchCombo(Combo):
    """An editable combo box. `chosen` carries "full" or a number's digits; what is neither is answered beside it."""

    def __init__(self, tip: str, label: QLabel, parent: QWidget | None = None) -> None:
        super().__init__("Batch size", tip, label, parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)
        self._rows, self._text = 1, ""
        line = self.lineEdit()
        assert line is not None  # an editable one has it
        line.setToolTip("")
        line.editingFinished.connect(self._typed)

    def show_size(self, size: int | None, rows: int, whole: bool) -> None:
        """Show a size, None for full, of so many training rows; `whole`: nothing but full can be had."""
        self._rows = rows
        sizes = sorted({*(each for each in USUAL if each <= rows), *([size] if size else [])})
        items = [(str(each), epoch_text(each), self._tip_of(each)) for each in sizes]
        full = (FULL, FULL, f"All {rows:,} training rows in one step")
        line = self.lineEdit()
        typed, at, before = self.currentText(), line.cursorPosition() if line is not None else 0, self.currentData()
        waiting = self.pending() and typed != self.itemText(self.currentIndex())
        self.set_items([full] if whole else [*items, full])
        self.choose(FULL if whole or size is None else str(size))
        self._settle()
        if waiting and line is not None and self.currentData() == before:  # the user is typing
            self.setEditText(typed)
            line.setCursorPosition(at)

    def _tip_of(self, size: int) -> str:
        if size > self._rows:
            return f"More than the {self._rows:,} training rows: as full"
        return f"{size:,} example{'s' if size > 1 else ''} a step"

    def _settle(self) -> None:
        index = self.currentIndex()
        self._text = self.itemText(index)
        with QSignalBlocker(self):
            self.setEditText(self._text)

    def pending(self) -> bool:
        """Whether something has been typed and not yet taken."""
        return self.currentText() != self._text

    # ---- typing

    def _typed(self) -> None:
        text = self.currentText().strip()
        if not self.pending():
            return
        digits = text.replace(",", "").replace("\u202f", "").replace(" ", "")
        if text.lower() == FULL:
            self._settle()
            self.chosen.emit(FULL)
        elif digits.isascii() and digits.isdigit() and 0 < int(digits[:18]) < 10**17:
            self._settle()
            self.chosen.emit(str(int(digits)))
        else:
            kept = self._text
            self._settle()
            why = f"{shown(text)} is no batch size: a whole number from 1, or full; it stays {kept}."
            Refusal.of(self).tell(self, why)

    def event(self, event: QEvent | None) -> bool:
        """The undo key is the document's while nothing is half typed."""
        override = event is not None and event.type() == QEvent.Type.ShortcutOverride
        if event is not None and override and undo_key(event) and not self.pending():
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, e: QKeyEvent | None) -> None:
        """As ever; an undo key that the document has no use for does nothing here either."""
        if e is not None and undo_key(e) and not self.pending():
            e.ignore()
            return
        Refusal.of(self).hide()
        super().keyPressEvent(e)
