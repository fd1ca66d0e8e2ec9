"""Three maps beside each other, square, each under its formula and over its colours."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.views.kit.mathtext import MathLabel
from mlpviz.views.kit.scalebar import ScaleBar
from mlpviz.views.kit.theme import Theme
from mlpviz.views.plane.heat_map import HeatMap

LEAST = 96  # pixels of a map's side
BETWEEN = 12


class Maps(QWidget):
    """Lays the maps out as large as the room allows, all of one size, in the middle.

    Attributes:
        captions: the formulas above. bars: the colours beneath.
    """

    def __init__(self, theme: Theme, maps: Sequence[tuple[str, HeatMap]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._maps = [plot for _, plot in maps]
        self.captions = [MathLabel(formula, theme, parent=self) for formula, _ in maps]
        self.bars = [ScaleBar(theme, self, gain=1.0) for _ in maps]
        for plot in self._maps:
            plot.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._place)

    def minimumSizeHint(self) -> QSize:
        """Maps that can still be read."""
        left, around = self._around()
        side = round(self._theme.px(LEAST))
        return QSize(len(self._maps) * (side + left + BETWEEN), side + around)

    def sizeHint(self) -> QSize:
        """As in a window of 1280 pixels."""
        return QSize(760, 360)

    def _around(self) -> tuple[int, int]:
        """Room beside a map for its axis, and above and beneath it for formula, axis and colours, in pixels."""
        px = self._theme.px
        return round(px(30) + px(8)), round(px(24) + px(6) + px(24) + px(30))

    def _place(self) -> None:
        px = self._theme.px
        left, around = self._around()
        cell = self.width() / len(self._maps)
        side = max(1, int(min(cell - left - BETWEEN, self.height() - around)))
        top = max(0, (self.height() - side - around) // 3)
        caption, axis = round(px(24)), round(px(24) + px(6))
        for k, plot in enumerate(self._maps):
            x = round(k * cell + (cell - side - left) / 2)
            size = self.captions[k].sizeHint()
            centre = x + left - round(px(8)) + side // 2
            self.captions[k].setGeometry(centre - size.width() // 2, top, size.width(), caption)
            plot.setGeometry(x, top + caption, side + left, side + axis)
            bar = self.bars[k]
            start = x + left - round(px(8)) - round(px(10))
            bar.setGeometry(start, top + caption + side + axis, side + round(px(30)), bar.sizeHint().height())

    def arrange(self) -> None:
        """Take up other formulas."""
        self._place()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """As large as the room allows."""
        super().resizeEvent(a0)
        self._place()
