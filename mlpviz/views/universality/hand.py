"""What the pointer and the keys do to g, with the tool in hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PyQt6.QtCore import QObject, QPointF, Qt, pyqtSignal

from mlpviz.data.brushes import BRUSH, RUBBER, bend, erase, smooth_stroke
from mlpviz.data.polylines import Point, add_point, corners, move_point, remove_point
from mlpviz.data.strokes import SAMPLES, Drawn, apply_stroke, grid, smoothed
from mlpviz.views.kit.numbers import number_text

STROKE_SMOOTH = 2.0  # σ of a stroke drawn over a function that is not smoothed
KEY_STEP, KEY_RAISE = 1 / 64, 1 / 40  # of the plane
GRAB = 9.0  # pixels around a point that take hold of it
PENCIL, LINE, SMOOTH, ERASER, POLYLINE = "pencil", "line", "smooth", "eraser", "polyline"
KEY = Qt.Key


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its word, its accessible name, its icon, its key, the command that it does, what its tooltip says."""

    word: str
    name: str
    icon: str
    key: str
    command: str
    tip: str


TOOLS = {
    PENCIL: Tool(
        "Pencil", "Pencil", "pencil", "P", "Draw function", "Press and drag to draw g; the last line drawn wins."
    ),
    LINE: Tool("Line", "Line", "line", "L", "Draw line", "Press and drag a straight line into g."),
    SMOOTH: Tool(
        "Smooth", "Smooth brush", "smooth", "S", "Smooth by brush",
        "Press and drag to round g off under the brush; again for more. It works on the stroke as drawn.",
    ),
    ERASER: Tool(
        "Eraser", "Eraser", "eraser", "E", "Erase",
        "Press and drag to erase g: a straight bridge takes its place, from the one end of what is erased to the "
        "other;\nat an end of [0, 1] it is level.",
    ),
    POLYLINE: Tool(
        "Polyline", "Polyline", "polyline", "Y", "Move point",
        "Drag points of g; a click between them adds one, a double click or the right button takes one away.\n"
        "Keys: Page Up and Down choose a point, arrows move it, Insert adds one after it, Delete takes it away.",
    ),
}  # fmt: skip


class Hand(QObject):
    """Holds a tool over the plane. It makes new functions of the one shown and keeps none itself.

    Signals:
        stroked(drawn, command, finished): the function as the pointer has made it so far.
        keyed(drawn, command): the function after a key.
        settled(): what comes next is another command.
        refused(sentence): what cannot be done, and why.
        looked(): marker, chosen point or pointer are elsewhere.
    """

    stroked = pyqtSignal(object, str, bool)
    keyed = pyqtSignal(object, str)
    settled = pyqtSignal()
    refused = pyqtSignal(str)
    looked = pyqtSignal()

    def __init__(self, to_pixels: Callable[[float, float], QPointF], parent: QObject) -> None:
        super().__init__(parent)
        self._to_pixels = to_pixels
        self.drawn: Drawn | None = None
        self.tool = PENCIL
        self.marker: float | None = None
        self.chosen: int | None = None
        self._base: Drawn | None = None  # what a stroke under way began with
        self._latest: Drawn | None = None
        self._path: list[Point] = []
        self._offset = (0.0, 0.0)
        self._command = ""
        self._corners: tuple[Drawn, tuple[Point, ...]] | None = None

    # ---- what there is

    @property
    def busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._base is not None

    def show_function(self, drawn: Drawn) -> None:
        """Take another g; a stroke that has not made it ends."""
        if drawn is not self._latest:
            self._base = None
        self.drawn = drawn
        if self.chosen is not None:
            self.chosen = min(self.chosen, len(self.points()) - 1)

    def take(self, tool: str) -> None:
        """Take another tool."""
        if tool != self.tool:
            self._base = None
            self.tool, self.chosen, self.marker = tool, None, None
            self.settled.emit()
            self.looked.emit()

    def points(self) -> tuple[Point, ...]:
        """The points that can be dragged; () with another tool than the polyline's."""
        if self.drawn is None or self.tool != POLYLINE:
            return ()
        if self._corners is None or self._corners[0] is not self.drawn:
            self._corners = (self.drawn, corners(self.drawn))
        return self._corners[1]

    def reach(self) -> float:
        """Half the width in x of what the tool touches; 0 for a fine one."""
        return {SMOOTH: BRUSH, ERASER: RUBBER}.get(self.tool, 0) / (SAMPLES - 1)

    def place(self) -> Point | None:
        """Where the keys would act."""
        points = self.points()
        if self.chosen is not None and points:
            return points[self.chosen]
        if self.marker is None or self.drawn is None:
            return None
        return self.marker, float(np.interp(self.marker, grid(), smoothed(self.drawn)))

    def words(self) -> str:
        """The place of the keys in words, "" where there is none."""
        place = self.place()
        if place is None:
            return ""
        which = f"point {self.chosen + 1} of {len(self.points())}: " if self.chosen is not None else ""
        return f"{which}x = {place[0]:.3f}, g(x) = {number_text(place[1], 4)}"

    def near(self, pixel: QPointF) -> int | None:
        """The point under the pointer."""
        away = [(self._to_pixels(*point) - pixel).manhattanLength() for point in self.points()]
        nearest = int(np.argmin(away)) if away else 0
        return nearest if away and away[nearest] <= GRAB else None

    # ---- the pointer

    def press(self, at: Point, pixel: QPointF) -> None:
        """The tool is set down at a place of the plane, which is at a pixel."""
        drawn = self.drawn
        if drawn is None:
            return
        self.settled.emit()
        self.marker = None  # the place of the keys goes when the pointer draws
        self._base, self._path, self._command = drawn, [at], TOOLS[self.tool].command
        if self.tool != POLYLINE:
            self._work(drawn, going_on=False)
            return
        self.chosen = self.near(pixel)
        if self.chosen is None:
            self._command, self._offset = "Add point", (0.0, 0.0)
            made, self.chosen = add_point(drawn, *at)
            self._tell(made)
        else:
            x, y = self.points()[self.chosen]
            self._offset = x - at[0], y - at[1]
        self.looked.emit()

    def move(self, at: Point) -> None:
        """The tool is drawn on."""
        if self._base is None or self.drawn is None or at == self._path[-1]:
            return
        self._path.append(at)
        if self.tool != POLYLINE:
            self._work(self.drawn, going_on=True)
        elif self.chosen is not None:
            to = at[0] + self._offset[0], at[1] + self._offset[1]
            self._tell(move_point(self.drawn, self.chosen, *to))

    def release(self, at: Point) -> None:
        """The tool is lifted."""
        self.move(at)
        if self._base is not None and self._latest is self.drawn:
            self._base = None
            self.stroked.emit(self.drawn, self._command, True)
        self._base = None

    def remove(self, pixel: QPointF) -> bool:
        """Take away the point under the pointer; whether there is one."""
        index = self.near(pixel)
        just_added = self._command == "Add point" and index == self.chosen
        self._command = ""
        if index is not None and not just_added:
            self._base = None
            self._remove(index)
        return index is not None

    def _work(self, drawn: Drawn, *, going_on: bool) -> None:
        path, base = self._path, self._base
        assert base is not None  # a stroke is under way
        if self.tool == PENCIL:
            made = apply_stroke(drawn, path[-2:], going_on=going_on)
        elif self.tool == LINE:
            made = apply_stroke(base, [path[0], path[-1]])
        elif self.tool == SMOOTH:
            made = smooth_stroke(drawn, path[-2:], going_on=going_on)
        else:
            made = erase(base, path)
        if self.tool in (PENCIL, LINE) and not base.smooth and (base.source != "drawn" or base.points):
            made = replace(made, smooth=STROKE_SMOOTH)
        self._tell(made)

    def _tell(self, made: Drawn) -> None:
        self._latest = made
        self.stroked.emit(made, self._command, False)

    # ---- the keys

    def enter(self) -> None:
        """Reached by keyboard: there is a place where the keys act."""
        if self.tool == POLYLINE:
            self.chosen = self.chosen or 0
        elif self.marker is None:
            self.marker = 0.5
        self.looked.emit()

    def key(self, key: int, more: float, height: float) -> bool:
        """Do what a key says, `more` times as far, on a plane of so much height in units of g; False: nothing."""
        if self.drawn is None:
            return False
        moves = {KEY.Key_Left: -1, KEY.Key_Right: 1}
        raises = {KEY.Key_Up: 1, KEY.Key_Down: -1}
        across = moves.get(KEY(key), 0) * KEY_STEP * more
        up = raises.get(KEY(key), 0) * KEY_RAISE * more * height
        if self.tool == POLYLINE:
            return self._key_of_points(key, across, up)
        if across or key in (KEY.Key_Home, KEY.Key_End):
            self.settled.emit()
            x = 0.5 if self.marker is None else self.marker
            self.marker = {KEY.Key_Home: 0.0, KEY.Key_End: 1.0}.get(KEY(key), min(max(x + across, 0.0), 1.0))
        elif up:
            self.marker = 0.5 if self.marker is None else self.marker
            self.keyed.emit(bend(self.drawn, self.marker, up), "Draw function")
        else:
            return False
        self.looked.emit()
        return True

    def _key_of_points(self, key: int, across: float, up: float) -> bool:
        points, drawn = self.points(), self.drawn
        assert drawn is not None  # asked before
        last, now = len(points) - 1, self.chosen or 0
        to = {KEY.Key_PageUp: now - 1, KEY.Key_PageDown: now + 1, KEY.Key_Home: 0, KEY.Key_End: last}
        if across or up:
            self.chosen = now
            x, y = points[now]
            self.keyed.emit(move_point(drawn, now, x + across, y + up), "Move point")
        elif key in to:
            self.settled.emit()
            self.chosen = min(max(to[KEY(key)], 0), last)
        elif key == KEY.Key_Insert:
            self.settled.emit()
            first = min(now, last - 1)
            (x0, y0), (x1, y1) = points[first : first + 2]
            made, self.chosen = add_point(drawn, (x0 + x1) / 2, (y0 + y1) / 2)
            self.keyed.emit(made, "Add point")
            self.settled.emit()
        elif key in (KEY.Key_Delete, KEY.Key_Backspace):
            self.chosen = now
            self._remove(now)
        else:
            return False
        self.looked.emit()
        return True

    def _remove(self, index: int) -> None:
        if self.drawn is None:
            return
        if len(self.points()) <= 2:
            self.refused.emit("A polyline keeps two points at least; move them instead.")
            return
        self.settled.emit()
        made = remove_point(self.drawn, index)
        self.chosen = min(index, len(made.points) - 1)
        self.keyed.emit(made, "Remove point")
        self.settled.emit()
        self.looked.emit()
