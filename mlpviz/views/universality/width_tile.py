"""One small multiple: g and the net of one width."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from mlpviz.document.document import METHODS
from mlpviz.nn.layout import Array
from mlpviz.views.kit.numbers import NONE, short_error
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.overlay import DIMMED, FIRST, LAGGING, STALE, mixed, paint_tag
from mlpviz.views.universality.state import WidthState

POINTS = 129
FOOT = 35  # two lines of numbers


class WidthTile(QAbstractButton):
    """g, the net of one width over it, beneath them W, the largest error and RMS; a bar while it trains.

    Attributes:
        units: the width. state: the net shown, None for none yet. stale: it belongs to another g or other settings.
    """

    def __init__(self, units: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.units = theme, units
        self.state: WidthState | None = None
        self.stale = False
        self._g: Array = np.zeros(POINTS)
        self._net: Array | None = None
        self._absent = NONE, ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Net of width {units}")
        self._tell()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """As in a window of 1280 pixels."""
        return QSize(126, 134)

    def minimumSizeHint(self) -> QSize:
        """Room for the numbers beneath."""
        return QSize(round(self._theme.px(58)), round(self._theme.px(86)))

    def show_state(
        self, g: Array, net: Array | None, state: WidthState | None, *, stale: bool, absent: tuple[str, str]
    ) -> None:
        """Show g and a net, (POINTS,) each; `absent`: why there is none, in a word and in a sentence."""
        if g is self._g and net is self._net and (stale, absent) == (self.stale, self._absent):
            same = state is self.state or (state is not None and self.state is not None and _same(state, self.state))
            if same:
                return
        self._g, self._net, self.state, self.stale, self._absent = g, net, state, stale, absent
        self._tell()
        self.update()

    def _tell(self) -> None:
        words = self._words()
        self.setAccessibleDescription(words)
        self.setToolTip(f"W = {self.units}: {words}\nClick to see it large.")

    def _words(self) -> str:
        state = self.state
        if state is None:
            return self._absent[1]
        words = f"largest error {short_error(state.sup)}, RMS {short_error(state.rms)}"
        if state.fraction < 1:
            return f"{words}, {100 * state.fraction:.0f} % trained"
        if self.stale:
            return f"{words}, stale: g or the settings changed"
        return f"{words}; {FIRST}, a better one is being made" if state.first else words

    # ---- painting

    def _final(self) -> bool:
        """Whether the net stays."""
        state = self.state
        return state is not None and state.fraction == 1 and not (self.stale or state.first)

    def frame(self) -> QRectF:
        """The picture's rectangle."""
        return QRectF(1.5, 1.5, self.width() - 3, self.height() - self._theme.px(FOOT) - 3)

    def paintEvent(self, e: QPaintEvent | None) -> None:
        """Paint picture, numbers, progress and focus."""
        theme, painter, frame = self._theme, QPainter(self), self.frame()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, hovered = self.isChecked(), self.underMouse()
        ring = "accent" if chosen else "edge" if hovered else "line"
        painter.setPen(QPen(theme.color(ring), theme.px(2.4) if chosen else 1))
        painter.setBrush(theme.color("panel" if chosen else "sunk"))
        painter.drawRoundedRect(frame, 5, 5)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("ink"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 3, 3)
        self._paint_curves(painter, frame)
        if self.stale and self.state is not None:
            words = STALE if self.state.method in METHODS else LAGGING
            text = "stale" if frame.width() < theme.px(130) else words
            paint_tag(painter, theme, frame.topRight() + QPointF(-4, 4), text, "tick")
        if self.state is not None and self.state.fraction < 1:
            self._paint_progress(painter, frame, self.state.fraction)
        self._paint_foot(painter, QRectF(3, self.height() - theme.px(FOOT) + 1, self.width() - 6, theme.px(FOOT) - 1))

    def _paint_curves(self, painter: QPainter, frame: QRectF) -> None:
        theme, inner = self._theme, frame.adjusted(6, 7, -6, -7)
        low, high = float(self._g.min()), float(self._g.max())
        margin = 0.1 * (high - low) if high > low else 1.0
        low, high = low - margin, high + margin
        painter.save()
        painter.setClipRect(frame.adjusted(2, 2, -2, -2))
        faint = 1.0 if self._net is not None and not self.stale else 0.6
        painter.setPen(QPen(mixed(theme, "edge", faint), theme.px(1.2)))
        painter.drawLines(*_lines(inner, self._g, low, high))
        if self._net is not None and self.state is not None:
            alpha = DIMMED if self.stale else 1.0 if self._final() else 0.7
            painter.setPen(QPen(mixed(theme, "accent", alpha), theme.px(2.0)))
            painter.drawLines(*_lines(inner, self._net, low, high))
        painter.restore()

    def _paint_progress(self, painter: QPainter, frame: QRectF, fraction: float) -> None:
        theme = self._theme
        bar = QRectF(frame.left() + 8, frame.bottom() - 9, frame.width() - 16, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(4.0, bar.width() * fraction), bar.height()), 2, 2)

    def _paint_foot(self, painter: QPainter, box: QRectF) -> None:
        theme, half = self._theme, box.height() / 2
        top = QRectF(box.left(), box.top(), box.width(), half)
        bottom = top.translated(0, half - 1)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(theme.font("body", bold=True))
        painter.setPen(theme.color("accent" if self.isChecked() else "ink"))
        painter.drawText(top, left, str(self.units))
        room = top.width() - painter.fontMetrics().horizontalAdvance(str(self.units)) - theme.px(4)
        state = self.state
        painter.setFont(theme.font("note"))
        painter.setPen(theme.color("ink" if state is not None and self._final() else "ink2"))
        text = short_error(state.sup) if state else self._absent[0]
        if painter.fontMetrics().horizontalAdvance(text) > room:
            painter.drawText(bottom, right, text)  # a narrow tile leaves RMS to the tooltip
            return
        painter.drawText(top, right, text)
        painter.setPen(theme.color("ink2"))
        painter.setFont(theme.font("tick"))
        painter.drawText(bottom, left, "training" if state and state.fraction < 1 else "RMS" if state else "")
        painter.drawText(bottom, right, short_error(state.rms) if state else "")


def _same(a: WidthState, b: WidthState) -> bool:
    return a.theta is b.theta and (a.fraction, a.first) == (b.fraction, b.first)


def _lines(box: QRectF, values: Array, low: float, high: float) -> list[QLineF]:
    # Lines one by one cost a third of a polyline, whose joints nobody sees at this size.
    # Far outside the clip nothing is lost by holding a value, and Qt stays within its coordinates.
    bounded = np.clip(values, low - 9 * (high - low), high + 9 * (high - low))
    y = box.bottom() - (bounded - low) / (high - low) * box.height()
    x = np.linspace(box.left(), box.right(), len(values))
    points = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return [QLineF(a, b) for a, b in pairwise(points)]
