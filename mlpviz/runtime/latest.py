"""A thread that works for the newest wish alone: what was begun for an older one ends early."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition
from typing import Any

from PyQt6.QtCore import QObject, QThread, pyqtSignal

from mlpviz.runtime.worker import NICER, give_way

Job = Callable[[Callable[[], bool]], Iterable[Any]]
log = logging.getLogger(__name__)


class Latest(QThread):
    """Drains one generator at a time, the one asked for last, and hands its updates over on the GUI thread.

    A job is called with a function that says whether to stop. Of a job that was replaced the first update alone is
    handed over: who wishes anew faster than a job begins, as a pointer does that draws, still sees it follow. Updates
    behind a newer one that waits to be handed over are dropped: each tells everything so far.
    """

    _posted = pyqtSignal()

    def __init__(self, receive: Callable[[Any], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._receive = receive
        self._wake = Condition()
        self._wish: tuple[int, Job] | None = None
        self._newest = 0
        self._ended = 0
        self._closing = False
        self._updates: deque[tuple[int | None, Any]] = deque()  # with the job's number, None for a first one
        # Emitted in the thread, received on the GUI thread: Qt queues it.
        self._posted.connect(self._deliver)
        self.start(QThread.Priority.LowPriority)

    def ask(self, job: Job) -> None:
        """Work for this job from here on."""
        with self._wake:
            self._newest += 1
            self._wish = (self._newest, job)
            self._wake.notify()

    @property
    def idle(self) -> bool:
        """Whether the newest job has ended and nothing waits to be handed over."""
        with self._wake:
            return self._ended == self._newest and not self._updates

    def close(self) -> None:
        """End the thread; what is not handed over is dropped."""
        with self._wake:
            self._closing = True
            self._newest += 1
            self._wake.notify()
        self.wait()
        self._updates.clear()

    def run(self) -> None:
        """Serve wishes until closed."""
        give_way(NICER)
        while True:
            with self._wake:
                while self._wish is None and not self._closing:
                    self._wake.wait()
                if self._closing or self._wish is None:
                    return
                (number, job), self._wish = self._wish, None
            self._drain(number, job)

    def _drain(self, number: int, job: Job) -> None:
        try:
            of: int | None = None
            for update in job(lambda: number != self._newest):
                self._updates.append((of, update))
                self._posted.emit()
                of = number
        except Exception:
            log.exception("What was asked for could not be computed")
        with self._wake:
            self._ended = number

    def _deliver(self) -> None:
        newest = None
        while self._updates:
            number, update = self._updates.popleft()
            if number in (None, self._newest) and not self._closing:
                newest = (update,)
        if newest is not None:
            self._receive(*newest)
