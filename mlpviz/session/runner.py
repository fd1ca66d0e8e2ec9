"""Starts jobs on a worker thread and hands their updates over at the display's rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from PyQt6.QtCore import QObject, Qt, QTimer

from mlpviz.runtime.worker import Worker

FRAME_MS = 15


class Stoppable(Protocol):
    """What a job's control must offer."""

    def stop(self) -> None:
        """Ask the job to end after the step it is in."""


class Runner(QObject):
    """One job at a time. `receive(updates)` and `ended()` are called on the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None
        self._control: Stoppable | None = None
        self._receive: Callable[[list[Any]], None] = lambda updates: None
        self._ended: Callable[[], None] = lambda: None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        """Whether a job is under way."""
        return self._worker is not None

    def start(
        self,
        job: Callable[[], Iterable[object]],
        control: Stoppable,
        receive: Callable[[list[Any]], None],
        ended: Callable[[], None],
    ) -> None:
        """Start a job. There must be none under way."""
        if self._worker is not None:
            raise RuntimeError("a job is under way")
        self._worker, self._control = Worker(job, self), control
        self._receive, self._ended = receive, ended
        self._worker.start()
        self._timer.start()

    def stop(self) -> None:
        """End the job under way and hand over its last updates before returning."""
        if self._worker is None or self._control is None:
            return
        self._control.stop()
        self._worker.wait()
        self._finish()

    def _tick(self) -> None:
        if self._worker is None:
            return
        finished = self._worker.isFinished()
        if finished:
            self._finish()
            return
        updates = self._worker.mailbox.take()
        if updates:
            self._receive(updates)

    def _finish(self) -> None:
        worker, self._worker, self._control = self._worker, None, None
        self._timer.stop()
        if worker is None:
            return
        updates = worker.mailbox.take()
        worker.wait()
        worker.deleteLater()
        if updates:
            self._receive(updates)
        self._ended()
