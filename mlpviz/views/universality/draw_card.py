"""The card in which g is drawn and a net laid over it."""

from __future__ import annotations

import numpy as np
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mlpviz.data.strokes import PRESETS, SAMPLES, Drawn, jump, preset, smoothed, with_smooth
from mlpviz.document import edits
from mlpviz.nn.layout import Array, frozen
from mlpviz.pictures.universality import Fit, fit
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import Combo, NumberBox, key_label
from mlpviz.views.kit.numbers import percent, small_text
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.function_plot import ErrorPlot, FunctionPlot
from mlpviz.views.universality.state import WidthState, state_of

STROKE = "stroke"


class DrawCard(Card):
    """Tools, the numbers of the chosen width, the drawing surface, the error."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Draw g", theme, parent, subtitle="and the 2-layer net of width W laid over it")
        self._session = session
        self._shown: tuple[object, object, bool] | None = None
        self.plot = FunctionPlot(theme)
        self.error = ErrorPlot(theme, self.plot)
        self._build_tools()
        self._build_numbers()
        self.body.addWidget(self.plot, 5)
        self.body.addWidget(self.error, 2)
        self.plot.stroked.connect(self._stroked)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        self._document_changed(frozenset({"function"}))

    # ---- parts

    def _build_tools(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        label = key_label("preset")
        self.presets = Combo("Preset", "Ready functions to start from or to compare.", label)
        self.presets.set_items(
            [("", "drawn", "What was drawn by hand."), *((key, p.name, p.name) for key, p in PRESETS.items())]
        )
        self.presets.chosen.connect(self._choose)
        smooth_label = key_label("smooth σ")
        self.smooth = NumberBox(
            "Smoothing",
            "σ of the Gaussian that smooths the stroke, in samples of 1/511; 0 is none.",
            0.0,
            64.0,
            step=1.0,
        )
        smooth_label.setBuddy(self.smooth)
        self.smooth.setFixedWidth(56)
        self.smooth.valueChanged.connect(self._set_smooth)
        clear = QPushButton("Clear")
        clear.setObjectName("small")
        clear.setAccessibleName("Clear function")
        clear.setToolTip("g = 0 everywhere: an empty board.")
        clear.clicked.connect(self._clear)
        self._jump = QLabel()
        self._jump.setObjectName("sub")
        self._jump.setToolTip(
            "Neighbouring samples differ by more than 10 % of the range: no continuous net follows that exactly."
        )
        for widget in (label, self.presets, smooth_label, self.smooth, clear, self._jump):
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addLayout(row)

    def _build_numbers(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(28)
        self.numbers: dict[str, QLabel] = {}
        for key, word, tip in (
            ("width", "W", "How many hidden units the net shown has."),
            ("sup", "largest error", "The largest distance between ĝ and g over [0, 1], in units of g."),
            ("share", "of the range", "The largest error as a share of the range of g."),
            ("rms", "RMS", "The root-mean-square error over the 512 samples, in units of g."),
        ):
            column = QVBoxLayout()
            column.setSpacing(0)
            name, value = QLabel(word), QLabel("–")
            name.setObjectName("sub")
            value.setObjectName("big")
            value.setAccessibleName(f"{word} of the shown net" if key != "width" else "Width of the shown net")
            for widget in (name, value):
                widget.setToolTip(tip)
                column.addWidget(widget)
            value.setMinimumWidth(96 if key != "width" else 52)
            self.numbers[key] = value
            row.addLayout(column)
        row.addStretch(1)
        self.stale = QLabel("stale: g or the settings changed — sweep again")
        self.stale.setObjectName("sub")
        row.addWidget(self.stale)
        self.body.addLayout(row)

    # ---- intents

    def _stroked(self, drawn: Drawn, finished: bool) -> None:
        self._session.edit("Draw function", lambda d: edits.set_function(d, drawn), merge=STROKE)
        if finished:
            self._session.finish_merge()
            self.plot.show_function(self._session.document.function)

    def _choose(self, key: str) -> None:
        if key:
            self._session.edit(f"Function {PRESETS[key].name}", lambda d: edits.set_function(d, preset(key)))

    def _set_smooth(self, sigma: float) -> None:
        self._session.edit(
            "Smooth function", lambda d: edits.set_function(d, with_smooth(d.function, sigma)), merge="smooth"
        )

    def _clear(self) -> None:
        empty = Drawn(frozen(np.zeros(SAMPLES)), 2.0, "drawn")
        self._session.edit("Clear function", lambda d: edits.set_function(d, empty))

    # ---- showing

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "function" in changed:
            drawn = self._session.document.function
            self.plot.show_function(drawn)
            self.presets.choose(drawn.source if drawn.source in PRESETS else "")
            self.smooth.show_value(drawn.smooth)
            share = jump(drawn)
            self._jump.setText(f"jump of {percent(share)} of the range" if share > 0.1 else "")
        if changed & {"function", "sweep", "results", "view"}:
            self._shown = None
            self.refresh()

    def refresh(self) -> None:
        """Show the newest net of the chosen width."""
        if not self.isVisible():
            return
        width = self._session.document.view.width
        state, stale = state_of(self._session, width), self._session.sweeping.stale
        self.stale.setVisible(stale and state is not None)
        key = (state.theta if state else None, width, stale)
        if self._shown is not None and self._shown[0] is key[0] and self._shown[1:] == key[1:]:
            return
        self._shown = key
        if state is None:
            self._show(None, width, stale)
            return
        g = smoothed(self._session.document.function)
        self._session.pictures.request(
            "fit", lambda: self._compute(state, g), lambda found: self._show(found, width, stale)
        )

    @staticmethod
    def _compute(state: WidthState, g: Array) -> Fit:
        return fit(state.network, state.theta, g)

    def _show(self, found: Fit | None, width: int, stale: bool) -> None:
        if width != self._session.document.view.width:
            return
        self.plot.show_fit(found, width, stale)
        self.error.show_fit(found, stale)
        self.numbers["width"].setText(str(width))
        self.numbers["sup"].setText(small_text(found.sup, 3) if found else "–")
        self.numbers["rms"].setText(small_text(found.rms, 3) if found else "–")
        self.numbers["share"].setText(percent(found.share) if found and np.isfinite(found.share) else "–")
