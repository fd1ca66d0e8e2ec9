"""How z is spread in each layer at the first weights: a bar a layer from mean − σ to mean + σ, on one axis."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from mlpviz.views.kit.mathtext import paint_math
from mlpviz.views.kit.numbers import number_text
from mlpviz.views.kit.theme import Theme

# In pixels at scale 1: a row's height, its least, all rows' at most; the axis beneath; the symbols at the left.
ROW, LEAST_ROW, MOST_ROWS, AXIS, SYMBOLS = 15, 6, 120, 16, 28
BEYOND = "not finite"


def axis_of(spreads: list[tuple[float, float]]) -> tuple[float, float]:
    """Both ends of an axis that holds 0 and every finite mean ± σ, of two digits each."""
    ends = [end for mean, deviation in spreads for end in (mean - deviation, mean + deviation) if math.isfinite(end)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    if low == high:
        return -1.0, 1.0
    step = 10.0 ** (math.floor(math.log10(max(high, -low))) - 1)
    # A little less than a whole step up may be rounding alone.
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


class SpreadStrip(QWidget):
    """The bars, a tick at each mean, and the axis with its ends numbered."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._symbols: list[str] = []
        self.spreads: list[tuple[float, float]] = []
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_layers(self, symbols: list[str]) -> None:
        """Make room for these layers' bars, by the formulas that stand before them."""
        if symbols != self._symbols:
            self._symbols = symbols
            self.spreads = []
            self.updateGeometry()
            self.update()

    def show_spreads(self, spreads: list[tuple[float, float]]) -> None:
        """Show (mean, σ) of each layer; of other layers than there are it is out of date, and nothing happens."""
        if len(spreads) == len(self._symbols):
            self.spreads = spreads
            self.update()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        rows = len(self._symbols) * self._row()
        return QSize(round(self._theme.px(120)), round(rows + self._theme.px(AXIS)))

    def minimumSizeHint(self) -> QSize:
        """It may become narrow, but not low."""
        return QSize(round(self._theme.px(80)), self.sizeHint().height())

    # ---- geometry

    def _row(self) -> float:
        return self._theme.px(min(ROW, max(LEAST_ROW, MOST_ROWS / max(1, len(self._symbols)))))

    def x_of(self, z: float) -> float:
        """Where a value of z stands, in pixels."""
        low, high = axis_of(self.spreads)
        left, right = self._theme.px(SYMBOLS), self.width() - self._theme.px(2)
        return left + (z - low) / (high - low) * (right - left)

    def bar(self, layer: int) -> QRectF:
        """The bar of a layer; without width where its numbers are not finite."""
        mean, deviation = self.spreads[layer]
        row = self._row()
        if not self._finite(layer):
            mean = deviation = 0.0
        left, right = self.x_of(mean - deviation), self.x_of(mean + deviation)
        return QRectF(left, (layer + 0.25) * row, right - left, 0.5 * row)

    def _finite(self, layer: int) -> bool:
        return math.isfinite(sum(self.spreads[layer]))

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint symbols, bars and axis."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_symbols(painter)
        if not self.spreads:
            return
        low, high = axis_of(self.spreads)
        bottom = len(self.spreads) * self._row()
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(self.x_of(0), 0), QPointF(self.x_of(0), bottom))
        painter.setPen(QPen(theme.color("edge"), 1))
        painter.drawLine(QPointF(self.x_of(low), bottom), QPointF(self.x_of(high), bottom))
        for layer, (mean, _) in enumerate(self.spreads):
            if self._finite(layer):
                self._paint_bar(painter, self.bar(layer), self.x_of(mean))
            elif layer == 0 or self._finite(layer - 1):  # those behind it are not finite either
                painter.setFont(theme.font("tick"))
                painter.setPen(theme.color("warn"))
                left, height = theme.px(SYMBOLS), theme.px(ROW)
                middle = min((layer + 0.5) * self._row(), bottom - 0.5 * height)
                row = QRectF(left, middle - 0.5 * height, self.width() - left, height)
                painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, BEYOND)
        self._paint_numbers(painter, bottom)

    def _paint_symbols(self, painter: QPainter) -> None:
        """All symbols where there is room for them, else those of the first layer and the last."""
        row, px = self._row(), self._theme.px("note")
        places = range(len(self._symbols))
        for layer in places if row >= 1.1 * px else [*places[:1], *places[-1:]]:
            middle = min(max((layer + 0.5) * row, 0.6 * px), len(places) * row - 0.3 * px)
            paint_math(painter, 0, middle + 0.35 * px, self._symbols[layer], px, self._theme.color("ink2"))

    def _paint_bar(self, painter: QPainter, bar: QRectF, mean: float) -> None:
        painter.fillRect(bar, self._theme.color("accent"))
        reach = 0.12 * self._row()  # no further, lest the ticks of all layers look like one line
        painter.setPen(QPen(self._theme.color("ink"), self._theme.px(1.6)))
        painter.drawLine(QPointF(mean, bar.top() - reach), QPointF(mean, bar.bottom() + reach))

    def _paint_numbers(self, painter: QPainter, bottom: float) -> None:
        """The numbers of both ends, and 0 where it has room between them."""
        theme, font = self._theme, self._theme.font("tick")
        painter.setFont(font)
        painter.setPen(theme.color("ink2"))
        metrics = QFontMetricsF(font)
        taken: list[tuple[float, float]] = []
        for value in (*axis_of(self.spreads), 0.0):
            text, x = number_text(value, 2), self.x_of(value)
            width = metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, 0.0), self.width() - width)
            if all(left > end + theme.px(4) or left + width < start - theme.px(4) for start, end in taken):
                painter.setPen(theme.color("ink2"))
                painter.drawText(QPointF(left, bottom + theme.px(13)), text)
                taken.append((left, left + width))
