"""Drawing g by mouse, pen and finger with every tool, and undo back to the start."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QEventPoint, QInputDevice, QPointingDevice, QTabletEvent, QTouchEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mlpviz.data.brushes import erase, smooth_stroke
from mlpviz.data.strokes import Drawn, apply_stroke, grid, jump_floor, jumps, preset, smoothed
from mlpviz.document import edits
from mlpviz.document.document import same
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.kit.typed import Refusal
from mlpviz.views.universality import UniversalityPage
from mlpviz.views.universality.hand import ERASER, LINE, PENCIL, POLYLINE, SMOOTH, TOOLS
from tests.views.drawing import LEFT, NO, RIGHT, click, drag, pixel, shown_page

HELD = Qt.MouseButton.LeftButton


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> Iterator[UniversalityPage]:
    page = shown_page(session, theme, qtbot)
    page.activateWindow()
    qtbot.waitActive(page)
    yield page
    page.hide()


def g(session: Session) -> Drawn:
    return session.document.function


# ---- the tools by mouse


def test_the_line_follows_the_pointer_and_is_one_command(session: Session, page: UniversalityPage) -> None:
    before = g(session)
    page.draw.tools.tools.choose(LINE)
    places = drag(page, [(0.2, 0.3), (0.9, -0.4), (0.3, 0.2), (0.6, -0.2)])
    np.testing.assert_array_equal(g(session).raw, apply_stroke(before, [places[0], places[-1]]).raw)
    assert session.undo_text == "Draw line"
    session.undo()
    assert same(g(session), before)


def test_the_smooth_brush_smooths_along_its_way(session: Session, page: UniversalityPage) -> None:
    session.edit("Coast", lambda d: edits.set_function(d, preset("coastline")))
    page.draw.tools.tools.choose(SMOOTH)
    places = drag(page, [(0.3, 0.0), (0.5, 0.2), (0.45, 0.1)])
    np.testing.assert_array_equal(g(session).raw, smooth_stroke(preset("coastline"), places).raw)
    assert session.undo_text == "Smooth by brush"
    session.undo()
    assert same(g(session), preset("coastline"))


def test_the_eraser_leaves_one_bridge_however_it_moves(session: Session, page: UniversalityPage) -> None:
    before = g(session)
    page.draw.tools.tools.choose(ERASER)
    places = drag(page, [(0.3, 0.0), (0.35, 0.2), (0.5, 0.1), (0.4, 0.0)])
    np.testing.assert_array_equal(g(session).raw, erase(before, places).raw)
    assert session.undo_text == "Erase"
    session.undo()
    assert same(g(session), before)


def test_double_clicks_and_right_clicks_of_the_pencil(session: Session, page: UniversalityPage) -> None:
    before, target = g(session), page.draw.plot.viewport()
    click(page, 0.5, 0.2, RIGHT)
    assert g(session) is before
    QTest.mousePress(target, LEFT, NO, pixel(page, 0.5, 0.2))
    QTest.mousePress(target, RIGHT, NO, pixel(page, 0.5, 0.2))  # a second button does not disturb a stroke
    QTest.mouseRelease(target, RIGHT, NO, pixel(page, 0.5, 0.2))
    QTest.mouseMove(target, pixel(page, 0.6, 0.2))
    QTest.mouseRelease(target, LEFT, NO, pixel(page, 0.6, 0.2))
    at = round(0.55 * 511)
    assert g(session).raw[at] == pytest.approx(0.2, abs=0.01)
    # The second press of a double click draws as the first does.
    QTest.mouseDClick(target, LEFT, NO, pixel(page, 0.2, 0.4))
    QTest.mouseMove(target, pixel(page, 0.3, 0.4))
    QTest.mouseRelease(target, LEFT, NO, pixel(page, 0.3, 0.4))
    assert g(session).raw[round(0.25 * 511)] == pytest.approx(0.4, abs=0.01)


def test_a_stroke_held_at_the_edge_and_one_begun_on_a_label(session: Session, page: UniversalityPage) -> None:
    plot, before = page.draw.plot, g(session)
    plane, target = plot.plane(), page.draw.plot.viewport()
    for start in (QPoint(int(plane.left()) - 20, int(plane.center().y())), QPoint(4, int(plane.top()) + 8)):
        QTest.mousePress(target, LEFT, NO, start)
        QTest.mouseMove(target, plane.center().toPoint())
        QTest.mouseRelease(target, LEFT, NO, plane.center().toPoint())
        assert g(session) is before
    low, high = plot.y_range
    QTest.mousePress(target, LEFT, NO, plane.center().toPoint())
    QTest.mouseMove(target, QPoint(int(plane.right()) + 500, int(plane.bottom()) + 500))
    assert g(session).raw[-1] == low
    QTest.mouseMove(target, QPoint(int(plane.left()) - 500, int(plane.top()) - 500))
    assert g(session).raw[0] == high
    QTest.mouseRelease(target, LEFT, NO, QPoint(-500, -500))
    assert g(session).raw.min() >= low
    assert g(session).raw.max() <= high


def test_a_stroke_that_begins_beside_an_end_begins_at_it(session: Session, page: UniversalityPage) -> None:
    plot = page.draw.plot
    plane, target = plot.plane(), plot.viewport()
    for start in (QPoint(int(plane.left()) + 2, int(plane.top()) + 30), QPoint(int(plane.left()) - 9, 60)):
        QTest.mousePress(target, LEFT, NO, start)
        QTest.mouseMove(target, plane.center().toPoint())
        QTest.mouseRelease(target, LEFT, NO, plane.center().toPoint())
        assert g(session).raw[0] == pytest.approx(plot.to_plane(QPointF(start))[1], abs=1e-9)
    assert plot.hand.marker is None


def test_a_stroke_that_ends_beside_an_end_ends_at_it(session: Session, page: UniversalityPage) -> None:
    plot = page.draw.plot
    plane, target = plot.plane(), plot.viewport()
    end = QPoint(int(plane.right()) - 2, int(plane.top()) + 30)
    QTest.mousePress(target, LEFT, NO, plane.center().toPoint())
    QTest.mouseMove(target, end)
    QTest.mouseRelease(target, LEFT, NO, end)
    assert g(session).raw[-1] == pytest.approx(plot.to_plane(QPointF(end))[1], abs=1e-9)


def test_undo_in_the_middle_of_a_stroke_ends_it(session: Session, page: UniversalityPage) -> None:
    before = g(session)
    drag(page, [(0.2, 0.3), (0.4, 0.0)], lift=False)
    session.undo()
    assert same(g(session), before)
    assert not page.draw.plot.hand.busy
    QTest.mouseMove(page.draw.plot.viewport(), pixel(page, 0.6, 0.3))
    QTest.mouseRelease(page.draw.plot.viewport(), LEFT, NO, pixel(page, 0.6, 0.3))
    assert same(g(session), before)


# ---- pen and finger


def pen(page: UniversalityPage, kind: QEvent.Type, at: QPoint) -> bool:
    event = QTabletEvent(
        kind, QPointingDevice.primaryPointingDevice(), QPointF(at), QPointF(at), 0.7, 0, 0, 0, 0, 0, NO, HELD, HELD
    )  # fmt: skip
    event.setAccepted(False)
    QApplication.sendEvent(page.draw.plot.viewport(), event)
    return event.isAccepted()


def finger(page: UniversalityPage, kind: QEvent.Type, at: QPoint, device: QPointingDevice) -> bool:
    state = {
        QEvent.Type.TouchBegin: QEventPoint.State.Pressed,
        QEvent.Type.TouchUpdate: QEventPoint.State.Updated,
        QEvent.Type.TouchEnd: QEventPoint.State.Released,
    }[kind]
    viewport = page.draw.plot.viewport()
    event = QTouchEvent(kind, device, NO, [QEventPoint(0, state, QPointF(at), QPointF(viewport.mapToGlobal(at)))])
    event.setAccepted(False)
    QApplication.sendEvent(viewport, event)
    return event.isAccepted()


def test_a_pen_draws_as_the_mouse_does(session: Session, page: UniversalityPage) -> None:
    points = [(0.2, 0.3), (0.5, -0.2), (0.4, 0.1)]
    drag(page, points)
    by_mouse = g(session)
    session.undo()
    pixels = [pixel(page, *point) for point in points]
    kinds = [QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletMove, QEvent.Type.TabletRelease]
    assert all(pen(page, kind, at) for kind, at in zip(kinds, [*pixels, pixels[-1]], strict=True))
    assert same(g(session), by_mouse)
    assert session.undo_text == "Draw function"
    session.undo()
    assert not same(g(session), by_mouse)


def test_a_finger_draws_as_the_mouse_does(session: Session, page: UniversalityPage) -> None:
    points = [(0.2, 0.3), (0.5, -0.2), (0.4, 0.1)]
    drag(page, points)
    by_mouse = g(session)
    session.undo()
    device = QPointingDevice(
        "finger", 7, QInputDevice.DeviceType.TouchScreen, QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Position, 5, 0,
    )  # fmt: skip
    pixels = [pixel(page, *point) for point in points]
    kinds = [QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd]
    assert all(finger(page, kind, at, device) for kind, at in zip(kinds, [*pixels, pixels[-1]], strict=True))
    assert same(g(session), by_mouse)


# ---- formula, jumps, undo


def test_a_formula_is_drawn_with_enter_and_shown_again_after_undo(session: Session, page: UniversalityPage) -> None:
    field, before = page.draw.tools.formula, g(session)
    field.setFocus()
    QTest.keyClicks(field, "x^2 - 0.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    np.testing.assert_allclose(g(session).raw, grid() ** 2 - 0.5, atol=1e-12)
    assert session.undo_text == "Function by formula"
    assert page.draw.tools.presets.currentData() == ""
    session.undo()
    assert same(g(session), before)
    assert field.text() == ""
    session.redo()
    assert field.text() == "x^2 - 0.5"
    drag(page, [(0.2, 0.3), (0.3, 0.2)])
    assert field.text() == ""


def test_what_is_no_formula_is_told_with_its_place(session: Session, page: UniversalityPage) -> None:
    field, before = page.draw.tools.formula, g(session)
    field.setFocus()
    QTest.keyClicks(field, "x + bla")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert g(session) is before
    assert "Unknown name 'bla'" in Refusal.of(field).text()
    assert field.marked == 5
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert field.marked is None
    assert Refusal.of(field).text() == ""
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    QTest.keyClicks(field, "1/x")
    page.draw.plot.setFocus()  # leaving the field takes it, or says why not
    assert "not finite at x = 0" in Refusal.of(field).text()
    assert g(session) is before


def test_a_jump_can_be_kept_and_smoothed(session: Session, page: UniversalityPage) -> None:
    notice, plot = page.draw.tools.notice, page.draw.plot
    drag(page, [(0.1, 0.4), (0.5, 0.4), (0.5, -0.4), (0.8, -0.4)], lift=False)
    assert notice.isHidden()  # out of the stroke's way
    QTest.mouseRelease(plot.viewport(), LEFT, NO, pixel(page, 0.8, -0.4))
    assert notice.isVisible()
    assert plot.plane().contains(QPointF(notice.geometry().center()))
    assert (
        abs(notice.geometry().left() - plot.to_pixels(0.5, 0).x()) < 40
        or abs(notice.geometry().right() - plot.to_pixels(0.5, 0).x()) < 40
    )
    before = g(session)
    notice.keep.click()
    assert session.undo_text == "Keep the jumps"
    assert jump_floor(g(session)) == pytest.approx(0.4, abs=0.01)
    assert notice.words.text().startswith("jump kept")
    assert not notice.keep.isVisible()
    assert np.abs(np.diff(smoothed(g(session)))).max() == pytest.approx(0.8, abs=0.02)
    notice.smooth.click()
    assert session.undo_text == "Smooth the jumps"
    assert len(jumps(g(session))) == 0
    assert notice.isHidden()
    session.undo()
    session.undo()
    assert same(g(session), before)
    assert notice.isVisible()
    notice.close_button.click()
    assert notice.isHidden()
    assert same(g(session), before)
    session.look(width=2)
    assert notice.isHidden()
    drag(page, [(0.1, 0.3), (0.5, 0.3)])
    assert notice.isVisible()  # about another g


def test_the_undo_buttons_say_what_they_do(session: Session, page: UniversalityPage) -> None:
    tools = page.draw.tools
    assert not tools.history.undo.isEnabled()
    before = g(session)
    drag(page, [(0.2, 0.3), (0.4, 0.0)])
    after = g(session)
    assert tools.history.undo.toolTip().startswith("Undo: Draw function")
    tools.history.undo.click()
    assert same(g(session), before)
    assert not tools.history.undo.isEnabled()
    tools.history.redo.click()
    assert same(g(session), after)


def test_the_focus_of_an_undo_button_that_goes_grey_goes_to_the_other(session: Session, page: UniversalityPage) -> None:
    history = page.draw.tools.history
    drag(page, [(0.2, 0.3), (0.4, 0.0)])
    history.undo.setFocus()
    QTest.keyClick(history.undo, Qt.Key.Key_Space)
    assert not history.undo.isEnabled()
    assert history.redo.hasFocus()
    QTest.keyClick(history.redo, Qt.Key.Key_Space)
    assert history.undo.hasFocus()


PLACE = st.tuples(st.floats(0, 1), st.floats(-0.45, 0.45))
ACTION = st.one_of(
    st.tuples(st.sampled_from(list(TOOLS)), st.lists(PLACE, min_size=1, max_size=4)),
    st.tuples(st.sampled_from(["saw", "step"]), st.just([])),
    st.tuples(st.sampled_from(["keep", "bridge", "clear", "x^2", "sigma", "key"]), st.just([])),
)


def act(page: UniversalityPage, what: str, points: list[tuple[float, float]]) -> None:
    tools = page.draw.tools
    if what in TOOLS:
        tools.tools.choose(what)
        drag(page, points)
    elif what in ("saw", "step"):
        tools.presets.setCurrentIndex(tools.presets.findData(what))
    elif what == "x^2":
        tools.formula.setFocus()
        tools.formula.selectAll()
        QTest.keyClicks(tools.formula, what)
        QTest.keyClick(tools.formula, Qt.Key.Key_Return)
    elif what == "sigma":
        tools.smooth.box.setValue(tools.smooth.box.value() + 1)
    elif what == "key":
        page.draw.plot.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(page.draw.plot, Qt.Key.Key_Up)
    else:
        {"keep": tools.notice.keep, "bridge": tools.notice.smooth, "clear": tools.clear}[what].click()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTION, min_size=1, max_size=7))
def test_undo_leads_back_to_the_start_and_redo_to_the_end(
    session: Session, page: UniversalityPage, actions: list[tuple[str, list[tuple[float, float]]]]
) -> None:
    session.replace_document(edits.new_document())
    seen = [g(session)]
    for what, points in actions:
        act(page, what, points)
        session.finish_merge()  # keys pressed in a row are one command
        assert np.isfinite(smoothed(g(session))).all()
        if not same(g(session), seen[-1]):
            seen.append(g(session))
    for function in reversed(seen[:-1]):  # one entry an action
        session.undo()
        assert same(g(session), function)
    assert session.undo_text is None
    for function in seen[1:]:
        session.redo()
        assert same(g(session), function)
    page.draw.tools.tools.choose(PENCIL)


def test_every_tool_is_at_hand_by_its_key(session: Session, page: UniversalityPage) -> None:
    tools = page.draw.tools
    page.draw.plot.setFocus()
    for key, tool in reversed(TOOLS.items()):
        QTest.keyClick(page.draw.plot, tool.key)
        assert tools.tools.tool == page.draw.plot.hand.tool == key
        assert tool.tip.splitlines()[0] in page.draw.plot.toolTip()
    tools.formula.setFocus()
    QTest.keyClick(tools.formula, "L")  # which types here
    assert tools.tools.tool == PENCIL
    assert tools.formula.text().lower() == "l"
    assert POLYLINE in TOOLS
