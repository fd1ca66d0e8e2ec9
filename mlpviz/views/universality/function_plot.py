"""The drawing surface: g in ink, ĝ in the accent over it, hidden units on the axis."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QTabletEvent, QTouchEvent
from PyQt6.QtWidgets import QToolTip, QWidget

from mlpviz.data.strokes import Drawn, grid, kept_jumps, smoothed
from mlpviz.nn.layout import Array
from mlpviz.pictures.parts import Parts
from mlpviz.pictures.universality import board_range, ticks
from mlpviz.views.kit.numbers import proper
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.curve_labels import CurveLabels, Named
from mlpviz.views.universality.fit import Fit
from mlpviz.views.universality.hand import POLYLINE, Hand
from mlpviz.views.universality.hand_marks import paint_band, paint_jumps, paint_place, paint_points, place_box
from mlpviz.views.universality.overlay import (
    DIMMED,
    FIRST,
    STALE,
    OverlaidPlot,
    mixed,
    net_symbol,
    paint_tag,
    set_line,
)
from mlpviz.views.universality.parts_items import NET, PartsItems
from mlpviz.views.universality.stems import CROWD, Stems

CURVES = ("raw", "g", "halo", "net", "beside", "worst")
FAINT = 0.35  # of ĝ behind its parts
PLAIN = (1e-3, 1e4)  # between which the largest tick is written without a power of ten
SLACK = 14.0  # a press this many pixels beside the plane still draws
NEAR_END = 5.0  # pixels beside an end of [0, 1] where a stroke is at it
KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
TABLET = {QEvent.Type.TabletPress: 1, QEvent.Type.TabletMove: 0, QEvent.Type.TabletRelease: -1}
TOUCH = {QEvent.Type.TouchBegin: 1, QEvent.Type.TouchUpdate: 0, QEvent.Type.TouchEnd: -1, QEvent.Type.TouchCancel: -1}


class FunctionPlot(OverlaidPlot):
    """g can be drawn on it by mouse, pen, finger or keys, with the tool that its `hand` holds."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Function", parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)  # a dropped file is the window's
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.hand = Hand(self.to_pixels, self)
        self.hand.looked.connect(self._look)
        self._pointer: QPointF | None = None
        self._keyed = False  # whether a key is just shaping g
        self.notice: QWidget | None = None  # what stands on the plane
        self.drawn: Drawn | None = None
        self.y_range = (-1.0, 1.0)
        self._fit: Fit | None = None
        self._stale, self._tag, self._first = False, STALE, False
        self._beside: tuple[Fit, str, str] | None = None
        self._apart = False  # whether parts of the net are shown in its place
        self._sum: Fit | None = None  # of the first units alone, where less than the net is summed up
        self.labels = CurveLabels(theme)
        self._zero = pg.InfiniteLine(0.0, angle=0)
        self._curves: dict[str, Any] = {name: pg.PlotCurveItem() for name in CURVES}
        self._cross = pg.InfiniteLine(0.5, angle=90)
        self._cross.setVisible(False)
        self.stems = Stems(theme)
        self.parts = PartsItems(theme)
        for item in (self._zero, self._curves["worst"], self._curves["raw"], self._curves["g"]):
            self.item.addItem(item, ignoreBounds=True)
        for item in (*self.stems.items, *self.parts.items, *(self._curves[name] for name in CURVES[2:5]), self._cross):
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
        self.hand.show_function(drawn)
        g, x = smoothed(drawn), grid()
        joined = np.ones(len(x), dtype=np.int32)
        joined[kept_jumps(drawn)] = 0  # no line to the next sample
        set_line(self._curves["raw"], x if drawn.smooth > 0 else [], drawn.raw)
        self._curves["g"].setData(x, g, connect=joined)
        if not self.hand.busy:
            # Key by key g grows from little; steps are shares of the range, which must not shrink with the first.
            found = board_range(float(g.min()), float(g.max()), self.y_range, 0.0 if self._keyed else 0.5)
            if found != self.y_range:
                self._set_range(found)
        if self.hand.busy:
            self.labels.forget("g")
        self._hurry(self.hand.busy)
        self._look()

    def _hurry(self, on: bool) -> None:
        """Draw lines piece by piece while a stroke is under way: less fine at their joints, and three times as fast."""
        for name in ("raw", "g", "halo", "net"):
            self._curves[name].setSegmentedLineMode("on" if on else "off")

    def show_fit(self, fit: Fit | None, stale: bool, tag: str = STALE, *, first: bool = False) -> None:
        """Lay a net over g; None: none. A stale one belongs to another g or other settings, as its tag says.

        A first one is told as such, for a better one of its width is being made.
        """
        self._fit, self._stale, self._tag, self._first = fit, stale, tag, first
        self._dim_net()
        for name in ("net", "halo"):
            set_line(self._curves[name], fit.x if fit else [], fit.net if fit else [])
        self._show_worst()
        self._show_stems()
        self.repaint_over()

    def _show_worst(self) -> None:
        fit = self._sum or self._fit
        set_line(self._curves["worst"], [fit.at, fit.at] if fit else [], list(self.y_range))

    def show_beside(self, fit: Fit | None, word: str = "", token: str = "con") -> None:
        """Lay another net over it, dashed, with the word for it beside the curve; None: none."""
        self._beside = (fit, word, token) if fit is not None else None
        self.labels.forget("beside")
        set_line(self._curves["beside"], fit.x if fit else [], fit.net if fit else [])
        self._dim_net()
        self.repaint_over()

    def _show_stems(self) -> None:
        fit = None if self._apart else self._fit
        self.stems.show_fit(fit, self.y_range, DIMMED if self._stale else 1.0)

    def show_parts(self, parts: Parts | None, mode: str = NET, count: int = 0, summed: Fit | None = None) -> None:
        """Lay the parts of the net over g (see PartsItems.show) and make room for them; None: the net alone.

        `summed`: the sum that is shown against g, where it is not the whole net.
        """
        self._sum = summed
        self._show_worst()
        if parts is None and not self._apart:
            return
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
        self.axes["left"].setTicks([[(t, proper(text)) for t, text in zip(places, tick_texts(places), strict=True)]])
        self.labels.forget()
        self._show_stems()
        self._show_worst()

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
        self._show_stems()  # restyled marks have lost their places
        self.parts.restyle()
        self.labels.forget()

    def _dim_net(self) -> None:
        color = mixed(self.theme, "accent", DIMMED) if self._stale else self.theme.color("accent")
        self._curves["net"].setPen(pg.mkPen(color, width=self.theme.px(2.8)))
        token = self._beside[2] if self._beside is not None else "con"
        pen = pg.mkPen(mixed(self.theme, token, DIMMED) if self._stale else self.theme.color(token))
        pen.setWidthF(self.theme.px(2.0))
        pen.setDashPattern([4.0, 2.4])
        self._curves["beside"].setPen(pen)

    # ---- labels

    def paint_over(self, painter: QPainter) -> None:
        """The names of the curves, the tag of a stale net, the marker's numbers."""
        theme, plane = self.theme, self.plane()
        if self.drawn is None or plane.height() < 40:
            return
        taken = [self._covered(plane), self._stemmed(plane)]
        marked = self._sum or self._fit
        if marked is not None:
            column = np.arange(0.0, plane.height(), 8.0)
            taken.append(np.stack([np.full(len(column), marked.at * plane.width()), column], axis=1))
        self.labels.paint(painter, plane, self.y_range, self._named(smoothed(self.drawn)), taken)
        if self._stale and self._fit is not None:
            paint_tag(painter, theme, plane.topRight() + QPointF(-4, 4), self._tag)
        elif self._first and self._fit is not None and not self.hand.busy:
            paint_tag(painter, theme, plane.topRight() + QPointF(-4, 4), FIRST)
        self._paint_hand(painter, plane)

    def _named(self, g: Array) -> list[Named]:
        """The curves that have a name; of a sum of few units only that sum's is told."""
        curves = [Named("g", "g", grid(), g, "ink")]
        if self._sum is not None:
            words = f"{self._sum.width} unit" + ("" if self._sum.width == 1 else "s")
            curves.append(Named("sum", words, self._sum.x, self._sum.net, "accent", formula=False))
        elif self._fit is not None:
            curves.append(Named("net", net_symbol(self._fit.width), self._fit.x, self._fit.net, "accent"))
        if self._beside is not None:
            other, word, token = self._beside
            curves.append(Named("beside", word, other.x, other.net, token, formula=False))
        return curves

    def _noticed(self) -> QRectF:
        """The notice's rectangle, in pixels; an empty one where there is none."""
        return QRectF(self.notice.geometry()) if self.notice is not None and self.notice.isVisible() else QRectF()

    def _covered(self, plane: QRectF) -> Array:
        """Places over all of the notice, in pixels of the plane, (k, 2): no label goes beneath it."""
        box = self._noticed().translated(-plane.topLeft())
        if box.isEmpty():
            return np.zeros((0, 2))
        x, y = np.meshgrid(np.arange(box.left(), box.right() + 8, 8), np.arange(box.top(), box.bottom() + 8, 8))
        return np.stack([x.ravel(), y.ravel()], axis=1)

    def _stemmed(self, plane: QRectF) -> Array:
        """Places along the stems, in pixels of the plane, (k, 2); a crowd of them leaves no room to look for."""
        ends, (low, high) = self.stems.ends, self.y_range
        if len(ends) > CROWD:
            return np.zeros((0, 2))
        x = np.tile(ends[:, 0], 3) * plane.width()
        base = self.stems.base(self.y_range)
        y = base + np.concatenate([share * (ends[:, 1] - base) for share in (0.0, 0.5, 1.0)])
        return np.stack([x, (high - y) / (high - low) * plane.height()], axis=1)

    def _paint_hand(self, painter: QPainter, plane: QRectF) -> None:
        """What the tool in hand shows: points to drag, what it would touch, where the keys act; and the jumps of g."""
        hand, theme = self.hand, self.theme
        if self.drawn is not None:
            paint_jumps(painter, theme, self.drawn, self.to_pixels)
        points = [self.to_pixels(*point) for point in hand.points()]
        hovered = None if self._pointer is None else hand.near(self._pointer)
        firm = self.drawn is not None and bool(self.drawn.points)
        paint_points(painter, theme, points, firm=firm, chosen=hand.chosen, hovered=hovered)
        if self._pointer is not None and hand.reach() and plane.contains(self._pointer):
            paint_band(painter, theme, plane, self._pointer.x(), hand.reach() * plane.width())
        place = hand.place()
        if place is not None and self.hasFocus():
            at, words = self.to_pixels(*place), hand.words()
            paint_place(painter, theme, at, words, place_box(theme, plane, at, words, self._noticed()))

    def _look(self) -> None:
        """Show where the keys would act."""
        marker = self.hand.marker
        self._cross.setVisible(marker is not None and self.hasFocus())
        if marker is not None:
            self._cross.setValue(marker)
        if self.drawn is not None:
            g = smoothed(self.drawn)
            words = f"g from {proper(f'{g.min():.3g}')} to {proper(f'{g.max():.3g}')}"
            self.setAccessibleDescription(self.hand.words() or words)
        self.repaint_over()

    # ---- drawing by pointer

    def _place(self, at: QPointF) -> tuple[float, float]:
        x, y = self.to_plane(at)
        near = NEAR_END / max(1.0, self.plane().width()) if self.hand.tool != POLYLINE else 0.0
        x = 0.0 if x < near else 1.0 if x > 1 - near else x
        return x, min(max(y, self.y_range[0]), self.y_range[1])

    def _press(self, at: QPointF) -> None:
        if not self.plane().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(at):
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        QToolTip.hideText()
        self.hand.press(self._place(at), at)

    def mousePressEvent(self, ev: QMouseEvent | None) -> None:
        """Begin a stroke, or take a point away by the right button."""
        if ev is None:
            return
        if ev.button() == Qt.MouseButton.LeftButton:
            self._press(ev.position())
        elif ev.button() == Qt.MouseButton.RightButton and not self.hand.busy:
            self.hand.remove(ev.position())

    def mouseDoubleClickEvent(self, ev: QMouseEvent | None) -> None:
        """Take a point away; otherwise the second press of two is one as the first."""
        if ev is not None and not (ev.button() == Qt.MouseButton.LeftButton and self.hand.remove(ev.position())):
            self.mousePressEvent(ev)

    def mouseMoveEvent(self, ev: QMouseEvent | None) -> None:
        """Go on with a stroke; without one tell about the unit under the pointer."""
        if ev is None:
            return
        self._pointer = ev.position()
        if self.hand.busy:
            self.hand.move(self._place(ev.position()))
            return
        self.repaint_over()
        text = self._unit_words(ev.position())
        if text:
            QToolTip.showText(ev.globalPosition().toPoint(), text, self)

    def mouseReleaseEvent(self, ev: QMouseEvent | None) -> None:
        """End a stroke."""
        if ev is not None and ev.button() == Qt.MouseButton.LeftButton:
            self.hand.release(self._place(ev.position()))

    def leaveEvent(self, a0: QEvent | None) -> None:
        """What the tool would touch goes with the pointer."""
        super().leaveEvent(a0)
        self._pointer = None
        self.repaint_over()

    def viewportEvent(self, event: QEvent | None) -> bool:
        """Pens and fingers draw as the mouse does."""
        if isinstance(event, QTabletEvent) and event.type() in TABLET:
            self._draw_by(TABLET[event.type()], event.position())
        elif isinstance(event, QTouchEvent) and event.type() in TOUCH and event.points():
            at = self.viewport().mapFromGlobal(event.points()[0].globalPosition())
            self._draw_by(TOUCH[event.type()], at)
        else:
            return bool(super().viewportEvent(event))
        event.accept()  # or Qt would make mouse events of it
        return True

    def _draw_by(self, phase: int, at: QPointF) -> None:
        self._pointer = None if phase < 0 else at
        if phase > 0:
            self._press(at)
        elif phase == 0:
            self.hand.move(self._place(at))
        else:
            self.hand.release(self._place(at))

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
        """Reached by keyboard, the place where the keys act appears."""
        super().focusInEvent(ev)
        if ev is not None and ev.reason() in KEYBOARD:
            self.hand.enter()

    def focusOutEvent(self, ev: QFocusEvent | None) -> None:
        """That place goes with the focus."""
        super().focusOutEvent(ev)
        self.hand.settled.emit()
        self._look()

    def keyPressEvent(self, ev: QKeyEvent | None) -> None:
        """The keys of the tool in hand."""
        if ev is None:
            return
        more = 4.0 if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self._keyed = True
        taken = self.hand.key(ev.key(), more, self.y_range[1] - self.y_range[0])
        self._keyed = False
        if not taken:
            ev.ignore()  # pyqtgraph would keep it; Space belongs to the page


def tick_texts(places: list[float]) -> list[str]:
    """Numbers for ticks: with as many decimals all, or with powers of ten where those would be long or all be 0."""
    most = max(map(abs, places), default=0.0)
    if most and not PLAIN[0] < most < PLAIN[1]:
        return [f"{place:.3g}" for place in places]
    digits = max((len(f"{place:.4g}".partition(".")[2]) for place in places), default=0)
    return [f"{place:.{digits}f}" for place in places]
