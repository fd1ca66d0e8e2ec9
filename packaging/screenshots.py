"""Takes the pictures in resources/screenshots: each page at each size, light and dark, in a real window.

    .venv/bin/python packaging/screenshots.py [FOLDER]

Without a display it starts one of its own (Xvfb, as the end-to-end tests need it). The content is the same every time:
networks are trained for a number of steps, not for a time.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QEventLoop, QSettings
from PyQt6.QtWidgets import QApplication

from mlpviz.app import make_window
from mlpviz.document.document import Document, SweepResults
from mlpviz.document.edits import dataset_of, new_document
from mlpviz.experiments.sweep import sweep
from mlpviz.experiments.training import train
from mlpviz.paths import resources
from mlpviz.views.kit.style import dress
from mlpviz.views.kit.theme import Theme
from mlpviz.views.window import MainWindow

SIZES = ((1024, 700), (1280, 800), (1920, 1080))
PAGES: dict[str, dict[str, Any]] = {
    "lab": {"workspace": "lab"},
    "universality": {"workspace": "universality", "inputs": 1},
    "two-inputs": {"workspace": "universality", "inputs": 2},
}
THEMES = ("light", "dark")
EPOCHS = 120
QUIET_S = 0.3
LONGEST_S = 60.0


def shown_document() -> Document:
    """The first document, trained, and its drawn function swept."""
    document = new_document()
    *_, last = train(document.network, dataset_of(document), document.training, document.state, epochs=EPOCHS)
    assert last.state is not None
    points = [update.point for update in sweep(document.function, document.sweep) if update.point is not None]
    results = SweepResults(document.sweep, document.function, tuple(points))
    return replace(document, state=last.state, results=results)


@contextlib.contextmanager
def display() -> Iterator[None]:
    """A screen: the one there is, or one of this script's own."""
    if os.environ.get("DISPLAY"):
        yield
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"]
    process = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        os.environ["DISPLAY"] = f":{pipe.readline().strip()}"
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def settle(window: MainWindow) -> None:
    """Let the window draw until every picture it asked for is there."""
    end = time.monotonic() + LONGEST_S
    quiet = time.monotonic() + QUIET_S
    while (now := time.monotonic()) < quiet:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        session = window.session
        if not (session.pictures.idle and session.deriving.idle and session.planing.idle):
            quiet = now + QUIET_S
        if now > end:
            raise TimeoutError(f"the window is still drawing after {LONGEST_S:g} s")


def take(folder: Path) -> list[Path]:
    """Take all pictures; the files written."""
    app = QApplication(["mlpviz", "-platform", "xcb"])
    theme = Theme()
    dress(app, theme)
    with tempfile.TemporaryDirectory() as state:
        os.environ["MLPVIZ_STATE_DIR"] = state
        window = make_window(theme, QSettings(f"{state}/window.ini", QSettings.Format.IniFormat))
        window.session.replace_document(shown_document())
        window.show()
        written = []
        for mode in THEMES:
            window.set_theme_mode(mode)
            for page, look in PAGES.items():
                window.session.look(**look)
                for width, height in SIZES:
                    window.resize(width, height)
                    settle(window)
                    path = folder / f"{page}-{mode}-{width}x{height}.png"
                    if not window.grab().save(str(path)):
                        raise OSError(f"{path} cannot be written")
                    written.append(path)
        window.session.close()
        window.deleteLater()
    return written


def main(arguments: list[str]) -> int:
    """Take the pictures into a folder, resources/screenshots unless told."""
    folder = Path(arguments[0]) if arguments else resources() / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with display():
        for path in take(folder):
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
