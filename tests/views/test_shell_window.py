"""The window: pages, tools, menus, files, keys, notices, geometry."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QAction, QDropEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.errors import UserError
from mlpviz.files import weights
from mlpviz.files.recovery import Offer, Recovery
from mlpviz.views.dialogs import Dialogs
from mlpviz.views.file_actions import columns_of
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow
from tests.views.finding import named
from tests.views.shell import action, answers, settle, value

# ---- names


def interactive(window: MainWindow) -> list[QWidget]:
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QAbstractSlider, QLineEdit, QTabBar)
    return [
        w
        for w in window.findChildren(QWidget)
        if isinstance(w, kinds)
        and not isinstance(w, QScrollBar)
        and not isinstance(w.parent(), (QAbstractSpinBox, QComboBox, QTabBar))
        and not w.objectName().startswith("qt_")
    ]


def test_every_control_has_a_name_of_its_own_and_explains_itself(window: MainWindow, qtbot: QtBot) -> None:
    window.page(1)
    for index in range(3):
        window.page(0).tables.show_page(index)  # type: ignore[attr-defined]
    controls = [w for w in interactive(window) if type(w).__name__ != "QTableCornerButton"]
    names = Counter(w.accessibleName() or getattr(w, "text", str)() for w in controls if type(w) is not QAbstractButton)
    assert [name for name, count in names.items() if count > 1] == []
    assert "" not in names
    explained = [w for w in controls if not isinstance(w, QTabBar) and type(w) is not QAbstractButton]
    assert [w.accessibleName() for w in explained if not w.toolTip()] == []


def test_the_names_that_scripts_rely_on(window: MainWindow) -> None:
    names = {w.accessibleName() for w in window.findChildren(QWidget)}
    assert {
        "Train", "Step", "Reset", "Add hidden layer", "Remove hidden layer", "Width of hidden layer 1",
        "Activation of hidden layer 2", "Data set", "Loss", "Optimizer", "Batch size", "Learning rate", "Noise",
        "Training ratio", "Seed", "Loss curve", "Decision surface", "Representation", "Network diagram", "Epoch",
        "Training loss", "Test loss", "Test accuracy",
    } <= names  # fmt: skip
    bar = window.toolbar.tabs.bar
    assert [bar.accessibleTabName(i) for i in range(bar.count())] == ["Lab", "Universality"]
    menus = [a.text() for a in window.menuBar().actions()]
    assert menus == ["File", "Edit", "Network", "Run", "View", "Help"]


def test_every_key_is_used_once(window: MainWindow) -> None:
    keys = [key.toString() for a in window.findChildren(QAction) for key in a.shortcuts()]
    assert {"Ctrl+R", "Ctrl+E", "Ctrl+Z", "Ctrl+Shift+Z", "F1"} <= set(keys)
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_the_run_menu_begins_nothing_on_a_page_out_of_sight(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session

    def usable() -> list[str]:
        menu = next(a.menu() for a in window.menuBar().actions() if a.text() == "Run")
        return [a.text().partition("\t")[0] for a in menu.actions() if a.isEnabled() and not a.isSeparator()]

    trains = ["Train until paused", "One step", "One epoch", "Reset training"]
    assert usable() == trains
    session.train()
    window.show_page(1)
    assert usable() == ["Pause", "Sweep"]
    session.pause()
    assert usable() == ["Sweep"]
    session.toggle_sweep()
    assert usable() == ["Pause the sweep", "Cancel the sweep"]
    window.show_page(0)
    assert usable() == [*trains, "Pause the sweep", "Cancel the sweep"]
    window.show_page(1)
    tools = window.page(1).toolbar_widget()
    tools.cancel.setFocus()
    qtbot.mouseClick(tools.cancel, Qt.MouseButton.LeftButton)
    assert tools.sweep.hasFocus()  # the other one has gone grey
    assert usable() == ["Sweep"]
    session.look(inputs=2)
    assert usable() == []


# ---- training


def test_train_pauses_and_counts(window: MainWindow, qtbot: QtBot) -> None:
    train = window.toolbar.buttons.train
    before = float(value(window, "Training loss"))
    qtbot.mouseClick(train, Qt.MouseButton.LeftButton)
    assert train.isChecked()
    assert (train.text(), train.accessibleName()) == ("Pause", "Train")
    qtbot.waitUntil(lambda: int(value(window, "Epoch").replace(",", "")) >= 20)
    qtbot.mouseClick(train, Qt.MouseButton.LeftButton)
    assert train.text() == "Train"
    assert not train.isChecked()
    settle(window, qtbot)
    assert float(value(window, "Training loss")) < before / 2
    assert value(window, "Test accuracy").endswith("%")
    assert action(window, "Undo train").isEnabled()
    qtbot.mouseClick(window.toolbar.buttons.reset, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert float(value(window, "Training loss")) == before
    assert value(window, "Epoch") == "0"


def test_space_trains_and_period_steps_unless_the_control_uses_them(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Space)
    assert session.job == "train"
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Space)
    assert session.job is None
    step = session.live.step
    QTest.keyClick(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: session.job is None and session.live.step == step + 1)
    shuffle = next(box for box in window.findChildren(QCheckBox) if box.text() == "shuffle")
    shuffle.setFocus()
    QTest.keyClick(shuffle, Qt.Key.Key_Space)
    assert session.job is None
    assert not shuffle.isChecked()
    seed = named(window, QAbstractSpinBox, "Learning rate")
    seed.setFocus()
    QTest.keyClick(seed, Qt.Key.Key_Period)
    assert session.live.step == step + 1


def test_xor_has_no_test_figures(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "The lecture's XOR network").trigger()
    settle(window, qtbot)
    assert value(window, "Test loss") == value(window, "Test accuracy") == "–"
    assert value(window, "Training accuracy").startswith("100.0")


def test_a_typed_weight_changes_the_figures(window: MainWindow, qtbot: QtBot) -> None:
    before = value(window, "Training loss")
    window.session.edit("Weight", lambda d: edits.set_parameter(d, 2, 0, 0, 9.0))
    settle(window, qtbot)
    assert value(window, "Training loss") != before


def test_speed_reaches_the_session(window: MainWindow) -> None:
    slider = window.toolbar.speed.slider
    slider.setValue(0)
    assert window.session.steps_per_frame == 1
    slider.setValue(slider.maximum())
    assert window.session.steps_per_frame is None


def test_divergence_is_told_and_mended(window: MainWindow, qtbot: QtBot) -> None:
    def wild(document: object) -> edits.Edited:
        return edits.set_training(edits.set_loss(document, "squared").document, learning_rate=1000.0)  # type: ignore[arg-type]

    top = window.page(0).y()
    window.session.edit("Wild", wild)
    window.session.train()
    qtbot.waitUntil(lambda: window.session.job is None, timeout=10_000)
    assert window.strip.isVisible()
    assert window.strip.text().startswith("Diverged at step ")
    assert window.page(0).y() == top, "no card moves"
    named(window, QPushButton, "Halve η and start again").click()
    assert not window.strip.isVisible()
    assert window.session.document.training.learning_rate == 500
    assert window.session.job == "train", "it starts again, as its words say"
    window.session.pause()


# ---- menus and pages


def test_undo_names_what_it_takes_back(window: MainWindow) -> None:
    assert not window.menus.undo.isEnabled()
    action(window, "Add a hidden layer").trigger()
    assert window.menus.undo.text() == "Undo add hidden layer"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(window.session.document.network.hidden) == 2
    assert window.menus.redo.text() == "Redo add hidden layer"
    window.menus.redo.trigger()
    assert len(window.session.document.network.hidden) == 3


def test_pages_bring_their_own_tools(window: MainWindow) -> None:
    window.toolbar.tabs.bar.setCurrentIndex(1)
    assert window.session.document.view.workspace == "universality"
    assert named(window, QPushButton, "Sweep").isVisible()
    assert not window.toolbar.buttons.isVisible()
    assert not window.toolbar.readouts.isVisible()
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.toolbar.buttons.isVisible()
    assert window.toolbar.readouts.isVisible()


def test_help(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert ("Space", "Train or pause") in answers(window).told
    action(window, "About mlpviz").trigger()
    assert "GNU General Public License" in answers(window).told[-1][1]


def test_theme_and_text_size_are_remembered(window: MainWindow, theme: Theme) -> None:
    window.toolbar.theme_button.click()
    assert theme.dark
    assert action(window, "Dark").isChecked()
    action(window, "Larger text").trigger()
    assert theme.scale == 1.5
    action(window, "Normal text").trigger()
    assert window._settings.value("theme") == "dark"


def test_notes_pass(window: MainWindow) -> None:
    window.session.noted.emit("47 parameters drawn anew.")
    assert window.note.isVisible()
    assert window.note.text() == "47 parameters drawn anew."
    assert window.centralWidget().rect().contains(window.note.geometry())
    named(window, QPushButton, "Dismiss note").click()
    assert not window.note.isVisible()
    window.show_page(1)
    for inputs in (1, 2):
        window.session.look(inputs=inputs)
        workspace = window.page(1)
        page = workspace.line if inputs == 1 else workspace.plane  # type: ignore[attr-defined]
        window.session.noted.emit("Every width is trained.")
        note, slider = window.note.geometry(), page.widths.slider
        assert not note.intersects(slider.rect().translated(slider.mapTo(window.centralWidget(), QPoint(0, 0))))
        for tile in page.widths.tiles:
            covered = note.intersected(tile.rect().translated(tile.mapTo(window.centralWidget(), QPoint(0, 0))))
            assert covered.height() < 0.2 * tile.height()


# ---- files


def test_save_open_and_recent(window: MainWindow, tmp_path: Path) -> None:
    assert window.windowTitle() == "untitled.mlpviz – mlpviz"
    action(window, "Add a hidden layer").trigger()
    assert "— edited" in window.windowTitle()
    answers(window).path = tmp_path / "net.mlpviz"
    action(window, "Save").trigger()
    assert window.windowTitle() == "net.mlpviz – mlpviz"
    action(window, "New").trigger()
    assert len(window.session.document.network.hidden) == 2
    assert window.files.recent() == [tmp_path / "net.mlpviz"]
    menu = next(m for m in window.findChildren(QMenu) if m.title() == "File")
    recent = next(m for m in window.findChildren(QMenu) if m.title() == "Open recent")
    assert not recent.isEnabled()
    menu.aboutToShow.emit()
    assert recent.isEnabled()
    assert [a.text() for a in recent.actions()] == ["net.mlpviz"]
    action(window, "Open…").trigger()
    assert len(window.session.document.network.hidden) == 3
    assert answers(window).asked == []


def test_unsaved_changes_are_asked_about(window: MainWindow, tmp_path: Path) -> None:
    action(window, "Add a hidden layer").trigger()
    answers(window).decision = "cancel"
    action(window, "New").trigger()
    assert len(window.session.document.network.hidden) == 3
    assert not window.close()
    assert window.isVisible()
    answers(window).decision, answers(window).path = "save", tmp_path / "kept.mlpviz"
    action(window, "New").trigger()
    assert (tmp_path / "kept.mlpviz").is_file()
    assert len(window.session.document.network.hidden) == 2
    assert len(answers(window).asked) == 3


def test_what_cannot_be_opened_is_told_in_a_sentence(window: MainWindow, tmp_path: Path) -> None:
    bad = tmp_path / "bad.mlpviz"
    bad.write_bytes(b"no zip")
    answers(window).path = bad
    document = window.session.document
    action(window, "Open…").trigger()
    (title, sentence), = answers(window).told  # fmt: skip
    assert title == "Open"
    assert "bad.mlpviz" in sentence
    assert window.session.document is document
    answers(window).path = tmp_path / "weights.json"
    action(window, "Save as…").trigger()
    assert "must end in .mlpviz" in answers(window).told[-1][1]


def test_data_weights_and_exports(window: MainWindow, tmp_path: Path) -> None:
    table = tmp_path / "flowers.csv"
    table.write_text("kind,a,b\nx,1,2\ny,3,4\nx,2,2\ny,5,1\n")
    answers(window).path = table
    action(window, "Import data…").trigger()
    data = window.session.document.data
    assert data.name == "table"
    assert data.table is not None
    assert data.table.input_names == ("a", "b")
    assert named(window, QComboBox, "Data set").currentText() == "flowers.csv"
    answers(window).path = tmp_path / "net.npz"
    action(window, "Export weights…").trigger()
    read = weights.read(tmp_path / "net.npz")
    assert np.allclose(read.theta, window.session.live.theta, rtol=1e-6)
    window.session.edit("Weight", lambda d: edits.set_parameter(d, 0, 0, 0, 9.0))
    action(window, "Import weights…").trigger()
    assert np.array_equal(window.session.live.theta, read.theta)


def test_a_file_without_words_is_asked_its_activation(window: MainWindow, tmp_path: Path) -> None:
    bare = tmp_path / "bare.npz"
    np.savez(
        bare, **{"0.weight": np.ones((3, 2)), "0.bias": np.ones(3), "2.weight": np.ones((1, 3)), "2.bias": np.ones(1)}
    )
    answers(window).path = bare
    action(window, "Import weights…").trigger()
    assert [layer.activation for layer in window.session.document.network.hidden] == ["relu"]


def test_columns_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("u,v,w\n1,2,3\n4,5,6\n")
    (tmp_path / "b.csv").write_text("1,2\n4,5\n")
    assert columns_of(tmp_path / "a.csv") == ["u", "v", "w"]
    assert columns_of(tmp_path / "b.csv") == ["1", "2"]
    assert columns_of(tmp_path / "missing.csv") == []
    assert columns_of(tmp_path / "c.npz") == []
    (tmp_path / "e.csv").write_text("")
    with pytest.raises(UserError):
        columns_of(tmp_path / "e.csv")


def test_files_can_be_dropped(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n5,7\n2,2\n")
    for name in ("t.csv", "t.txt"):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        none = Qt.KeyboardModifier.NoModifier
        window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))
    assert window.session.document.data.name == "table"
    assert "t.txt is neither" in answers(window).told[-1][1]
    network = window.session.live.network
    weights.write(tmp_path / "n.csv.zip", network, np.full(network.size, 0.5))
    window.files.take(tmp_path / "n.csv.zip")
    assert set(window.session.live.theta) == {0.5}


def test_only_what_can_be_read_is_offered_for_import(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    seen: list[str] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *words: seen.extend(words[1:]) or ("", ""))
    assert Dialogs(QWidget()).weights_path(Path()) is None
    assert seen[-1] == "Weights (*.safetensors *.npz *.json *.onnx *.csv.zip)"


def test_what_a_crash_left_is_offered(window: MainWindow, tmp_path: Path) -> None:
    left = Recovery(tmp_path / "state" / "recovery")
    left.write(edits.add_hidden_layer(edits.new_document()).document, None)
    offer = Offer(left._file(left._name, "mlpviz"), None, 0.0)
    window.session.storage.offers = lambda: [offer]  # type: ignore[method-assign]
    window.open_first(None)
    assert len(window.session.document.network.hidden) == 3
    assert "— edited" in window.windowTitle()
    left.discard()
