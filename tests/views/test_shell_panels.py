"""The Data, Training and Layers panels: every control does its edit, and shows what others have edited."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.session import Session
from mlpviz.views.kit.controls import CalmSlider, Combo, NumberBox, Scale, WholeBox, stepped
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.builder_panel import BuilderPanel, summary
from mlpviz.views.lab.data_panel import DataPanel
from mlpviz.views.lab.training_panel import TrainingPanel
from tests.views.finding import named


@pytest.fixture
def data(session: Session, theme: Theme, qtbot: QtBot) -> DataPanel:
    panel = DataPanel(session, theme)
    qtbot.addWidget(panel)
    panel.resize(238, 320)
    panel.show()
    return panel


@pytest.fixture
def training(session: Session, theme: Theme, qtbot: QtBot) -> TrainingPanel:
    panel = TrainingPanel(session, theme)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def builder(session: Session, theme: Theme, qtbot: QtBot) -> BuilderPanel:
    panel = BuilderPanel(session, theme)
    qtbot.addWidget(panel)
    panel.resize(420, 260)
    panel.show()
    return panel


# ---- data


def test_the_combo_box_chooses_the_data(session: Session, data: DataPanel) -> None:
    combo = named(data, QComboBox, "Data set")
    combo.setCurrentIndex(combo.findText("moons"))
    assert session.document.data.name == "moons"
    assert session.undo_text == "Choose moons"
    session.undo()
    assert combo.currentText() == "circle"


def test_pictures_choose_too_and_show_what_is_chosen(session: Session, data: DataPanel) -> None:
    spiral = named(data, QPushButton, "Use two spirals")
    spiral.click()
    assert session.document.data.name == "spiral"
    assert spiral.isChecked()
    assert not named(data, QPushButton, "Use circle").isChecked()
    assert spiral.icon().availableSizes()
    spiral.click()
    assert spiral.isChecked()


def test_only_settings_that_apply_are_shown(session: Session, data: DataPanel) -> None:
    kinds = {"Noise": NumberBox, "Rows": WholeBox, "Classes": WholeBox, "Training ratio": NumberBox}
    boxes = {name: named(data, kind, name) for name, kind in (kinds | {"Data seed": WholeBox}).items()}
    shown = {}
    for name in ("circle", "xor", "gaussians", "iris"):
        session.edit("Choose", lambda d, name=name: edits.set_data(d, name=name))
        shown[name] = {label for label, box in boxes.items() if box.isVisible()}
    assert shown["xor"] == set()
    assert shown["circle"] == {"Noise", "Rows", "Training ratio", "Data seed"}
    assert shown["gaussians"] == set(boxes)
    assert shown["iris"] == {"Training ratio", "Data seed"}


def test_numbers_typed_and_slid_arrive_in_the_document(session: Session, data: DataPanel, qtbot: QtBot) -> None:
    noise = named(data, NumberBox, "Noise")
    noise.selectAll()
    qtbot.keyClicks(noise, "0,25")
    assert session.document.data.noise == 0
    qtbot.keyClick(noise, Qt.Key.Key_Return)
    assert session.document.data.noise == 0.25
    named(data, CalmSlider, "Rows slider").setValue(0)
    assert session.document.data.rows == 20
    named(data, NumberBox, "Training ratio").setValue(0.5)
    assert session.document.data.train_ratio == 0.5
    assert named(data, NumberBox, "Training ratio").text() == "50 : 50"


def test_a_slider_drag_is_one_undo_entry(session: Session, data: DataPanel) -> None:
    slider = named(data, CalmSlider, "Noise slider")
    slider.setSliderDown(True)
    for place in (100, 200, 300):
        slider.setSliderPosition(place)
    slider.setSliderDown(False)
    assert session.document.data.noise == 0.3
    slider.setSliderDown(True)
    slider.setSliderPosition(400)
    slider.setSliderDown(False)
    session.undo()
    assert session.document.data.noise == 0.3
    session.undo()
    assert session.document.data.noise == 0
    assert session.undo_text is None


def test_new_sample_draws_other_data(session: Session, data: DataPanel) -> None:
    before = session.dataset.X
    seed = session.document.data.seed
    named(data, QPushButton, "New sample").click()
    assert session.document.data.seed == seed + 1
    assert (before != session.dataset.X).any()
    assert named(data, WholeBox, "Data seed").value() == seed + 1


def test_import_is_asked_for(data: DataPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(data.import_requested):
        named(data, QPushButton, "Import a table").click()


def test_combo_boxes_are_named_by_their_labels(data: DataPanel, training: TrainingPanel, builder: BuilderPanel) -> None:
    for panel in (data, training, builder):
        buddies = {label.buddy(): label.accessibleName() for label in panel.findChildren(QLabel) if label.buddy()}
        for combo in panel.findChildren(Combo):
            assert buddies[combo] == combo.accessibleName() != ""


# ---- training


def test_training_settings_arrive_in_the_document(session: Session, training: TrainingPanel) -> None:
    optimizer = named(training, QComboBox, "Optimizer")
    optimizer.setCurrentIndex(optimizer.findText("Adam"))
    assert session.document.training.optimizer == "adam"
    assert named(training, NumberBox, "Learning rate").value() == session.document.training.learning_rate == 0.01
    batch = named(training, QComboBox, "Batch size")
    batch.setCurrentIndex(batch.findText("full"))
    assert session.document.training.batch_size is None
    batch.setCurrentIndex(batch.findText("64"))
    assert session.document.training.batch_size == 64
    named(training, NumberBox, "Learning rate").setValue(0.002)
    named(training, NumberBox, "L1 penalty").setValue(0.001)
    named(training, CalmSlider, "L2 penalty slider").setValue(1000)
    config = session.document.training
    assert (config.learning_rate, config.l1, config.l2) == (0.002, 0.001, 1)
    training.findChild(QCheckBox).click()
    assert not session.document.training.shuffle
    init = named(training, QComboBox, "Initialisation")
    init.setCurrentIndex(init.findText("zeros"))
    assert session.document.training.init == "zeros"
    named(training, QSpinBox, "Seed").setValue(5)
    assert session.document.training.seed == 5
    named(training, QPushButton, "New start").click()
    assert session.document.training.seed == named(training, QSpinBox, "Seed").value() == 6


def test_only_fitting_losses_are_offered(session: Session, training: TrainingPanel) -> None:
    loss = named(training, QComboBox, "Loss")

    def words() -> set[str]:
        return {loss.itemText(i) for i in range(loss.count())}

    assert words() == {"squared", "absolute", "Huber", "logistic", "softmax", "hinge"}
    loss.setCurrentIndex(loss.findText("softmax"))
    assert session.document.network.outputs == 2
    session.edit("Choose", lambda d: edits.set_data(d, name="plane"))
    assert words() == {"squared", "absolute", "Huber"}
    assert loss.currentText() == "squared"


def test_a_batch_size_of_its_own_is_shown(session: Session, training: TrainingPanel) -> None:
    session.edit("Batch", lambda d: edits.set_training(d, batch_size=37))
    assert named(training, QComboBox, "Batch size").currentText() == "37"


def test_showing_makes_no_edit(
    session: Session, data: DataPanel, training: TrainingPanel, builder: BuilderPanel
) -> None:
    session.edit(
        "One", lambda d: edits.set_training(edits.set_data(d, noise=0.123456).document, learning_rate=0.0123456)
    )
    document = session.document
    assert session.undo_text == "One"
    session.undo()
    session.redo()
    assert session.document == document
    assert session.redo_text is None


def test_typed_rates(session: Session, training: TrainingPanel, qtbot: QtBot) -> None:
    rate = named(training, NumberBox, "Learning rate")
    for typed, value in (("1/4", 0.25), ("3e-4", 3e-4), ("abc", 3e-4), ("-1", 3e-4)):
        rate.selectAll()
        qtbot.keyClicks(rate, typed)
        qtbot.keyClick(rate, Qt.Key.Key_Return)
        rate.clearFocus()
        assert session.document.training.learning_rate == value, typed
    assert rate.text() == "0.0003"


def test_steps_of_a_rate() -> None:
    up = [0.0, 1e-6]
    while up[-1] < 1:
        up.append(stepped(up[-1], up=True))
    assert up[:5] == [0.0, 1e-6, 2e-6, 5e-6, 1e-5]
    assert up[-1] == 1
    assert stepped(0.3, up=True) == 0.5
    assert stepped(0.3, up=False) == 0.2
    assert stepped(1e-6, up=False) == 0


@pytest.mark.parametrize("scale", [Scale(0, 1), Scale(1e-4, 10, log=True), Scale(1e-6, 1, log=True, zero=True)])
def test_scales_come_back(scale: Scale) -> None:
    for position in range(0, 1001, 50):
        assert abs(scale.position(scale.value(position)) - position) <= 12


# ---- layers


def test_layers_are_added_widened_changed_and_removed(session: Session, builder: BuilderPanel) -> None:
    named(builder, QPushButton, "Add hidden layer").click()
    assert session.document.network.sizes == (2, 4, 2, 2, 1)
    named(builder, QSpinBox, "Width of hidden layer 3").setValue(7)
    activation = named(builder, QComboBox, "Activation of hidden layer 1")
    activation.setCurrentIndex(activation.findText("ReLU"))
    assert session.document.network.hidden[0].activation == "relu"
    assert session.document.network.sizes == (2, 4, 2, 7, 1)
    named(builder, QPushButton, "Remove hidden layer 2").click()
    named(builder, QPushButton, "Insert before hidden layer 1").click()
    assert session.document.network.sizes == (2, 4, 4, 7, 1)
    for _ in range(3):
        named(builder, QPushButton, "Remove hidden layer").click()
    assert session.document.network.hidden == ()
    assert not named(builder, QPushButton, "Remove hidden layer").isEnabled()
    assert builder.subtitle() == "2–1 · 3 parameters"
    assert any(label.isVisible() and "linear" in label.text() for label in builder.findChildren(QLabel))


def test_layers_move_by_button_key_and_mouse(session: Session, builder: BuilderPanel, qtbot: QtBot) -> None:
    named(builder, QPushButton, "Move hidden layer 1 down").click()
    assert session.document.network.sizes == (2, 2, 4, 1)
    builder.activateWindow()
    box = named(builder, QSpinBox, "Width of hidden layer 2")
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClick(box, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert session.document.network.sizes == (2, 4, 2, 1)
    assert named(builder, QSpinBox, "Width of hidden layer 1").hasFocus()
    grip = named(builder, QWidget, "Drag hidden layer 1")
    QTest.mousePress(grip, Qt.MouseButton.LeftButton)
    builder._dragged(0, grip.mapToGlobal(QPoint(0, 45)).y())
    assert builder._mark.isVisible()
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=QPoint(5, 45))
    assert session.document.network.sizes == (2, 2, 4, 1)
    assert not builder._mark.isVisible()
    assert session.undo_text == "Move hidden layer"


def test_sixteen_layers_scroll(session: Session, builder: BuilderPanel, qtbot: QtBot) -> None:
    for _ in range(14):
        session.edit("Add hidden layer", edits.add_hidden_layer)
    assert not named(builder, QPushButton, "Add hidden layer").isEnabled()
    assert len(builder.findChildren(WholeBox)) == 16
    qtbot.waitUntil(lambda: builder._list.height() > builder._scroll.viewport().height())
    assert summary(session.document.network).startswith("2–4–2–2–…–2–2–1 · ")


def test_a_narrow_list_leaves_out_what_has_another_way(builder: BuilderPanel) -> None:
    up = named(builder, QPushButton, "Move hidden layer 2 up")
    assert up.isVisible()
    builder.resize(190, 260)
    assert not up.isVisible()
    row = builder._rows[0]
    right = max(child.geometry().right() for child in row.findChildren(QWidget) if child.isVisibleTo(row))
    assert right <= row.width()


@pytest.mark.parametrize(
    ("source", "onto", "order"), [(0, 2, (5, 6, 4)), (2, 0, (6, 4, 5)), (0, 1, (5, 4, 6)), (1, 1, None)]
)
def test_a_layer_is_dragged_by_its_handle_to_another_place(
    session: Session, builder: BuilderPanel, source: int, onto: int, order: tuple[int, ...] | None
) -> None:
    session.edit("Add", edits.add_hidden_layer)
    for layer, width in enumerate((4, 5, 6)):
        session.edit("Widen", lambda d, layer=layer, width=width: edits.set_width(d, layer, width))
    builder.resize(400, 400)
    builder.show()
    QTest.qWait(1)
    grips = [named(builder, QToolButton, f"Drag hidden layer {number}") for number in (1, 2, 3)]
    before, grip = session.document, grips[source]
    below = 1 if onto > source else -1 if onto < source else 0
    end = grip.mapFromGlobal(grips[onto].mapToGlobal(grips[onto].rect().center())) + QPoint(0, 6 * below)
    QTest.mousePress(grip, Qt.MouseButton.LeftButton)
    move = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(end), QPointF(grip.mapToGlobal(end)),
        Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(grip, move)
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=end)
    if order is None:
        assert session.document is before
        return
    assert tuple(layer.width for layer in session.document.network.hidden) == order
    assert session.undo_text == "Move hidden layer"
    session.undo()
    assert session.document.network == before.network
    assert (session.document.state.theta == before.state.theta).all()
