"""More…: closed at first, remembered by the document, and the panels scroll when it is open."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PyQt6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.presets import PRESETS
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.page import LabPage
from mlpviz.views.window import MainWindow
from tests.views.finding import named
from tests.views.shell import settle
from tests.views.test_shell_geometry import cut_off

NAMES = {"data": "More data settings", "training": "More training settings"}


def lab(window: MainWindow) -> LabPage:
    return cast(LabPage, window.page(0))


def panels(window: MainWindow) -> QScrollArea:
    return lab(window)._panels


def scrolls(area: QScrollArea) -> bool:
    bar = area.verticalScrollBar()
    return bar is not None and bar.isVisible() and bar.maximum() > 0


@pytest.mark.parametrize("key", NAMES)
def test_more_opens_and_closes_and_is_no_edit(window: MainWindow, key: str) -> None:
    button = named(window, QPushButton, NAMES[key])
    panel = lab(window).data if key == "data" else lab(window).training
    assert not panel.disclosure.isVisible()
    assert button.text() == "More…"
    button.click()
    assert panel.disclosure.isVisible()
    assert button.text() == "Less"
    assert window.session.document.view.more == (key,)
    assert window.session.undo_text is None
    button.click()
    assert not panel.disclosure.isVisible()
    assert window.session.document.view.more == ()


def test_a_document_remembers_what_was_open(window: MainWindow, tmp_path: Path) -> None:
    session = window.session
    for name in NAMES.values():
        named(window, QPushButton, name).click()
    session.storage.save(tmp_path / "open.mlpviz")
    session.edit("Preset", PRESETS["spiral"].apply)
    assert lab(window).training.disclosure.isVisible()
    session.replace_document(edits.new_document())
    assert not lab(window).training.disclosure.isVisible()
    assert named(window, QPushButton, NAMES["data"]).text() == "More…"
    session.storage.open(tmp_path / "open.mlpviz")
    assert lab(window).data.disclosure.isVisible()
    assert named(window, QPushButton, NAMES["training"]).isChecked()


@pytest.mark.parametrize("name", ["circle", "xor", "gaussians", "iris", "plane", "function"])
def test_closed_at_1280_by_800_nothing_scrolls(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.session.edit("Data", lambda d: edits.set_data(d, name=name))
    window.resize(1280, 800)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (1280, 800))
    qtbot.waitUntil(lambda: not scrolls(panels(window)) and not cut_off(window))
    assert not scrolls(panels(window))


@pytest.mark.parametrize("dark", [False, True])
def test_open_at_1024_by_700_everything_is_in_reach(window: MainWindow, theme: Theme, qtbot: QtBot, dark: bool) -> None:
    theme.set(dark=dark)
    window.session.edit("Schedule", lambda d: edits.set_training(d, schedule="step"))
    window.resize(1024, 700)
    for name in NAMES.values():
        named(window, QPushButton, name).click()
    qtbot.waitUntil(lambda: scrolls(panels(window)) and not cut_off(window))
    area = panels(window)
    assert not lab(window)._scroll.verticalScrollBar().isVisible()  # type: ignore[union-attr]
    column = area.widget()
    assert column is not None
    assert column.width() <= area.viewport().width()  # type: ignore[union-attr]
    for kind in (QComboBox, QAbstractSpinBox, QAbstractButton):
        for widget in column.findChildren(kind):
            if widget.isVisible() and not isinstance(widget.parent(), (QComboBox, QAbstractSpinBox)):
                area.ensureWidgetVisible(widget)
                port = cast(QWidget, area.viewport())
                place = widget.rect().translated(widget.mapTo(column, widget.rect().topLeft()))
                assert port.rect().translated(column.pos() * -1).contains(place), widget.accessibleName()


def test_closing_gives_the_room_back(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, 800)
    settle(window, qtbot)
    width = panels(window).width()
    button = named(window, QPushButton, NAMES["training"])
    button.click()
    qtbot.waitUntil(lambda: scrolls(panels(window)) and panels(window).width() > width)
    button.click()
    qtbot.waitUntil(lambda: not scrolls(panels(window)) and panels(window).width() == width)
    assert lab(window).sizes() == []


def test_settings_out_of_sight_are_marked_and_named(window: MainWindow, qtbot: QtBot) -> None:
    data, training = (named(window, QPushButton, NAMES[key]) for key in ("data", "training"))
    session = window.session
    session.edit("Set", lambda d: edits.set_training(d, dropout=0.25, schedule="step"))
    assert training.text() == "More… •2"
    assert "In force: schedule step, dropout 0.25." in training.toolTip()
    assert "dropout" in training.accessibleDescription()
    assert data.text() == "More…"
    session.edit("Set", lambda d: edits.set_data(d, validation=0.2))
    session.edit("Set", lambda d: edits.set_standardise(d, True))
    assert data.text() == "More… •2"
    assert "validation 20\u202f%, standardised" in data.toolTip()
    qtbot.waitUntil(lambda: data.width() >= data.sizeHint().width())
    training.click()
    assert training.text() == "Less"
    training.click()
    for _ in range(3):
        session.undo()
    assert (training.text(), data.text()) == ("More…", "More…")
    assert "In force" not in training.toolTip()
