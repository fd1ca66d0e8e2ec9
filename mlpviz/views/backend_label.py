"""At the right of the menu bar: what computes the training steps, and in its tooltip why."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QLabel

from mlpviz.nn.compiled import loading
from mlpviz.session import Session

FIRST_MS, AGAIN_MS = 300, 2000  # from the first picture until the kernels are asked for, which loads a library
COMPILED, NUMPY = "compiled", "numpy"
MISSING = "Numba is not installed. With it (pip install mlpviz[fast]) training is faster, with the same numbers."
DROPOUT = "Dropout is trained by NumPy only."
WAITING = (
    "The compiled kernels are not ready yet: they are made once, in the background. A run that begins once they are "
    "ready uses them."
)
READY = "The compiled kernels are ready now: the next run uses them."
FAST = "Compiled kernels compute the steps; NumPy would give the same numbers, more slowly."
NEXT_NUMPY = "The next run is NumPy's: dropout is trained by NumPy only."


@cache
def _numba() -> str:
    try:
        return version("numba")
    except PackageNotFoundError:
        return ""


def in_words(backend: str) -> str:
    """ "Trains with NumPy 2.4.6" for "numpy 2.4.6", "Trains compiled (Numba 0.68.1)"."""
    return f"Trains {f'with NumPy{backend[len(NUMPY) :]}' if backend.startswith(NUMPY) else backend}"


class BackendLabel(QLabel):
    """What trained last; before the first run what will. `changed()`: it needs other room."""

    changed = pyqtSignal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._ready = False
        self.setObjectName("document")
        self.setAccessibleName("Backend")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        self._asked = False
        session.updated.connect(self.refresh)
        session.job_changed.connect(self.refresh)
        session.document_changed.connect(lambda changed: self.refresh() if "training" in changed else None)
        self.refresh()

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """The question waits until the window has been seen."""
        super().paintEvent(a0)
        if not self._asked:
            self._asked = True
            self._timer.start(FIRST_MS)

    def _ask(self) -> None:
        """Whether the kernels can be had by now: the question reads files the first time."""
        if loading.available():
            self._session.pictures.request("backend", loading.ready, self._told)

    def _told(self, ready: bool) -> None:
        self._ready = ready
        self.refresh()
        if not ready:
            self._timer.start(AGAIN_MS)

    def next(self) -> str:
        """What would train a run that began now."""
        if self._ready and not self._session.document.training.dropout:
            return f"{COMPILED} (Numba {_numba()})"
        return f"{NUMPY} {np.__version__}"

    def reason(self) -> str:
        """Why it is this one, and whether the next run has another."""
        here = self._session.live.backend or self.next()
        if here.startswith(COMPILED):
            return FAST if self.next().startswith(COMPILED) else f"{FAST} {NEXT_NUMPY}"
        if self._session.document.training.dropout:
            return DROPOUT
        return READY if self._ready else WAITING if loading.available() else MISSING

    def refresh(self) -> None:
        """Say what there is."""
        text, tip = in_words(self._session.live.backend or self.next()), self.reason()
        if tip != self.toolTip():
            self.setToolTip(tip)
        if text != self.text():
            self.setText(text)
            self.setAccessibleDescription(text)
            self.changed.emit()
