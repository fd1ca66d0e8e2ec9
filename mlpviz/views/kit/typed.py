"""What number boxes share: whose the undo key is, and why a typed number was not taken."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QPoint, Qt, QTimer
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QAbstractSpinBox, QFrame, QHBoxLayout, QLabel, QWidget

from mlpviz.document.numbers import parse_number
from mlpviz.errors import UserError, shown
from mlpviz.views.kit.labels import height_for
from mlpviz.views.kit.numbers import epoch_text, number_text, power_text

NOTE_MS = 6000
WIDTH = 260  # of a refusal at most, at the usual size of letters

if TYPE_CHECKING:
    _Box = QAbstractSpinBox
else:
    _Box = object


def undo_key(event: QEvent | None) -> bool:
    """Whether a key event is the undo or the redo key."""
    return isinstance(event, QKeyEvent) and (
        event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
    )


def limit_text(value: float) -> str:
    """A limit as it is told: "1,000", "10⁻⁹"."""
    if value == round(value) and abs(value) < 1e10:
        return epoch_text(int(value))
    power = round(math.log10(abs(value)))
    return power_text(value, 0).removeprefix("1·") if abs(value) == float(f"1e{power}") else number_text(value)


class Refusal(QFrame):
    """A sentence beside a number box that could not take what was typed; gone after a while, or with the next key."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("note")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label = QLabel()
        self._label.setAccessibleName("Why the number was not taken")
        self._label.setWordWrap(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(9, 6, 9, 6)
        line.addWidget(self._label)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTE_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @classmethod
    def of(cls, box: QWidget) -> Refusal:
        """The one of the box's window."""
        window = box.window() or box
        return window.findChild(cls) or cls(window)

    def text(self) -> str:
        """The sentence; "" while hidden."""
        return self._label.text() if not self.isHidden() else ""

    def tell(self, box: QWidget, sentence: str) -> None:
        """Show a sentence beneath a box, above it where there is no room."""
        window = self.parentWidget()
        if window is None:
            return
        self._label.setText(sentence)
        self._label.setAccessibleDescription(sentence)
        self.ensurePolished()
        self._label.ensurePolished()
        metrics = self._label.fontMetrics()
        most = round(WIDTH * metrics.height() / 15)
        width = min(metrics.horizontalAdvance(sentence) + 2, most)
        self._label.setFixedSize(width, height_for(self._label, width))
        self.adjustSize()
        corner = box.mapTo(window, QPoint(0, box.height() + 4))
        left = min(max(4, corner.x()), window.width() - self.width() - 4)
        top = corner.y()
        if top + self.height() > window.height() - 4:
            top -= self.height() + box.height() + 8
        self.move(left, top)
        self.show()
        self.raise_()
        self._timer.start()


class Typed(_Box):
    """A mixin of spin boxes: the undo key takes back what is half typed, else the document's last change; what was
    typed and cannot be taken is answered with the reason; the tooltip names the range.
    """

    _tip = ""

    def limits(self) -> str:
        """The range in words: "from 0 to 1"."""
        low, high = self.minimum(), self.maximum()  # type: ignore[attr-defined]
        return f"from {limit_text(low)} to {limit_text(high)}"

    def setToolTip(self, a0: str | None) -> None:
        """What it does, and which numbers it takes."""
        self._tip = a0 or ""
        super().setToolTip(f"{self._tip} {self.limits().capitalize()}.".strip())

    def setRange(self, low: float, high: float) -> None:
        """Take another range."""
        super().setRange(low, high)  # type: ignore[misc]
        self.setToolTip(self._tip)

    def taken(self) -> str:
        """The present number as it is shown."""
        special, value = self.specialValueText(), self.value()  # type: ignore[attr-defined]
        lowest = value == self.minimum()  # type: ignore[attr-defined]
        return special if special and lowest else str(self.textFromValue(value))  # type: ignore[attr-defined]

    def pending(self) -> bool:
        """Whether something has been typed and not yet taken."""
        line = self.lineEdit()
        return line is not None and line.text() != self.taken()

    def event(self, event: QEvent | None) -> bool:
        """The undo key is the document's while nothing is half typed."""
        if (
            event is not None
            and event.type() == QEvent.Type.ShortcutOverride
            and undo_key(event)
            and not self.pending()
        ):
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

    def refuse(self, text: str) -> None:
        """Say why what was typed is not taken."""
        try:
            value = parse_number(text)
            within = self.minimum() <= value <= self.maximum()  # type: ignore[attr-defined]
            why = f"{shown(text)} is not a whole number." if within else f"{shown(text)} is out of range."
        except UserError as error:
            why = str(error)
        Refusal.of(self).tell(self, f"{why} {self.accessibleName()}: {self.limits()}; it stays {self.taken()}.")
