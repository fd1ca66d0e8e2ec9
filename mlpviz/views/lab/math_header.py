"""A table's header whose sections are typeset as the lecture writes them."""

from __future__ import annotations

from PyQt6.QtCore import QLineF, QRect, Qt
from PyQt6.QtGui import QPainter, QPen
from PyQt6.QtWidgets import QHeaderView, QWidget

from mlpviz.views.kit.mathtext import paint_math
from mlpviz.views.kit.theme import Theme

MARKUP = Qt.ItemDataRole.UserRole + 1  # the model's headerData in this role is markup; plain text is the display role


class MathHeader(QHeaderView):
    """Paints each section's markup, on the panel's ground with one line beneath or beside."""

    def __init__(self, orientation: Qt.Orientation, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self._theme = theme
        self.setHighlightSections(True)
        self.setSectionsClickable(True)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)

    def paintSection(self, painter: QPainter | None, rect: QRect, logicalIndex: int) -> None:
        """Paint one section."""
        model = self.model()
        if painter is None or model is None:
            return
        theme = self._theme
        painter.save()
        painter.fillRect(rect, theme.color("panel"))
        painter.setPen(QPen(theme.color("line"), 1))
        if self.orientation() == Qt.Orientation.Horizontal:
            painter.drawLine(QLineF(rect.left(), rect.bottom() + 0.5, rect.right() + 1, rect.bottom() + 0.5))
        markup = model.headerData(logicalIndex, self.orientation(), MARKUP)
        if markup:
            middle = rect.center()
            paint_math(painter, middle.x(), middle.y(), markup, theme.px("body"), theme.color("ink2"), "center")
        painter.restore()
