"""What the window shows where the network's output is no finite number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.document import Document, RunState
from mlpviz.nn.layout import frozen
from mlpviz.pictures.decision import decision
from mlpviz.pictures.plane import input_plane
from mlpviz.views.kit.hatch import hatched
from mlpviz.views.kit.numbers import NONE
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow
from tests.views.shell import settle, value


def huge(document: Document) -> Document:
    """Cubes of weights so large that ŷ is infinite, or no number, everywhere but at 0."""
    document = edits.set_loss(document, "squared").document
    for layer in range(2):
        document = edits.set_activation(document, layer, "cube").document
    return replace(document, state=RunState(frozen(np.full(document.network.size, 1e60))))


def test_the_picture_knows_where_it_has_no_value() -> None:
    document = huge(edits.new_document())
    plane = input_plane(edits.dataset_of(document))
    found = decision(document.network, document.state.theta, plane)
    assert found.missing is not None
    assert found.missing.all()
    tame = decision(document.network, 1e-60 * document.state.theta, plane)
    assert tame.missing is None


def test_hatching_leaves_what_is_finite(theme: Theme) -> None:
    colors = np.full((64, 64, 3), 17, np.uint8)
    missing = np.zeros((64, 64), bool)
    missing[:, 32:] = True
    found = hatched(colors, missing, theme)
    assert (found[:, :32] == 17).all()
    kinds = {tuple(color) for color in found[:, 32:].reshape(-1, 3).tolist()}
    assert kinds == {theme.color("panel").getRgb()[:3], theme.color("edge").getRgb()[:3]}
    assert hatched(colors, np.zeros_like(missing), theme) is colors


def test_cards_say_that_the_output_is_not_finite(window: MainWindow, qtbot: QtBot) -> None:
    lab = window.page(0)
    window.session.edit("Huge", huge)
    settle(window, qtbot)
    assert lab.output.plot.told() == "ŷ is not finite here"  # type: ignore[attr-defined]
    assert "not finite" in lab.output.plot.accessibleDescription()  # type: ignore[attr-defined]
    assert "hatched" in lab.diagram.subtitle()  # type: ignore[attr-defined]
    plane = lab.output.plot.item.vb.sceneBoundingRect().toRect()  # type: ignore[attr-defined]
    assert plane.contains(lab.output.plot._told.geometry())  # type: ignore[attr-defined]
    window.session.undo()
    settle(window, qtbot)
    assert lab.output.plot.told() == ""  # type: ignore[attr-defined]
    assert not lab.output.plot._told.isVisible()  # type: ignore[attr-defined]
    assert "hatched" not in lab.diagram.subtitle()  # type: ignore[attr-defined]


def test_no_accuracy_is_told_where_the_loss_is_not_finite(window: MainWindow, qtbot: QtBot) -> None:
    assert value(window, "Training accuracy") != NONE
    window.session.edit("Huge", huge)
    settle(window, qtbot)
    assert [value(window, f"{part} loss") for part in ("Training", "Test")] == [NONE, NONE]
    assert [value(window, f"{part} accuracy") for part in ("Training", "Test")] == [NONE, NONE]


@pytest.mark.parametrize("width", [1024, 1280, 1920])
def test_the_warning_is_readable_and_covers_no_card(window: MainWindow, qtbot: QtBot, width: int) -> None:
    window.resize(width, 800)
    wild = huge(edits.new_document())
    window.session.edit("Wild", lambda d: replace(wild, state=d.state))
    window.session.train()
    qtbot.waitUntil(lambda: window.session.job is None, timeout=10_000)
    settle(window, qtbot)
    assert window.session.live.diverged is not None
    label, strip = window.strip._label, window.strip
    assert strip.isVisible()
    assert label.heightForWidth(label.width()) <= strip.height()
    assert not strip.geometry().intersects(window.page(0).geometry().translated(window._stack.pos()))
    for other in (window.toolbar.buttons, window.toolbar.theme_button, window.toolbar.tabs):
        place = other.rect().translated(other.mapTo(window.toolbar, other.rect().topLeft()))
        assert not strip.geometry().intersects(place), other
    window.show_page(1)
    assert not strip.isVisible()
    window.show_page(0)
    assert strip.isVisible()
