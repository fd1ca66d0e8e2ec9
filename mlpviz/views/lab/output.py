"""The Output card: ŷ over the plane of inputs, with the data on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QMouseEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QToolTip, QWidget

from mlpviz.nn.evaluate import predict
from mlpviz.pictures.decision import Decision, decision
from mlpviz.pictures.plane import InputPlane, input_plane, padded
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import number_text, proper
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.scalebar import ScaleBar
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.points import MAX_DRAWN, ClassLegend, Points

GAIN = 0.5
OUTPUTS = {"logistic": r"\hat{y} = P(y = +1)", "softmax": r"\hat{y}", "squared": r"\hat{y} = \tilde{y}"}


class OutputCard(Card):
    """The decision surface for two inputs, its principal plane for more, the curve of ŷ for one."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Output", theme, parent, symbol=r"\hat{y}(x)")
        self._session = session
        self._plane: InputPlane = input_plane(session.dataset)
        self._theta: Any = None
        self._decision: Decision | None = None
        self._reach = 1.0
        self.legend = ClassLegend(theme)
        self.header.addWidget(self.legend)
        self.plot = _OutputPlot(self, theme)
        self.bar = ScaleBar(theme, gain=GAIN)
        self.body.addWidget(self.plot, 1)
        self.body.addWidget(self.bar)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._boundary = pg.PlotCurveItem(connect="finite")
        self._curves: list[pg.PlotCurveItem] = []
        self.plot.item.addItem(self._image)
        self.plot.item.addItem(self._boundary)
        self._points = Points(self.plot)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self._request)
        theme.changed.connect(self._restyle)
        self._show_data()

    # ---- what is asked for

    def showEvent(self, event: QShowEvent | None) -> None:
        """A card that comes into sight draws itself."""
        super().showEvent(event)
        self._request()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Marks grow with the plane."""
        super().resizeEvent(event)
        self._points.refresh()

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"data", "function"}:
            self._show_data()
        if changed & {"data", "function", "network", "state"}:
            self._theta = None
            self._request()

    def _request(self) -> None:
        live = self._session.live
        if not self.isVisible() or live.theta is self._theta:
            return
        self._theta = live.theta
        network, theta, plane = live.network, live.theta, self._plane
        self._session.pictures.request("output", lambda: (plane, decision(network, theta, plane)), self._receive)

    # ---- what is drawn

    def _show_data(self) -> None:
        dataset = self._session.dataset
        self._plane = plane = input_plane(dataset)
        self.legend.set_dataset(dataset)
        self.set_subtitle(
            f"plane of two principal components, {100 * plane.share:.0f} %" if plane.share is not None else ""
        )
        shown = np.concatenate([dataset.train[:MAX_DRAWN], dataset.test[:MAX_DRAWN]])
        (left, right) = plane.bounds[0]
        if len(plane.bounds) == 2:
            low, high = plane.bounds[1]
            places = plane.project(dataset.X[shown])
        else:
            targets = dataset.targets(self._session.document.network.loss) if dataset.classes else dataset.y
            low, high = padded(targets)
            places = np.stack([dataset.X[shown, 0], targets[shown, 0]], axis=1)
        self._reach = float(np.max(np.abs(dataset.y))) or 1.0 if dataset.task == "regression" else 1.0
        self.plot.set_axis_symbol("bottom", plane.names[0])
        self.plot.set_axis_symbol("left", plane.names[1] if len(plane.names) > 1 else r"y")
        self.plot.item.setRange(xRange=(left, right), yRange=(low, high), padding=0)
        self._points.show(dataset, shown, places)
        self._decision = None
        self._restyle()

    def _receive(self, result: tuple[InputPlane, Decision]) -> None:
        plane, self._decision = result
        if plane is self._plane:
            self._draw()

    def _restyle(self) -> None:
        theme = self.theme
        self._boundary.setPen(pg.mkPen(theme.color("ink"), width=theme.px(1.4)))
        self._points.refresh()
        self._draw()

    def _draw(self) -> None:
        found = self._decision
        line = len(self._plane.bounds) == 1
        self._image.setVisible(found is not None and not line)
        self.bar.setVisible(not line and (found is None or found.classes is None))
        if found is None:
            self._boundary.setData([], [])
            return
        if line:
            self._draw_curves(found.values)
            return
        for curve in self._curves:
            curve.setData([], [])
        self._boundary.setData(found.boundary[:, 0], found.boundary[:, 1])
        (left, right), (low, high) = self._plane.bounds
        if found.classes is None:
            probability = self._session.live.network.loss == "logistic"
            levels = (0.0, 1.0) if probability else (-self._reach, self._reach)
            self._image.setImage(
                found.values, levels=levels, lut=self.theme.lookup("diverging", GAIN), autoLevels=False
            )
            ends = ("0", "½", "1") if probability else (number_text(-self._reach, 3), "0", number_text(self._reach, 3))
            self.bar.set_scale(*ends, OUTPUTS[self._session.live.network.loss])
        else:
            self._image.setImage(self._blended(found.classes, found.values), autoLevels=False, levels=None, lut=None)
        self._image.setRect(QRectF(left, low, right - left, high - low))
        self._describe()

    def _blended(self, classes: NDArray[np.int64], confidence: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Class colours over the panel, stronger where the net is surer, (n, n, 3)."""
        panel = np.array(self.theme.color("panel").getRgb()[:3], dtype=float)
        count = int(classes.max()) + 1
        colors = np.array([self.theme.class_color(index).getRgb()[:3] for index in range(count)], dtype=float)
        chance = 1.0 / max(2, self._session.live.network.outputs)
        sure = np.clip((confidence - chance) / (1 - chance), 0, 1)[:, :, None] * GAIN
        mixed: NDArray[np.uint8] = (panel + (colors[classes] - panel) * sure).round().astype(np.uint8)
        return mixed

    def _draw_curves(self, values: NDArray[np.float64]) -> None:
        self._boundary.setData([], [])
        left, right = self._plane.bounds[0]
        x = np.linspace(left, right, len(values))
        while len(self._curves) < values.shape[1]:
            curve = pg.PlotCurveItem()
            curve.setZValue(20)
            self.plot.item.addItem(curve)
            self._curves.append(curve)
        tokens = ("accent", "gd", "rf")
        for index, curve in enumerate(self._curves):
            token = tokens[index % len(tokens)]
            curve.setPen(pg.mkPen(self.theme.color(token), width=self.theme.px(2.8)))
            known = index < values.shape[1]
            curve.setData(x if known else [], values[:, index] if known else [])
        self._describe()

    def _describe(self) -> None:
        rows = self._session.live.history.rows
        if len(rows):
            self.plot.setAccessibleDescription(proper(f"training loss {rows[-1, 1]:.4f}"))

    # ---- hover

    def text_at(self, place: QPointF) -> str:
        """What the net says at a point of the plane: the coordinates and ŷ there."""
        if len(self._plane.bounds) == 1:
            x = np.array([[place.x()]])
            where = f"x = {number_text(place.x(), 3)}"
        else:
            x = self._plane.lift(np.array([[place.x(), place.y()]]))
            where = f"({number_text(place.x(), 3)}, {number_text(place.y(), 3)})"
        live = self._session.live
        values = predict(live.network, live.theta, x)[0]
        names = live.network.class_names
        if len(values) == 1:
            return f"{where}:  ŷ = {number_text(float(values[0]), 4)}"
        labels = names if len(names) == len(values) else [f"ŷ{i + 1}" for i in range(len(values))]
        return (
            where
            + "\n"
            + "\n".join(f"{label}: {number_text(float(value), 4)}" for label, value in zip(labels, values, strict=True))
        )


class _OutputPlot(Plot):
    """The plane; its tooltip tells ŷ under the pointer."""

    def __init__(self, card: OutputCard, theme: Theme) -> None:
        self._card = card
        super().__init__(theme, "Decision surface")
        self.reserve("−0.00")
        self.setMouseTracking(True)
        self.setToolTip("The output ŷ for every input. Move the pointer over it to read the numbers.")

    def mouseMoveEvent(self, ev: QMouseEvent | None) -> None:
        """Show the numbers under the pointer."""
        super().mouseMoveEvent(ev)
        if ev is None or ev.buttons() != Qt.MouseButton.NoButton:
            return
        place = self.item.vb.mapSceneToView(ev.position())
        if self.item.vb.viewRect().contains(place):
            QToolTip.showText(ev.globalPosition().toPoint(), self._card.text_at(place), self)
