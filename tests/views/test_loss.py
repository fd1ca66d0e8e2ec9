"""The Loss card: curves, words at their ends, axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtTest import QTest

from mlpviz.document.history import History
from mlpviz.errors import Diverged
from mlpviz.nn.layout import frozen
from mlpviz.session.live import Live
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.loss import LossCard, pushed_apart
from tests.views.fake import FakeSession


def history(epochs: int, test: bool = True) -> History:
    rng = np.random.default_rng(0)
    rows = np.full((epochs + 1, 5), np.nan)
    rows[:, 0] = np.arange(epochs + 1)
    rows[:, 1] = 0.7 * np.exp(-rows[:, 0] / 200) * rng.uniform(0.9, 1.1, epochs + 1) + 0.01
    if test:
        rows[:, 2] = 1.1 * rows[:, 1]
    return History(frozen(rows))


def shown(qtbot, theme: Theme, figures: History, size: tuple[int, int] = (322, 243)) -> tuple[LossCard, FakeSession]:
    session = FakeSession()
    session.live = replace(session.live, history=figures)
    card = LossCard(session, theme)
    qtbot.addWidget(card)
    card.resize(*size)
    with qtbot.waitExposed(card):
        card.show()
    return card, session


def test_a_short_run_is_drawn_as_it_is(qtbot, theme: Theme) -> None:
    figures = history(60)
    card, _ = shown(qtbot, theme, figures)
    x, y = card._curves["train"].getData()
    assert np.array_equal(x, figures.column("epoch"))
    assert np.allclose(10**y, figures.column("train_loss"))
    assert card.subtitle() == ""
    assert len(card._curves["raw_train"].getData()[0]) == 0


def test_a_long_run_is_smoothed_and_says_so(qtbot, theme: Theme) -> None:
    figures = history(1000)
    card, _ = shown(qtbot, theme, figures)
    assert card.subtitle() == "smoothed over 11 epochs"
    raw, smooth = card._curves["raw_train"].getData()[1], card._curves["train"].getData()[1]
    assert np.abs(np.diff(raw)).mean() > 3 * np.abs(np.diff(smooth)).mean()
    assert len(raw) <= 2 * card.plot.item.vb.width() + 2
    assert 10 ** raw.min() == pytest.approx(figures.column("train_loss").min())


def test_log_and_linear_are_a_matter_of_the_view(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, history(100))
    assert card.scale.isChecked()
    QTest.mouseClick(card.scale, Qt.MouseButton.LeftButton)
    assert session.document.view.log_loss is False
    assert card._picture.low == 0
    assert not card._picture.log
    session.look(log_loss=True)
    assert card.scale.isChecked()
    assert card._picture.log


def test_dashes_mean_test_and_solid_means_train(qtbot, theme: Theme) -> None:
    card, _ = shown(qtbot, theme, history(100))
    train, test = (card._curves[name].opts["pen"] for name in ("train", "test"))
    assert train.style() == Qt.PenStyle.SolidLine
    assert train.color() == theme.color("accent")
    assert test.style() == Qt.PenStyle.CustomDashLine
    assert test.color() == theme.color("ink")
    theme.set(dark=True)
    assert card._curves["train"].opts["pen"].color() == theme.color("accent")


def test_without_test_rows_there_is_no_word_for_them(qtbot, theme: Theme) -> None:
    card, _ = shown(qtbot, theme, history(100, test=False))
    assert card._labels["train"].isVisible()
    assert not card._labels["test"].isVisible()
    assert len(card._ends["test"].data) == 0
    assert card.plot.accessibleDescription().endswith("test loss –")


def test_an_untrained_network_has_one_dot(qtbot, theme: Theme) -> None:
    card, _ = shown(qtbot, theme, history(0))
    assert len(card._ends["train"].data) == 1
    assert card._labels["train"].isVisible()


def test_no_figures_at_all_are_an_empty_frame(qtbot, theme: Theme) -> None:
    card, _ = shown(qtbot, theme, History.empty())
    assert not card._labels["train"].isVisible()
    assert len(card._ends["train"].data) == 0


def test_divergence_ends_in_a_cross(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, history(40))
    assert len(card._cross.data) == 0
    session.live = replace(session.live, diverged=Diverged(412, 1))
    session.updated.emit()
    assert next(tuple(spot)[:2] for spot in card._cross.data[["x", "y"]])[0] == 40
    assert "diverged" in card.plot.accessibleDescription()


def label_rects(card: LossCard) -> list:
    return [card._labels[n].mapRectToScene(card._labels[n].boundingRect()) for n in ("train", "test")]


@pytest.mark.parametrize("epochs", [0, 9, 10, 60, 490, 1225, 5000])
@pytest.mark.parametrize("size", [(250, 150), (322, 243), (560, 420)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_words_at_the_ends_stay_apart_and_inside(
    qtbot, theme: Theme, epochs: int, size: tuple[int, int], scale: float
) -> None:
    theme.set(scale=scale)
    card, _ = shown(qtbot, theme, history(epochs), (round(scale * size[0]), round(scale * size[1])))
    train, test = label_rects(card)
    assert abs(train.center().y() - test.center().y()) >= 14 * scale
    room = card.plot.item.vb.sceneBoundingRect()
    for rect in (train, test):
        assert rect.right() <= room.right() + 6 * scale
        assert room.top() - 4 * scale <= rect.top()
        assert rect.bottom() <= room.bottom() + 4 * scale


@pytest.mark.parametrize("log", [True, False])
def test_axes_name_their_ends(qtbot, theme: Theme, log: bool) -> None:
    card, session = shown(qtbot, theme, history(700))
    session.look(log_loss=log)
    texts = [text for _, text in card.plot.axes["bottom"]._tickLevels[0]]
    assert texts == ["0", "250", "500", "750", "1,000", "1,250"]
    assert len(card.plot.axes["left"]._tickLevels[0]) >= 3


def test_pointing_tells_the_nearest_epoch(qtbot, theme: Theme) -> None:
    figures = history(200)
    card, _ = shown(qtbot, theme, figures)
    middle = (card._picture.low + card._picture.high) / 2
    QTest.mouseMove(card.plot.viewport(), card.plot.pixels(QPointF(100, middle)).toPoint())
    told = card.plot.tip.text()
    epoch = int(told.split()[1])
    assert abs(epoch - 100) <= 2
    assert f"training loss {figures.column('train_loss')[epoch]:.4f}" in told
    card.plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert card.plot.tip.text() == ""
    assert len(card._pointed.getData()[0]) == 0


def test_nothing_is_asked_for_twice_or_while_hidden(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, history(50))
    asked = len(session.pictures.requests)
    session.updated.emit()
    assert len(session.pictures.requests) == asked
    session.live = replace(session.live, history=history(51))
    session.updated.emit()
    assert len(session.pictures.requests) == asked + 1
    card.hide()
    session.live = Live.of(session.document)
    session.updated.emit()
    assert len(session.pictures.requests) == asked + 1


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        ({"train": 0.2, "test": 0.8}, {"train": 0.2, "test": 0.8}),
        ({"train": 0.5, "test": 0.5}, {"train": 0.4, "test": 0.6}),
        ({"train": 0.0, "test": 0.05}, {"train": 0.1, "test": 0.3}),
        ({"test": 1.0, "train": 0.98}, {"train": 0.7, "test": 0.9}),
        ({"train": -3.0}, {"train": 0.1}),
        ({}, {}),
    ],
)
def test_words_are_pushed_apart(heights: dict[str, float], expected: dict[str, float]) -> None:
    assert pushed_apart(heights, 0.2, 0.0, 1.0) == pytest.approx(expected)
