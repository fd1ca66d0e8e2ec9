"""What the page's plots share: marks painted over a plot in pixels, the tag of a stale picture, numbers of errors."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from mlpviz.nn.layout import Array
from mlpviz.views.kit.mathtext import measure, paint_math
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.theme import Theme

STALE = "stale — sweep again"
LAGGING = "of the g before"
FIRST = "a first net"
DIMMED = 0.38


def net_symbol(width: int) -> str:
    """The net of a width as a formula."""
    return rf"\hat{{g}}_{{{width}}}"


class OverlaidPlot(Plot):
    """A plot over which `paint_over` paints in pixels, with the plane's rectangle at hand.

    Labels set as formulas, tags and readouts keep their size and their distance from a curve whatever the axes do.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent, grid=True)
        self.axes["bottom"].setTicks([[(k / 4, "") for k in range(5)]])
        self.axes["bottom"].setStyle(showValues=False)

    def plane(self) -> QRectF:
        """The plane's rectangle, in pixels."""
        return QRectF(self.item.vb.sceneBoundingRect())

    def to_pixels(self, x: float, y: float) -> QPointF:
        """A point of the plane in pixels."""
        return QPointF(self.item.vb.mapViewToScene(QPointF(x, y)))

    def to_plane(self, at: QPointF) -> tuple[float, float]:
        """Coordinates of a pixel."""
        place = self.item.vb.mapSceneToView(at)
        return float(place.x()), float(place.y())

    def apply_theme(self) -> None:
        """Take over the theme; x is told by labels that `paint_over` paints, so the axis needs little room."""
        super().apply_theme()
        self.axes["bottom"].setHeight(self.foot())
        self.item.layout.setContentsMargins(0, self.head(), round(self.theme.px(14)), 0)

    def head(self) -> int:
        """Room above the plane, in pixels."""
        return round(self.theme.px(4))

    def foot(self) -> int:
        """Room beneath the plane, in pixels."""
        return round(self.theme.px(8))

    def paint_over(self, painter: QPainter) -> None:
        """Paint what stands above the curves."""

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:
        """Let `paint_over` paint."""
        if painter is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_over(painter)
        painter.restore()

    def repaint_over(self) -> None:
        """Paint anew."""
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()


def mixed(theme: Theme, token: str, share: float) -> QColor:
    """A token's colour as it looks at that opacity on a panel, itself opaque: lines laid end to end stay even."""
    over, under = theme.color(token), theme.color("panel")
    parts = zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)
    return QColor(*(round(share * (a or 0) + (1 - share) * (b or 0)) for a, b in parts))


def set_line(curve: Any, x: Array | list[float], y: Array | list[float]) -> None:
    """Give a curve its points; pyqtgraph keeps the old ones when it gets none, so an empty one is hidden."""
    curve.setVisible(len(x) > 0)
    if len(x):
        curve.setData(x, y)


def tag_box(theme: Theme, corner: QPointF, text: str = STALE, size: float | str = "note") -> QRectF:
    """The rectangle of a hatched tag whose upper right corner is given."""
    metrics = QFontMetricsF(theme.font(size))
    width = theme.px(12) + 2 * theme.px(6) + metrics.horizontalAdvance(text)
    return QRectF(corner.x() - width, corner.y(), width, metrics.height() + theme.px(4))


def paint_tag(
    painter: QPainter, theme: Theme, corner: QPointF, text: str = STALE, size: float | str = "note"
) -> QRectF:
    """Paint a hatched tag whose upper right corner is given; returns its rectangle."""
    font, box = theme.font(size), tag_box(theme, corner, text, size)
    hatch, pad = theme.px(12), theme.px(6)
    painter.save()
    painter.setPen(QPen(theme.color("edge"), 1))
    painter.setBrush(theme.color("panel"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme.color("ink", 0.55), Qt.BrushStyle.BDiagPattern))
    painter.drawRect(QRectF(box.left() + 2, box.top() + 2, hatch, box.height() - 4))
    painter.setFont(font)
    painter.setPen(theme.color("ink"))
    painter.drawText(box.adjusted(hatch + pad, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), text)
    painter.restore()
    return box


def paint_label(painter: QPainter, at: QPointF, formula: str, px: float, color: QColor, ground: QColor) -> QRectF:
    """Paint a formula centred at a point, on a patch of the ground's colour so that grid lines do not cross it."""
    width, ascent, descent = measure(formula, px)
    box = QRectF(at.x() - width / 2 - 2, at.y() - (ascent + descent) / 2 - 1, width + 4, ascent + descent + 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 3, 3)
    paint_math(painter, at.x(), box.top() + 1 + ascent, formula, px, color, "center")
    return box


def paint_word(painter: QPainter, at: QPointF, word: str, font: QFont, color: QColor, ground: QColor) -> QRectF:
    """Paint a word as `paint_label` does a formula."""
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(word) + 6, metrics.height() + 2
    box = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), word)
    return box
