"""The Lab: every card of it, in splitters whose sizes follow the window until the user moves them."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QRect, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from mlpviz.session import Session
from mlpviz.views.kit.theme import GAP, Theme
from mlpviz.views.lab.builder_panel import BuilderPanel
from mlpviz.views.lab.data_panel import DataPanel
from mlpviz.views.lab.diagram import DiagramCard
from mlpviz.views.lab.forward_table import ForwardTable
from mlpviz.views.lab.loss import LossCard
from mlpviz.views.lab.output import OutputCard
from mlpviz.views.lab.representation import RepresentationCard
from mlpviz.views.lab.tabs_card import TabsCard
from mlpviz.views.lab.training_panel import TrainingPanel
from mlpviz.views.lab.weights_table import WeightsTable

PANEL, SIDE, SIDE_WIDE = 238, 322, 560  # the left column; the right one at 1280 and from 1920 pixels
SCROLL_BAR = 12


class LabPage(QWidget):
    """Left Data and Training; in the middle the network over its representation and tables; right Output and Loss."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._moved = False
        self.data = DataPanel(session, theme)
        self.training = TrainingPanel(session, theme)
        self.diagram = DiagramCard(session, theme)
        self.representation = RepresentationCard(session, theme)
        self.tables = TabsCard(
            theme,
            [
                ("Layers", "The hidden layers as a list", lambda: BuilderPanel(session, theme)),
                ("Weights", "Every weight of a layer, to read and to type", lambda: WeightsTable(session, theme)),
                ("Forward table", "x, z, h, ỹ, ŷ of chosen rows", lambda: ForwardTable(session, theme)),
            ],
        )
        self.output = OutputCard(session, theme)
        self.loss = LossCard(session, theme)
        self._low = self._splitter(Qt.Orientation.Horizontal, self.representation, self.tables)
        self._middle = self._splitter(Qt.Orientation.Vertical, self.diagram, self._low)
        self._right = self._splitter(Qt.Orientation.Vertical, self.output, self.loss)
        self._main = self._splitter(Qt.Orientation.Horizontal, self._left(), self._middle, self._right)
        room = QWidget()
        room.setObjectName("clear")
        inside = QHBoxLayout(room)
        inside.setContentsMargins(GAP, 0, GAP, GAP)
        inside.addWidget(self._main)
        self._scroll = scroll = QScrollArea()  # only a window too small for the smallest pictures scrolls
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(room)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        theme.changed.connect(self._arrange)
        self._set_minimums()

    def _left(self) -> QWidget:
        column = QWidget()
        column.setObjectName("clear")
        stack = QVBoxLayout(column)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(GAP)
        stack.addWidget(self.data)
        stack.addWidget(self.training, 1)
        self.data.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._panels = QScrollArea()  # scrolls only where letters are large and the window is low
        self._panels.setWidgetResizable(True)
        self._panels.setFrameShape(QFrame.Shape.NoFrame)
        self._panels.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._panels.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._panels.setWidget(column)
        column.installEventFilter(self)
        return self._panels

    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        """Panels that need more height, or less, may need a scroll bar, or no more."""
        if a1 is not None and a1.type() == QEvent.Type.LayoutRequest:
            before = self._panels.width()
            self._set_minimums()
            if self._panels.width() != before:
                self._arrange()
        return False

    def _splitter(self, orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
        splitter = QSplitter(orientation)
        splitter.setHandleWidth(GAP)
        splitter.setChildrenCollapsible(False)
        for widget in widgets:
            splitter.addWidget(widget)
        splitter.splitterMoved.connect(self._by_hand)
        return splitter

    def _by_hand(self) -> None:
        self._moved = True

    # ---- sizes

    def _set_minimums(self) -> None:
        px = self._theme.px
        column = self._panels.widget()
        needed = column.minimumSizeHint().height() if column is not None else 0
        bar = SCROLL_BAR if needed > self.height() - GAP else 0
        self._panels.setFixedWidth(round(px(PANEL)) + bar)
        for widget, (width, height) in (
            (self.diagram, (330, 200)),
            (self.representation, (150, 160)),
            (self.tables, (204, 160)),
            (self.output, (222, 222)),
            (self.loss, (222, 130)),
        ):
            widget.setMinimumSize(round(px(width)), round(px(height)))

    def _arrange(self) -> None:
        self._set_minimums()
        if self._moved:
            return
        scale = self._theme.scale
        width, height = self.width() - 2 * GAP, self.height() - GAP
        across = self.width() / scale
        # 290 at 1024, 322 at 1280, 560 from 1920: pictures grow, panels do not.
        side = SIDE + (across - 1280) * ((SIDE_WIDE - SIDE) / 640 if across > 1280 else 1 / 8)
        right = round(min(max(side, 222), SIDE_WIDE) * scale)
        left = self._panels.width()
        middle = width - left - right - 2 * GAP
        self._main.setSizes([left, middle, right])
        top = min(round(0.60 * height), right + round(self._theme.px(76)))
        self._right.setSizes([top, height - GAP - top])
        upper = round(0.57 * height)
        self._middle.setSizes([upper, height - GAP - upper])
        lower = height - GAP - upper
        square = min(round(0.42 * middle), lower + round(self._theme.px(20)))
        picture = min(max(square, round(self._theme.px(236))), middle - GAP - self.tables.minimumWidth())
        self._low.setSizes([picture, middle - GAP - picture])

    def reset_layout(self) -> None:
        """Back to the sizes that follow the window."""
        self._moved = False
        self._arrange()

    def sizes(self) -> list[list[int]]:
        """The splitters' sizes, to be remembered; [] while they follow the window."""
        splitters = (self._main, self._middle, self._low, self._right)
        return [splitter.sizes() for splitter in splitters] if self._moved else []

    def restore_sizes(self, sizes: list[list[int]]) -> None:
        """Take remembered sizes up again."""
        splitters = (self._main, self._middle, self._low, self._right)
        if len(sizes) == len(splitters):
            for splitter, parts in zip(splitters, sizes, strict=True):
                splitter.setSizes(parts)
            self._moved = True

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Share out the new room."""
        super().resizeEvent(a0)
        self._arrange()

    def note_place(self) -> tuple[QWidget, QRect]:
        """Notes stand over the tables: a plot's axis must not be hidden."""
        return self.tables, self.tables.rect()
