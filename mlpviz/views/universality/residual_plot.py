"""The error ĝ − g on the same x as the drawing surface."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QPainter, QPen
from PyQt6.QtWidgets import QWidget

from mlpviz.pictures.universality import error_reach
from mlpviz.views.kit.mathtext import measure, paint_math
from mlpviz.views.kit.numbers import error_text, proper, short_error
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.fit import Fit
from mlpviz.views.universality.function_plot import FunctionPlot
from mlpviz.views.universality.overlay import DIMMED, OverlaidPlot, net_symbol, set_line


class ResidualPlot(OverlaidPlot):
    """ĝ − g, its largest value marked here and, by the same dotted line, above."""

    def __init__(self, theme: Theme, above: FunctionPlot, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Error of the shown net", parent)
        self.setToolTip("ĝ − g on the same x. The ring marks the largest error, the dotted line where it is.")
        self.item.setXLink(above.item)
        self.reach: float | None = None
        self._fit: Fit | None = None
        self._stale, self._absent = False, ""
        self._part_of: int | None = None
        self._zero = pg.InfiniteLine(0.0, angle=0)
        self._curve = pg.PlotCurveItem(fillLevel=0.0)
        self._curve.setSegmentedLineMode("on")  # a path that swings to and fro is ten times as dear in one piece
        self._worst = pg.PlotCurveItem()
        for item in (self._zero, self._curve, self._worst):
            self.item.addItem(item, ignoreBounds=True)
        self.item.vb.disableAutoRange()
        self.item.setXRange(0.0, 1.0, padding=0.0)
        self.show_fit(None, False)
        self.restyle()
        theme.changed.connect(self.restyle)

    def show_fit(self, fit: Fit | None, stale: bool, absent: str = "", *, part_of: int | None = None) -> None:
        """Show the error of a net; None: none, and `absent` says why.

        `part_of`: how many units the net has, where the error is that of the sum of only some.
        """
        self._fit, self._stale, self._absent, self._part_of = fit, stale, absent, part_of
        self.reach = reach = error_reach(fit.sup, self.reach) if fit else self.reach or 1.0
        self._curve.setOpacity(DIMMED if stale else 1.0)
        set_line(self._curve, fit.error_x if fit else [], fit.error if fit else [])
        set_line(self._worst, [fit.at, fit.at] if fit else [], [fit.signed if fit else 0.0, 2 * reach])
        self.item.setYRange(-reach, reach, padding=0)
        text = short_error(fit.sup) if fit else ""
        known = [(-fit.sup, proper(f"-{text}")), (0.0, "0"), (fit.sup, text)] if fit and fit.sup > 0 else [(0.0, "0")]
        self.axes["left"].setTicks([known])
        self.setAccessibleDescription(
            f"largest error {error_text(fit.sup)} at x = {fit.at:.4g}" if fit else "no net of this width yet"
        )
        self.repaint_over()

    def restyle(self) -> None:
        """Take over the theme's colours and sizes."""
        theme = self.theme
        self._zero.setPen(pg.mkPen(theme.color("edge"), width=1))
        self._curve.setPen(pg.mkPen(theme.color("accent"), width=theme.px(1.6)))
        self._curve.setBrush(theme.color("accent", 0.22))
        self._worst.setPen(pg.mkPen(theme.color("ink2"), width=theme.px(1.2), style=Qt.PenStyle.DotLine))

    def head(self) -> int:
        """Room for the title."""
        return round(self.theme.px(20))

    def foot(self) -> int:
        """Room for the numbers on x."""
        return round(self.theme.px(20))

    def paint_over(self, painter: QPainter) -> None:
        """Title, numbers on x, and the ring on the largest error, which may stand on the plane's very edge."""
        self._paint_title(painter)
        theme, plane = self.theme, self.plane()
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        base, metrics = plane.bottom() + theme.px(15), painter.fontMetrics()
        for k in range(5):
            text = f"{k / 4:g}"
            x = plane.left() + k / 4 * plane.width() - metrics.horizontalAdvance(text) / 2
            painter.drawText(QPointF(x, base), text)
        paint_math(painter, plane.left() + 0.875 * plane.width(), base, "x", theme.px(14), theme.color("ink"), "center")
        if self._fit is not None:
            painter.setOpacity(DIMMED if self._stale else 1.0)
            painter.setPen(QPen(theme.color("accent"), theme.px(2)))
            painter.setBrush(theme.color("panel"))
            painter.drawEllipse(self.to_pixels(self._fit.at, self._fit.signed), theme.px(4.2), theme.px(4.2))
            painter.setOpacity(1.0)

    def _paint_title(self, painter: QPainter) -> None:
        """What is drawn, above its upper left corner; the way to a net where there is none."""
        theme, plane = self.theme, self.plane()
        px, base = theme.px(14), theme.px(14)
        painter.setFont(theme.font("note"))
        painter.setPen(theme.color("ink2"))
        if self._fit is not None and self._part_of is not None:
            told = f"error of the sum of {self._fit.width} of {self._part_of} units"
            painter.drawText(QPointF(plane.left(), base), told)
            return
        symbol = net_symbol(self._fit.width) if self._fit else r"\hat{g}"
        painter.drawText(QPointF(plane.left(), base), "error")
        x = plane.left() + painter.fontMetrics().horizontalAdvance("error") + theme.px(8)
        paint_math(painter, x, base, rf"{symbol} - g", px, theme.color("ink"))
        if self._fit is None:
            x += measure(rf"{symbol} - g", px)[0] + theme.px(10)
            painter.setFont(theme.font("note"))
            painter.setPen(theme.color("ink2"))
            painter.drawText(QPointF(x, base), self._absent)
