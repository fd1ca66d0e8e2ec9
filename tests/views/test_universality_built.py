"""Nets that are built while g is drawn: tiles, numbers, chart, parts, the way into the Lab."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mlpviz.data.strokes import Drawn, grid, preset, smoothed
from mlpviz.document import edits
from mlpviz.experiments.derived import Derived
from mlpviz.experiments.deriving import derive
from mlpviz.nn.evaluate import logits
from mlpviz.nn.layout import Array, frozen
from mlpviz.session import Session
from mlpviz.universality.errors import errors
from mlpviz.universality.minlink import limits
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage
from mlpviz.views.universality.draw_card import DrawCard
from tests.views.drawing import settle, shown_page


@pytest.fixture
def session(session: Session) -> Session:
    session.edit("Few", lambda d: edits.set_sweep(d, widths=(1, 2, 4, 8), steps=40, seeds=1))
    session.look(width=4)
    return session


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> UniversalityPage:
    page = shown_page(session, theme, qtbot)
    settle(session, qtbot)
    return page


def test_without_a_sweep_the_best_nets_are_there_and_above_the_limit(session: Session, page: UniversalityPage) -> None:
    g = smoothed(session.document.function)
    lim = dict(zip((1, 2, 4, 8), limits(g, (1, 2, 4, 8)), strict=True))
    for tile in page.widths.tiles:
        assert tile.state is not None
        sup, _ = errors(tile.state.network, tile.state.theta, g)
        assert sup == tile.state.sup >= lim[tile.units] * (1 - 1e-9)
    shown = page.widths.tiles[2].state
    assert page.draw.numbers.sup.text() == f"{shown.sup:.4f}"
    series = {s.method: s for s in page.error.chart.chart.series}
    assert [mark.error for mark in series["constructed"].marks] == [tile.state.sup for tile in page.widths.tiles]
    assert dict(page.error.chart.chart.limit)[8] == pytest.approx(lim[8], rel=1e-9)
    assert page.widths.shown.currentData() == "constructed"


def test_another_g_gives_other_nets_at_once(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    before = page.widths.tiles[3].state.sup
    session.edit("Saw", lambda d: edits.set_function(d, preset("saw")))
    settle(session, qtbot)
    after = page.widths.tiles[3].state
    assert after.sup != before
    assert after.sup == errors(after.network, after.theta, smoothed(preset("saw")))[0]
    session.undo()
    settle(session, qtbot)
    assert page.widths.tiles[3].state.sup == before


def test_nets_of_the_g_before_are_told_from_those_of_the_new_one(
    session: Session, page: UniversalityPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, before = threading.Event(), session.document.function

    def slow(*arguments: Any, stopping: Callable[[], bool]) -> Iterator[Derived]:
        assert go_on.wait(20)
        yield from derive(*arguments, stopping=stopping)

    monkeypatch.setattr("mlpviz.experiments.deriving.derive", slow)
    session.edit("Saw", lambda d: edits.set_function(d, preset("saw")))
    assert not page.widths.tiles[3].stale  # for a moment nothing is said
    qtbot.waitUntil(lambda: all(tile.stale for tile in page.widths.tiles))
    # Strip, error, limit and tolerance are all of the g before.
    assert page.draw.numbers.sup.text() == f"{page.widths.tiles[2].state.sup:.4f}"
    assert page.draw.numbers.limit.text() == f"{limits(smoothed(before), (4,))[0]:.4f}"
    assert np.abs(page.draw.error._curve.getData()[1]).max() == pytest.approx(page.widths.tiles[2].state.sup)
    assert page.error.chart.chart.span == np.ptp(smoothed(before))
    old = np.interp(np.linspace(0, 1, len(page.widths.tiles[3]._g)), grid(), smoothed(before))
    np.testing.assert_array_equal(page.widths.tiles[3]._g, old)  # the net with the g it was made for
    go_on.set()
    settle(session, qtbot)
    assert not any(tile.stale for tile in page.widths.tiles)


@pytest.mark.parametrize(("method", "seed"), [("random", 3), ("interpolant", 0), ("steps", 0)])
def test_a_mark_of_a_simple_method_brings_that_net(
    session: Session, page: UniversalityPage, qtbot: QtBot, method: str, seed: int
) -> None:
    point = next(p for p in session.deriving.known.points if (p.width, p.method, p.seed) == (8, method, seed))
    page.error.chart.chosen.emit(8, method, seed)
    settle(session, qtbot)
    assert page.widths.shown.currentData() == method
    assert page.widths.tiles[3].state.theta is point.theta
    assert page.draw.numbers.sup.text() == f"{point.sup:.4f}"
    assert (page.error.chart.chart.chosen[0], page.error.chart.chart.chosen[1]) == (8, method)


def test_a_range_that_cannot_be_worked_with_is_told(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    tiny = Drawn(frozen(1e-280 * np.sin(7 * grid())), 0.0)
    with qtbot.waitSignal(session.noted, check_params_cb=lambda words: "beyond what can be trained" in words):
        session.edit("Tiny", lambda d: edits.set_function(d, tiny))
    settle(session, qtbot)
    assert all(tile.state is None for tile in page.widths.tiles)
    assert "beyond what can be trained" in page.draw.error._absent
    assert "still computing" not in page.error.tolerance.sentence.text()


def test_a_line_is_never_below_the_limit_and_smooth_nets_have_the_corners_of_g(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    session.edit("Line", lambda d: edits.set_sweep(d, activation="identity"))
    settle(session, qtbot)
    assert "no identity net" in page.error.chart.chart.words[0]
    assert not any(floor.short == "corners" for floor in page.error.chart.chart.floors)
    session.edit("Smooth", lambda d: edits.set_sweep(d, activation="tanh"))
    settle(session, qtbot)
    (corners,) = [floor for floor in page.error.chart.chart.floors if floor.short == "corners"]
    g = smoothed(session.document.function)
    assert corners.error == pytest.approx(np.abs(g[2:] - 2 * g[1:-1] + g[:-2]).max() / 16)


def test_what_was_begun_ends_out_of_sight_and_goes_on_in_sight(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    session.edit("Wide", lambda d: edits.set_sweep(d, activation="tanh", widths=(1, 2, 4, 8, 16, 32)))
    page.hide()
    qtbot.waitUntil(lambda: session.deriving.idle, timeout=5_000)
    assert session.deriving.current is None or not session.deriving.current.complete
    page.show()
    settle(session, qtbot)
    assert session.deriving.current.complete


def test_out_of_sight_nothing_is_computed(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    page.hide()
    known = session.deriving.known
    session.edit("Saw", lambda d: edits.set_function(d, preset("saw")))
    qtbot.wait(50)
    assert session.deriving.known is known
    page.show()
    settle(session, qtbot)
    assert session.deriving.known.function is session.document.function


def test_a_sum_of_all_parts_is_the_net_and_grows_unit_by_unit(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    draw = page.draw
    draw.parts.modes.choose(2)
    settle(session, qtbot)
    assert draw.parts.count_label.text().startswith("4 of 4 · RMS ")
    state = page.widths.tiles[2].state
    x, total = draw.plot.parts._sum.getData()
    np.testing.assert_allclose(total, logits(state.network, state.theta, x[:, None])[:, 0], atol=1e-12)
    assert set(draw.plot.labels.places) == {"g", "net"}
    draw.parts.slider.setValue(0)
    _, flat = draw.plot.parts._sum.getData()
    assert np.ptp(flat) == 0
    draw.parts.slider.setValue(3)
    told = draw.parts.count_label.text().split(" ")[-1]
    assert_the_error_is_of_the_sum(draw, smoothed(session.document.function), told)
    draw.parts.play.click()
    qtbot.waitUntil(lambda: not draw.parts.play.isChecked(), timeout=10_000)
    assert draw.parts.slider.value() == 4
    draw.parts.orders.choose(1)
    settle(session, qtbot)
    assert draw.plot.parts._sum.isVisible()
    draw.parts.modes.choose(1)
    settle(session, qtbot)
    assert not draw.plot.parts._sum.isVisible()
    assert any(item.isVisible() for item in draw.plot.parts._signed.values())
    assert not any(item.isVisible() and len(item.getData()[0]) for item in draw.plot.stems._lines.values())
    draw.parts.modes.choose(0)
    settle(session, qtbot)
    assert not any(item.isVisible() for item in draw.plot.parts.items)


def assert_the_error_is_of_the_sum(draw: DrawCard, g: Array, told: str) -> None:
    draw.plot.labels.forget()
    draw.plot.grab()
    assert set(draw.plot.labels.places) == {"g", "sum"}
    x, total = draw.plot.parts._sum.getData()
    at, error = draw.error._curve.getData()
    np.testing.assert_allclose(np.interp(x, at, error), total - np.interp(x, grid(), g), atol=1e-12)
    worst = float(np.abs(error).max())
    assert f"largest error {worst:.4f}" in draw.error.accessibleDescription()
    (marked, _), _ = draw.plot._curves["worst"].getData()
    assert abs(np.interp(marked, at, error)) == pytest.approx(worst)
    rms = float(np.sqrt(np.mean((np.interp(grid(), x, total) - g) ** 2)))
    assert told == f"{rms:.4f}"


@pytest.mark.parametrize("order", [0, 1])
def test_sums_follow_to_another_width(session: Session, page: UniversalityPage, qtbot: QtBot, order: int) -> None:
    bar = page.draw.parts
    bar.modes.choose(2)
    bar.orders.choose(order)
    for width in (2, 8, 1, 4):
        session.look(width=width)
        settle(session, qtbot)
        assert bar.count_label.text() == f"{width} of {width} · RMS {page.draw.numbers.rms.text()}"
        _, total = page.draw.plot.parts._sum.getData()
        (state,) = [tile.state for tile in page.widths.tiles if tile.units == width]
        x = page.draw.plot.parts._sum.getData()[0]
        np.testing.assert_allclose(total, logits(state.network, state.theta, x[:, None])[:, 0], atol=1e-12)
    bar.slider.setValue(3)
    session.look(width=8)
    settle(session, qtbot)
    assert bar.count_label.text().startswith("3 of 8 · RMS ")
    session.look(width=2)
    settle(session, qtbot)
    assert bar.count_label.text() == f"2 of 2 · RMS {page.draw.numbers.rms.text()}"


def test_many_units_are_told_by_a_strip(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    session.edit("Wide", lambda d: edits.set_sweep(d, widths=(1, 100)))
    session.look(width=100)
    page.draw.parts.modes.choose(1)
    settle(session, qtbot)
    strip = page.draw.plot.parts._strip
    assert strip.isVisible()
    assert strip.image.shape[0] == 100
    assert page.draw.plot.parts._word.toPlainText() == "all 100 units, by place"
    assert page.draw.plot.parts._word.isVisible()


def test_the_net_goes_into_the_lab_with_g_and_comes_back_by_undo(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    before, state = session.document, page.widths.tiles[2].state
    page.draw.parts.lab.click()
    document = session.document
    assert document.view.workspace == "lab"
    np.testing.assert_array_equal(document.state.theta, state.theta)
    assert document.network == state.network
    assert document.data.name == "function"
    apart = logits(document.network, session.live.theta, session.dataset.X) - session.dataset.y
    assert np.sqrt(np.mean(apart**2)) == pytest.approx(state.rms, rel=1e-9)
    session.undo()
    assert session.document.network == before.network
    np.testing.assert_array_equal(session.document.state.theta, before.state.theta)


def test_a_mark_of_a_trained_net_brings_that_net(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    session.start_sweep()
    qtbot.waitUntil(lambda: session.job is None, timeout=60_000)
    page.error.chart.chosen.emit(8, "gd", 0)
    settle(session, qtbot)
    assert page.widths.shown.currentData() == "gd"
    point = next(p for p in session.results.points if (p.width, p.method) == (8, "gd"))
    assert page.draw.numbers.sup.text() == f"{point.sup:.4f}"
    page.widths.shown.setCurrentIndex(page.widths.shown.findData("constructed"))
    settle(session, qtbot)
    assert page.draw.numbers.sup.text() == f"{page.widths.tiles[3].state.sup:.4f}"


def test_stems_keep_their_heads_when_the_theme_changes(
    session: Session, page: UniversalityPage, theme: Theme, qtbot: QtBot
) -> None:
    heads = page.draw.plot.stems._heads
    before = {sign: len(item.data) for sign, item in heads.items()}
    assert sum(before.values()) > 0
    theme.set(dark=not theme.dark)
    assert {sign: len(item.data) for sign, item in heads.items()} == before


@pytest.mark.parametrize("width", [1008, 1264, 1904])
def test_the_row_of_pictures_is_never_cut_off(
    session: Session, page: UniversalityPage, qtbot: QtBot, width: int
) -> None:
    page.resize(width, 700)
    session.edit("Wide", lambda d: edits.set_sweep(d, widths=(1, 128)))
    session.look(width=128)
    for mode in range(3):
        page.draw.parts.modes.choose(mode)
        settle(session, qtbot)
        bar = page.draw.parts
        for widget in (bar.modes, bar.lab, *bar._sums):
            if widget.isVisible():
                assert bar.rect().contains(widget.geometry())
                assert widget.width() >= widget.minimumSizeHint().width()
        tabs = bar.modes.bar
        assert all(tabs.rect().contains(tabs.tabRect(k)) for k in range(tabs.count()))


def test_the_seed_of_the_nets_shown_is_told(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    settle(session, qtbot)
    assert "seed" not in page.widths.subtitle()
    session.look(method="random", net_seed=3)
    assert "by this method, seed 3;" in page.widths.subtitle()
    session.look(method="constructed")
    assert "seed" not in page.widths.subtitle()


def test_a_first_net_is_told_as_one_until_the_better_one_is_there(
    session: Session, page: UniversalityPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.edit("tanh", lambda d: edits.set_sweep(d, activation="tanh", widths=(1, 2, 4, 8)))
    firsts: list[int | None] = []
    session.deriving.changed.connect(lambda: firsts.append(session.deriving.known.first))
    session.edit("Chirp", lambda d: edits.set_function(d, preset("chirp")))
    settle(session, qtbot)
    assert session.document.view.width in firsts
    assert firsts[-1] is None
    assert not page.draw.plot._first
    known = session.deriving.known
    session.deriving.known = replace(known, first=session.document.view.width)
    session.deriving.changed.emit()
    settle(session, qtbot)
    assert page.draw.plot._first
    (tile,) = [tile for tile in page.widths.tiles if tile.isChecked()]
    assert tile.accessibleDescription().endswith("a first net, a better one is being made")
    (built,) = [series for series in page.error.chart.chart.series if series.method == "constructed"]
    assert [mark.width for mark in built.marks if mark.first] == [session.document.view.width]


def test_a_net_that_there_is_not_says_why(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    session.edit("Wide", lambda d: edits.set_sweep(d, widths=(2, 1024)))
    session.look(width=1024)
    settle(session, qtbot)
    why = "only nets of up to 512 units are built, wider ones are trained"
    assert page.widths.tiles[1].accessibleDescription() == why
    assert page.draw.error._absent == why
    session.edit("tanh", lambda d: edits.set_sweep(d, activation="tanh", widths=(1, 2)))
    session.look(method="interpolant", width=2)
    settle(session, qtbot)
    assert page.widths.tiles[1].accessibleDescription().endswith("there is none for this activation")
    session.look(method="adam")
    assert page.widths.tiles[1].accessibleDescription() == "no net of this width yet: press Sweep"


def test_nets_without_a_recipe_are_called_fitted_everywhere(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    formula = "formula:t/(1+abs(t))"
    session.edit("Own", lambda d: edits.set_sweep(d, activation=formula, widths=(1, 2)))
    session.look(width=2)
    settle(session, qtbot)
    assert page.widths.shown.currentText() == "fitted"
    assert page.error.readout.text().startswith("W = 2 · Fitted · ")
    (series,) = [series for series in page.error.chart.chart.series if series.method == "constructed"]
    assert series.label == "fitted,\nno recipe"
    assert series.marks[0].words.partition("\n")[0].endswith(" unit, fitted")
    words = [page.draw.parts.beside.itemText(k) for k in range(page.draw.parts.beside.count())]
    assert "fitted" in words
    assert "constructed" not in words
    session.edit("ReLU", lambda d: edits.set_sweep(d, activation="relu"))
    settle(session, qtbot)
    assert page.widths.shown.currentText() == "constructed"
