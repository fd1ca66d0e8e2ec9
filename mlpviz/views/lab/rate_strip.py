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
        self.item.addItem(self._curve, ignoreBounds=True)
        self.hide()
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setFixedHeight(round(self.theme.px(HEIGHT)))
        self.axes["bottom"].setHeight(2)
        self.item.layout.setContentsMargins(0, round(self.theme.px(6)), round(self.theme.px(8)), 2)
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
        self.set_axis_symbol("left", r"\eta")
        self.reserve(longest)
        last = number_text(float(rate[-1, 1]), 3)
        self.setAccessibleDescription(f"η is {last} now, {number_text(top, 3)} at most")
