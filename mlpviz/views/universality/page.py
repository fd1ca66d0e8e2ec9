"""The Universality workspace for one input."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PyQt6.QtWidgets import QWidget

from mlpviz.session import Session
from mlpviz.views.kit.theme import GAP, Theme
from mlpviz.views.universality.arranged import ArrangedPage
from mlpviz.views.universality.draw_card import DrawCard
from mlpviz.views.universality.error_card import ErrorCard
from mlpviz.views.universality.sweep_tools import SweepTools
from mlpviz.views.universality.width_tile import FOOT
from mlpviz.views.universality.widths_card import WidthsCard


class UniversalityPage(ArrangedPage):
    """Draw g at the left, error against width at the right, the widths below.

    Signals:
        import_requested(): g shall come from a file.
    """

    import_requested = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        self._session = session
        self.draw = DrawCard(session, theme)
        self.error = ErrorCard(session, theme)
        self.widths = WidthsCard(session, theme)
        for card in (self.error, self.widths):
            card.pace.busy = lambda: self.draw.plot.hand.busy
        self._tools = SweepTools(session, theme)
        super().__init__(theme, self.draw, self.error, self.widths, parent)
        self.draw.tools.import_requested.connect(self.import_requested)

    def toolbar_widget(self) -> QWidget:
        """What stands in the window's toolbar while this page is shown."""
        return self._tools

    def tiles_height(self, width: int) -> float:
        """Tiles of three to four, their numbers, the slider and the title line."""
        px = self._theme.px
        tile = (width - 2 * px(12)) / max(1, len(self.widths.tiles)) - GAP
        return float(0.76 * tile + px(FOOT) + px(28 + 24 + 12 + 16))

    def showEvent(self, event: QShowEvent | None) -> None:
        """A page that comes into sight shows the newest nets."""
        super().showEvent(event)
        self._session.deriving.watch(True)
        self.draw.refresh()
        self.widths.refresh()
        self.error.refresh()

    def hideEvent(self, a0: QHideEvent | None) -> None:
        """Out of sight nothing needs to follow the drawing."""
        super().hideEvent(a0)
        self._session.deriving.watch(False)

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """Space sweeps or pauses, where the control in focus did not use it."""
        if a0 is not None and a0.key() == Qt.Key.Key_Space and not a0.isAutoRepeat() and not a0.modifiers():
            self._tools.toggle()
        else:
            super().keyPressEvent(a0)
