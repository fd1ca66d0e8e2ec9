"""The card in which g is drawn and a net laid over it."""

from __future__ import annotations

from operator import is_

from PyQt6.QtCore import QPointF, QSize
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.data.strokes import Drawn, kept_jumps, smoothed
from mlpviz.document.document import METHODS
from mlpviz.document.opening import open_net
from mlpviz.pictures.parts import Parts, parts
from mlpviz.session import Session
from mlpviz.universality.kinked import BOUNDED
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.draw_tools import DrawTools
from mlpviz.views.universality.edit import edit
from mlpviz.views.universality.fit import Fit, fit, summed
from mlpviz.views.universality.function_plot import FunctionPlot
from mlpviz.views.universality.inputs_switch import InputsSwitch
from mlpviz.views.universality.method_words import method_row
from mlpviz.views.universality.numbers_strip import NumbersStrip
from mlpviz.views.universality.overlay import LAGGING, STALE
from mlpviz.views.universality.parts_bar import PartsBar
from mlpviz.views.universality.parts_items import NET, SUMS
from mlpviz.views.universality.residual_plot import ResidualPlot
from mlpviz.views.universality.state import WidthState, absence, shown_kind, state_beside, state_of

WIDEST = "−0.0·10⁻⁰⁰"  # label of the left axes: a small error's
SUBTITLES = ("and the 2-layer net of width W laid over it", "and the net of width W", "")
LEGENDS = {"kinked": ("unit bends up", "bends down"), "squashing": ("unit rises", "falls")}


class DrawCard(Card):
    """Tools, the numbers of the chosen width, the drawing surface, the error."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Draw g", theme, parent)
        self.set_subtitle(*SUBTITLES)
        self._session = session
        self._shown: tuple[object, ...] | None = None
        self._found: Fit | None = None
        self._stale = False
        self._parts: Parts | None = None
        self._asked_parts: tuple[object, ...] | None = None
        self.legend = _Legend(theme)
        self.header.addWidget(self.legend)
        self.plot = FunctionPlot(theme)
        self.tools = DrawTools(session, theme, self.plot)
        self.tools.add_shortcuts(self)
        self.header.addWidget(self.tools.corner)
        self.error = ResidualPlot(theme, self.plot)
        self.numbers = NumbersStrip(theme)
        self.body.addWidget(self.tools)
        self.parts = PartsBar(theme)
        self.parts.changed.connect(self._show_parts)
        self.parts.lab_asked.connect(self._open_in_lab)
        self.switch = InputsSwitch(session, self, "Inputs of g")
        self.parts.beside.chosen.connect(self._compare)
        self.body.addWidget(self.numbers)
        self.body.addWidget(self.parts)
        self.body.addWidget(self.plot, 10)
        self.body.addWidget(self.error, 5)
        for plot in (self.plot, self.error):
            plot.reserve(WIDEST)
        theme.changed.connect(self._fit_theme)
        self._fit_theme()
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        session.deriving.changed.connect(self.refresh)

    def _fit_theme(self) -> None:
        self.plot.setMinimumHeight(round(self.theme.px(96)))
        self.error.setMinimumHeight(round(self.theme.px(88)))

    def set_room(self, width: int) -> None:
        """Prepare for a width in pixels."""
        self.tools.set_room(width)

    # ---- showing

    def _document_changed(self, changed: frozenset[str]) -> None:
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
        known = self._session.deriving.current
        beside = state_beside(self._session)
        nets = state.theta if state else None, beside.theta if beside else None
        told = (known.limit(width), state is not None and state.first) if known else None
        absent = absence(self._session, width)[1] if state is None else ""
        shown = (*nets, width, stale, told, absent)
        if self._shown is not None and all(map(is_, self._shown[:2], nets)) and self._shown[2:] == shown[2:]:
            return
        self._shown = shown
        self._show_beside()
        if state is None:
            self._show(None, width, stale)
            return
        function = self._measured(state)
        g, kept = smoothed(function), kept_jumps(function)

        def compute(state: WidthState = state) -> Fit:
            return fit(state.network, state.theta, g, kept)

        self._session.pictures.request("fit", compute, lambda found: self._show(found, width, stale))

    def _measured(self, state: WidthState) -> Drawn:
        """For which g the numbers of a net are told.

        While built nets follow a stroke they are a moment behind it; so is the limit, and all numbers belong together.
        """
        return self._session.document.function if state.method in METHODS else state.function

    def _show(self, found: Fit | None, width: int, stale: bool) -> None:
        current = self._shown
        if current is None or width != current[2] or (found is None) != (current[0] is None):
            return  # asked for before another width was chosen
        trained = shown_kind(self._session)[0] in METHODS
        self._found, self._stale = found, stale
        state = self._state()
        first = state is not None and state.first
        self.plot.show_fit(found, stale, STALE if trained else LAGGING, first=first)
        self.legend.set_words(LEGENDS.get(found.style) if found is not None else None)
        self._show_parts()

    def _show_beside(self) -> None:
        """Lay the net of another method over the one shown."""
        state, session = state_beside(self._session), self._session
        self.parts.show_beside(session.document.view.beside, session.document.sweep.activation)
        if state is None or self.parts.mode != NET:
            self.plot.show_beside(None)
            return
        g, row = smoothed(session.document.function), method_row(state.method, session.document.sweep.activation)

        def receive(found: Fit) -> None:
            now = state_beside(session)
            if now is not None and now.theta is state.theta and self.parts.mode == NET:
                word = f"{row.short}, stale" if now.stale and now.method in METHODS else row.short
                self.plot.show_beside(found, word, row.style.token)

        session.pictures.request("beside", lambda: fit(state.network, state.theta, g), receive)

    def _compare(self, method: str) -> None:
        """Lay the net of another method over it; where there is none of this width, say so."""
        session = self._session
        session.look(beside=method)
        if method and method != shown_kind(session)[0] and state_beside(session) is None:
            word = method_row(method, session.document.sweep.activation).word
            session.noted.emit(
                f"{word[0].upper()}{word[1:]}: {absence(session, session.document.view.width, method)[1]}."
            )

    # ---- the net taken apart

    def _show_parts(self) -> None:
        """Show the parts that are wanted; computed off this thread when the net or the order is another."""
        self._show_beside()
        state, order = self._state(), self.parts.order
        if state is None or self.parts.mode == NET:
            self._asked_parts = self._parts = None
            self._draw_parts()
            return
        asked = (state.theta, self._measured(state), order)
        before = self._asked_parts
        if before is not None and all(map(is_, before[:2], asked[:2])) and before[2] == order:
            self._draw_parts()
            return
        self._asked_parts = asked
        g = smoothed(asked[1])

        def receive(found: Parts) -> None:
            if self._asked_parts is asked:
                self._parts = found
                self._draw_parts()

        self._session.pictures.request("parts", lambda: parts(state.network, state.theta, g, order), receive)

    def _draw_parts(self) -> None:
        """Draw the parts, or none, and beneath the error of what is summed up."""
        found, state, whole, mode = self._parts, self._state(), self._found, self.parts.mode
        width = state.network.hidden[0].width if state is not None else None
        absent = "" if whole is not None else absence(self._session, self._session.document.view.width)[1]
        if state is None or found is None or width != len(found.units):
            self.parts.show_units(width)
            self.plot.show_parts(None)
            self.error.show_fit(whole, self._stale, absent)
            self._show_numbers(whole, self._session.document.view.width)
            return
        self.parts.show_units(width, found.rms if mode == SUMS else None)
        count, part = self.parts.count, None
        if mode == SUMS and whole is not None and count < width:
            function = self._measured(state)
            part = summed(whole, found, count, smoothed(function), kept_jumps(function))
        self.plot.show_parts(found, mode, count, part)
        self.error.show_fit(part or whole, self._stale, absent, part_of=width if part is not None else None)
        # The sum of a few units is a net of so many.
        self._show_numbers(part or whole, width if part is None else count)

    def _show_numbers(self, found: Fit | None, width: int) -> None:
        state, known = self._state(), self._session.deriving.current
        limit = known.limit(width) if known is not None else None
        own = state is not None and state.network.hidden[0].activation in BOUNDED
        jumps = known is not None and known.jump_floor > 0 and limit == known.jump_floor
        whose = "jump's" if jumps else "own" if own else "others'"
        self.numbers.show_fit(found, width, self._stale, limit, whose)

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
