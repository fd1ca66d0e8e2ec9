"""A field of outputs as colours, with its boundary."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF

from mlpviz.nn.layout import Array
from mlpviz.pictures.decision import Decision, Scale
from mlpviz.views.kit.hatch import hatched
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.shades import SmoothImage, shades

GAIN = 0.5  # of the colour map, so that points stand out
REGION = 0.45  # how strong a class's colour is at full confidence


class Field:
    """An image under everything and the decision boundary above it.

    Args:
        plot: where. width: of the boundary's pen.
    """

    def __init__(self, plot: Plot, width: float) -> None:
        self._plot, self._width = plot, width
        self.image = SmoothImage(axisOrder="row-major")
        self.boundary = pg.PlotCurveItem(connect="finite")
        self.boundary.setZValue(3)
        for item in (self.image, self.boundary):
            plot.item.addItem(item, ignoreBounds=True)
        self.restyle()

    def restyle(self) -> None:
        """Take over the theme's colours and sizes; the field itself changes when it is shown again."""
        theme = self._plot.theme
        self.boundary.setPen(pg.mkPen(theme.color("ink"), width=theme.px(self._width)))

    def clear(self) -> None:
        """Show nothing."""
        self.image.hide()
        self.boundary.setData([], [])

    def show(
        self, picture: Decision, bounds: tuple[tuple[float, float], ...], scale: Scale, boundary: Array | None = None
    ) -> None:
        """Show the output over `bounds`; `boundary` in place of the picture's own."""
        theme = self._plot.theme
        if picture.classes is None:
            table = theme.lookup("diverging" if scale.diverging else "sequential", GAIN)
            colors = table[shades(picture.values, scale)]
        else:
            colors = self._blended(picture)
        if picture.missing is not None:
            colors = hatched(colors, picture.missing, theme, "line")
        self.image.setImage(colors, autoLevels=False, levels=None)
        # The outermost samples stand on the edge: half of their squares lies outside.
        sides = [(high - low) / (len(colors) - 1) for low, high in bounds]
        corner = [low - side / 2 for (low, _), side in zip(bounds, sides, strict=True)]
        self.image.setRect(QRectF(*corner, *(side * len(colors) for side in sides)))
        self.image.show()
        line = picture.boundary if boundary is None else boundary
        self.boundary.setData(line[:, 0], line[:, 1])

    def _blended(self, picture: Decision) -> NDArray[np.uint8]:
        """Class colours over the panel, stronger where the net is surer, (n, n, 3)."""
        theme = self._plot.theme
        panel = np.array(theme.color("panel").getRgb()[:3], dtype=float)
        colors = np.array([theme.class_color(index).getRgb()[:3] for index in range(picture.outputs)], dtype=float)
        chance = 1.0 / picture.outputs
        sure = np.clip((picture.values - chance) / (1 - chance), 0, 1)[:, :, None] * REGION
        mixed: NDArray[np.uint8] = (panel + (colors[picture.classes] - panel) * sure).round().astype(np.uint8)
        return mixed
