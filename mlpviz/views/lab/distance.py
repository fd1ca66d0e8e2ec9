"""How far the net in the Lab is from the drawn function, beside what a net of its width can reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PyQt6.QtWidgets import QWidget

from mlpviz.data.spec import FUNCTION
from mlpviz.data.strokes import Drawn, jump_floor, smoothed
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.session import Session
from mlpviz.universality.errors import errors
from mlpviz.universality.kinked import BOUNDED
from mlpviz.universality.minlink import limits
from mlpviz.views.kit.labels import ElidedLabel
from mlpviz.views.kit.numbers import error_text, measured_percent

TIP = (
    "The largest distance between ŷ and the drawn function over all of [0, 1], as on the Universality page; training\n"
    "makes the mean of the squares small instead. The limit: no ReLU net of this width has a smaller largest error."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The largest error of a net, its share of g's range (NaN for a constant g), and Lim(W); units of g."""

    sup: float
    share: float
    limit: float


def measurable(network: Network) -> bool:
    """Whether the network is a plain 1-W-1 one, whose largest error can be told as the Universality page does."""
    sizes = (network.inputs, len(network.hidden), network.outputs)
    return sizes == (1, 1, 1) and network.output_activation == "identity" and not (network.features or network.standard)


class Distance(ElidedLabel):
    """One line; hidden unless the Lab's data are the drawn function and its network is `measurable`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("sub")
        self.set_tip(TIP)
        self._session = session
        self._limit: tuple[Drawn, int, float] | None = None  # of which function and width
        self._asked: tuple[object, object] | None = None
        session.document_changed.connect(lambda _: self.refresh())
        session.updated.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Measure the net there is now, off this thread."""
        session, live = self._session, self._session.live
        document = session.document
        told = document.data.name == FUNCTION and measurable(live.network) and bool(np.isfinite(live.theta).all())
        self.setVisible(told)
        card = self.parentWidget()
        if not told or card is None or not card.isVisible():
            self._asked = None
            return
        asked = (live.theta, document.function)
        if self._asked is not None and self._asked[0] is asked[0] and self._asked[1] is asked[1]:
            return
        self._asked = asked
        network, theta, drawn = live.network, live.theta, document.function
        session.pictures.request("distance", lambda: self._measure(network, theta, drawn), self._receive)

    def _measure(self, network: Network, theta: Array, drawn: Drawn) -> tuple[Network, Measured]:
        g, width, floor = smoothed(drawn), network.hidden[0].width, jump_floor(drawn)
        known = self._limit
        if known is None or known[0] is not drawn or known[1] != width:
            self._limit = known = (drawn, width, max(float(limits(g, (width,))[0]), floor))
        sup, span = max(errors(network, theta, g)[0], floor), float(np.ptp(g))
        return network, Measured(sup, sup / span if span > 0 else np.nan, known[2])

    def _receive(self, found: tuple[Network, Measured]) -> None:
        network, measured = found
        if self._asked is not None and network.sizes == self._session.live.network.sizes:
            self.set_texts(*words(network, measured))


def words(network: Network, measured: Measured) -> tuple[str, str, str]:
    """The line, and two shorter ones."""
    bound = network.hidden[0].activation in BOUNDED
    name = "limit" if bound else "ReLU limit"
    limit = f"{name} {error_text(measured.limit)}" if measured.limit > 0 else f"{name} 0, exact"
    sup = error_text(measured.sup)
    share = f" ({measured_percent(measured.share)})" if np.isfinite(measured.share) else ""
    whole = "" if bound else ", no bound here"
    return f"largest error {sup}{share} · {limit}{whole}", f"largest error {sup} · {limit}", f"error {sup} · {limit}"
