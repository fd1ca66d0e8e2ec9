"""A card that holds several others, one at a time, under segmented tabs."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from mlpviz.views.kit.card import Card
from mlpviz.views.kit.segments import Segments
from mlpviz.views.kit.theme import PAD, Theme

Make = Callable[[], Card]


class TabsCard(QFrame):
    """Segments at the top, the chosen card below. A card is made when it is first looked at."""

    def __init__(self, theme: Theme, pages: list[tuple[str, str, Make]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(PAD, 6, PAD, PAD)
        outer.setSpacing(2)
        self.tabs = Segments("Tables of the network", small=True)
        line = QHBoxLayout()
        line.addWidget(self.tabs)
        line.addStretch(1)
        outer.addLayout(line)
        self.stack = QStackedWidget()
        outer.addWidget(self.stack, 1)
        self._makers: dict[int, Make] = {}
        for index, (text, tip, make) in enumerate(pages):
            self.tabs.add(text, tip, f"{text} tab", text.split()[0])
            self.stack.addWidget(QWidget())
            self._makers[index] = make
        self.tabs.chosen.connect(self.show_page)
        self.show_page(0)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Shorten the tabs' words in a narrow card."""
        super().resizeEvent(a0)
        self.tabs.fit(self.width() - 2 * PAD, self._theme)

    def show_page(self, index: int) -> None:
        """Show one of the cards."""
        make = self._makers.pop(index, None)
        if make is not None:
            empty = self.stack.widget(index)
            card = make()
            card.embed()
            self.stack.insertWidget(index, card)
            if empty is not None:
                self.stack.removeWidget(empty)
                empty.deleteLater()
        self.tabs.choose(index)
        self.stack.setCurrentIndex(index)
