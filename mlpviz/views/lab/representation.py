"""The Representation card: where a hidden layer puts the data, and what the output layer makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QComboBox, QLabel, QWidget

from mlpviz.nn.layout import layout
from mlpviz.pictures.plane import input_plane
from mlpviz.pictures.representation import Representation, representation
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.mathtext import MathLabel
from mlpviz.views.kit.numbers import proper
from mlpviz.views.kit.plot import Plot
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.points import Points

GAIN = 0.5


class RepresentationCard(Card):
    """The points in the plane of two units, or of the first two principal components of more."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Representation", theme, parent)
        self._session = session
        self._theta: Any = None
        self._picture: Representation | None = None
        self._bounds: Any = None
        self.separator_label = MathLabel("", theme)
        self.layers = QComboBox()
        label = QLabel("Representation layer")
        label.setBuddy(self.layers)
        label.setVisible(False)
        self.layers.setAccessibleName("Representation layer")
        self.layers.setToolTip("Which hidden layer is shown. The last one is the representation layer.")
        self.header.addWidget(self.separator_label)
        self.header.addWidget(self.layers)
        self.plot = Plot(theme, "Representation")
        self.plot.reserve("−00.0")
        self.plot.setToolTip(
            "Each point of the data where this layer puts it; the bent grid is the plane of inputs. "
            "The black line is where the output layer changes its mind."
        )
        self.body.addWidget(self.plot, 1)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._sheet = pg.PlotCurveItem(connect="finite")
        self._separator = pg.PlotCurveItem(connect="finite")
        for item, z in ((self._image, 0), (self._sheet, 1), (self._separator, 5)):
            item.setZValue(z)
            self.plot.item.addItem(item)
        self._points = Points(self.plot)
        self.layers.activated.connect(self._choose)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self._request)
        theme.changed.connect(self._restyle)
        self._fill()
        self._restyle()

    def showEvent(self, event: QShowEvent | None) -> None:
        """A card that comes into sight draws itself."""
        super().showEvent(event)
        self._request()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Marks grow with the plane."""
        super().resizeEvent(event)
        self._points.refresh()

    # ---- what is asked for

    def _choose(self, index: int) -> None:
        self._session.look(layer=None if index == self.layers.count() - 1 else index)

    def _fill(self) -> None:
        hidden, layer = self._session.document.network.hidden, self._session.document.view.layer
        self.layers.blockSignals(True)
        self.layers.clear()
        self.layers.addItems([f"hidden {index + 1}" for index in range(len(hidden))])
        self.layers.setCurrentIndex(len(hidden) - 1 if layer is None else layer)
        self.layers.blockSignals(False)
        self.layers.setVisible(len(hidden) > 1)
        shown = len(hidden) if layer is None else layer + 1
        self.set_symbol("x" if not hidden else f"h^{{({shown})}}" if len(hidden) > 1 else "h")

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"network", "view"}:
            self._fill()
        if changed & {"data", "function", "network", "state", "view"}:
            self._bounds = self._bounds if changed == {"state"} else None
            self._theta = None
            self._request()

    def _request(self) -> None:
        live = self._session.live
        if not self.isVisible() or live.theta is self._theta:
            return
        self._theta = live.theta
        network, theta, dataset = live.network, live.theta, self._session.dataset
        layer, plane = self._session.document.view.layer, input_plane(dataset)
        self._session.pictures.request(
            "representation",
            lambda: (dataset, representation(network, theta, dataset, plane, layer)),
            self._receive,
        )

    # ---- what is drawn

    def _receive(self, result: tuple[Any, Representation]) -> None:
        dataset, self._picture = result
        if dataset is self._session.dataset:
            self._draw(dataset)

    def _restyle(self) -> None:
        theme = self.theme
        self._sheet.setPen(pg.mkPen(theme.color("edge", 0.55), width=1))
        self._separator.setPen(pg.mkPen(theme.color("ink"), width=theme.px(2.2)))
        if self._picture is not None:
            self._draw(self._session.dataset)

    def _draw(self, dataset: Any) -> None:
        picture = self._picture
        if picture is None:
            return
        self._follow(picture)
        self._sheet.setData(picture.sheet[:, 0], picture.sheet[:, 1])
        self._separator.setData(picture.separator[:, 0], picture.separator[:, 1])
        self._image.setVisible(picture.field is not None)
        (left, right), (low, high) = picture.bounds
        if picture.field is not None:
            probability = self._session.live.network.loss == "logistic"
            levels = (0.0, 1.0) if probability else (-1.0, 1.0)
            lut = self.theme.lookup("diverging", GAIN)
            self._image.setImage(picture.field, levels=levels, lut=lut, autoLevels=False)
            self._image.setRect(QRectF(left, low, right - left, high - low))
        self._points.show(dataset, picture.shown, picture.points)
        self._name_axes(picture)
        self._headline(picture)

    def _follow(self, picture: Representation) -> None:
        """Follow the points, but only when they leave the frame or shrink to less than half of it: nothing jumps."""
        wanted = np.array(picture.bounds)
        if self._bounds is not None:
            low, high = self._bounds[:, 0], self._bounds[:, 1]
            inside = (wanted[:, 0] >= low - 1e-12).all() and (wanted[:, 1] <= high + 1e-12).all()
            filled = ((wanted[:, 1] - wanted[:, 0]) > 0.5 * (high - low)).all()
            if inside and filled:
                return
        self._bounds = wanted
        self.plot.item.setRange(xRange=tuple(wanted[0]), yRange=tuple(wanted[1]), padding=0)

    def _name_axes(self, picture: Representation) -> None:
        letter = "h" if self._session.live.network.hidden else "x"
        if picture.share is not None:
            names = (r"\text{PC}_1", r"\text{PC}_2")
        else:
            names = (f"{letter}_1", f"{letter}_2" if picture.width > 1 else "")
        self.plot.set_axis_symbol("bottom", names[0])
        self.plot.set_axis_symbol("left", names[1])

    def _headline(self, picture: Representation) -> None:
        share = f"PCA, {100 * picture.share:.0f} %" if picture.share is not None else ""
        self.set_subtitle(share)
        network = self._session.live.network
        last = self._session.document.view.layer is None
        self.separator_label.set_text(r"\langle h, w\rangle + b = 0" if last and network.outputs == 1 else "")
        self.separator_label.setVisible(last and network.outputs == 1 and picture.share is None)
        if last and network.outputs == 1:
            w, b = layout(network.sizes).weights(self._session.live.theta)[-1]
            terms = " ".join(f"{value:+.3g}·h{index + 1}" for index, value in enumerate(w[0][:4]))
            self.plot.setAccessibleDescription(proper(f"separator {terms} {b[0]:+.3g} = 0"))
