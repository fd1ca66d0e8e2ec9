"""Nothing in the window overlaps or is cut off, at any size, text size and theme."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QSplitter,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mlpviz.document.history import COLUMNS
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import Arranged, MainWindow
from tests.views.shell import action, settle


def cut_off(window: MainWindow) -> list[str]:
    """Labels and controls in sight that have less room than they need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, (QLabel, QAbstractButton, QComboBox, QAbstractSpinBox)):
            continue
        if type(widget).__name__ in ("ElidedLabel", "QAbstractButton") or isinstance(widget.parent(), QTabBar):
            continue
        least = widget.minimumSizeHint()
        name = widget.accessibleName() or getattr(widget, "text", str)()
        if (
            isinstance(widget, QLabel)
            and widget.maximumWidth() > 0
            and not widget.wordWrap()
            and widget.width() < least.width() - 1
        ):
            found.append(f"{name}: {widget.width()} < {least.width()} wide")
        if widget.height() < min(least.height(), 16):
            found.append(f"{name}: {widget.height()} < {least.height()} high")
        parent = widget.parentWidget()
        if parent is None or parent.objectName() == "qt_scrollarea_viewport":
            continue
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            found.append(f"{name}: sticks out of its {type(parent).__name__}")
    return found


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1024, 700), (1280, 800), (1920, 1080)])
def test_nothing_overlaps_or_is_cut_off(
    window: MainWindow, theme: Theme, qtbot: QtBot, size: tuple[int, int], scale: float, dark: bool
) -> None:
    theme.set(dark=dark, scale=scale)
    window.resize(*size)
    settle(window, qtbot)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    lab = window.page(0)
    cards = [lab.data, lab.training, lab.diagram, lab.representation, lab.tables, lab.output, lab.loss]  # type: ignore[attr-defined]

    def overlapping() -> bool:
        places = [card.rect().translated(card.mapTo(window, card.rect().topLeft())) for card in cards]
        return any(place.intersects(other) for i, place in enumerate(places) for other in places[:i])

    qtbot.waitUntil(lambda: not overlapping())  # layouts settle in the event loop
    places = [card.rect().translated(card.mapTo(window, card.rect().topLeft())) for card in cards]
    for i, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[:i]), cards[i]
        if scale == 1:
            assert window.rect().contains(place), cards[i]
    if scale == 1 or size[0] >= 1280:
        assert not lab._scroll.horizontalScrollBar().isVisible()  # type: ignore[attr-defined]
    found = cut_off(window)
    for _ in range(100):  # layouts settle in the event loop
        if not (found := cut_off(window)):
            break
        qtbot.wait(20)
    assert found == []


@pytest.mark.parametrize(("index", "splitter"), [(0, "_right"), (1, "line._upper")])
def test_the_layout_is_remembered_and_reset(
    window: MainWindow, theme: Theme, tmp_path: Path, qtbot: QtBot, index: int, splitter: str
) -> None:
    window.show_page(index)
    page = window.page(index)
    assert isinstance(page, Arranged)
    assert page.sizes() == []
    moved: QSplitter = attrgetter(splitter)(page)
    usual = moved.sizes()
    moved.setSizes([usual[0] - 40, usual[1] + 40])
    moved.splitterMoved.emit(usual[0] - 40, 1)
    kept = page.sizes()
    assert moved.sizes() in kept
    window.close()

    again = MainWindow(Session(), theme, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(again)
    again.show_page(index)
    again.resize(window.size())
    again.show()
    restored = again.page(index)
    assert isinstance(restored, Arranged)
    qtbot.waitUntil(lambda: np.allclose(attrgetter(splitter)(restored).sizes(), moved.sizes(), rtol=0.03))
    action(again, "Reset layout").trigger()
    assert restored.sizes() == []
    qtbot.waitUntil(lambda: np.allclose(attrgetter(splitter)(restored).sizes(), usual, atol=2))
    again.session.storage.new()
    again.close()


@pytest.mark.parametrize("kept", ["null", "[1, 2]", '{"a": 1}', "[[1]", "[[1], [2]]"])
def test_a_layout_that_cannot_be_read_is_ignored(theme: Theme, tmp_path: Path, qtbot: QtBot, kept: str) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("splitters/lab", kept)
    window = MainWindow(Session(), theme, settings)
    qtbot.addWidget(window)
    window.show()
    page = window.page(0)
    assert isinstance(page, Arranged)
    assert page.sizes() == []
    window.close()


@pytest.mark.parametrize("width", [1024, 1280])
def test_the_figures_columns_stay_whatever_the_losses_are(window: MainWindow, qtbot: QtBot, width: int) -> None:
    window.resize(width, 800)
    settle(window, qtbot)
    readouts = window.toolbar.readouts

    def columns() -> list[int]:
        QApplication.sendPostedEvents()
        return [block.x() for block in readouts._blocks.values() if block.isVisible()]

    qtbot.wait(30)
    before = columns()
    assert window.toolbar.height() < 60, "one row"
    row = np.full(len(COLUMNS), 0.5)
    for loss in (1e-12, 0.0237, 12.3456, 99.99994, 123.4, 9999.4, 54321.0, 3.2e7, 9.9e99, 6.4e-28, np.nan):
        row[[COLUMNS.index("train_loss"), COLUMNS.index("test_loss")]] = loss
        readouts._show(row)
        qtbot.wait(5)
        assert columns() == before, loss
