"""`mlpviz` and `python -m mlpviz`."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run the command line of this process; returns its exit code."""
    from mlpviz.cli import main as run

    return run(sys.argv[1:], open_window)


def open_window(path: Path | None) -> int:
    """Open the window, with a document if one is given; the only place from which the command line reaches Qt."""
    from mlpviz.app import main as run

    return run(path)


if __name__ == "__main__":
    sys.exit(main())
