"""The Output card: ŷ over the plane of inputs, with the data on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from mlpviz.data.spec import Dataset
from mlpviz.nn.evaluate import predict
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.pictures.decision import Decision, by_largest, decision, scale_of
from mlpviz.pictures.plane import InputPlane, input_plane, padded
from mlpviz.pictures.symbols import output_formula
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import number_text, percent
from mlpviz.views.kit.scalebar import ScaleBar
from mlpviz.views.kit.theme import PAD, Theme
from mlpviz.views.lab.describe import headline, output_lines, row_lines
from mlpviz.views.lab.distance import Distance
from mlpviz.views.lab.field import GAIN, Field
from mlpviz.views.lab.hover_plot import Box, HoverPlot
from mlpviz.views.lab.legend import Legend
from mlpviz.views.lab.output_curves import Curves
from mlpviz.views.lab.points import Marks, Points, marks_of, shown_rows

TIP = (
    "What the network answers for every input: the colour, and the line where its answer changes. "
    "Point at the picture to read the numbers, click a data point to choose it."
)


def scale_formula(network: Network) -> str:
    """What the colours' numbers are."""
    return {"logistic": r"\hat{y} = P(y = +1)", "softmax": r"\hat{y}"}.get(network.loss) or output_formula(network)


def missing_text(found: Decision) -> str:
    """Where ŷ is no finite number, in words; "" where it always is one."""
    if found.missing is None:
        return ""
    share = float(found.missing.mean())
    return "ŷ is not finite here" if share == 1 else f"hatched: ŷ is not finite ({percent(max(share, 0.001))})"


class OutputCard(Card):
    """The decision surface for two inputs, its principal plane for more, the curve of ŷ for one."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Output", theme, parent, symbol=r"\hat{y}(x)")
        self.setAccessibleName("Output")
        self.setToolTip(TIP)
        self._session = session
        self._plane: InputPlane = input_plane(session.dataset)
        self._asked: tuple[object, object] | None = None
        self._behind = False  # whether the data has changed out of sight
        self._decision: Decision | None = None
        self._kind = ("", 0, "")
        self._marks: Marks = marks_of(session.dataset, shown_rows(session.dataset))
        self.legend = Legend(theme)
        self.key = Legend(theme)
        self.header.addWidget(self.legend)
        self.plot = HoverPlot(theme, "Decision surface")
        self.plot.explain, self.plot.clicked = self._explain, self._choose
        self.bar = ScaleBar(theme, gain=GAIN)
        self.body.addWidget(self.plot, 1)
        self.distance = Distance(session, self)
        self._foot = QVBoxLayout()
        self._foot.addWidget(self.distance)
        self._foot.addWidget(self.key)
        self._foot.addWidget(self.bar)
        self.body.addLayout(self._foot)
        self._field, self._curves, self._points = Field(self.plot, 1.4), Curves(self.plot), Points(self.plot)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self._request)
        theme.changed.connect(self._restyle)
        self._show_data()

    # ---- what is asked for

    def showEvent(self, event: QShowEvent | None) -> None:
        """A card that comes into sight draws itself."""
        super().showEvent(event)
        if self._behind:
            self._show_data()
        self._request()
        self.distance.refresh()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Marks grow with the plane."""
        super().resizeEvent(event)
        self._points.resized()
        self._align()

    def _align(self) -> None:
        """Legend and scale begin where the plane does; the legend further left where its words need the room."""
        axis = self.plot.axes["left"]
        left = (axis.fixedWidth or axis.width()) - self.theme.px(10)  # the bar keeps this much for its first label
        if self.key.words() and not self.key.isHidden():
            left = min(left, self.width() - 2 * PAD - self.key.sizeHint().width())
        self._foot.setContentsMargins(max(0, round(left)), 0, 0, 0)

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"data", "network"} or self._dataset is not self._session.dataset:
            self._behind = True
            if self.isVisible():
                self._show_data()
        if changed & {"data", "function", "network", "state"}:
            self._request()
        if "view" in changed:
            self._points.choose(self._session.document.view.row)

    def _request(self) -> None:
        live = self._session.live
        network, theta, plane = live.network, live.theta, self._plane
        if not self.isVisible() or network.inputs != plane.axes.shape[1]:
            return
        if self._asked is not None and self._asked[0] is theta and self._asked[1] is plane:
            return
        self._asked = (theta, plane)
        self._session.pictures.request("output", lambda: (plane, decision(network, theta, plane)), self._receive)

    # ---- what is drawn

    def _show_data(self) -> None:
        dataset, network = self._session.dataset, self._session.document.network
        self._dataset, self._behind = dataset, False
        before = (self._plane, self._kind)
        self._plane = plane = input_plane(dataset)
        self._kind = (network.loss, network.outputs, network.output_activation)
        self._scale = scale_of(network, dataset)
        rows = shown_rows(dataset)
        if plane.line:
            self._bounds, self._marks, places = _on_a_line(dataset, network.loss, rows, plane)
        else:
            self._bounds = (plane.bounds[0], plane.bounds[1])
            self._marks = marks_of(dataset, rows, None if dataset.classes else self._scale)
            places = plane.project(dataset.X[rows])
        self._name_parts(dataset, plane)
        self.plot.set_bounds(self._bounds, longest="−0.0")
        self._points.show(self._marks, places)
        self._points.choose(self._session.document.view.row)
        self._align()
        self._asked = None
        if before != (plane, self._kind):
            self._decision = None  # else the old picture stays until the new one is there
        self._restyle()

    def _name_parts(self, dataset: Dataset, plane: InputPlane) -> None:
        """The title line, the legend in it or beneath the plot where words need more room, axes and scale."""
        below = dataset.classes > 2
        for legend, used in ((self.legend, not below), (self.key, below)):
            legend.set_dataset(dataset)
            legend.setVisible(used and bool(legend.words()))
        several = dataset.task == "regression" and dataset.y.shape[1] > 1 and not plane.line
        self.set_symbol(r"\hat{y}_1(x)" if several else r"\hat{y}(x)")
        self.set_subtitle(f"PCA plane, {100 * plane.share:.0f}\u202f%" if plane.share is not None else "")
        said = (
            f" {dataset.inputs} inputs are more than a plane has: shown is the plane of the first two principal "
            f"components through the mean of the training rows, which holds {percent(plane.share)} of their variance."
            if plane.share is not None
            else ""
        )
        self.setToolTip(TIP + said)
        self.plot.set_axis_symbol("bottom", plane.names[0])
        self.plot.set_axis_symbol("left", "y" if plane.line else plane.names[1])
        self.bar.setVisible(not plane.line and not by_largest(self._session.document.network))
        scale, network = self._scale, self._session.document.network
        ends = [number_text(value, 3) for value in (scale.low, scale.middle, scale.high)]
        kind = "diverging" if scale.diverging else "sequential"
        self.bar.set_scale(ends[0], ends[1], ends[2], scale_formula(network), kind)

    def _receive(self, result: tuple[InputPlane, Decision]) -> None:
        plane, found = result
        if plane is self._plane:
            self._decision = found
            self._draw()

    def _restyle(self) -> None:
        self._field.restyle()
        self._points.refresh()
        self._draw()

    def _draw(self) -> None:
        found = self._decision
        if found is None:
            self._field.clear()
            self._curves.clear()
        elif self._plane.line:
            self._field.clear()
            self._curves.show(found, *self._bounds, classes=found.level is None)
        else:
            self._curves.clear()
            self._field.show(found, self._plane.bounds, self._scale)
        told = "" if found is None else missing_text(found)
        self.plot.tell(told)
        self.plot.setAccessibleDescription(". ".join(filter(None, (headline(self._session.live.history), told))))
        self.plot.refresh_tip()

    # ---- pointing

    def _inputs(self, place: QPointF) -> Array:
        at = [[place.x()]] if self._plane.line else [[place.x(), place.y()]]
        return self._plane.lift(np.array(at))

    def _explain(self, place: QPointF) -> tuple[tuple[str, ...], QPointF] | None:
        live, dataset = self._session.live, self._session.dataset
        if live.network.inputs != dataset.inputs:
            return None
        index = self._points.nearest(place)
        if index is None:
            values = predict(live.network, live.theta, self._inputs(place))[0]
            at = (place.x(),) if self._plane.line else (place.x(), place.y())
            return output_lines(live.network, values, at, self._plane.names), place
        row = int(self._marks.rows[index])
        values = predict(live.network, live.theta, dataset.X[row : row + 1])[0]
        where = self._points.places[index]
        lines = row_lines(live.network, dataset, row, values)
        return lines, QPointF(float(where[0]), float(where[1]))

    def _choose(self, place: QPointF) -> None:
        index = self._points.nearest(place)
        self._session.look(row=int(self._marks.rows[index]) if index is not None else None)


def _on_a_line(dataset: Dataset, loss: str, rows: NDArray[np.int64], plane: InputPlane) -> tuple[Box, Marks, Array]:
    """For one input: the frame, the marks and their places (x, y): every target of every row, or a class's y.

    Two classes lie at the labels their loss knows (0 and 1 for a probability), more classes in lanes beneath the
    curves of their probabilities.
    """
    x = dataset.X[rows, 0]
    if not dataset.classes:
        targets = dataset.y.shape[1]
        labels = np.repeat(np.arange(targets), len(rows))
        marks = Marks(np.tile(rows, targets), np.tile(np.isin(rows, dataset.train), targets), labels, "ink")
        places = np.stack([np.tile(x, targets), dataset.y[rows].T.ravel()], axis=1)
        return (plane.bounds[0], padded(dataset.y)), marks, places
    index = dataset.y[rows, 0]
    if dataset.outputs(loss) == 1:
        y = index if loss == "logistic" else 2.0 * index - 1.0
    else:
        y = -0.06 - 0.07 * (dataset.classes - 1 - index)
    low, high = min(float(y.min()), 0.0), max(float(y.max()), 1.0)
    return (plane.bounds[0], (low - 0.08, high + 0.08)), marks_of(dataset, rows), np.stack([x, y], axis=1)
