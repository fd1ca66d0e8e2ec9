"""Controls that several panels use: number boxes, sliders on a scale, named combo boxes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PyQt6.QtCore import QObject, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPaintEvent, QValidator, QWheelEvent
from PyQt6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionSlider,
    QStylePainter,
    QWidget,
)

from mlpviz.document.numbers import parse_number
from mlpviz.errors import UserError
from mlpviz.views.kit.numbers import number_text, proper
from mlpviz.views.kit.typed import Typed

TICKS = 1000  # positions of a slider


class _CalmWheel:
    """The wheel turns a control only once it has the focus, and never where it scrolls what the control stands in."""

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Pass the wheel on without the focus, and inside what scrolls."""
        if event is not None and (not self.hasFocus() or _scrolls(self)):  # type: ignore[attr-defined, arg-type]
            event.ignore()
        else:
            super().wheelEvent(event)  # type: ignore[misc]


def _scrolls(widget: QWidget) -> bool:
    """Whether the widget stands in a scroll area of its window."""
    around = widget.parentWidget()
    while around is not None and not isinstance(around, QAbstractScrollArea):
        around = None if around.isWindow() else around.parentWidget()
    return around is not None


class CalmCombo(_CalmWheel, QComboBox):
    """A combo box that the wheel does not turn in passing."""


class Combo(_CalmWheel, QComboBox):
    """A combo box of ids that shows words. `chosen(id)` is emitted when the user takes another."""

    chosen = pyqtSignal(str)

    def __init__(self, name: str, tip: str, label: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(5)
        self.setMinimumWidth(40)
        # On Linux assistive technology knows a combo box by its label only.
        label.setBuddy(self)
        label.setAccessibleName(name)
        self.currentIndexChanged.connect(self._picked)

    def _picked(self, index: int) -> None:
        if index >= 0:
            self.chosen.emit(self.itemData(index))

    def set_items(self, items: Iterable[tuple[str, str, str]]) -> None:
        """(id, word, tooltip) of every item; nothing is emitted."""
        items = list(items)
        if [(self.itemData(i), self.itemText(i)) for i in range(self.count())] == [item[:2] for item in items]:
            return
        with QSignalBlocker(self):
            self.clear()
            for index, (key, word, tip) in enumerate(items):
                self.addItem(word, key)
                self.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        view = self.view()
        if view is not None:
            view.setMinimumWidth(view.sizeHintForColumn(0) + 30)

    def choose(self, key: str) -> None:
        """Show an item; nothing is emitted."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(key))

    def paintEvent(self, e: QPaintEvent | None) -> None:
        """As ever, but a word that does not fit ends in "…"."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        style, part = self.style(), QStyle.SubControl.SC_ComboBoxEditField
        if style is not None:
            room = style.subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
            option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class WholeBox(_CalmWheel, Typed, QSpinBox):
    """A spin box for a whole number; `show_value` sets it without emitting."""

    def __init__(self, name: str, tip: str, low: int, high: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _prepare(self, name, tip)
        self.setRange(low, high)
        self.setGroupSeparatorShown(high > 9999)

    def show_value(self, value: int) -> None:
        """Show a value; nothing is emitted, and what is being typed stays until it differs."""
        if value != self.value():
            with QSignalBlocker(self):
                self.setValue(value)

    def validate(self, input: str | None, pos: int) -> tuple[QValidator.State, str, int]:
        """Anything may be typed; it counts once it is a whole number within the range."""
        state, text, pos = super().validate(input, pos)
        good = state == QValidator.State.Acceptable
        return (state if good else QValidator.State.Intermediate), text, pos

    def fixup(self, input: str | None) -> str:
        """What cannot be taken gives way to the present number, and is told."""
        if self.pending():
            self.refuse(input or "")
        return self.textFromValue(self.value())


class NumberBox(_CalmWheel, Typed, QDoubleSpinBox):
    """A spin box for a real number that is shown in as few digits as say it, or as `text` says.

    Either minus sign, decimal comma or point, fractions and powers can be typed. With `powers` the steps are
    1, 2, 5, 10, … instead of equal ones. `read` turns what was typed into a number, or raises UserError.
    """

    def __init__(
        self,
        name: str,
        tip: str,
        low: float,
        high: float,
        parent: QWidget | None = None,
        *,
        step: float = 0.05,
        powers: bool = False,
        text: Callable[[float], str] = number_text,
        read: Callable[[str], float] = parse_number,
    ) -> None:
        self._text, self._powers, self._read = text, powers, read
        super().__init__(parent)
        _prepare(self, name, tip)
        self.setDecimals(12)
        self.setRange(low, high)
        self.setSingleStep(step)

    def show_value(self, value: float) -> None:
        """Show a value; nothing is emitted."""
        if value != self.value():
            with QSignalBlocker(self):
                self.setValue(value)

    def textFromValue(self, v: float) -> str:
        """The number as it is shown."""
        return self._text(v)

    def valueFromText(self, text: str | None) -> float:
        """The number that was typed; the present one when it is none."""
        if (text or "") == self._text(self.value()):
            return self.value()
        try:
            return self._read(text or "")
        except UserError:
            return self.value()

    def validate(self, input: str | None, pos: int) -> tuple[QValidator.State, str, int]:
        """Anything may be typed; it counts once it is a number within the range."""
        text = input or ""
        try:
            good = self.minimum() <= self._read(text) <= self.maximum()
        except UserError:
            good = text == self._text(self.value())
        return (QValidator.State.Acceptable if good else QValidator.State.Intermediate), text, pos

    def fixup(self, input: str | None) -> str:
        """What cannot be taken gives way to the present number, and is told."""
        if self.pending():
            self.refuse(input or "")
        return self._text(self.value())

    def stepBy(self, steps: int) -> None:
        """Step along 1, 2, 5, 10, … or by equal steps."""
        if not self._powers:
            super().stepBy(steps)
            self.setValue(round(self.value(), 6))
            return
        value = self.value()
        for _ in range(abs(steps)):
            value = stepped(value, up=steps > 0)
        self.setValue(value)


def stepped(value: float, *, up: bool) -> float:
    """The next number above or below in …, 0.1, 0.2, 0.5, 1, 2, 5, …; below 1e-6 comes 0."""
    if value <= 0:
        return 1e-6 if up else 0.0
    power = math.floor(math.log10(value) + 1e-9)
    ladder = [m * 10.0**p for p in (power - 1, power, power + 1) for m in (1, 2, 5)]
    found = [x for x in ladder if (x > value * 1.001 if up else x < value * 0.999)]
    result = float(f"{min(found) if up else max(found):.1g}")
    return 0.0 if result < 1e-6 else result


def _prepare(box: QAbstractSpinBox, name: str, tip: str) -> None:
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setObjectName("plain")
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    box.setKeyboardTracking(False)
    box.setMinimumWidth(30)  # the widest number that can be typed may scroll
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


@dataclass(frozen=True)
class Scale:
    """How a slider's positions stand for numbers: evenly or by powers of ten from `low` to `high`.

    `zero`: the leftmost position is 0. `digits`: significant digits of what a position stands for.
    """

    low: float
    high: float
    log: bool = False
    zero: bool = False
    digits: int = 2

    def value(self, position: int) -> float:
        """The number at a position, 0 … TICKS."""
        if self.zero and position == 0:
            return 0.0
        share = position / TICKS
        exact = self.low * (self.high / self.low) ** share if self.log else self.low + (self.high - self.low) * share
        return float(f"{exact:.{self.digits}g}")

    def position(self, value: float) -> int:
        """The position nearest to a number."""
        if self.zero and value <= 0:
            return 0
        bounded = min(max(value, self.low), self.high)
        if self.log:
            share = math.log(bounded / self.low) / math.log(self.high / self.low)
        else:
            share = (bounded - self.low) / (self.high - self.low)
        return max(round(share * TICKS), 1 if self.zero else 0)


class CalmSlider(_CalmWheel, QSlider):
    """A horizontal slider that the wheel does not move in passing."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, ev: QMouseEvent | None) -> None:
        """A press beside the handle brings it there; from there it can be dragged."""
        style = self.style()
        if ev is not None and ev.button() == Qt.MouseButton.LeftButton and style is not None:
            option, slider = QStyleOptionSlider(), QStyle.ComplexControl.CC_Slider
            self.initStyleOption(option)
            handle = style.subControlRect(slider, option, QStyle.SubControl.SC_SliderHandle, self)
            groove = style.subControlRect(slider, option, QStyle.SubControl.SC_SliderGroove, self)
            if not handle.contains(ev.position().toPoint()):
                left = round(ev.position().x()) - groove.left() - handle.width() // 2
                room = groove.width() - handle.width()
                self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), left, room))
        super().mousePressEvent(ev)


class Dial(QObject):
    """A slider and a number box for one number.

    Signals:
        changed(value): the user moved either.
        finished(): the user let the slider go.
    """

    changed = pyqtSignal(float)
    finished = pyqtSignal()

    def __init__(self, scale: Scale, box: NumberBox | WholeBox, parent: QWidget) -> None:
        super().__init__(parent)
        self._scale, self.box = scale, box
        self.slider = CalmSlider(f"{box.accessibleName()} slider", box.toolTip(), parent)
        self.slider.setRange(0, TICKS)
        self.slider.setSingleStep(TICKS // 50)
        self.slider.setPageStep(TICKS // 10)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self.finished)
        box.valueChanged.connect(self._typed)

    def _slid(self, position: int) -> None:
        value = self._scale.value(position)
        self._show_number(value)
        self.changed.emit(value)

    def _typed(self, value: float) -> None:
        self._show(value)
        self.changed.emit(value)
        self.finished.emit()

    def _show(self, value: float) -> None:
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(self._scale.position(value))

    def show_value(self, value: float) -> None:
        """Show a number; nothing is emitted."""
        self._show_number(value)
        self._show(value)

    def _show_number(self, value: float) -> None:
        if isinstance(self.box, WholeBox):
            self.box.show_value(int(value))
        else:
            self.box.show_value(value)

    def set_enabled(self, enabled: bool, tip: str) -> None:
        """Let it be moved or not; the tooltip says what it does, or why it does nothing."""
        for part in (self.slider, self.box):
            part.setEnabled(enabled)
            part.setToolTip(tip)


def ratio_text(share: float) -> str:
    """A share of training rows as "80 : 20"."""
    train = round(100 * share)
    return proper(f"{train} : {100 - train}")


def key_label(text: str) -> QLabel:
    """A setting's word, left of its control."""
    label = QLabel(text)
    label.setObjectName("key")
    return label
