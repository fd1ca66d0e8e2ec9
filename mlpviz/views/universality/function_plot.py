"""The drawing surface: g in ink, ĝ in the accent over it, hidden units on the axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PyQt6.QtWidgets import QToolTip, QWidget

from mlpviz.data.strokes import Drawn, apply_stroke, grid, smoothed
from mlpviz.nn.layout import Array, frozen
from mlpviz.pictures.parts import Parts
from mlpviz.pictures.universality import board_range, label_place, ticks
from mlpviz.views.kit.numbers import number_text, proper
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.fit import Fit
from mlpviz.views.universality.overlay import (
    DIMMED,
    STALE,
    OverlaidPlot,
    mixed,
    net_symbol,
    paint_label,
    paint_tag,
    set_line,
)
from mlpviz.views.universality.parts_items import NET, PartsItems
from mlpviz.views.universality.stems import Stems

KEY_STEP, KEY_RAISE, BUMP = 1 / 64, 1 / 40, 1 / 32
STROKE_SMOOTH = 2.0  # σ of a stroke drawn over a function that is not smoothed
FAINT = 0.35  # of ĝ behind its parts
SLACK = 10.0  # a press this many pixels beside the plane still draws


class FunctionPlot(OverlaidPlot):
    """g can be drawn on it by mouse or by keys.

    Signals:
        stroked(drawn, finished): the function as the stroke has made it so far; `finished` when the button is let go.
        bent(drawn): the function after a key bent it at the marker. settled(): the marker moved on.
    """

    stroked = pyqtSignal(object, bool)
    bent = pyqtSignal(object)
    settled = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Function", parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(
            "Press and drag to draw g; the last line drawn wins.\n"
            "Keys: ← → move the marker, ↑ ↓ bend g there, with Shift four times as far; Home, End."
        )
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.drawn: Drawn | None = None
        self.marker: float | None = None
        self.y_range = (-1.0, 1.0)
        self._last: tuple[float, float] | None = None
        self._fit: Fit | None = None
        self._stale = False
        self._apart = False  # whether parts of the net are shown in its place
        self._places: dict[str, tuple[float, float] | None] = {"g": None, "net": None}
        self._zero = pg.InfiniteLine(0.0, angle=0)
        self._curves: dict[str, Any] = {name: pg.PlotCurveItem() for name in ("raw", "g", "halo", "net", "worst")}
        self._cross = pg.InfiniteLine(0.5, angle=90)
        self._cross.setVisible(False)
        self.stems = Stems(theme)
        self.parts = PartsItems(theme)
        for item in (self._zero, self._curves["worst"], self._curves["raw"], self._curves["g"]):
            self.item.addItem(item, ignoreBounds=True)
        for item in (*self.stems.items, *self.parts.items, self._curves["halo"], self._curves["net"], self._cross):
            self.item.addItem(item, ignoreBounds=True)
        self.item.vb.disableAutoRange()
        self.item.setXRange(0.0, 1.0, padding=0.0)
        self._set_range(self.y_range)
        self.restyle()
        theme.changed.connect(self.restyle)

    # ---- what is shown

    def show_function(self, drawn: Drawn) -> None:
        """Show g; the vertical range follows it between strokes."""
        self.drawn = drawn
        g, x = smoothed(drawn), grid()
        set_line(self._curves["raw"], x if drawn.smooth > 0 else [], drawn.raw)
        self._curves["g"].setData(x, g)
        if self._last is None:
            found = board_range(float(g.min()), float(g.max()), self.y_range)
            if found != self.y_range:
                self._set_range(found)
        self._places["g"] = self._places["g"] if self._last is None else None
        words = f"g from {proper(f'{g.min():.3g}')} to {proper(f'{g.max():.3g}')}"
        self.setAccessibleDescription(self._marker_words() or words)
        self.repaint_over()

    def show_fit(self, fit: Fit | None, stale: bool) -> None:
        """Lay a net over g; None: none. A stale one belongs to another g or other settings."""
        self._fit, self._stale = fit, stale
        self._dim_net()
        for name in ("net", "halo"):
            set_line(self._curves[name], fit.x if fit else [], fit.net if fit else [])
        set_line(self._curves["worst"], [fit.at, fit.at] if fit else [], list(self.y_range))
        self._show_stems()
        self.repaint_over()

    def _show_stems(self) -> None:
        fit = None if self._apart else self._fit
        self.stems.show_fit(fit, self.y_range, DIMMED if self._stale else 1.0)

    def show_parts(self, parts: Parts | None, mode: str = NET, count: int = 0) -> None:
        """Lay the parts of the net over g (see PartsItems.show) and make room for them; None: the net alone."""
        if parts is None:
            self.parts.clear()
        else:
            self.parts.show(parts, mode, count, self.y_range)
        self._curves["net"].setOpacity(1.0 if parts is None else FAINT)
        self._curves["halo"].setOpacity(1.0 if parts is None else 0.0)
        self._apart = parts is not None
        self._show_stems()
        self.repaint_over()

    def _set_range(self, found: tuple[float, float]) -> None:
        self.y_range = found
        self.item.setYRange(*found, padding=0)
        places = ticks(*found)
        digits = max((len(f"{t:.4g}".partition(".")[2]) for t in places), default=0)
        self.axes["left"].setTicks([[(t, proper(f"{t:.{digits}f}" if abs(t) < 1e4 else f"{t:.3g}")) for t in places]])
        self._places = {"g": None, "net": None}
        self._show_stems()
        if self._fit is not None:
            self._curves["worst"].setData([self._fit.at] * 2, list(found))

    def restyle(self) -> None:
        """Take over the theme's colours and sizes."""
        theme, curves = self.theme, self._curves
        self._zero.setPen(pg.mkPen(theme.color("edge"), width=1))
        curves["raw"].setPen(pg.mkPen(theme.color("ink", 0.35), width=theme.px(1.2)))
        curves["g"].setPen(pg.mkPen(theme.color("ink"), width=theme.px(2.2)))
        curves["halo"].setPen(pg.mkPen(theme.color("panel"), width=theme.px(5)))
        self._dim_net()
        curves["worst"].setPen(pg.mkPen(theme.color("ink2"), width=theme.px(1.2), style=Qt.PenStyle.DotLine))
        self._cross.setPen(pg.mkPen(theme.color("accent"), width=theme.px(1.2), style=Qt.PenStyle.DashLine))
        self.stems.restyle()
        self.parts.restyle()
        self._places = {"g": None, "net": None}

    def _dim_net(self) -> None:
        color = mixed(self.theme, "accent", DIMMED) if self._stale else self.theme.color("accent")
        self._curves["net"].setPen(pg.mkPen(color, width=self.theme.px(2.8)))

    # ---- labels

    def paint_over(self, painter: QPainter) -> None:
        """The names of the curves, the tag of a stale net, the marker's numbers."""
        theme, plane = self.theme, self.plane()
        if self.drawn is None or plane.height() < 40:
            return
        g = self._pixels(grid(), smoothed(self.drawn), plane)
        net = self._pixels(self._fit.x, self._fit.net, plane) if self._fit else None
        size, ground = (plane.width(), plane.height()), theme.color("panel", 0.85)
        curves = [g] if net is None else [g, net]
        labels = [("g", "g", g, "ink")]
        if net is not None and self._fit is not None:
            labels.append(("net", net_symbol(self._fit.width), net, "accent"))
        taken: list[Array] = []
        if self._fit is not None:
            column = np.arange(0.0, plane.height(), 8.0)
            taken.append(np.stack([np.full(len(column), self._fit.at * plane.width()), column], axis=1))
        for name, formula, own, token in labels:
            others = [curve for curve in curves if curve is not own]
            place = label_place(own, [*others, *taken], size, self._places[name], off=theme.px(17))
            self._places[name] = place
            taken.append(np.array([place]))
            at = plane.topLeft() + QPointF(*place)
            paint_label(painter, at, formula, theme.px(17), theme.color(token), ground)
        if self._stale and self._fit is not None:
            paint_tag(painter, theme, plane.topRight() + QPointF(-4, 4), STALE)
        if self.marker is not None and self.hasFocus():
            self._paint_marker(painter, plane)

    def _pixels(self, x: Array, y: Array, plane: QRectF) -> Array:
        """A curve in pixels of the plane, at 129 places, those outside left out."""
        at = np.linspace(0.0, 1.0, 129)
        low, high = self.y_range
        down = (high - np.interp(at, x, y)) / (high - low) * plane.height()
        points = np.stack([at * plane.width(), down], axis=1)
        inside: Array = points[(down > -40) & (down < plane.height() + 40)]
        return inside if len(inside) else points

    def _paint_marker(self, painter: QPainter, plane: QRectF) -> None:
        x, g = self._marker_place()
        at, theme = self.to_pixels(x, g), self.theme
        painter.setPen(pg.mkPen(theme.color("accent"), width=theme.px(2)))
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(at, theme.px(5), theme.px(5))
        font = theme.font("note")
        words = self._marker_words()
        width = QFontMetricsF(font).horizontalAdvance(words) + 12
        left = min(max(at.x() + 10, plane.left() + 4), plane.right() - width - 4)
        box = QRectF(left, plane.bottom() - theme.px(24), width, theme.px(20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("tip"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font)
        painter.setPen(theme.color("tip_ink"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)

    def _marker_place(self) -> tuple[float, float]:
        x = 0.5 if self.marker is None else self.marker
        return x, float(np.interp(x, grid(), smoothed(self.drawn))) if self.drawn else 0.0

    def _marker_words(self) -> str:
        if self.marker is None or self.drawn is None:
            return ""
        x, g = self._marker_place()
        return f"x = {x:.3f}, g(x) = {number_text(g, 4)}"

    # ---- drawing by mouse

    def _place(self, at: QPointF) -> tuple[float, float]:
        x, y = self.to_plane(at)
        return min(max(x, 0.0), 1.0), min(max(y, self.y_range[0]), self.y_range[1])

    def mousePressEvent(self, ev: QMouseEvent | None) -> None:
        """Begin a stroke."""
        if ev is None or ev.button() != Qt.MouseButton.LeftButton or self.drawn is None:
            return
        if not self.plane().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(ev.position()):
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        QToolTip.hideText()
        self._last = self._place(ev.position())
        self._draw_to(self._last, finished=False)

    def mouseMoveEvent(self, ev: QMouseEvent | None) -> None:
        """Go on with a stroke; without one tell about the unit under the pointer."""
        if ev is None:
            return
        if self._last is not None:
            self._draw_to(self._place(ev.position()), finished=False)
            return
        text = self._unit_words(ev.position())
        if text:
            QToolTip.showText(ev.globalPosition().toPoint(), text, self)

    def mouseReleaseEvent(self, ev: QMouseEvent | None) -> None:
        """End a stroke."""
        if ev is not None and ev.button() == Qt.MouseButton.LeftButton and self._last is not None:
            self._draw_to(self._place(ev.position()), finished=True)

    def _draw_to(self, at: tuple[float, float], *, finished: bool) -> None:
        if self.drawn is None or self._last is None:
            return
        drawn = apply_stroke(self.drawn, [self._last, at])
        if self.drawn.source != "drawn" and not drawn.smooth:
            drawn = Drawn(drawn.raw, STROKE_SMOOTH, drawn.source)
        self._last = None if finished else at
        self.stroked.emit(drawn, finished)

    def _unit_words(self, at: QPointF) -> str:
        """The formula of the unit whose mark is near, with its numbers; "" where there is none."""
        if self._fit is None or not len(self._fit.units.place):
            return ""
        x, _ = self.to_plane(at)
        units, zero = self._fit.units, self.to_pixels(0, self.stems.base(self.y_range)).y()
        nearest = int(np.argmin(np.abs(units.place - x)))
        away = abs(units.place[nearest] - x) * self.plane().width()
        if away > self.theme.px(6) or abs(at.y() - zero) > 0.2 * self.plane().height():
            return ""
        return self.stems.words(self._fit, nearest)

    # ---- drawing by keys

    def focusInEvent(self, ev: QFocusEvent | None) -> None:
        """Reached by keyboard, the marker appears."""
        super().focusInEvent(ev)
        if ev is not None and ev.reason() != Qt.FocusReason.MouseFocusReason:
            self._move_marker(0.5 if self.marker is None else self.marker)

    def focusOutEvent(self, ev: QFocusEvent | None) -> None:
        """The marker goes with the focus."""
        super().focusOutEvent(ev)
        self._cross.setVisible(False)
        self.settled.emit()
        self.repaint_over()

    def keyPressEvent(self, ev: QKeyEvent | None) -> None:
        """← → move the marker, ↑ ↓ bend g there."""
        if ev is None or self.drawn is None:
            return
        key, more = ev.key(), 4.0 if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        x = 0.5 if self.marker is None else self.marker
        moves = {
            Qt.Key.Key_Left: x - KEY_STEP * more,
            Qt.Key.Key_Right: x + KEY_STEP * more,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        raises = {Qt.Key.Key_Up: 1.0, Qt.Key.Key_Down: -1.0}
        if key in moves:
            self.settled.emit()
            self._move_marker(min(max(moves[Qt.Key(key)], 0.0), 1.0))
        elif key in raises:
            self.marker = x
            by = raises[Qt.Key(key)] * KEY_RAISE * more * (self.y_range[1] - self.y_range[0])
            bump: Array = by * np.exp(-0.5 * ((grid() - x) / BUMP) ** 2)
            self.bent.emit(Drawn(frozen(self.drawn.raw + bump), self.drawn.smooth, "drawn"))
        else:
            ev.ignore()  # pyqtgraph would keep it; Space belongs to the page

    def _move_marker(self, x: float) -> None:
        self.marker = x
        self._cross.setValue(x)
        self._cross.setVisible(True)
        self.setAccessibleDescription(self._marker_words())
        self.repaint_over()
