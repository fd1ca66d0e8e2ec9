"""Segmented tabs: one of a few, in a rounded well."""

from __future__ import annotations

import math

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFont, QFontMetricsF
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTabBar, QWidget

from mlpviz.views.kit.theme import SIZES, Theme

# Beside a tab's word, both sides and its border, and the height of its letters, at scale 1: as in the style sheet.
PADDING, SIZE = 16, 12
LARGE_PADDING, LARGE_SIZE = 28, 13


class _Tabs(QTabBar):
    """Tabs that are as wide chosen, in bold, as not: nothing moves, and nothing is scrolled out of sight."""

    def __init__(self, padding: int, size: int) -> None:
        """Args: padding, size: beside a word and of its letters, in pixels at scale 1."""
        super().__init__()
        self._padding, self._size = padding, size

    def tabSizeHint(self, index: int) -> QSize:
        """Room for the word in bold."""
        bold = QFont(self.font())
        scale = bold.pixelSize() / SIZES["body"] if bold.pixelSize() > 0 else 1.0
        bold.setPixelSize(round(scale * self._size))
        bold.setWeight(QFont.Weight.DemiBold)
        word = QFontMetricsF(bold).horizontalAdvance(self.tabText(index))
        return QSize(math.ceil(word + scale * self._padding), super().tabSizeHint(index).height())


class Segments(QFrame):
    """A tab bar in a well; `small` for the title line of a card."""

    chosen = pyqtSignal(int)

    def __init__(self, name: str, parent: QWidget | None = None, *, small: bool = False) -> None:
        super().__init__(parent)
        kind = "cardtabs" if small else "segments"
        self.setObjectName(kind)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.bar = _Tabs(PADDING, SIZE) if small else _Tabs(LARGE_PADDING, LARGE_SIZE)
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
