"""The button that says which methods the chart of errors shows."""

from __future__ import annotations

from collections.abc import Collection

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QMenu, QPushButton, QWidget

from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.chart_data import METHODS


class LastingMenu(QMenu):
    """A menu of things to tick that stays open while they are ticked."""

    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        """Tick without closing."""
        action = self.actionAt(a0.position().toPoint()) if a0 is not None else None
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(a0)

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """Space ticks without closing."""
        action = self.activeAction()
        if a0 is not None and a0.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
        else:
            super().keyPressEvent(a0)


class MethodsBox(QPushButton):
    """A button with a menu of methods.

    Signals:
        changed(methods): the user shows others, as a frozenset of keys.
    """

    changed = pyqtSignal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Methods", parent)
        self._theme = theme
        self.setObjectName("small")
        self.setAccessibleName("Shown methods")
        self.setToolTip("Which curves are shown: limit, constructions, training, floors.")
        menu = LastingMenu(self)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName("Shown methods menu")
        self.items = {}
        for key, row in METHODS.items():
            action = menu.addAction(row.word)
            if action is not None:
                action.setCheckable(True)
                action.setToolTip(row.tip)
                action.toggled.connect(self._toggled)
                self.items[key] = action
        self.setMenu(menu)
        self._fit_theme()
        theme.changed.connect(self._fit_theme)

    def _fit_theme(self) -> None:
        self.ensurePolished()
        words = self.fontMetrics().horizontalAdvance(self.text())
        self.setFixedWidth(round(words + self._theme.px(20 + 16)))

    def shown(self) -> frozenset[str]:
        """The keys that are ticked."""
        return frozenset(key for key, action in self.items.items() if action.isChecked())

    def show_methods(self, methods: Collection[str]) -> None:
        """Tick these; nothing is emitted."""
        for key, action in self.items.items():
            with QSignalBlocker(action):
                action.setChecked(key in methods)

    def _toggled(self) -> None:
        self.changed.emit(self.shown())
