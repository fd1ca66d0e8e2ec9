"""`mlpviz` and `python -m mlpviz`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from types import FrameType


def main() -> int:
    """Run the command line of this process; returns its exit code."""
    # Until the libraries are loaded Ctrl-C has nothing to stop in order, and would be told as their failure to load.
    before = signal.signal(signal.SIGINT, _interrupted)
    from mlpviz.cli import main as run

    if sys.argv[1:]:
        import numpy  # noqa: F401

    signal.signal(signal.SIGINT, before)
    return run(sys.argv[1:], open_window)


def _interrupted(number: int, frame: FrameType | None) -> None:
    os._exit(130)


def open_window(path: Path | None) -> int:
    """Open the window, with a document if one is given; the only place from which the command line reaches Qt."""
    gc.disable()  # until the window stands: nothing made before is garbage, and looking for it takes time
    from mlpviz.app import main as run

    return run(path)


if __name__ == "__main__":
    sys.exit(main())
