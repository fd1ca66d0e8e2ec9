"""A plot that tells the numbers under the pointer and puts round numbers on its axes."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QLabel, QWidget

from mlpviz.pictures.ticks import linear_ticks
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.diagram_tip import Tip

Ticks = list[tuple[float, str]]
Box = tuple[tuple[float, float], tuple[float, float]]
ACROSS, DOWN = 46, 40  # pixels that a label of the bottom and of the left axis needs at least
MARK = 7.0


class HoverPlot(Plot):
    """A plot with a tip.

    Attributes:
        explain: from a place under the pointer (in the plot's coordinates) to the tip's lines and the place of what
            they are about; None for no tip.
        clicked: called with the place of a click.
        left: called when the pointer is on no place any more.
        tip: the tip.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, grid: bool = False) -> None:
        self._bounds: Box | None = None
        self._longest = ""
        self._frame: tuple[Box, Ticks, Ticks] | None = None
        self._pointer: QPointF | None = None
        self._told: QLabel | None = None  # until the plot stands
        self.explain: Callable[[QPointF], tuple[tuple[str, ...], QPointF] | None] = lambda place: None
        self.clicked: Callable[[QPointF], None] = lambda place: None
        self.left: Callable[[], None] = lambda: None
        super().__init__(theme, name, parent, grid=grid)
        self.tip = Tip(theme, self)
        self._told = QLabel(self)
        self._told.setObjectName("told")
        self._told.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._told.hide()
        self.setMouseTracking(True)
        theme.changed.connect(self._place_ticks)

    # ---- the frame

    def set_bounds(self, bounds: Box, longest: str = "") -> None:
        """Show this part of the plane; `longest`: a label that the left axis keeps room for."""
        if (bounds, longest) != (self._bounds, self._longest):
            self._bounds, self._longest = bounds, longest
            self._place_ticks()

    def _place_ticks(self) -> None:
        if self._bounds is None:
            return
        (left, right), (low, high) = self._bounds
        room = self.item.vb.rect()
        scale = self.theme.scale
        across = linear_ticks(left, right, max(2, int(room.width() / (ACROSS * scale))))
        up = linear_ticks(low, high, max(2, int(room.height() / (DOWN * scale))))
        self.set_frame(self._bounds, across, up, self._longest)

    def set_frame(self, bounds: Box, across: Ticks, up: Ticks, longest: str) -> None:
        """Show this part of the plane with these labels; what is the same as before costs nothing."""
        if (bounds, across, up) != self._frame:
            self._frame = (bounds, across, up)
            self.item.setRange(xRange=bounds[0], yRange=bounds[1], padding=0)
            self.axes["bottom"].setTicks([across])
            self.axes["left"].setTicks([up])
        metrics = QFontMetricsF(self.theme.font("tick"))
        self.reserve(max((longest, *(label for _, label in up)), key=metrics.horizontalAdvance))

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        """As many labels as there is room for."""
        super().resizeEvent(ev)
        self._place_ticks()
        self._place_told()

    def tell(self, words: str) -> None:
        """A sentence over the plane; "" for none."""
        if self._told is not None and words != self._told.text():
            self._told.setText(words)
            self._told.setVisible(bool(words))
            self._place_told()

    def told(self) -> str:
        """The sentence over the plane."""
        return self._told.text() if self._told is not None else ""

    def _place_told(self) -> None:
        if self._told is None:
            return
        self._told.adjustSize()
        plane = self.item.vb.sceneBoundingRect()
        size = self._told.size()
        self._told.move(round(plane.center().x() - size.width() / 2), round(plane.top() + self.theme.px(6)))

    # ---- the pointer

    def pixels(self, place: QPointF) -> QPointF:
        """Where a place of the plot stands in the widget."""
        return QPointF(self.mapFromScene(self.item.vb.mapViewToScene(place)))

    def _place(self, position: QPointF) -> QPointF | None:
        place: QPointF = self.item.vb.mapSceneToView(self.mapToScene(position.toPoint()))
        return place if self.item.vb.viewRect().contains(place) else None

    def refresh_tip(self) -> None:
        """Tell the numbers anew, at the same place: they may have changed."""
        place = self._place(self._pointer) if self._pointer is not None else None
        told = self.explain(place) if place is not None else None
        if place is None:
            self.left()
        if told is None:
            self.tip.clear()
            return
        lines, mark = told
        at = self.pixels(mark)
        self.tip.show_at(lines, QRectF(at.x() - MARK, at.y() - MARK, 2 * MARK, 2 * MARK))

    def mouseMoveEvent(self, ev: QMouseEvent | None) -> None:
        """Tell the numbers under the pointer."""
        super().mouseMoveEvent(ev)
        if ev is not None:
            self._pointer = ev.position()
            self.refresh_tip()

    def mousePressEvent(self, ev: QMouseEvent | None) -> None:
        """A click is for the card."""
        if ev is not None and ev.button() == Qt.MouseButton.LeftButton:
            place = self._place(ev.position())
            if place is not None:
                self.clicked(place)

    def leaveEvent(self, ev: QEvent | None) -> None:
        """The pointer has gone."""
        super().leaveEvent(ev)
        self._pointer = None
        self.refresh_tip()

    def viewportEvent(self, event: QEvent | None) -> bool:
        """The card's tooltip belongs to its title line: here the tip tells more."""
        if event is not None and event.type() == QEvent.Type.ToolTip:
            return True
        return bool(super().viewportEvent(event))
