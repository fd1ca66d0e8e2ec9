"""One row of the network builder: a hidden layer."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from mlpviz.nn.spec import MAX_WIDTH, Hidden
from mlpviz.views.kit.activation_combo import ActivationCombo
from mlpviz.views.kit.controls import WholeBox
from mlpviz.views.kit.icons import set_icon
from mlpviz.views.kit.theme import Theme

ROW_HEIGHT = 28
COMPACT, TINY = 330, 216  # widths below which a row leaves things out, in pixels at scale 1


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
    """Grip, name, width, activation, and buttons to insert before, move and remove.

    Signals: `width_chosen(int)`, `activation_chosen(str)`, and `asked(what)` with "insert", "up", "down", "remove".
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
        line.setSpacing(4)
        self.grip = Grip(theme)
        self.grip.setAccessibleName(f"Drag hidden layer {number}")
        self.grip.setToolTip("Drag to move the layer; its weights between old neighbours are kept (Alt+Up, Alt+Down).")
        self._name = QLabel()
        self._name.setObjectName("key")
        tip = f"Units of hidden layer {number}. More can bend the surface more often; kept units keep their weights."
        self.width_box = WholeBox(f"Width of hidden layer {number}", tip, 1, MAX_WIDTH)
        self.width_box.setObjectName("width")
        self.width_box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.UpDownArrows)
        self.width_box.setGroupSeparatorShown(False)
        tip = f"The non-linearity f of hidden layer {number}: h = f(z) in each of its units."
        self.activation = ActivationCombo(f"Activation of hidden layer {number}", tip, self._name, theme)
        self.width_box.valueChanged.connect(self.width_chosen)
        self.activation.chosen.connect(self.activation_chosen)
        line.addWidget(self.grip)
        line.addWidget(self._name)
        line.addWidget(self.width_box)
        line.addWidget(self.activation)
        self.buttons = {
            what: self._button(icon, what, name, tip)
            for what, icon, name, tip in (
                ("insert", "plus", f"Insert before hidden layer {number}", "Insert a layer before this one."),
                ("up", "up", f"Move hidden layer {number} up", "Move the layer towards the input (Alt+Up)."),
                ("down", "down", f"Move hidden layer {number} down", "Move the layer towards the output (Alt+Down)."),
                ("remove", "close", f"Remove hidden layer {number}", "Remove this layer."),
            )
        }
        for button in self.buttons.values():
            line.addWidget(button)
        line.addStretch(1)

    def _button(self, icon: str, what: str, name: str, tip: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName("mini")
        button.setAccessibleName(name)
        button.setToolTip(tip)
        set_icon(button, icon, self._theme, "ink2")
        button.clicked.connect(lambda: self.asked.emit(what))
        return button

    def show_layer(self, layer: Hidden, count: int) -> None:
        """Show the layer's width and activation, as one of `count` layers."""
        self.width_box.show_value(layer.width)
        self.activation.show_activation(layer.activation)
        self.buttons["up"].setEnabled(self.index > 0)
        self.buttons["down"].setEnabled(self.index < count - 1)

    def fit(self, room: float) -> None:
        """Leave out what has another way where `room`, in pixels at scale 1, is short.

        Moving is left to the grip and the keyboard, inserting to adding and moving.
        """
        px, compact = self._theme.px, room < COMPACT
        self._name.setText(str(self.index + 1) if compact else f"hidden {self.index + 1}")
        self._name.setFixedWidth(round(px(12 if compact else 56)))
        for what in ("up", "down"):
            self.buttons[what].setVisible(not compact)
        self.buttons["insert"].setVisible(room >= TINY)
        self.grip.setFixedSize(round(px(14 if compact else 18)), round(px(24)))
        self.width_box.setFixedWidth(round(px(46 if compact else 64)))
        self.activation.setFixedWidth(round(px(64 if compact else 92)))
        self.setFixedHeight(round(px(ROW_HEIGHT)))
