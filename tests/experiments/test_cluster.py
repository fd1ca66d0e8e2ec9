"""Pieces of work on the workers of a Dask scheduler."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from mlpviz.data.strokes import preset, smoothed
from mlpviz.experiments import cluster as module
from mlpviz.experiments.cluster import whole
from mlpviz.experiments.work import Work
from mlpviz.universality.target import target_of
from tests.cli.calling import refused
from tests.optional import needs_distributed

ROOT = Path(__file__).resolve().parents[2]
MLPVIZ = [sys.executable, "-m", "mlpviz", "sweep"]
WORDS = ["--widths", "1,2,300", "--seeds", "6", "--steps", "900", "--methods", "constructed,adam"]
LIMIT = 60.0  # seconds; some machines are busy


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A process of Dask's, ended at the end."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "30s"}
    started = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextmanager
def local_cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """The address of a scheduler, and its two workers."""
    place = folder / "scheduler.json"
    with ExitStack() as stack:
        place_words = ("--scheduler-file", str(place))
        quiet = ("--host", "127.0.0.1", "--no-dashboard")
        stack.enter_context(process("distributed.cli.dask_scheduler", *quiet, "--port", "0", *place_words))
        words = ("distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1", "--no-dashboard", *place_words)
        workers = [stack.enter_context(process(*words, "--local-directory", str(folder))) for _ in range(2)]
        wait_for(lambda: place.exists() and b"address" in place.read_bytes())
        yield json.loads(place.read_text())["address"], workers


def wait_for(ready: Callable[[], bool]) -> None:
    deadline, pause = time.monotonic() + LIMIT, Event()
    while not ready():
        assert time.monotonic() < deadline
        pause.wait(0.02)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python without Dask."""

    def without(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(module.importlib, "import_module", without)


def test_without_dask_the_command_to_install_it_is_told(capsys: pytest.CaptureFixture[str], bare: None) -> None:
    says = 'mlpviz sweep: --cluster: This needs Dask: pip install "mlpviz[cluster]".'
    refused(capsys, ["sweep", "--widths", 1, "--cluster", "tcp://127.0.0.1:1"], says)


def test_a_worker_with_other_versions_is_told() -> None:
    target = target_of(smoothed(preset("hills")))
    work = Work("relu", "constructed", (1,), 0, 0, "numpy")
    assert [told.failure for told in whole(work, target, module.versions())] == [""]
    (told,) = whole(work, target, ("99.0", "1.2"))
    assert told.row is None
    assert "this machine 99.0 with NumPy 1.2; install the same ones" in told.failure


@needs_distributed
@pytest.mark.parametrize("address", ["127.0.0.1:1", "tcp://127.0.0.1:1", "nowhere://a", "ä b", ""])
def test_a_scheduler_that_does_not_answer_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.5)
    refused(capsys, ["sweep", "--widths", 1, "--cluster", address], "--cluster: ")


@needs_distributed
def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    path, alone = tmp_path / "cluster.csv", tmp_path / "alone.csv"
    with local_cluster(tmp_path) as (address, workers):
        run = subprocess.Popen(
            [*MLPVIZ, *WORDS, "--csv", str(path), "--cluster", address],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with run:
            wait_for(lambda: path.exists() and path.read_bytes().count(b"\n") > 14)
            assert run.poll() is None
            os.kill(workers[0].pid, signal.SIGKILL)
            out, err = run.communicate(timeout=LIMIT)
    assert (run.returncode, err) == (0, "")
    assert out.splitlines()[-1] == f"wrote {path}"
    subprocess.run([*MLPVIZ, *WORDS, "--csv", str(alone), "--jobs", "1"], capture_output=True, check=True)
    assert figures(path) == figures(alone)
    assert len(figures(path)) == 22


def figures(path: Path) -> list[list[str]]:
    rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    return [[cell for place, cell in enumerate(row) if place != 6] for row in rows]
