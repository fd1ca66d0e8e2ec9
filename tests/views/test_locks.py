"""Locking in the weights table and in the diagram: by key and by menu, seen as padlocks, undone."""

from __future__ import annotations

from typing import cast

import pytest
from PyQt6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QPointF, Qt
from PyQt6.QtGui import QContextMenuEvent, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.document.locking import ALL_LOCKED, set_locked
from mlpviz.nn.locks import Lock
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.builder_panel import BuilderPanel
from mlpviz.views.lab.diagram import DiagramCard
from mlpviz.views.lab.diagram_painting import tile_rect
from mlpviz.views.lab.layer_row import ROW_HEIGHT
from mlpviz.views.lab.math_header import LOCKED
from mlpviz.views.lab.weights_table import WeightsTable
from mlpviz.views.window import MainWindow
from tests.views.documents import document
from tests.views.fake import FakeSession
from tests.views.finding import named


def locks(card: WeightsTable | DiagramCard) -> tuple[Lock, ...]:
    return cast(FakeSession, card._session).document.training.locked


def table(qtbot: QtBot, theme: Theme, shown: Document | None = None) -> WeightsTable:
    card = WeightsTable(cast(Session, FakeSession(shown or document())), theme)
    qtbot.addWidget(card)
    card.resize(414, 290)
    card.show()
    qtbot.waitExposed(card)
    return card


def diagram(qtbot: QtBot, theme: Theme) -> DiagramCard:
    card = DiagramCard(cast(Session, FakeSession(document())), theme)
    qtbot.addWidget(card)
    card.resize(664, 420)
    card.show()
    qtbot.waitExposed(card)
    return card


def select(card: WeightsTable, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    model, chosen = card.model, card.table.selectionModel()
    assert chosen is not None
    block = QItemSelection(model.index(rows[0], columns[0]), model.index(rows[1], columns[1]))
    chosen.select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def actions(menu: QMenu) -> dict[str, object]:
    return {action.text(): action for action in menu.actions()}


def trigger(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()


def test_l_locks_the_selected_cells_and_unlocks_them(qtbot: QtBot, theme: Theme) -> None:
    card = table(qtbot, theme)
    select(card, (0, 1), (0, 1))
    QTest.keyClick(card.table, Qt.Key.Key_L)
    assert locks(card) == (Lock(0, 0, 0), Lock(0, 0, 1), Lock(0, 1, 0), Lock(0, 1, 1))
    index = card.model.index(1, 1)
    assert index.data(LOCKED)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).endswith(", locked")
    assert "Locked" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert not card.model.index(2, 1).data(LOCKED)
    select(card, (0, 2), (0, 0))  # partly locked: the rest joins
    QTest.keyClick(card.table, Qt.Key.Key_L)
    assert Lock(0, 2, 0) in locks(card)
    select(card, (0, 2), (0, 1))
    QTest.keyClick(card.table, Qt.Key.Key_L)
    QTest.keyClick(card.table, Qt.Key.Key_L)
    assert locks(card) == ()
    cast(FakeSession, card._session).undo()
    assert len(locks(card)) == 6


def test_whole_rows_are_units_with_a_padlock_in_the_header(qtbot: QtBot, theme: Theme) -> None:
    card = table(qtbot, theme)
    before = card.grab().toImage()
    menu = card.table.lock_menu(range(1, 2), range(3))
    assert list(actions(menu)) == ["Lock this unit's weights", "Lock this layer's weights"]
    trigger(menu, "Lock this unit's weights")
    assert locks(card) == (Lock(0, 1),)
    down = Qt.Orientation.Vertical
    assert [bool(card.model.headerData(row, down, LOCKED)) for row in range(4)] == [False, True, False, False]
    assert card.grab().toImage() != before
    trigger(card.table.lock_menu(range(1, 2), range(3)), "Unlock this unit's weights")
    assert locks(card) == ()


def test_the_menu_of_a_cell_names_its_weight(qtbot: QtBot, theme: Theme) -> None:
    card = table(qtbot, theme)
    menu = card.table.lock_menu(range(1), range(1, 2))
    assert list(actions(menu)) == ["Lock W⁽¹⁾₁₂", "Lock this unit's weights", "Lock this layer's weights"]
    trigger(menu, "Lock W⁽¹⁾₁₂")
    assert locks(card) == (Lock(0, 0, 1),)
    trigger(card.table.lock_menu(range(1), range(1)), "Lock this layer's weights")
    assert locks(card) == (Lock(0),)
    assert "Unlock this layer's weights" in actions(card.table.lock_menu(range(1), range(1)))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[QMenu]:
    """The menus that would have popped up."""
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda self, place: menus.append(self))
    return menus


def test_the_menus_open_where_the_mouse_is(qtbot: QtBot, theme: Theme, opened: list[QMenu]) -> None:
    card = table(qtbot, theme)
    at = card.table.visualRect(card.model.index(2, 1)).center()
    card.table.customContextMenuRequested.emit(at)
    assert "Lock W⁽¹⁾₃₂" in actions(opened[-1])
    header = card.table.verticalHeader()
    assert header is not None
    header.customContextMenuRequested.emit(QPoint(4, header.sectionViewportPosition(3) + 4))
    trigger(opened[-1], "Lock this unit's weights")
    assert locks(card) == (Lock(0, 3),)


def test_a_unit_of_the_diagram_is_locked_by_menu_and_key(qtbot: QtBot, theme: Theme, opened: list[QMenu]) -> None:
    card = diagram(qtbot, theme)
    view = card.diagram
    place = tile_rect(view.arrangement(), (0, 1)).center().toPoint()
    plain = card.grab().toImage()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    trigger(opened[-1], "Lock this unit's weights")
    assert locks(card) == (Lock(0, 1),)
    assert view.scene().locked == {(0, 1)}
    assert differs(plain, card.grab().toImage(), tile_rect(view.arrangement(), (0, 1)).bottomRight(), card)
    cast(FakeSession, card._session).look(unit=(0, 1))
    QTest.keyClick(view, Qt.Key.Key_L)
    assert locks(card) == ()
    QTest.keyClick(view, Qt.Key.Key_L)
    assert locks(card) == (Lock(0, 1),)


def differs(a: QImage, b: QImage, corner: QPointF, card: DiagramCard) -> bool:
    """Whether two pictures differ just inside a tile's lower right corner."""
    at = card.diagram.mapTo(card, corner.toPoint())
    places = [(at.x() - x, at.y() - y) for x in range(4, 12) for y in range(4, 12)]
    return any(a.pixel(*place) != b.pixel(*place) for place in places)


def test_inputs_have_no_menu(qtbot: QtBot, theme: Theme, opened: list[QMenu]) -> None:
    card = diagram(qtbot, theme)
    view = card.diagram
    place = tile_rect(view.arrangement(), (-1, 0)).center().toPoint()
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place)))
    assert opened == []


def test_a_locked_weight_says_so_in_its_tip(qtbot: QtBot, theme: Theme) -> None:
    card = diagram(qtbot, theme)
    session, view = cast(FakeSession, card._session), card.diagram
    session.edit("Lock", lambda d: set_locked(d, [Lock(0, 0)], True))
    view.point_at(QPointF(*view.arrangement().bias_place(0, 0)))
    assert "locked: training leaves it alone" in view.tip.text()
    view.point_at(QPointF(*view.arrangement().bias_place(0, 1)))
    assert "locked" not in view.tip.text()


def test_locked_weights_stay_while_the_others_learn(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.train()
    qtbot.waitUntil(lambda: session.live.step > 20)
    session.edit("Lock", lambda d: set_locked(d, [Lock(0)], True))
    assert session.job == "train"
    held = session.document.state.theta.copy()
    step = session.live.step
    qtbot.waitUntil(lambda: session.live.step > step + 50)
    session.pause()
    theta = session.document.state.theta
    assert (theta[:12] == held[:12]).all()
    assert (theta[12:] != held[12:]).all()


@pytest.mark.parametrize("while_training", [False, True])
def test_when_all_is_locked_the_window_says_so(window: MainWindow, qtbot: QtBot, while_training: bool) -> None:
    session = window.session
    if while_training:
        session.train()
    session.edit("Lock all", lambda d: set_locked(d, map(Lock, range(3)), True))
    if not while_training:
        session.train()
    assert window.note.text() == ALL_LOCKED
    assert not window.note.isHidden()
    session.pause()


def test_a_layer_is_locked_in_its_row_of_the_list(window: MainWindow) -> None:
    session = window.session
    lock = named(window, QPushButton, "Lock layer 1")
    assert (lock.isChecked(), lock.isVisible()) == (False, True)
    assert lock.toolTip() == "Lock the 12 weights and biases into hidden layer 1: training leaves them alone."
    lock.click()
    assert session.document.training.locked == (Lock(0),)
    assert session.undo_text == "Lock layer 1"
    assert lock.isChecked()
    assert lock.toolTip().startswith("Locked: ")
    assert not named(window, QPushButton, "Lock layer 2").isChecked()
    lock.click()
    assert session.document.training.locked == ()
    assert session.undo_text == "Unlock layer 1"
    session.undo()
    assert lock.isChecked()
    session.undo()
    assert not lock.isChecked()


def test_a_partly_locked_layer_is_locked_whole(window: MainWindow) -> None:
    session, lock = window.session, named(window, QPushButton, "Lock layer 2")
    session.edit("Lock", lambda d: set_locked(d, [Lock(1, 0), Lock(1, 1, 2)], True))
    assert not lock.isChecked()
    assert lock.toolTip().endswith("6 of them are locked now.")
    lock.click()
    assert session.document.training.locked == (Lock(1),)
    assert lock.isChecked()


def test_a_layer_is_locked_in_its_row_while_it_learns(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.train()
    qtbot.waitUntil(lambda: session.live.step > 20)
    named(window, QPushButton, "Lock layer 1").click()
    assert session.job == "train"
    held, step = session.document.state.theta.copy(), session.live.step
    qtbot.waitUntil(lambda: session.live.step > step + 50)
    session.pause()
    theta = session.document.state.theta
    assert (theta[:12] == held[:12]).all()
    assert (theta[12:] != held[12:]).all()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700), (1920, 1080)])
@pytest.mark.parametrize("layers", [2, 16])
def test_rows_with_a_lock_fit_the_list(window: MainWindow, qtbot: QtBot, size: tuple[int, int], layers: int) -> None:
    for _ in range(layers - 2):
        window.session.edit("Add", edits.add_hidden_layer)
    window.session.edit("Widen", lambda d: edits.set_width(d, 0, 1024))
    window.resize(*size)
    panel = window.findChild(BuilderPanel)
    assert panel is not None
    viewport = panel._scroll.viewport()
    assert viewport is not None
    for row in panel._rows:
        qtbot.waitUntil(lambda row=row: row.width() == viewport.width())  # type: ignore[misc]
        shown = [child for child in row.findChildren(QWidget) if child.parent() is row and child.isVisible()]
        assert row.buttons["lock"] in shown
        assert max(child.geometry().right() for child in shown) < row.width()
        assert row.height() == ROW_HEIGHT
    edit = panel._rows[0].width_box.lineEdit()
    assert edit is not None
    assert edit.fontMetrics().horizontalAdvance("1024") <= edit.width()
