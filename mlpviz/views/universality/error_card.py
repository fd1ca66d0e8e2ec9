"""The card that shows the error against the width."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QPushButton, QWidget

from mlpviz.experiments.sweep import METHODS
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import small_text
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.theme import Theme

TOKENS = {"adam": "gd", "gd": "rf"}
SYMBOLS = {"adam": "d", "gd": "t1"}
LABEL_ROOM = 0.9  # octaves of width at the right, for the direct label
SLOPES = ((-0.5, "−½"), (-1.0, "−1"), (-2.0, "−2"))


class ErrorCard(Card):
    """Largest or RMS error of every net of the sweep, both axes logarithmic."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Error against width", theme, parent, symbol=r"\sup|\hat{g}_W - g|")
        self._session = session
        self.kind = QPushButton("largest")
        self.kind.setObjectName("chip")
        self.kind.setCheckable(True)
        self.kind.setAccessibleName("Show RMS error")
        self.kind.setToolTip("Largest error over [0, 1], or the root of the mean squared error over the samples.")
        self.kind.toggled.connect(self._switch)
        self.header.addWidget(self.kind)
        self.plot = _WidthPlot(theme)
        self.plot.clicked = self._clicked
        self.body.addWidget(self.plot, 1)
        self._marks = pg.PlotDataItem()
        self._ring = pg.ScatterPlotItem()
        self._drop = pg.InfiniteLine(0.0, angle=90)
        self._label = pg.TextItem("", anchor=(0, 0.5))
        self._fan = pg.PlotCurveItem(connect="pairs")
        self._fan_labels = [pg.TextItem(word, anchor=(0, 0.5)) for _, word in SLOPES]
        self._empty = pg.TextItem("Press Sweep to train\na net of each width", anchor=(0.5, 0.5))
        for item in (self._drop, self._fan, self._marks, self._ring, self._label, *self._fan_labels, self._empty):
            self.plot.item.addItem(item, ignoreBounds=True)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def _switch(self, rms: bool) -> None:
        self.kind.setText("RMS" if rms else "largest")
        self.set_symbol(r"\text{RMS}(\hat{g}_W - g)" if rms else r"\sup|\hat{g}_W - g|")
        self.refresh()

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"function", "sweep", "results", "view"}:
            self.refresh()

    def _clicked(self, x: float) -> None:
        widths = self._session.document.sweep.widths
        self._session.look(width=min(widths, key=lambda width: abs(math.log2(width) - x)))

    # ---- showing

    def points(self) -> list[tuple[int, float]]:
        """(width, error) of every finished net, narrow ones first; an error of 0 has no place on a log axis."""
        results = self._session.results
        if results is None:
            return []
        rms = self.kind.isChecked()
        pairs = {point.width: point.rms if rms else point.sup for point in results.points}
        return [(width, error) for width, error in sorted(pairs.items()) if error > 0]

    def refresh(self) -> None:
        """Draw what the session has."""
        theme, document = self.theme, self._session.document
        points = self.points()
        results = self._session.results
        method = results.spec.method if results is not None else document.sweep.method
        stale = self._session.sweeping.stale
        x = np.array([math.log2(width) for width, _ in points])
        y = np.array([math.log10(error) for _, error in points])
        color = theme.color(TOKENS[method])
        self._marks.setData(
            x,
            y,
            pen=pg.mkPen(color, width=theme.px(1.6)),
            symbol=SYMBOLS[method],
            symbolSize=theme.px(9),
            symbolPen=pg.mkPen(color, width=theme.px(1.4)),
            symbolBrush=theme.color("panel"),
        )
        self._marks.setOpacity(0.4 if stale else 1.0)
        self._axes(document.sweep.widths, y)
        self._show_chosen(points)
        self._label.setVisible(bool(points))
        self._empty.setVisible(not points)
        if points:
            activation = results.spec.activation if results is not None else document.sweep.activation
            self._label.setText(f"{METHODS[method]},\n{ACTIVATIONS[activation].name}" + (" (stale)" if stale else ""))
            self._label.setColor(color)
            self._label.setFont(theme.font("note", bold=True))
            self._label.setPos(x[-1] + 0.2, y[-1])
        self._describe(points)

    def _axes(self, widths: tuple[int, ...], y: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
        exponents = [math.log2(width) for width in widths]
        right = max(exponents) + LABEL_ROOM * max(1.0, max(exponents) / 3.5)
        # Whole decades below and above, so that the axes stay while points come in.
        low = math.floor(min(float(y.min()), -1.0)) if len(y) else -2.0
        high = math.ceil(max(float(y.max()), 0.0)) if len(y) else 0.0
        self.plot.item.setRange(xRange=(min(exponents) - 0.4, right), yRange=(low - 0.1, high + 0.1), padding=0)
        chosen = self._session.document.view.width
        labels = [(e, f"{w}") for e, w in zip(exponents, widths, strict=True)]
        if len(labels) > 12:
            labels = [pair for pair in labels if float(pair[0]).is_integer() or pair[1] == str(chosen)]
        self.plot.axes["bottom"].setTicks([[*labels, (max(exponents) + 1.0, "W")]])
        ticks = [(k, _power(k)) for k in range(int(low), int(high) + 1)]
        self.plot.axes["left"].setTicks([ticks])
        self._draw_fan(min(exponents), low, high)
        self._empty.setPos((min(exponents) + max(exponents)) / 2, (low + high) / 2)
        self._empty.setColor(self.theme.color("ink2"))
        self._empty.setFont(self.theme.font("body"))

    def _draw_fan(self, left: float, low: float, high: float) -> None:
        """Lines of slope −½, −1, −2 to compare with; log₁₀ error against log₂ width."""
        start, reach = left + 0.2, 1.7
        top = low + 0.42 * (high - low)
        ends = [(start + reach, top + slope * reach * math.log10(2)) for slope, _ in SLOPES]
        floor = low + 0.02
        ends = [
            (start + (top - floor) / -(slope * math.log10(2)), floor) if y < floor else (x, y)
            for (x, y), (slope, _) in zip(ends, SLOPES, strict=True)
        ]
        self._fan.setData(
            [v for x, _ in ends for v in (start, x)],
            [v for _, y in ends for v in (top, y)],
            pen=pg.mkPen(self.theme.color("edge"), width=1),
        )
        for label, (x, y) in zip(self._fan_labels, ends, strict=True):
            label.setColor(self.theme.color("ink2"))
            label.setFont(self.theme.font("tick"))
            label.setPos(x, y)

    def _show_chosen(self, points: list[tuple[int, float]]) -> None:
        width, theme = self._session.document.view.width, self.theme
        self._drop.setValue(math.log2(width))
        self._drop.setPen(pg.mkPen(theme.color("ink2"), width=theme.px(1.2), style=Qt.PenStyle.DotLine))
        chosen = [(math.log2(w), math.log10(e)) for w, e in points if w == width]
        ring = pg.mkPen(theme.color("accent"), width=theme.px(2.6))
        self._ring.setData(pos=chosen or np.empty((0, 2)), size=theme.px(12), pen=ring, brush=theme.color("panel"))

    def _describe(self, points: list[tuple[int, float]]) -> None:
        words = ", ".join(f"W {width}: {small_text(error, 4)}" for width, error in points)
        self.plot.setAccessibleDescription(words or "no net yet")


class _WidthPlot(Plot):
    """Log–log axes; a click chooses the nearest width."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Error against width", grid=True)
        self.clicked: Callable[[float], None] = lambda x: None
        self.reserve("10⁻¹⁰")
        self.setToolTip("Each mark is a trained net. Click one to see it. The fan shows slopes to compare with.")

    def mousePressEvent(self, ev: QMouseEvent | None) -> None:
        """Choose the width under the pointer."""
        if ev is not None and ev.button() == Qt.MouseButton.LeftButton:
            self.clicked(float(self.item.vb.mapSceneToView(ev.position()).x()))


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power(exponent: int) -> str:
    return {0: "1", -1: "0.1", -2: "0.01", 1: "10"}.get(exponent, f"10{str(exponent).translate(_SUPERSCRIPTS)}")
