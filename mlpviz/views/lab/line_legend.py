"""A short piece of a line and the formula it stands for."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QSize
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.views.kit.mathtext import measure, paint_math, plain
from mlpviz.views.kit.theme import Theme

LINE, GAP, SIZE = 14, 4, 13


class LineLegend(QWidget):
    """── ⟨h, w⟩ + b = 0, in ink."""

    def __init__(self, formula: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formula, self._theme = formula, theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Line: {plain(formula)}")
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Line, gap and formula."""
        px = self._theme.px
        width, ascent, descent = measure(self._formula, px(SIZE))
        return QSize(round(px(LINE + GAP) + width + 2), round(max(px(20), ascent + descent + 2)))

    def minimumSizeHint(self) -> QSize:
        """A formula is never cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint it."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        painter.setPen(QPen(theme.color("ink"), theme.px(2.2)))
        painter.drawLine(QPointF(0, middle), QPointF(theme.px(LINE), middle))
        x, y = theme.px(LINE + GAP), middle + theme.px(0.34 * SIZE)
        paint_math(painter, x, y, self._formula, theme.px(SIZE), theme.color("ink"))
