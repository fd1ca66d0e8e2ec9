"""`mlpviz [FILE.mlpviz]`: open the window."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path

from mlpviz import __version__
from mlpviz.cli.dispatch import COMMANDS
from mlpviz.errors import UserError

DESCRIPTION = (
    "Build a multilayer perceptron by clicking, watch it learn, take the weights away.\n\ncommands:\n"
    + "\n".join(f"  {name:<10}{sentence}" for name, sentence in COMMANDS.items())
)
EXAMPLES = """examples:
  mlpviz                       open the window
  mlpviz lecture.mlpviz        open a document
  mlpviz train --data xor --layers 2 --activation relu --out xor.safetensors
  mlpviz train --help          everything about one command
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the window."""
    parser.add_argument("file", nargs="?", metavar="FILE.mlpviz", help="a document to open")
    parser.add_argument("--version", action="version", version=f"mlpviz {__version__}")


def run(arguments: argparse.Namespace) -> int:
    """Open the window; returns its exit code. Raises UserError where there is no display or no such file."""
    path = _checked(arguments.file)
    if not has_display():
        raise UserError(
            "there is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are unset); "
            f"these commands need none: {', '.join(f'mlpviz {name}' for name in COMMANDS)}."
        )
    if importlib.util.find_spec("PyQt6") is None:
        raise UserError("the window needs PyQt6, which is not installed; install mlpviz with its dependencies.")
    if arguments.open_window is None:
        raise UserError("this way of calling mlpviz opens no window; name a command.")
    code: int = arguments.open_window(path)
    return code


def has_display() -> bool:
    """Whether a window can be opened, as far as can be told without Qt."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _checked(file: str | None) -> Path | None:
    if file is None:
        return None
    path = Path(file)
    if not path.exists():
        what = "file" if path.suffix else "file or command"
        raise UserError(f"there is no {what} {file!r}; commands are {', '.join(COMMANDS)}.")
    if path.suffix.lower() != ".mlpviz":
        raise UserError(f"{file} is no .mlpviz document; open the window and import it from the File menu.")
    return path
