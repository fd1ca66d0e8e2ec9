"""The Universality workspace for two inputs."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from mlpviz.document import edits
from mlpviz.session import Session
from mlpviz.views.kit.activation_combo import ActivationCombo
from mlpviz.views.kit.controls import key_label
from mlpviz.views.kit.theme import Theme
from mlpviz.views.plane.chart_card import PlaneChartCard
from mlpviz.views.plane.paint_card import PaintCard
from mlpviz.views.plane.widths_card import FOOT, PlaneWidthsCard
from mlpviz.views.universality.arranged import ArrangedPage
from mlpviz.views.universality.edit import edit


class PlaneToolbar(QWidget):
    """The page's part of the toolbar: the activation."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        word = key_label("activation")
        tip = "The function f of the hidden units: the net is a sum of ridge functions a·f(u₁x₁ + u₂x₂ + c)."
        self.activation = ActivationCombo("Activation for two inputs", tip, word, theme)
        self.activation.chosen.connect(self._choose)
        row.addWidget(word)
        row.addWidget(self.activation)
        row.addStretch(1)
        session.document_changed.connect(lambda changed: self._show() if "sweep" in changed else None)
        theme.changed.connect(self._show)
        self._show()

    def _choose(self, key: str) -> None:
        name = "Change activation of the sweep"
        edit(self._session, name, lambda d: edits.set_sweep(d, activation=key))

    def _show(self) -> None:
        self.activation.setFixedWidth(round(self._theme.px(88)))
        self.activation.show_activation(self._session.document.sweep.activation)


class PlanePage(ArrangedPage):
    """Paint g at the left, errors against the width at the right, the widths below.

    Signals:
        picture_requested(): g shall come from a picture.
    """

    left_share = 0.68
    picture_requested = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        self._session = session
        self.paint = PaintCard(session, theme)
        self.error = PlaneChartCard(session, theme)
        self.widths = PlaneWidthsCard(session, theme)
        self._tools = PlaneToolbar(session, theme)
        super().__init__(theme, self.paint, self.error, self.widths, parent)
        self.paint.tools.picture_requested.connect(self.picture_requested)

    def toolbar_widget(self) -> QWidget:
        """What stands in the window's toolbar while this page is shown."""
        return self._tools

    def tiles_height(self, width: int) -> float:
        """The height of the lower card in which the tiles are square."""
        px = self._theme.px
        tile = (width - 2 * px(12)) / len(self.widths.tiles) - 8
        return float(tile + px(FOOT) + px(28 + 24 + 12 + 12))

    def showEvent(self, event: QShowEvent | None) -> None:
        """A page that comes into sight shows the newest nets."""
        super().showEvent(event)
        self._session.planing.watch(True)
        for card in (self.paint, self.error, self.widths):
            card.refresh()

    def hideEvent(self, a0: QHideEvent | None) -> None:
        """Out of sight nothing needs to follow the painting."""
        super().hideEvent(a0)
        self._session.planing.watch(False)
