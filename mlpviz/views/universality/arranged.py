"""A page of three cards: two beside each other, one beneath; sizes follow the window until moved."""

from __future__ import annotations

from typing import Protocol

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from mlpviz.views.kit.tab_order import order_tabs
from mlpviz.views.kit.theme import GAP, PAD, Theme

LOWEST = 0.34  # of the height, for the lower card at most


class Roomy(Protocol):
    """A card that can be told how wide it will be."""

    def set_room(self, width: int) -> None:
        """Prepare for a width in pixels."""


class ArrangedPage(QFrame):
    """Shares out its room among three cards; the user may move the borders.

    Attributes:
        left_share: of the width, for the left card.
    """

    left_share = 0.63

    def __init__(self, theme: Theme, left: QWidget, right: QWidget, below: QWidget, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._moved, self._below = False, below
        self._cards: tuple[Roomy, Roomy, Roomy] = (left, right, below)  # type: ignore[assignment]
        self._upper = self._splitter(Qt.Orientation.Horizontal, left, right)
        self._whole = self._splitter(Qt.Orientation.Vertical, self._upper, below)
        scroll = QScrollArea()  # only a window too small for the smallest pictures scrolls
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        for card in (left, right, below):
            order_tabs(card)
        theme.changed.connect(self._arrange)

    def tiles_height(self, width: int) -> float:
        """The height that the lower card wants when it has this width, in pixels."""
        raise NotImplementedError

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

    def _arrange(self) -> None:
        if self._moved:
            return
        width, height = self.width() - GAP, self.height() - GAP
        left = round(self.left_share * width)
        for card, room in zip(self._cards, (left, width - left, width), strict=True):
            card.set_room(room)
        self._upper.setSizes([left, width - left])
        low = round(min(self.tiles_height(width), LOWEST * height))
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

    def note_place(self) -> tuple[QWidget, QRect]:
        """Notes stand over the title line of the lower card: they hide neither its pictures nor its slider."""
        return self._below, QRect(0, 0, self._below.width(), round(self._theme.px(30)) + PAD)
