"""One row of the network builder: a hidden layer."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from mlpviz.nn.spec import MAX_WIDTH, Hidden
from mlpviz.views.kit.activation_combo import ActivationCombo
from mlpviz.views.kit.controls import WholeBox
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme

ROW_HEIGHT = 28
ACTIVATION = (54, 92)  # its narrowest and its widest, in pixels at scale 1


@dataclass(frozen=True, slots=True)
class Fit:
    """How a row looks in a list at least `room` wide, which may have a scroll bar: widths in pixels at scale 1."""

    room: float
    grip: int
    name: int
    width: int
    gap: int
    arrows: bool
    buttons: tuple[str, ...]


# What has another way is left out: moving by grip and keys, inserting by adding and moving, locking in the diagram.
FITS = (
    Fit(352, 16, 56, 54, 4, True, ("lock", "insert", "up", "down", "remove")),
    Fit(242, 14, 14, 52, 4, True, ("lock", "insert", "remove")),
    Fit(188, 12, 14, 40, 2, False, ("lock", "remove")),
    Fit(0, 12, 14, 40, 2, False, ("remove",)),
)
COMPACT = FITS[0].room


class Grip(QToolButton):
    """The handle by which a row is dragged; positions are global heights."""

    dragged = pyqtSignal(int)
    dropped = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("grip")
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_icon(self, "grip", theme, "ink2")

    def mouseMoveEvent(self, a0: QMouseEvent | None) -> None:
        """Tell where the pointer is while the button is down."""
        if a0 is not None and a0.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(round(a0.globalPosition().y()))

    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        """Tell where the row was let go."""
        super().mouseReleaseEvent(a0)
        if a0 is not None:
            self.dropped.emit(round(a0.globalPosition().y()))


class LayerRow(QWidget):
    """Grip, name, width, activation, and buttons to lock, insert before, move and remove.

    Signals: `width_chosen(int)`, `activation_chosen(str)`, and `asked(what)` with "lock", "insert", "up", "down",
    "remove".
    """

    width_chosen = pyqtSignal(int)
    activation_chosen = pyqtSignal(str)
    asked = pyqtSignal(str)

    def __init__(self, index: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index, self._theme = index, theme
        number = index + 1
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 1, 0, 1)
        self._line = line
        self.grip = Grip(theme)
        self.grip.setAccessibleName(f"Drag hidden layer {number}")
        self.grip.setToolTip("Drag to move the layer; its weights between old neighbours are kept (Alt+Up, Alt+Down).")
        self._name = QLabel()
        self._name.setObjectName("key")
        tip = f"Units of hidden layer {number}. More can bend the surface more often; kept units keep their weights."
        self.width_box = WholeBox(f"Width of hidden layer {number}", tip, 1, MAX_WIDTH)
        self.width_box.setObjectName("width")
        self.width_box.setGroupSeparatorShown(False)
        tip = f"The non-linearity f of hidden layer {number}: h = f(z) in each of its units."
        self.activation = ActivationCombo(f"Activation of hidden layer {number}", tip, self._name, theme)
        self.width_box.valueChanged.connect(self.width_chosen)
        self.activation.chosen.connect(self.activation_chosen)
        line.addWidget(self.grip)
        line.addWidget(self._name)
        line.addWidget(self.width_box)
        line.addWidget(self.activation, 1)
        self.buttons = {
            what: self._button(icon, what, name, tip)
            for what, icon, name, tip in (
                ("lock", "unlock", f"Lock layer {number}", ""),
                ("insert", "plus", f"Insert before hidden layer {number}", "Insert a layer before this one."),
                ("up", "up", f"Move hidden layer {number} up", "Move the layer towards the input (Alt+Up)."),
                ("down", "down", f"Move hidden layer {number} down", "Move the layer towards the output (Alt+Down)."),
                ("remove", "close", f"Remove hidden layer {number}", "Remove this layer."),
            )
        }
        self.buttons["lock"].setCheckable(True)
        for button in self.buttons.values():
            line.addWidget(button)
        line.addStretch()

    def _button(self, icon: str, what: str, name: str, tip: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName("mini")
        button.setAccessibleName(name)
        button.setToolTip(tip)
        set_icon(button, icon, self._theme, "ink2")
        button.clicked.connect(lambda: self.asked.emit(what))
        return button

    def show_layer(self, layer: Hidden, count: int, locked: int, parameters: int) -> None:
        """Show the layer, one of `count`: width, activation, how many of its parameters are locked."""
        self.width_box.show_value(layer.width)
        self.activation.show_activation(layer.activation)
        self.buttons["up"].setEnabled(self.index > 0)
        self.buttons["down"].setEnabled(self.index < count - 1)
        button, whole = self.buttons["lock"], locked == parameters
        with QSignalBlocker(button):
            button.setChecked(whole)
        set_icon(button, "lock" if whole else "unlock", self._theme, "ink" if whole else "ink2")
        what = f"the {parameters:,} weights and biases into hidden layer {self.index + 1}"
        some = f" {locked:,} of them {'is' if locked == 1 else 'are'} locked now." if locked else ""
        button.setToolTip(
            f"Locked: training leaves {what} alone. Click to let it change them again."
            if whole
            else f"Lock {what}: training leaves them alone.{some}"
        )

    def fit(self, room: float) -> None:
        """Leave out what has another way where `room`, in pixels at scale 1, is short."""
        px = self._theme.px
        fit = next(each for each in FITS if room >= each.room)
        compact = fit.room < COMPACT
        self._name.setText(str(self.index + 1) if compact else f"hidden {self.index + 1}")
        self._name.setFixedWidth(round(px(fit.name)))
        for what, button in self.buttons.items():
            button.setVisible(what in fit.buttons)
        self._line.setSpacing(round(px(fit.gap)))
        self.grip.setFixedSize(round(px(fit.grip)), round(px(24)))
        self.width_box.setFixedWidth(round(px(fit.width)))
        symbols = QAbstractSpinBox.ButtonSymbols
        self.width_box.setButtonSymbols(symbols.UpDownArrows if fit.arrows else symbols.NoButtons)
        self.activation.setMinimumWidth(round(px(ACTIVATION[0])))
        self.activation.setMaximumWidth(round(px(ACTIVATION[1])))
        self.setFixedHeight(round(px(ROW_HEIGHT)))
