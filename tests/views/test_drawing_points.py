"""The polyline's points by mouse and keys, and the function as a table of numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QModelIndex, QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from mlpviz.data.polylines import corners, polyline
from mlpviz.data.strokes import SAMPLES, Drawn, grid, smoothed
from mlpviz.document import edits
from mlpviz.document.document import same
from mlpviz.errors import UserError
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage
from mlpviz.views.universality.function_model import split
from mlpviz.views.universality.function_table import FunctionTable
from mlpviz.views.universality.hand import POLYLINE, Hand
from tests.views.drawing import LEFT, NO, RIGHT, click, drag, pixel, shown_page

ROOF = polyline([(0.0, -0.5), (0.5, 0.5), (1.0, -0.5)])


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> Iterator[UniversalityPage]:
    session.edit("Roof", lambda d: edits.set_function(d, ROOF))
    page = shown_page(session, theme, qtbot)
    page.activateWindow()
    qtbot.waitActive(page)
    page.draw.tools.tools.choose(POLYLINE)
    yield page
    page.hide()


def g(session: Session) -> Drawn:
    return session.document.function


def hand(page: UniversalityPage) -> Hand:
    return page.draw.plot.hand


# ---- by mouse


def test_points_are_added_dragged_and_taken_away(session: Session, page: UniversalityPage) -> None:
    x, y = click(page, 0.25, 0.3)
    assert g(session).points == (ROOF.points[0], (x, y), *ROOF.points[1:])
    assert session.undo_text == "Add point"
    added = g(session)
    drag(page, [(0.25, 0.3), (0.3, 0.1), (0.35, -0.2)])
    assert len(g(session).points) == 4
    assert g(session).points[1] == (pytest.approx(0.35, abs=2e-3), pytest.approx(-0.2, abs=5e-3))
    np.testing.assert_allclose(g(session).raw, np.interp(grid(), *np.array(g(session).points).T), atol=1e-12)
    session.undo()
    assert same(g(session), added)
    click(page, 0.25, 0.3, RIGHT)
    assert g(session).points == ROOF.points
    assert session.undo_text == "Remove point"
    click(page, 0.1, 0.4, RIGHT)  # where there is none
    assert g(session).points == ROOF.points


def test_a_double_click_takes_away_an_old_point_and_not_a_new_one(session: Session, page: UniversalityPage) -> None:
    def double(x: float, y: float) -> None:
        at, target = pixel(page, x, y), page.draw.plot.viewport()
        QTest.mouseClick(target, LEFT, NO, at)
        QTest.mouseDClick(target, LEFT, NO, at)
        QTest.mouseRelease(target, LEFT, NO, at)

    double(0.25, 0.3)
    assert len(g(session).points) == 4
    double(0.25, 0.3)
    assert g(session).points == ROOF.points
    refused: list[str] = []
    session.noted.connect(refused.append)
    double(0.5, 0.5)
    assert g(session).points == (ROOF.points[0], ROOF.points[2])
    click(page, 0.0, -0.5, RIGHT)
    assert len(g(session).points) == 2
    assert "two points at least" in refused[0]


def test_a_press_without_a_move_changes_nothing(session: Session, page: UniversalityPage) -> None:
    before = g(session)
    click(page, 0.5, 0.5)
    assert g(session) is before
    assert hand(page).chosen == 1
    assert page.draw.plot.accessibleDescription() == "point 2 of 3: x = 0.500, g(x) = 0.5"


def test_a_point_is_held_between_its_neighbours_and_within_the_plane(session: Session, page: UniversalityPage) -> None:
    drag(page, [(0.5, 0.5), (2.0, 5.0)])
    x, y = g(session).points[1]
    assert 0.99 < x < 1
    assert y == pytest.approx(page.draw.plot.y_range[1], rel=0.3)
    drag(page, [(1.0, -0.5), (0.5, 0.0)])
    assert g(session).points[2][0] == 1.0


def test_points_of_another_drawing_stand_on_it_and_nothing_changes_until_one_is_moved(
    session: Session, page: UniversalityPage
) -> None:
    hills = edits.new_document().function
    session.edit("Hills", lambda d: edits.set_function(d, hills))
    assert hand(page).points() == corners(hills)
    assert same(g(session), hills)
    x, y = corners(hills)[2]
    drag(page, [(x, y), (x, y + 0.1)])
    found = g(session)
    assert len(found.points) == len(corners(hills))
    assert found.points[2][1] == pytest.approx(y + 0.1, abs=0.01)
    away = np.abs(smoothed(found) - hills.raw)
    far = np.abs(grid() - x) > 0.1
    assert away[far].max() <= 0.0101 * np.ptp(hills.raw)


# ---- by keys


def test_keys_choose_move_add_and_take_away_points(session: Session, page: UniversalityPage) -> None:
    plot = page.draw.plot
    page.draw.tools.formula.setFocus()
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert hand(page).chosen == 0
    QTest.keyClick(plot, Qt.Key.Key_PageDown)
    assert plot.accessibleDescription().startswith("point 2 of 3")
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    x, y = g(session).points[1]
    assert x == pytest.approx(0.5 + 1 / 64)
    assert y > 0.55
    session.undo()  # moves in a row are one command
    assert same(g(session), ROOF)
    QTest.keyClick(plot, Qt.Key.Key_Insert)
    assert len(g(session).points) == 4
    assert g(session).points[2] == (0.75, 0.0)
    assert hand(page).chosen == 2
    QTest.keyClick(plot, Qt.Key.Key_Delete)
    assert g(session).points == ROOF.points
    QTest.keyClick(plot, Qt.Key.Key_End)
    assert hand(page).chosen == 2
    QTest.keyClick(plot, Qt.Key.Key_Home)
    QTest.keyClick(plot, Qt.Key.Key_PageUp)
    assert hand(page).chosen == 0


# ---- the table


@pytest.fixture
def table(session: Session, theme: Theme, qtbot: QtBot) -> FunctionTable:
    session.edit("Roof", lambda d: edits.set_function(d, ROOF))
    table = FunctionTable(session, theme)
    qtbot.addWidget(table)
    table.show()
    table.activateWindow()
    qtbot.waitActive(table)
    return table


def typed(table: FunctionTable, index: QModelIndex, text: str) -> None:
    view = table.view
    view.setCurrentIndex(index)
    view.edit(index)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()


def test_the_page_opens_the_table(page: UniversalityPage, session: Session) -> None:
    page.draw.tools.table.click()
    found = page.findChild(FunctionTable)
    assert found is not None
    assert found.isVisible()
    assert found.model.drawn is g(session)
    found.close()


def test_numbers_are_typed_and_wrong_ones_refused_in_words(session: Session, table: FunctionTable) -> None:
    model = table.model
    assert table.what.text() == "3 points of a polyline"
    assert model.rowCount() == 4
    typed(table, model.index(1, 1), "1/4")
    assert g(session).points[1] == (0.5, 0.25)
    assert session.undo_text == "Type into the table"
    typed(table, model.index(3, 0), "0,75")  # the empty row: another point, on g
    assert g(session).points[2] == (0.75, -0.125)
    for index, text, said in (
        (model.index(0, 1), "two", "Row 1, g(x): 'two' is not a number"),
        (model.index(0, 0), "2", "x = 2 is outside [0, 1]."),
        (model.index(0, 0), "0.5", "x = 0.5 has a point already."),
    ):
        before = g(session)
        typed(table, index, text)
        assert said in table.note.text()
        assert table.note.objectName() == "warn"
        assert g(session) is before
    QTest.keyClick(table.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    table.undo.click()
    assert same(g(session), ROOF)


def test_samples_are_typed_and_become_points(session: Session, table: FunctionTable) -> None:
    hills = edits.new_document().function
    session.edit("Hills", lambda d: edits.set_function(d, hills))
    model = table.model
    assert (model.rowCount(), table.what.text()) == (SAMPLES, "512 samples, as drawn")
    typed(table, model.index(7, 1), "0.123")
    assert g(session).raw[7] == 0.123
    assert not model.flags(model.index(7, 0)) & Qt.ItemFlag.ItemIsEditable
    assert not model.remove([7])
    assert "Samples stand at fixed x" in table.note.text()
    table.points.click()
    assert g(session).points == corners(g(session))
    assert table.what.text().endswith("points of a polyline")
    assert not table.points.isVisible()


def test_columns_are_copied_and_pasted(session: Session, table: FunctionTable) -> None:
    view, model, clipboard = table.view, table.model, QGuiApplication.clipboard()
    assert clipboard is not None
    view.selectAll()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text().splitlines()[:2] == ["0.0\t-0.5", "0.5\t0.5"]
    clipboard.setText("x\tg(x)\n1\t3\n0\t1/2\n0,5\t−2\n")
    QTest.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert g(session).points == ((0.0, 0.5), (0.5, -2.0), (1.0, 3.0))
    view.setCurrentIndex(model.index(1, 1))
    clipboard.setText("7\n8")
    QTest.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [y for _, y in g(session).points] == [0.5, 7.0, 8.0]
    before = g(session)
    clipboard.setText("0 1\n0.5 nan\n1 2")
    QTest.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "Row 2, g(x): 'nan' is not a number" in table.note.text()
    assert g(session) is before
    view.setCurrentIndex(model.index(1, 0))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert len(g(session).points) == 2


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("1;2\n3;4", [["1", "2"], ["3", "4"]]),
        ("0,5\t1,5\n1\t2", [["0,5", "1,5"], ["1", "2"]]),
        ("x, y\n0.5, 1\n", [["0.5", "1"]]),
        ("1,2\n3,4", [["1", "2"], ["3", "4"]]),
        ("g\n1\n2", [["1"], ["2"]]),
        ("1/2", [["1/2"]]),
    ],
)
def test_pasted_text_is_split_into_cells(text: str, cells: list[list[str]]) -> None:
    assert split(text) == cells


@pytest.mark.parametrize(("text", "said"), [("  \n", "nothing to paste"), ("1\t2\t3\n4\t5\t6", "one column or two")])
def test_what_is_no_column_is_refused(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        split(text)


def test_a_corner_of_the_plane_is_no_point(page: UniversalityPage) -> None:
    assert hand(page).near(page.draw.plot.plane().topRight()) is None
    assert page.draw.plot.viewport().rect().contains(QPoint(5, 5))
