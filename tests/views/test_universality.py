"""The Universality page: drawing by mouse and keys, widths, staleness, geometry."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mlpviz.data.strokes import PRESETS, apply_stroke, grid, preset, smoothed
from mlpviz.document import edits
from mlpviz.document.document import same
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage
from mlpviz.views.universality.chart_data import Series
from mlpviz.views.universality.state import missing, phase
from mlpviz.views.universality.widths_card import doubled
from tests.optional import INSTALLED
from tests.views.drawing import LEFT, NO, drag, pixel, settle, shown_page


@pytest.fixture
def session(session: Session) -> Session:
    session.edit("Few steps", lambda d: edits.set_sweep(d, widths=(1, 2, 4, 8), methods=("adam",), seeds=1, steps=40))
    session.look(width=4, method="adam")
    return session


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> UniversalityPage:
    page = shown_page(session, theme, qtbot)
    page.toolbar_widget().resize(900, 40)
    page.toolbar_widget().show()
    page.activateWindow()
    qtbot.waitActive(page)
    return page


def shown_series(page: UniversalityPage) -> dict[str, Series]:
    """The chart's curves by method."""
    return {series.method: series for series in page.error.chart.chart.series}


def sweep(session: Session, qtbot: QtBot) -> None:
    session.start_sweep()
    qtbot.waitUntil(lambda: session.job is None, timeout=20_000)
    settle(session, qtbot)


# ---- drawing


def test_a_drag_draws_what_the_pointer_described_as_one_command(session: Session, page: UniversalityPage) -> None:
    before = session.document.function
    points = [(0.2, 0.3), (0.25, 0.1), (0.4, -0.4), (0.5, 0.2), (0.46, 0.25)]
    places = drag(page, points)
    drawn = session.document.function
    np.testing.assert_allclose(drawn.raw, apply_stroke(before, places).raw, atol=1e-12)
    assert drawn.source == "drawn"
    assert drawn.smooth == 2.0  # a stroke is smoothed, the preset was not
    untouched = grid() < 0.19
    np.testing.assert_array_equal(drawn.raw[untouched], before.raw[untouched])
    assert session.undo_text == "Draw function"
    session.undo()
    assert same(session.document.function, before)


def test_two_strokes_are_two_commands(session: Session, page: UniversalityPage) -> None:
    drag(page, [(0.2, 0.3), (0.3, 0.1)])
    first = session.document.function
    drag(page, [(0.6, 0.3), (0.8, 0.1)])
    session.undo()
    assert same(session.document.function, first)


def test_a_stroke_is_held_within_the_plane_and_the_range_moves_only_between_strokes(
    session: Session, page: UniversalityPage
) -> None:
    plot = page.draw.plot
    low, high = plot.y_range
    target = plot.viewport()
    QTest.mousePress(target, LEFT, NO, pixel(page, 0.5, 0.0))
    QTest.mouseMove(target, QPoint(pixel(page, 0.5, 0.0).x(), 1))
    assert plot.y_range == (low, high)
    assert float(session.document.function.raw.max()) == pytest.approx(high)
    QTest.mouseMove(target, pixel(page, 1.0, 0.0) + QPoint(60, 0))
    QTest.mouseRelease(target, LEFT, NO, pixel(page, 1.0, 0.0) + QPoint(60, 0))
    assert plot.y_range[1] > high
    assert session.document.function.raw[-1] == pytest.approx(0.0, abs=0.01)


def test_a_press_beside_the_plane_or_with_another_button_draws_nothing(
    session: Session, page: UniversalityPage
) -> None:
    before = session.document.function
    plane = page.draw.plot.plane()
    target = page.draw.plot.viewport()
    QTest.mouseClick(target, LEFT, NO, QPoint(8, int(plane.center().y())))
    QTest.mouseClick(target, Qt.MouseButton.RightButton, NO, plane.center().toPoint())
    assert session.document.function is before


def test_arrow_keys_move_a_marker_and_bend_g_there(session: Session, page: UniversalityPage) -> None:
    plot, before = page.draw.plot, smoothed(session.document.function)
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert plot.hand.marker == 0.5
    for _ in range(8):
        QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.hand.marker == pytest.approx(0.625)
    assert plot.accessibleDescription().startswith("x = 0.625, g(x) = ")
    for _ in range(3):
        QTest.keyClick(plot, Qt.Key.Key_Up)
    after = smoothed(session.document.function)
    raised = after - before
    assert int(np.argmax(raised)) == pytest.approx(0.625 * 511, abs=1)
    assert raised[0] == pytest.approx(0.0, abs=1e-9)
    assert session.undo_text == "Draw function"
    QTest.keyClick(plot, Qt.Key.Key_Home)
    QTest.keyClick(plot, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert smoothed(session.document.function)[0] < after[0]
    session.undo()
    np.testing.assert_array_equal(smoothed(session.document.function), after)
    session.undo()
    np.testing.assert_array_equal(smoothed(session.document.function), before)


def test_every_press_of_an_arrow_bends_a_flat_g_as_much_as_the_first(session: Session, page: UniversalityPage) -> None:
    plot = page.draw.plot
    page.draw.tools.clear.click()
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    heights = []
    for _ in range(4):
        QTest.keyClick(plot, Qt.Key.Key_Up)
        heights.append(float(smoothed(session.document.function).max()))
    np.testing.assert_allclose(np.diff([0.0, *heights]), heights[0], rtol=1e-6)
    for _ in range(60):  # and beyond the upper end there is always room
        QTest.keyClick(plot, Qt.Key.Key_Up)
    assert plot.y_range[1] > smoothed(session.document.function).max() > 1


def test_presets_smoothing_and_clear_are_commands(session: Session, page: UniversalityPage) -> None:
    box = page.draw.tools.presets
    box.setCurrentIndex(box.findData("saw"))
    assert same(session.document.function, preset("saw"))
    page.draw.tools.smooth.box.setValue(6.0)
    assert session.document.function.smooth == 6.0
    assert float(np.ptp(smoothed(session.document.function))) < float(np.ptp(preset("saw").raw))
    page.draw.tools.clear.click()
    assert float(np.ptp(session.document.function.raw)) == 0.0
    assert page.draw.tools.presets.currentData() == ""
    for _ in range(3):
        session.undo()
    assert same(session.document.function, edits.new_document().function)
    assert page.draw.tools.presets.currentData() == session.document.function.source
    assert len(PRESETS) >= 6


def test_a_jump_is_told(session: Session, page: UniversalityPage) -> None:
    session.edit("Step", lambda d: edits.set_function(d, preset("step")))
    assert page.draw.tools.notice.words.text().startswith("jump: 100.0")
    session.edit("Sine", lambda d: edits.set_function(d, preset("sine")))
    assert page.draw.tools.notice.isHidden()


# ---- the sweep


def test_before_a_sweep_nothing_is_claimed(session: Session, page: UniversalityPage) -> None:
    assert phase(session) == "none"
    numbers = page.draw.numbers
    assert numbers.width_shown.text() == "4"
    assert [number.text() for number in (numbers.sup, numbers.share, numbers.rms)] == ["–", "–", "–"]
    assert "adam" not in shown_series(page)
    assert all(tile.accessibleDescription() == "no net of this width yet: press Sweep" for tile in page.widths.tiles)


def test_a_sweep_fills_tiles_marks_and_numbers(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    tools = page.toolbar_widget()
    button = tools.sweep
    button.click()
    assert session.job == "sweep"
    assert (button.text(), button.isChecked(), button.accessibleName()) == ("Pause", True, "Sweep")
    qtbot.waitUntil(lambda: session.job is None, timeout=20_000)
    settle(session, qtbot)
    assert (button.text(), button.isChecked(), phase(session)) == ("Sweep", False, "done")
    points = {point.width: point for point in session.results.points}
    marks = shown_series(page)["adam"].marks
    assert [mark.width for mark in marks] == [1, 2, 4, 8]
    assert [mark.error for mark in marks] == [points[w].sup for w in (1, 2, 4, 8)]
    assert page.draw.numbers.sup.text() == f"{points[4].sup:.4f}"
    assert page.draw.numbers.rms.text() == f"{points[4].rms:.4f}"
    assert float(page.draw.numbers.sup.statusTip()) == pytest.approx(points[4].sup, rel=1e-11)
    assert all("largest error" in tile.accessibleDescription() for tile in page.widths.tiles)
    assert page.widths.state.text() == "sweep done · 4 widths"
    assert "W 4: " in page.error.chart.accessibleDescription()


def test_another_g_makes_the_pictures_stale_and_undo_makes_them_true_again(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    sweep(session, qtbot)
    drag(page, [(0.2, 0.3), (0.4, -0.3)])
    settle(session, qtbot)
    assert phase(session) == "stale"
    assert all(tile.stale for tile in page.widths.tiles)
    assert shown_series(page)["adam"].stale
    assert "sweep again" in page.widths.state.text()
    session.undo()
    settle(session, qtbot)
    assert phase(session) == "done"
    assert not any(tile.stale for tile in page.widths.tiles)
    assert not shown_series(page)["adam"].stale


def test_another_activation_makes_them_stale_too_and_a_new_sweep_replaces_all(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    sweep(session, qtbot)
    box = page.toolbar_widget().activation
    box.setCurrentIndex(box.findData("tanh"))
    assert session.document.sweep.activation == "tanh"
    assert phase(session) == "stale"
    assert missing(session) == (1, 2, 4, 8)
    sweep(session, qtbot)
    assert phase(session) == "done"
    assert {point.activation for point in session.results.points} == {"tanh"}
    assert "W 4: " in page.error.chart.accessibleDescription()


def test_a_paused_sweep_keeps_its_nets_and_goes_on(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    session.edit("More steps", lambda d: edits.set_sweep(d, widths=(1, 2, 1024), steps=100_000))
    button = page.toolbar_widget().sweep
    button.click()
    qtbot.waitUntil(lambda: 2 in {point.width for point in session.results.points}, timeout=60_000)
    qtbot.waitUntil(lambda: ("adam", 0, 1024) in session.sweep_live, timeout=60_000)
    assert page.widths.tiles[2].state.fraction < 1
    assert "trained" in page.widths.tiles[2].accessibleDescription()
    button.click()
    assert session.job is None
    kept = {point.width: point for point in session.document.results.points}
    assert set(kept) == {1, 2}
    assert (button.text(), phase(session), missing(session)) == ("Resume", "partial", (1024,))
    session.edit("Fewer widths", lambda d: edits.set_sweep(d, widths=(1, 2, 1024)))
    assert phase(session) == "partial"
    button.click()
    qtbot.waitUntil(lambda: ("adam", 0, 1024) in session.sweep_live, timeout=60_000)
    button.click()
    assert session.document.results.points[0] is kept[1]


def test_a_cancelled_sweep_takes_its_nets_back_and_redo_brings_them_again(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    cancel = page.toolbar_widget().cancel
    assert not cancel.isEnabled()
    session.edit("More steps", lambda d: edits.set_sweep(d, widths=(1, 2, 1024), steps=100_000))
    session.start_sweep()
    qtbot.waitUntil(lambda: 2 in {point.width for point in session.results.points}, timeout=60_000)
    with qtbot.waitSignal(session.noted, check_params_cb=lambda text: "taken back" in text):
        cancel.click()
    assert (session.job, session.results, phase(session)) == (None, None, "none")
    assert not cancel.isEnabled()
    session.redo()
    assert {point.width for point in session.results.points} == {1, 2}
    kept = session.document
    session.start_sweep()
    with qtbot.waitSignal(session.noted, check_params_cb=lambda text: "no net" in text):
        session.cancel_sweep()
    assert same(session.document, kept)
    assert phase(session) == "partial"
    cancel.click()
    assert (session.results, phase(session), cancel.isEnabled()) == (None, "none", False)
    session.undo()
    assert same(session.document, kept)


def test_a_sweep_under_way_names_every_net_in_training(
    session: Session, page: UniversalityPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlpviz.experiments.sweep.cores", lambda: 2)
    session.edit("Two wide nets", lambda d: edits.set_sweep(d, widths=(512, 1024), steps=1_000_000))
    session.start_sweep()
    said = "sweep: widths 512, 1024 of 1024" if "compiled" in INSTALLED else "sweep: width 512 of 1024"
    qtbot.waitUntil(lambda: page.widths.state.text().partition(" · ")[0] == said, timeout=60_000)
    session.pause_sweep()
    assert session.results is None


def test_drawing_while_a_sweep_runs_ends_it(session: Session, page: UniversalityPage) -> None:
    session.edit("More steps", lambda d: edits.set_sweep(d, widths=(1, 2, 512), steps=100_000))
    session.start_sweep()
    drag(page, [(0.2, 0.3), (0.4, -0.3)])
    assert session.job is None
    assert session.undo_text == "Draw function"


def test_space_sweeps_and_pauses_unless_the_control_in_focus_uses_it(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    session.edit("More steps", lambda d: edits.set_sweep(d, steps=100_000))
    page.draw.plot.setFocus()
    QTest.keyClick(page.draw.plot, Qt.Key.Key_Space)
    assert session.job == "sweep"
    QTest.keyClick(page.error.chart, Qt.Key.Key_Space)
    assert session.job is None
    QTest.keyClick(page.widths.tiles[1], Qt.Key.Key_Space)
    assert session.job is None
    assert session.document.view.width == 2


# ---- choosing a width


def test_a_tile_a_mark_the_slider_and_keys_choose_the_width(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    sweep(session, qtbot)
    page.widths.tiles[0].click()
    assert session.document.view.width == 1
    assert [tile.isChecked() for tile in page.widths.tiles] == [True, False, False, False]
    chart = page.error.chart
    mark = shown_series(page)["adam"].marks[3]
    QTest.mouseClick(chart, LEFT, NO, chart.place(mark.width, mark.error).toPoint())
    assert session.document.view.width == 8
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert session.document.view.width == 4
    slider = page.widths.slider
    QTest.mouseClick(slider, LEFT, NO, QPoint(round(slider.stops[1]), slider.height() // 2))
    assert session.document.view.width == 2
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert session.document.view.width == 4
    settle(session, qtbot)
    assert page.draw.numbers.width_shown.text() == "4"


def test_a_click_outside_the_plane_chooses_nothing(session: Session, page: UniversalityPage) -> None:
    chart = page.error.chart
    QTest.mouseClick(chart, LEFT, NO, QPoint(4, 4))
    assert session.document.view.width == 4


def test_play_goes_through_the_widths_and_ends(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    sweep(session, qtbot)
    session.look(width=8)
    tools = page.toolbar_widget()
    tools.play.click()
    assert session.document.view.width == 1
    seen = []
    while tools.play.isChecked():
        tools._play_next()
        seen.append(session.document.view.width)
    assert seen == [2, 4, 8]
    assert not tools._timer.isActive()


def test_more_widths_are_chosen_by_the_widest(session: Session, page: UniversalityPage) -> None:
    box = page.widths.widest
    box.setCurrentIndex(box.findData("16"))
    assert session.document.sweep.widths == (1, 2, 4, 8, 16)
    assert [tile.units for tile in page.widths.tiles] == [1, 2, 4, 8, 16]
    assert doubled(24) == (1, 2, 4, 8, 16, 24)
    session.look(width=16)
    session.undo()
    assert len(page.widths.tiles) == 4


def test_the_rms_is_shown_when_asked_for(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    sweep(session, qtbot)
    page.error.measure.choose(1)
    points = {point.width: point for point in session.results.points}
    assert [mark.error for mark in shown_series(page)["adam"].marks] == [points[w].rms for w in (1, 2, 4, 8)]
    assert "RMS error" in page.error.chart.accessibleDescription()
