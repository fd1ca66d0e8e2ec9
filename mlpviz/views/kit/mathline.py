"""Formulas that fit: a line that sets its formula smaller where room is short, and a button that shows one."""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QWidget

from mlpviz.views.kit.mathtext import measure, paint_math, plain
from mlpviz.views.kit.theme import Theme

LARGEST, SMALLEST = 19.0, 9.0
CHIP_PX, CHIP_HEIGHT, CHIP_SIDES = 14.0, 24.0, 18.0


class MathLine(QWidget):
    """One formula, as large as fits; `text()` is its source."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._text = theme, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()

    def text(self) -> str:
        """The formula's source."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another formula."""
        self._text = text
        self.setAccessibleDescription(plain(text) if text else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a fraction."""
        return QSize(round(self._theme.px(280)), round(self._theme.px(48)))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint it in the middle."""
        if not self._text:
            return
        theme, px = self._theme, self._theme.px(LARGEST)
        width, _, _ = measure(self._text, px)
        room = self.width() - 4
        px = max(theme.px(SMALLEST), px * min(1.0, room / max(width, 1.0)))
        _, ascent, descent = measure(self._text, px)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        baseline = (self.height() - ascent - descent) / 2 + ascent
        paint_math(painter, 2, baseline, self._text, px, theme.color("ink"))


class MathChip(QPushButton):
    """A checkable pill with a formula."""

    def __init__(self, formula: str, theme: Theme) -> None:
        super().__init__()
        self._formula, self._theme = formula, theme
        self.setObjectName("chip")
        self.setCheckable(True)
        self.setAccessibleName(plain(formula))

    def sizeHint(self) -> QSize:
        """The formula and the round ends."""
        width = measure(self._formula, self._theme.px(CHIP_PX))[0] + self._theme.px(CHIP_SIDES)
        return QSize(round(max(width, self._theme.px(34))), round(self._theme.px(CHIP_HEIGHT)))

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """The pill, then its formula."""
        super().paintEvent(a0)
        theme, px = self._theme, self._theme.px(CHIP_PX)
        width, _, _ = measure(self._formula, px)
        room = self.width() - theme.px(8)
        px *= min(1.0, room / max(width, 1.0))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.color("ink" if self.isChecked() or not self.isCheckable() else "ink2")
        paint_math(painter, self.width() / 2, self.height() / 2 + 0.3 * px, self._formula, px, color, "center")
