"""Room for what is shown: numbers longer than usual, a screen smaller than the window, axes of long runs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QImage, QPaintEvent
from PyQt6.QtWidgets import QFileDialog, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.history import History
from mlpviz.pictures.losses import loss_picture
from mlpviz.views.kit.card import Card
from mlpviz.views.kit.controls import Combo
from mlpviz.views.kit.mathtext import MathLabel
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow
from tests.views.shell import settle


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


@pytest.mark.parametrize("width", [200, 260, 330, 420, 700])
def test_a_title_line_gives_way_in_order(width: int, theme: Theme, qtbot: QtBot) -> None:
    card = Card("Output", theme, symbol=r"\hat{y}(x)", subtitle="PCA plane, 82 %")
    aside = QLabel("a legend's words")
    card.header.addWidget(aside)
    qtbot.addWidget(card)
    card.resize(width, 80)
    card.show()
    qtbot.wait(1)
    title, symbol = card.title_label, card.findChild(MathLabel)
    words = next(label for label in card.findChildren(QLabel) if label.text() == card.subtitle())
    assert title.width() >= title.sizeHint().width()
    assert symbol is not None
    assert symbol.width() in (0, symbol.sizeHint().width())
    if symbol.width():
        assert words.width() >= words.fontMetrics().horizontalAdvance(words.text())
    if words.width() < words.fontMetrics().horizontalAdvance(words.text()):
        assert symbol.width() == 0
    if width != 330:
        assert (symbol.width() > 0) == (width > 330)


def test_a_title_takes_its_room_at_every_size_of_text(theme: Theme, qtbot: QtBot) -> None:
    card = Card("Output", theme, symbol=r"\hat{y}(x)")
    qtbot.addWidget(card)
    card.resize(300, 80)
    card.show()
    usual = card.title_label.minimumWidth()
    theme.set(scale=1.5)
    assert card.title_label.minimumWidth() > usual
    theme.set(scale=1.0)
    assert card.title_label.minimumWidth() == usual


def test_a_long_word_in_a_combo_box_ends_in_dots(theme: Theme, qtbot: QtBot) -> None:
    def picture(word: str) -> QImage:
        combo = Combo("Data set", "", QLabel())
        qtbot.addWidget(combo)
        combo.set_items([("a", word, "")])
        combo.resize(110, 30)
        return combo.grab().toImage()

    word = "a long name of a table.csv"
    shortened = [f"{word[:kept]}…" for kept in range(3, len(word))]
    assert any(picture(word) == picture(text) for text in shortened)


class PaintWatch(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.painted: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if isinstance(a1, QPaintEvent):
            self.painted.append(a1.rect())
        return False


def test_the_headings_follow_the_data(window: MainWindow, qtbot: QtBot) -> None:
    """Whatever was shown before, the diagram paints what a fresh one would, its headings too."""
    session, diagram = window.session, window.page(0).diagram.diagram  # type: ignore[attr-defined]
    window.show()
    session.edit("Choose the drawn function", lambda d: edits.set_data(d, name="function"))
    settle(window, qtbot)
    qtbot.wait(30)
    watch = PaintWatch(diagram)
    session.edit("Choose circle", lambda d: edits.set_data(d, name="circle"))
    qtbot.waitUntil(lambda: any(rect.contains(diagram.rect()) for rect in watch.painted))
    assert watch.painted


def test_a_note_goes_with_what_it_told_of(window: MainWindow) -> None:
    session = window.session
    window.note.tell("4 parameters drawn anew.")
    session.edit("Choose circle", lambda d: edits.set_data(d, name="moons"))
    assert window.note.isHidden()
