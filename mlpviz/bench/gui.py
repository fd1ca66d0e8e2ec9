"""The window's own figures: frames while training, the trainer's speed beside them, pause, start-up and memory."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication

from mlpviz.app import SWITCH_INTERVAL, make_window
from mlpviz.bench.machine import machine, yardstick
from mlpviz.document.edits import dataset_of, new_document
from mlpviz.experiments.control import Control
from mlpviz.experiments.training import train
from mlpviz.views.kit.style import dress
from mlpviz.views.kit.theme import Theme

SIZE = (1280, 800)
PAUSES, STARTS = 9, 5
# Each prints the seconds from the process's start (given by its parent) to its first painted window, and its memory.
_FIRST_PAINT = """
import json, os, sys, time
def told(app):
    for _ in range(3):
        app.processEvents()
    status = open("/proc/self/status").read()
    megabytes = int(status.split("VmRSS:")[1].split()[0]) / 1024
    print(json.dumps([time.time() - float(sys.argv[1]), megabytes]), flush=True)
"""
_OURS = (
    _FIRST_PAINT
    + """
import gc
gc.disable()  # as the program does until its window stands
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication
from mlpviz.app import make_window
from mlpviz.views.kit.style import dress
from mlpviz.views.kit.theme import Theme
app = QApplication([])
theme = Theme()
dress(app, theme)
window = make_window(theme, QSettings(sys.argv[2], QSettings.Format.IniFormat))
window.resize(1280, 800)
window.show()
told(app)
window.session.close()
os._exit(0)  # how a script ends that leaves its window standing is not what is measured
"""
)
_EMPTY = (
    _FIRST_PAINT
    + """
import pyqtgraph
app = pyqtgraph.mkQApp()
window = pyqtgraph.PlotWidget()
window.resize(1280, 800)
window.show()
told(app)
"""
)


def run(quick: bool = False) -> dict[str, Any]:
    """Measure on a display: 2-4-2-1 on the circle, every view of the Lab live, as fast as it goes."""
    seconds = 2.0 if quick else 6.0
    sys.setswitchinterval(SWITCH_INTERVAL)
    headless = [_headless(seconds / 2)]
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme = Theme()
    dress(app, theme)
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(theme, QSettings(f"{folder}/bench.ini", QSettings.Format.IniFormat))
        window.resize(*SIZE)
        window.show()
        try:
            figures = _live(app, window.session, seconds, 3 if quick else PAUSES)
        finally:
            window.session.close()
            window.hide()
            window.deleteLater()
            app.processEvents()
        headless.append(_headless(seconds / 2))
        starts = _starts(Path(folder), 2 if quick else STARTS)
    speed = statistics.mean(headless)
    return {
        "machine": machine(),
        "yardstick_seconds": yardstick(),
        "headless_steps_per_second": speed,
        "share_of_headless": figures["steps_per_second"] / speed,
        **figures,
        **starts,
    }


def _headless(seconds: float) -> float:
    """Steps a second of the same run without a window."""
    document, control = new_document(), Control()
    control.wants_theta = False
    job = train(document.network, dataset_of(document), document.training, document.state, control=control)
    next(job)
    first, began, step = None, time.perf_counter(), 0
    for update in job:
        first = update.step if first is None else first
        step = update.step
        if time.perf_counter() - began > seconds:
            control.stop()
    return (step - (first or 0)) / (time.perf_counter() - began)


def _live(app: QApplication, session: Any, seconds: float, pauses: int) -> dict[str, float]:
    """Train in the window; intervals between frames, steps a second, how long a pause takes."""
    frames: list[float] = []
    session.updated.connect(lambda: frames.append(time.perf_counter()))
    session.train()
    _serve(app, lambda: session.live.epoch > 20, 10.0)
    _serve(app, lambda: False, 0.5)
    frames.clear()
    step, began = session.live.step, time.perf_counter()
    _serve(app, lambda: False, seconds)
    steps = (session.live.step - step) / (time.perf_counter() - began)
    gaps = 1000 * np.diff(frames)
    waits = []
    for _ in range(pauses):
        asked = time.perf_counter()
        session.pause()
        waits.append(1000 * (time.perf_counter() - asked))
        session.train()
        _serve(app, lambda: False, 0.1)
    session.pause()
    return {
        "steps_per_second": steps,
        "frames_per_second": 1000 / float(np.mean(gaps)),
        "frame_ms_p50": float(np.percentile(gaps, 50)),
        "frame_ms_p99": float(np.percentile(gaps, 99)),
        "pause_ms_p50": statistics.median(waits),
        "pause_ms_worst": max(waits),
    }


def _serve(app: QApplication, until: Callable[[], bool], seconds: float) -> None:
    """Run the event loop as a program does, sleeping when there is nothing to do."""
    end = time.perf_counter() + seconds
    while not until() and time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.0005)


def _starts(folder: Path, count: int) -> dict[str, float]:
    """Start-up and memory against an empty plot window, in turn."""
    found: dict[str, list[list[float]]] = {"ours": [], "empty": []}
    for _ in range(count):
        for name, script in (("ours", _OURS), ("empty", _EMPTY)):
            words = [sys.executable, "-c", script, str(time.time()), str(folder / "start.ini")]
            done = subprocess.run(words, capture_output=True, text=True, check=True)
            found[name].append(json.loads(done.stdout.splitlines()[-1]))
    start = {name: statistics.median(pair[0] for pair in pairs) for name, pairs in found.items()}
    memory = {name: statistics.median(pair[1] for pair in pairs) for name, pairs in found.items()}
    return {
        "start_seconds": start["ours"],
        "empty_start_seconds": start["empty"],
        "start_ratio": start["ours"] / start["empty"],
        "memory_mb": memory["ours"],
        "empty_memory_mb": memory["empty"],
        "memory_ratio": memory["ours"] / memory["empty"],
    }


def table(result: dict[str, Any]) -> str:
    """The result as text."""
    r = result
    return "\n".join(
        [
            f"{r['machine']['processor']}, {r['machine']['cores']} cores; yardstick {r['yardstick_seconds']:.3f} s",
            f"frames       {r['frames_per_second']:.0f}/s, "
            f"p50 {r['frame_ms_p50']:.1f} ms, p99 {r['frame_ms_p99']:.1f} ms",
            f"training     {r['steps_per_second']:,.0f} steps/s, {100 * r['share_of_headless']:.0f} % of headless "
            f"({r['headless_steps_per_second']:,.0f} steps/s)",
            f"pause        {r['pause_ms_p50']:.1f} ms, at worst {r['pause_ms_worst']:.1f} ms",
            f"start        {r['start_seconds']:.2f} s, {r['start_ratio']:.2f}× an empty plot window",
            f"memory       {r['memory_mb']:.0f} MB, {r['memory_ratio']:.2f}× an empty plot window",
        ]
    )
