"""The notice beside a jump of g, with what can be done about it."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPoint, QRect, Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from mlpviz.data.strokes import SAMPLES, Drawn, jump, jump_floor, jumps, smoothed
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.numbers import error_text, percent
from mlpviz.views.universality.function_plot import FunctionPlot

PLACES = 12  # along the plane that are looked at
TIP = (
    "Neighbouring samples differ by more than 10 % of the range of g: a continuous net has to cross that gap.\n"
    "The largest jump is shown; the buttons are for all of them."
)


class JumpNotice(QFrame):
    """Stands on the plane while g jumps and no stroke is under way, until it is put away.

    Signals:
        smooth_asked(), keep_asked(): the jumps shall be bridged, or be understood as jumps.
    """

    smooth_asked = pyqtSignal()
    keep_asked = pyqtSignal()

    def __init__(self, plot: FunctionPlot) -> None:
        super().__init__(plot.viewport())
        self._plot = plot
        plot.notice = self
        self._drawn: Drawn | None = None
        self._put_away: Drawn | None = None  # of which g nothing more is to be told
        self._texts: tuple[str, ...] = ()
        plot.item.vb.sigResized.connect(lambda: self.place())
        self.setObjectName("strip")
        self.setToolTip(TIP)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 4, 3)
        row.setSpacing(6)
        self.words = QLabel()
        self.words.setObjectName("sub")
        self.words.setAccessibleName("Jump of g")
        row.addWidget(self.words)
        self.smooth = self._button("Smooth it", "Put a steep straight bridge over every jump of g.")
        self.keep = self._button(
            "Keep it",
            "g is meant to jump here. Smoothing then leaves the jump as it is, and half of it is a floor:\n"
            "no continuous net, however wide, comes closer to g.",
        )  # fmt: skip
        for button, asked in ((self.smooth, self.smooth_asked), (self.keep, self.keep_asked)):
            button.clicked.connect(asked)
        self.close_button = self._button("", "Put this notice away; the jump stays marked on g.")
        self.close_button.setAccessibleName("Put the notice of the jump away")
        set_icon(self.close_button, "close", plot.theme, "ink2")
        self.close_button.setFixedWidth(round(plot.theme.px(24)))
        self.close_button.clicked.connect(self._close)
        self.hide()

    def _close(self) -> None:
        self._put_away = self._drawn
        self.hide()
        self._plot.setFocus(Qt.FocusReason.OtherFocusReason)
        self._plot.repaint_over()

    def _button(self, word: str, tip: str) -> QPushButton:
        button = QPushButton(word)
        button.setObjectName("small")
        button.setAccessibleName(word)
        button.setToolTip(tip)
        row = self.layout()
        assert row is not None  # made before
        row.addWidget(button)
        return button

    def show_function(self, drawn: Drawn, *, busy: bool) -> None:
        """Tell about the jumps of g; while a stroke is under way the notice stays out of its way."""
        self._drawn = drawn
        count = len(jumps(drawn))
        if busy or not count or drawn is self._put_away:
            self.hide()
            return
        if drawn.keep_jumps:
            self._texts = (f"jump kept · no net below {error_text(jump_floor(drawn))}", "jump kept")
        else:
            more = f" · {count} jumps" if count > 1 else ""
            self._texts = (f"jump: {percent(jump(drawn))} of the range{more}", f"jump: {percent(jump(drawn))}", "jump")
        self.words.setAccessibleDescription(self._texts[0])
        self.keep.setVisible(not drawn.keep_jumps)
        self.show()
        self.place()

    def place(self) -> None:
        """Stand beside the largest jump, within the plane; further off where it would cover g there."""
        if self._drawn is None or self.isHidden():
            return
        layout, plane = self.layout(), self._plot.plane().toRect()
        for text in self._texts:  # a shorter one where the others need more than a side of the plane
            self.words.setText(text)
            if layout is not None:
                layout.activate()
            self.adjustSize()
            if self.width() < 0.48 * plane.width():
                break
        at = int(np.argmax(np.abs(np.diff(self._drawn.raw))))
        x = self._plot.to_pixels((at + 0.5) / (SAMPLES - 1), 0.0).x()
        tops = (plane.top() + 4, plane.bottom() - self.height() - 4)
        least, most = plane.left() + 4, max(plane.left() + 4, plane.right() - self.width() - 4)
        beside = (round(x) + 12, round(x) - 12 - self.width())
        lefts = [*beside, *range(least, most + 1, max(1, (most - least) // PLACES))]
        corners = [QPoint(min(max(left, least), most), top) for left in lefts for top in tops]

        def away(corner: QPoint) -> tuple[int, bool, float]:
            gaps = corner.x() - x, x - corner.x() - self.width()
            return self._covered(corner), max(gaps) < 0, max(gaps)

        self.move(min(corners, key=away))
        self.raise_()

    def _covered(self, corner: QPoint) -> int:
        """How many samples of g the notice would cover with its upper left corner there."""
        assert self._drawn is not None  # asked by `place`
        box = QRect(corner, self.size()).adjusted(-6, -4, 6, 4)
        low, high = self._plot.y_range
        plane = self._plot.plane()
        x = plane.left() + np.linspace(0.0, plane.width(), SAMPLES)
        y = plane.top() + (high - smoothed(self._drawn)) / (high - low) * plane.height()
        inside = (x > box.left()) & (x < box.right()) & (y > box.top()) & (y < box.bottom())
        return int(inside.sum())
