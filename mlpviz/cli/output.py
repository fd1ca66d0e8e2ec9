"""What the commands share in telling: JSON on one line, progress on a terminal, Ctrl-C, checked paths."""

from __future__ import annotations

import json
import math
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from mlpviz.cli.parsing import option
from mlpviz.errors import UserError
from mlpviz.experiments.control import Control
from mlpviz.files.atomic import check_writable, writing

PROGRESS_SECONDS = 0.1


def print_json(value: Mapping[str, Any]) -> None:
    """One object on one line; what is not finite is null."""
    print(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def figure(value: float) -> str:
    """A number for people; "–" where there is none."""
    return "–" if math.isnan(value) else f"{value:.6g}"


def duration(seconds: float) -> str:
    """A time for people, as it is read at a glance."""
    if math.isnan(seconds):
        return "–"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def check_output(name: str, path: str | None, *suffixes: str) -> None:
    """Raise UserError, naming the option, unless `path` (None: not asked for) can be written and ends as it must."""
    if path is None:
        return
    with option(name):
        if suffixes and not path.lower().endswith(suffixes):
            raise UserError(f"{path or 'The file'} must end with {' or '.join(suffixes)}.")
        check_writable(path)


def write_text(path: str, text: str) -> None:
    """Replace a text file whole; raises UserError or RunError."""
    with writing(path) as file:
        file.write(text.encode("utf-8"))


class Progress:
    """One line on stderr that is written over; silent when stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._next = 0.0

    def __call__(self, text: str) -> None:
        """Show the text, unless another was shown a moment ago."""
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + PROGRESS_SECONDS
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Remove the line."""
        if self._shown and self._next:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextmanager
def interruptible(control: Control) -> Iterator[None]:
    """The first Ctrl-C asks the run to stop after its step, to write what was asked for; the second ends at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if control.stopping:
            raise KeyboardInterrupt
        control.stop()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
