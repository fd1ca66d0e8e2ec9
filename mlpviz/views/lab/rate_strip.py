"""The learning rate η_t beneath the loss, on the same epochs; only there while it is not constant."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt6.QtWidgets import QWidget

from mlpviz.nn.layout import Array
from mlpviz.views.kit.numbers import number_text
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.theme import Theme

HEIGHT = 40
TIP = "The learning rate η in each epoch, from 0 to its largest value, on the same epochs as the loss above it."


class RateStrip(Plot):
    """A low plot: η_t in ink, from 0 to its largest value."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Learning rate over epochs", parent, grid=True)
        self.setToolTip(TIP)
        self.axes["bottom"].setStyle(showValues=False)
        self._curve = pg.PlotCurveItem()
        self._label = pg.TextItem("η", anchor=(0, 0.5))
        for item in (self._curve, self._label):
            self.item.addItem(item, ignoreBounds=True)
        self.hide()
        self.apply_theme()

    def apply_theme(self) -> None:
        """As a plot, but low and without labels beneath: those of the loss above it serve both."""
        super().apply_theme()
        if not hasattr(self, "_curve"):
            return  # the plot's own beginning
        self.setFixedHeight(round(self.theme.px(HEIGHT)))
        self.axes["bottom"].setHeight(2)
        self.item.layout.setContentsMargins(0, round(self.theme.px(6)), round(self.theme.px(8)), 2)
        self._label.setColor(self.theme.color("ink2"))
        self._label.setFont(self.theme.font("note", bold=True))
        self._curve.setPen(pg.mkPen(self.theme.color("ink2"), width=self.theme.px(1.4)))

    def show_rate(self, rate: Array, right: float, longest: str) -> None:
        """Show η (k, 2) up to epoch `right`; hidden for an empty one. `longest`: the label the axis keeps room for."""
        self.setVisible(len(rate) > 0)
        if not len(rate):
            return
        top = float(rate[:, 1].max())
        self._curve.setData(rate[:, 0], rate[:, 1])
        self.item.setRange(xRange=(0.0, right), yRange=(0.0, 1.05 * top), padding=0)
        self.axes["left"].setTicks([[(0.0, "0"), (top, number_text(top, 2))]])
        self.axes["bottom"].setTicks([[]])
        beside = self.theme.px(5) * right / max(1.0, self.item.vb.width())
        self._label.setPos(float(rate[-1, 0]) + beside, min(max(float(rate[-1, 1]), 0.2 * top), 0.85 * top))
        self.reserve(longest)
        last = number_text(float(rate[-1, 1]), 3)
        self.setAccessibleDescription(f"η is {last} now, {number_text(top, 3)} at most")
