"""The Network card: a title line that says which network it is, and the diagram."""

from __future__ import annotations

from PyQt6.QtGui import QFontMetricsF, QResizeEvent
from PyQt6.QtWidgets import QWidget

from mlpviz.nn.spec import Network
from mlpviz.pictures.symbols import shape
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.theme import PAD, Theme
from mlpviz.views.lab.diagram_header import DepthControls
from mlpviz.views.lab.diagram_legend import Legend
from mlpviz.views.lab.diagram_view import NetworkDiagram

GAPS = "hatched: infinite"


def title_words(network: Network) -> str:
    """ "2–6–4–2–1 · 59 parameters"; the middle of a deep network is left out."""
    words = shape(network)
    if len(words) > 22:
        ends = network.sizes
        words = f"{ends[0]}–{ends[1]}–…–{ends[-2]}–{ends[-1]}"
    return f"{words}  ·  {network.size:,} parameters"


class DiagramCard(Card):
    """The card.

    Attributes:
        diagram: the painted network; depth_controls: [−] 3 [+]; legend: what its colours mean.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Network", theme, parent)
        self._session = session
        self.diagram = NetworkDiagram(session, theme, self)
        self.depth_controls = DepthControls(session, theme, self)
        self.legend = Legend(theme, self)
        # The depth belongs to the words beside it; the card's own stretch keeps the legend at the right.
        self.header.insertWidget(self.header.count() - 1, self.depth_controls)
        self.header.addWidget(self.legend)
        self.body.addWidget(self.diagram, 1)
        self.setAccessibleName("Network")
        self._gaps = False
        self.diagram.levels_changed.connect(self._levels_changed)
        self.diagram.gaps_changed.connect(self._gaps_changed)
        session.document_changed.connect(self._document_changed)
        theme.changed.connect(self._fit_legend)
        self._show_network()

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"network", "data"}:
            self._show_network()

    def _show_network(self) -> None:
        network = self._session.document.network
        told, words = GAPS if self._gaps else "", title_words(network)
        self.set_subtitle(f"{words.split('  ·  ')[0]}  ·  {told}" if told else words)
        self.setAccessibleDescription(f"{shape(network)}, {network.size:,} parameters{', ' + told if told else ''}")
        self.depth_controls.show_depth(len(network.hidden))
        self._fit_legend()

    def _levels_changed(self, levels: dict[int, float]) -> None:
        self.legend.show_levels(self._session.document.network, levels)
        self._fit_legend()

    def _gaps_changed(self, gaps: bool) -> None:
        self._gaps = gaps
        self._show_network()

    def _fit_legend(self) -> None:
        words = QFontMetricsF(self.theme.font("body", bold=True)).horizontalAdvance(self.title())
        words += QFontMetricsF(self.theme.font("note")).horizontalAdvance(self.subtitle())
        used = words + self.depth_controls.sizeHint().width() + 5 * self.header.spacing() + 2 * PAD
        self.legend.fit(self.width() - used - 8)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The legend gives way where the title line is short."""
        super().resizeEvent(event)
        self._fit_legend()
