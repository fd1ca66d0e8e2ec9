"""Garbage is looked for in the GUI thread only."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from mlpviz.runtime.collector import Collector, collect


class Node:
    """What refers to itself, and notes the thread it ends in."""

    ended: list[threading.Thread] = []  # noqa: RUF012

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.ended.append(threading.current_thread())


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    """One at work, nothing found so far."""
    Node.ended.clear()
    collector = Collector()
    yield collector
    collector.close()


def litter() -> None:
    """Far more than Python waits for before it looks for garbage."""
    for _ in range(20 * gc.get_threshold()[0]):
        Node()


def test_a_worker_that_makes_garbage_destroys_none(collector: Collector, qtbot: QtBot) -> None:
    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    assert Node.ended == []
    qtbot.waitUntil(lambda: len(Node.ended) == 20 * gc.get_threshold()[0])
    assert set(Node.ended) == {threading.current_thread()}


@pytest.mark.parametrize(
    ("count", "generation"), [((0, 99, 99), [2]), ((9999, 99, 0), [1]), ((9999, 0, 0), [0]), ((5, 5, 5), [])]
)
def test_the_oldest_that_is_due_is_looked_through(
    monkeypatch: pytest.MonkeyPatch, count: tuple[int, int, int], generation: list[int]
) -> None:
    looked: list[int] = []
    monkeypatch.setattr(gc, "get_count", lambda: count)
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", looked.append)
    collect()
    assert looked == generation
