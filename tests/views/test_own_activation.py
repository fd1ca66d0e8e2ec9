"""Every activation in every combo box, and a formula of one's own through its dialogue."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.views.kit.activation_combo import ASK, ActivationCombo, activation_preview
from mlpviz.views.kit.formula_dialog import FormulaDialog, FormulaEdit
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow
from tests.views.finding import named

NAMES = ("Activation of hidden layer 1", "Activation of hidden layer 1 in diagram", "Activation of the sweep")


def combo_named(window: MainWindow, name: str) -> ActivationCombo:
    window.page(1)
    window.show_page(1)
    window.show_page(0)
    return named(window, ActivationCombo, name)


def asked(combo: ActivationCombo) -> FormulaDialog:
    combo.setCurrentIndex(combo.findData(ASK))
    return combo.window().findChildren(FormulaDialog)[-1]


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_is_offered_with_its_sentence(window: MainWindow, name: str) -> None:
    combo = combo_named(window, name)
    assert [combo.itemData(i) for i in range(combo.count())] == [*ACTIVATIONS, ASK]
    view = combo.view()
    assert view is not None
    assert view.minimumWidth() > combo.fontMetrics().horizontalAdvance("own formula…")
    assert ACTIVATIONS[combo.currentData()].sentence in combo.toolTip()


def test_an_own_formula_is_typed_drawn_and_taken(window: MainWindow) -> None:
    session = window.session
    combo = combo_named(window, NAMES[0])
    dialog = asked(combo)
    assert combo.currentData() == "tanh"  # until the formula is taken
    assert dialog.plot.isVisible()
    dialog.editor.setText("sin(3*t)")
    assert dialog.preview.text() == r"f(t) = \sin(3 \, t)"
    x, y = dialog._lines[1].getData()
    assert (x[0], x[-1]) == (-5, 5)
    assert y[200] == pytest.approx(3.0)  # the slope at 0
    dialog.accept()
    assert session.document.network.hidden[0].activation == "formula:sin(3*t)"
    for name in NAMES[:2]:
        assert named(window, ActivationCombo, name).currentText() == "sin(3*t)"
        assert "sin(3*t)" in named(window, ActivationCombo, name).toolTip()
    assert asked(combo).editor.text() == "sin(3*t)"
    session.undo()
    assert session.document.network.hidden[0].activation == "tanh"
    assert combo.findData("formula:sin(3*t)") < 0


def test_a_cancelled_formula_changes_nothing(window: MainWindow) -> None:
    before = window.session.document
    combo = combo_named(window, NAMES[1])
    asked(combo).reject()
    assert window.session.document.network == before.network
    assert combo.currentData() == "tanh"


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("t + foo", 5, "foo"),
        ("  t + foo", 7, "foo"),
        ("t) + 1", 2, "cannot be read"),
        ("1/t", None, "not finite"),
        ("", None, "empty"),
        ("3", None, "constant"),
    ],
)
def test_what_is_no_formula_is_marked_while_typing(
    theme: Theme, qtbot: QtBot, text: str, position: int | None, words: str
) -> None:
    taken: list[str] = []
    dialog = FormulaDialog(theme, "Own", "f(t):", "t*t", activation_preview, taken.append)
    qtbot.addWidget(dialog)
    assert dialog.ok.isEnabled()
    dialog.editor.setText(text)
    assert dialog.editor.marked == position
    assert words in dialog.note.text()
    assert not dialog.ok.isEnabled()
    dialog.accept()
    assert taken == []
    assert all(len(line.getData()[0]) == 0 for line in dialog._lines)
    dialog.editor.setText(" t ")
    dialog.accept()
    assert taken == ["t"]


def test_the_marked_character_is_underlined(theme: Theme, qtbot: QtBot) -> None:
    def picture(position: int | None) -> QImage:
        edit = FormulaEdit(theme)
        qtbot.addWidget(edit)
        edit.resize(200, 28)
        edit.setText("abcdefgh")
        edit.mark(position)
        return edit.grab().toImage()

    bare, first, last = picture(None), picture(1), picture(8)
    columns = [
        [x for x in range(200) if any(bare.pixel(x, y) != marked.pixel(x, y) for y in range(28))]
        for marked in (first, last)
    ]
    assert all(columns)
    assert max(columns[0]) < min(columns[1])


def test_combos_keep_their_width_whatever_they_show(theme: Theme, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    combo = ActivationCombo("Activation", "The function.", QLabel(parent), theme, parent)
    combo.setFixedWidth(64)
    combo.show_activation("formula:where(t > 0, t, exp(t) - 1) + 0.1*sin(t)")
    assert combo.width() == 64
    assert combo.currentText().startswith("where(t > 0")


def test_the_dialogue_is_reachable_by_name(window: MainWindow) -> None:
    dialog = asked(combo_named(window, NAMES[0]))
    editor = named(dialog, QLineEdit, "Formula")
    assert editor.toolTip()
    assert named(dialog, QLabel, "Note on the formula").accessibleDescription()
