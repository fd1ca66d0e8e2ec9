"""∂L/∂w of every weight, in the diagram's tip and in the table's: also where it is locked."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.document.numbers import signed
from mlpviz.nn.evaluate import gradient, loss, penalty
from mlpviz.nn.layout import layout
from mlpviz.nn.locks import Lock
from mlpviz.pictures import gradient as pictures
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.diagram import DiagramCard
from mlpviz.views.lab.weights_table import WeightsTable
from mlpviz.views.window import MainWindow
from tests.views.documents import document
from tests.views.fake import FakeSession
from tests.views.shell import settle

ToolTip = Qt.ItemDataRole.ToolTipRole


def expected(shown: Document) -> np.ndarray:
    data, config = edits.dataset_of(shown), shown.training
    y = data.targets(shown.network.loss)
    return gradient(shown.network, shown.state.theta, data.X[data.train], y[data.train], config.l1, config.l2)


def with_training(shown: Document, **changes: object) -> Document:
    return replace(shown, training=replace(shown.training, **changes))  # type: ignore[arg-type]


def test_it_is_the_gradient_of_the_mean_and_the_penalty(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = with_training(document(widths=(4, 2)), l1=0.01, l2=0.1)
    data = edits.dataset_of(shown)
    whole = pictures.full_gradient(shown.network, shown.state.theta, data, shown.training)
    np.testing.assert_allclose(whole, expected(shown), rtol=1e-12, atol=1e-15)
    monkeypatch.setattr(pictures, "CHUNK_VALUES", 4 * 7)  # seven rows at a time
    parts = pictures.full_gradient(shown.network, shown.state.theta, data, shown.training)
    np.testing.assert_allclose(parts, whole, rtol=1e-12, atol=1e-15)


def test_balanced_classes_count_as_in_the_loss() -> None:
    shown = with_training(document(widths=(3,)), class_weights="balanced", l2=0.05)
    data, config, network = edits.dataset_of(shown), shown.training, shown.network
    index = data.y[data.train, 0]

    def value(theta: np.ndarray) -> float:
        y = data.targets(network.loss)
        means = [loss(network, theta, data.X[rows], y[rows]) for k in (0, 1) for rows in [data.train[index == k]]]
        return float(np.mean(means) + penalty(network, theta, config.l1, config.l2))

    found = pictures.full_gradient(network, shown.state.theta, data, config)
    for place in (0, 5, network.size - 1):
        step = np.zeros(network.size)
        step[place] = 1e-6
        slope = (value(shown.state.theta + step) - value(shown.state.theta - step)) / 2e-6
        assert found[place] == pytest.approx(slope, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("source", [1, 2])
def test_the_diagrams_tip_has_the_gradient_of_a_locked_weight(qtbot: QtBot, theme: Theme, source: int) -> None:
    shown = with_training(document(), locked=(Lock(0, 1),), l2=0.1)
    card = DiagramCard(cast(Session, FakeSession(shown)), theme)
    qtbot.addWidget(card)
    card.resize(688, 374)
    card.show()
    qtbot.waitExposed(card)
    diagram = card.diagram
    if source == shown.network.sizes[0]:
        at = QPointF(*diagram.arrangement().bias_place(0, 1))
    else:
        edges = diagram.arrangement().edges
        at = QPointF(*edges.at(edges.keys.tolist().index([0, 1, source]), 0.25))
    diagram.point_at(at)
    assert diagram._hovered == (0, 1, source)
    slope = layout(shown.network.sizes).matrices(expected(shown))[0][1, source]
    assert f" = {signed(float(slope))}" in diagram.tip.text()
    assert "∂L/∂" in diagram.tip.text()
    assert "over all training rows, penalty included" in diagram.tip.text()
    assert "locked" in diagram.tip.text()
    assert diagram.rect().contains(diagram.tip.geometry())


def test_the_tables_tip_has_it_too_and_follows_the_weights(qtbot: QtBot, theme: Theme) -> None:
    card = WeightsTable(cast(Session, FakeSession(document())), theme)
    qtbot.addWidget(card)
    card.show()
    session = cast(FakeSession, card._session)
    for _ in range(2):
        slopes = layout(session.document.network.sizes).matrices(expected(session.document))[0]
        for row, column in ((0, 0), (3, 2)):
            tip = card.model.index(row, column).data(ToolTip)
            assert f" = {signed(float(slopes[row, column]))}, over all training rows\n" in tip
        card.model.setData(card.model.index(0, 0), "1.5")


def test_it_is_computed_once_for_the_same_weights_and_only_when_asked_for(qtbot: QtBot, theme: Theme) -> None:
    card = WeightsTable(cast(Session, FakeSession(document())), theme)
    qtbot.addWidget(card)
    card.show()
    requests = cast(FakeSession, card._session).pictures.requests
    assert not [key for key in requests if "gradient" in key]
    for column in range(2):
        card.model.index(0, column).data(ToolTip)
    assert len([key for key in requests if "gradient" in key]) == 1


def test_a_tip_takes_the_gradient_up_when_it_arrives(window: MainWindow, qtbot: QtBot) -> None:
    diagram = window.findChildren(DiagramCard)[0].diagram
    edges = diagram.arrangement().edges
    diagram.point_at(QPointF(*edges.at(0, 0.25)))
    settle(window, qtbot)
    assert "∂L/∂" in diagram.tip.text()
