"""The weights table: typing, refusing, pasting, following the diagram, and staying quick."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QKeyEvent
from PyQt6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from mlpviz.document.document import Document
from mlpviz.nn.layout import layout
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.weights_table import HINT, WeightsTable
from tests.views.documents import document
from tests.views.fake import FakeSession

Make = Callable[[Document], WeightsTable]
Role = Qt.ItemDataRole


@pytest.fixture
def make(qtbot: QtBot, theme: Theme) -> Make:
    def card(shown: Document) -> WeightsTable:
        widget = WeightsTable(cast(Session, FakeSession(shown)), theme)
        qtbot.addWidget(widget)
        widget.resize(414, 290)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return card


def session_of(card: WeightsTable) -> FakeSession:
    return cast(FakeSession, card._session)


def type_into(card: WeightsTable, qtbot: QtBot, row: int, column: int, text: str) -> None:
    index = card.model.index(row, column)
    card.table.setCurrentIndex(index)
    card.table.edit(index)
    editor = card.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    editor.insert(text)  # QTest types ASCII only
    with qtbot.waitSignal(editor.destroyed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)


def texts(card: WeightsTable) -> list[list[str]]:
    model = card.model
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def test_the_lectures_matrices_are_shown_as_whole_numbers(make: Make) -> None:
    card = make(document("xor-lecture"))
    assert [card.layers.itemText(i) for i in range(card.layers.count())] == ["U, c", "w, b"]
    assert texts(card) == [["1", "1", "0"], ["1", "1", "−1"]]
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert [card.model.headerData(i, across) for i in range(3)] == ["x₁", "x₂", "c"]
    assert [card.model.headerData(i, down) for i in range(2)] == ["z₁", "z₂"]
    card.layers.setCurrentIndex(1)
    card.layers.activated.emit(1)
    assert texts(card) == [["2", "−4", "−1"]]
    assert card.model.index(0, 1).data(Role.AccessibleTextRole) == "w₂ = −4"


@pytest.mark.parametrize(
    ("text", "value"), [("1/3", 1 / 3), ("−2", -2.0), ("0,5", 0.5), ("1e-3", 1e-3), ("2.25", 2.25)]
)
def test_a_number_typed_becomes_the_weight(make: Make, qtbot: QtBot, text: str, value: float) -> None:
    card = make(document(widths=(3, 2)))
    card.layers.activated.emit(1)
    type_into(card, qtbot, 1, 2, text)
    session = session_of(card)
    assert session.document.state.theta[layout((2, 3, 2, 1)).index(1, 1, 2)] == value
    assert session.done == ["Change weight W⁽²⁾₂₃"]
    assert card.model.index(1, 2).data(Role.EditRole) == repr(value)
    assert card.note() == HINT
    session.undo()
    assert card.model.index(1, 2).data(Role.EditRole) != repr(value)


@pytest.mark.parametrize("text", ["abc", "1/0", "1e999", "nan"])
def test_what_is_no_number_is_refused_with_a_note(make: Make, qtbot: QtBot, text: str) -> None:
    card = make(document("xor-lecture"))
    type_into(card, qtbot, 0, 1, text)
    assert texts(card)[0] == ["1", "1", "0"]
    assert session_of(card).done == []
    assert text in card.note()
    type_into(card, qtbot, 0, 1, "2")
    assert card.note() == HINT
    assert texts(card)[0] == ["1", "2", "0"]


def test_an_editor_left_alone_keeps_every_digit(make: Make, qtbot: QtBot) -> None:
    card = make(document(widths=(3, 2)))
    index = card.model.index(0, 0)
    card.table.edit(index)
    editor = card.table.findChild(QLineEdit)
    assert editor is not None
    assert float(editor.text()) == session_of(card).document.state.theta[0]
    with qtbot.waitSignal(editor.destroyed):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert session_of(card).done == []


def test_what_is_being_typed_survives_new_numbers(make: Make, qtbot: QtBot) -> None:
    card = make(document("xor-lecture"))
    card.table.edit(card.model.index(0, 0))
    editor = card.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "0.1")
    session_of(card).updated.emit()
    card.model.dataChanged.emit(card.model.index(0, 0), card.model.index(0, 0))
    assert editor.text() == "0.1"


@pytest.mark.parametrize("text", ["5\t6\t7\n8\t9\t1/4\n", "5,6,7\n8,9,0.25", "5; 6; 7\r\n8; 9; 0,25", "5 6 7\n8 9 1/4"])
def test_a_block_is_pasted_as_one_command(make: Make, qtbot: QtBot, text: str) -> None:
    card = make(document("xor-lecture"))
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setText(text)
    card.table.setCurrentIndex(card.model.index(0, 0))
    qtbot.keyClick(card.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert texts(card) == [["5", "6", "7"], ["8", "9", "0.250"]]
    assert session_of(card).done == ["Paste into U, c"]
    card.table.selectAll()
    qtbot.keyClick(card.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "5.0\t6.0\t7.0\n8.0\t9.0\t0.25"


def test_a_block_that_does_not_fit_is_refused_whole(make: Make) -> None:
    card = make(document("xor-lecture"))
    assert not card.model.paste(1, 0, "1\t2\n3\t4")
    assert "2 × 2" in card.note()
    assert not card.model.paste(0, 0, "1\tx")
    assert texts(card) == [["1", "1", "0"], ["1", "1", "−1"]]
    assert card.model.paste(0, 2, "0,5")
    assert texts(card)[0][2] == "0.500"


def test_the_table_follows_the_chosen_unit(make: Make) -> None:
    card = make(document(widths=(3, 5)))
    session_of(card).look(unit=(1, 3))
    assert (card.model.layer, card.table.currentIndex().row()) == (1, 3)
    session_of(card).look(unit=(-1, 0))
    assert card.model.layer == 1


def test_another_network_is_shown_at_once(make: Make) -> None:
    card = make(document(widths=(3, 5)))
    card.layers.activated.emit(2)
    session_of(card).show_document(document("iris", widths=(2,)))
    assert card.layers.count() == 2
    assert (card.model.rowCount(), card.model.columnCount()) == (3, 3)
    session_of(card).show_document(document(widths=()))
    assert texts(card) == [[card.model.index(0, c).data() for c in range(3)]]
    assert card.layers.itemText(0) == "w, b"


def test_a_thousand_by_a_thousand_weights_ask_for_the_cells_in_sight_only(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = make(document(widths=(1024, 1024)))
    card.layers.activated.emit(1)
    assert (card.model.rowCount(), card.model.columnCount()) == (1024, 1025)
    asked: set[tuple[int, int]] = set()
    data = card.model.data

    def counted(index: object, role: int = Role.DisplayRole) -> object:
        asked.add((index.row(), index.column()))  # type: ignore[attr-defined]
        return data(index, role)  # type: ignore[arg-type]

    monkeypatch.setattr(card.model, "data", counted)
    card.table.refresh()
    card.grab()
    assert 0 < len(asked) < 400


def test_cells_are_tinted_by_sign(make: Make, theme: Theme) -> None:
    card = make(document("xor-lecture"))
    positive, zero, negative = (card.model.index(r, c).data(Role.BackgroundRole) for r, c in ((0, 0), (0, 2), (1, 2)))
    assert positive.blue() > positive.red()
    assert negative.red() > negative.blue()
    assert zero.lightness() > 250


def test_names_and_keys(make: Make, qtbot: QtBot) -> None:
    card = make(document("xor-lecture"))
    label = next(label for label in card.findChildren(QLabel) if label.buddy() is card.layers)
    assert label.accessibleName() == card.layers.accessibleName() == "Weights of layer"
    assert card.table.accessibleName()
    assert not card.table.tabKeyNavigation()
    card.table.setFocus()
    card.table.setCurrentIndex(card.model.index(0, 0))
    qtbot.keyClick(card.table, Qt.Key.Key_Space)
    assert card.table.findChild(QLineEdit) is None


def test_live_numbers_are_shown(qtbot: QtBot, theme: Theme) -> None:
    session = Session()
    try:
        card = WeightsTable(session, theme)
        qtbot.addWidget(card)
        card.show()
        session.train()
        qtbot.waitUntil(lambda: session.live.epoch > 5, timeout=20_000)
        shown = float(card.model.index(0, 0).data(Role.EditRole))
        assert shown == session.live.theta[0]
        card.model.setData(card.model.index(0, 0), "1/3")
        assert session.job == "train"
        session.pause()
        assert np.isfinite(session.live.theta).all()
        assert session.document.state.theta[0] != shown
    finally:
        session.close()


def test_a_point_that_begins_a_number_is_no_key_of_the_window(make: Make, qtbot: QtBot) -> None:
    card = make(document())
    card.table.setCurrentIndex(card.model.index(0, 0))
    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Period, Qt.KeyboardModifier.NoModifier, ".")
    event.ignore()
    card.table.keyPressEvent(event)
    assert event.isAccepted()
    assert card.table.findChild(QLineEdit) is not None
    space = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
    card = make(document())
    card.table.keyPressEvent(space)
    assert not space.isAccepted()
