"""Pieces of work on processes: what one process tells, whatever dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest

from mlpviz.data.strokes import preset, smoothed
from mlpviz.errors import RunError
from mlpviz.experiments import processes as module
from mlpviz.experiments.processes import processes
from mlpviz.experiments.work import Row, Told, Work, here, keys, works
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.trainer import chosen_backend
from mlpviz.universality.target import Target, target_of

BACKEND = chosen_backend(TrainingConfig())


@pytest.fixture
def target() -> Target:
    return target_of(smoothed(preset("hills")))


def table(told: Iterator[tuple[int, Told]]) -> list[Row]:
    return sorted((each.row for _, each in told if each.row is not None), key=lambda row: row.key)


def without_seconds(rows: list[Row]) -> list[tuple[object, ...]]:
    return [(*row.key, row.sup, row.rms) for row in rows]


def never() -> bool:
    return False


def test_work_is_in_the_order_of_the_table() -> None:
    found = works(("relu", "softplus"), (1, 4), ("adam", "constructed"), 2, 30, BACKEND)
    assert [(work.activation, work.method, work.widths, work.seed) for work in found[:4]] == [
        ("relu", "adam", (1,), 0), ("relu", "adam", (1,), 1),
        ("relu", "constructed", (1, 4), 0), ("relu", "adam", (4,), 0),
    ]  # fmt: skip
    assert [key[1:] for key in keys(found)[:6]] == [
        (1, "adam", 0), (1, "adam", 1), (1, "constructed", 0), (4, "adam", 0), (4, "adam", 1), (4, "constructed", 0)
    ]  # fmt: skip
    assert [work.steps for work in found[:3]] == [30, 30, 0]
    assert all(work.cost > 0 for work in found)


def test_a_process_that_is_killed_is_replaced(target: Target) -> None:
    found = works(("relu",), (1, 2, 300), ("constructed", "adam"), 2, 300, BACKEND)
    rows, killed = [], False
    with closing(processes(found, target, 2, never)) as told:
        for _, each in told:
            rows.append(each.row)
            if not killed:
                killed = True
                for child in children():
                    os.kill(child, signal.SIGKILL)
    assert without_seconds(sorted(filter(None, rows), key=lambda row: row.key)) == without_seconds(
        table(here(found, target, never))
    )
    assert children() == []


def children() -> list[int]:
    """The processes that work for this one."""
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        found = [int(word) for word in file.read().split()]
    return [child for child in found if b"spawn_main" in command(child)]


def command(process: int) -> bytes:
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""


def test_where_processes_die_again_and_again_that_is_told(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_whole", deadly)
    found = works(("relu",), (1, 2), ("adam",), 1, 5, BACKEND)
    with pytest.raises(RunError, match="killed again and again"):
        list(processes(found, target, 2, never))


def deadly(work: Work, target: Target) -> list[Told]:
    """Takes its process with it."""
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def test_what_fails_in_a_process_is_told_like_here(target: Target) -> None:
    found = [Work("relu", "adam", (width,), 0, 5, backend) for width, backend in ((1, BACKEND), (2, "quantum"))]
    said = {index: each.failure for index, each in processes(found, target, 2, never)}
    assert said == {index: each.failure for index, each in here(found, target, never)}
    assert said[0] == ""
    assert said[1].startswith("relu, Adam, width 2: Unknown backend 'quantum'")


def test_stopping_ends_work_under_way_and_keeps_what_is_done(target: Target) -> None:
    found = works(("relu",), (1, 1000), ("adam",), 8, 100_000, BACKEND)
    rows: list[Row | None] = []
    for _, each in processes(found, target, 2, lambda: len(rows) > 2):
        rows.append(each.row)
    assert 3 <= len(rows) <= 8
    assert all(row is not None and row.width == 1 for row in rows)
    assert children() == []
