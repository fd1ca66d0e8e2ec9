"""The mark of what is locked."""

from __future__ import annotations

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QPainter, QPixmap, QPixmapCache

from mlpviz.views.kit.icons import pixmap
from mlpviz.views.kit.theme import Theme

SIDE = 11.0


def paint_padlock(painter: QPainter, theme: Theme, at: QPointF) -> None:
    """A small padlock, its left side's middle at a point."""
    side = theme.px(SIDE)
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    painter.drawPixmap(QPointF(at.x(), at.y() - side / 2), _picture(theme, side, ratio))


def _picture(theme: Theme, side: float, ratio: float) -> QPixmap:
    key = f"padlock {theme.hex('ink2')} {side} {ratio}"
    found = QPixmapCache.find(key)
    if found is None or found.isNull():
        found = pixmap("lock", theme.color("ink2"), side, ratio)
        QPixmapCache.insert(key, found)
    return found
