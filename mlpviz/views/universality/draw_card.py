"""The card in which g is drawn and a net laid over it."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from mlpviz.data.strokes import JUMP_SHARE, PRESETS, SAMPLES, Drawn, jump, preset, smoothed, with_smooth
from mlpviz.document import edits
from mlpviz.document.opening import open_net
from mlpviz.nn.layout import frozen
from mlpviz.pictures.parts import Parts, parts
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import Combo, Dial, NumberBox, Scale, key_label
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.labels import ElidedLabel
from mlpviz.views.kit.numbers import percent
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.edit import edit
from mlpviz.views.universality.fit import Fit, fit
from mlpviz.views.universality.function_plot import FunctionPlot
from mlpviz.views.universality.numbers_strip import NumbersStrip
from mlpviz.views.universality.overlay import error_text
from mlpviz.views.universality.parts_bar import PartsBar
from mlpviz.views.universality.parts_items import NET, SUMS
from mlpviz.views.universality.residual_plot import ResidualPlot
from mlpviz.views.universality.state import WidthState, state_of

WIDEST = "−0.0·10⁻⁰⁰"  # label of the left axes: a small error's
SUBTITLE = "and the 2-layer net of width W laid over it"
LEGENDS = {"kinked": ("unit bends up", "bends down"), "squashing": ("unit rises", "falls")}


class DrawCard(Card):
    """Tools, the numbers of the chosen width, the drawing surface, the error."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Draw g", theme, parent, subtitle=SUBTITLE)
        self._session = session
        self._shown: tuple[object, ...] | None = None
        self._parts: Parts | None = None
        self._asked_parts: tuple[object, ...] | None = None
        self.legend = _Legend(theme)
        self.header.addWidget(self.legend)
        self.plot = FunctionPlot(theme)
        self.error = ResidualPlot(theme, self.plot)
        self.numbers = NumbersStrip(theme)
        self.body.addLayout(self._tools())
        self.parts = PartsBar(theme)
        self.parts.changed.connect(self._show_parts)
        self.parts.lab_asked.connect(self._open_in_lab)
        self.body.addWidget(self.numbers)
        self.body.addWidget(self.parts)
        self.body.addWidget(self.plot, 10)
        self.body.addWidget(self.error, 5)
        for plot in (self.plot, self.error):
            plot.reserve(WIDEST)
        theme.changed.connect(self._fit_theme)
        self._fit_theme()
        self.plot.stroked.connect(self._stroked)
        self.plot.bent.connect(lambda drawn: self._draw(drawn, "keys"))
        self.plot.settled.connect(session.finish_merge)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        session.deriving.changed.connect(self.refresh)
        self._document_changed(frozenset({"function"}))

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        label = key_label("preset")
        self.presets = Combo("Preset", "Ready functions, to start from or to compare.", label)
        self.presets.set_items(
            [("", "drawn", "What was drawn by hand."), *((key, p.name, p.name) for key, p in PRESETS.items())]
        )
        self.presets.setMinimumContentsLength(7)
        self.presets.chosen.connect(self._choose)
        smooth = key_label("smooth σ")
        tip = "σ of the Gaussian that smooths the stroke, in samples of 1/511. More rounds corners off; 0: as drawn."
        box = NumberBox("Smoothing", tip, 0.0, 64.0, step=1.0)
        box.setFixedWidth(44)
        box.setAlignment(Qt.AlignmentFlag.AlignLeft)
        smooth.setBuddy(box)
        self.smooth = Dial(Scale(0.0, 16.0), box, self)
        self.smooth.slider.setFixedWidth(64)
        self.smooth.changed.connect(self._set_smooth)
        self.smooth.finished.connect(self._session.finish_merge)
        self.clear = QPushButton("Clear")
        self.clear.setObjectName("small")
        self.clear.setAccessibleName("Clear function")
        self.clear.setToolTip("An empty board: g = 0 everywhere. Undo brings the function back.")
        set_icon(self.clear, "eraser", self.theme, "ink2")
        self.clear.clicked.connect(self._clear)
        self.hint = ElidedLabel("")
        self.hint.setObjectName("sub")
        for widget in (label, self.presets, smooth, self.smooth.slider, box, self.clear):
            row.addWidget(widget)
        row.addWidget(self.hint, 1)
        return row

    def _fit_theme(self) -> None:
        self.plot.setMinimumHeight(round(self.theme.px(96)))
        self.error.setMinimumHeight(round(self.theme.px(88)))

    def set_room(self, width: int) -> None:
        """Prepare for a width in pixels: where it is short the words behind the title give way."""
        self.set_subtitle(SUBTITLE if width >= self.theme.px(520) else "")

    # ---- intents

    def _draw(self, drawn: Drawn, merge: str) -> None:
        edit(self._session, "Draw function", lambda d: edits.set_function(d, drawn), merge=merge)

    def _stroked(self, drawn: Drawn, finished: bool) -> None:
        self._draw(drawn, "stroke")
        if finished:
            self._session.finish_merge()
            self.plot.show_function(self._session.document.function)

    def _choose(self, key: str) -> None:
        if key:
            edit(self._session, f"Function {PRESETS[key].name}", lambda d: edits.set_function(d, preset(key)))

    def _set_smooth(self, sigma: float) -> None:
        edit(
            self._session,
            "Smooth function",
            lambda d: edits.set_function(d, with_smooth(d.function, sigma)),
            merge="smooth",
        )

    def _clear(self) -> None:
        empty = Drawn(frozen(np.zeros(SAMPLES)), 2.0, "drawn")
        edit(self._session, "Clear function", lambda d: edits.set_function(d, empty))

    # ---- showing

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "function" in changed:
            drawn = self._session.document.function
            self.plot.show_function(drawn)
            self.presets.choose(drawn.source if drawn.source in PRESETS else "")
            self.smooth.show_value(drawn.smooth)
            share = jump(drawn)
            steep = share > JUMP_SHARE
            self.hint.setText(f"jump: {percent(share)} of the range" if steep else "drag on the plane to draw")
            self.hint.setToolTip(
                "Neighbouring samples differ by more than 10 % of the range: a continuous net has to cross that gap."
                if steep
                else self.plot.toolTip()
            )
        if changed & {"function", "sweep", "results", "view"}:
            self._shown = None
            self.refresh()

    def refresh(self) -> None:
        """Show the newest net of the chosen width."""
        if not self.isVisible():
            return
        width = self._session.document.view.width
        state = state_of(self._session, width)
        stale = state is not None and state.stale
        shown = (state.theta if state else None, width, stale)
        if self._shown is not None and self._shown[0] is shown[0] and self._shown[1:] == shown[1:]:
            return
        self._shown = shown
        if state is None:
            self._show(None, width, stale)
            return
        g = smoothed(self._session.document.function)

        def compute(state: WidthState = state) -> Fit:
            return fit(state.network, state.theta, g)

        self._session.pictures.request("fit", compute, lambda found: self._show(found, width, stale))

    def _show(self, found: Fit | None, width: int, stale: bool) -> None:
        current = self._shown
        if current is None or width != current[1] or (found is None) != (current[0] is None):
            return  # asked for before another width was chosen
        self.plot.show_fit(found, stale)
        self.error.show_fit(found, stale)
        self.numbers.show_fit(found, width, stale)
        self.legend.set_words(LEGENDS.get(found.style) if found is not None else None)
        self._show_parts()

    # ---- the net taken apart

    def _show_parts(self) -> None:
        """Show the parts that are wanted; computed off this thread when the net or the order is another."""
        state, order = self._state(), self.parts.order
        if state is None or self.parts.mode == NET:
            self._asked_parts = self._parts = None
            self._draw_parts()
            return
        asked = (state.theta, order)
        if self._asked_parts is not None and self._asked_parts[0] is asked[0] and self._asked_parts[1] == order:
            self._draw_parts()
            return
        self._asked_parts = asked
        g = smoothed(self._session.document.function)

        def receive(found: Parts) -> None:
            if self._asked_parts is asked:
                self._parts = found
                self._draw_parts()

        self._session.pictures.request("parts", lambda: parts(state.network, state.theta, g, order), receive)

    def _draw_parts(self) -> None:
        found, state = self._parts, self._state()
        width = state.network.hidden[0].width if state is not None else None
        if found is None or width != len(found.units):
            self.parts.show_units(width)
            self.plot.show_parts(None)
            return
        self.parts.show_units(width, error_text(float(found.rms[self.parts.count])) if self.parts.mode == SUMS else "")
        self.plot.show_parts(found, self.parts.mode, self.parts.count)

    def _state(self) -> WidthState | None:
        return state_of(self._session, self._session.document.view.width)

    def _open_in_lab(self) -> None:
        state = self._state()
        if state is None:
            return
        seed = state.seed
        if edit(self._session, "Open in Lab", lambda d: open_net(d, state.network, state.theta, seed)):
            self._session.look(workspace="lab")


class _Legend(QWidget):
    """What the stems on the axis mean."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words: tuple[str, str] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_words(self, words: tuple[str, str] | None) -> None:
        """The words for up and down; None: nothing to explain."""
        if words != self._words:
            self._words = words
            self.setAccessibleName(", ".join(words) if words else "")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Marks and words in a row."""
        if self._words is None:
            return QSize(0, 0)
        metrics = QFontMetricsF(self._theme.font("note"))
        words = sum(metrics.horizontalAdvance(word) for word in self._words)
        return QSize(round(words + self._theme.px(46)), round(self._theme.px(20)))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint a stem up and a stem down, each with its word."""
        if self._words is None:
            return
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("note"))
        metrics = painter.fontMetrics()
        middle, half, r = self.height() / 2, theme.px(7), theme.px(3.6)
        x = theme.px(6)
        for word, token, up in zip(self._words, ("pos", "neg"), (True, False), strict=True):
            color = theme.color(token)
            painter.setPen(QPen(color, theme.px(2)))
            painter.drawLine(QPointF(x, middle - half + (r if up else 0)), QPointF(x, middle + half - (0 if up else r)))
            painter.setPen(QPen(color, 0))
            painter.setBrush(color)
            if up:
                painter.drawEllipse(QPointF(x, middle - half + r), r, r)
            else:
                tip = QPointF(x, middle + half)
                painter.drawPolygon(QPolygonF([tip, tip + QPointF(-r, -1.6 * r), tip + QPointF(r, -1.6 * r)]))
            painter.setPen(theme.color("ink2"))
            x += theme.px(10)
            painter.drawText(QPointF(x, middle + metrics.ascent() / 2 - 1.5), word)
            x += metrics.horizontalAdvance(word) + theme.px(18)
