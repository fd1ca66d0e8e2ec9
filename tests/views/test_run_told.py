"""What the window tells about a run: who computes it, why it stopped, its rate, its penalty, its validation loss."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.nn.compiled import loading
from mlpviz.nn.evaluate import loss, penalty
from mlpviz.views.backend_label import DROPOUT, READY
from mlpviz.views.kit.numbers import loss_text
from mlpviz.views.window import MainWindow
from tests.views.finding import named
from tests.views.shell import settle


def stopping(document: Document) -> Document:
    """A document that stops early within some tens of epochs."""
    document = edits.set_data(document, name="noisy-xor", rows=60, noise=0.5, validation=0.3).document
    return edits.set_training(document, optimizer="adam", learning_rate=0.05, patience=10).document


def test_the_backend_is_named_before_the_first_run_and_after(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "ready", lambda: False)
    label = named(window, QLabel, "Backend")
    window.backend._ask()
    settle(window, qtbot)
    assert label.isVisible()
    assert label.text() == f"Trains with NumPy {np.__version__}"
    window.session.step()
    qtbot.waitUntil(lambda: window.session.job is None)
    assert window.session.live.backend == f"numpy {np.__version__}"
    assert label.text() == f"Trains with NumPy {np.__version__}"
    assert label.width() >= label.sizeHint().width()


def test_the_backends_tip_says_why(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    label = window.backend
    monkeypatch.setattr(loading, "available", lambda: True)
    monkeypatch.setattr(loading, "ready", lambda: False)
    label._ask()
    settle(window, qtbot)
    assert "not ready yet" in label.toolTip()
    monkeypatch.setattr(loading, "available", lambda: False)
    label.refresh()
    assert "Numba is not installed" in label.toolTip()
    monkeypatch.setattr(loading, "available", lambda: True)
    window.session.step()
    qtbot.waitUntil(lambda: window.session.job is None)
    monkeypatch.setattr(loading, "ready", lambda: True)
    label._ask()
    settle(window, qtbot)
    assert label.text() == f"Trains with NumPy {np.__version__}"
    assert label.toolTip() == READY
    window.session.edit("Set", lambda d: edits.set_training(d, dropout=0.2))
    assert label.toolTip() == DROPOUT


def test_ready_kernels_are_named_before_the_first_run(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "available", lambda: True)
    monkeypatch.setattr(loading, "ready", lambda: True)
    window.backend._ask()
    settle(window, qtbot)
    assert window.backend.text().startswith("Trains compiled (Numba ")
    window.session.edit("Set", lambda d: edits.set_training(d, dropout=0.2))
    assert window.backend.text() == f"Trains with NumPy {np.__version__}"


def test_an_early_stop_tells_where_it_went_back_to(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.edit("Prepare", stopping)
    session.train()
    qtbot.waitUntil(lambda: session.job is None, timeout=20_000)
    history = session.live.history
    best = int(np.argmin(history.column("validation_loss")))
    epoch = int(history.column("epoch")[best])
    words = f"Stopped early: no better validation loss for 10 epochs; back at the weights of epoch {epoch}."
    assert window.note.text() == words
    assert not window.note.isHidden()
    network, dataset = session.document.network, session.dataset
    y = dataset.targets(network.loss)
    rows = dataset.validation
    found = loss(network, session.live.theta, dataset.X[rows], y[rows])
    assert found == pytest.approx(history.column("validation_loss")[best])
    assert session.undo_text == "Train"
    caption = window.toolbar.readouts._captions["Epoch"]
    assert caption.text() == f"epoch · weights of {epoch}"
    assert caption.width() >= caption.sizeHint().width()
    assert f"those of epoch {epoch}" in window.toolbar.readouts.epoch.toolTip()
    window.note.hide()
    session.undo()
    assert session.live.epoch == 0
    assert caption.text() == "epoch"
    session.redo()
    assert caption.text() == f"epoch · weights of {epoch}"
    session.step()
    qtbot.waitUntil(lambda: session.job is None)
    assert caption.text() == "epoch"


def test_the_loss_card_has_three_curves_a_rate_and_the_penalty(window: MainWindow, qtbot: QtBot) -> None:
    session, card = window.session, window.page(0).loss  # type: ignore[attr-defined]
    assert not card.rate.isVisible()
    assert not card.penalty.isVisible()
    session.edit("Validate", lambda d: edits.set_data(d, validation=0.2))
    session.edit("Set", lambda d: edits.set_training(d, schedule="exponential", schedule_period=5, l2=0.01))
    assert card.penalty.isVisible()
    for _ in range(4):
        session.step_epoch()
        qtbot.waitUntil(lambda: session.job is None)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: card.rate.isVisible() and len(card._curves["validation"].getData()[0]) == 5)
    x, y = card.rate._curve.getData()
    assert list(x) == [0, 1, 2, 3, 4]
    assert np.allclose(y, session.live.history.column("learning_rate"))
    assert card._labels["validation"].isVisible()
    live = session.live
    told = loss_text(float(penalty(live.network, live.theta, 0, 0.01)))
    assert card.penalty.text() == f"penalty {told}, apart from L"
    assert "λ" in card.penalty.toolTip()
    assert "η" in card.rate.toolTip()
    plots = (card.plot, card.rate)
    left, right = ([plot.item.vb.sceneBoundingRect().x() for plot in plots] for _ in range(2))
    assert left[0] == pytest.approx(left[1], abs=1)  # the same epochs stand above each other
    assert right[0] == pytest.approx(right[1], abs=1)
    session.edit("Set", lambda d: edits.set_training(d, l2=0.0))
    assert not card.penalty.isVisible()
