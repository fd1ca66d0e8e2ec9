"""The slider on which the small multiples stand."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QSlider, QWidget

from mlpviz.views.kit.theme import Theme


class WidthSlider(QSlider):
    """One stop beneath each tile; a press or drag takes the nearest."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.stops: list[float] = []
        self.reached: frozenset[int] = frozenset()
        self.setAccessibleName("Width shown")
        self.setToolTip("Plays through the widths: drag it, or use the arrow keys.")
        self.setSingleStep(1)
        self.setPageStep(1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """One line high."""
        return QSize(300, round(self._theme.px(24)))

    def minimumSizeHint(self) -> QSize:
        """A pointer's target high."""
        return QSize(100, round(self._theme.px(24)))

    def set_stops(self, stops: Sequence[float], reached: frozenset[int]) -> None:
        """Where the stops are, in pixels, and which of them have a net."""
        if (list(stops), reached) != (self.stops, self.reached):
            self.stops, self.reached = list(stops), reached
            self.update()

    def nearest(self, x: float) -> int:
        """The stop nearest to a pixel."""
        return min(range(len(self.stops)), key=lambda k: abs(self.stops[k] - x)) if self.stops else self.value()

    def mousePressEvent(self, ev: QMouseEvent | None) -> None:
        """Take the nearest stop."""
        if ev is not None and ev.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self.nearest(ev.position().x()))

    def mouseMoveEvent(self, ev: QMouseEvent | None) -> None:
        """Follow the pointer."""
        if ev is not None and self.isSliderDown():
            self.setValue(self.nearest(ev.position().x()))

    def mouseReleaseEvent(self, ev: QMouseEvent | None) -> None:
        """Let go."""
        self.setSliderDown(False)

    def wheelEvent(self, e: QWheelEvent | None) -> None:
        """Only with the focus does the wheel turn the slider."""
        if e is not None and not self.hasFocus():
            e.ignore()
        else:
            super().wheelEvent(e)

    def paintEvent(self, ev: QPaintEvent | None) -> None:
        """Paint the line, a dot for each stop and the ring on the chosen one."""
        if not self.stops:
            return
        theme, painter, y = self._theme, QPainter(self), self.height() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = self.stops[min(self.value(), len(self.stops) - 1)]
        for first, last, token in ((at, self.stops[-1], "line"), (self.stops[0], at, "edge")):
            pen = QPen(theme.color(token), theme.px(3))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(first, y), QPointF(last, y))
        painter.setPen(Qt.PenStyle.NoPen)
        for place, stop in enumerate(self.stops):
            painter.setBrush(theme.color("edge" if place in self.reached else "line"))
            painter.drawEllipse(QPointF(stop, y), theme.px(3), theme.px(3))
        painter.setPen(QPen(theme.color("accent"), theme.px(3)))
        painter.setBrush(theme.color("accent_soft" if self.isSliderDown() else "panel"))
        painter.drawEllipse(QPointF(at, y), theme.px(6.5), theme.px(6.5))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("ink"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at, y), theme.px(9.5), theme.px(9.5))
