"""Room for what is shown: numbers longer than usual, a screen smaller than the window, axes of long runs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QImage
from PyQt6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from mlpviz.document.history import History
from mlpviz.pictures.losses import loss_picture
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow


def test_a_long_run_has_all_its_digits(window: MainWindow, qtbot: QtBot) -> None:
    readouts = window.toolbar.readouts
    for text in ("9,876", "153,766", "99,999,999"):
        readouts.epoch.show_text(text)
        width = QFontMetricsF(readouts.epoch.font()).horizontalAdvance(text)
        qtbot.waitUntil(lambda width=width: readouts.epoch.width() >= width)
        assert readouts.epoch.displayText() == text
    room = readouts.width_needed(True)
    readouts.epoch.show_text("10")
    assert readouts.width_needed(True) == room


def test_a_window_too_large_for_the_screen_takes_all_of_it(window: MainWindow, qtbot: QtBot) -> None:
    screen = window.screen()
    assert screen is not None
    window.hide()
    window.resize(screen.availableSize())
    window.appear()
    assert window.isMaximized()
    window.hide()
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(720, 520)
    window.appear()
    assert not window.isMaximized()


@pytest.mark.parametrize("columns", [160, 256, 400, 900])
@pytest.mark.parametrize("epochs", [9, 700, 153_766, 9_000_000])
def test_the_names_of_epochs_stay_apart(columns: int, epochs: int, theme: Theme) -> None:
    rows = np.array([[0.0, 1, 1, 0.5, 0.5], [epochs, 0.1, 0.1, 1, 1]])
    metrics = QFontMetricsF(theme.font("tick"))
    picture = loss_picture(History(rows), False, columns, 6, metrics.horizontalAdvance("0"))
    spans = [
        QRectF(at / picture.end * columns - metrics.horizontalAdvance(text) / 2, 0, metrics.horizontalAdvance(text), 9)
        for at, text in picture.epoch_ticks
    ]
    assert len(spans) >= 2
    assert not any(a.intersects(b) for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize("dark", [False, True])
def test_the_file_dialogue_shows_its_icons(theme: Theme, qtbot: QtBot, dark: bool) -> None:
    theme.set(dark=dark)
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.show()
    buttons = [b for b in dialog.findChildren(QToolButton) if b.isVisible() and b.isEnabled()]
    assert len(buttons) >= 3
    for button in buttons:
        image = button.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        middle = [image.pixelColor(x, y).lightness() for x in range(6, 22) for y in range(6, 22)]
        assert max(middle) - min(middle) > 60
