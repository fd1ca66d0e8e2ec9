"""Small pictures of the data sets, drawn once for each theme."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from mlpviz.data.datasets import DATASETS
from mlpviz.data.realise import realise
from mlpviz.data.spec import FUNCTION, TABLE, Dataset, DataSpec
from mlpviz.data.strokes import Drawn
from mlpviz.nn.layout import Array
from mlpviz.views.kit.icons import pixmap as icon_pixmap
from mlpviz.views.kit.theme import Theme

ROWS = {"spiral": 90, "noisy-xor": 70, "plane": 90}
_SAMPLE = 60


def shown() -> tuple[str, ...]:
    """The data sets that have a picture, in the order of the table; the user's own table has none."""
    return tuple(name for name in DATASETS if name != TABLE)


def thumbnail(name: str, theme: Theme, px: float, ratio: float, function: Drawn) -> QIcon:
    """A data set's picture, `px` wide on a screen of `ratio` device pixels a pixel."""
    return _drawn(name, theme.dark, round(px), ratio, function if name == FUNCTION else None)


@lru_cache(maxsize=64)
def _drawn(name: str, dark: bool, px: int, ratio: float, function: Drawn | None) -> QIcon:
    theme = Theme(dark)
    picture = QPixmap(round(px * ratio), round(px * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    spec = DataSpec(name, rows=ROWS.get(name, _SAMPLE), classes=3 if name == "gaussians" else 2)
    dataset = realise(spec, function)
    area = QRectF(0, 0, px, px).adjusted(4, 4, -4, -4)
    if dataset.inputs == 1:
        _curves(painter, area, dataset, theme)
    else:
        _points(painter, area, dataset, theme)
    if name == FUNCTION:
        size = 0.42 * px
        painter.drawPixmap(QPointF(px - size - 3, 3), icon_pixmap("pencil", theme.color("ink2"), size, ratio))
    painter.end()
    return QIcon(picture)


def _curves(painter: QPainter, area: QRectF, dataset: Dataset, theme: Theme) -> None:
    order = np.argsort(dataset.X[:, 0])
    order = order[:: max(1, len(order) // 64)]  # as many points as there are pixels to tell apart
    x = _scaled(dataset.X[order, 0], area.left(), area.width())
    low, high = float(dataset.y.min()), float(dataset.y.max())
    for column, token in zip(dataset.y.T, ("ink", "con"), strict=False):
        share = (column[order] - low) / max(high - low, 1e-9)
        y = area.bottom() - share * area.height()
        painter.setPen(QPen(theme.color(token), 1.4))
        painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x, y, strict=True)]))


def _points(painter: QPainter, area: QRectF, dataset: Dataset, theme: Theme) -> None:
    columns = (0, 1) if dataset.inputs == 2 else (2, 3)  # Iris: its petals tell the species apart
    X = dataset.X[:, columns]
    low, high = X.min(axis=0), X.max(axis=0)
    place = (X - low) / np.maximum(high - low, 1e-9)
    radius = 3.0 if len(X) < 10 else 1.35
    inner = area.adjusted(radius, radius, -radius, -radius)
    painter.setPen(Qt.PenStyle.NoPen)
    colors = _colors(dataset, theme)
    for (a, b), color in zip(place, colors, strict=True):
        painter.setBrush(QBrush(color))
        centre = QPointF(inner.left() + a * inner.width(), inner.bottom() - b * inner.height())
        painter.drawEllipse(centre, radius, radius)


def _colors(dataset: Dataset, theme: Theme) -> list[QColor]:
    y = dataset.y[:, 0]
    if dataset.classes:
        return [theme.class_color(int(index)) for index in y]
    table = theme.lookup("diverging")
    index = np.round(255 * (y - y.min()) / max(float(np.ptp(y)), 1e-9)).astype(int)
    return [QColor(*map(int, table[i])) for i in index]


def _scaled(values: Array, start: float, length: float) -> Array:
    low, high = float(values.min()), float(values.max())
    return start + length * (values - low) / max(high - low, 1e-9)
