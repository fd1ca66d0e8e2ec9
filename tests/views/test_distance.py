"""The largest error of the Lab's net from the drawn function: what is told against what the net says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mlpviz.data.strokes import grid, preset, smoothed
from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.document.opening import open_net
from mlpviz.nn.evaluate import logits
from mlpviz.nn.layout import frozen
from mlpviz.universality.construct import construct
from mlpviz.universality.minlink import limits
from mlpviz.universality.target import sweep_network, target_of
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.distance import measurable
from mlpviz.views.lab.output import OutputCard
from tests.views.fake import FakeSession

W = 6


def opened(activation: str = "relu") -> Document:
    made = replace(edits.new_document(), function=preset("hills"))
    (net,) = construct(activation, target_of(smoothed(made.function)), (W,))
    return open_net(made, sweep_network(W, activation), net.theta, 0).document


def shown(qtbot: QtBot, theme: Theme, made: Document) -> tuple[OutputCard, FakeSession]:
    session = FakeSession(made)
    card = OutputCard(session, theme)  # type: ignore[arg-type]  # stands in for one
    qtbot.addWidget(card)
    card.resize(320, 400)
    with qtbot.waitExposed(card):
        card.show()
    return card, session


@pytest.mark.parametrize(("activation", "name"), [("relu", "limit"), ("leaky_relu", "limit"), ("tanh", "ReLU limit")])
def test_the_line_tells_the_net_s_largest_error_and_the_limit(
    qtbot: QtBot, theme: Theme, activation: str, name: str
) -> None:
    made = opened(activation)
    card, _ = shown(qtbot, theme, made)
    g = smoothed(made.function)
    qtbot.waitUntil(lambda: bool(card.distance.text()))
    x = np.linspace(0, 1, 200_001)
    sup = np.abs(logits(made.network, made.state.theta, x[:, None])[:, 0] - np.interp(x, grid(), g)).max()
    limit = limits(g, (W,))[0]
    text = card.distance.text().replace("\u202f", " ")
    assert text == f"largest error {sup:.4f} ({100 * sup / np.ptp(g):.3g} %) · {name} {limit:.4f}" + (
        ", no bound here" if activation == "tanh" else ""
    )
    assert card.distance.isVisible()


def test_it_follows_the_weights_and_is_not_there_for_other_data_or_nets(qtbot: QtBot, theme: Theme) -> None:
    made = opened()
    card, session = shown(qtbot, theme, made)
    qtbot.waitUntil(lambda: bool(card.distance.text()))
    before = card.distance.text()
    state = replace(made.state, theta=frozen(1.5 * np.asarray(made.state.theta)))
    session.show_document(replace(made, state=state))
    qtbot.waitUntil(lambda: card.distance.text() != before)
    deeper = edits.add_hidden_layer(made).document
    for other in (deeper, edits.set_data(made, name="circle").document):
        session.show_document(other)
        assert card.distance.isHidden()
    session.show_document(made)
    assert card.distance.isVisible()
    qtbot.waitUntil(lambda: card.distance.text() == before)


def test_only_plain_nets_of_one_input_and_one_hidden_layer_are_measured() -> None:
    plain = sweep_network(3, "relu")
    assert measurable(plain)
    assert not measurable(replace(plain, output_activation="tanh"))
    assert not measurable(replace(plain, features=("x1^2",)))
    assert not measurable(replace(plain, hidden=()))
    assert not measurable(replace(plain, inputs=2))
