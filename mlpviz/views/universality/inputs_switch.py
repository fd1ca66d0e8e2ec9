"""The switch between functions of one input and of two."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker

from mlpviz.session import Session
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.segments import Segments


class InputsSwitch(Segments):
    """One input or two; stands right behind the title of the card in which g is drawn."""

    def __init__(self, session: Session, card: Card, name: str) -> None:
        super().__init__(name, small=True)
        self._session = session
        self.add("1 input", "g: [0, 1] → R, drawn as a curve; the best polyline of every width is known exactly.")
        self.add("2 inputs", "g: [0, 1]² → R, painted as a map, by nets of two inputs.")
        self.chosen.connect(self._choose)
        session.document_changed.connect(lambda changed: self._show() if "view" in changed else None)
        card.header.insertWidget(1, self)
        self._show()

    def _choose(self, index: int) -> None:
        if index + 1 != self._session.document.view.inputs:
            self._session.look(inputs=index + 1)

    def _show(self) -> None:
        with QSignalBlocker(self.bar):
            self.choose(self._session.document.view.inputs - 1)
