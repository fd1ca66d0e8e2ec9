"""Segmented tabs: one of a few, in a rounded well."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTabBar, QWidget


class Segments(QFrame):
    """A tab bar in a well; `small` for the title line of a card. Names are shortened only where room is short."""

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
        line = QHBoxLayout(self)
        margin = 2 if small else 3
        line.setContentsMargins(margin, margin, margin, margin)
        line.addWidget(self.bar)

    def add(self, text: str, tip: str, name: str = "") -> None:
        """Add a tab; `name` is its accessible name, `text` if empty."""
        index = self.bar.addTab(text)
        self.bar.setTabToolTip(index, tip)
        self.bar.setAccessibleTabName(index, name or text)

    def choose(self, index: int) -> None:
        """Bring a tab to the front."""
        self.bar.setCurrentIndex(index)

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Shorten names where they do not fit."""
        super().resizeEvent(a0)
        short = self.bar.width() < sum(self.bar.tabRect(i).width() for i in range(self.bar.count()))
        fits = self.width() >= self.sizeHint().width()
        if short or fits:
            self.bar.setElideMode(Qt.TextElideMode.ElideNone if fits else Qt.TextElideMode.ElideRight)
