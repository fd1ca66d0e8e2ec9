"""Training, More…: every setting is one edit that undo takes back; what does not apply is not offered, or says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PyQt6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.locking import set_locked
from mlpviz.nn.locks import Lock
from mlpviz.session import Session
from mlpviz.views.kit.controls import Combo, NumberBox, WholeBox
from mlpviz.views.kit.labels import ElidedLabel
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.training_panel import TrainingPanel
from tests.views.finding import named


@pytest.fixture
def session(qapp: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("MLPVIZ_STATE_DIR", str(tmp_path))
    session = Session()
    yield session
    session.close()


@pytest.fixture
def panel(session: Session, theme: Theme, qtbot: QtBot) -> TrainingPanel:
    panel = TrainingPanel(session, theme)
    qtbot.addWidget(panel)
    panel.resize(238, 560)
    session.look(more=("training",))
    panel.show()
    return panel


def choose(panel: TrainingPanel, name: str, key: str) -> None:
    combo = named(panel, Combo, name)
    assert combo.isVisible()
    combo.setCurrentIndex(combo.findData(key))


@pytest.mark.parametrize(
    ("kind", "name", "value", "field"),
    [
        (WholeBox, "Schedule period", 50, "schedule_period"),
        (NumberBox, "Schedule factor", 0.5, "schedule_factor"),
        (WholeBox, "Warm-up", 7, "warmup"),
        (NumberBox, "Gradient clipping", 2.5, "clip"),
        (NumberBox, "Dropout", 0.2, "dropout"),
    ],
)
def test_a_number_is_one_edit(
    session: Session, panel: TrainingPanel, kind: type[Any], name: str, value: float, field: str
) -> None:
    session.edit("Schedule", lambda d: edits.set_training(d, schedule="step"))
    before = session.document
    box = named(panel, kind, name)
    assert box.isVisible()
    box.setValue(value)
    assert getattr(session.document.training, field) == value
    session.undo()
    assert session.document.training == before.training
    assert box.value() == getattr(before.training, field)


@pytest.mark.parametrize(
    ("name", "key", "field"),
    [("Schedule", "cosine", "schedule"), ("Class weights", "balanced", "class_weights")],
)
def test_a_choice_is_one_edit(session: Session, panel: TrainingPanel, name: str, key: str, field: str) -> None:
    usual = getattr(session.document.training, field)
    choose(panel, name, key)
    assert getattr(session.document.training, field) == key
    session.undo()
    assert getattr(session.document.training, field) == usual
    assert named(panel, Combo, name).currentData() == usual


def test_off_is_a_word(panel: TrainingPanel) -> None:
    for kind, name in ((WholeBox, "Warm-up"), (NumberBox, "Gradient clipping"), (NumberBox, "Dropout")):
        assert named(panel, kind, name).text() == "off"


def test_a_schedule_shows_the_settings_it_uses(session: Session, panel: TrainingPanel) -> None:
    for schedule, period, factor in (("constant", False, False), ("cosine", True, False), ("step", True, True)):
        choose(panel, "Schedule", schedule)
        assert named(panel, WholeBox, "Schedule period").isVisible() == period
        assert named(panel, NumberBox, "Schedule factor").isVisible() == factor


def test_the_output_activation_is_offered_where_the_loss_leaves_it_open(session: Session, panel: TrainingPanel) -> None:
    assert not named(panel, Combo, "Output activation").isVisible()
    choose(panel, "Loss", "squared")
    choose(panel, "Output activation", "tanh")
    assert session.document.network.output_activation == "tanh"
    session.undo()
    assert session.document.network.output_activation == "identity"
    choose(panel, "Output activation", "tanh")
    choose(panel, "Loss", "logistic")
    assert session.document.network.output_activation == "identity"
    assert not named(panel, Combo, "Output activation").isVisible()


def test_class_weights_are_for_classes(session: Session, panel: TrainingPanel) -> None:
    assert named(panel, Combo, "Class weights").isVisible()
    session.edit("Plane", lambda d: edits.set_data(d, name="plane"))
    assert not named(panel, Combo, "Class weights").isVisible()


def test_lbfgs_has_no_batches_clipping_or_dropout_and_says_why(session: Session, panel: TrainingPanel) -> None:
    told: list[str] = []
    session.noted.connect(told.append)
    session.edit("Dropout", lambda d: edits.set_training(d, dropout=0.3, clip=1.0))
    choose(panel, "Optimizer", "lbfgs")
    config = session.document.training
    assert (config.optimizer, config.dropout, config.clip) == ("lbfgs", 0, 0)
    assert "switched off" in told[-1]
    batch = named(panel, Combo, "Batch size")
    assert (batch.isEnabled(), batch.currentText()) == (False, "full")
    assert "L-BFGS" in batch.toolTip()
    for name in ("Gradient clipping", "Dropout"):
        assert not named(panel, NumberBox, name).isEnabled()
        assert "L-BFGS" in named(panel, NumberBox, name).toolTip()
    session.undo()
    assert (session.document.training.dropout, session.document.training.optimizer) == (0.3, "sgd")
    assert (batch.isEnabled(), batch.currentText()) == (True, "10")
    assert named(panel, NumberBox, "Dropout").isEnabled()


def test_all_optimizers_are_offered(panel: TrainingPanel) -> None:
    assert named(panel, Combo, "Optimizer").count() == 8


def test_the_spread_of_z_follows_the_initialisation(session: Session, panel: TrainingPanel, qtbot: QtBot) -> None:
    spread = named(panel, ElidedLabel, "Spread of z at the start")
    qtbot.waitUntil(lambda: spread.text().count("·") == 2)
    before = spread.text()
    choose(panel, "Initialisation", "zeros")
    qtbot.waitUntil(lambda: spread.text() == "± 0 · 0 · 0")
    session.undo()
    qtbot.waitUntil(lambda: spread.text() == before)
    assert "z⁽²⁾: mean " in spread.toolTip()
    assert spread.accessibleDescription().count("deviation") == 3


def test_locks_are_counted_and_can_all_be_undone(session: Session, panel: TrainingPanel) -> None:
    unlock = named(panel, QPushButton, "Unlock all")
    assert not unlock.isVisible()
    session.edit("Lock", lambda d: set_locked(d, [Lock(0, 1), Lock(2, 0, 0)], True))
    assert unlock.isVisible()
    assert panel.more._locked.text() == "4 locked"
    unlock.click()
    assert session.document.training.locked == ()
    session.undo()
    assert len(session.document.training.locked) == 2


def test_every_control_is_named_and_explained(panel: TrainingPanel) -> None:
    for kind in (QComboBox, QAbstractSpinBox, QSlider, QPushButton):
        for widget in panel.findChildren(kind):
            assert widget.accessibleName(), widget
            assert len(widget.toolTip()) > 15, widget.accessibleName()
    assert all(box.toolTip() for box in panel.findChildren(QCheckBox))
