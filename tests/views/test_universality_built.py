"""Nets that are built while g is drawn: tiles, numbers, chart, parts, the way into the Lab."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mlpviz.data.strokes import preset, smoothed
from mlpviz.document import edits
from mlpviz.nn.evaluate import logits
from mlpviz.session import Session
from mlpviz.universality.errors import errors
from mlpviz.universality.minlink import limits
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage


@pytest.fixture
def session(qapp: object) -> Iterator[Session]:
    session = Session()
    session.edit("Few", lambda d: edits.set_sweep(d, widths=(1, 2, 4, 8), steps=40, seeds=1))
    session.look(width=4)
    yield session
    session.close()


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> UniversalityPage:
    page = UniversalityPage(session, theme)
    qtbot.addWidget(page)
    qtbot.addWidget(page.toolbar_widget())
    page.resize(1264, 712)
    page.show()
    qtbot.waitExposed(page)
    settle(session, qtbot)
    return page


def settle(session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: session.deriving.idle and session.pictures.idle, timeout=60_000)
    qtbot.wait(30)
    qtbot.waitUntil(lambda: session.pictures.idle, timeout=60_000)


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
    draw.parts.slider.setValue(0)
    _, flat = draw.plot.parts._sum.getData()
    assert np.ptp(flat) == 0
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


def test_many_units_are_told_by_a_strip(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    session.edit("Wide", lambda d: edits.set_sweep(d, widths=(1, 100)))
    session.look(width=100)
    page.draw.parts.modes.choose(1)
    settle(session, qtbot)
    strip = page.draw.plot.parts._strip
    assert strip.isVisible()
    assert strip.image.shape[0] == 100


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


@pytest.mark.parametrize("width", [1008, 1264, 1904])
def test_the_row_of_pictures_is_never_cut_off(
    session: Session, page: UniversalityPage, qtbot: QtBot, width: int
) -> None:
    page.resize(width, 700)
    for mode in range(3):
        page.draw.parts.modes.choose(mode)
        settle(session, qtbot)
        bar = page.draw.parts
        for widget in (bar.modes, bar.lab, *bar._sums):
            if widget.isVisible():
                assert bar.rect().contains(widget.geometry())
                assert widget.width() >= widget.minimumSizeHint().width()
