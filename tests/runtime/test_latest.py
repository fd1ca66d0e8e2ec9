"""The newest wish alone is worked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from pytestqt.qtbot import QtBot

from mlpviz.runtime.latest import Latest


def test_a_new_wish_ends_the_old_one_and_drops_its_updates(qtbot: QtBot) -> None:
    got: list[Any] = []
    latest = Latest(got.append)
    begun, ended = threading.Event(), threading.Event()

    def old(stopping: Callable[[], bool]) -> Iterator[str]:
        begun.set()
        while not stopping():
            yield "old"
        ended.set()

    try:
        latest.ask(old)
        assert begun.wait(5)
        latest.ask(lambda stopping: iter(["new", "newest"]))
        before = len(got)
        qtbot.waitUntil(lambda: latest.idle and "newest" in got)
        assert ended.is_set()
        assert "old" not in got[before:]
        assert got[-1] == "newest"
    finally:
        latest.close()


def test_a_job_that_raises_is_logged_and_the_next_one_comes(qtbot: QtBot, caplog: Any) -> None:
    got: list[Any] = []
    latest = Latest(got.append)

    def broken(stopping: Callable[[], bool]) -> Iterator[int]:
        yield 1
        raise ValueError("broken on purpose")

    try:
        latest.ask(broken)
        qtbot.waitUntil(lambda: latest.idle)
        assert "broken on purpose" in caplog.text
        latest.ask(lambda stopping: [2])
        qtbot.waitUntil(lambda: latest.idle and got[-1] == 2)
    finally:
        latest.close()


def test_closed_while_a_job_goes_on_it_ends(qtbot: QtBot) -> None:
    latest, begun = Latest(lambda update: None), threading.Event()

    def endless(stopping: Callable[[], bool]) -> Iterator[int]:
        begun.set()
        while not stopping():
            yield 0

    latest.ask(endless)
    assert begun.wait(5)
    latest.close()
    assert latest.isFinished()
