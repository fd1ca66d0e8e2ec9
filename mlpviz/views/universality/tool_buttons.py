"""The drawing tools as buttons in a well, one of them in hand."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy

from mlpviz.views.kit.icons import SIZE, set_icon
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.hand import TOOLS

BESIDE = 16  # a tool's padding and border, both sides, at scale 1
BETWEEN = 5  # an icon and its word


class ToolButtons(QFrame):
    """Icon and word for each tool, or the icon alone where room is short.

    Signals:
        chosen(tool): another tool was taken.
    """

    chosen = pyqtSignal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._worded = True
        self.setObjectName("cardtabs")
        self.setAccessibleName("Drawing tools")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(0)
        for key, tool in TOOLS.items():
            button = QPushButton()
            button.setObjectName("tool")
            button.setCheckable(True)
            button.setAccessibleName(tool.name)
            button.setToolTip(f"{tool.name}. {tool.tip}\nKey: {tool.key}")
            set_icon(button, tool.icon, theme, "ink2")
            button.toggled.connect(lambda on, key=key: self._toggled(key, on))
            group.addButton(button)
            line.addWidget(button)
            self.buttons[key] = button
        theme.changed.connect(self._fit)
        self._fit()
        next(iter(self.buttons.values())).setChecked(True)

    @property
    def tool(self) -> str:
        """The tool in hand."""
        return next(key for key, button in self.buttons.items() if button.isChecked())

    def choose(self, tool: str) -> None:
        """Take a tool."""
        self.buttons[tool].setChecked(True)

    def needed(self) -> int:
        """The width of all icons with their words, in pixels."""
        return sum(map(self._width, TOOLS)) + 4

    def set_worded(self, worded: bool) -> None:
        """Show the words beside the icons, or not."""
        if worded != self._worded:
            self._worded = worded
            self._fit()

    def _width(self, key: str, *, worded: bool = True) -> int:
        px = self._theme.px
        metrics = QFontMetricsF(self._theme.font("note", bold=True))  # as the chosen one's
        word = metrics.horizontalAdvance(TOOLS[key].word) + px(BETWEEN) if worded else 0.0
        return round(word + px(SIZE + BESIDE))

    def _fit(self) -> None:
        for key, button in self.buttons.items():
            button.setText(TOOLS[key].word if self._worded else "")
            button.setFixedWidth(self._width(key, worded=self._worded))

    def _toggled(self, key: str, on: bool) -> None:
        set_icon(self.buttons[key], TOOLS[key].icon, self._theme, "ink" if on else "ink2")
        if on:
            self.chosen.emit(key)
