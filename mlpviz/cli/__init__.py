"""The command line: one module a command. Importing it, and running any command but the window, never imports Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None, open_window: Callable[[Path | None], int] | None = None) -> int:
    """Run one command.

    Args:
        argv: the words after the program's name; None takes this process's.
        open_window: opens the window with a document, for a call without a command.

    Returns:
        0 (done), 1 (the run failed), 2 (bad usage or input) or 130 (Ctrl-C).
    """
    from mlpviz.cli.dispatch import dispatch

    return dispatch(argv, open_window)
