"""Undo and redo beside the tools that draw."""

from __future__ import annotations

from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from mlpviz.session import Session
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme

BETWEEN = 6


class UndoButtons(QWidget):
    """Two small buttons; their tooltips name what they would do."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.undo, self.redo = QPushButton(), QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(BETWEEN)
        for button, icon, do in ((self.undo, "undo", session.undo), (self.redo, "redo", session.redo)):
            button.setObjectName("mini")
            button.setAccessibleName(f"{icon.capitalize()} last change")
            set_icon(button, icon, theme, "ink2")
            button.clicked.connect(do)
            row.addWidget(button)
        session.undo_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        undo, redo = self._session.undo_text, self._session.redo_text
        focused = self.undo.hasFocus() or self.redo.hasFocus()
        for button, word, what, key in (
            (self.undo, "Undo", undo, "Ctrl+Z"),
            (self.redo, "Redo", redo, "Ctrl+Shift+Z"),
        ):
            button.setEnabled(what is not None)
            button.setToolTip(f"{word}: {what}. Key: {key}" if what else f"Nothing to {word.lower()}. Key: {key}")
        if focused and (undo is None) != (redo is None):
            # Where Qt sends the focus of a button that goes grey is anywhere on the page.
            (self.redo if undo is None else self.undo).setFocus()
