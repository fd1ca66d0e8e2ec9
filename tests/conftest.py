"""What holds for every test: no display, no state outside a folder of its own, no thread left behind.

Garbage is looked for between two tests, in the thread that runs them, as the program does it: see `Collector`.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from PyQt6.QtCore import QThread

# The tests' own process never opens a window on a screen; the end-to-end tests start mlpviz as a process of its own.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
for name in ("QT_SCALE_FACTOR", "QT_FONT_DPI", "QT_STYLE_OVERRIDE", "QT_LOGGING_RULES"):
    os.environ.pop(name, None)

settings.register_profile("local", deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

QT_IS_THERE = importlib.util.find_spec("PyQt6") is not None

# What packaging/core_tests.py leaves to the whole suite: it needs Qt or the tools that are absent there.
NEEDS_QT = ["app", "session", "runtime", "views", "e2e", "packaging", "test_app.py", "test_house.py", "benchmarks/gui"]
collect_ignore = [] if QT_IS_THERE else NEEDS_QT

ENDING_MS = 5_000


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """mlpviz's settings, recent files and recovery copies stay in a folder of this test."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("MLPVIZ_STATE_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def garbage_here() -> Iterator[None]:
    """No other thread destroys a test's widgets."""
    yield
    if QT_IS_THERE:
        from mlpviz.runtime.collector import collect

        collect()


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A test fails when a thread that it started still runs after it."""
    before = set(threading.enumerate())
    yield
    left = [repr(thread) for thread in threading.enumerate() if thread not in before and is_ours(thread)]
    left += running_qthreads()
    assert not left, f"threads left running: {', '.join(left)}"


def is_ours(thread: threading.Thread) -> bool:
    """Whether a thread was started in Python; Qt's threads appear as dummies and are looked at by Qt's own means."""
    return not isinstance(thread, threading._DummyThread) and thread.is_alive()


def running_qthreads() -> list[str]:
    """QThreads and pool tasks that do not end by themselves in good time."""
    if "PyQt6.QtCore" not in sys.modules:
        return []
    from PyQt6.QtCore import QThreadPool

    left = [repr(thread) for thread in STARTED.take_running() if not thread.wait(ENDING_MS)]
    pool = QThreadPool.globalInstance()
    if pool is not None and not pool.waitForDone(ENDING_MS):
        left.append(f"{pool.activeThreadCount()} tasks of the thread pool")
    return left


class Started:
    """The QThreads that were started and not yet asked for."""

    def __init__(self) -> None:
        from PyQt6.QtCore import QThread

        self._threads: weakref.WeakSet[QThread] = weakref.WeakSet()
        start = QThread.start

        def noted(thread: QThread, *priority: QThread.Priority) -> None:
            self._threads.add(thread)
            start(thread, *priority)

        QThread.start = noted  # type: ignore[method-assign, assignment]

    def take_running(self) -> list[QThread]:
        """Those that run now; each is reported once, with the test that left it."""
        from PyQt6 import sip

        taken = [thread for thread in self._threads if not sip.isdeleted(thread) and thread.isRunning()]
        self._threads.clear()
        return taken


if QT_IS_THERE:
    gc.disable()
    STARTED = Started()
