"""Small labels."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget


def height_for(label: QLabel, width: int) -> int:
    """The height that a label's words need at a width, in pixels; Qt's own is never less than the height set before."""
    label.setMinimumHeight(0)
    return label.heightForWidth(max(1, width))


class ElidedLabel(QLabel):
    """One line that gives way: shorter words where there are some, else "…"; the tooltip tells what is missing."""

    def __init__(self, text: str = "", parent: QWidget | None = None, mode: Qt.TextElideMode | None = None) -> None:
        super().__init__(text, parent)
        self._mode = Qt.TextElideMode.ElideRight if mode is None else mode
        self._tip = ""
        self._shorter: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_texts(self, text: str, *shorter: str) -> None:
        """The words, and others to be shown in their place, the longest first, where room is short."""
        self.setText(text)
        self._shorter = shorter

    def setText(self, a0: str | None) -> None:
        """Words that have no shorter ones."""
        self._shorter = ()
        super().setText(a0)
        self.update()

    def set_tip(self, tip: str) -> None:
        """What the tooltip says besides the text that was cut off."""
        self._tip = tip
        self.setToolTip(tip)

    def minimumSizeHint(self) -> QSize:
        """Room for the dots."""
        return QSize(min(24, self.sizeHint().width()), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Room for the whole line, rounded up so that no letter is lost to rounding."""
        # Measured anew: a label keeps its old hint when the style sheet makes its letters smaller.
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 1, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self._fitting()
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
        tip = "\n".join(filter(None, (self.text() if shown != self.text() else "", self._tip)))
        if tip != self.toolTip():
            self.setToolTip(tip)

    def _fitting(self) -> str:
        metrics, texts = self.fontMetrics(), (self.text(), *self._shorter)
        whole = (text for text in texts if metrics.horizontalAdvance(text) <= self.width())
        found = next(whole, None)
        return metrics.elidedText(texts[-1], self._mode, self.width()) if found is None else found
