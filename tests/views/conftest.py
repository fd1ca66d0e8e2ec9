"""What the view tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mlpviz.session import Session
from mlpviz.views.kit.style import dress
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow
from tests.views.shell import Answers, answers, settle


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """A light theme, the application dressed in it."""
    theme = Theme()
    dress(qapp, theme)
    return theme


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session in a fresh state folder."""
    monkeypatch.setenv("MLPVIZ_STATE_DIR", str(tmp_path))
    session = Session()
    yield session
    session.close()


@pytest.fixture
def window(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window in a fresh state folder, with `Answers` for dialogues."""
    monkeypatch.setenv("MLPVIZ_STATE_DIR", str(tmp_path / "state"))
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("theme", "light")
    window = MainWindow(Session(), theme, settings, Answers())  # type: ignore[arg-type]
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    settle(window, qtbot)
    yield window
    answers(window).decision = "discard"
    window.close()
    window.deleteLater()
