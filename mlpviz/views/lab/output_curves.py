"""ŷ over one input: a curve for each output, and where the class changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt

from mlpviz.nn.layout import Array
from mlpviz.pictures.decision import Decision
from mlpviz.views.kit.plot import Plot

DASHES = (None, [5.0, 2.5], [1.2, 2.0], [6.0, 2.0, 1.2, 2.0])  # of ŷ₁, ŷ₂, …
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MOST = 6


def output_name(index: int, outputs: int) -> str:
    """ŷ, or ŷ₁, ŷ₂, … of several outputs."""
    return "ŷ" if outputs == 1 else "ŷ" + str(index + 1).translate(SUBSCRIPTS)


class Curves:
    """Curves in the accent over a halo, or in the classes' colours; lines where the class changes."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._halos: list[Any] = []
        self._lines: list[Any] = []
        self._labels: list[Any] = []
        self._changes = pg.PlotCurveItem(connect="finite")
        self._changes.setZValue(3)
        plot.item.addItem(self._changes, ignoreBounds=True)

    def clear(self) -> None:
        """Show nothing."""
        for item in (*self._halos, *self._lines, self._changes):
            item.setData([], [])
        for label in self._labels:
            label.hide()

    def show(self, picture: Decision, span: tuple[float, float], height: tuple[float, float], classes: bool) -> None:
        """Show every output over `span`; `classes`: each output is a class's probability."""
        outputs = min(MOST, picture.values.shape[1])
        while len(self._lines) < outputs:
            self._add()
        x = np.linspace(*span, len(picture.values))
        self.clear()
        for index in range(outputs):
            y = picture.values[:, index]
            self._style(index, classes)
            self._halos[index].setData(x, y)
            self._lines[index].setData(x, y)
            if outputs > 1 and not classes:
                self._label(index, outputs, span, y)
        self._show_changes(picture.boundary, height)

    def _add(self) -> None:
        for items, z in ((self._halos, 20.0), (self._lines, 21.0)):
            curve = pg.PlotCurveItem()
            curve.setZValue(z)
            self._plot.item.addItem(curve, ignoreBounds=True)
            items.append(curve)
        label = pg.TextItem("", anchor=(1, 0.5))
        label.setZValue(22)
        self._plot.item.addItem(label, ignoreBounds=True)
        self._labels.append(label)

    def _style(self, index: int, classes: bool) -> None:
        theme = self._plot.theme
        color = theme.class_color(index) if classes else theme.color("accent")
        pen = pg.mkPen(color, width=theme.px(2.8))
        dashes = None if classes else DASHES[index % len(DASHES)]
        if dashes is not None:
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern(dashes)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._lines[index].setPen(pen)
        self._halos[index].setPen(pg.mkPen(theme.color("panel"), width=theme.px(5)))

    def _label(self, index: int, outputs: int, span: tuple[float, float], y: Array) -> None:
        """The output's name at the right end of its curve, just above it."""
        theme, label = self._plot.theme, self._labels[index]
        pixel = self._plot.item.vb.viewPixelSize()[1]
        label.setText(output_name(index, outputs))
        label.setColor(theme.color("accent"))
        label.fill = pg.mkBrush(theme.color("panel", 0.8))
        label.setFont(theme.font("note", bold=True))
        label.setPos(span[1], float(y[-1]) + theme.px(12) * pixel)
        label.show()

    def _show_changes(self, places: Array, height: tuple[float, float]) -> None:
        theme = self._plot.theme
        pen = pg.mkPen(theme.color("ink"), width=theme.px(1.4))
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 3])
        self._changes.setPen(pen)
        x = np.repeat(places[:, 0], 3)
        self._changes.setData(x, np.tile([height[0], height[1], np.nan], len(places)))
