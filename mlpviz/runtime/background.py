"""A thread that computes pictures, the latest request a key wins."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Condition
from typing import Any, TypeVar

from PyQt6.QtCore import QObject, QThread, pyqtSignal

from mlpviz.runtime.worker import NICER, give_way

Result = TypeVar("Result")
log = logging.getLogger(__name__)
LONGEST_REST = 0.1  # seconds


class Background(QThread):
    """Computes off the GUI thread and hands results back on it.

    A request replaces an earlier one of the same key that has not begun, and an earlier one's result that has not been
    handed over: a receiver never sees a result older than the one it saw before. Of the keys that wait, the one that
    has cost least comes next, so that a cheap picture stays fluent beside a dear one.

    Attributes:
        share: of the time it may compute at most; below 1 while something else needs the interpreter. Pictures then
            come less often, each of them whole.
    """

    _ready = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = Condition()
        self._requests: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {}
        self._spent: dict[str, float] = {}  # seconds a key has cost
        self._fewest = 0.0  # of the key served last: one that was long away does not catch up at the others' cost
        self._results: deque[tuple[Callable[[Any], None], Any]] = deque()
        self._closing = False
        self._busy = False
        self.share = 1.0
        # Emitted in the thread, received on the GUI thread: Qt queues it.
        self._ready.connect(self._deliver)
        self.start(QThread.Priority.LowPriority)

    def request(self, key: str, compute: Callable[[], Result], receive: Callable[[Result], None]) -> None:
        """Have `compute()` run in this thread, and `receive(result)` on the GUI thread. `compute` must not touch Qt."""
        with self._wake:
            # Taken out first, so that the key moves to the end of the queue: keys take turns.
            self._requests.pop(key, None)
            self._requests[key] = (compute, receive)
            self._wake.notify()

    @property
    def idle(self) -> bool:
        """Whether nothing is asked for, under way, or waiting to be handed over."""
        with self._wake:
            return not (self._requests or self._busy or self._results)

    def close(self) -> None:
        """End the thread after the request it is in; later results are dropped."""
        with self._wake:
            self._closing = True
            self._requests.clear()
            self._wake.notify()
        self.wait()
        self._results.clear()

    def run(self) -> None:
        """Serve requests until closed."""
        give_way(2 * NICER)  # behind a trainer
        while True:
            with self._wake:
                self._busy = False
                while not self._requests and not self._closing:
                    self._wake.wait()
                if self._closing:
                    return
                key, spent = self._next()
                compute, receive = self._requests.pop(key)
                self._busy = True
            began = time.perf_counter()
            try:
                result = compute()
            except Exception:
                log.exception("The picture %r could not be computed", key)
            else:
                self._results.append((receive, result))
                self._ready.emit()
            took = time.perf_counter() - began
            self._spent[key] = spent + took
            self._rest(took)

    def _next(self) -> tuple[str, float]:
        """The key whose turn it is, and what it has cost."""
        key = min(self._requests, key=lambda key: self._spent.get(key, 0.0))
        self._fewest = max(self._fewest, self._spent.get(key, 0.0))
        return key, self._fewest

    def _rest(self, took: float) -> None:
        """Leave the interpreter to others for as long as `share` asks."""
        pause = took * (1.0 / self.share - 1.0)
        if pause > 0:
            with self._wake:
                self._busy = False
                self._wake.wait_for(lambda: self._closing or self.share == 1.0, min(pause, LONGEST_REST))

    def _deliver(self) -> None:
        while self._results:
            receive, result = self._results.popleft()
            if not self._closing:
                receive(result)
