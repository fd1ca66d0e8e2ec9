"""A thread that drains any generator into a mailbox."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QObject, QThread

NICER = 5  # on Linux's scale from −20 to 19


@dataclass(frozen=True, slots=True)
class Failed:
    """The job ended by an exception."""

    error: BaseException


def give_way(nicer: int) -> None:
    """Let the window go first where both want the same core: this thread's priority is lowered.

    Linux alone has priorities of threads that anyone may lower; elsewhere the one that `QThread.start` asks for counts.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + nicer)


class Mailbox:
    """Carries updates from one worker to the GUI thread. The receiver takes everything at its own pace."""

    def __init__(self) -> None:
        self._updates: deque[Any] = deque()

    def post(self, update: object) -> None:
        """Add an update; called by the worker."""
        self._updates.append(update)

    def take(self) -> list[Any]:
        """Everything posted since the last call, oldest first."""
        taken = []
        while self._updates:
            taken.append(self._updates.popleft())
        return taken


class Worker(QThread):
    """Runs one job: makes its generator in the thread and posts every update.

    Stopping is the job's affair: its control is told, and the generator ends by itself after the step it is in.
    """

    def __init__(self, job: Callable[[], Iterable[object]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox()
        self._job = job

    def run(self) -> None:
        """Drain the generator; an exception is posted as the last update."""
        give_way(NICER)
        try:
            for update in self._job():
                self.mailbox.post(update)
        except Exception as error:
            self.mailbox.post(Failed(error))
