"""Notes, menus and dialogues: words that are told, and where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PyQt6.QtCore import QPoint, QPointF
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.session.training import AT_REST
from mlpviz.views.dialogs import Dialogs
from mlpviz.views.kit.activation_combo import START, activation_preview
from mlpviz.views.kit.formula_dialog import FormulaDialog
from mlpviz.views.kit.mathline import MathChip
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.diagram_painting import tile_rect
from mlpviz.views.lab.page import LabPage
from mlpviz.views.menus import KEYS
from mlpviz.views.window import MainWindow
from tests.views.finding import named
from tests.views.shell import settle


def lab(window: MainWindow) -> LabPage:
    return cast(LabPage, window.page(0))


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800), (1920, 1080)])
def test_a_note_covers_no_plot(window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    settle(window, qtbot)
    window.note.tell("Stopped early: no better validation loss for 10 epochs; back at the weights of epoch 82.")
    centre = window.note.parentWidget()
    for card in (lab(window).representation, lab(window).loss, lab(window).output, lab(window).diagram):
        place = card.rect().translated(card.mapTo(centre, QPoint(0, 0)))
        assert not place.intersects(window.note.geometry()), card.accessibleName()
    label = window.note._label
    assert label.heightForWidth(label.width()) <= label.height()
    window.show_page(1)
    window.note.tell("A sentence.")
    assert centre is not None
    assert centre.rect().contains(window.note.geometry())


def test_imported_weights_are_confirmed(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    window.session.storage.export_weights(path)
    window.session.edit("Widen", lambda d: edits.set_width(d, 0, 7))
    window.session.storage.import_weights(path)
    assert window.note.text() == "Weights taken from net.safetensors."
    assert window.note.isVisible()


def test_a_rate_of_zero_is_told(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.edit("Set", lambda d: edits.set_training(d, schedule="cosine", schedule_period=3))
    session.train()
    qtbot.waitUntil(lambda: session.live.epoch > 5, timeout=10_000)
    session.pause()
    assert window.note.text() == AT_REST


def test_the_units_tip_goes_when_its_menu_comes(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = lab(window).diagram.diagram
    monkeypatch.setattr(QMenu, "popup", lambda self, place: None)
    centre = tile_rect(diagram.arrangement(), (0, 1)).center()
    diagram.point_at(QPointF(centre))
    assert diagram.tip.isVisible()
    at = centre.toPoint()
    diagram.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, diagram.mapToGlobal(at)))
    assert not diagram.tip.isVisible()


def test_own_features_keep_their_pill_until_removed(window: MainWindow) -> None:
    session = window.session
    session.look(more=("data",))
    session.edit("Own", lambda d: edits.set_features(d, ("x1", "x2", "x1^3")))
    chips = lab(window).data.more.features
    chip = chips._chips["x1^3"]
    chip.setFocus()
    chip.click()
    assert session.document.network.features in ((), ("x1", "x2"))
    assert chips._chips["x1^3"] is chip
    assert chip.isVisible()
    assert chip.hasFocus()
    chip.click()
    assert session.document.network.features == ("x1", "x2", "x1^3")
    [remove] = chip.actions()
    remove.trigger()
    assert "x1^3" not in chips._chips
    assert "x1^3" not in session.document.network.features
    assert named(window, MathChip, "Own feature").isVisible()


def test_a_formula_is_selected_and_its_curves_have_names(theme: Theme, qtbot: QtBot) -> None:
    dialog = FormulaDialog(theme, "Own", "f(t):", START, activation_preview, lambda text: None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.editor.selectedText() == START
    assert dialog.legend.isVisible()
    assert "f′" in dialog.legend.accessibleName()
    dialog.editor.setText("t +")
    assert not dialog.ok.isEnabled()


def test_keys_stand_in_columns_and_buttons_have_mnemonics(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    texts: list[str] = []

    def answer(box: QMessageBox) -> int:
        texts.extend(button.text() for button in box.buttons())
        return int(QMessageBox.StandardButton.Cancel)

    monkeypatch.setattr(QMessageBox, "exec", answer)
    dialogs = Dialogs(window)
    assert dialogs.unsaved("net.mlpviz") == "cancel"
    assert set(texts) == {"&Save", "&Discard", "&Cancel"}
    dialogs.shortcuts(KEYS)
    [box] = [box for box in window.findChildren(QMessageBox) if box.windowTitle() == "Keys"]
    assert box.informativeText().count("<tr>") == len(KEYS)
    assert "Train or pause" in box.informativeText()
    box.close()
