"""Segmented tabs: one of a few, in a rounded well."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTabBar, QWidget

from mlpviz.views.kit.theme import Theme

PADDING = 16  # beside a small tab's word, both sides and its border, at scale 1


class Segments(QFrame):
    """A tab bar in a well; `small` for the title line of a card."""

    chosen = pyqtSignal(int)

    def __init__(self, name: str, parent: QWidget | None = None, *, small: bool = False) -> None:
        super().__init__(parent)
        kind = "cardtabs" if small else "segments"
        self.setObjectName(kind)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.bar = QTabBar()
        self.bar.setObjectName(kind)
        self.bar.setAccessibleName(name)
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setUsesScrollButtons(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.currentChanged.connect(self.chosen)
        self._texts: list[tuple[str, str]] = []
        line = QHBoxLayout(self)
        margin = 2 if small else 3
        line.setContentsMargins(margin, margin, margin, margin)
        line.addWidget(self.bar)

    def add(self, text: str, tip: str, name: str = "", short: str = "") -> None:
        """Add a tab; `name` is its accessible name, `short` what it says where room is short; `text` if empty."""
        index = self.bar.addTab(text)
        self.bar.setTabToolTip(index, tip)
        self.bar.setAccessibleTabName(index, name or text)
        self._texts.append((text, short or text))

    def choose(self, index: int) -> None:
        """Bring a tab to the front."""
        self.bar.setCurrentIndex(index)

    def fit(self, room: float, theme: Theme) -> None:
        """Say the short words where the full ones need more than `room` pixels."""
        metrics = QFontMetricsF(theme.font("note", bold=True))
        needed = sum(metrics.horizontalAdvance(text) + theme.px(PADDING) for text, _ in self._texts) + 4
        for index, texts in enumerate(self._texts):
            text = texts[needed > room]
            if self.bar.tabText(index) != text:
                self.bar.setTabText(index, text)
