"""The card of small multiples: one picture a width, standing on the slider that plays through them."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSignalBlocker, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QSlider, QWidget

from mlpviz.data.strokes import grid, smoothed
from mlpviz.experiments.errors import curve
from mlpviz.nn.layout import Array
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import small_text
from mlpviz.views.kit.theme import GAP, Theme
from mlpviz.views.universality.state import WidthState, state_of

POINTS = 160


class WidthTile(QAbstractButton):
    """g and the net of one width, its errors beneath."""

    def __init__(self, width: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.units = theme, width
        self.g: Array = np.zeros(POINTS)
        self.net: Array | None = None
        self.state: WidthState | None = None
        self.stale = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Net of width {width}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setToolTip(f"The net of {width} hidden unit{'s' if width > 1 else ''}: click to see it large.")

    def show_state(self, g: Array, net: Array | None, state: WidthState | None, stale: bool) -> None:
        """Show a net; None: none yet."""
        self.g, self.net, self.state, self.stale = g, net, state, stale
        words = f"largest error {small_text(state.sup, 3)}, RMS {small_text(state.rms, 3)}" if state else "not trained"
        self.setAccessibleDescription(words + (", stale" if stale else ""))
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint picture, numbers, progress and focus."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        foot = theme.px(34)
        frame = QRectF(1.5, 1.5, self.width() - 3, self.height() - foot - 3)
        ring = theme.color("accent") if self.isChecked() else theme.color("line")
        painter.setPen(QPen(ring, theme.px(2.5 if self.isChecked() else 1)))
        painter.setBrush(theme.color("panel" if self.isChecked() else "sunk"))
        painter.drawRoundedRect(frame, 5, 5)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("ink"), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 4, 4)
        inner = frame.adjusted(5, 6, -5, -6)
        painter.save()
        painter.setClipRect(inner)
        low, high = float(self.g.min()), float(self.g.max())
        margin = 0.12 * (high - low) if high > low else 1.0
        self._line(painter, inner, self.g, low - margin, high + margin, QPen(theme.color("edge"), theme.px(1.2)))
        if self.net is not None:
            alpha = 0.4 if self.stale else 1.0
            pen = QPen(theme.color("accent", alpha), theme.px(1.8))
            self._line(painter, inner, self.net, low - margin, high + margin, pen)
        painter.restore()
        self._foot(painter, QRectF(2, self.height() - foot + 1, self.width() - 4, foot - 1))
        if self.state is not None and self.state.fraction < 1:
            bar = QRectF(inner.left(), frame.bottom() - 5, inner.width() * self.state.fraction, 3)
            painter.fillRect(bar, theme.color("accent"))

    @staticmethod
    def _line(painter: QPainter, box: QRectF, values: Array, low: float, high: float, pen: QPen) -> None:
        x = np.linspace(box.left(), box.right(), len(values))
        y = (
            box.bottom()
            - (np.clip(values, low - 9 * (high - low), high + 9 * (high - low)) - low) / (high - low) * box.height()
        )
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]))

    def _foot(self, painter: QPainter, box: QRectF) -> None:
        theme = self._theme
        half = box.height() / 2
        top, bottom = (
            QRectF(box.left(), box.top(), box.width(), half),
            QRectF(box.left(), box.top() + half, box.width(), half),
        )
        painter.setFont(theme.font("note", bold=True))
        painter.setPen(theme.color("accent" if self.isChecked() else "ink"))
        painter.drawText(top, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), str(self.units))
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(top, right, small_text(self.state.sup, 3) if self.state else "–")
        painter.drawText(bottom, left, "stale" if self.stale and self.state else "RMS")
        painter.drawText(bottom, right, small_text(self.state.rms, 3) if self.state else "–")


class WidthsCard(Card):
    """Tiles for all widths of the sweep, and the slider."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            "Widths", theme, parent, subtitle="each picture is the net of its width; its largest error beneath"
        )
        self._session = session
        self.tiles: list[WidthTile] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(GAP)
        self.body.addLayout(self._row, 1)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Width shown")
        self.slider.setToolTip("Plays through the widths: drag it, or use the arrow keys.")
        self.slider.valueChanged.connect(self._slid)
        self.body.addWidget(self.slider)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        theme.changed.connect(self.update)
        self._rebuild()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The slider's ends stand under the middle of the first and the last tile."""
        super().resizeEvent(event)
        if self.tiles:
            inset = max(0, self.tiles[0].width() // 2 - 8)
            self.slider.setContentsMargins(inset, 0, inset, 0)

    def _rebuild(self) -> None:
        widths = self._session.document.sweep.widths
        while self.tiles:
            tile = self.tiles.pop()
            self._row.removeWidget(tile)
            tile.deleteLater()
        for width in widths:
            tile = WidthTile(width, self.theme)
            tile.clicked.connect(lambda _=False, w=width: self._session.look(width=w))
            self._row.addWidget(tile)
            self.tiles.append(tile)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, len(widths) - 1)
            self.slider.setPageStep(1)
        self.refresh()

    def _slid(self, place: int) -> None:
        self._session.look(width=self._session.document.sweep.widths[place])

    def _document_changed(self, changed: frozenset[str]) -> None:
        widths = self._session.document.sweep.widths
        if "sweep" in changed and [tile.units for tile in self.tiles] != list(widths):
            self._rebuild()
        elif changed & {"function", "sweep", "results", "view"}:
            self.refresh()

    def refresh(self) -> None:
        """Show the newest nets. Each tile evaluates its net at a few points: microseconds for all of them."""
        document, stale = self._session.document, self._session.sweeping.stale
        x = np.linspace(0.0, 1.0, POINTS)
        g = np.interp(x, grid(), smoothed(document.function))
        for tile in self.tiles:
            state = state_of(self._session, tile.units)
            known = tile.state is not None and state is not None and tile.state.theta is state.theta
            net = tile.net if known else curve(state.network, state.theta, x) if state else None
            tile.show_state(g, net, state, stale)
            tile.setChecked(tile.units == document.view.width)
        if document.view.width in document.sweep.widths:
            with QSignalBlocker(self.slider):
                self.slider.setValue(document.sweep.widths.index(document.view.width))
        self.set_subtitle(self._words(stale))

    def _words(self, stale: bool) -> str:
        results, count = self._session.results, len(self._session.document.sweep.widths)
        done = len(results.points) if results is not None else 0
        if self._session.job == "sweep":
            return f"sweep under way · {done} of {count} widths"
        if not done:
            return "each picture is the net of its width; press Sweep to train them"
        if stale:
            return "stale: g or the settings changed since the sweep"
        return f"sweep done · {done} widths" if done >= count else f"sweep stopped · {done} of {count} widths"
