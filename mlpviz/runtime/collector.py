"""Python's search for garbage, kept to the GUI thread."""

from __future__ import annotations

import gc

from PyQt6.QtCore import QObject, QTimer

EVERY_MS = 200


class Collector(QObject):
    """Looks for garbage from a timer of the thread it is made in, and nowhere else.

    Left to itself the search runs in whichever thread allocates. What it finds may be widgets, and a widget that is
    destroyed in a worker thread takes the program down.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect)
        self._timer.start(EVERY_MS)

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()


def collect() -> None:
    """Look through the generations that Python itself would look through by now."""
    due = [g for g, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > most]
    if due:
        gc.collect(due[-1])
