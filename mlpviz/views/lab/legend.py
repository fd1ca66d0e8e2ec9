"""What the shapes and colours of points mean, in one line."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.data.spec import Dataset
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.points import FACTORS, GIVEN_SYMBOLS, MAX_DRAWN, symbol_of


@dataclass(frozen=True)
class Entry:
    """A symbol, its class (None: a colourless one) or a hollow one, and a word."""

    symbol: str
    index: int | None
    word: str
    hollow: bool = False


def entries_of(dataset: Dataset) -> list[Entry]:
    """▲ −1 ● +1 ○ test for classes; ● y₁ ■ y₂ ○ test for several numbers; ● training ○ test for one."""
    if dataset.classes:
        entries = [Entry(symbol_of(index), index, name) for index, name in enumerate(dataset.class_names)]
    elif dataset.inputs == 1 and dataset.y.shape[1] > 1:
        names = dataset.target_names
        entries = [Entry(GIVEN_SYMBOLS[i % len(GIVEN_SYMBOLS)], None, names[i]) for i in range(dataset.y.shape[1])]
    else:
        entries = [Entry("o", None, "training")] if len(dataset.test) or len(dataset.validation) else []
    if len(dataset.validation):
        entries.append(Entry("o", None, "held out", hollow=True))
    elif len(dataset.test):
        entries.append(Entry("o", None, "test", hollow=True))
    return entries


class Legend(QWidget):
    """Painted as the points are; long words give way."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[Entry] = []
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_dataset(self, dataset: Dataset) -> None:
        """Show what the points of this data set mean."""
        self._entries = entries_of(dataset)
        words = [entry.word for entry in self._entries]
        tip = "Filled: training rows. Hollow: test rows, which training never sees."
        if len(dataset.validation):
            tip = "Filled: training rows. Hollow: validation and test rows, which no gradient comes from."
        if len(dataset.X) > MAX_DRAWN:
            tip += f" {MAX_DRAWN:,} of the {len(dataset.X):,} rows are drawn."
        self.setToolTip(f"{', '.join(words)}. {tip}" if words else tip)
        self.setAccessibleName("Points: " + ", ".join(words))
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    def words(self) -> list[str]:
        """The words, in order."""
        return [entry.word for entry in self._entries]

    def _advance(self, word: str) -> float:
        return QFontMetricsF(self._theme.font("note")).horizontalAdvance(word)

    def _around(self) -> float:
        return self._theme.px(22)  # a symbol and the gaps around it

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        width = sum(self._advance(entry.word) + self._around() for entry in self._entries)
        return QSize(round(width), round(self._theme.px(20)))

    def minimumSizeHint(self) -> QSize:
        """Room for the symbols and a letter or two each."""
        least = sum(min(self._advance(entry.word), self._theme.px(18)) + self._around() for entry in self._entries)
        return QSize(round(least), round(self._theme.px(20)))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint symbols and words."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font("note")
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        most = self._longest()
        x, middle = 0.0, self.height() / 2
        for entry in self._entries:
            self._paint_symbol(painter, QPointF(x + theme.px(7), middle), entry)
            painter.setPen(theme.color("ink2"))
            x += theme.px(14)
            word = metrics.elidedText(entry.word, Qt.TextElideMode.ElideRight, most + 1)
            painter.drawText(QPointF(x, middle + theme.px(4.3)), word)
            x += min(most, self._advance(entry.word)) + theme.px(8)

    def _longest(self) -> float:
        """How wide a word may be: the longest words give way first."""
        room = self.width() - len(self._entries) * self._around()
        widths = sorted(self._advance(entry.word) for entry in self._entries)
        for place, width in enumerate(widths):
            others = len(widths) - place
            if width * others > room:
                return max(0.0, room / others)
            room -= width
        return widths[-1] if widths else 0.0

    def _paint_symbol(self, painter: QPainter, at: QPointF, entry: Entry) -> None:
        theme = self._theme
        size = theme.px(8.0) * FACTORS[entry.symbol]
        plain = theme.color("ink2" if entry.hollow else "ink")
        color: QColor = plain if entry.index is None else theme.class_color(entry.index)
        painter.save()
        painter.translate(at)
        painter.scale(size, size)
        painter.setPen(QPen(color, theme.px(1.4) / size) if entry.hollow else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(theme.color("panel") if entry.hollow else color)
        painter.drawPath(pg.graphicsItems.ScatterPlotItem.Symbols[entry.symbol])
        painter.restore()
