"""A function over the unit square as colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QWidget

from mlpviz.nn.layout import Array
from mlpviz.pictures.decision import Scale
from mlpviz.pictures.ridges import Ridges
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.shades import SmoothImage, shades
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.overlay import paint_tag

STRONGEST = 12  # ridge lines drawn strongly; the others are there, faint
STUB = 0.035  # length of the tick that shows a ridge's upper side
FAINT = 0.3
TICKS = [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]


class HeatMap(Plot):
    """A square picture of (n, n) samples on [0, 1]², row 0 at x₂ = 0, column 0 at x₁ = 0; ridge lines over it.

    Attributes:
        values: what is shown, None for nothing. scale: what the colours mean.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        self.values: Array | None = None
        self.scale = Scale(-1.0, 1.0)
        self._ridges: Ridges | None = None
        self._mark: tuple[float, float] | None = None
        self._tag = ""
        self.image = SmoothImage(axisOrder="row-major")
        self._lines: dict[str, Any] = {}
        super().__init__(theme, name, parent)
        self.item.addItem(self.image, ignoreBounds=True)
        for strength in ("weak", "halo", "strong"):
            self._lines[strength] = pg.PlotCurveItem(connect="pairs")
            self.item.addItem(self._lines[strength], ignoreBounds=True)
        self.item.vb.setAspectLocked(True)
        self.item.vb.disableAutoRange()
        self.item.setRange(xRange=(0.0, 1.0), yRange=(0.0, 1.0), padding=0.0)
        for side, symbol in (("bottom", "x_1"), ("left", "x_2")):
            self.axes[side].setTicks([TICKS])
            self.set_axis_symbol(side, symbol)
        self.reserve("0.5")
        self.apply_theme()

    def show_values(self, values: Array | None, scale: Scale, tag: str = "") -> None:
        """Show a function; None for nothing. `tag` stands in the corner of what will not stay."""
        if values is self.values and (scale, tag) == (self.scale, self._tag):
            return
        self.values, self.scale, self._tag = values, scale, tag
        self._color()
        self.repaint_over()

    def show_ridges(self, found: Ridges | None) -> None:
        """Draw the units' lines over it, the strongest with a tick to their upper side; None: no lines."""
        self._ridges = found
        strong = found.ends[:STRONGEST].reshape(-1, 2) if found is not None else np.zeros((0, 2))
        weak = found.ends[STRONGEST:].reshape(-1, 2) if found is not None else np.zeros((0, 2))
        if found is not None and len(strong):
            middle = found.ends[:STRONGEST].mean(axis=1)
            stubs = np.stack([middle, middle + STUB * found.uphill[:STRONGEST]], axis=1).reshape(-1, 2)
            strong = np.concatenate([strong, stubs])
        for name, points in (("weak", weak), ("halo", strong), ("strong", strong)):
            self._lines[name].setVisible(len(points) > 0)
            if len(points):
                self._lines[name].setData(points[:, 0], points[:, 1])

    def mark(self, place: tuple[float, float] | None) -> None:
        """Ring a place (x₁, x₂): the largest error; None for none."""
        if place != self._mark:
            self._mark = place
            self.repaint_over()

    def _color(self) -> None:
        if self.values is None:
            self.image.hide()
            return
        table = self.theme.lookup("diverging" if self.scale.diverging else "luminous", 1.0)
        self.image.setImage(table[shades(self.values, self.scale)], autoLevels=False, levels=None)
        # The outermost samples stand on the edge: half of their squares lies outside.
        side = 1.0 / (len(self.values) - 1)
        self.image.setRect(QRectF(-side / 2, -side / 2, 1 + side, 1 + side))
        self.image.show()

    def apply_theme(self) -> None:
        """Colours and pens of the theme in force."""
        super().apply_theme()
        if not self._lines:
            return
        theme = self.theme
        self._lines["weak"].setPen(pg.mkPen(theme.color("ink", FAINT), width=theme.px(0.8)))
        self._lines["halo"].setPen(pg.mkPen(theme.color("panel", 0.7), width=theme.px(3.4)))
        self._lines["strong"].setPen(pg.mkPen(theme.color("ink"), width=theme.px(1.4)))
        self._color()

    # ---- geometry

    def plane(self) -> QRectF:
        """The square's rectangle, in pixels."""
        return QRectF(self.to_pixels(0.0, 1.0), self.to_pixels(1.0, 0.0))

    def to_pixels(self, x1: float, x2: float) -> QPointF:
        """Where a place of the square is, in pixels."""
        return QPointF(self.item.vb.mapViewToScene(QPointF(x1, x2)))

    def to_plane(self, at: QPointF) -> tuple[float, float]:
        """The place of the square under a pixel."""
        place = self.item.vb.mapSceneToView(at)
        return float(place.x()), float(place.y())

    # ---- painting

    def repaint_over(self) -> None:
        """Paint anew."""
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:
        """The frame, the ring on the largest error and the tag, above everything."""
        if painter is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_over(painter, self.plane())
        painter.restore()

    def paint_over(self, painter: QPainter, plane: QRectF) -> None:
        """Paint what stands above the picture, in pixels."""
        theme = self.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pg.mkPen(theme.color("line"), width=1))
        painter.drawRect(plane)
        if self._mark is not None:
            self._ring(painter, self.to_pixels(*self._mark), theme.px(5.5))
        if self._tag:
            painter.fillRect(plane, theme.color("panel", 0.35))
            paint_tag(painter, theme, plane.topRight() + QPointF(-4, 4), self._tag)

    def _ring(self, painter: QPainter, at: QPointF, radius: float) -> None:
        """A ring that stands out from any colour."""
        for token, width in (("panel", 4.0), ("ink", 1.8)):
            painter.setPen(pg.mkPen(self.theme.color(token), width=self.theme.px(width)))
            painter.drawEllipse(at, radius, radius)
