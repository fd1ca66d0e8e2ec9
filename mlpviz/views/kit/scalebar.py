"""The slim bar that shows what the colours of a field mean."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSize
from PyQt6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.views.kit.mathtext import measure, paint_math
from mlpviz.views.kit.theme import Theme


class ScaleBar(QWidget):
    """A colour map with a few labels beneath and a formula at its right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, gain: float = 0.5) -> None:
        super().__init__(parent)
        self._theme = theme
        self._gain = gain
        self._kind = "diverging"
        self._labels: tuple[str, str, str] = ("", "", "")
        self._formula = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_scale(self, low: str, middle: str, high: str, formula: str, kind: str = "diverging") -> None:
        """Labels at the low end, the middle and the high end, what is shown, and the map's kind (see `lookup`)."""
        self._labels, self._formula, self._kind = (low, middle, high), formula, kind
        self.setAccessibleName(f"Colours from {low} to {high}")
        self.update()

    def sizeHint(self) -> QSize:
        """A bar of 9 px, its labels beneath."""
        return QSize(round(self._theme.px(200)), round(self._theme.px(28)))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint bar, labels and formula."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        px = theme.px(13)
        formula = measure(self._formula, px)[0] if self._formula else 0.0
        font = theme.font("tick")
        metrics = QFontMetricsF(font)
        inset, beside = theme.px(10), max(theme.px(14), metrics.horizontalAdvance(self._labels[2]) / 2 + theme.px(6))
        width = min(theme.px(180), self.width() - formula - beside - inset - 2)
        table = theme.lookup(self._kind, self._gain)
        image = QImage(table.tobytes(), len(table), 1, 3 * len(table), QImage.Format.Format_RGB888)
        bar = QRectF(inset, 1, width, theme.px(8))
        painter.drawImage(bar, image)
        painter.setPen(theme.color("line"))
        painter.drawRect(bar)
        painter.setPen(theme.color("ink2"))
        painter.setFont(font)
        for label, share in zip(self._labels, (0.0, 0.5, 1.0), strict=True):
            x = bar.left() + share * bar.width() - metrics.horizontalAdvance(label) / 2
            painter.drawText(QPointF(max(0.0, x), bar.bottom() + theme.px(13)), label)
        if self._formula:
            paint_math(painter, bar.right() + beside, bar.bottom() + 2, self._formula, px, theme.color("ink"))
