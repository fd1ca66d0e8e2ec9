"""A tooltip inside its view: it follows the live numbers and stands on the empty side of what it explains."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSizeF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from mlpviz.pictures.symbols import plain
from mlpviz.views.kit.mathtext import measure, paint_math
from mlpviz.views.kit.theme import Theme

PADDING, LEADING = 9.0, 1.45


class Tip(QWidget):
    """Lines of markup: the first in full ink, the others quieter. Mouse events pass through it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: tuple[str, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def text(self) -> str:
        """The lines shown, as plain text; "" while hidden."""
        return "\n".join(map(plain, self._lines))

    def show_at(self, lines: tuple[str, ...], mark: QRectF) -> None:
        """Show lines beside a mark of the parent: right of it, or left, above or below, wherever there is room."""
        parent = self.parentWidget()
        if parent is None:
            return
        self._lines = lines
        self.setAccessibleName(plain(lines[0]))
        room = QRectF(parent.rect())
        size = self._size(room.width() - 8)
        gap = 10 * self._theme.scale
        left = mark.right() + gap
        if left + size.width() > room.right() - 4:
            left = mark.left() - gap - size.width()
        top = mark.center().y() - size.height() / 2
        if left < 4:
            left = min(max(4.0, mark.center().x() - size.width() / 2), room.right() - size.width() - 4)
            top = mark.top() - gap - size.height()
            top = mark.bottom() + gap if top < 4 else top
        top = min(max(4.0, top), room.bottom() - size.height() - 4)
        self.setGeometry(round(left), round(top), round(size.width()), round(size.height()))
        self.raise_()
        self.show()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._lines = ()
        self.hide()

    def _px(self, place: int) -> float:
        return self._theme.px(15 if place == 0 else 13)

    def _size(self, most: float) -> QSizeF:
        widths = [measure(line, self._px(place))[0] for place, line in enumerate(self._lines)]
        width = min(max(widths) + 2 * PADDING * self._theme.scale, most)
        return QSizeF(width, len(self._lines) * self._leading() + 1.3 * PADDING * self._theme.scale)

    def _leading(self) -> float:
        return LEADING * self._theme.px(14)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the lines on the tip's ground."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("tip"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        pad = PADDING * theme.scale
        for place, line in enumerate(self._lines):
            middle = 0.65 * pad + (place + 0.5) * self._leading()
            px, ink = self._px(place), theme.color("tip_ink", 1.0 if place == 0 else 0.8)
            paint_math(painter, pad, middle + 0.32 * px, line, px, ink)
