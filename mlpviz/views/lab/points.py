"""The data's points on a plot: a shape and a colour a class, filled for training, hollow for test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QBrush, QPen

from mlpviz.data.spec import Dataset
from mlpviz.nn.layout import Array
from mlpviz.pictures.curves import distinct
from mlpviz.pictures.decision import Scale
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.shades import shades
from mlpviz.views.kit.theme import CLASS_SYMBOLS

DIAMETER = 6.8
# A triangle of the same diameter looks smaller than a disc; equal area asks for this factor.
FACTORS = {"t1": 1.28, "o": 1.0, "s": 0.92, "d": 1.2, "star": 1.4, "p": 1.06}
GIVEN_SYMBOLS = ("o", "s", "d", "t1")  # of the targets y₁, y₂, … where y is an axis
MAX_DRAWN = 2000
FEW, MANY = 12, 1000
LARGE = 400  # pixels of a plane from which points are larger


def symbol_of(index: int) -> str:
    """The shape of class `index`."""
    return CLASS_SYMBOLS[index % len(CLASS_SYMBOLS)]


def shown_rows(dataset: Dataset) -> NDArray[np.int64]:
    """The rows that are drawn: all up to MAX_DRAWN, else the first of training, validation and test in proportion."""
    share = min(1.0, MAX_DRAWN / max(1, len(dataset.X)))
    parts = (dataset.train, dataset.validation, dataset.test)
    return np.concatenate([rows[: int(np.ceil(share * len(rows)))] for rows in parts])


@dataclass(frozen=True, eq=False)
class Marks:
    """What is drawn.

    Attributes:
        rows: (n,) the row of the data each mark stands for.
        train: (n,) whether it is one of the training rows.
        labels: (n,) the class, or the target that is on the y axis.
        colors: "class": the class's; "ink": given numbers; "value": of `values` on `scale`.
        values, scale: for "value" only.
    """

    rows: NDArray[np.int64]
    train: NDArray[np.bool_]
    labels: NDArray[np.int64]
    colors: str = "class"
    values: Array | None = None
    scale: Scale | None = None


def marks_of(dataset: Dataset, rows: NDArray[np.int64], scale: Scale | None = None) -> Marks:
    """One mark for each of some rows: by class, or by the value of the first target on `scale`."""
    train = np.isin(rows, dataset.train)
    if dataset.classes:
        return Marks(rows, train, dataset.y[rows, 0].astype(np.int64))
    none = np.zeros(len(rows), dtype=np.int64)
    if scale is None:
        return Marks(rows, train, none, "ink")
    return Marks(rows, train, none, "value", dataset.y[rows, 0], scale)


class Points:
    """Draws marks at places; new places of the same marks are cheap.

    Args:
        plot: where. z: the height in the stack of items.
    """

    def __init__(self, plot: Plot, z: float = 10.0) -> None:
        self._plot, self._z = plot, z
        self._items: list[Any] = []
        self._groups: list[NDArray[np.bool_]] = []
        self._marks: Marks | None = None
        self._places: Array = np.empty((0, 2))
        self._chosen: int | None = None
        self._drawn = 0.0  # the marks' diameter
        self._ring = [pg.ScatterPlotItem(pxMode=True, antialias=True) for _ in range(2)]
        for item in self._ring:
            item.setZValue(z + 5)
            plot.item.addItem(item, ignoreBounds=True)

    @property
    def places(self) -> Array:
        """Where the marks are, (n, 2)."""
        return self._places

    def show(self, marks: Marks, places: Array) -> None:
        """Draw these marks at `places` (n, 2)."""
        self._marks, self._places = marks, places
        self.refresh()

    def move(self, marks: Marks, places: Array) -> None:
        """The same marks at other places; others are shown anew."""
        if marks is not self._marks:
            self.show(marks, places)
            return
        self._places = places
        self._put()

    def choose(self, row: int | None) -> None:
        """Ring the mark of a row of the data; None for none."""
        self._chosen = row
        self._put_ring()

    def nearest(self, at: QPointF, reach: float = 8.0) -> int | None:
        """The index of the mark nearest to a place, if it is within `reach` pixels."""
        if not len(self._places):
            return None
        (left, right), (low, high) = self._plot.item.vb.viewRange()
        room = self._plot.item.vb.rect()
        pixel = np.array([room.width() / (right - left), room.height() / (high - low)])
        apart = np.hypot(*((self._places - [at.x(), at.y()]) * pixel).T)
        apart[~np.isfinite(apart)] = np.inf
        index = int(apart.argmin())
        return index if apart[index] <= reach * self._plot.theme.scale else None

    # ---- drawing

    def resized(self) -> None:
        """Draw again if the plot's size asks for other marks."""
        if self._diameter() != self._drawn:
            self.refresh()

    def refresh(self) -> None:
        """Draw again, in the theme's colours and sizes."""
        marks = self._marks
        if marks is None:
            return
        kinds = [(int(label), train) for label in distinct(marks.labels) for train in (False, True)]
        while len(self._items) < len(kinds):
            item = pg.ScatterPlotItem(pxMode=True, antialias=True)
            item.setZValue(self._z + len(self._items) * 0.01)
            self._plot.item.addItem(item, ignoreBounds=True)
            self._items.append(item)
        self._drawn = self._diameter()
        self._groups = [(marks.labels == label) & (marks.train == train) for label, train in kinds]
        for item, kind in zip(self._items, kinds, strict=False):
            self._style(item, marks, *kind)
        for item in self._items[len(kinds) :]:
            item.clear()
        self._put()

    def _diameter(self) -> float:
        count = len(self._places)
        large = min(self._plot.width(), self._plot.height()) >= LARGE
        given = self._marks is not None and self._marks.colors == "ink" and count > FEW
        factor = 0.7 if given else 1.9 if count <= FEW else (0.8 if count > MANY else 1.0) * (1.35 if large else 1.0)
        return self._plot.theme.px(DIAMETER * factor)

    def _style(self, item: Any, marks: Marks, label: int, train: bool) -> None:
        theme = self._plot.theme
        symbols = CLASS_SYMBOLS if marks.colors == "class" else GIVEN_SYMBOLS
        symbol = symbols[label % len(symbols)]
        color = theme.color("ink") if marks.colors == "ink" else theme.class_color(label)
        panel = theme.color("panel")
        item.clear()
        item.setSymbol(symbol)
        item.setSize(self._diameter() * FACTORS[symbol])
        item.setPen(pg.mkPen(panel, width=1) if train else pg.mkPen(color, width=theme.px(1.4)))
        item.setBrush(pg.mkBrush(color if train else panel))

    def _put(self) -> None:
        marks = self._marks
        if marks is None:
            return
        there = np.isfinite(self._places).all(axis=1)
        for item, group in zip(self._items, self._groups, strict=False):
            chosen = group & there
            extra = self._value_style(marks, chosen) if marks.colors == "value" else {}
            item.setData(pos=self._places[chosen], **extra)
        self._put_ring()

    def _value_style(self, marks: Marks, chosen: NDArray[np.bool_]) -> dict[str, list[QBrush] | list[QPen]]:
        """A brush and a pen for each mark, in few shades: every shade is an image of its own."""
        theme = self._plot.theme
        if marks.values is None or marks.scale is None:
            return {}
        index = shades(marks.values[chosen], marks.scale) // 16 * 16 + 8
        table = theme.lookup("diverging" if marks.scale.diverging else "sequential")
        panel, edge = theme.color("panel"), theme.color("edge", 0.6)
        train = marks.train[chosen]
        fills = {int(i): pg.mkColor(*(int(c) for c in table[i])) for i in distinct(index)}
        filled = {i: (QBrush(color), pg.mkPen(edge, width=1)) for i, color in fills.items()}
        hollow = {i: (QBrush(panel), pg.mkPen(color.darker(115), width=theme.px(1.6))) for i, color in fills.items()}
        pairs = [(filled if is_train else hollow)[int(i)] for i, is_train in zip(index, train, strict=True)]
        return {"brush": [brush for brush, _ in pairs], "pen": [pen for _, pen in pairs]}

    def _put_ring(self) -> None:
        marks, theme = self._marks, self._plot.theme
        here = marks.rows == self._chosen if marks is not None else np.zeros(0, dtype=bool)
        places = self._places[here & np.isfinite(self._places).all(axis=1)]
        size = self._diameter() + theme.px(7)
        if not len(places) and not len(self._ring[0].data):
            return
        for item, token, width in zip(self._ring, ("panel", "accent"), (5.0, 3.0), strict=True):
            item.setData(pos=places, symbol="o", size=size, brush=None, pen=pg.mkPen(theme.color(token), width=width))
