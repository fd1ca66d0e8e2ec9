"""Export from the File menu: where, in which format, and whether the optimizer goes along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

import mlpviz
from mlpviz.document import edits
from mlpviz.document.locking import set_locked
from mlpviz.files import project
from mlpviz.nn.locks import Lock
from mlpviz.views.dialogs import Dialogs
from mlpviz.views.export_dialog import OPTIMIZER_TIP, Export, ExportDialog
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow
from tests.views.finding import named
from tests.views.shell import action, answers


@pytest.fixture
def make(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Callable[[Callable[[str], str]], ExportDialog]:
    """Makes the dialogue for untitled.safetensors in an empty folder."""

    def made(problem: Callable[[str], str]) -> ExportDialog:
        dialog = ExportDialog(None, tmp_path / "untitled.safetensors", problem)
        qtbot.addWidget(dialog)
        return dialog

    return made


Make = Callable[[Callable[[str], str]], ExportDialog]


def only_torch(suffix: str) -> str:
    return "" if suffix == "_torch.py" else "Only _torch.py takes it."


def choose(dialog: ExportDialog, suffix: str, dtype: str = "float64") -> None:
    """Take a format as a user does."""
    combo = dialog.findChild(QComboBox, "fileTypeCombo")
    words = next(words for words in dialog.nameFilters() if words.endswith(f"{dtype} (*{suffix})"))
    place = combo.findText(words)
    combo.setCurrentIndex(place)
    combo.activated.emit(place)
    combo.textActivated.emit(words)


def name_edit(dialog: ExportDialog) -> QLineEdit:
    found = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(found, QLineEdit)
    return found


def test_the_optimizer_can_be_chosen_where_the_format_takes_it(make: Make) -> None:
    dialog = make(only_torch)
    box = named(dialog, QCheckBox, "With optimizer")
    assert (box.isEnabled(), box.toolTip()) == (False, "Only _torch.py takes it.")
    choose(dialog, "_torch.py")
    assert (box.isEnabled(), box.isChecked(), box.toolTip()) == (True, False, OPTIMIZER_TIP)
    box.click()
    assert dialog.chosen().optimizer
    choose(dialog, ".onnx")
    assert (box.isEnabled(), box.isChecked()) == (False, False)
    assert not dialog.chosen().optimizer
    name_edit(dialog).setText("net_torch.py")  # the name decides, as it does for the file
    assert (box.isEnabled(), box.isChecked()) == (True, True)


@pytest.mark.parametrize("before", [".safetensors", "_torch.py", ".csv.zip", ".json"])
@pytest.mark.parametrize("suffix", ["_torch.py", "_numpy.py", ".onnx", ".csv.zip"])
def test_the_name_follows_the_format(make: Make, tmp_path: Path, before: str, suffix: str) -> None:
    dialog = make(only_torch)
    for each in (before, suffix, suffix):
        choose(dialog, each, "float32")
    assert name_edit(dialog).text() == f"untitled{suffix}"
    assert dialog.chosen() == Export(tmp_path / f"untitled{suffix}", "float32", False)


@pytest.mark.parametrize(
    ("name", "filter_of", "expected"),
    [
        ("net", "_torch.py", "net_torch.py"),
        ("net.py", "_numpy.py", "net_numpy.py"),
        ("net.json", ".onnx", "net.json"),
        ("net", ".csv.zip", "net.csv.zip"),
        ("net.v2", ".onnx", "net.v2.onnx"),
    ],
)
def test_an_export_has_the_suffix_that_was_chosen(
    theme: Theme, qtbot: QtBot, tmp_path: Path, name: str, filter_of: str, expected: str
) -> None:
    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExportDialog)
        choose(dialog, filter_of, "float32")
        name_edit(dialog).setText(name)
        dialog.accept()

    parent = QWidget()
    qtbot.addWidget(parent)
    QTimer.singleShot(0, answer)
    found = Dialogs(parent).export_path(tmp_path / "untitled.safetensors", only_torch)
    assert found == Export(tmp_path / expected, "float32", False)


def test_the_question_whether_to_replace_a_file_is_about_the_whole_name(make: Make, tmp_path: Path) -> None:
    asked: list[str] = []

    def refuse() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()

    (tmp_path / "net_torch.py").write_text("# mine")
    dialog = make(only_torch)
    dialog.show()
    choose(dialog, "_torch.py")
    name_edit(dialog).setText("net")
    QTimer.singleShot(0, refuse)
    dialog.accept()
    assert dialog.isVisible()
    assert len(asked) == 1
    assert "net_torch.py" in asked[0]


def test_a_folder_that_is_typed_is_gone_into(make: Make, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    dialog = make(only_torch)
    dialog.show()
    name_edit(dialog).setText("folder")
    dialog.accept()
    assert dialog.isVisible()
    assert dialog.directory().absolutePath() == str(tmp_path / "folder")


def test_the_script_is_that_of_the_command_line(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    session = window.session
    session.edit("Adam", lambda d: edits.set_training(d, optimizer="adam"))
    session.train()
    qtbot.waitUntil(lambda: session.live.step > 20)
    answers(window).path, answers(window).optimizer = tmp_path / "a_torch.py", True
    action(window, "Export weights…").trigger()
    assert session.job == "train"  # it goes on
    session.pause()
    answers(window).path = tmp_path / "b_torch.py"
    action(window, "Export weights…").trigger()
    assert window.note.text() == "Weights and optimizer written to b_torch.py."
    project.save(session.document, tmp_path / "c.mlpviz")
    mlpviz.load(tmp_path / "c.mlpviz").save(tmp_path / "d_torch.py", dtype="float32", optimizer=True)
    assert (tmp_path / "b_torch.py").read_bytes() == (tmp_path / "d_torch.py").read_bytes()
    first = (tmp_path / "a_torch.py").read_text()
    assert "torch.optim.Adam(" in first
    assert '"exp_avg_sq"' in first
    answers(window).optimizer = False
    action(window, "Export weights…").trigger()
    assert "torch.optim" not in (tmp_path / "b_torch.py").read_text()


@pytest.mark.parametrize(
    ("suffix", "training", "words"),
    [
        (".npz", {}, "Only _torch.py takes the optimizer along; choose that type of file."),
        ("_torch.py", {}, ""),
        ("_torch.py", {"dropout": 0.5}, "Dropout draws other units"),
        ("_torch.py", {"optimizer": "lbfgs"}, "What L-BFGS remembers cannot be handed to PyTorch"),
    ],
)
def test_why_the_optimizer_cannot_go_along(
    window: MainWindow, suffix: str, training: dict[str, object], words: str
) -> None:
    window.session.edit("Training", lambda d: edits.set_training(d, **training))
    assert window.session.storage.optimizer_problem(suffix).startswith(words)
    assert bool(window.session.storage.optimizer_problem(suffix)) == bool(words)


def test_locks_cannot_go_along(window: MainWindow, tmp_path: Path) -> None:
    window.session.edit("Lock", lambda d: set_locked(d, [Lock(0)], True))
    assert "unlock them" in window.session.storage.optimizer_problem("_torch.py")
    answers(window).path, answers(window).optimizer = tmp_path / "a_torch.py", True
    action(window, "Export weights…").trigger()
    assert "no locked weights" in answers(window).told[-1][1]
    assert not (tmp_path / "a_torch.py").exists()
