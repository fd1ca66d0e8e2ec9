"""The small controls over the diagram's hidden columns, and those of its title line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from mlpviz.document import edits
from mlpviz.nn.spec import MAX_HIDDEN, MAX_WIDTH, Hidden
from mlpviz.session import Session
from mlpviz.views.kit.activation_combo import ActivationCombo
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme

TARGET = 24  # pixels a pointer can hit
SPACING = 2
ROOM_FOR = "sigmoid"


class MiniButton(QPushButton):
    """A small square button with an icon."""

    def __init__(self, icon: str, name: str, tip: str, theme: Theme, act: Callable[[], object]) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("mini")
        self.setAccessibleName(name)
        self.setToolTip(tip)
        set_icon(self, icon, theme, "ink2")
        self.clicked.connect(lambda checked=False: act())
        theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setFixedSize(QSize(TARGET, TARGET) * self._theme.scale)


class NumberLabel(QLabel):
    """A centred number with room for `digits`, so that nothing moves when it changes."""

    def __init__(self, digits: str, theme: Theme) -> None:
        super().__init__()
        self._digits, self._theme = digits, theme
        self.setObjectName("num")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setFont(self._theme.font("note"))
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance(self._digits))


class LayerControls(QWidget):
    """[−] 6 [+] tanh ▾ over one hidden column. The combo box is left out where columns are narrow."""

    def __init__(self, session: Session, theme: Theme, layer: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._layer = layer
        number = layer + 1
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        self.narrow = MiniButton(
            "minus",
            f"Narrow hidden layer {number}",
            f"Take the last unit of hidden layer {number} away; the others keep their weights.",
            theme,
            partial(self._widen, -1),
        )
        self.widen = MiniButton(
            "plus",
            f"Widen hidden layer {number}",
            f"Add a unit to hidden layer {number}; the others keep their weights.",
            theme,
            partial(self._widen, 1),
        )
        self._width = NumberLabel("8", theme)
        self._width.setToolTip(f"Units in hidden layer {number}.")
        # Linux reads a combo box's name from the label whose buddy it is; the picture already shows what it is.
        self._label = QLabel(f"Activation of hidden layer {number} in diagram", self)
        self._label.hide()
        tip = f"The non-linearity f of hidden layer {number}: h = f(z) in each of its units."
        self.activation = ActivationCombo(self._label.text(), tip, self._label, theme)
        self.activation.chosen.connect(self._choose)
        for widget in (self.narrow, self._width, self.widen, self.activation):
            row.addWidget(widget)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_layer(self, hidden: Hidden) -> None:
        """Show a layer's width and activation."""
        self._width.setText(f"{hidden.width}")
        self.narrow.setEnabled(hidden.width > 1)
        self.widen.setEnabled(hidden.width < MAX_WIDTH)
        self.activation.show_activation(hidden.activation)

    def width_with(self, activation: bool) -> int:
        """Pixels needed, with the combo box or without."""
        row = SPACING * (2 + activation)
        buttons = self.narrow.width() + self.widen.width() + self._width.minimumSizeHint().width()
        return buttons + row + (self.activation.width() if activation else 0)

    def fit(self, activation: bool) -> None:
        """Show the combo box or not, and take the size that is needed."""
        self.activation.setVisible(activation)
        self.resize(self.width_with(activation), round(TARGET * self._theme.scale) + 2)

    def _restyle(self) -> None:
        # Narrow enough for four columns on a small screen: the sheet's own paddings are for roomier places.
        self.activation.setStyleSheet("QComboBox { padding: 0 0 0 5px; } QComboBox::drop-down { width: 14px; }")
        self.activation.setFont(self._theme.font("note"))
        # Longer words end in dots; the tooltip has them whole.
        words = self.activation.fontMetrics().horizontalAdvance(ROOM_FOR)
        self.activation.setFixedWidth(words + round(22 * self._theme.scale))

    def _widen(self, by: int) -> None:
        width = self._session.document.network.hidden[self._layer].width + by
        name = f"{'Widen' if by > 0 else 'Narrow'} hidden layer {self._layer + 1}"
        self._session.edit(name, lambda d: edits.set_width(d, self._layer, width))

    def _choose(self, activation: str) -> None:
        name = f"Change activation of hidden layer {self._layer + 1}"
        self._session.edit(name, lambda d: edits.set_activation(d, self._layer, activation))


class DepthControls(QWidget):
    """layers [−] 3 [+] in the title line."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        words = QLabel("layers")
        words.setObjectName("sub")
        self.remove = MiniButton(
            "minus",
            "Remove hidden layer in diagram",
            "Remove the last hidden layer; the layers before it keep their weights.",
            theme,
            lambda: session.edit("Remove hidden layer", edits.remove_hidden_layer),
        )
        self.add = MiniButton(
            "plus",
            "Add hidden layer in diagram",
            "Add a hidden layer before the output; the layers before it keep their weights.",
            theme,
            lambda: session.edit("Add hidden layer", edits.add_hidden_layer),
        )
        self._count = NumberLabel("16", theme)
        self._count.setToolTip("Hidden layers: the depth of the network.")
        for widget in (words, self.remove, self._count, self.add):
            row.addWidget(widget)

    def show_depth(self, depth: int) -> None:
        """Show how many hidden layers there are."""
        self._count.setText(str(depth))
        self.remove.setEnabled(depth > 0)
        self.add.setEnabled(depth < MAX_HIDDEN)
