"""What the hidden units add up to, drawn on the surface: contributions as curves, sums that grow unit by unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, Qt

from mlpviz.nn.layout import Array
from mlpviz.pictures.parts import Parts
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.overlay import DIMMED, mixed, set_line

NET, CONTRIBUTIONS, SUMS = "net", "contributions", "sums"
MOST_CURVES = 64  # beyond, those that are not among the largest are told by a strip of colours
STRIP = 0.2  # its height, to the height of the plane
POINTS = 257  # of a curve that is only one of many


class PartsItems:
    """Curves of single units, in the colours of their signs, and the sum of the first so many.

    Attributes:
        items: what a plot has to show. mode: NET (nothing of all this), CONTRIBUTIONS or SUMS.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.mode = NET
        self._grey = pg.PlotCurveItem(connect="finite")
        self._signed: dict[str, Any] = {sign: pg.PlotCurveItem(connect="finite") for sign in ("pos", "neg")}
        self._level = pg.PlotCurveItem()
        self._halo, self._sum = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._strip = pg.ImageItem(axisOrder="row-major")
        self._word = pg.TextItem(anchor=(0.0, 1.0))  # over the strip's left end
        self.items = [self._strip, self._level, self._grey, *self._signed.values(), self._halo, self._sum, self._word]
        self.restyle()
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        for item in self.items:
            item.setVisible(False)

    def show(self, parts: Parts, mode: str, count: int, span: tuple[float, float]) -> None:
        """Show a net's parts.

        Args:
            parts: the net taken apart.
            mode: CONTRIBUTIONS or SUMS. count: how many units the sum has. span: the vertical range of the plane.
        """
        self.clear()
        self.mode = mode
        level = np.array([parts.base, parts.base])
        set_line(self._level, np.array([0.0, 1.0]), level)
        if mode == SUMS:
            total = parts.partial(count)
            for item in (self._halo, self._sum):
                set_line(item, parts.x, total)
            if count:
                self._show_curves(parts, np.array([count - 1]), span)
            return
        self._show_curves(parts, parts.largest, span)
        others = np.setdiff1d(np.arange(len(parts.units)), parts.largest)
        if len(parts.units) > MOST_CURVES:
            self._show_strip(parts, span)
        else:
            set_line(self._grey, *_joined(parts, others, span))

    def _show_curves(self, parts: Parts, rows: NDArray[np.int64], span: tuple[float, float]) -> None:
        for name, sign in (("pos", 1), ("neg", -1)):
            set_line(self._signed[name], *_joined(parts, rows[parts.signs[rows] == sign], span))

    def _show_strip(self, parts: Parts, span: tuple[float, float]) -> None:
        """Every contribution as a row of colours along the lower edge, the first at the top."""
        at = np.linspace(0.0, 1.0, POINTS)
        values = np.stack([np.interp(at, parts.x, row) for row in parts.curves])
        size = float(np.percentile(np.abs(values), 99)) or float(np.abs(values).max()) or 1.0
        shade = np.clip(127.5 + 127.5 * values[::-1] / size, 0, 255).round().astype(np.uint8)
        self._strip.setImage(self._theme.lookup("diverging")[shade], autoLevels=False, levels=None)
        self._strip.setRect(QRectF(0.0, span[0], 1.0, STRIP * (span[1] - span[0])))
        self._strip.setVisible(True)
        self._word.setText(f"all {len(parts.curves)} units, by place")
        self._word.setPos(0.0, span[0] + STRIP * (span[1] - span[0]))
        self._word.setVisible(True)

    def restyle(self) -> None:
        """Take over the theme's colours and sizes."""
        theme = self._theme
        self._grey.setPen(pg.mkPen(mixed(theme, "edge", 0.55), width=1))
        for sign, item in self._signed.items():
            item.setPen(pg.mkPen(theme.color(sign), width=theme.px(1.6)))
        self._word.setFont(theme.font("note"))
        self._word.setColor(theme.color("ink2"))
        self._word.fill = pg.mkBrush(theme.color("panel", 0.85))
        self._level.setPen(pg.mkPen(mixed(theme, "edge", DIMMED), width=1, style=Qt.PenStyle.DashLine))
        self._halo.setPen(pg.mkPen(theme.color("panel"), width=theme.px(5)))
        self._sum.setPen(pg.mkPen(theme.color("accent"), width=theme.px(2.8)))


def _joined(parts: Parts, rows: NDArray[np.int64], span: tuple[float, float]) -> tuple[Array, Array]:
    """Several contributions around the base as one line with gaps, held within reach of the plane."""
    few = len(rows) <= 12
    x = parts.x if few else np.linspace(0.0, 1.0, POINTS)
    room = 9 * (span[1] - span[0])
    lines = []
    for row in rows:
        values = parts.curves[row] if few else np.interp(x, parts.x, parts.curves[row])
        lines.append(np.append(np.clip(parts.base + values, span[0] - room, span[1] + room), np.nan))
    if not lines:
        return np.zeros(0), np.zeros(0)
    return np.tile(np.append(x, np.nan), len(lines)), np.concatenate(lines)
