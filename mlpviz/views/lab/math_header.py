"""A table's header whose sections are typeset as the lecture writes them."""

from __future__ import annotations

from PyQt6.QtCore import QLineF, QPointF, QRect, Qt
from PyQt6.QtGui import QPainter, QPen
from PyQt6.QtWidgets import QHeaderView, QWidget

from mlpviz.views.kit.mathtext import measure, paint_math
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.padlock import paint_padlock

LOCKED = Qt.ItemDataRole.UserRole + 4  # of a cell or a header: whether training leaves it (all of it) alone
MARKUP = Qt.ItemDataRole.UserRole + 1  # headerData in this role is markup; without one the plain text is painted


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
        middle = rect.center()
        if markup:
            px = theme.px("body")
            px *= min(1.0, (rect.width() - 6) / max(1.0, measure(markup, px)[0]))  # a long feature
            paint_math(painter, middle.x(), middle.y() + 0.34 * px, markup, px, theme.color("ink2"), "center")
        else:
            painter.setFont(theme.font("tick"))
            painter.setPen(theme.color("ink2"))
            text = model.headerData(logicalIndex, self.orientation(), Qt.ItemDataRole.DisplayRole)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(text))
        if model.headerData(logicalIndex, self.orientation(), LOCKED):
            paint_padlock(painter, theme, QPointF(rect.left() + 1, middle.y() + 0.5))
        painter.restore()
