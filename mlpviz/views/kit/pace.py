"""Refreshing a view less often while the pointer draws in another."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

REST_MS = 150


class Pace(QObject):
    """Refreshes at once; while `busy()`, as when a pointer draws elsewhere, only now and then.

    Attributes:
        busy: whether something else has to come first; nothing does until it is set.
    """

    def __init__(self, refresh: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._refresh = refresh
        self.busy: Callable[[], bool] = lambda: False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(refresh)

    def refresh(self) -> None:
        """Refresh now, or soon."""
        if not self.busy():
            self._rest.stop()
            self._refresh()
        elif not self._rest.isActive():
            self._rest.start()
