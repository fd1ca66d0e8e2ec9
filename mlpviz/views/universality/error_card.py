"""The card that shows the error against the width."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QHBoxLayout, QWidget

from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.labels import ElidedLabel
from mlpviz.views.kit.pace import Pace
from mlpviz.views.kit.segments import Segments
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.chart_data import METHODS, ChartSource
from mlpviz.views.universality.chart_source import chart_of, source_of
from mlpviz.views.universality.methods_box import MethodsBox
from mlpviz.views.universality.tolerance import sentence, told
from mlpviz.views.universality.tolerance_bar import USUAL, ToleranceBar
from mlpviz.views.universality.width_chart import WidthChart

MEASURES = (
    ("sup", r"\sup|\hat{g}_W - g|", "largest error", "Show the largest error of every net over all of [0, 1]."),
    ("rms", r"\|\hat{g}_W - g\|_{2}", "RMS error", "Show the root-mean-square error of every net over the samples."),
)


class ErrorCard(Card):
    """Error of every net against its width, what limits it, and the tolerance.

    `source` says what there is to be drawn; without it what the session has.
    """

    def __init__(
        self,
        session: Session,
        theme: Theme,
        parent: QWidget | None = None,
        source: Callable[[], ChartSource] | None = None,
    ) -> None:
        super().__init__("Error against width", theme, parent, symbol=MEASURES[0][1])
        self._session = session
        self._source = source or (lambda: source_of(session))
        self._methods = frozenset(METHODS)
        self._formula = True
        self.measure = Segments("Error measure", small=True)
        for key, _, name, tip in MEASURES:
            self.measure.add("RMS" if key == "rms" else key, tip, name)
        self.unit = Segments("Error unit", small=True)
        self.unit.add("absolute", "Errors in units of g.", short="abs.")
        self.unit.add("of range", "Errors as shares of g's range, from its lowest to its highest value.", short="%")
        for segments in (self.measure, self.unit):
            segments.chosen.connect(self._switched)
            self.header.addWidget(segments)
        self.readout = ElidedLabel("")
        self.readout.setObjectName("sub")
        self.methods = MethodsBox(theme)
        self.methods.changed.connect(self._show_methods)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.readout, 1)
        line.addWidget(self.methods)
        self.chart = WidthChart(theme)
        self.chart.show_tolerance(USUAL)
        self.chart.chosen.connect(lambda width, method, seed: session.look(width=width, method=method, net_seed=seed))
        self.chart.pointed.connect(self.readout.set_texts)
        self.chart.tolerance_moved.connect(self._tolerate)
        self.tolerance = ToleranceBar(theme)
        self.tolerance.moved.connect(self._tolerate)
        self.body.addLayout(line)
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(self.tolerance)
        session.document_changed.connect(self._document_changed)
        self.pace = Pace(self.refresh, self)
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        session.deriving.changed.connect(self.pace.refresh)
        self.refresh()

    def set_room(self, width: int) -> None:
        """Prepare for a width in pixels: where it is short the formula in the title gives way."""
        self._formula = width >= self.theme.px(400)
        self.unit.fit(self.theme.px(150 if width >= self.theme.px(450) else 0), self.theme)
        self._show_symbol()

    def _show_symbol(self) -> None:
        self.set_symbol(MEASURES[self.measure.bar.currentIndex()][1] if self._formula else "")

    def _switched(self) -> None:
        self._show_symbol()
        self.refresh()

    def _show_methods(self, methods: frozenset[str]) -> None:
        self._methods = methods
        self.tolerance.sentence.relax()
        self.refresh()

    def _tolerate(self, share: float) -> None:
        self.chart.show_tolerance(share)
        self.tolerance.show_share(share)
        self._say(self._source())

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"function", "sweep", "results", "view"}:
            self.pace.refresh()

    def refresh(self) -> None:
        """Draw what there is."""
        if not self.isVisible():
            return
        source = self._source()
        self.methods.show_methods(self._methods)
        relative = self.unit.bar.currentIndex() == 1
        self.chart.show_chart(chart_of(source, self._measure(), relative, self._methods))
        self._say(source)

    def _measure(self) -> str:
        return MEASURES[self.measure.bar.currentIndex()][0]

    def _say(self, source: ChartSource) -> None:
        share, shown = self.chart.tolerance, self.methods.shown()
        if share is not None:
            measure = self._measure()
            self.tolerance.say(sentence(source, share, measure, shown), told(source, share, measure))
