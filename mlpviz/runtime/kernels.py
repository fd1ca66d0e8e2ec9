"""Has the compiled kernels at hand soon after the window stands, without anyone waiting for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

from mlpviz.nn.compiled import loading

_POLL_SECONDS = 0.2
_LAST_SECONDS = 5.0


def child_environment() -> dict[str, str]:
    """This process's environment, by which a child imports the very mlpviz that runs here, not another one there is.

    The cache's name depends on the sources: those of another copy would make kernels that are of no use here.
    """
    ours = str(Path(loading.__file__).resolve().parents[3])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))}


class KernelLoader:
    """Loads the kernels on a thread; where they must be compiled first, another process does that.

    A run that begins before they are there trains in NumPy to its end.
    """

    def __init__(self) -> None:
        self._stop = Event()
        self._thread = Thread(target=self._work, name="kernels", daemon=True)

    def start(self) -> None:
        """Begin."""
        if loading.available():
            self._thread.start()

    def close(self) -> None:
        """End; a load under way is waited for, as libraries must not be half-imported when the program ends."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_LAST_SECONDS)

    def _work(self) -> None:
        if not loading.ready() and not self._compiled():
            return
        if not self._stop.is_set():
            loading.load()

    def _compiled(self) -> bool:
        """Compile into the cache, in a process of its own; returns whether the kernels are there now."""
        if getattr(sys, "frozen", False):
            return False
        words = [sys.executable, "-P", "-m", "mlpviz.nn.compiled"]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet, env=child_environment()) as process:
            while process.poll() is None:
                if self._stop.wait(_POLL_SECONDS):
                    process.terminate()
        return loading.ready()
