"""Trains in a window and tells how both fare: `python -m mlpviz.bench.gui_live SECONDS PAUSES PIN` prints JSON."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication

from mlpviz.app import SWITCH_INTERVAL, make_window
from mlpviz.document.edits import dataset_of, new_document
from mlpviz.experiments.control import Control
from mlpviz.experiments.training import train
from mlpviz.views.kit.style import dress
from mlpviz.views.kit.theme import Theme

SIZE = (1280, 800)


def measure(seconds: float, pauses: int) -> dict[str, float]:
    """Figures of a window that trains, and the same run's speed without a window before and after it."""
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
            figures = _live(app, window.session, seconds, pauses)
        finally:
            window.session.close()
            window.hide()
            window.deleteLater()
            app.processEvents()
        headless.append(_headless(seconds / 2))
    speed = statistics.mean(headless)
    share = figures["steps_per_second"] / speed
    return {"headless_steps_per_second": speed, "share_of_headless": share, **figures}


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


def main(seconds: str, pauses: str, pin: str) -> None:
    """Measure in this process, on one core if `pin` is "1", and print the figures."""
    if pin == "1":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(json.dumps(measure(float(seconds), int(pauses))), flush=True)
    os._exit(0)  # how a script ends that leaves Qt standing is not what is measured


if __name__ == "__main__":
    main(*sys.argv[1:])
