"""Another net over the one shown, polynomial activations among the series, kept jumps in every figure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mlpviz.data.strokes import grid, jump_floor, preset, smoothed
from mlpviz.document import edits
from mlpviz.files import project
from mlpviz.session import Session
from mlpviz.universality.errors import curve
from mlpviz.universality.polynomial import floor
from mlpviz.universality.target import sweep_network
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage
from tests.views.drawing import settle, shown_page

WIDTHS = (1, 2, 4, 8)


@pytest.fixture
def session(session: Session) -> Session:
    session.edit("Few", lambda d: edits.set_sweep(d, widths=WIDTHS, steps=40, seeds=1))
    session.look(width=4)
    return session


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> UniversalityPage:
    page = shown_page(session, theme, qtbot)
    settle(session, qtbot)
    return page


def choose_beside(page: UniversalityPage, method: str) -> None:
    box = page.draw.parts.beside
    box.setCurrentIndex(box.findData(method))
    box.activated.emit(box.currentIndex())


@pytest.mark.parametrize("method", ["interpolant", "random", "square"])
def test_the_chosen_net_is_laid_over_the_one_shown(
    session: Session, page: UniversalityPage, qtbot: QtBot, method: str
) -> None:
    assert not page.draw.plot._curves["beside"].isVisible()
    choose_beside(page, method)
    settle(session, qtbot)
    assert session.document.view.beside == method
    point = next(p for p in session.deriving.known.points if (p.width, p.method, p.seed) == (4, method, 0))
    x, y = page.draw.plot._curves["beside"].getData()
    expected = curve(sweep_network(4, point.activation), point.theta, x)
    np.testing.assert_allclose(y, expected, atol=1e-12)
    # The figures stay those of the net shown.
    assert page.draw.numbers.sup.text() == f"{page.widths.tiles[2].state.sup:.4f}"
    choose_beside(page, "")
    settle(session, qtbot)
    assert not page.draw.plot._curves["beside"].isVisible()


def test_the_net_shown_is_not_laid_over_itself(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    choose_beside(page, "constructed")
    settle(session, qtbot)
    assert not page.draw.plot._curves["beside"].isVisible()


def test_the_choice_is_kept_in_the_file(session: Session, page: UniversalityPage, tmp_path: Path) -> None:
    choose_beside(page, "steps")
    project.save(session.document, tmp_path / "a.mlpviz")
    assert project.load(tmp_path / "a.mlpviz").view.beside == "steps"


def test_polynomial_activations_stop_at_their_floor_whatever_the_width(
    session: Session, page: UniversalityPage
) -> None:
    g = smoothed(session.document.function)
    series = {s.method: s for s in page.error.chart.chart.series}
    for name, from_width in (("square", 1), ("cube", 2)):
        least = floor(name, g).sup
        errors = {mark.width: mark.error for mark in series[name].marks}
        assert set(errors) == set(WIDTHS)
        for width in WIDTHS:
            if width >= from_width:
                assert errors[width] == pytest.approx(least, rel=1e-6)


def test_a_click_on_such_a_line_brings_that_net(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    page.error.chart.chosen.emit(8, "square", 0)
    settle(session, qtbot)
    state = page.widths.tiles[3].state
    assert (state.method, state.network.hidden[0].activation) == ("square", "square")


def test_no_series_twice_where_the_sweep_itself_is_polynomial(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    session.edit("t²", lambda d: edits.set_sweep(d, activation="square"))
    settle(session, qtbot)
    assert "square" not in {s.method for s in page.error.chart.chart.series}
    assert "cube" in {s.method for s in page.error.chart.chart.series}


def test_every_figure_of_a_g_with_a_kept_jump_is_half_the_jump_at_least(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    jumping = replace(preset("step"), keep_jumps=True, smooth=0.0)
    session.edit("Step", lambda d: edits.set_function(d, jumping))
    settle(session, qtbot)
    least = jump_floor(jumping)
    assert least == np.max(np.abs(np.diff(smoothed(jumping)))) / 2 > 0
    assert all(tile.state.sup >= least for tile in page.widths.tiles)
    assert float(page.draw.numbers.sup.text()) == pytest.approx(page.widths.tiles[2].state.sup, abs=1e-4)
    chart = page.error.chart.chart
    assert all(mark.error >= least for s in chart.series for mark in s.marks)
    assert all(error >= least for _, error in chart.limit)
    fit = page.draw.plot._fit
    assert fit.sup >= least
    jump = int(np.argmax(np.abs(np.diff(smoothed(jumping)))))
    assert grid()[jump] <= fit.at <= grid()[jump + 1] or fit.sup > least


def test_a_net_that_is_not_there_or_of_another_g_is_told(
    session: Session, page: UniversalityPage, qtbot: QtBot
) -> None:
    notes: list[str] = []
    session.noted.connect(notes.append)
    choose_beside(page, "adam")
    assert notes == ["Adam: no net of this width yet: press Sweep."]
    session.start_sweep()
    qtbot.waitUntil(lambda: session.job is None, timeout=60_000)
    settle(session, qtbot)
    assert page.draw.plot._beside[1] == "Adam"
    session.edit("Saw", lambda d: edits.set_function(d, preset("saw")))
    settle(session, qtbot)
    assert page.draw.plot._beside[1] == "Adam, stale"


def test_the_polynomials_are_no_floor_of_the_rms_error(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    assert {"square", "cube"} <= {series.method for series in page.error.chart.chart.series}
    page.error.measure.choose(1)
    page.error.refresh()
    assert not {"square", "cube"} & {series.method for series in page.error.chart.chart.series}
    session.edit("t²", lambda d: edits.set_sweep(d, activation="square"))
    settle(session, qtbot)
    (built,) = [series for series in page.error.chart.chart.series if series.method == "constructed"]
    assert len(built.marks) == len(WIDTHS)  # its own nets are there
