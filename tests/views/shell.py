"""What the tests of the window share: answers in place of dialogues, and ways to look at the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtGui import QAction
from pytestqt.qtbot import QtBot

from mlpviz.files.recovery import Offer
from mlpviz.views.export_dialog import Export
from mlpviz.views.readouts import ValueLabel
from mlpviz.views.window import MainWindow
from tests.views.finding import named


class Answers:
    """Stands in for the dialogues: gives prepared answers, and notes what was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.asked: list[str] = []
        self.path: Path | None = None
        self.decision = "discard"
        self.column = 0
        self.word: str | None = "relu"
        self.offered = "recover"
        self.optimizer = False

    def problem(self, title: str, sentence: str) -> None:
        self.told.append((title, sentence))

    def unsaved(self, name: str) -> str:
        self.asked.append(name)
        return self.decision

    def recover(self, offer: Offer) -> str:
        return self.offered

    def open_path(self, folder: Path) -> Path | None:
        return self.path

    data_path = function_path = picture_path = weights_path = save_path = open_path

    def export_path(self, start: Path, problem: Callable[[str], str]) -> Export | None:
        return None if self.path is None else Export(self.path, "float32", self.optimizer)

    def target(self, columns: list[str]) -> int | None:
        return self.column

    def activation(self, sentence: str) -> str | None:
        return self.word

    def about(self, text: str) -> None:
        self.told.append(("about", text))

    def shortcuts(self, rows: list[tuple[str, str]]) -> None:
        self.told += rows


def answers(window: MainWindow) -> Answers:
    assert isinstance(window.dialogs, Answers)
    return window.dialogs


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.pictures.idle)


def action(window: MainWindow, text: str) -> QAction:
    found = [a for a in window.findChildren(QAction) if a.text().split("\t")[0] == text]
    assert len(found) == 1, [a.text() for a in window.findChildren(QAction)]
    return found[0]


def value(window: MainWindow, name: str) -> str:
    return named(window, ValueLabel, name).text()
