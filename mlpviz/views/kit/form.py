"""Rows of settings: a word at the left, its control at the right, all columns aligned."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QWidget

from mlpviz.views.kit.controls import Dial
from mlpviz.views.kit.theme import Theme

LABEL, VALUE, ROW = 77, 64, 25  # widths of the outer columns, height of a row, at scale 1


class Form(QGridLayout):
    """A grid of rows: a word, then one control over two columns, or a slider and its number box."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[list[QWidget]] = []
        self._boxes: list[QWidget] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(4)
        self.setVerticalSpacing(4)
        self.setColumnStretch(1, 1)
        theme.changed.connect(self._fit)

    def add(self, label: QWidget, *controls: QWidget | Dial) -> int:
        """Add a row; returns its number for `show_row`."""
        row = len(self._rows)
        widgets: list[QWidget] = [label]
        self.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        for place, control in enumerate(controls):
            if isinstance(control, Dial):
                self.addWidget(control.slider, row, 1)
                self.addWidget(control.box, row, 2)
                widgets += [control.slider, control.box]
                self._boxes.append(control.box)
            elif len(controls) == 1:
                self.addWidget(control, row, 1, 1, 2)
                widgets.append(control)
            else:
                self.addWidget(control, row, 1 + place)
                widgets.append(control)
        self._rows.append(widgets)
        self._fit()
        return row

    def show_row(self, row: int, visible: bool) -> None:
        """Show or hide a row."""
        for widget in self._rows[row]:
            widget.setVisible(visible)
        self.setRowMinimumHeight(row, round(self._theme.px(ROW)) if visible else 0)

    def _fit(self) -> None:
        self.setColumnMinimumWidth(2, round(self._theme.px(VALUE)))
        self.setColumnMinimumWidth(0, round(self._theme.px(LABEL)))
        for row, widgets in enumerate(self._rows):
            if not widgets[0].isHidden():
                self.setRowMinimumHeight(row, round(self._theme.px(ROW)))
        for box in self._boxes:
            box.setFixedWidth(round(self._theme.px(VALUE)))
