"""What a command has to say beside its result: options without an effect, what cannot be learned, what trains."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from mlpviz.cli.output import Progress, duration
from mlpviz.cli.parsing import option
from mlpviz.data.spec import Dataset
from mlpviz.document.document import Document
from mlpviz.document.edits import constant_note, dataset_of
from mlpviz.document.locking import ALL_LOCKED, all_locked
from mlpviz.errors import shown
from mlpviz.nn.compiled import loading
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.schedules import SCHEDULES
from mlpviz.nn.trainer import chosen_backend

COMPILE = "mlpviz train --backend compiled"
_ROOT = Path(__file__).resolve().parents[2]  # the folder that the package lies in


def training_notes(arguments: argparse.Namespace, document: Document) -> list[str]:
    """A sentence for each thing that a user would not expect of the run to come."""
    dataset = dataset_of(document)
    notes = [
        constant_note(document.network),
        ALL_LOCKED if all_locked(document) else "",
        _absent_classes(dataset),
        *_without_effect(vars(arguments), document.training, dataset),
    ]
    return [note for note in notes if note]


def _absent_classes(dataset: Dataset) -> str:
    if not dataset.class_names:
        return ""
    there = np.unique(dataset.y[dataset.train, 0].astype(np.int64))
    absent = [shown(name) for place, name in enumerate(dataset.class_names) if place not in there]
    if not absent:
        return ""
    what = "class" if len(absent) == 1 else "classes"
    return f"No training row is of the {what} {', '.join(absent)}, which therefore cannot be learned."


def _without_effect(given: dict[str, object], config: TrainingConfig, dataset: Dataset) -> list[str]:
    notes, schedule = [], SCHEDULES[config.schedule]
    if config.class_weights != "off" and "class_weights" in given and dataset.task == "regression":
        notes.append("--class-weights has no effect: a regression has no classes.")
    if "batch_size" in given and OPTIMIZERS[config.optimizer].whole:
        notes.append(f"--batch-size has no effect: {OPTIMIZERS[config.optimizer].name} takes the full batch.")
    for field in ("schedule_period", "schedule_factor"):
        if field in given and field not in schedule.settings:
            name = f"--{field.replace('_', '-')}"
            notes.append(f"{name} has no effect: the schedule {config.schedule} does not use it.")
    return notes


def have_backend(config: TrainingConfig, backend: str) -> str:
    """Have what trains at hand; returns a note ("" for none).

    Kernels that were asked for and never compiled are compiled now, which takes up to a minute; Ctrl-C ends that at
    once. Raises UserError naming --backend.
    """
    missing = not config.dropout and loading.available() and not loading.ready()
    if backend != "compiled" or not missing:
        with option("--backend"):
            chosen_backend(config, backend)
        return uncompiled_note() if backend == "auto" and missing else ""
    progress, began = Progress(), time.perf_counter()
    progress("compiling the kernels, once …")
    try:
        compile_apart()
        with option("--backend"):
            chosen_backend(config, backend)
    finally:
        progress.end()
    return f"The kernels were compiled first, once, in {duration(time.perf_counter() - began)}."


def compile_apart() -> None:
    """Compile into the cache in another process, for within the compiler Ctrl-C is not always heard."""
    if getattr(sys, "frozen", False):
        return
    quiet, paths = subprocess.DEVNULL, [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    words = [sys.executable, "-P", "-m", "mlpviz.nn.compiled"]
    with subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet, env=environment) as process:
        try:
            process.wait()
        finally:
            process.terminate()
            process.wait()


def uncompiled_note() -> str:
    """What to do where Numba is there and its kernels are not; "" where there is nothing to do."""
    if not loading.available() or loading.ready():
        return ""
    return f"NumPy trains: the faster kernels are not compiled yet; `{COMPILE}` does that once."
