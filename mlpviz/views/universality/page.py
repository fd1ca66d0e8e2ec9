"""The Universality workspace."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from mlpviz.session import Session
from mlpviz.views.kit.theme import GAP, Theme
from mlpviz.views.universality.draw_card import DrawCard
from mlpviz.views.universality.error_card import ErrorCard
from mlpviz.views.universality.sweep_tools import SweepTools
from mlpviz.views.universality.width_tile import FOOT
from mlpviz.views.universality.widths_card import WidthsCard


class UniversalityPage(QFrame):
    """Draw g at the left, error against width at the right, the widths below; sizes follow the window until moved.

    Signals:
        import_requested(): g shall come from a file.
    """

    import_requested = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._moved = False
        self.draw = DrawCard(session, theme)
        self.draw.tools.import_requested.connect(self.import_requested)
        self.error = ErrorCard(session, theme)
        self.widths = WidthsCard(session, theme)
        self._tools = SweepTools(session, theme)
        self._upper = self._splitter(Qt.Orientation.Horizontal, self.draw, self.error)
        self._whole = self._splitter(Qt.Orientation.Vertical, self._upper, self.widths)
        scroll = QScrollArea()  # only a window too small for the smallest pictures scrolls
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        theme.changed.connect(self._arrange)

    def _splitter(self, orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
        splitter = QSplitter(orientation)
        splitter.setHandleWidth(GAP)
        splitter.setChildrenCollapsible(False)
        for widget in widgets:
            splitter.addWidget(widget)
        splitter.splitterMoved.connect(self._by_hand)
        return splitter

    def toolbar_widget(self) -> QWidget:
        """What stands in the window's toolbar while this page is shown."""
        return self._tools

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

    # ---- sizes

    def _by_hand(self) -> None:
        self._moved = True

    def _arrange(self) -> None:
        if self._moved:
            return
        px, width, height = self._theme.px, self.width() - GAP, self.height() - GAP
        left = round(0.63 * width)
        for card, room in ((self.draw, left), (self.error, width - left), (self.widths, width)):
            card.set_room(room)
        self._upper.setSizes([left, width - left])
        # Tiles of three to four, their numbers, the slider and the title line; at most a third of the page.
        tile = (width - 2 * px(12)) / max(1, len(self.widths.tiles)) - GAP
        wanted = 0.76 * tile + px(FOOT) + px(28 + 24 + 12 + 16)
        low = round(min(wanted, 0.34 * height))
        self._whole.setSizes([height - low, low])

    def reset_layout(self) -> None:
        """Back to the sizes that follow the window."""
        self._moved = False
        self._arrange()

    def sizes(self) -> list[list[int]]:
        """The splitters' sizes, to be remembered; [] while they follow the window."""
        return [splitter.sizes() for splitter in (self._whole, self._upper)] if self._moved else []

    def restore_sizes(self, sizes: list[list[int]]) -> None:
        """Take remembered sizes up again."""
        splitters = (self._whole, self._upper)
        if len(sizes) == len(splitters):
            for splitter, parts in zip(splitters, sizes, strict=True):
                splitter.setSizes(parts)
            self._moved = True

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share out the new room."""
        super().resizeEvent(event)
        self._arrange()
