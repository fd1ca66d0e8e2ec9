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
from dataclasses import astuple
from pathlib import Path
from threading import Event

import pytest

from mlpviz.data.strokes import preset, smoothed
from mlpviz.experiments import cluster as module
from mlpviz.experiments.cluster import whole
from mlpviz.experiments.work import Work, perform
from mlpviz.universality.target import target_of
from tests.cli.calling import called, refused
from tests.optional import needs_distributed

ROOT = Path(__file__).resolve().parents[2]
MLPVIZ = [sys.executable, "-m", "mlpviz", "sweep"]
WORDS = ["--widths", "1,2,300", "--seeds", "6", "--steps", "800", "--methods", "constructed,adam"]
ROWS, HALF_WAY = 3 + 3 * 6, 14  # then the wide nets are made
LIMIT = 60.0  # seconds; some machines are busy


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[str]]:
    """A process of Dask's, ended at the end."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2", "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "30s"}
    started = subprocess.Popen(
        [sys.executable, *words],
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
def local_cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """The address of a scheduler, and its workers."""
    place = folder / "scheduler.json"
    with ExitStack() as stack:
        place_words = ("--scheduler-file", str(place))
        quiet = ("--host", "127.0.0.1", "--no-dashboard")
        stack.enter_context(process("-m", "distributed.cli.dask_scheduler", *quiet, "--port", "0", *place_words))
        words = ("-m", "distributed.cli.dask_worker", *worker_words(folder))
        started = [stack.enter_context(process(*words)) for _ in range(workers)]
        wait_for(lambda: place.exists() and b"address" in place.read_bytes())
        yield json.loads(place.read_text())["address"], started


def worker_words(folder: Path) -> list[str]:
    """What a worker of that scheduler is started with."""
    place = str(folder / "scheduler.json")
    quiet = ["--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    return [*quiet, "--nthreads", "1", "--scheduler-file", place]


def wait_for(ready: Callable[[], bool]) -> None:
    deadline, pause = time.monotonic() + LIMIT, Event()
    while not ready():
        assert time.monotonic() < deadline
        pause.wait(0.02)


def test_without_dask_the_command_to_install_it_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    says = 'mlpviz sweep: --cluster: This needs Dask: pip install "mlpviz[cluster]".'
    refused(capsys, ["sweep", "--widths", 1, "--cluster", "tcp://127.0.0.1:1"], says)


def test_a_worker_with_other_versions_is_told() -> None:
    g, work = smoothed(preset("hills")), Work("relu", "constructed", (1,), 0, 0, "numpy")
    (done,) = whole(astuple(work), g.tobytes(), module.versions())
    (here,) = perform(work, target_of(g), lambda: False)
    assert done.row is not None
    assert here.row is not None
    assert (done.row.key, done.row.sup, done.row.rms) == (here.row.key, here.row.sup, here.row.rms)
    (told,) = whole(astuple(work), g.tobytes(), ("99.0", "1.2"))
    assert told.row is None
    assert "this machine 99.0 with NumPy 1.2; install the same ones" in told.failure


@needs_distributed
def test_a_scheduler_that_does_not_answer_is_told() -> None:
    addresses = ["127.0.0.1:1", "tcp://127.0.0.1:1", "nowhere://a", "ä b", ""]
    code = (
        "from mlpviz.cli import main\nfrom mlpviz.experiments import cluster\ncluster.CONNECT_SECONDS = 0.5\n"
        f"print([main(['sweep', '--widths', '1', '--cluster', address]) for address in {addresses}])"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT, timeout=LIMIT)
    assert done.stdout == "[2, 2, 2, 2, 2]\n"
    lines = done.stderr.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("mlpviz sweep: --cluster: No Dask scheduler answers at ") for line in lines)


@needs_distributed
def test_a_worker_without_mlpviz_is_told(tmp_path: Path) -> None:
    bare = "import sys; sys.modules['mlpviz'] = None; from distributed.cli.dask_worker import main; main()"
    with local_cluster(tmp_path, 0) as (address, _), process("-c", bare, *worker_words(tmp_path)):
        words = [*MLPVIZ, "--widths", "1", "--methods", "constructed", "--cluster", address]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=LIMIT)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("mlpviz sweep: a worker cannot do the work: ")
    assert last.endswith("; install the same mlpviz[cluster] there.")


@needs_distributed
def test_a_worker_that_is_killed_loses_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, alone = tmp_path / "cluster.csv", tmp_path / "alone.csv"
    with local_cluster(tmp_path) as (address, workers):
        run = subprocess.Popen(
            [*MLPVIZ, *WORDS, "--csv", str(path), "--cluster", address],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with run:
            wait_for(lambda: run.poll() is not None or lines(path) > HALF_WAY)
            assert run.poll() is None
            os.kill(workers[0].pid, signal.SIGKILL)
            out, err = run.communicate(timeout=LIMIT)
    assert (run.returncode, err) == (0, "")
    assert out.splitlines()[-1] == f"wrote {path}"
    assert called(capsys, "sweep", *WORDS, "--csv", alone, "--jobs", 1)[0] == 0
    assert figures(path) == figures(alone)
    assert len(figures(path)) == 1 + ROWS


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def figures(path: Path) -> list[list[str]]:
    rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    return [[cell for place, cell in enumerate(row) if place != 6] for row in rows]


@needs_distributed
def test_a_worker_keeps_to_the_threads_of_who_asks() -> None:
    """NumPy may stand there before mlpviz can ask for one thread."""
    code = (
        "import numpy\nfrom mlpviz.experiments.cluster import keep_to, threads\n"
        "before = threads()\nkeep_to(1)\nprint(before, threads())"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT, env=environment, timeout=LIMIT)
    before, after = done.stdout.split()
    assert int(after) == 1 <= int(before)
