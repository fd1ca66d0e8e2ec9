"""Puts the window together: fonts, theme, session, log."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QMessageLogContext, QSettings, QTimer, QtMsgType, qInstallMessageHandler
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QApplication

from mlpviz.experiments.aside import Aside
from mlpviz.files.recovery import state_folder
from mlpviz.paths import resources
from mlpviz.runtime.collector import Collector
from mlpviz.runtime.kernels import KernelLoader
from mlpviz.session import Session
from mlpviz.views.kit.style import dress
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow

log = logging.getLogger("mlpviz")
SWITCH_INTERVAL = 0.0003  # seconds; a trainer that holds the interpreter lets the window in many times a frame
KERNELS_MS = 700  # after the first picture, which comes first
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def qt_message(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    """Qt's own messages go to the log."""
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", message)


class ErrorHook:
    """What nobody caught is logged and shown; PyQt would abort the process."""

    def __init__(self) -> None:
        self.window: MainWindow | None = None
        self._showing = False

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """As `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.critical("Unexpected error", exc_info=(kind, error, trace))
        on_gui_thread = threading.current_thread() is threading.main_thread()
        if self.window is None or self._showing or not on_gui_thread:
            return
        self._showing = True  # an error while telling of an error is only logged
        try:
            self.window.dialogs.problem(
                "Something unexpected happened.",
                f"{kind.__name__}: {error}. Your work is still here: save it under another name to be safe.",
            )
        finally:
            self._showing = False


def settings() -> QSettings:
    """What the window remembers, in a file of the state folder."""
    return QSettings(os.fspath(state_folder() / "window.ini"), QSettings.Format.IniFormat)


def initial_scale(stored: object) -> float:
    """The text size that was chosen, 1 where none was or it makes no sense."""
    try:
        scale = float(str(stored))
    except ValueError:
        return 1.0
    return scale if 0.75 <= scale <= 2.5 else 1.0


def make_window(theme: Theme, remembered: QSettings) -> MainWindow:
    """The window with a new session; the application must be dressed."""
    return MainWindow(Session(aside=Aside()), theme, remembered)


def main(path: Path | str | None = None, argv: Sequence[str] | None = None) -> int:
    """Open the window, with a document if one is given, and stay until it is closed; returns the exit code."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    sys.setswitchinterval(SWITCH_INTERVAL)
    qInstallMessageHandler(qt_message)
    hook = ErrorHook()
    sys.excepthook = hook
    QApplication.setApplicationName("mlpviz")
    QApplication.setDesktopFileName("mlpviz")
    app = QApplication([sys.argv[0], *(argv or ())])
    app.setWindowIcon(QIcon(str(resources() / "mlpviz.svg")))
    remembered = settings()
    theme = Theme(scale=initial_scale(remembered.value("scale")))
    dress(app, theme)
    window = make_window(theme, remembered)
    hook.window = window
    window.appear()
    gc.freeze()  # what stands now stays: later collections need not walk it
    collector = Collector()
    QTimer.singleShot(0, lambda: window.open_first(None if path is None else Path(path)))
    kernels = KernelLoader()
    QTimer.singleShot(KERNELS_MS, kernels.start)
    # Python sees Ctrl+C only when it runs: let it, now and then.
    ticking = QTimer()
    ticking.timeout.connect(lambda: None)
    ticking.start(500)
    code = app.exec()
    collector.close()
    kernels.close()
    hook.window = None
    sys.excepthook = sys.__excepthook__
    qInstallMessageHandler(None)
    return code
