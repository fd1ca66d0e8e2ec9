"""Error against width, both axes logarithmic: the painted plane."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from PyQt6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QToolTip, QWidget

from mlpviz.pictures.universality import decades
from mlpviz.views.kit.mathtext import paint_math
from mlpviz.views.kit.numbers import MINUS, power_text
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.overlay import DIMMED, error_text, paint_tag

SLOPES = ((-0.5, f"{MINUS}½"), (-1.0, f"{MINUS}1"), (-2.0, f"{MINUS}2"))
FAN = 1.7  # octaves a line of the slope fan reaches
SIDES = 0.35  # octaves of room beside the first and the last width


@dataclass(frozen=True, slots=True)
class Mark:
    """A finished net: its width, the error shown, and what its tooltip says."""

    width: int
    error: float
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    """What the plane shows.

    Attributes:
        marks: ascending by width; an error of 0 has no place on a logarithmic axis and is left out.
        label: the method's name, for the direct label. dashed: the line is. measure: what the left axis is.
        span: the range of g. stale: the marks belong to another g or other settings.
    """

    marks: tuple[Mark, ...] = ()
    label: str = ""
    dashed: bool = False
    measure: str = "largest error"
    span: float = 1.0
    stale: bool = False


class WidthChart(QWidget):
    """Click a mark, or press ← or →, to choose the width that is shown large.

    Signals:
        chosen(width): the user chose another width.
    """

    chosen = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.series = Series()
        self.widths: tuple[int, ...] = (1,)
        self.width_shown = 1
        self.limits = (-2, 0)
        self._key: object = None
        self._hovered: int | None = None
        self.setAccessibleName("Error against width")
        self.setToolTip("Each mark is a trained net: click one to see it large. The fan shows slopes to compare with.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Upright."""
        return QSize(430, 440)

    def minimumSizeHint(self) -> QSize:
        """Still to be read."""
        return QSize(round(self._theme.px(230)), round(self._theme.px(170)))

    def show_series(self, series: Series, widths: tuple[int, ...], shown: int, key: object) -> None:
        """Show errors; the axis only widens while `key` stays the same."""
        if (series, widths, shown, key) == (self.series, self.widths, self.width_shown, self._key):
            return
        errors = [mark.error for mark in series.marks]
        self.limits = decades(errors, series.span, self.limits if key == self._key else None)
        self.series, self.widths, self.width_shown, self._key = series, widths, shown, key
        words = ", ".join(f"W {mark.width}: {error_text(mark.error)}" for mark in series.marks)
        self.setAccessibleDescription(f"{series.measure} by {series.label}: {words}" if words else "no net yet")
        self.update()

    # ---- geometry

    def plane(self) -> QRectF:
        """The plane's rectangle, in pixels."""
        px = self._theme.px
        right = px(78) if self.width() > px(300) else px(14)
        return QRectF(px(46), px(10), self.width() - px(46) - right, self.height() - px(10) - px(44))

    def place(self, width: float, error: float) -> QPointF:
        """Where a net stands, in pixels."""
        plane, (low, high) = self.plane(), self.limits
        first, last = math.log2(self.widths[0]), math.log2(self.widths[-1])
        across = (math.log2(width) - first + SIDES) / (last - first + 2 * SIDES)
        up = (math.log10(error) - low) / (high - low)
        return QPointF(plane.left() + across * plane.width(), plane.bottom() - up * plane.height())

    def nearest(self, at: QPointF) -> int | None:
        """The width whose mark, or else whose place on the axis, is nearest; None outside the plane."""
        if not self.plane().adjusted(-12, -8, 12, 30).contains(at):
            return None
        floor = 10.0 ** self.limits[0]
        return min(self.widths, key=lambda width: abs(self.place(width, floor).x() - at.x()))

    # ---- mouse and keys

    def mousePressEvent(self, a0: QMouseEvent | None) -> None:
        """Choose the width under the pointer."""
        if a0 is not None and a0.button() == Qt.MouseButton.LeftButton:
            width = self.nearest(a0.position())
            if width is not None:
                self.chosen.emit(width)

    def mouseMoveEvent(self, a0: QMouseEvent | None) -> None:
        """The mark under the pointer grows and tells its numbers."""
        if a0 is None:
            return
        width = self.nearest(a0.position())
        self._hover(width)
        mark = next((mark for mark in self.series.marks if mark.width == width), None)
        if mark is not None and (self.place(mark.width, mark.error) - a0.position()).manhattanLength() < 24:
            QToolTip.showText(a0.globalPosition().toPoint(), mark.words, self)

    def leaveEvent(self, a0: object) -> None:
        """Nothing is under the pointer."""
        self._hover(None)

    def _hover(self, width: int | None) -> None:
        self.setCursor(Qt.CursorShape.ArrowCursor if width is None else Qt.CursorShape.PointingHandCursor)
        if width != self._hovered:
            self._hovered = width
            self.update()

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """← and → choose the narrower and the wider net."""
        if a0 is None:
            return
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(a0.key()))
        if step is None:
            super().keyPressEvent(a0)
        elif self.width_shown in self.widths:
            at = min(max(self.widths.index(self.width_shown) + step, 0), len(self.widths) - 1)
            self.chosen.emit(self.widths[at])

    # ---- painting

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Paint axes, fan, line, marks and labels."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plane = self.plane()
        if plane.width() < 40 or plane.height() < 40:
            return
        self._paint_axes(painter, plane)
        if self.series.marks:
            self._paint_fan(painter, plane)
            painter.setOpacity(DIMMED if self.series.stale else 1.0)
            self._paint_series(painter)
            painter.setOpacity(1.0)
            self._paint_label(painter, plane)
        else:
            painter.setFont(self._theme.font("body"))
            painter.setPen(self._theme.color("ink2"))
            painter.drawText(plane, int(Qt.AlignmentFlag.AlignCenter), "Press Sweep: every net trained\nis a mark here")
        if self.series.stale and self.series.marks:
            paint_tag(painter, self._theme, plane.topRight() + QPointF(-2, 4))

    def _paint_axes(self, painter: QPainter, plane: QRectF) -> None:
        theme, (low, high) = self._theme, self.limits
        grid = QPen(theme.color("grid"), 1)
        tick, every = theme.font("tick"), max(1, math.ceil((high - low) * theme.px(16) / plane.height()))
        middle = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for power in range(low, high + 1):
            y = round(self.place(self.widths[0], 10.0**power).y()) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(plane.left(), y), QPointF(plane.right(), y))
            if (power - low) % every == 0:
                painter.setFont(tick)
                painter.setPen(theme.color("ink2"))
                painter.drawText(QRectF(0, y - 10, plane.left() - theme.px(7), 20), middle, decade_text(power))
        self._paint_widths(painter, plane)
        painter.setFont(theme.font("note"))
        painter.setPen(theme.color("ink2"))
        painter.save()
        painter.translate(theme.px(9), plane.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-100, -10, 200, 20), int(Qt.AlignmentFlag.AlignCenter), self.series.measure)
        painter.restore()
        words = painter.fontMetrics().horizontalAdvance("width ")
        x, y = plane.center().x() - (words + theme.px(13)) / 2, self.height() - theme.px(6)
        painter.drawText(QPointF(x, y), "width ")
        paint_math(painter, x + words, y, "W", theme.px(14), theme.color("ink"))

    def _paint_widths(self, painter: QPainter, plane: QRectF) -> None:
        theme, floor = self._theme, 10.0 ** self.limits[0]
        grid = QPen(theme.color("grid"), 1)
        chosen = self.place(self.width_shown, floor).x() if self.width_shown in self.widths else math.inf
        places = [self.place(width, floor).x() for width in self.widths]
        painter.setFont(theme.font("tick", bold=True))
        widest = painter.fontMetrics().horizontalAdvance(str(self.widths[-1])) + theme.px(3)
        apart = min((b - a for a, b in pairwise(places)), default=widest)
        every = math.ceil(widest / max(apart, 1.0))
        for place, width in enumerate(self.widths):
            x, shown = self.place(width, floor).x(), width == self.width_shown
            painter.setPen(grid)
            painter.drawLine(QPointF(round(x) + 0.5, plane.top()), QPointF(round(x) + 0.5, plane.bottom()))
            painter.setFont(theme.font("tick", bold=shown))
            painter.setPen(theme.color("accent" if shown else "ink2"))
            # Where labels would touch, every second stays, and the chosen width's.
            if shown or (place % every == 0 and (every == 1 or abs(x - chosen) >= widest)):
                box = QRectF(x - 30, plane.bottom() + theme.px(2), 60, theme.px(18))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(width))
        if math.isfinite(chosen):
            painter.setPen(QPen(theme.color("accent"), theme.px(1.4), Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(round(chosen) + 0.5, plane.top()), QPointF(round(chosen) + 0.5, plane.bottom()))

    def fan(self, plane: QRectF) -> tuple[QPointF, list[QPointF]] | None:
        """Apex and ends of the slope fan, where the line leaves room for it; None: nowhere."""
        octave = self.place(2, 1.0) - self.place(1, 1.0)
        decade = plane.height() / (self.limits[1] - self.limits[0])
        reach = FAN * octave.x()
        # A line that would leave the plane is shortened along its own slope.
        room = min(FAN * 2 * math.log10(2) * decade, 0.42 * plane.height())
        ends = []
        for slope, _ in SLOPES:
            drop = -slope * FAN * math.log10(2) * decade
            part = min(1.0, room / drop)
            ends.append(QPointF(part * reach, part * drop))
        inset, word = self._theme.px(16), self._theme.px(34)
        right = plane.right() - reach - inset - word
        homes = [
            QPointF(plane.left() + inset, plane.bottom() - room - inset),
            QPointF(right, plane.top() + 2.4 * inset),
            QPointF(right, plane.bottom() - room - inset),
        ]

        def met(home: QPointF) -> int:
            return self._crossings(QRectF(home.x() - 8, home.y() - 1.6 * inset, reach + word, room + 2.2 * inset))

        apex = min(homes, key=met)
        if met(apex):
            return None
        return apex, [apex + end for end in ends]

    def _crossings(self, box: QRectF) -> int:
        """How much of the line runs through a box."""
        places = [self.place(mark.width, mark.error) for mark in self.series.marks]
        line = [a + (b - a) * (k / 12) for a, b in pairwise(places) for k in range(12)] + places
        return sum(box.contains(place) for place in line)

    def _paint_fan(self, painter: QPainter, plane: QRectF) -> None:
        theme = self._theme
        found = self.fan(plane)
        if found is None:
            return
        apex, ends = found
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(apex + QPointF(-theme.px(2), -theme.px(7)), "slopes")
        for (_, word), end in zip(SLOPES, ends, strict=True):
            painter.setPen(QPen(theme.color("edge"), 1))
            painter.drawLine(apex, end)
            box = QRectF(end.x() + theme.px(3), end.y() - theme.px(7), theme.px(18), theme.px(13))
            painter.fillRect(box, theme.color("panel", 0.85))
            painter.setPen(theme.color("ink2"))
            painter.drawText(end + QPointF(theme.px(4), theme.px(4)), word)

    def _paint_series(self, painter: QPainter) -> None:
        theme, marks = self._theme, self.series.marks
        color, panel = theme.color("gd"), theme.color("panel")
        pen = QPen(color, theme.px(1.6))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if self.series.dashed:
            pen.setDashPattern([5, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        places = [self.place(mark.width, mark.error) for mark in marks]
        painter.drawPolyline(QPolygonF(places))
        for mark, at in zip(marks, places, strict=True):
            if mark.width == self.width_shown:
                painter.setPen(QPen(panel, theme.px(7)))
                painter.setBrush(panel)
                painter.drawEllipse(at, theme.px(6), theme.px(6))
                painter.setPen(QPen(theme.color("accent"), theme.px(2.6)))
                painter.drawEllipse(at, theme.px(6), theme.px(6))
                continue
            r = theme.px(4.6 + (1.5 if mark.width == self._hovered else 0))
            painter.setPen(QPen(color, theme.px(1.6)))
            painter.setBrush(panel)
            painter.drawPolygon(QPolygonF([at + QPointF(*d) for d in ((0, -r), (r, 0), (0, r), (-r, 0))]))

    def _paint_label(self, painter: QPainter, plane: QRectF) -> None:
        """The method's name at the line's end."""
        theme, last = self._theme, self.series.marks[-1]
        painter.setFont(theme.font("note", bold=True))
        metrics = painter.fontMetrics()
        lines = self.series.label.split("\n")
        wide = max(metrics.horizontalAdvance(line) for line in lines)
        high = metrics.height() * len(lines)
        at, size, gap = self.place(last.width, last.error), QSizeF(wide, high), theme.px(12)
        boxes = []
        if at.x() + gap + wide <= self.width():
            top = min(max(at.y() - high / 2, plane.top()), plane.bottom() - high)
            boxes.append(QRectF(QPointF(at.x() + gap, top), size))
        else:  # no room beside the last mark: where the line does not run
            left = self.width() - wide - 2
            tops = (at.y() - high - gap, at.y() + gap, plane.top() + theme.px(30), plane.bottom() - high)
            boxes += [QRectF(QPointF(left, top), size) for top in tops if plane.top() <= top <= plane.bottom() - high]
        box = min(boxes, key=self._crossings)
        painter.setPen(theme.color("gd"))
        for k, line in enumerate(lines):
            painter.drawText(box.topLeft() + QPointF(0, metrics.ascent() + k * metrics.height()), line)


def decade_text(power: int) -> str:
    """A power of ten as an axis says it: 1, 0.1, 0.01, then 10⁻³."""
    return f"{10.0**power:g}" if -2 <= power <= 3 else power_text(10.0**power, 0).removeprefix("1·")
