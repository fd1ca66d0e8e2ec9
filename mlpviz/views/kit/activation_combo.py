"""A combo box of activations: every row of the table, and a formula of one's own."""

from __future__ import annotations

import numpy as np
from PyQt6.QtWidgets import QLabel, QWidget

from mlpviz.nn.activations import ACTIVATIONS, OWN, activation_named
from mlpviz.views.kit.controls import Combo
from mlpviz.views.kit.formula_dialog import FormulaDialog, Preview
from mlpviz.views.kit.theme import Theme

ASK = "own formula…"
REACH, POINTS = 5.0, 401
START = "t*exp(-t*t)"


def activation_preview(text: str) -> Preview:
    """What an activation looks like: f(t) = …, and the curves of f and f′ on [−5, 5]."""
    row = activation_named(OWN + text)
    t = np.linspace(-REACH, REACH, POINTS)
    return Preview(f"f(t) = {row.formula}", [(t, row(t)), (t, row.derivative(t))])


def shortened(activation: str, most: int = 20) -> str:
    """An activation's word; a long formula ends in dots."""
    name = activation_named(activation).name
    return name if len(name) <= most else f"{name[: most - 1]}…"


class ActivationCombo(Combo):
    """As Combo; its last entry asks for a formula, and `chosen` then carries "formula:" and the text."""

    def __init__(self, name: str, tip: str, label: QLabel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(name, tip, label, parent)
        self._tip, self._theme, self._shown = tip, theme, ""
        self.show_activation("tanh")

    def show_activation(self, key: str) -> None:
        """Show an activation; nothing is emitted."""
        if key == self._shown:
            self.choose(key)
            return
        items = [(each, row.name, row.sentence) for each, row in ACTIVATIONS.items()]
        row = activation_named(key)
        if key not in ACTIVATIONS:
            items.append((key, row.name, row.sentence))
        ask = "Type a formula in t; its slope is found by exact differentiation."
        self.set_items([*items, (ASK, ASK, ask)])
        self.choose(key)
        self._shown = key
        self.setToolTip(
            f"{self._tip}\n{row.name}: {row.sentence}" if key in ACTIVATIONS else f"{self._tip}\n{row.sentence}"
        )

    def _picked(self, index: int) -> None:
        if self.itemData(index) != ASK:
            super()._picked(index)
            return
        self.choose(self._shown)  # until there is a formula
        self.ask()

    def ask(self) -> None:
        """Ask for a formula; does not wait."""
        start = self._shown.removeprefix(OWN) if self._shown.startswith(OWN) else START
        FormulaDialog(
            self._theme,
            "Own activation",
            "The non-linearity f(t) of these units, as a formula in t:",
            start,
            activation_preview,
            lambda text: self.chosen.emit(OWN + text),
            self.window(),
        ).open()
