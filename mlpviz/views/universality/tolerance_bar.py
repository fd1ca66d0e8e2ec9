"""The tolerance: a number to type, and the sentence that it gives."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from mlpviz.document.numbers import parse_number
from mlpviz.views.kit.controls import NumberBox, key_label
from mlpviz.views.kit.labels import height_for
from mlpviz.views.kit.numbers import small_percent
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.width_chart import HIGHEST, LOWEST

USUAL = 0.01
TIP = "The largest error that is good enough, as a share of g's range: less asks for wider nets."


def read_percent(text: str) -> float:
    """The percentage that was typed, with its sign or without: "0.5", "0,5 %", "1e-3". Raises UserError."""
    return parse_number(text.replace("\u202f", " ").strip().removesuffix("%").strip())


class Sentence(QLabel):
    """A sentence over several lines whose height only grows while its width stays: what is around it does not jump."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("num")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._grown = 0

    def say(self, text: str) -> None:
        """Show another sentence."""
        if text != self.text():
            self.setText(text)
            self._grow()

    def relax(self) -> None:
        """Need no more room than the present sentence."""
        self._grown = 0
        self._grow()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Another width is a new beginning."""
        super().resizeEvent(a0)
        if a0 is None or a0.size().width() != a0.oldSize().width():
            self.relax()

    def _grow(self) -> None:
        self.ensurePolished()
        needed = max(2 * self.fontMetrics().lineSpacing(), height_for(self, self.width())) + 2
        if needed > self._grown or self._grown == 0:
            self._grown = needed
        self.setFixedHeight(self._grown)

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(60, self._grown)


class ToleranceBar(QWidget):
    """The number at the left, the sentence beside it.

    Signals:
        moved(share): the user typed another tolerance, a share of g's range.
    """

    moved = pyqtSignal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        word = key_label("tolerance")
        self.box = NumberBox("Tolerance", TIP, 100 * LOWEST, 100 * HIGHEST, powers=True, text=_text, read=read_percent)
        self.box.setObjectName("framed")
        self.box.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.box.setDecimals(14)
        word.setBuddy(self.box)
        self.box.valueChanged.connect(lambda value: self.moved.emit(value / 100))
        self.sentence = Sentence()
        column = QVBoxLayout()
        column.setSpacing(1)
        column.addWidget(word)
        column.addWidget(self.box)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(10)
        row.addLayout(column)
        row.addWidget(self.sentence, 1, Qt.AlignmentFlag.AlignTop)
        self.show_share(USUAL)
        self._fit_theme()
        theme.changed.connect(self._fit_theme)

    def _fit_theme(self) -> None:
        self.box.setFixedWidth(round(self._theme.px(70)))
        self.sentence.relax()

    def show_share(self, share: float) -> None:
        """Show a tolerance; nothing is emitted."""
        self.box.show_value(100 * share)

    def say(self, text: str, told: str) -> None:
        """Show the sentence, and in its tooltip what it rests on."""
        self.sentence.say(text)
        self.sentence.setToolTip(told)


def _text(value: float) -> str:
    return small_percent(value / 100)
