"""Training, More…: every setting is one edit that undo takes back; what does not apply is not offered, or says why."""

from __future__ import annotations

import math
from typing import Any

import pytest
from PyQt6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.locking import set_locked
from mlpviz.nn.evaluate import forward
from mlpviz.nn.locks import Lock
from mlpviz.session import Session
from mlpviz.views.kit.controls import Combo, NumberBox, WholeBox
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.spread_strip import SpreadStrip, axis_of
from mlpviz.views.lab.training_panel import TrainingPanel
from tests.views.finding import named


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


def shown_spread(panel: TrainingPanel, qtbot: QtBot, layers: int = 3) -> SpreadStrip:
    strip = named(panel, SpreadStrip, "Spread of z at the start")
    qtbot.waitUntil(lambda: len(strip.spreads) == layers)
    return strip


def test_the_spread_of_z_follows_the_initialisation(session: Session, panel: TrainingPanel, qtbot: QtBot) -> None:
    strip = shown_spread(panel, qtbot)
    before = strip.spreads
    choose(panel, "Initialisation", "zeros")
    qtbot.waitUntil(lambda: strip.spreads == [(0.0, 0.0)] * 3)
    session.undo()
    qtbot.waitUntil(lambda: strip.spreads == before)
    assert "z⁽²⁾: mean " in strip.toolTip()
    assert strip.accessibleDescription().count("deviation") == 3


def test_a_bar_reaches_a_deviation_to_either_side_of_the_mean(
    session: Session, panel: TrainingPanel, qtbot: QtBot
) -> None:
    strip = shown_spread(panel, qtbot)
    network, config = session.document.network, session.document.training
    passed = forward(network, edits.initial_theta(network, config), session.dataset.X[session.dataset.train])
    low, high = axis_of(strip.spreads)
    pixels = (strip.x_of(high) - strip.x_of(low)) / (high - low)
    image = strip.grab().toImage()
    ratio = image.devicePixelRatio()
    accent = panel.theme.color("accent").rgb()
    for layer, z in enumerate(passed.z):
        bar, mean, deviation = strip.bar(layer), float(z.mean()), float(z.std())
        assert strip.spreads[layer] == pytest.approx((mean, deviation))
        assert bar.width() == pytest.approx(2 * deviation * pixels)
        assert bar.center().x() == pytest.approx(strip.x_of(mean))
        assert strip.x_of(low) <= bar.left() < bar.right() <= strip.x_of(high) <= strip.width()
        y = round(bar.center().y() * ratio)
        painted = [x / ratio for x in range(image.width()) if image.pixel(x, y) == accent]
        assert min(painted) == pytest.approx(bar.left(), abs=1.5)
        assert max(painted) == pytest.approx(bar.right(), abs=2.5)
        assert image.pixel(round(strip.x_of(mean) * ratio), y) != accent  # the tick


@pytest.mark.parametrize(
    ("spreads", "ends"),
    [
        ([(0.0, 0.0)], (-1, 1)),
        ([(0.1, 2.04), (0.0, 0.3)], (-2.0, 2.2)),
        ([(5.0, 1.0)], (0, 6)),
        ([(-0.05, 0.012)], (-0.062, 0)),
        ([(0.0, 1.0), (0.0, math.inf), (math.nan, math.nan)], (-1, 1)),
    ],
)
def test_the_axis_holds_all_that_is_finite(spreads: list[tuple[float, float]], ends: tuple[float, float]) -> None:
    assert axis_of(spreads) == pytest.approx(ends)


def test_a_deep_net_has_room_and_an_overflow_is_told(session: Session, panel: TrainingPanel, qtbot: QtBot) -> None:
    for _ in range(14):
        session.edit("Add", edits.add_hidden_layer)
    strip = shown_spread(panel, qtbot, 17)
    qtbot.waitUntil(lambda: strip.bar(16).bottom() < strip.height() <= 140)
    before = strip.grab().toImage()
    strip.show_spreads([*[(0.0, 1.0)] * 10, *[(math.nan, math.nan)] * 7])
    assert strip.bar(12).width() == 0
    assert strip.grab().toImage() != before


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
