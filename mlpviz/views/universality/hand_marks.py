"""What is painted over the plane for the tool in hand, in pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter

from mlpviz.data.strokes import Drawn, grid, jumps
from mlpviz.views.kit.theme import Theme


def paint_points(
    painter: QPainter, theme: Theme, points: Sequence[QPointF], *, firm: bool, chosen: int | None, hovered: int | None
) -> None:
    """The points of a polyline, or, unless `firm`, those that g would get; the chosen one filled."""
    for index, point in enumerate(points):
        painter.setPen(pg.mkPen(theme.color("accent" if firm or index == chosen else "edge"), width=theme.px(1.8)))
        painter.setBrush(theme.color("accent" if index == chosen else "panel"))
        radius = theme.px(5.5 if index in (chosen, hovered) else 4.2)
        painter.drawEllipse(point, radius, radius)


def paint_band(painter: QPainter, theme: Theme, plane: QRectF, x: float, reach: float) -> None:
    """How wide a brush is."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent", 0.12))
    painter.drawRect(QRectF(x - reach, plane.top(), 2 * reach, plane.height()).intersected(plane))


def paint_jumps(painter: QPainter, theme: Theme, drawn: Drawn, to_pixels: Callable[[float, float], QPointF]) -> None:
    """A dotted line in every jump; a kept one has an open and a full end, for g is discontinuous there."""
    x = grid()
    for place in jumps(drawn):
        left, right = (to_pixels(float(x[i]), float(drawn.raw[i])) for i in (place, place + 1))
        painter.setPen(pg.mkPen(theme.color("warn"), width=theme.px(1.6), style=Qt.PenStyle.DotLine))
        painter.drawLine(left, right)
        if drawn.keep_jumps:
            painter.setPen(pg.mkPen(theme.color("ink"), width=theme.px(1.6)))
            for end, token in ((left, "panel"), (right, "ink")):
                painter.setBrush(theme.color(token))
                painter.drawEllipse(end, theme.px(3.2), theme.px(3.2))


def place_box(theme: Theme, plane: QRectF, at: QPointF, words: str, notice: QRectF) -> QRectF:
    """Where the numbers of a place stand: at the plane's foot, or at its head where the notice is in the way."""
    width = QFontMetricsF(theme.font("note")).horizontalAdvance(words) + 12
    left = min(max(at.x() + 10, plane.left() + 4), plane.right() - width - 4)
    box = QRectF(left, plane.bottom() - theme.px(24), width, theme.px(20))
    if notice.intersects(box):
        box.moveTop(plane.top() + theme.px(4))
    return box


def paint_place(painter: QPainter, theme: Theme, at: QPointF, words: str, box: QRectF) -> None:
    """Where the keys act, with its numbers in a box."""
    painter.setPen(pg.mkPen(theme.color("accent"), width=theme.px(2)))
    painter.setBrush(theme.color("panel"))
    painter.drawEllipse(at, theme.px(5), theme.px(5))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("tip"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(theme.font("note"))
    painter.setPen(theme.color("tip_ink"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
