"""A short piece of a curve's line, for legends."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.views.kit.theme import Theme


class Stroke(QWidget):
    """The line by which a curve is drawn: solid in the accent, dashed in ink."""

    def __init__(self, theme: Theme, dashed: bool) -> None:
        super().__init__()
        self._theme, self._dashed = theme, dashed
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """A short line."""
        return QSize(round(self._theme.px(18)), round(self._theme.px(12)))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw the line in its curve's pen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._theme.color("ink" if self._dashed else "accent"), self._theme.px(2.2))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._dashed:
            pen.setDashPattern([3.2, 1.8])
        painter.setPen(pen)
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
