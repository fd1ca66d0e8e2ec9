"""The window's own figures: frames while training, the trainer's speed beside them, pause, start-up and memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from mlpviz.bench.machine import about, machine, yardstick
from mlpviz.errors import RunError

PAUSES, STARTS = 9, 5
SECONDS, QUICK_SECONDS = 6.0, 2.0
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
    """Measure on a display: 2-4-2-1 on the circle, every view of the Lab live, as fast as it goes.

    A process of its own trains in the window, once on all cores that it may use and once on one of them, where the
    trainer, the pictures and the painting share what there is. Raises RunError when no window can be opened.
    """
    seconds, pauses = (QUICK_SECONDS, 3) if quick else (SECONDS, PAUSES)
    rows = [{"cores": _counted(cores()), **_live(seconds, pauses, pin=False)}]
    if cores() > 1 and hasattr(os, "sched_setaffinity"):
        rows.append({"cores": _counted(1), **_live(seconds, pauses, pin=True)})
    with tempfile.TemporaryDirectory() as folder:
        starts = _starts(Path(folder), 2 if quick else STARTS)
    free = {key: value for key, value in rows[0].items() if key != "cores"}
    return {"machine": machine(), "yardstick_seconds": yardstick(), **free, "cores": rows, **starts}


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _counted(number: int) -> str:
    words = {1: "one core", 2: "two cores"}
    return words.get(number, f"{number} cores")


def _live(seconds: float, pauses: int, *, pin: bool) -> dict[str, float]:
    """The figures of a window in a process of its own, pinned to one core or not."""
    words = [sys.executable, "-m", "mlpviz.bench.gui_live", str(seconds), str(pauses), str(int(pin))]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RunError(f"The window's bench could not be run: {told[0]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures | {"yardstick_seconds": yardstick()}


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
    rows = [
        f"{row['cores']:12} frames {row['frames_per_second']:.0f}/s, p50 {row['frame_ms_p50']:.1f} ms, "
        f"p99 {row['frame_ms_p99']:.1f} ms; training {row['steps_per_second']:,.0f} steps/s, "
        f"{100 * row['share_of_headless']:.0f} % of headless ({row['headless_steps_per_second']:,.0f} steps/s); "
        f"pause {row['pause_ms_p50']:.1f} ms, at worst {row['pause_ms_worst']:.1f} ms"
        for row in r["cores"]
    ]
    return "\n".join(
        [
            about(r["machine"]),
            f"yardstick: {r['yardstick_seconds']:.3f} s (400,000 small NumPy calls from Python)",
            *rows,
            f"start        {r['start_seconds']:.2f} s, {r['start_ratio']:.2f}× an empty plot window",
            f"memory       {r['memory_mb']:.0f} MB, {r['memory_ratio']:.2f}× an empty plot window",
        ]
    )
