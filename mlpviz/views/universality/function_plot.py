"""The drawing surface: g in ink, ĝ in the accent over it, the error beneath."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QWidget

from mlpviz.data.strokes import Drawn, apply_stroke, grid, smoothed
from mlpviz.nn.layout import Array
from mlpviz.pictures.universality import Fit
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.theme import Theme

KEY_STEP, KEY_RAISE, BRUSH = 1 / 64, 1 / 40, 1 / 32
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
LONGEST = "−0.0000"  # label of either left axis, so that both plots begin at the same x


class FunctionPlot(Plot):
    """g can be drawn on it by mouse or by keys.

    Signals:
        stroked(drawn, finished): the function as the stroke has made it so far; `finished` when the button is let go.
    """

    stroked = pyqtSignal(object, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Function", parent, grid=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(
            "Press and drag to draw g. By keys: ← and → move the mark, ↑ and ↓ bend g there (with Shift more)."
        )
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.reserve(LONGEST)
        self.axes["bottom"].setTicks([[(x, "") for x in QUARTERS]])
        self._drawn: Drawn | None = None
        self._start: Drawn | None = None
        self._stroke: list[tuple[float, float]] = []
        self._mark = 0.5
        self._range = (-1.0, 1.0)
        self._fit: Fit | None = None
        self._axis = pg.InfiniteLine(0.0, angle=0)
        self._raw, self._g = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._halo, self._net = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._stems = {sign: pg.PlotCurveItem(connect="pairs") for sign in ("pos", "neg")}
        self._heads = {sign: pg.ScatterPlotItem() for sign in ("pos", "neg")}
        self._worst = pg.PlotCurveItem()
        self._key_mark = pg.InfiniteLine(self._mark, angle=90)
        self._key_mark.setVisible(False)
        self._labels = {"g": pg.TextItem("g"), "net": pg.TextItem("ĝ")}
        for z, item in enumerate(
            (self._axis, self._raw, *self._stems.values(), *self._heads.values(), self._g, self._halo, self._net)
        ):
            item.setZValue(z)
            self.item.addItem(item)
        for item in (self._worst, self._key_mark, *self._labels.values()):
            self.item.addItem(item, ignoreBounds=True)
        self.item.setXRange(0.0, 1.0, padding=0.0)
        self.restyle()
        theme.changed.connect(self.restyle)

    # ---- what is shown

    def show_function(self, drawn: Drawn) -> None:
        """Show g; the vertical range follows it once a stroke is finished."""
        self._drawn = drawn
        g = smoothed(drawn)
        x = grid()
        self._raw.setData(x, drawn.raw if drawn.smooth > 0 else [0.0] * len(x))
        self._raw.setVisible(drawn.smooth > 0)
        self._g.setData(x, g)
        if not self._stroke:
            low, high = float(g.min()), float(g.max())
            margin = 0.18 * (high - low) if high > low else max(0.5, 0.5 * abs(low))
            self._range = (low - margin, high + margin)
            self.item.setYRange(*self._range, padding=0)
        peak = int(np.argmax(g))
        self._place_label("g", x[peak], float(g[peak]), above=True)
        self.setAccessibleDescription(f"g from {g.min():.3g} to {g.max():.3g}, {drawn.source}")

    def show_fit(self, fit: Fit | None, width: int, dimmed: bool) -> None:
        """Lay a net over g; None: none. A dimmed one belongs to another g or other settings."""
        self._fit = fit
        alpha = 0.35 if dimmed else 1.0
        for item in (self._net, self._halo):
            item.setOpacity(alpha)
            item.setData(fit.x if fit else [], fit.net if fit else [])
        self._labels["net"].setVisible(fit is not None)
        self._show_stems(fit)
        self._worst.setData([fit.at] * 2 if fit else [], list(self._range) if fit else [])
        if fit:
            low = int(np.argmin(fit.net))
            digits = str(width).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
            self._labels["net"].setText(f"ĝ{digits}")
            self._place_label("net", float(fit.x[low]), float(fit.net[low]), above=False)

    def _show_stems(self, fit: Fit | None) -> None:
        # Height by the root of |a·u|: a linear height would hide most stems beside the largest.
        stems = fit.stems if fit else np.empty((0, 2))
        reach = 0.16 * (self._range[1] - self._range[0])
        largest = float(np.max(np.abs(stems[:, 1]))) if len(stems) else 1.0
        base = min(max(0.0, self._range[0]), self._range[1])
        for sign, chosen in (("pos", stems[:, 1] > 0), ("neg", stems[:, 1] < 0)):
            place, height = stems[chosen, 0], stems[chosen, 1]
            tips = base + np.sign(height) * reach * np.sqrt(np.abs(height) / (largest or 1.0))
            self._stems[sign].setData(np.repeat(place, 2), np.stack([np.full(len(tips), base), tips], axis=1).ravel())
            self._heads[sign].setData(x=place, y=tips)

    def _place_label(self, name: str, x: float, y: float, *, above: bool) -> None:
        span = self._range[1] - self._range[0]
        y = min(max(y, self._range[0] + 0.16 * span), self._range[1] - 0.16 * span)
        self._labels[name].setAnchor((0.5, 1.0 if above else 0.0))
        self._labels[name].setPos(min(max(x, 0.03), 0.96), y)

    def restyle(self) -> None:
        """Take over the theme's colours and sizes."""
        theme = self.theme
        self._axis.setPen(pg.mkPen(theme.color("edge"), width=1))
        self._raw.setPen(pg.mkPen(theme.color("ink", 0.35), width=theme.px(1.2)))
        self._g.setPen(pg.mkPen(theme.color("ink"), width=theme.px(2.2)))
        self._halo.setPen(pg.mkPen(theme.color("panel"), width=theme.px(5)))
        self._net.setPen(pg.mkPen(theme.color("accent"), width=theme.px(2.8)))
        self._worst.setPen(pg.mkPen(theme.color("ink2"), width=theme.px(1.2), style=Qt.PenStyle.DotLine))
        self._key_mark.setPen(pg.mkPen(theme.color("accent"), width=theme.px(1.4), style=Qt.PenStyle.DashLine))
        for sign, symbol in (("pos", "o"), ("neg", "t")):
            color = theme.color(sign)
            self._stems[sign].setPen(pg.mkPen(color, width=theme.px(1.8)))
            self._heads[sign].setData(symbol=symbol, pen=pg.mkPen(None), brush=color, size=theme.px(7))
        for name, token in (("g", "ink"), ("net", "accent")):
            self._labels[name].setColor(theme.color(token))
            self._labels[name].setFont(theme.font("number", math=True, italic=True))

    # ---- drawing by mouse

    def _place(self, at: QPointF) -> tuple[float, float]:
        place = self.item.vb.mapSceneToView(at)
        low, high = self._range
        return float(place.x()), float(min(max(place.y(), low), high))

    def mousePressEvent(self, ev: QMouseEvent | None) -> None:
        """Begin a stroke."""
        if ev is None or ev.button() != Qt.MouseButton.LeftButton or self._drawn is None:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._start, self._stroke = self._drawn, [self._place(ev.position())]
        self._emit(False)

    def mouseMoveEvent(self, ev: QMouseEvent | None) -> None:
        """Go on with a stroke."""
        if ev is not None and self._stroke:
            self._stroke.append(self._place(ev.position()))
            self._emit(False)

    def mouseReleaseEvent(self, ev: QMouseEvent | None) -> None:
        """End a stroke."""
        if ev is not None and self._stroke:
            self._stroke.append(self._place(ev.position()))
            self._emit(True)

    def _emit(self, finished: bool) -> None:
        if self._start is None:
            return
        drawn = apply_stroke(self._start, self._stroke)
        if finished:
            self._stroke, self._start = [], None
        self.stroked.emit(drawn, finished)

    # ---- drawing by keys

    def keyPressEvent(self, ev: QKeyEvent | None) -> None:
        """← → move the mark, ↑ ↓ bend g there."""
        if ev is None or self._drawn is None:
            return
        key, more = ev.key(), 4.0 if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = KEY_STEP * more * (1 if key == Qt.Key.Key_Right else -1)
            self._mark = min(max(self._mark + step, 0.0), 1.0)
            self._key_mark.setValue(self._mark)
            self._key_mark.setVisible(True)
            value = float(np.interp(self._mark, grid(), smoothed(self._drawn)))
            self.setAccessibleDescription(f"g({self._mark:.3f}) = {value:.4g}")
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            sign = 1 if key == Qt.Key.Key_Up else -1
            self.stroked.emit(self._bent(sign * KEY_RAISE * more * (self._range[1] - self._range[0])), True)
        else:
            super().keyPressEvent(ev)

    def _bent(self, by: float) -> Drawn:
        """g raised around the mark by a smooth bump."""
        assert self._drawn is not None
        bump: Array = by * np.exp(-0.5 * ((grid() - self._mark) / BRUSH) ** 2)
        raw = self._drawn.raw + bump
        raw.flags.writeable = False
        return Drawn(raw, self._drawn.smooth, "drawn")


class ErrorPlot(Plot):
    """ĝ − g on the same x, its largest value marked."""

    def __init__(self, theme: Theme, above: FunctionPlot, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Error of the shown net", parent)
        self.reserve(LONGEST)
        self.axes["bottom"].setTicks([[(x, f"{x:g}") for x in QUARTERS]])
        self.set_axis_symbol("bottom", "x")
        self.item.setXLink(above.item)
        self._axis = pg.InfiniteLine(0.0, angle=0)
        self._curve = pg.PlotCurveItem(fillLevel=0.0)
        self._mark = pg.ScatterPlotItem()
        for item in (self._axis, self._curve, self._mark):
            self.item.addItem(item)
        self.item.setXRange(0.0, 1.0, padding=0.0)
        self.restyle()
        theme.changed.connect(self.restyle)

    def show_fit(self, fit: Fit | None, dimmed: bool) -> None:
        """Show the error of a net; None: none."""
        for item in (self._curve, self._mark):
            item.setOpacity(0.35 if dimmed else 1.0)
        self._curve.setData(fit.x if fit else [], fit.error if fit else [])
        self._mark.setData(x=[fit.at] if fit else [], y=[fit.signed] if fit else [])
        reach = 1.25 * (fit.sup if fit and fit.sup > 0 else 1.0)
        self.item.setYRange(-reach, reach, padding=0)
        sup = fit.sup if fit else 0.0
        ticks = [(0.0, "0")] if not sup else [(-sup, f"−{sup:.2g}"), (0.0, "0"), (sup, f"{sup:.2g}")]
        self.axes["left"].setTicks([ticks])

    def restyle(self) -> None:
        """Take over the theme's colours and sizes."""
        theme = self.theme
        self._axis.setPen(pg.mkPen(theme.color("edge"), width=1))
        self._curve.setPen(pg.mkPen(theme.color("accent"), width=theme.px(1.6)))
        self._curve.setBrush(theme.color("accent", 0.22))
        self._mark.setData(
            pen=pg.mkPen(theme.color("accent"), width=theme.px(2)), brush=theme.color("panel"), size=theme.px(9)
        )
