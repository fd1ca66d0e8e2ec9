"""What the diagram's colours mean: the scale of the tiles and the signs of the edges."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.document.numbers import MINUS, short
from mlpviz.nn.spec import Network
from mlpviz.pictures.symbols import layer_symbol, plain
from mlpviz.views.kit.theme import Theme

BAR, SAMPLE, GAP = (54.0, 9.0), 16.0, 5.0


class Legend(QWidget):
    """unit output −1 ▬ +1   weight ▬ − ▬ +; without the words where room is short."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._compact = False
        self._ends = (f"{MINUS}1", "+1")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colours of the network diagram")
        theme.changed.connect(self._restyle)
        self.show_levels(None, {})

    def show_levels(self, network: Network | None, levels: dict[int, float]) -> None:
        """Say which value has the strongest colour in each layer's tiles."""
        hidden = [level for layer, level in levels.items() if network and 0 <= layer < len(network.hidden)]
        alike = all(level == 1 for level in hidden)
        self._ends = (f"{MINUS}1", "+1") if alike else (f"{MINUS}max", "max")
        scales = [
            f"{plain(layer_symbol(network, layer))} ±{short(levels[layer])}" for layer in sorted(levels) if network
        ]
        words = "Blue is positive, orange negative. An edge is the wider the larger its weight is in its layer."
        each = f" The strongest colour of each layer's tiles: {', '.join(scales)}." if scales else ""
        self.setToolTip(words + each)
        self.setAccessibleDescription(words + each)
        self.updateGeometry()
        self.update()

    def fit(self, room: float) -> None:
        """Take the form that fits into `room` pixels: with words, without, or none at all."""
        for self._compact in (False, True):
            if self.sizeHint().width() <= room:
                break
        self.setVisible(self.sizeHint().width() <= room)
        self.updateGeometry()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _pieces(self) -> list[tuple[str, str]]:
        low, high = self._ends
        if self._compact:
            return [("tick", low), ("bar", ""), ("tick", high), ("gap", ""), ("neg", ""), ("tick", MINUS), ("pos", ""),
                    ("tick", "+")]  # fmt: skip
        return [("words", "unit output"), ("tick", low), ("bar", ""), ("tick", high), ("gap", ""), ("words", "weight"),
                ("neg", ""), ("tick", MINUS), ("pos", ""), ("tick", "+")]  # fmt: skip

    def _width(self, kind: str, text: str) -> float:
        if kind in ("words", "tick"):
            return QFontMetricsF(self._theme.font("note" if kind == "words" else "tick")).horizontalAdvance(text)
        return {"bar": BAR[0], "gap": 6.0}.get(kind, SAMPLE) * self._theme.scale

    def sizeHint(self) -> QSize:
        """Room for everything in one line."""
        pieces = self._pieces()
        width = sum(self._width(*piece) for piece in pieces) + GAP * self._theme.scale * (len(pieces) - 1)
        return QSize(int(np.ceil(width)) + 1, round(20 * self._theme.scale))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint the pieces from left to right."""
        theme, middle = self._theme, self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = 0.0
        for kind, text in self._pieces():
            width = self._width(kind, text)
            if kind in ("words", "tick"):
                font = theme.font("note" if kind == "words" else "tick")
                painter.setFont(font)
                painter.setPen(theme.color("ink2"))
                painter.drawText(QPointF(x, middle + 0.36 * font.pixelSize()), text)
            elif kind == "bar":
                self._paint_bar(painter, QRectF(x, middle - BAR[1] / 2 * theme.scale, width, BAR[1] * theme.scale))
            elif kind != "gap":
                painter.setPen(QPen(theme.color(kind), 3 * theme.scale, cap=Qt.PenCapStyle.FlatCap))
                painter.drawLine(QPointF(x, middle), QPointF(x + width, middle))
            x += width + GAP * theme.scale

    def _paint_bar(self, painter: QPainter, rect: QRectF) -> None:
        table = np.ascontiguousarray(self._theme.lookup("diverging"))
        image = QImage(table.tobytes(), len(table), 1, 3 * len(table), QImage.Format.Format_RGB888)
        painter.drawImage(rect, image)
        painter.setPen(QPen(self._theme.color("edge"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
