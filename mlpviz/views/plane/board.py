"""The square on which g is painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QEvent, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PyQt6.QtWidgets import QWidget

from mlpviz.data.painted import Painted, raised, smoothed_at
from mlpviz.views.kit.theme import Theme
from mlpviz.views.plane.heat_map import HeatMap

STEP = 1 / 63  # of an arrow key
DAB = 0.05  # what a dab of the brush adds in its middle, as a share of g's range
CLOSE = 0.25  # between two dabs of a stroke, in radii
RADII = (0.02, 0.4)
RADIUS = 0.12


@dataclass(frozen=True, slots=True)
class Brush:
    """A brush: its word, what it does in a sentence, its key, and the name of its command."""

    word: str
    tip: str
    key: str
    command: str


BRUSHES = {
    "raise": Brush("Raise", "Drag to raise g under the brush; with Shift lower it.", "R", "Raise g"),
    "lower": Brush("Lower", "Drag to lower g under the brush; with Shift raise it.", "L", "Lower g"),
    "smooth": Brush("Smooth", "Drag to smooth g under the brush.", "S", "Smooth g"),
}
KEYS_TIP = "Keys: arrows move the brush, with Shift four times as far; Space dabs; [ and ] set its size."


class Board(HeatMap):
    """g as colours, painted with the mouse or the keys.

    Attributes:
        brush: the one in hand. radius: its, in units of x.

    Signals:
        painted(painted, command, finished): a stroke went on, or ended.
        radius_changed(radius): by a key.
    """

    painted = pyqtSignal(object, str, bool)
    radius_changed = pyqtSignal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self.brush, self.radius = "raise", RADIUS
        self._g: Painted | None = None
        self._at: tuple[float, float] | None = None  # the brush, where it is in sight
        self._last: tuple[float, float] | None = None  # the last dab of the stroke under way
        self._unit, self._swapped = 1.0, False
        super().__init__(theme, "Painting surface", parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    @property
    def busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._last is not None

    def show_function(self, g: Painted) -> None:
        """Paint on this g from now on."""
        self._g = g

    def take(self, brush: str) -> None:
        """Take a brush into the hand."""
        self.brush = brush
        self.setToolTip(f"{BRUSHES[brush].tip}\n{KEYS_TIP}")

    def set_radius(self, radius: float) -> None:
        """Another size of the brush, in units of x."""
        self.radius = float(np.clip(radius, *RADII))
        self.repaint_over()

    # ---- strokes

    def _begin(self, at: tuple[float, float], swapped: bool) -> None:
        if self._g is None:
            return
        span = float(np.ptp(self._g.samples))
        self._unit = DAB * (span if span > 1e-9 * float(np.max(np.abs(self._g.samples), initial=0.0)) else 1.0)
        self._swapped, self._last = swapped, at
        self._dab([at])

    def _dab(self, places: list[tuple[float, float]], *, finished: bool = False) -> None:
        if self._g is None:
            return
        g = self._g
        change = self._change()
        for x1, x2 in places:
            g = change(g, x1, x2)
        self._g = g
        self.painted.emit(g, BRUSHES[self.brush].command, finished)

    def _change(self) -> Callable[[Painted, float, float], Painted]:
        if self.brush == "smooth":
            return lambda g, x1, x2: smoothed_at(g, x1, x2, self.radius)
        sign = 1.0 if (self.brush == "raise") != self._swapped else -1.0
        return lambda g, x1, x2: raised(g, x1, x2, self.radius, sign * self._unit)

    def _go_on(self, at: tuple[float, float]) -> None:
        """Dabs at equal distances on the way, however the pointer was sampled."""
        assert self._last is not None
        start, end = np.array(self._last), np.array(at)
        pace = CLOSE * self.radius
        count = int(np.hypot(*(end - start)) / pace)
        if count:
            places = [tuple(start + k * pace * (end - start) / np.hypot(*(end - start))) for k in range(1, count + 1)]
            self._last = places[-1]
            self._dab(places)

    def _end(self) -> None:
        if self.busy:
            self._last = None
            self._dab([], finished=True)

    # ---- mouse

    def mousePressEvent(self, ev: QMouseEvent | None) -> None:
        """Begin a stroke within the square."""
        if ev is None or ev.button() != Qt.MouseButton.LeftButton:
            return
        at = self.to_plane(ev.position())
        if all(0 <= x <= 1 for x in at):
            self._at = at
            self._begin(at, bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, ev: QMouseEvent | None) -> None:
        """Go on with the stroke; show the brush."""
        if ev is None:
            return
        at = self.to_plane(ev.position())
        inside = all(0 <= x <= 1 for x in at)
        self._at = at if inside or self.busy else None
        self.setCursor(Qt.CursorShape.CrossCursor if inside else Qt.CursorShape.ArrowCursor)
        if self.busy:
            self._go_on(at)
        self.repaint_over()

    def mouseReleaseEvent(self, ev: QMouseEvent | None) -> None:
        """End the stroke."""
        if ev is not None and ev.button() == Qt.MouseButton.LeftButton:
            self._end()

    def leaveEvent(self, a0: QEvent | None) -> None:
        """The brush is out of sight, unless the keys hold it."""
        super().leaveEvent(a0)
        if not self.hasFocus():
            self._at = None
        self.repaint_over()

    # ---- keys

    def keyPressEvent(self, ev: QKeyEvent | None) -> None:
        """Move the brush, dab, set its size."""
        if ev is None:
            return
        key = Qt.Key(ev.key())
        moves = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        shifted = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in moves:
            at = self._at or (0.5, 0.5)
            pace = STEP * (4 if shifted else 1)
            self._at = tuple(min(max(x + pace * move, 0.0), 1.0) for x, move in zip(at, moves[key], strict=True))  # type: ignore[assignment]
            self._tell_place()
        elif key == Qt.Key.Key_Space and self._at is not None and not self.busy:
            self._begin(self._at, shifted)
            self._end()
            self._tell_place()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self.set_radius(self.radius * (0.8 if key == Qt.Key.Key_BracketLeft else 1.25))
            self.radius_changed.emit(self.radius)
        else:
            super().keyPressEvent(ev)
            return
        self.repaint_over()

    def _tell_place(self) -> None:
        """What assistive technology reads of the brush's place."""
        if self._at is None or self._g is None:
            return
        row, column = round(63 * self._at[1]), round(63 * self._at[0])
        value = float(self._g.samples[row, column])
        self.setAccessibleDescription(f"x1 = {self._at[0]:.2f}, x2 = {self._at[1]:.2f}, g = {value:.3g}")

    def focusInEvent(self, ev: QFocusEvent | None) -> None:
        """The keys hold the brush: it is in sight."""
        super().focusInEvent(ev)
        if self._at is None and ev is not None and ev.reason() != Qt.FocusReason.MouseFocusReason:
            self._at = (0.5, 0.5)
        self.repaint_over()

    def focusOutEvent(self, ev: QFocusEvent | None) -> None:
        """The keys let it go."""
        super().focusOutEvent(ev)
        self._end()
        if not self.underMouse():
            self._at = None
        self.repaint_over()

    # ---- painting

    def paint_over(self, painter: QPainter, plane: QRectF) -> None:
        """The frame, and the brush where it is in sight."""
        super().paint_over(painter, plane)
        if self.hasFocus():
            painter.setPen(self.theme.color("accent"))
            painter.drawRect(plane.adjusted(-2, -2, 2, 2))
        if self._at is not None:
            painter.setClipRect(plane)
            self._ring(painter, self.to_pixels(*self._at), self.radius * plane.width())
            painter.setClipping(False)
