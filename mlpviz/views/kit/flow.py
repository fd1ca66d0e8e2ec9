"""Widgets in rows that break where the box ends."""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget


class FlowBox(QWidget):
    """Places its children from left to right, then in the next row; as high as its rows."""

    def __init__(self, spacing: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spacing = spacing
        self._shown: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_widgets(self, widgets: list[QWidget]) -> None:
        """Show these, in this order; others that were shown before are deleted."""
        for widget in self._shown:
            if widget not in widgets:
                widget.hide()
                widget.deleteLater()
        for widget in widgets:
            widget.setParent(self)
            widget.show()
        self._shown = list(widgets)
        self.arrange()

    def arrange(self) -> None:
        """Find every widget's place for the present width."""
        x = y = row = 0
        for widget in self._shown:
            size = widget.sizeHint()
            if x and x + size.width() > self.width():
                x, y, row = 0, y + row + self._spacing, 0
            widget.setGeometry(x, y, min(size.width(), max(self.width(), 24)), size.height())
            x, row = x + size.width() + self._spacing, max(row, size.height())
        if self.minimumHeight() != y + row:
            self.setFixedHeight(y + row)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(120, self.minimumHeight())

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Another width breaks the rows elsewhere."""
        super().resizeEvent(a0)
        self.arrange()
