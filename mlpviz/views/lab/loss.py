"""The Loss card: training and test loss against epochs."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QPushButton, QWidget

from mlpviz.nn.layout import Array
from mlpviz.pictures.losses import LossPicture, loss_picture
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import loss_text
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.theme import Theme

ROOM = 1.18  # the axis beyond the last epoch shown, for the labels at the ends


class LossCard(Card):
    """L on the training rows in the accent, solid; on the test rows in ink, dashed; the raw curves faint behind."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Loss", theme, parent, symbol="L")
        self._session = session
        self._picture: LossPicture | None = None
        self.scale = QPushButton("log")
        self.scale.setObjectName("chip")
        self.scale.setCheckable(True)
        self.scale.setAccessibleName("Logarithmic loss axis")
        self.scale.setToolTip("Logarithmic or linear loss axis. Logarithmic shows small losses and steady progress.")
        self.scale.toggled.connect(lambda on: session.look(log_loss=on))
        self.header.addWidget(self.scale)
        self.plot = Plot(theme, "Loss curve", grid=True)
        self.plot.reserve("0.0005")
        self.plot.set_axis_symbol("bottom", "epoch", words=True)
        self.plot.setToolTip(
            "The mean loss L after each epoch: on the training rows (solid) and the test rows (dashed)."
        )
        self.body.addWidget(self.plot, 1)
        self._curves = {name: pg.PlotCurveItem() for name in ("raw_test", "raw_train", "test", "train")}
        for curve in self._curves.values():
            curve.setSegmentedLineMode("on")
            self.plot.item.addItem(curve)
        self._ends = {name: pg.ScatterPlotItem() for name in ("train", "test")}
        self._labels = {name: pg.TextItem(name, anchor=(0, 0.5)) for name in ("train", "test")}
        self._cross = pg.ScatterPlotItem()
        for item in (*self._ends.values(), *self._labels.values(), self._cross):
            self.plot.item.addItem(item, ignoreBounds=True)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self._request)
        theme.changed.connect(self._restyle)
        self._document_changed(frozenset({"view"}))
        self._restyle()

    def showEvent(self, event: QShowEvent | None) -> None:
        """A card that comes into sight draws itself."""
        super().showEvent(event)
        self._request()

    def _document_changed(self, changed: frozenset[str]) -> None:
        if "view" in changed:
            log = self._session.document.view.log_loss
            self.scale.blockSignals(True)
            self.scale.setChecked(log)
            self.scale.setText("log" if log else "linear")
            self.scale.blockSignals(False)
        if changed & {"view", "state", "network", "data"}:
            self._request()

    def _request(self) -> None:
        if not self.isVisible():
            return
        history, log = self._session.live.history, self._session.document.view.log_loss
        columns = max(50, int(self.plot.item.vb.width()))
        self._session.pictures.request("loss", lambda: loss_picture(history, log, columns), self._receive)

    def _receive(self, picture: LossPicture) -> None:
        self._picture = picture
        self._draw()

    def _restyle(self) -> None:
        theme = self.theme
        accent, ink = theme.color("accent"), theme.color("ink")
        self._curves["raw_train"].setPen(pg.mkPen(theme.color("accent", 0.3), width=1))
        self._curves["raw_test"].setPen(pg.mkPen(theme.color("ink", 0.22), width=1))
        self._curves["train"].setPen(pg.mkPen(accent, width=theme.px(2.4)))
        dashed = pg.mkPen(ink, width=theme.px(1.8))
        dashed.setStyle(Qt.PenStyle.CustomDashLine)
        dashed.setDashPattern([4, 2.4])
        self._curves["test"].setPen(dashed)
        panel = theme.color("panel")
        self._ends["train"].setData(pen=pg.mkPen(panel, width=1), brush=accent, size=theme.px(7))
        self._ends["test"].setData(pen=pg.mkPen(ink, width=1.4), brush=panel, size=theme.px(7))
        self._cross.setData(symbol="x", pen=pg.mkPen(None), brush=theme.color("warn"), size=theme.px(12))
        for name, color in (("train", accent), ("test", ink)):
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
        self.plot.item.setRange(xRange=(0, ROOM * picture.end), yRange=(picture.low, picture.high), padding=0.0)
        self.plot.axes["left"].setTicks([picture.ticks])
        self.plot.axes["bottom"].setTicks([_epoch_ticks(picture.end)])
        words = f"smoothed over {picture.window} epochs" if picture.window > 1 else ""
        self.set_subtitle(words)
        self._draw_ends(picture)
        self._draw_cross(picture)
        self.plot.setAccessibleDescription(
            f"training loss {loss_text(picture.last_train)}, test loss {loss_text(picture.last_test)}"
        )

    def _draw_ends(self, picture: LossPicture) -> None:
        """A dot and a word at each curve's end; words are pushed apart by their height."""
        height = max(1.0, self.plot.item.vb.height())
        apart = (picture.high - picture.low) * self.theme.px(15) / height
        places = {name: getattr(picture, name) for name in ("train", "test")}
        known = {name: points[-1] for name, points in places.items() if len(points)}
        words = {name: float(end[1]) for name, end in known.items()}
        if len(words) == 2:
            gap = words["test"] - words["train"]
            if abs(gap) < apart:
                push = (apart - abs(gap)) / 2 * (1 if gap >= 0 else -1)
                words = {"train": words["train"] - push, "test": words["test"] + push}
        for name in ("train", "test"):
            shown = name in known
            self._labels[name].setVisible(shown)
            self._ends[name].setData(pos=[known[name]] if shown else np.empty((0, 2)))
            if shown:
                offset = ROOM * picture.end * self.theme.px(8) / max(1.0, self.plot.item.vb.width())
                low, high = picture.low + apart / 2, picture.high - apart / 2
                self._labels[name].setPos(float(known[name][0]) + offset, min(max(words[name], low), high))

    def _draw_cross(self, picture: LossPicture) -> None:
        diverged = self._session.live.diverged
        at = [picture.train[-1]] if diverged is not None and len(picture.train) else np.empty((0, 2))
        self._cross.setData(pos=at)


def _epoch_ticks(end: float) -> list[tuple[float, str]]:
    parts = 5 if math.isclose(end / 10 ** math.floor(math.log10(end)), 2.5) or end % 4 else 4
    step = end / parts
    return [(k * step, f"{k * step:,.6g}") for k in range(parts + 1)]
