"""The card with g painted at the left, the net in the middle, the error at the right."""

from __future__ import annotations

import numpy as np
from PyQt6.QtWidgets import QPushButton, QWidget

from mlpviz.document.opening import open_plane_net
from mlpviz.nn.layout import Array
from mlpviz.pictures.decision import Scale
from mlpviz.pictures.ridges import ridges
from mlpviz.session import Session
from mlpviz.universality.target import plane_network
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.numbers import error_text
from mlpviz.views.kit.theme import Theme
from mlpviz.views.plane.board import Board
from mlpviz.views.plane.heat_map import HeatMap
from mlpviz.views.plane.maps import Maps
from mlpviz.views.plane.numbers import PlaneNumbers
from mlpviz.views.plane.tools import PlaneTools
from mlpviz.views.universality.edit import edit
from mlpviz.views.universality.inputs_switch import InputsSwitch
from mlpviz.views.universality.overlay import FIRST, LAGGING

RIDGE_TIP = (
    "ĝ: what the net of this width makes. Each line is where a hidden unit bends or rises; the strongest twelve are "
    "drawn strongly, their tick points to the side that the unit lifts."
)


class PaintCard(Card):
    """g, ĝ_W with its ridge lines, and ĝ_W − g, on the same axes."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Draw g", theme, parent)
        self._session = session
        self.board = Board(theme)
        self.net = HeatMap(theme, "Net of two inputs")
        self.net.setToolTip(RIDGE_TIP)
        self.error = HeatMap(theme, "Error of two inputs")
        self.error.setToolTip("ĝ − g: blue where the net is above g, orange where below. The ring: the worst sample.")
        self.tools = PlaneTools(session, theme, self.board)
        self.tools.add_shortcuts(self)
        self.switch = InputsSwitch(session, self, "Inputs of g, painted")
        self.numbers = PlaneNumbers(theme)
        self.lab = QPushButton("Open in Lab")
        self.lab.setObjectName("small")
        self.lab.setAccessibleName("Open net of two inputs in Lab")
        self.lab.setToolTip("The net and the samples of g go into the Lab: look inside, train on from here, export it.")
        self.lab.clicked.connect(self._open_in_lab)
        self.header.addWidget(self.lab)
        self.body.addWidget(self.tools)
        self.body.addWidget(self.numbers)
        self.maps = Maps(theme, (("g", self.board), (r"\hat{g}_W", self.net), (r"\hat{g}_W - g", self.error)))
        self.body.addWidget(self.maps, 1)
        session.document_changed.connect(self._document_changed)
        session.planing.changed.connect(self.refresh)

    def set_room(self, width: int) -> None:
        """Prepare for a width in pixels."""
        self.tools.set_room(width)

    # ---- showing

    def _document_changed(self, changed: frozenset[str]) -> None:
        if changed & {"painted", "sweep", "view"}:
            self.refresh()

    def refresh(self) -> None:
        """Show g, and the newest net of the chosen width."""
        if not self.isVisible():
            return
        session, document = self._session, self._session.document
        g, width, known = document.painted.samples, document.view.plane_width, session.planing.current
        scale = scale_of(g)
        self.board.show_values(g, scale)
        net = known.net(width) if known is not None else None
        stale, first = session.planing.lagging, known is not None and known.first == width
        tag = LAGGING if stale else FIRST if first else ""
        of = known.painted.samples if known is not None else g
        self.net.show_values(net.values if net is not None else None, scale_of(of), tag if net is not None else "")
        self.net.show_ridges(ridges(plane_network(width, net.activation), net.theta) if net is not None else None)
        error = net.values - of if net is not None else None
        reach = Scale(-net.sup, net.sup) if net is not None and net.sup > 0 else Scale(-1.0, 1.0)
        self.error.show_values(error, reach, tag if net is not None else "")
        self.error.mark(_largest(error) if error is not None else None)
        self.numbers.show_net(net, width, of, stale)
        self.lab.setEnabled(net is not None)
        self._label(scale, scale_of(of), reach if net is not None else None, width)

    def _label(self, g: Scale, net: Scale, error: Scale | None, width: int) -> None:
        for bar, scale in zip(self.maps.bars, (g, net, error), strict=True):
            kind = "diverging" if scale is None or scale.diverging else "luminous"
            low, middle, high = ("", "", "") if scale is None else map(_text, (scale.low, scale.middle, scale.high))
            bar.set_scale(low, middle, high, "", kind)
        self.maps.captions[1].set_text(rf"\hat{{g}}_{{{width}}}")
        self.maps.captions[2].set_text(rf"\hat{{g}}_{{{width}}} - g")
        self.maps.arrange()

    def _open_in_lab(self) -> None:
        known, width = self._session.planing.current, self._session.document.view.plane_width
        net = known.net(width) if known is not None else None
        if known is None or net is None:
            return
        network, painted = plane_network(width, net.activation), known.painted
        seed = self._session.document.training.seed
        if edit(self._session, "Open in Lab", lambda d: open_plane_net(d, painted, network, net.theta, seed)):
            self._session.look(workspace="lab")


def scale_of(g: Array) -> Scale:
    """What the colours of g mean: both signs alike about 0, or from its lowest to its highest value."""
    low, high = float(np.min(g)), float(np.max(g))
    if low < 0 < high or low == high:
        reach = max(abs(low), abs(high)) or 1.0
        return Scale(-reach, reach)
    return Scale(low, high, diverging=False)


def _largest(error: Array) -> tuple[float, float]:
    """The sample (x₁, x₂) with the largest error."""
    row, column = np.unravel_index(int(np.argmax(np.abs(error))), error.shape)
    return float(column) / (error.shape[1] - 1), float(row) / (error.shape[0] - 1)


def _text(value: float) -> str:
    return "0" if value == 0 else ("−" if value < 0 else "") + error_text(abs(value))
