"""The card that shows the errors of nets of two inputs against their width."""

from __future__ import annotations

import numpy as np
from PyQt6.QtWidgets import QWidget

from mlpviz.experiments.planed import PLANE_WIDTHS, Planed, PlaneNet
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.labels import ElidedLabel
from mlpviz.views.kit.numbers import error_text, measured_percent
from mlpviz.views.kit.segments import Segments
from mlpviz.views.kit.theme import Theme
from mlpviz.views.plane.numbers import NO_LIMIT, NO_LIMIT_TIP
from mlpviz.views.universality.chart_data import Chart, Mark, Series, Style
from mlpviz.views.universality.chart_source import FIRST_WORDS
from mlpviz.views.universality.width_chart import WidthChart

MEASURES = {
    "rms": ("RMS error", "RMS,\ngreedy, then\ntrained", "RMS", Style("accent", 2.8, mark="disc")),
    "sup": ("largest error", "largest\nerror", "largest", Style("con", 1.6, (5.0, 3.0), mark="square", bold=False)),
}
TIP = (
    "Each mark is a net: click one to see it large. ← → go along a curve, ↑ ↓ to the other one.\n"
    "Training makes the RMS small: it never grows with the width. The largest error may."
)


class PlaneChartCard(Card):
    """RMS and largest error against the width, both axes logarithmic."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Error against width", theme, parent)
        self._session = session
        self._chosen = "rms"
        self.unit = Segments("Error unit of two inputs", small=True)
        self.unit.add("absolute", "Errors in units of g.", "absolute, two inputs", short="abs.")
        tip = "Errors as shares of g's range, from its lowest to its highest value."
        self.unit.add("of range", tip, "of range, two inputs", short="%")
        self.unit.chosen.connect(self.refresh)
        self.header.addWidget(self.unit)
        self.readout = ElidedLabel("")
        self.readout.setObjectName("sub")
        self.chart = WidthChart(theme)
        self.chart.setAccessibleName("Error against width for two inputs")
        self.chart.setToolTip(TIP)
        self.chart.chosen.connect(self._choose)
        self.chart.pointed.connect(self.readout.setText)
        self.words = ElidedLabel(f"{NO_LIMIT[0].upper()}{NO_LIMIT[1:]}.")
        self.words.setObjectName("sub")
        self.words.setToolTip(NO_LIMIT_TIP)
        self.body.addWidget(self.readout)
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(self.words)
        session.document_changed.connect(self._document_changed)
        session.planing.changed.connect(self.refresh)

    def set_room(self, width: int) -> None:
        """Prepare for a width in pixels."""
        self.unit.fit(self.theme.px(150 if width >= self.theme.px(360) else 0), self.theme)

    def _choose(self, width: int, method: str, _seed: int) -> None:
        self._chosen = method or self._chosen
        self._session.look(plane_width=width)
        self.refresh()

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"painted", "sweep", "view"}:
            self.refresh()

    def refresh(self) -> None:
        """Draw what there is."""
        if self.isVisible():
            planing = self._session.planing
            chosen = (self._session.document.view.plane_width, self._chosen, 0)
            relative = self.unit.bar.currentIndex() == 1
            self.chart.show_chart(chart_of(planing.current, chosen, relative, planing.lagging))


def chart_of(known: Planed | None, chosen: tuple[int, str, int], relative: bool, stale: bool) -> Chart:
    """What is known of a g as curves: RMS and largest error of every net.

    Args:
        chosen: width, measure and 0 of the net shown large. relative: errors as shares of the range of g.
    """
    widths = tuple(sorted({*PLANE_WIDTHS, chosen[0]}))
    if known is None or not known.nets:
        return Chart(widths=widths, measure="error", chosen=chosen, settled=False)
    span = float(np.ptp(known.painted.samples))
    unit = span if relative and span > 0 else 1.0
    series = [
        Series(
            key,
            *words,
            tuple(_mark(net, key, unit, span, net.width == known.first) for net in known.nets),
            stale,
            not known.complete,
        )
        for key, words in MEASURES.items()
    ]
    return Chart(
        widths=widths,
        span=span / unit,
        series=tuple(series),
        measure="error",
        relative=unit != 1.0,
        chosen=chosen,
        settled=known.complete,
    )


def _mark(net: PlaneNet, measure: str, unit: float, span: float, first: bool) -> Mark:
    error = net.rms if measure == "rms" else net.sup
    share = f" ({measured_percent(net.rms / span)} of the range)" if span > 0 else ""
    units = "1 unit" if net.width == 1 else f"{net.width} units"
    words = (
        f"{units}, greedy ridge functions, then trained\n"
        f"RMS {error_text(net.rms)}{share}, largest error {error_text(net.sup)}\n"
        f"made in {net.seconds:.1f} s; click to see it"
    )
    if first:
        words += f"\n{FIRST_WORDS}"
    return Mark(net.width, error / unit, error / unit, error / unit, words, first=first)
