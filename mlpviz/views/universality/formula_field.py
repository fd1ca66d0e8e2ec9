"""The field in which g is typed as a formula in x."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QWidget

from mlpviz.data.formulas import from_formula
from mlpviz.data.strokes import Drawn
from mlpviz.errors import UserError
from mlpviz.nn.formula.parse import FormulaError
from mlpviz.views.kit.formula_dialog import HELP, FormulaEdit
from mlpviz.views.kit.theme import Theme
from mlpviz.views.kit.typed import Refusal, undo_key


class FormulaField(FormulaEdit):
    """Takes a formula with Enter, or when the field is left; says why and where one is none; Escape gives it up.

    Signals:
        taken(drawn): the function that was typed.
    """

    taken = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shown = ""
        self._refused = False
        self.setAccessibleName("Formula of g")
        self.setPlaceholderText("or type g(x) =")
        self.setToolTip(f"g as a formula in x, such as sin(2*pi*x) + x^2/3; Enter draws it.\n{HELP}")
        self.textEdited.connect(lambda _: self._unmark())
        self.returnPressed.connect(self._commit)

    def show_function(self, drawn: Drawn) -> None:
        """Show the formula of g; nothing where it has none."""
        text = drawn.source if drawn.formula else ""
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
            drawn = from_formula(text)
        except UserError as error:
            at = error.position if isinstance(error, FormulaError) else None
            blank = len(text) - len(text.lstrip())
            self.mark(None if at is None else at + blank)
            self._refused = True
            Refusal.of(self).tell(self, str(error))
            return
        self.setModified(False)
        self.taken.emit(drawn)

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
