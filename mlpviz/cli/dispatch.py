"""Finds the command, and turns every way it can end into an exit code and at most one line on stderr."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from mlpviz.cli.parsing import Parser
from mlpviz.errors import RunError, UserError

# What each command does; its module is imported when it is called.
COMMANDS = {
    "train": "train a network without a window",
    "export": "convert a document or weights into any weights format",
    "sweep": "train networks of growing width towards a function",
    "datasets": "list the data sets, or write one as CSV",
    "bench": "measure how fast mlpviz is on this machine",
}
DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def dispatch(argv: Sequence[str] | None, open_window: Callable[[Path | None], int] | None) -> int:
    """Run the command that `argv` (None: this process's arguments) names, or open the window; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show σ shows a question mark rather than a traceback.
            stream.reconfigure(errors="replace")
    name = words[0] if words and words[0] in COMMANDS else None
    try:
        code = _run(name, words, open_window)
        if sys.stdout is not None:
            sys.stdout.flush()
        elif name is not None and code == DONE:
            raise RunError("Cannot write the result: the standard output is closed.")
        return code
    except UserError as error:
        return _fail(name, error, USAGE)
    except RunError as error:
        return _fail(name, error, FAILED)
    except MemoryError:
        return _fail(name, RunError("This needs more memory than the machine has."), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has enough. What is still buffered goes nowhere.
        with suppress(OSError, AttributeError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _fail(name, RunError(f"Cannot write the result: {error.strerror or error}."), FAILED)


def _run(name: str | None, words: list[str], open_window: Callable[[Path | None], int] | None) -> int:
    module = importlib.import_module(f"mlpviz.cli.{name or 'window'}")
    title = f"mlpviz {name}" if name else "mlpviz"
    parser = Parser(prog=title, description=module.DESCRIPTION, epilog=module.EXAMPLES)
    module.add_arguments(parser)
    parser.set_defaults(open_window=open_window)
    try:
        arguments = parser.parse_args(words[1:] if name else words)
    except SystemExit as ended:  # --help and --version have printed what was asked
        return int(ended.code or 0)
    code: int = module.run(arguments)
    return code


def _fail(name: str | None, error: Exception, code: int) -> int:
    line = " ".join(str(error).split())
    tell(f"mlpviz {name}: {line}" if name else f"mlpviz: {line}")
    return code


def tell(line: str) -> None:
    """One line on stderr, and nowhere where that is closed."""
    if sys.stderr is not None:
        print(line, file=sys.stderr)
