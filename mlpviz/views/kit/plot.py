"""A plot that follows the theme: pyqtgraph without its menus, with the lecture's symbols on its axes."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPen, QWheelEvent
from PyQt6.QtWidgets import QWidget

from mlpviz.views.kit.mathtext import measure, paint_math
from mlpviz.views.kit.numbers import proper
from mlpviz.views.kit.theme import Theme

pg.setConfigOptions(antialias=True)
PITCH = {"left": 38, "bottom": 40}  # pixels between labels, at least


class Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose symbol stands among its tick labels, in the place of one where room is short."""

    def __init__(self, orientation: str, theme: Theme) -> None:
        self._theme = theme
        self._symbol = ""
        self._words = False
        super().__init__(orientation)

    def set_symbol(self, formula: str, words: bool = False) -> None:
        """The quantity on this axis: a formula, or a word ("epoch")."""
        symbol = rf"\text{{{formula}}}" if words else formula
        if (symbol, words) != (self._symbol, self._words):
            self._symbol, self._words = symbol, words
            self.picture = None
            self.update()

    def _px(self) -> float:
        return self._theme.px(13 if self._words else 14)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """One level of ticks: 1, 2 or 5 times a power of ten apart."""
        least = abs(maxVal - minVal) * self._theme.px(PITCH[self.orientation]) / max(size, 1.0)
        if not least > 0:
            return [(1.0, 0.0)]
        power = 10.0 ** math.floor(math.log10(least))
        return [(next(m * power for m in (1, 2, 5, 10) if m * power >= least * 0.999), 0.0)]

    def boundingRect(self) -> QRectF:
        """Labels at the very ends flow past them; pyqtgraph leaves no room for that, and drops them."""
        rect: QRectF = super().boundingRect()
        return rect.adjusted(-15, -15, 15, 15)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Tick labels with a real minus sign."""
        texts = super().tickStrings(values, scale, spacing)
        return [proper(f"{int(t):,}" if t.isdigit() and len(t) > 3 else t) for t in texts]

    def generateDrawSpecs(self, p: QPainter) -> Any:
        """pyqtgraph's axis, tick lines and labels, less the labels that the symbol covers."""
        specs = super().generateDrawSpecs(p)
        if specs is None:
            return specs
        axis, ticks, texts = specs
        if self.orientation == "bottom":
            texts = [(self._inside(rect), flags, text) for rect, flags, text in texts]
        if not self._symbol:
            return axis, ticks, texts
        self._place = self._find_place(texts)
        return axis, ticks, [text for text in texts if not self._place.intersects(QRectF(text[0]))]

    def _inside(self, label: QRectF) -> QRectF:
        """A label at the right end, moved left by what would be cut off."""
        plot = self.parentItem()
        over = 0.0 if plot is None else label.right() - self.mapRectFromItem(plot, plot.boundingRect()).right()
        return label.translated(-max(0.0, over), 0.0)

    def _find_place(self, texts: list[Any]) -> QRectF:
        """Where the symbol goes: between the last two labels, else in place of the last but one."""
        px = self._px()
        width, ascent, descent = measure(self._symbol, px)
        rects = [QRectF(text[0]) for text in texts]
        bounds = self.mapRectFromParent(self.geometry())
        if self.orientation in ("bottom", "top"):
            centers = sorted(rect.center().x() for rect in rects)
            x = (centers[-1] + centers[-2]) / 2 if len(centers) > 1 else bounds.right() - width
            y = rects[0].center().y() if rects else bounds.center().y()
            y += (descent - ascent) / 2 + 0.37 * self._theme.px("tick")  # on the labels' baseline
            place = QRectF(x - width / 2, y - (ascent + descent) / 2, width, ascent + descent)
            if len(rects) > 1 and any(place.adjusted(-6, -9, 6, 9).intersects(rect) for rect in rects):
                place.moveCenter(QPointF(centers[-2], y))
            return place
        centers = sorted(rect.center().y() for rect in rects)
        y = (centers[0] + centers[1]) / 2 if len(centers) > 1 else bounds.top() + ascent
        right = max((rect.right() for rect in rects), default=bounds.right())
        place = QRectF(right - width, y - (ascent + descent) / 2, width, ascent + descent)
        if len(rects) > 1 and any(place.adjusted(-9, -4, 9, 4).intersects(rect) for rect in rects):
            place.moveCenter(QPointF(place.center().x(), centers[1]))
        return place

    def drawPicture(self, p: QPainter, axisSpec: Any, tickSpecs: Any, textSpecs: Any) -> None:
        """Draw the axis, then its symbol."""
        super().drawPicture(p, axisSpec, tickSpecs, textSpecs)
        if self._symbol:
            px, place = self._px(), self._place
            _, ascent, _ = measure(self._symbol, px)
            token = "ink2" if self._words else "ink"
            paint_math(p, place.left(), place.top() + ascent, self._symbol, px, self._theme.color(token))


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A themed plot. It neither zooms nor has a menu; override `apply_theme` to colour what a subclass adds.

    Attributes:
        theme: the theme in force.
        item: the PlotItem.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, grid: bool = False) -> None:
        self.theme = theme
        self._grid = grid
        self._reserved = ""
        self.axes = {side: Axis(side, theme) for side in ("left", "bottom")}
        super().__init__(parent, axisItems=dict(self.axes), enableMenu=False)
        self.item: Any = self.getPlotItem()
        self.item.setMouseEnabled(False, False)
        self.item.hideButtons()
        self.item.setContentsMargins(0, 0, 0, 0)
        self.item.vb.setDefaultPadding(0.0)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        for axis in self.axes.values():
            axis.enableAutoSIPrefix(False)
            axis.setZValue(-10)  # the grid belongs behind the curves
        Plot.apply_theme(self)
        theme.changed.connect(self.apply_theme)

    def set_axis_symbol(self, side: str, formula: str, *, words: bool = False) -> None:
        """The symbol of the axis at `side` ("left", "bottom"): a formula, or a word when `words`."""
        self.axes[side].set_symbol(formula, words)

    def reserve(self, text: str) -> None:
        """Make the left axis as wide as `text`, its longest label, so that the plot never jumps."""
        if text != self._reserved:
            self._reserved = text
            self.apply_theme()

    def reserved(self) -> str:
        """The label that the left axis keeps room for."""
        return self._reserved

    def apply_theme(self) -> None:
        """Take over the theme's colours and sizes."""
        self.setBackground(self.theme.color("panel"))
        for side, axis in self.axes.items():
            axis.setStyle(tickFont=self.theme.font("tick"), tickLength=0, tickTextOffset=6)
            axis.setTextPen(self.theme.color("ink2"))
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTickPen(pg.mkPen(self.theme.color("grid"), width=1))
            axis.setGrid(255 if self._grid else False)
            if side == "bottom":
                axis.setHeight(round(self.theme.px(24)))
            elif self._reserved:
                advance = QFontMetricsF(self.theme.font("tick")).horizontalAdvance(self._reserved)
                axis.setWidth(round(advance + self.theme.px(8)))
            axis.picture = None
        # Half a label sticks out at the ends of the axes.
        self.item.layout.setContentsMargins(0, round(self.theme.px(6)), round(self.theme.px(8)), 0)
        self.update()

    def wheelEvent(self, ev: QWheelEvent | None) -> None:
        """The wheel belongs to whatever scrolls around the plot."""
        if ev is not None:
            ev.ignore()
