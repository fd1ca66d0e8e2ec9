"""Which features of the inputs the first layer sees, as pills to switch on and off."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from mlpviz.document import edits
from mlpviz.nn.features import feature_names
from mlpviz.nn.spec import Network
from mlpviz.pictures.symbols import feature_formula, plain
from mlpviz.session import Session
from mlpviz.views.kit.controls import key_label
from mlpviz.views.kit.flow import FlowBox
from mlpviz.views.kit.formula_dialog import FormulaDialog, Preview
from mlpviz.views.kit.mathline import MathChip
from mlpviz.views.kit.theme import Theme

PRODUCTS = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
SQUARED, PLAIN = 6, 12  # inputs up to which squares, and pills at all, are offered
LONGEST = 14  # characters of a feature that a pill has room for
OWN = r"\text{own feature…}"


def offered(inputs: int) -> tuple[str, ...]:
    """The features that are offered for so many inputs."""
    if inputs == 1:
        return ("x1", "x1^2", "sin(x1)")
    if inputs == 2:
        return PRODUCTS
    plain_ones = tuple(f"x{place + 1}" for place in range(inputs))
    if inputs <= SQUARED:
        return (*plain_ones, *(f"{name}^2" for name in plain_ones))
    return plain_ones if inputs <= PLAIN else ()


def present(network: Network) -> tuple[str, ...]:
    """The features in force, the plain inputs by name."""
    return network.features or tuple(f"x{place + 1}" for place in range(network.inputs))


class FeatureChips(QWidget):
    """A pill for each feature that is offered or in force; the last one asks for a formula."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._chips: dict[str, MathChip] = {}
        self._said: tuple[object, ...] = ()
        self._kept: dict[str, int] = {}  # own features switched off, and for how many inputs they are
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(key_label("features"))
        self._many = QLabel()
        self._many.setObjectName("sub")
        self._many.setWordWrap(True)
        column.addWidget(self._many)
        self._box = FlowBox()
        column.addWidget(self._box)
        self._own = MathChip(OWN, theme)
        self._own.setCheckable(False)
        self._own.setAccessibleName("Own feature")
        self._own.setToolTip("Type a formula of the inputs, such as sqrt(x1*x1 + x2*x2).")
        self._own.clicked.connect(self.ask)
        theme.changed.connect(self._box.arrange)

    def refresh(self) -> None:
        """Show what the document's network has."""
        network = self._session.document.network
        here, offers = present(network), offered(network.inputs)
        kept = [text for text, inputs in self._kept.items() if inputs == network.inputs]
        own = dict.fromkeys(text for text in (*here, *kept) if text not in offers)
        texts = (*offers, *own) if offers or network.features else ()
        self._many.setVisible(not texts)
        self._many.setText(f"all {network.inputs:,} inputs as they are")
        said = (network.inputs, network.input_names, texts)
        if said != self._said:
            self._said = said
            for text in texts:
                if text not in self._chips:
                    self._chips[text] = self._chip(network, text)
            self._chips = {text: self._chips[text] for text in texts}
            self._box.show_widgets([*self._chips.values(), self._own])
        for text, chip in self._chips.items():
            with QSignalBlocker(chip):
                chip.setChecked(text in here)
            chip.setToolTip(self._tip(network, text))

    def _chip(self, network: Network, text: str) -> MathChip:
        one = replace(network, features=(text,), standard=())
        name = plain(feature_formula(one, 0))
        long = len(name) > LONGEST
        chip = MathChip(rf"\text{{{text[:LONGEST]}…}}" if long else feature_formula(one, 0), self._theme)
        chip.setAccessibleName(f"Feature {name}")
        chip.toggled.connect(lambda on: self._toggle(text, on))
        if text not in offered(network.inputs):
            remove = QAction("Remove this feature", chip)
            remove.triggered.connect(lambda: self._remove(text))
            chip.addAction(remove)
            chip.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return chip

    def _tip(self, network: Network, text: str) -> str:
        word = feature_names(replace(network, features=(text,), standard=()))[0]
        return f"{word}: one more number that the first layer sees, with a weight into each of its units."

    # ---- intents

    def _remove(self, text: str) -> None:
        """Take a feature of one's own away together with its pill."""
        self._kept.pop(text, None)
        here = present(self._session.document.network)
        if text in here:
            self._edit(tuple(each for each in here if each != text), "Remove own feature")
        self.refresh()

    def _toggle(self, text: str, on: bool) -> None:
        network = self._session.document.network
        if not on and text not in offered(network.inputs):
            self._kept[text] = network.inputs  # its pill stays, to be switched on again
        chosen = {*present(network), text} if on else {each for each in present(network) if each != text}
        order = [*self._chips, text]
        self._edit(tuple(each for each in dict.fromkeys(order) if each in chosen), "Change features")

    def _edit(self, features: tuple[str, ...], name: str) -> None:
        if not self._session.edit(name, lambda d: edits.set_features(d, features)):
            self.refresh()

    def ask(self) -> None:
        """Ask for a formula; does not wait."""
        inputs = self._session.document.network.inputs
        names = "x1" if inputs == 1 else "x1, x2" if inputs == 2 else f"x1 … x{inputs}"
        FormulaDialog(
            self._theme,
            "Own feature",
            f"A feature of the inputs {names}, as a formula:",
            "x1^3" if inputs == 1 else "sqrt(x1*x1 + x2*x2)",
            self._preview,
            lambda text: self._edit((*present(self._session.document.network), text), "Add own feature"),
            self.window(),
        ).open()

    def _preview(self, text: str) -> Preview:
        network = self._session.document.network
        found = edits.featured(network, (*present(network), text), self._session.dataset)
        return Preview(feature_formula(found, found.fan_in - 1))
