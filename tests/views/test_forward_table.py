"""The forward table: the lecture's numbers exactly, live, for every kind of network and data."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.nn.evaluate import forward
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.forward_model import CLASS, RIGHT, WAITING, Field
from mlpviz.views.lab.forward_table import ForwardTable
from tests.views.documents import document
from tests.views.fake import FakeSession

Make = Callable[[Document], ForwardTable]
Role = Qt.ItemDataRole


@pytest.fixture
def make(qtbot: QtBot, theme: Theme) -> Make:
    def card(shown: Document) -> ForwardTable:
        widget = ForwardTable(cast(Session, FakeSession(shown)), theme)
        qtbot.addWidget(widget)
        widget.resize(414, 290)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return card


def session_of(card: ForwardTable) -> FakeSession:
    return cast(FakeSession, card._session)


def headings(card: ForwardTable) -> list[str]:
    model = card.model
    return [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]


def row(card: ForwardTable, number: int) -> list[str]:
    return [card.model.index(number, c).data() for c in range(card.model.columnCount())]


def test_the_lectures_table_is_exact(make: Make) -> None:
    card = make(document("xor-lecture"))
    assert headings(card) == ["x", "y", "z", "h", "ỹ", "ŷ"]
    assert card.model.rowCount() == 4
    assert [row(card, i)[:5] for i in range(4)] == [
        ["(0, 0)", "−1", "(0, −1)", "(0, 0)", "−1"],
        ["(0, 1)", "+1", "(1, 0)", "(1, 0)", "+1"],
        ["(1, 0)", "+1", "(1, 0)", "(1, 0)", "+1"],
        ["(1, 1)", "−1", "(2, 1)", "(2, 1)", "−1"],
    ]
    assert [row(card, i)[5] for i in range(4)] == ["0.269", "0.731", "0.731", "0.269"]
    assert [card.model.index(i, 5).data(RIGHT) for i in range(4)] == [True] * 4
    assert [card.model.index(i, 1).data(CLASS) for i in range(2)] == [(0, True), (1, True)]


def test_every_cell_moves_while_a_weight_changes(make: Make) -> None:
    card = make(document("xor-lecture"))
    changed: list[tuple[int, int]] = []
    card.model.dataChanged.connect(lambda a, b, roles: changed.append((a.row(), b.row())))
    session_of(card).edit("Change weight", lambda d: edits.set_parameter(d, 0, 0, 0, 0.5))
    assert changed[-1] == (0, 3)
    assert row(card, 3)[2:5] == ["(1.500, 1.000)", "(1.500, 1.000)", "−2"]
    session_of(card).edit("Take f away", lambda d: edits.set_activation(d, 0, "identity"))
    assert row(card, 0)[2:5] == ["(0, −1)", "(0, −1)", "+3"]
    assert card.model.index(0, 5).data(RIGHT) is False
    assert card.model.index(0, 5).data(Role.AccessibleTextRole).endswith("wrong")


def test_deeper_networks_have_a_z_and_an_h_for_each_layer(make: Make) -> None:
    card = make(document(widths=(3, 2)))
    assert headings(card) == ["x", "y", "z⁽¹⁾", "h⁽¹⁾", "z⁽²⁾", "h⁽²⁾", "ỹ", "ŷ"]
    session = session_of(card)
    passed = forward(session.live.network, session.live.theta, session.dataset.X[77:78])
    np.testing.assert_allclose(card.model.values(77, Field("h", 1)), passed.h[1][0], rtol=1e-12)
    np.testing.assert_allclose(card.model.values(77, Field("output")), passed.output[0], rtol=1e-12)


def test_classes_are_told_by_name(make: Make) -> None:
    card = make(document("iris"))
    names = session_of(card).dataset.class_names
    assert {row(card, i)[1] for i in range(150)} == set(names)
    assert row(card, 0)[-1].startswith("(")
    marks = {card.model.index(i, 1).data(CLASS) for i in range(150)}
    assert {mark[0] for mark in marks} == {0, 1, 2}
    assert {mark[1] for mark in marks} == {True, False}


def test_regression_has_numbers_and_no_verdict(make: Make) -> None:
    card = make(edits.set_data(edits.new_document(), name="plane").document)
    assert card.model.index(0, card.model.columnCount() - 1).data(RIGHT) is None
    assert row(card, 0)[-1] == row(card, 0)[-2]
    assert card.model.index(0, 1).data(CLASS) is None


def test_a_row_is_one_choice_everywhere(make: Make, qtbot: QtBot) -> None:
    card = make(document("xor-lecture"))
    where = card.table.visualRect(card.model.index(2, 0)).center()
    qtbot.mouseClick(card.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert session_of(card).document.view.row == 2
    session_of(card).look(row=1)
    assert card.table.currentIndex().row() == 1
    session_of(card).look(row=None)
    assert not card.table.currentIndex().isValid()
    assert session_of(card).document.view.row is None


def test_only_rows_in_sight_are_computed(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    card = make(edits.set_data(edits.new_document(), rows=5000).document)
    computed: list[int] = []

    def counted(network: object, theta: object, X: np.ndarray) -> object:
        computed.append(len(X))
        return forward(network, theta, X)  # type: ignore[arg-type]

    monkeypatch.setattr("mlpviz.views.lab.forward_model.forward", counted)
    session_of(card).edit("Change weight", lambda d: edits.set_parameter(d, 0, 0, 0, 0.5))
    card.grab()
    assert 0 < sum(computed) <= 64


def test_large_networks_are_computed_elsewhere(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    card = make(document(widths=(512, 512)))
    assert any(key.startswith("forward table") for key in session_of(card).pictures.requests)
    assert row(card, 0)[2].endswith("507 more)")
    waiting: list[object] = []
    monkeypatch.setattr(session_of(card).pictures, "request", lambda key, compute, receive: waiting.append(receive))
    session_of(card).show_document(document(widths=(600, 512)))
    assert row(card, 0)[2] == WAITING
    assert waiting


def test_columns_only_grow_while_numbers_change(make: Make) -> None:
    card = make(document("xor-lecture"))
    before = [card.table.columnWidth(c) for c in range(6)]
    session_of(card).edit("Change weight", lambda d: edits.set_parameter(d, 0, 0, 0, 0.123))
    wider = [card.table.columnWidth(c) for c in range(6)]
    assert all(b >= a for a, b in zip(before, wider, strict=True))
    assert wider[2] > before[2]
    session_of(card).edit("Change weight", lambda d: edits.set_parameter(d, 0, 0, 0, 1))
    assert [card.table.columnWidth(c) for c in range(6)] == wider


def test_other_data_and_networks_are_shown_at_once(make: Make) -> None:
    card = make(document("xor-lecture"))
    session_of(card).look(row=3)
    session_of(card).show_document(document("iris", widths=()))
    assert headings(card) == ["x", "y", "ỹ", "ŷ"]
    assert card.model.rowCount() == 150
    assert card.subtitle() == "150 rows"
    assert card.table.accessibleName()
    assert not card.table.tabKeyNavigation()


def test_live_numbers_are_shown(qtbot: QtBot, theme: Theme) -> None:
    session = Session()
    try:
        card = ForwardTable(session, theme)
        qtbot.addWidget(card)
        card.show()
        session.train()
        qtbot.waitUntil(lambda: session.live.epoch > 5, timeout=20_000)
        expected = forward(session.live.network, session.live.theta, session.dataset.X[:1]).output[0]
        np.testing.assert_allclose(card.model.values(0, Field("output")), expected, rtol=1e-12)
        session.pause()
    finally:
        session.close()
