"""Number boxes: the undo key, the wheel, and numbers that cannot be taken."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

from mlpviz.views.kit.controls import CalmSlider, NumberBox, WholeBox
from mlpviz.views.kit.typed import Refusal, limit_text
from mlpviz.views.lab.tabs_card import TabsCard
from mlpviz.views.lab.weights_table import WeightsView
from mlpviz.views.window import MainWindow
from tests.views.finding import named

Key, Ctrl, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def type_into(box: QAbstractSpinBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)


def refusal(window: MainWindow) -> Refusal:
    return Refusal.of(window)


@pytest.mark.parametrize(
    ("name", "text"), [("Learning rate", "0.5"), ("Seed", "77"), ("Noise", "0.25"), ("Rows", "90")]
)
def test_the_undo_key_in_a_number_box_undoes_the_document(window: MainWindow, name: str, text: str) -> None:
    box = named(window, QAbstractSpinBox, name)
    before = window.session.document
    type_into(box, text)
    QTest.keyClick(box, Key.Key_Return)
    edited = window.session.document
    assert edited != before
    assert box.text() == text
    QTest.keyClick(box, Key.Key_Z, Ctrl)
    assert window.session.document.training == before.training
    assert window.session.document.data == before.data
    assert box.hasFocus()
    assert box.text() != text
    QTest.keyClick(box, Key.Key_Z, Ctrl | Shift)
    assert window.session.document.training == edited.training
    assert window.session.document.data == edited.data


def test_the_undo_key_takes_half_typed_text_back_first(window: MainWindow) -> None:
    box = named(window, NumberBox, "Learning rate")
    window.session.edit("Change seed", lambda d: d)
    type_into(box, "0.5")
    QTest.keyClick(box, Key.Key_Return)
    type_into(box, "7")
    QTest.keyClick(box, Key.Key_Z, Ctrl)
    assert window.session.document.training.learning_rate == 0.5
    assert box.text() == "0.5"
    QTest.keyClick(box, Key.Key_Z, Ctrl)
    assert window.session.document.training.learning_rate == 0.1


def test_an_undo_key_without_use_changes_nothing(window: MainWindow) -> None:
    box = named(window, NumberBox, "Learning rate")
    box.setFocus()
    QTest.keyClick(box, Key.Key_Z, Ctrl)
    assert box.text() == "0.1"
    assert window.session.document.training.learning_rate == 0.1


def test_the_undo_key_in_an_untouched_cell_undoes_the_document(window: MainWindow) -> None:
    window.session.edit("Change seed", lambda d: d)
    rate = named(window, NumberBox, "Learning rate")
    type_into(rate, "0.5")
    QTest.keyClick(rate, Key.Key_Return)
    window.findChildren(TabsCard)[0].show_page(1)
    table = named(window, WeightsView, "Weights")
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))  # type: ignore[union-attr]
    QTest.keyClick(table, Key.Key_Return)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, Key.Key_Z, Ctrl)
    assert window.session.document.training.learning_rate == 0.1


def wheel(widget: QWidget) -> bool:
    """Turn the wheel one notch over a widget; whether it was used there."""
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@pytest.mark.parametrize("name", ["Data set", "Optimizer", "Learning rate", "Rows slider", "Representation layer"])
def test_the_wheel_never_turns_what_stands_in_a_column_that_scrolls(window: MainWindow, name: str) -> None:
    kinds = QAbstractSpinBox, QComboBox, CalmSlider
    [control] = [w for kind in kinds for w in window.findChildren(kind) if w.accessibleName() == name]
    before = window.session.document
    control.setFocus()
    assert control.hasFocus()
    wheel(control)
    assert window.session.document == before


def test_the_wheel_turns_the_speed_in_focus(window: MainWindow) -> None:
    slider = named(window, CalmSlider, "Speed")
    slider.setFocus()
    place = slider.value()
    assert wheel(slider)
    assert slider.value() != place


@pytest.mark.parametrize("text", ["0", "-1", "1e9"])
def test_a_learning_rate_out_of_range_is_refused_with_the_range(window: MainWindow, text: str) -> None:
    box = named(window, NumberBox, "Learning rate")
    type_into(box, text)
    QTest.keyClick(box, Key.Key_Return)
    note = refusal(window)
    assert box.text() == "0.1"
    assert window.session.document.training.learning_rate == 0.1
    assert "out of range" in note.text()
    assert "from 10⁻⁹ to 1,000,000" in note.text()
    assert "stays 0.1" in note.text()
    gap = note.geometry().top() - box.mapTo(window, QPoint(0, box.height())).y()
    assert 0 <= gap <= 12
    assert window.rect().contains(note.geometry())
    QTest.keyClick(box, Key.Key_5)
    assert not note.isVisible()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("Rows", "1", "out of range"),
        ("Rows", "99999999999", "out of range"),
        ("Rows", "2.5", "not a whole number"),
        ("Seed", "-3", "out of range"),
        ("Noise", "nought", "not a number"),
        ("Training ratio", "2", "out of range"),
        ("Width of hidden layer 1", "0", "out of range"),
        ("Patience", "99999999999", "out of range"),
    ],
)
def test_every_number_box_says_what_it_does_not_take(window: MainWindow, name: str, text: str, why: str) -> None:
    window.session.look(more=("data", "training"))
    box = named(window, QAbstractSpinBox, name)
    before, kept = window.session.document, box.text()
    type_into(box, text)
    QTest.keyClick(box, Key.Key_Return)
    assert why in refusal(window).text()
    assert f"stays {kept}" in refusal(window).text()
    assert box.text() == kept
    assert window.session.document == before


def test_leaving_a_box_with_a_bad_number_says_so_too(window: MainWindow) -> None:
    box = named(window, NumberBox, "Learning rate")
    type_into(box, "0")
    QTest.keyClick(box, Key.Key_Tab)
    assert "out of range" in refusal(window).text()


def test_good_numbers_are_not_commented_on(window: MainWindow) -> None:
    for name, text in (("Learning rate", "1/3"), ("Rows", "120"), ("Noise", "0,2")):
        box = named(window, QAbstractSpinBox, name)
        type_into(box, text)
        QTest.keyClick(box, Key.Key_Return)
        assert refusal(window).text() == ""
    assert window.session.document.training.learning_rate == 1 / 3
    assert (window.session.document.data.rows, window.session.document.data.noise) == (120, 0.2)


def test_tooltips_name_the_range(window: MainWindow) -> None:
    window.session.look(more=("data", "training"))
    boxes = [*window.findChildren(NumberBox), *window.findChildren(WholeBox)]
    assert len(boxes) > 10
    for box in boxes:
        assert f"From {limit_text(box.minimum())} to {limit_text(box.maximum())}." in box.toolTip(), (
            box.accessibleName()
        )
