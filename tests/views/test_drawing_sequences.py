"""Drawing with every tool in any order, by mouse, pen and keys; undone, g is what it was, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QKeyEvent, QPointingDevice, QTabletEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.document import same
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.draw_card import DrawCard
from mlpviz.views.universality.hand import TOOLS

LEFT, RIGHT, NO = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
Places = list[tuple[float, float]]
# In shares of the plane's width and height; a drag may leave the plane, but begins on it.
START = st.tuples(st.floats(0, 1), st.floats(0, 1))
PATHS = st.tuples(START, st.lists(st.tuples(st.floats(-0.2, 1.2), st.floats(-0.3, 1.3)), max_size=4)).map(
    lambda path: [path[0], *path[1]]
)
KEYS = st.sampled_from(
    [
        getattr(Qt.Key, f"Key_{key}")
        for key in ("Up", "Down", "Left", "Right", "PageDown", "PageUp", "Home", "End", "Insert", "Delete")
    ]
)
DEEDS = st.one_of(
    st.tuples(st.sampled_from(sorted(TOOLS)), PATHS),
    st.tuples(st.just("keys"), st.lists(KEYS, max_size=4)),
    st.tuples(st.just("double"), START),
    st.tuples(st.just("right"), START),
    st.tuples(st.just("preset"), st.sampled_from(["sine", "step", "coastline"])),
    st.tuples(st.just("formula"), st.sampled_from(["x^2", "where(x < 0.3, 0, 1)", "1/x"])),
    st.tuples(st.just("press"), st.sampled_from(["clear", "undo", "redo", "smooth", "keep"])),
    st.tuples(st.just("sigma"), st.floats(0, 16)),
)


@pytest.fixture
def card(session: Session, theme: Theme, qtbot: QtBot) -> DrawCard:
    card = DrawCard(session, theme)
    qtbot.addWidget(card)
    card.resize(780, 520)
    card.show()
    qtbot.waitExposed(card)
    return card


def pixel(card: DrawCard, x: float, y: float) -> QPoint:
    """A place of the plane in shares of its width and height."""
    plane = card.plot.plane()
    return QPoint(round(plane.left() + x * plane.width()), round(plane.top() + y * plane.height()))


def drag(card: DrawCard, places: Places) -> None:
    target, pixels = card.plot.viewport(), [pixel(card, *place) for place in places]
    QTest.mousePress(target, LEFT, NO, pixels[0])
    for place in pixels[1:]:
        QTest.mouseMove(target, place)
    QTest.mouseRelease(target, LEFT, NO, pixels[-1])


def double_click(card: DrawCard, place: QPoint) -> None:
    target = card.plot.viewport()
    QTest.mouseDClick(target, LEFT, NO, place)
    QTest.mouseRelease(target, LEFT, NO, place)  # which QTest leaves out


def do(card: DrawCard, what: str, how: object) -> None:
    tools, target = card.tools, card.plot.viewport()
    if what in TOOLS:
        tools.tools.choose(what)
        drag(card, how)
    elif what == "keys":
        card.plot.setFocus(Qt.FocusReason.TabFocusReason)
        for key in how:
            QTest.keyClick(card.plot, key)
        card.plot.clearFocus()
    elif what == "double":
        double_click(card, pixel(card, *how))
    elif what == "right":
        QTest.mouseClick(target, RIGHT, NO, pixel(card, *how))
    elif what == "preset":
        tools.presets.setCurrentIndex(tools.presets.findData(how))
    elif what == "formula":
        tools.formula.setFocus()
        tools.formula.selectAll()
        QTest.keyClicks(tools.formula, how)
        QTest.keyClick(tools.formula, Qt.Key.Key_Return)
    elif what == "sigma":
        tools.smooth.box.setValue(how)
    else:
        owner = {"smooth": tools.notice, "keep": tools.notice, "clear": tools}.get(how, tools.history)
        button = getattr(owner, how)
        if button.isVisible() and button.isEnabled():
            button.click()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, max_size=8))
def test_any_sequence_can_be_undone_and_redone_to_the_last_bit(
    session: Session, card: DrawCard, deeds: list[tuple[str, object]]
) -> None:
    session.replace_document(edits.new_document())
    start = session.document.function
    for what, how in deeds:
        do(card, what, how)
        assert same(card.plot.drawn, session.document.function)
        assert np.isfinite(session.document.function.raw).all()
        assert not card.plot.hand.busy
    end, count = session.document.function, 0
    while session.undo_text is not None:
        session.undo()
        count += 1
    assert same(session.document.function, start)
    for _ in range(count):
        session.redo()
    assert same(session.document.function, end)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tool=st.sampled_from(["pencil", "line", "smooth", "eraser"]), path=PATHS)
def test_a_stroke_of_any_tool_is_one_command_at_most(session: Session, card: DrawCard, tool: str, path: Places) -> None:
    session.replace_document(edits.new_document())
    before = session.document.function
    do(card, tool, path)
    changed = not same(session.document.function, before)
    assert (session.undo_text is not None) == changed
    if changed:
        assert session.undo_text == TOOLS[tool].command
        session.undo()
    assert session.undo_text is None
    assert same(session.document.function, before)


# ---- other devices, odd events


def test_a_hovering_pen_draws_nothing(session: Session, card: DrawCard) -> None:
    before, place = session.document.function, QPointF(pixel(card, 0.4, 0.1))
    device = QPointingDevice.primaryPointingDevice()
    event = QTabletEvent(
        QEvent.Type.TabletMove, device, place, place, 0.0, 0, 0, 0.0, 0.0, 0.0, NO, LEFT, Qt.MouseButton.NoButton
    )
    QApplication.sendEvent(card.plot.viewport(), event)
    assert session.document.function is before


def test_letters_of_any_alphabet_do_nothing_to_g(session: Session, card: DrawCard) -> None:
    before = session.document.function
    card.plot.setFocus(Qt.FocusReason.TabFocusReason)
    for tool in TOOLS:
        card.tools.tools.choose(tool)
        for code, text in ((0x416, "Ж"), (0x3B1, "α"), (0, ""), (0x1000062, ""), (0x4E2D, "中")):
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(card.plot, QKeyEvent(kind, code, NO, text))
    assert session.document.function is before


@pytest.mark.parametrize(("x", "y"), [(-0.03, 0.5), (-0.06, 0.2), (0.5, -0.1), (1.03, 0.5)])
def test_a_press_beside_the_plane_does_nothing(session: Session, card: DrawCard, x: float, y: float) -> None:
    before = session.document.function
    for tool in TOOLS:
        card.tools.tools.choose(tool)
        drag(card, [(x, y), (0.5, 0.5)])
        assert session.document.function is before


def test_a_fast_stroke_has_no_gaps_and_is_held_at_the_edge(session: Session, card: DrawCard) -> None:
    drag(card, [(0.0, 0.5), (1.4, -3.0)])
    low, high = card.plot.y_range
    raw = session.document.function.raw
    assert np.abs(np.diff(raw)).max() < 0.01 * (high - low)
    assert (np.diff(raw) >= 0).all()


def test_tools_have_keys_that_letters_typed_into_a_field_are_not(session: Session, card: DrawCard) -> None:
    card.plot.setFocus()
    for key, tool in TOOLS.items():
        QTest.keyClick(card.plot, getattr(Qt.Key, f"Key_{tool.key}"))
        assert card.plot.hand.tool == key
    card.tools.formula.setFocus()
    QTest.keyClicks(card.tools.formula, "sple")
    assert card.tools.formula.text() == "sple"
    assert card.plot.hand.tool == "polyline"
