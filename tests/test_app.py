"""The composition root: what nobody caught, Qt's messages, the text size remembered."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PyQt6.QtCore import QTimer, QtMsgType
from PyQt6.QtWidgets import QApplication

from mlpviz import app


def test_what_nobody_caught_is_logged_and_shown_once(caplog: pytest.LogCaptureFixture) -> None:
    hook = app.ErrorHook()
    told: list[tuple[str, str]] = []

    def problem(title: str, sentence: str) -> None:
        told.append((title, sentence))
        hook(ValueError, ValueError("again"), None)  # an error while telling of an error

    window: Any = SimpleNamespace(dialogs=SimpleNamespace(problem=problem))
    hook(ValueError, ValueError("before there is a window"), None)
    hook.window = window
    hook(KeyError, KeyError("lost"), None)
    assert len(told) == 1
    assert "KeyError: 'lost'" in told[0][1]
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL] * 3


def test_qt_messages_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    context: Any = None
    app.qt_message(QtMsgType.QtWarningMsg, context, "QPainter::begin: odd")
    assert caplog.record_tuples == [("qt", logging.WARNING, "QPainter::begin: odd")]


@pytest.mark.parametrize(
    ("stored", "scale"), [(None, 1), ("1.5", 1.5), (1.25, 1.25), ("huge", 1), ("99", 1), ("nan", 1)]
)
def test_the_text_size_that_was_chosen(stored: object, scale: float) -> None:
    assert app.initial_scale(stored) == scale


def test_the_window_opens_a_document_and_closes(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLPVIZ_STATE_DIR", str(tmp_path))
    hook, interval = sys.excepthook, sys.getswitchinterval()
    seen: list[str] = []

    class Application:
        """Hands out the one application there is."""

        setApplicationName = staticmethod(qapp.setApplicationName)
        setDesktopFileName = staticmethod(qapp.setDesktopFileName)

        def __new__(cls, argv: list[str]) -> Any:
            return qapp

    monkeypatch.setattr(app, "QApplication", Application)

    def look() -> None:
        for widget in qapp.topLevelWidgets():
            if type(widget).__name__ == "MainWindow" and widget.isVisible():
                seen.append(widget.windowTitle())
                widget.close()
        qapp.quit()

    # Two ways to quit at once would leave one of them to end the next test's event loop.
    qapp.setQuitOnLastWindowClosed(False)
    QTimer.singleShot(400, look)
    try:
        assert app.main() == 0
    finally:
        qapp.setQuitOnLastWindowClosed(True)
    assert seen == ["untitled.mlpviz – mlpviz"]
    sys.setswitchinterval(interval)
    assert sys.excepthook is sys.__excepthook__
    sys.excepthook = hook
    assert (tmp_path / "window.ini").is_file()
