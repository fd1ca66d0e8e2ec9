"""The Loss card: training, validation and test loss against epochs, η_t beneath where it changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QFontMetricsF, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget

from mlpviz.document.history import COLUMNS
from mlpviz.nn.evaluate import penalty
from mlpviz.nn.layout import Array
from mlpviz.pictures.losses import PARTS, LossPicture, loss_picture
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import epoch_text, loss_text, number_text
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.describe import words
from mlpviz.views.lab.hover_plot import DOWN, HoverPlot
from mlpviz.views.lab.rate_strip import RateStrip

LABEL_HEIGHT = 15.0
NAMES = PARTS
WORDS = {"train": "training", "validation": "validation", "test": "test"}
LONGEST = "0.005"
TIP = (
    "The mean loss L after each epoch: on the training rows (solid) and on the test rows (dashed), which training "
    "never sees. Both falling: it learns. Test rising while train falls: it overfits. Dotted: the validation rows, "
    "which early stopping watches."
)
PENALTY_TIP = (
    "λ₁‖W‖₁ + ½λ₂‖W‖² at the present weights. Its gradient is added to that of L; the curves show L alone. "
    "It grows with λ and with the weights."
)


class LossCard(Card):
    """L on the training rows in the accent, solid; on the test rows in ink, dashed; the raw curves faint behind."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Loss", theme, parent, symbol="L")
        self.setAccessibleName("Loss over epochs")
        self.setToolTip(TIP)
        self._session = session
        self._picture: LossPicture | None = None
        self._asked: Any = None
        self.scale = QPushButton("log")
        self.scale.setObjectName("chip")
        self.scale.setCheckable(True)
        self.scale.setAccessibleName("Logarithmic loss axis")
        self.scale.setToolTip(
            "Logarithmic loss axis: shows small losses and steady progress. Switched off the axis is linear from 0."
        )
        self.scale.toggled.connect(lambda on: session.look(log_loss=on))
        self.header.addWidget(self.scale)
        self.plot = HoverPlot(theme, "Loss curve", grid=True)
        self.plot.set_axis_symbol("bottom", "epoch", words=True)
        self.plot.explain = self._explain
        self.plot.left = lambda: self._pointed.setData([], [])
        self.body.addWidget(self.plot, 1)
        self.rate = RateStrip(theme)
        self.body.addWidget(self.rate)
        self.penalty = QLabel()
        self.penalty.setObjectName("sub")
        self.penalty.setToolTip(PENALTY_TIP)
        self.penalty.setAccessibleName("Penalty")
        self.body.addWidget(self.penalty)
        self._add_items()
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self._updated)
        theme.changed.connect(self._restyle)
        self._document_changed(frozenset({"view", "training"}))
        self._restyle()

    def _add_items(self) -> None:
        names = ("raw_test", "raw_validation", "raw_train", "test", "validation", "train")
        self._curves = {name: pg.PlotCurveItem(antialias=name in NAMES) for name in names}
        # A thick solid line is quick in pieces; a dashed one would begin its dashes anew in each.
        self._curves["train"].setSegmentedLineMode("on")
        self._ends = {name: pg.ScatterPlotItem() for name in NAMES}
        self._labels = {name: pg.TextItem(name, anchor=(0, 0.5)) for name in NAMES}
        self._cross = pg.ScatterPlotItem()
        self._pointed = pg.PlotCurveItem(connect="finite")
        items = (*self._curves.values(), self._pointed, *self._ends.values(), self._cross, *self._labels.values())
        for z, item in enumerate(items):
            item.setZValue(z)
            self.plot.item.addItem(item, ignoreBounds=True)

    def showEvent(self, event: QShowEvent | None) -> None:
        """A card that comes into sight draws itself."""
        super().showEvent(event)
        self._updated()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width has other columns to decimate to."""
        super().resizeEvent(event)
        self._request()
        self._draw()

    # ---- what is asked for

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "view" in changed:
            self.scale.blockSignals(True)
            self.scale.setChecked(self._session.document.view.log_loss)
            self.scale.blockSignals(False)
        if changed & {"view", "state", "network", "data"}:
            self._request()
        if changed & {"state", "network", "training"}:
            self._tell_penalty()

    def _updated(self) -> None:
        self._request()
        self._tell_penalty()

    def _tell_penalty(self) -> None:
        live, config = self._session.live, self._session.document.training
        shown = bool(config.l1 or config.l2) and live.theta.shape == (live.network.size,)
        self.penalty.setVisible(shown)
        if shown and self.isVisible():
            found = loss_text(float(penalty(live.network, live.theta, config.l1, config.l2)))
            self.penalty.setText(f"penalty {found}, apart from L")
            self.penalty.setAccessibleDescription(found)

    def _request(self) -> None:
        live, log = self._session.live, self._session.document.view.log_loss
        rows, room = live.history.rows, self.plot.item.vb.rect()
        columns, most = (
            max(48, int(room.width()) // 16 * 16),
            max(3, int(room.height() / (0.6 * DOWN * self.theme.scale))),
        )
        ends = (rows[0].tobytes(), rows[-1].tobytes()) if len(rows) else ()
        digit = QFontMetricsF(self.theme.font("tick")).horizontalAdvance("0")
        asked = (len(rows), ends, log, columns, most, digit, live.diverged)
        if not self.isVisible() or asked == self._asked:
            return
        self._asked, history = asked, live.history
        self._session.pictures.request("loss", lambda: loss_picture(history, log, columns, most, digit), self._receive)

    def _receive(self, picture: LossPicture) -> None:
        self._picture = picture
        self._draw()

    # ---- what is drawn

    def _restyle(self) -> None:
        theme = self.theme
        accent, ink, panel = theme.color("accent"), theme.color("ink"), theme.color("panel")
        self._curves["raw_train"].setPen(pg.mkPen(theme.color("accent", 0.32), width=1))
        self._curves["raw_test"].setPen(pg.mkPen(theme.color("ink", 0.24), width=1))
        self._curves["train"].setPen(pg.mkPen(accent, width=theme.px(2.4)))
        self._curves["raw_validation"].setPen(pg.mkPen(theme.color("ink2", 0.24), width=1))
        for name, token, dashes in (("test", "ink", [4, 2.4]), ("validation", "ink2", [1.4, 1.6])):
            pen = pg.mkPen(theme.color(token), width=theme.px(1.8))
            pen.setStyle(Qt.PenStyle.CustomDashLine)
            pen.setDashPattern(dashes)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            self._curves[name].setPen(pen)
        self._pointed.setPen(pg.mkPen(theme.color("edge"), width=1))
        self._ends["train"].setData(pen=pg.mkPen(panel, width=1), brush=accent, size=theme.px(8), antialias=True)
        for name, token in (("test", "ink"), ("validation", "ink2")):
            pen = pg.mkPen(theme.color(token), width=theme.px(1.6))
            self._ends[name].setData(pen=pen, brush=panel, size=theme.px(7), antialias=True)
        self._cross.setData(symbol="x", pen=pg.mkPen(panel, width=1), brush=theme.color("warn"), size=theme.px(14))
        for name, color in zip(NAMES, (accent, theme.color("ink2"), ink), strict=True):
            self._labels[name].setColor(color)
            self._labels[name].setFont(theme.font("note", bold=True))
        self._draw()

    def _draw(self) -> None:
        picture = self._picture
        if picture is None:
            return
        for name, curve in self._curves.items():
            points: Array = getattr(picture, name)
            curve.setData(points[:, 0], points[:, 1])
        frame = ((0.0, self._right(picture)), (picture.low, picture.high))
        self.plot.set_frame(frame, picture.epoch_ticks, picture.ticks, longest=LONGEST)
        self.rate.show_rate(picture.rate, frame[0][1], self.plot.reserved())
        self.set_subtitle(f"smoothed over {epoch_text(picture.window)} epochs" if picture.window > 1 else "")
        self._draw_ends(picture)
        diverged = self._session.live.diverged is not None
        curves = (picture.train, picture.validation, picture.test)
        last = [curve[-1] for curve in curves if diverged and len(curve)]
        self._cross.setData(pos=np.array(last) if last else np.empty((0, 2)))
        told = f"training loss {loss_text(picture.last_train)}, test loss {loss_text(picture.last_test)}"
        if len(picture.validation):
            told += f", validation loss {loss_text(picture.last_validation)}"
        self.plot.setAccessibleDescription(told + (", diverged" if diverged else ""))
        self.plot.refresh_tip()

    def _right(self, picture: LossPicture) -> float:
        """The axis goes on beyond the last epoch it names, for the words at the ends."""
        metrics = QFontMetricsF(self.theme.font("note", bold=True))
        names = [name for name in NAMES if name != "validation" or len(picture.validation)]
        most = max(metrics.horizontalAdvance(name) for name in names) + self.theme.px(14)
        width = max(2 * most, self.plot.item.vb.width())
        return float(picture.end * width / (width - most))

    def _draw_ends(self, picture: LossPicture) -> None:
        """A dot and a word at each curve's end; words are pushed apart by their height and kept inside."""
        room = self.plot.item.vb.rect()
        pixel = (picture.high - picture.low) / max(1.0, room.height())
        apart = self.theme.px(LABEL_HEIGHT) * pixel
        known = {name: curve[-1] for name in NAMES if len(curve := getattr(picture, name))}
        heights = pushed_apart({n: float(end[1]) for n, end in known.items()}, apart, picture.low, picture.high)
        beside = self.theme.px(5) * self._right(picture) / max(1.0, room.width())
        for name in NAMES:
            self._labels[name].setVisible(name in known)
            self._ends[name].setData(pos=known[name][None] if name in known else np.empty((0, 2)))
            if name in known:
                self._labels[name].setPos(float(known[name][0]) + beside, heights[name])

    # ---- pointing

    def _explain(self, place: QPointF) -> tuple[tuple[str, ...], QPointF] | None:
        rows, picture = self._session.live.history.rows, self._picture
        if not len(rows) or picture is None or place.x() > 1.02 * rows[-1, 0] + 0.5:
            self._pointed.setData([], [])
            return None
        at = int(np.abs(rows[:, 0] - place.x()).argmin())
        found = dict(zip(COLUMNS, rows[at].tolist(), strict=True))
        epoch, train = found["epoch"], found["train_loss"]
        height = np.log10(max(train, picture.floor)) if picture.log else train
        self._pointed.setData([epoch, epoch], [picture.low, picture.high])
        lines = [f"epoch {epoch_text(int(epoch))}"]
        known = [name for name in NAMES if name == "train" or np.isfinite(found[f"{name}_loss"])]
        lines += [f"{WORDS[name]} loss {loss_text(found[f'{name}_loss'])}" for name in known]
        lines += [f"penalty {loss_text(found['penalty'])}"] if found["penalty"] > 0 else []
        lines += [f"η = {number_text(found['learning_rate'], 3)}"] if len(picture.rate) else []
        return tuple(map(words, lines)), QPointF(float(epoch), float(height))


def pushed_apart(heights: dict[str, float], apart: float, low: float, high: float) -> dict[str, float]:
    """Labels' heights, at least `apart` from each other and half of that inside `low` … `high`.

    Labels that would overlap become a stack around their common middle.
    """
    stacks: list[tuple[list[str], float]] = []
    for name in sorted(heights, key=lambda name: heights[name]):
        stacks.append(([name], _inside(heights[name], 1, apart, low, high)))
        while len(stacks) > 1 and _overlap(stacks[-2], stacks[-1], apart):
            (upper, above), (lower, below) = stacks.pop(), stacks.pop()
            middle = (len(lower) * below + len(upper) * above) / (len(lower) + len(upper))
            stacks.append((lower + upper, _inside(middle, len(lower) + len(upper), apart, low, high)))
    return {
        name: middle + (place - (len(names) - 1) / 2) * apart
        for names, middle in stacks
        for place, name in enumerate(names)
    }


def _overlap(lower: tuple[list[str], float], upper: tuple[list[str], float], apart: float) -> bool:
    return upper[1] - lower[1] < apart * (len(lower[0]) + len(upper[0])) / 2


def _inside(middle: float, count: int, apart: float, low: float, high: float) -> float:
    half = count * apart / 2
    return min(max(middle, low + half), high - half)
