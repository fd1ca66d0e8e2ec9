"""The card that shows the error against the width."""

from __future__ import annotations

import numpy as np
from PyQt6.QtWidgets import QWidget

from mlpviz.data.strokes import smoothed
from mlpviz.document.document import METHODS, SweepPoint
from mlpviz.session import Session
from mlpviz.views.kit.activation_combo import shortened
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import epoch_text
from mlpviz.views.kit.segments import Segments
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.overlay import error_text
from mlpviz.views.universality.state import shown_points, shown_spec
from mlpviz.views.universality.width_chart import Mark, Series, WidthChart

MEASURES = (("largest", r"\sup|\hat{g}_W - g|", "largest error"), ("RMS", r"\|\hat{g}_W - g\|_{2}", "RMS error"))


class ErrorCard(Card):
    """Largest or RMS error of every net of the sweep."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Error against width", theme, parent, symbol=MEASURES[0][1])
        self._session = session
        self._formula = True
        self.measure = Segments("Error measure", small=True)
        for word, _, tip in MEASURES:
            self.measure.add(word, f"Show the {tip} of every net.")
        self.measure.chosen.connect(self._switched)
        self.header.addWidget(self.measure)
        self.chart = WidthChart(theme)
        self.chart.chosen.connect(lambda width: session.look(width=width))
        self.body.addWidget(self.chart, 1)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        self.refresh()

    def set_room(self, width: int) -> None:
        """Prepare for a width in pixels: where it is short the formula in the title gives way."""
        self._formula = width >= self.theme.px(330)
        self._show_symbol()

    def _show_symbol(self) -> None:
        self.set_symbol(MEASURES[self.measure.bar.currentIndex()][1] if self._formula else "")

    def _switched(self) -> None:
        self._show_symbol()
        self.refresh()

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"function", "sweep", "results", "view"}:
            self.refresh()

    def refresh(self) -> None:
        """Draw what the session has."""
        document, results = self._session.document, self._session.results
        spec = shown_spec(self._session)
        method = spec.methods[0] if spec.methods else ""
        g = smoothed(results.function if results is not None else document.function)
        rms = self.measure.bar.currentIndex() == 1
        series = Series(
            marks=marks(self._session, rms),
            label=f"{METHODS.get(method, method)},\n{shortened(spec.activation)}".replace(
                "gradient descent", "gradient\ndescent"
            ),
            dashed=method == "gd",
            measure=MEASURES[rms][2],
            span=float(np.ptp(g)),
            stale=self._session.sweeping.stale,
        )
        key = (id(results.function) if results is not None else None, spec.activation, method, rms)
        self.chart.show_series(series, document.sweep.widths, document.view.width, key)


def marks(session: Session, rms: bool) -> tuple[Mark, ...]:
    """The finished nets, narrow ones first; an error of 0 has no place on a logarithmic axis."""
    found = []
    for width, point in shown_points(session).items():
        error = point.rms if rms else point.sup
        if error > 0:
            found.append(Mark(width, error, point_words(point)))
    return tuple(found)


def point_words(point: SweepPoint) -> str:
    """A finished net in words."""
    unit = "unit" if point.width == 1 else "units"
    return (
        f"{epoch_text(point.width)} {shortened(point.activation)} {unit}, {METHODS[point.method]}\n"
        f"largest error {error_text(point.sup)}, RMS {error_text(point.rms)}\n"
        f"trained for {point.seconds:.1f} s; click to see it"
    )
