"""The Representation card: where a hidden layer puts the data, and what the output layer makes of it."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QSignalBlocker, QSize, Qt
from PyQt6.QtGui import QPaintEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QComboBox, QLabel, QWidget

from mlpviz.data.spec import Dataset
from mlpviz.nn.evaluate import predict
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.pictures.decision import scale_of
from mlpviz.pictures.plane import input_plane
from mlpviz.pictures.representation import Representation, representation
from mlpviz.pictures.symbols import INPUTS, layer_symbol, unit_symbol
from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import CalmCombo
from mlpviz.views.kit.mathtext import plain
from mlpviz.views.kit.numbers import MINUS, number_text, percent
from mlpviz.views.kit.theme import PAD, Theme
from mlpviz.views.lab.describe import row_lines, words
from mlpviz.views.lab.field import Field
from mlpviz.views.lab.hover_plot import HoverPlot
from mlpviz.views.lab.line_legend import LineLegend
from mlpviz.views.lab.points import Marks, Points, marks_of, shown_rows

TIP = (
    "Each row of the data where this layer puts it. The bent grid is the plane of inputs, inside the data; the black "
    "line is where the output layer changes its answer: training bends the plane until one line is enough."
)
EQUATION = r"\langle h, w\rangle + b = 0"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST = 4


class _SpokenLabel(QLabel):
    """Names its buddy for assistive technology; takes no room itself."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(text, parent)
        self.resize(1, 1)

    def minimumSizeHint(self) -> QSize:
        """No room."""
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Nothing to see."""


class RepresentationCard(Card):
    """The points in the plane of two units, or of the first two principal components of more."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Representation", theme, parent)
        self.setAccessibleName("Representation of the data")
        self.setToolTip(TIP)
        self._session = session
        self._asked: tuple[object, ...] = ()
        self._picture: Representation | None = None
        self._of: tuple[Dataset, Network, int | None] | None = None
        self._marks: Marks = marks_of(session.dataset, shown_rows(session.dataset))
        self._placed = self._marks  # those that the picture has the places of
        self.layers = CalmCombo()
        self._add_header()
        self.plot = HoverPlot(theme, "Representation")
        self.plot.explain, self.plot.clicked = self._explain, self._choose_row
        self.body.addWidget(self.plot, 1)
        self._field = Field(self.plot, 2.2)
        self._sheet = pg.PlotCurveItem(connect="finite")
        self._sheet.setZValue(1)
        self.plot.item.addItem(self._sheet, ignoreBounds=True)
        self._points = Points(self.plot)
        session.document_changed.connect(self._document_changed)
        session.updated.connect(self._request)
        theme.changed.connect(self._restyle)
        self._show_data()
        self._fill()
        self._restyle()

    def _add_header(self) -> None:
        """A combo box named by a label that is read, not seen; the legend of the line, where there is room."""
        self.header.insertWidget(1, self.layers)
        label = _SpokenLabel("Representation layer", self.layers.parentWidget())
        label.setAccessibleName("Representation layer")
        label.setBuddy(self.layers)
        self.layers.setAccessibleName("Representation layer")
        self.layers.setToolTip("Which hidden layer is shown. The last one is the representation layer.")
        self.layers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layers.activated.connect(self._choose_layer)
        self.legend = LineLegend(EQUATION, self.theme)
        self.header.addWidget(self.legend)

    # ---- what is asked for

    def showEvent(self, event: QShowEvent | None) -> None:
        """A card that comes into sight draws itself."""
        super().showEvent(event)
        self._request()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Marks grow with the plane."""
        self._fit_header()
        super().resizeEvent(event)
        self._points.resized()

    def _choose_layer(self, index: int) -> None:
        self._session.look(layer=None if index == self.layers.count() - 1 else index)

    def _fill(self) -> None:
        """The layers to choose from; one needs no choice."""
        hidden, layer = self._session.document.network.hidden, self._session.document.view.layer
        with QSignalBlocker(self.layers):
            self.layers.clear()
            for index, row in enumerate(hidden):
                self.layers.addItem(f"h⁽{str(index + 1).translate(SUPERSCRIPTS)}⁾")
                told = f"hidden layer {index + 1} of {len(hidden)}, width {row.width:,}"
                self.layers.setItemData(index, told, Qt.ItemDataRole.ToolTipRole)
                self.layers.setItemData(index, told, Qt.ItemDataRole.AccessibleTextRole)
            self.layers.setCurrentIndex(len(hidden) - 1 if layer is None else layer)
        self.layers.setVisible(len(hidden) > 1)
        network = self._session.document.network
        self.set_symbol(layer_symbol(network, INPUTS) if not hidden else "h" if len(hidden) == 1 else "")

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"data", "function", "network"}:
            self._show_data()
        if changed & {"network", "view"}:
            self._fill()
        if changed & {"data", "function", "network", "state", "view"}:
            self._request()
        if "view" in changed:
            self._points.choose(self._session.document.view.row)

    def _show_data(self) -> None:
        dataset, network = self._session.dataset, self._session.document.network
        self._scale = scale_of(network, dataset)
        self._marks = marks_of(dataset, shown_rows(dataset), None if dataset.classes else self._scale)

    def _request(self) -> None:
        live, dataset, marks = self._session.live, self._session.dataset, self._marks
        network, theta, layer = live.network, live.theta, self._session.document.view.layer
        asked = (theta, marks, layer)
        known = len(self._asked) == 3 and all(a is b for a, b in zip(asked, self._asked, strict=True))
        if not self.isVisible() or network.inputs != dataset.inputs or known:
            return
        self._asked = asked
        of = (dataset, network, layer)
        # The frame and the sense of the axes go on as long as it is the same net on the same data.
        before = self._picture if self._of == of else None
        plane = input_plane(dataset)
        self._session.pictures.request(
            "representation",
            lambda: (of, marks, representation(network, theta, dataset, plane, marks.rows, layer, before)),
            self._receive,
        )

    # ---- what is drawn

    def _receive(self, result: tuple[tuple[Dataset, Network, int | None], Marks, Representation]) -> None:
        of, marks, picture = result
        if marks is self._marks:
            self._of, self._picture, self._placed = of, picture, marks
            self._draw(of[1])

    def _restyle(self) -> None:
        self._field.restyle()
        self._sheet.setPen(pg.mkPen(self.theme.color("edge", 0.6), width=1))
        self._points.refresh()
        self._points.choose(self._session.document.view.row)
        if self._of is None:
            return
        if self._of[1] is self._session.live.network and self._placed is self._marks:
            self._draw(self._of[1])
        else:  # the picture is of other data or another network
            self._asked = ()
            self._request()

    def _draw(self, network: Network) -> None:
        picture = self._picture
        if picture is None:
            return
        self.plot.set_bounds(picture.bounds, longest=f"{MINUS}0.0")
        axis, values = self.plot.axes["left"], picture.width > 1
        if axis.style["showValues"] != values:  # lanes have no numbers
            axis.setStyle(showValues=values)
        self._sheet.setData(picture.sheet[:, 0], picture.sheet[:, 1])
        if picture.surface is None:
            self._field.clear()
        else:
            self._field.show(
                picture.surface, picture.bounds, self._scale, picture.separator if network.outputs == 1 else None
            )
        self._points.move(self._marks, picture.points)
        first, *second = _symbols(network, picture)
        self.plot.set_axis_symbol("bottom", first)
        self.plot.set_axis_symbol("left", second[0] if second else "")
        self.set_subtitle(f"PCA, {percent(picture.share)}" if picture.share is not None else "")
        self._fit_header()
        self.plot.setAccessibleDescription(self._words(network, picture))
        self.plot.refresh_tip()

    def _fit_header(self) -> None:
        """The line's legend gives way first, then the share of the variance; the title stays."""
        picture, gap = self._picture, self.header.spacing()
        room = self.width() - 2 * PAD
        for widget in (self.title_label, self.layers, self._symbol):
            room -= 0 if widget.isHidden() else widget.sizeHint().width() + gap
        drawn = picture is not None and len(picture.separator) > 0
        optional: list[tuple[QWidget, bool]] = [(self._subtitle, bool(self.subtitle())), (self.legend, drawn)]
        for part, wanted in optional:
            needed = part.sizeHint().width() + gap
            part.setVisible(wanted and needed <= room)
            room -= needed if wanted else 0

    def _words(self, network: Network, picture: Representation) -> str:
        """What the picture shows, in words: the layer, the share of the variance, the line's equation."""
        told = f"hidden layer {picture.layer + 1}, width {picture.width:,}" if network.hidden else "the inputs"
        if picture.share is not None:
            told += f", two principal components hold {percent(picture.share)} of the variance"
        if picture.last and network.outputs == 1:
            told += ", separator " + plain(separator_text(network, self._session.live.theta))
        return told

    # ---- pointing

    def _explain(self, place: QPointF) -> tuple[tuple[str, ...], QPointF] | None:
        live, dataset, picture = self._session.live, self._session.dataset, self._picture
        if picture is None or live.network.inputs != dataset.inputs or self._placed is not self._marks:
            return None
        index = self._points.nearest(place)
        if index is None:
            if not self.legend.isHidden() or not (picture.last and live.network.outputs == 1):
                return None
            return (separator_text(live.network, live.theta),), place
        row = int(self._marks.rows[index])
        values = predict(live.network, live.theta, dataset.X[row : row + 1])[0]
        lines = row_lines(live.network, dataset, row, values)
        where = self._points.places[index]
        symbols = _symbols(live.network, picture)
        at = [f"{name} = {number_text(float(value), 3)}" for name, value in zip(symbols, where, strict=False)]
        told = lines if picture.layer < 0 else (lines[0], words(",\u00a0").join(at), *lines[1:])
        return told, QPointF(float(where[0]), float(where[1]))

    def _choose_row(self, place: QPointF) -> None:
        index = self._points.nearest(place) if self._placed is self._marks else None
        self._session.look(row=int(self._marks.rows[index]) if index is not None else None)


def _symbols(network: Network, picture: Representation) -> list[str]:
    """What the axes are: the units, or principal components of more than two."""
    if picture.share is not None:
        return [r"\text{PC}_1", r"\text{PC}_2"]
    if not network.hidden:
        return _input_names(network, picture.width)
    return ["h"] if picture.width == 1 else ["h_1", "h_2"]


def _input_names(network: Network, most: int) -> list[str]:
    """What the output sees where there is no hidden layer: x for one input, x_1, x_2, …, or features."""
    if network.inputs == 1 and not network.features:
        return ["x"]
    return [unit_symbol(network, INPUTS, unit) for unit in range(min(most, network.fan_in))]


def separator_text(network: Network, theta: Array) -> str:
    """The output layer's line in numbers, as markup: 2h_1 − 4h_2 − 1 = 0; of many units the first few."""
    w, b = layout(network.sizes).weights(theta)[-1]
    width = w.shape[1]
    if network.hidden:
        names = [f"h_{{{i + 1}}}" if width > 1 else "h" for i in range(min(MOST, width))]
    else:
        names = _input_names(network, MOST)
    text = ""
    for value, name in [*zip(w[0].tolist(), names, strict=False), (float(b[0]), "")]:
        text += " + … " if width > MOST and not name else ""
        sign = MINUS if value < 0 else "+" if text else ""
        text += f" {sign} {number_text(abs(value), 3)}{name}"
    return text.strip() + " = 0"
