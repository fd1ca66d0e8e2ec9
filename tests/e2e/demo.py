"""A small window with one of each control, to prove the harness on."""

from __future__ import annotations

import sys

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QFormLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)


class Sheet(QWidget):
    """A painted thing that remembers a stroke of the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Sheet")
        self.setMinimumSize(300, 120)
        self.points: list[QPointF] = []

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        self.points.append(event.position())
        left, right = min(p.x() for p in self.points), max(p.x() for p in self.points)
        self.setAccessibleDescription(f"{left:.0f} to {right:.0f}")
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        with QPainter(self) as painter:
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.drawPolyline(self.points)


class Demo(QMainWindow):
    """One of each."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Demo")
        page = QWidget()
        form = QFormLayout(page)
        self.said = QLabel("nothing")
        self.said.setAccessibleName("Said")
        go = QPushButton("Go")
        go.setAccessibleName("Go")
        go.setCheckable(True)
        go.toggled.connect(lambda: self.say("gone"))
        spin = QSpinBox()
        spin.setAccessibleName("Width")
        spin.editingFinished.connect(lambda: self.say(f"width {spin.value()}"))
        box = QComboBox()
        box.addItems([f"choice {number}" for number in range(8)])
        box.currentTextChanged.connect(self.say)
        table = QTableWidget(2, 2)
        table.setAccessibleName("Table")
        for row in range(2):
            for column in range(2):
                table.setItem(row, column, QTableWidgetItem(f"cell {row}{column}"))
        table.cellChanged.connect(lambda row, column: self.say(f"cell {table.item(row, column).text()}"))
        menu = self.menuBar().addMenu("&File")
        menu.addAction("Export…", lambda: self.say("exported"))
        form.addRow(go)
        form.addRow(self.said)
        form.addRow("Width", spin)
        form.addRow("Kind", box)
        form.addRow(table)
        form.addRow(Sheet())
        page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCentralWidget(page)

    def say(self, words: str) -> None:
        """Show what was done."""
        self.said.setText(words)
        self.said.setAccessibleName(f"Said {words}")


if __name__ == "__main__":
    application = QApplication(sys.argv)
    window = Demo()
    window.show()
    sys.exit(application.exec())
