"""The data's points on a plot: a shape and a colour a class, filled for training, hollow for test."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QSize
from PyQt6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.data.spec import Dataset
from mlpviz.nn.layout import Array
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.theme import CLASS_SYMBOLS, Theme

DIAMETER = 6.8
# A triangle of the same diameter looks smaller than a disc; equal area asks for this factor.
FACTORS = {"t1": 1.28, "o": 1.0, "s": 0.92, "d": 1.2, "star": 1.4, "p": 1.06}
MAX_DRAWN = 4000
FEW = 12


def symbol_of(index: int) -> str:
    """The shape of class `index`."""
    return CLASS_SYMBOLS[index % len(CLASS_SYMBOLS)]


class Points:
    """Draws a data set's rows at given places.

    Args:
        plot: where. z: the height in the stack of items.
    """

    def __init__(self, plot: Plot, z: float = 10.0) -> None:
        self._plot = plot
        self._z = z
        self._items: list[pg.ScatterPlotItem] = []
        self._places: Array = np.empty((0, 2))
        self._labels: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._train: NDArray[np.bool_] = np.empty(0, dtype=bool)
        self._values: Array | None = None

    def show(self, dataset: Dataset, shown: NDArray[np.int64], places: Array) -> None:
        """Draw rows `shown` of the data at `places` (rows, 2)."""
        self._places = places
        train = np.zeros(len(dataset.X), dtype=bool)
        train[dataset.train] = True
        self._train = train[shown]
        regression = dataset.task == "regression"
        self._labels = np.zeros(len(shown), np.int64) if regression else dataset.y[shown, 0].astype(np.int64)
        self._values = dataset.y[shown, 0] if regression and dataset.inputs > 1 else None
        self.refresh()

    def move(self, places: Array) -> None:
        """The same rows at other places."""
        self._places = places
        self.refresh()

    def _groups(self) -> list[tuple[int, bool]]:
        return [(int(label), train) for label in np.unique(self._labels) for train in (False, True)]

    def refresh(self) -> None:
        """Draw again, in the theme's colours and sizes."""
        groups = self._groups()
        while len(self._items) < len(groups):
            item = pg.ScatterPlotItem(pxMode=True, antialias=True)
            item.setZValue(self._z + len(self._items) * 0.01)
            self._plot.item.addItem(item)
            self._items.append(item)
        for item in self._items[len(groups) :]:
            item.clear()
        theme = self._plot.theme
        panel = theme.color("panel")
        large = min(self._plot.width(), self._plot.height()) >= 400
        for item, (label, train) in zip(self._items, groups, strict=False):
            chosen = (self._labels == label) & (self._train == train)
            places = self._places[chosen]
            symbol = "o" if self._values is not None else symbol_of(label)
            factor = 1.9 if len(self._labels) <= FEW else 1.35 if large else 1.0
            size = theme.px(DIAMETER * factor) * FACTORS[symbol]
            if self._values is not None:
                colors = self._value_colors(self._values[chosen])
                brushes = [QBrush(color if train else panel) for color in colors]
                pens = [QPen(panel if train else color, 1.0 if train else theme.px(1.4)) for color in colors]
                item.setData(pos=places, symbol=symbol, size=size, brush=brushes, pen=pens)
            else:
                color = theme.color("ink") if self._single() else theme.class_color(label)
                pen = pg.mkPen(panel, width=1) if train else pg.mkPen(color, width=theme.px(1.4))
                item.setData(pos=places, symbol=symbol, size=size, brush=color if train else panel, pen=pen)

    def _single(self) -> bool:
        return len(self._labels) > 0 and self._values is None and bool((self._labels == 0).all())

    def _value_colors(self, values: Array) -> list[QColor]:
        table = self._plot.theme.lookup("diverging")
        reach = float(np.max(np.abs(self._values))) if self._values is not None and len(self._values) else 1.0
        index = np.clip((values / (reach or 1.0) * 0.5 + 0.5) * 255, 0, 255).astype(int)
        return [QColor(*(int(c) for c in table[i])) for i in index]


class ClassLegend(QWidget):
    """▲ −1 ● +1 ○ test, painted as the points are."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[tuple[int | None, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_dataset(self, dataset: Dataset) -> None:
        """Show the classes of this data set, and how test rows are drawn if there are any."""
        self._entries = [(index, name) for index, name in enumerate(dataset.class_names)]
        if len(dataset.test):
            self._entries.append((None, "test"))
        self.setToolTip("Filled: training rows. Hollow: test rows, which training never sees.")
        self.setAccessibleName("Classes: " + ", ".join(name for _, name in self._entries))
        self.updateGeometry()
        self.update()

    def _advance(self, name: str) -> float:
        return QFontMetricsF(self._theme.font("note")).horizontalAdvance(name)

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        width = sum(self._advance(name) + self._theme.px(24) for _, name in self._entries)
        return QSize(round(width), round(self._theme.px(20)))

    def minimumSizeHint(self) -> QSize:
        """It may be cut where there are many classes."""
        return QSize(0, round(self._theme.px(20)))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint symbols and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("note"))
        x, middle = 0.0, self.height() / 2
        for index, name in self._entries:
            symbol = symbol_of(index) if index is not None else "o"
            size = self._theme.px(8.5) * FACTORS[symbol]
            color = self._theme.class_color(index) if index is not None else self._theme.color("ink2")
            painter.save()
            painter.translate(QPointF(x + self._theme.px(7), middle))
            painter.scale(size, size)
            pen = QPen(color, self._theme.px(1.4) / size) if index is None else QPen(color, 0)
            painter.setPen(pen)
            painter.setBrush(QBrush(color) if index is not None else QBrush(self._theme.color("panel")))
            painter.drawPath(pg.graphicsItems.ScatterPlotItem.Symbols[symbol])
            painter.restore()
            painter.setPen(self._theme.color("ink2"))
            x += self._theme.px(14)
            painter.drawText(QPointF(x, middle + self._theme.px(4.3)), name)
            x += self._advance(name) + self._theme.px(10)
