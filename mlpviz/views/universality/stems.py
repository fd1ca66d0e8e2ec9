"""The hidden units on the axis: a stem at every kink, a band where a squashing unit rises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg

from mlpviz.nn.layout import Array
from mlpviz.pictures.universality import stem_lengths
from mlpviz.views.kit.numbers import number_text, weight_text
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.fit import Fit

REACH = 0.17  # the longest stem to the height of the plane
MOST_BANDS, WIDEST_BAND = 12, 0.4
CROWD = 24  # units from which heads are drawn smaller
SIGNS = {"pos": 1, "neg": -1}


class Stems:
    """Stems up in the colour of plus and down in that of minus; bands as flat bars of the same colours.

    Attributes:
        items: what a plot has to show. ends: (k, 2) x and y of the stems' tips.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._lines: dict[str, Any] = {sign: pg.PlotCurveItem(connect="pairs") for sign in SIGNS}
        self._bands: dict[str, Any] = {sign: pg.PlotCurveItem(connect="pairs") for sign in SIGNS}
        self._heads: dict[str, Any] = {sign: pg.ScatterPlotItem() for sign in SIGNS}
        self.items = [*self._bands.values(), *self._lines.values(), *self._heads.values()]
        self.ends = np.zeros((0, 2))

    @staticmethod
    def base(span: tuple[float, float]) -> float:
        """Where the stems stand: on y = 0; where that is out of sight, with room for those up and those down."""
        height = span[1] - span[0]
        if span[0] + 0.02 * height <= 0 <= span[1] - 0.02 * height:
            return 0.0
        room = (REACH + 0.02) * height
        return span[0] + room if span[0] + 0.02 * height > 0 else span[1] - room

    def show_fit(self, fit: Fit | None, span: tuple[float, float], alpha: float) -> None:
        """Show the units of a net on a plane with the vertical range `span`; None: no net."""
        base, reach = self.base(span), REACH * (span[1] - span[0])
        ends = []
        for sign, factor in SIGNS.items():
            units = fit.units if fit is not None else None
            chosen = factor * units.height > 0 if units is not None else np.zeros(0, dtype=bool)
            place: Array = units.place[chosen] if units is not None else np.zeros(0)
            tips = base + reach * stem_lengths(units.height)[chosen] if units is not None else np.zeros(0)
            ends.append(np.stack([place, tips], axis=1))
            half: Array = units.reach[chosen] if units is not None else np.zeros(0)
            # Many bands, or one over all of [0, 1], would be a bar that says nothing.
            banded = fit is not None and fit.style == "squashing" and len(fit.units.place) <= MOST_BANDS
            # A band lies beside the axis, on the side its unit's stem points to.
            side = base + factor * 0.018 * (span[1] - span[0])
            slim = half <= WIDEST_BAND
            sides = np.clip(np.stack([place - half, place + half], axis=1)[slim], 0.0, 1.0).ravel()
            spread: Array = sides if banded else np.zeros(0)
            for item, x, y in (
                (self._lines[sign], np.repeat(place, 2), np.stack([np.full(len(tips), base), tips], axis=1).ravel()),
                (self._bands[sign], spread, np.full(len(spread), side)),
            ):
                item.setData(x, y)
                item.setVisible(len(x) > 0)
                item.setOpacity(alpha)
            seen = (place >= 0) & (place <= 1)
            crowded = fit is not None and len(fit.units.place) > CROWD
            self._heads[sign].setData(x=place[seen], y=tips[seen], size=self._theme.px(5.5 if crowded else 8))
            self._heads[sign].setOpacity(alpha)
        self.ends = np.concatenate(ends)

    def restyle(self) -> None:
        """Take over the theme's colours and sizes."""
        theme = self._theme
        for sign, symbol in (("pos", "o"), ("neg", "t")):
            color = theme.color(sign)
            self._lines[sign].setPen(pg.mkPen(color, width=theme.px(2)))
            band = pg.mkPen(theme.color(sign, 0.3), width=theme.px(7))
            band.setCapStyle(pg.QtCore.Qt.PenCapStyle.FlatCap)
            self._bands[sign].setPen(band)
            self._heads[sign].setData(symbol=symbol, pen=pg.mkPen(None), brush=color)

    @staticmethod
    def words(fit: Fit, place: int) -> str:
        """One unit in words and numbers: its formula, where it stands and what it does."""
        units = fit.units
        a, u, c = (float(part[place]) for part in (units.a, units.u, units.c))
        at, height = float(units.place[place]), float(units.height[place])
        formula = f"unit {int(units.index[place]) + 1}:  {weight_text(a, 3)} · f({weight_text(u, 3)}·x {_added(c)})"
        if fit.style == "kinked":
            does = f"bends ĝ {'up' if height > 0 else 'down'} at x = −c/u = {number_text(at, 3)}"
            return (
                f"{formula}\n{does}: its slope changes by {weight_text(height, 2)}\nthe stem's height goes by its root"
            )
        does = f"{'rises' if height > 0 else 'falls'} around x = −c/u = {number_text(at, 3)}"
        return f"{formula}\n{does}, over ±{number_text(float(units.reach[place]), 2)}"


def _added(c: float) -> str:
    text = weight_text(c, 3)
    return f"{text[0]} {text[1:]}"
