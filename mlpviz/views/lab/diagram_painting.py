"""Paints a network: edges in groups of one pen, tiles, marks of biases, names. It reads a Scene and keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.pictures.explain import largest
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.diagram_geometry import Geometry
from mlpviz.views.lab.padlock import paint_padlock

THINNEST, RANGE = 0.6, 4.4  # edge width = 0.6 + 4.4·|w|/max of its layer
LEVELS = 16  # pens of a sign: widths are rounded to 4.4/15
DIMMED = 0.30  # how much of its colour an edge keeps when a unit is chosen that it does not lead to
Unit = tuple[int, int]
Picture = QImage | list[QPointF]  # a field's image, or a curve in the unit square, y upwards
Parameter = tuple[int, int, int]  # layer, unit, source; source = fan-in: the bias


@dataclass(frozen=True, eq=False)
class Scene:
    """What there is to paint: one moment of one network, and what the user points at.

    Attributes:
        tiles: the picture of each unit: an image, or for one input a curve in the unit square (y upwards).
        locked: the units whose weights and biases training leaves alone.
        chosen: the chosen unit; hovered: the unit or parameter under the mouse.
    """

    network: Network
    theta: Array
    geometry: Geometry
    theme: Theme
    tiles: Mapping[Unit, Picture] = field(default_factory=dict)
    chosen: Unit | None = None
    hovered: Unit | Parameter | None = None
    locked: frozenset[Unit] = frozenset()

    def values(self) -> tuple[Array, Array]:
        """The weight of every drawn edge, and |w| as a share of the largest drawn one of its layer, (edges,) each."""
        values, shares = [], []
        columns = self.geometry.columns
        matrices = layout(self.network.sizes).matrices(self.theta)
        for matrix, before, after in zip(matrices, columns, columns[1:], strict=False):
            weights = matrix[np.ix_(after.units, before.units)].ravel()
            values.append(weights)
            shares.append(np.abs(weights) / largest(weights))
        return np.concatenate(values), np.concatenate(shares)

    def biases(self) -> dict[Unit, tuple[float, float]]:
        """(bias, share of the largest drawn one of its layer) of every drawn unit that has one."""
        found = {}
        matrices = layout(self.network.sizes).matrices(self.theta)
        for matrix, column in zip(matrices, self.geometry.columns[1:], strict=True):
            values = matrix[list(column.units), -1]
            top = largest(values)
            found.update(
                {(column.layer, u): (float(v), abs(float(v)) / top) for u, v in zip(column.units, values, strict=True)}
            )
        return found


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """`share` of a colour over a ground: as if translucent, but opaque and so the same where lines cross."""
    return QColor.fromRgbF(
        *(share * a + (1 - share) * b for a, b in zip(color.getRgbF()[:3], ground.getRgbF()[:3], strict=True))
    )


def sign_token(value: float) -> str:
    """The theme's token for the colour of a number's sign."""
    return "pos" if value > 0 else "neg" if value < 0 else "edge"


def edge_width(scene: Scene, share: float) -> float:
    """The width of an edge whose |w| is this share of its layer's largest."""
    return (THINNEST + RANGE * scene.geometry.boldness * share) * scene.theme.scale


def _path(scene: Scene, index: int) -> QPainterPath:
    x0, y0, x1, y1 = scene.geometry.edges.ends[index].tolist()
    path = QPainterPath(QPointF(x0, y0))
    middle = (x0 + x1) / 2
    path.cubicTo(QPointF(middle, y0), QPointF(middle, y1), QPointF(x1, y1))
    return path


def paint_edges(painter: QPainter, scene: Scene) -> None:
    """All edges, thin ones first; when a unit is chosen, its incoming ones last and in full colour."""
    edges, theme = scene.geometry.edges, scene.theme
    if not len(edges.keys):
        return
    values, shares = scene.values()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    bright = np.ones(len(values), dtype=bool)
    if scene.chosen is not None and any(scene.chosen == key for key in scene.geometry.places):
        bright = (edges.keys[:, 0] == scene.chosen[0]) & (edges.keys[:, 1] == scene.chosen[1])
    steps = np.ceil(shares * (LEVELS - 1)).astype(int)
    groups = (bright * LEVELS + steps) * 3 + (np.sign(values).astype(int) + 1)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    panel = theme.color("panel")
    for members in np.split(order, starts[1:]):
        first = int(members[0])
        color = theme.color(sign_token(float(values[first])))
        if not bright[first]:
            color = mixed(color, panel, DIMMED)
        pen = QPen(color, edge_width(scene, steps[first] / (LEVELS - 1)))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        if edges.curved:
            path = QPainterPath()
            for index in members.tolist():
                path.addPath(_path(scene, index))
            painter.drawPath(path)
        else:
            painter.drawLines(*[QLineF(*ends) for ends in edges.ends[members].tolist()])


def paint_hovered_edge(painter: QPainter, scene: Scene, key: Parameter, at: QPointF | None) -> None:
    """The edge under the mouse: over a halo, 1.5 px wider, with a ring at the mouse."""
    edges, theme = scene.geometry.edges, scene.theme
    found = np.flatnonzero((edges.keys == np.array(key)).all(axis=1))
    if not len(found):
        return
    index = int(found[0])
    values, shares = scene.values()
    width = edge_width(scene, float(shares[index])) + 1.5 * theme.scale
    path = _path(scene, index) if edges.curved else QPainterPath()
    if not edges.curved:
        x0, y0, x1, y1 = edges.ends[index].tolist()
        path.moveTo(x0, y0)
        path.lineTo(x1, y1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, extra in ((theme.color("panel"), 3 * theme.scale), (theme.color(sign_token(float(values[index]))), 0.0)):
        painter.setPen(QPen(color, width + extra, cap=Qt.PenCapStyle.FlatCap))
        painter.drawPath(path)
    if at is not None:
        painter.setPen(QPen(theme.color("ink"), 1.4 * theme.scale))
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(at, 4 * theme.scale, 4 * theme.scale)


def tile_rect(geometry: Geometry, unit: Unit) -> QRectF:
    """The square of a unit's tile."""
    x, y = geometry.places[unit]
    # Whole pixels: a border of one pixel stays one pixel.
    side = round(geometry.tile)
    return QRectF(round(x - side / 2), round(y - side / 2), side, side)


def paint_units(painter: QPainter, scene: Scene) -> None:
    """Every drawn unit: its tile, a border, the ring of the chosen one, the marks of biases."""
    for unit in scene.geometry.places:
        _paint_tile(painter, scene, unit)
    biases = scene.biases()
    for unit, (value, share) in biases.items():
        _paint_bias(painter, scene, unit, value, share)
    for unit in scene.locked.intersection(scene.geometry.places):
        _paint_lock(painter, scene, unit)


def _paint_lock(painter: QPainter, scene: Scene, unit: Unit) -> None:
    """A padlock in the lower right corner of a tile, where it has the room for it."""
    scale, rect = scene.theme.scale, tile_rect(scene.geometry, unit)
    side = 15 * scale
    if rect.width() < side:
        return
    patch = QRectF(rect.right() - side, rect.bottom() - side, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(scene.theme.color("panel", 0.86))
    painter.drawRoundedRect(patch, 3, 3)
    paint_padlock(painter, scene.theme, QPointF(patch.left() + 2 * scale, patch.center().y()))


def _paint_tile(painter: QPainter, scene: Scene, unit: Unit) -> None:
    theme, rect = scene.theme, tile_rect(scene.geometry, unit)
    scale = theme.scale
    grown = 1.5 * scale if scene.hovered == unit else 0.0
    if scene.chosen == unit:
        painter.setPen(QPen(theme.color("accent"), 3 * scale))
        painter.setBrush(theme.color("panel"))
        around = 3.5 * scale
        painter.drawRoundedRect(rect.adjusted(-around, -around, around, around), 4 * scale, 4 * scale)
    elif grown:
        painter.fillRect(rect.adjusted(-3 * scale, -3 * scale, 3 * scale, 3 * scale), theme.color("panel"))
    rect = rect.adjusted(-grown, -grown, grown, grown)
    picture = scene.tiles.get(unit)
    painter.fillRect(rect, theme.color("sunk" if not isinstance(picture, list) else "panel"))
    if isinstance(picture, QImage):
        painter.drawImage(rect, picture)
    elif isinstance(picture, list):
        _paint_curve(painter, theme, rect, picture)
    painter.setPen(QPen(theme.color("ink" if grown else "edge"), max(1.0, scale)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_curve(painter: QPainter, theme: Theme, rect: QRectF, curve: list[QPointF]) -> None:
    inner = rect.adjusted(2, 2, -2, -2)
    painter.setPen(QPen(theme.color("grid"), 1))
    painter.drawLine(QLineF(inner.left(), inner.center().y(), inner.right(), inner.center().y()))
    painter.setPen(QPen(theme.color("accent"), 1.6 * theme.scale))
    painter.drawPolyline(
        QPolygonF(
            [QPointF(inner.left() + p.x() * inner.width(), inner.bottom() - p.y() * inner.height()) for p in curve]
        )
    )


def _paint_bias(painter: QPainter, scene: Scene, unit: Unit, value: float, share: float) -> None:
    theme, scale = scene.theme, scene.theme.scale
    hovered = scene.hovered == (*unit, scene.network.sizes[unit[0]])
    reach = min(1.0, scene.geometry.tile / 24)
    radius = (1.9 + 2.1 * share) * scale * reach + (1.0 if hovered else 0.0)
    x, y = scene.geometry.bias_place(*unit)
    dimmed = scene.chosen is not None and scene.chosen != unit
    color = theme.color(sign_token(value))
    painter.setBrush(mixed(color, theme.color("panel"), 0.5) if dimmed else color)
    painter.setPen(QPen(theme.color("panel"), 1.2 * scale))
    painter.drawEllipse(QPointF(x, y), radius + 0.6 * scale, radius + 0.6 * scale)
