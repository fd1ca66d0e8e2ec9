"""Error against width, both axes logarithmic: the widget."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QToolTip, QWidget

from mlpviz.pictures.width_axis import error_range
from mlpviz.views.kit.controls import stepped
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.chart_data import NO_METHOD, Chart, Mark, Series
from mlpviz.views.universality.chart_layout import Layout
from mlpviz.views.universality.chart_paint import Pointed, chosen_mark, paint_chart
from mlpviz.views.universality.chart_source import described, readouts

GRASP = 5.0  # pixels from the tolerance line within which it is taken
REACH = 14.0  # pixels from a mark within which it is meant
LOWEST, HIGHEST = 1e-8, 1.0  # tolerance, as a share of the range
TIP = (
    "Each mark is a net: click one to see it large. ← → go along a curve, ↑ ↓ to the next one.\n"
    "Drag the line across the plane, or press Page Up and Page Down: the tolerance."
)


class WidthChart(QWidget):
    """The chart of errors: click a mark, or use the arrow keys, to choose a net; drag the tolerance.

    Signals:
        chosen(width, method, seed): the user chose another net; method "" where no mark is meant, only a width.
        tolerance_moved(share): the user moved the tolerance, a share of g's range.
        pointed(text, shorter): what the mark under the pointer, else the chosen one, says; "" for none.
    """

    chosen = pyqtSignal(int, str, int)
    tolerance_moved = pyqtSignal(float)
    pointed = pyqtSignal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.chart = Chart()
        self.tolerance: float | None = None
        self.ends = (-2.0, 0.0)
        self._axis: object = None
        self._layout: Layout | None = None
        self._hovered: tuple[str, int] | None = None
        self._moving = False
        self._told = ("", "")
        self.setAccessibleName("Error against width")
        self.setToolTip(TIP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self._themed)

    def sizeHint(self) -> QSize:
        """Upright."""
        return QSize(430, 400)

    def minimumSizeHint(self) -> QSize:
        """Still to be read."""
        return QSize(round(self._theme.px(230)), round(self._theme.px(140)))

    # ---- what is shown

    def show_chart(self, chart: Chart) -> None:
        """Show another state. The error axis stays calm while measure and unit are the same."""
        if chart == self.chart and self._axis is not None:
            return
        axis = (chart.measure, chart.relative)
        now = self.ends if axis == self._axis else None
        self.ends = error_range(chart.errors(), chart.span, now, settled=chart.settled)
        self.chart, self._axis = chart, axis
        self.update()
        self._tell()

    def show_tolerance(self, share: float | None) -> None:
        """Show the tolerance, a share of g's range; None: no line."""
        if share != self.tolerance:
            self.tolerance = share
            self.update()

    def layout_now(self) -> Layout:
        """The geometry of what is shown."""
        size, found = QSizeF(self.size()), self._layout
        if found is None or found.chart is not self.chart or found.size != size or found.ends != self.ends:
            kept = found.fan.apex if found is not None and found.fan is not None and found.size == size else None
            self._layout = found = Layout(self.chart, self._theme, size, self.ends, kept)
        return found

    def plane(self) -> QRectF:
        """The plane's rectangle, in pixels."""
        return self.layout_now().plane

    def place(self, width: float, error: float) -> QPointF:
        """Where a net stands, in pixels; `error` in the units of the axis."""
        return self.layout_now().place(width, error)

    def _themed(self) -> None:
        self._layout = None
        self.updateGeometry()
        self.update()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Everything moves."""
        super().resizeEvent(a0)
        self._layout = None

    def _tell(self) -> None:
        """Words for assistive technology and the line of text: the mark that is meant, then the whole chart."""
        found = self._meant()
        told = readouts(self.chart, *found) if found is not None else ("", "")
        line = told[0]
        whole = described(self.chart)
        self.setAccessibleDescription(f"{line}. {whole}" if line else whole)
        if told != self._told:
            self._told = told
            self.pointed.emit(*told)

    def _meant(self) -> tuple[Series, Mark] | None:
        if self._hovered is not None:
            method, width = self._hovered
            for series in self.chart.series:
                for mark in series.marks:
                    if (series.method, mark.width) == (method, width):
                        return series, mark
        return chosen_mark(self.layout_now())

    # ---- mouse

    def _tolerance_y(self) -> float | None:
        error = self._tolerated()
        return None if error is None else self.layout_now().y(error)

    def _tolerated(self) -> float | None:
        """The tolerance in the units of the axis; None where there is no line to see."""
        if self.tolerance is None or self.chart.empty or not self.chart.span > 0:
            return None
        return self.tolerance * self.chart.span

    def _on_tolerance(self, at: QPointF) -> bool:
        y, plane = self._tolerance_y(), self.plane()
        across = plane.left() - self._theme.px(8) <= at.x() <= plane.right()
        return y is not None and across and abs(at.y() - y) <= self._theme.px(GRASP)

    def mousePressEvent(self, a0: QMouseEvent | None) -> None:
        """Take the mark, else the tolerance line, else the width under the pointer."""
        if a0 is None or a0.button() != Qt.MouseButton.LeftButton:
            return
        at, layout = a0.position(), self.layout_now()
        near = layout.nearest(at, self._theme.px(REACH / 2 if self._on_tolerance(at) else REACH))
        if near is not None:
            self.chosen.emit(near[1].width, near[0].method, near[1].seed)
        elif self._on_tolerance(at):
            self._moving = True
            self.update()
        elif (width := layout.column(at)) is not None:
            self._choose_width(width)

    def mouseMoveEvent(self, a0: QMouseEvent | None) -> None:
        """Drag the tolerance; else the mark under the pointer grows and tells its numbers."""
        if a0 is None:
            return
        at, layout = a0.position(), self.layout_now()
        if self._moving:
            plane = layout.plane
            share = layout.error(min(max(at.y(), plane.top()), plane.bottom())) / self.chart.span
            self._set_tolerance(float(f"{share:.2g}"))
            return
        grasped = self._on_tolerance(at)
        near = layout.nearest(at, self._theme.px(REACH / 2 if grasped else REACH))
        if near is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif grasped:
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        else:
            inside = layout.column(at) is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if inside else Qt.CursorShape.ArrowCursor)
        self._hover(near)
        if near is not None:
            QToolTip.showText(a0.globalPosition().toPoint(), near[1].words, self)
        elif QToolTip.isVisible() and self._hovered is None:
            QToolTip.hideText()

    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        """Let the tolerance go."""
        if self._moving:
            self._moving = False
            self.update()

    def leaveEvent(self, a0: QEvent | None) -> None:
        """Nothing is under the pointer."""
        self._hover(None)

    def _hover(self, near: tuple[Series, Mark] | None) -> None:
        hovered = (near[0].method, near[1].width) if near is not None else None
        if hovered != self._hovered:
            self._hovered = hovered
            self._tell()
            self.update()

    def _set_tolerance(self, share: float) -> None:
        share = min(max(share, LOWEST), HIGHEST)
        if share != self.tolerance:
            self.show_tolerance(share)
            self.tolerance_moved.emit(share)

    # ---- keys

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """← → along the curve, ↑ ↓ to the next curve at this width, Enter again, Page Up and Down: the tolerance."""
        if a0 is None:
            return
        key = Qt.Key(a0.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._along(-1 if key == Qt.Key.Key_Left else 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._across(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(*self.chart.chosen)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and self.tolerance is not None:
            self._set_tolerance(stepped(100 * self.tolerance, up=key == Qt.Key.Key_PageUp) / 100)
        else:
            super().keyPressEvent(a0)

    def _along(self, step: int) -> None:
        """To the next mark of the chosen curve; without a curve to the next width."""
        width, method, _ = self.chart.chosen
        series = next((each for each in self.chart.series if each.method == method), None)
        if series is None:
            widths = self.chart.widths
            if width in widths:
                self._choose_width(widths[min(max(widths.index(width) + step, 0), len(widths) - 1)])
            return
        later = [mark for mark in series.marks if (mark.width - width) * step > 0]
        if later:
            mark = min(later, key=lambda mark: abs(mark.width - width))
            self.chosen.emit(mark.width, method, mark.seed)

    def _across(self, step: int) -> None:
        """To the curve next above or below at the chosen width."""
        width, method, _ = self.chart.chosen
        layout = self.layout_now()
        here = [(layout.spot(mark).y(), series.method, mark.seed) for series in self.chart.series
                for mark in series.marks if mark.width == width]  # fmt: skip
        here.sort(key=lambda each: each[0])
        if not here:
            return
        at = next((k for k, each in enumerate(here) if each[1] == method), None)
        to = (0 if step > 0 else len(here) - 1) if at is None else min(max(at + step, 0), len(here) - 1)
        self.chosen.emit(width, here[to][1], here[to][2])

    def _choose_width(self, width: int) -> None:
        """A width, with the chosen curve's net of it where there is one."""
        method = self.chart.chosen[1]
        for series in self.chart.series:
            for mark in series.marks:
                if (series.method, mark.width) == (method, width):
                    self.chosen.emit(width, method, mark.seed)
                    return
        self.chosen.emit(width, NO_METHOD, self.chart.chosen[2])

    def focusInEvent(self, a0: QFocusEvent | None) -> None:
        """The ring shows it."""
        super().focusInEvent(a0)
        self.update()

    def focusOutEvent(self, a0: QFocusEvent | None) -> None:
        """The ring shows it."""
        super().focusOutEvent(a0)
        self.update()

    # ---- painting

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Paint the chart."""
        layout = self.layout_now()
        if layout.plane.width() < 40 or layout.plane.height() < 40:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pointed = Pointed(self._hovered, self._tolerated(), self._moving, self.hasFocus())
        paint_chart(painter, layout, pointed)
