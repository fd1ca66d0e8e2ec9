"""The field in which g is typed as a formula."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent

from mlpviz.errors import UserError
from mlpviz.nn.formula.parse import FormulaError
from mlpviz.views.kit.formula_dialog import HELP, FormulaEdit
from mlpviz.views.kit.theme import Theme
from mlpviz.views.kit.typed import Refusal, undo_key


class FormulaField(FormulaEdit):
    """Takes a formula with Enter, or when the field is left; says why and where one is none; Escape gives it up.

    Args:
        parse: makes the function that a text says, or raises UserError. name: for assistive technology.
        inputs: of g, as the placeholder has them. example: a formula, for the tooltip.

    Signals:
        taken(function): what was typed, as `parse` made it.
    """

    taken = pyqtSignal(object)

    def __init__(self, theme: Theme, parse: Callable[[str], object], name: str, inputs: str, example: str) -> None:
        super().__init__(theme)
        self._parse = parse
        self._shown = ""
        self._refused = False
        self.setAccessibleName(name)
        self.setPlaceholderText(f"or type g({inputs}) =")
        self.setToolTip(f"g as a formula in {inputs}, such as {example}; Enter draws it.\n{HELP}")
        self.textEdited.connect(lambda _: self._unmark())
        self.returnPressed.connect(self._commit)

    def show_formula(self, text: str) -> None:
        """Show the formula of g; "" where it has none."""
        if text != self._shown or not self.isModified():
            self._shown = text
            self.setText(text)
            self.setCursorPosition(0)
            self._unmark()

    def _unmark(self) -> None:
        if self.marked is not None or self._refused:
            self.mark(None)
            self._refused = False
            Refusal.of(self).hide()

    def _commit(self) -> None:
        text = self.text()
        if not self.isModified() or text.strip() == self._shown:
            return
        if not text.strip():
            self._give_up()  # nothing typed is no function
            return
        try:
            function = self._parse(text)
        except UserError as error:
            at = error.position if isinstance(error, FormulaError) else None
            blank = len(text) - len(text.lstrip())
            self.mark(None if at is None else at + blank)
            self._refused = True
            Refusal.of(self).tell(self, str(error))
            return
        self.setModified(False)
        self.taken.emit(function)

    def _give_up(self) -> None:
        self.setText(self._shown)
        self._unmark()

    def event(self, a0: QEvent | None) -> bool:
        """Leave the undo key to the window until something has been typed."""
        if a0 is not None and a0.type() == QEvent.Type.ShortcutOverride and undo_key(a0) and not self.isModified():
            a0.ignore()
            return True
        return super().event(a0)

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """Escape gives up what was typed."""
        if a0 is not None and a0.key() == Qt.Key.Key_Escape and self.isModified():
            self._give_up()
            return
        super().keyPressEvent(a0)

    def focusOutEvent(self, a0: QFocusEvent | None) -> None:
        """A formula is taken when the field is left; what is none stays, marked."""
        super().focusOutEvent(a0)
        if a0 is not None and a0.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._commit()
