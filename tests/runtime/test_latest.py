"""The newest wish alone is worked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from pytestqt.qtbot import QtBot

from mlpviz.runtime.latest import Latest


def test_a_new_wish_ends_the_old_one_and_drops_all_but_its_first(qtbot: QtBot) -> None:
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
        assert got[before:].count("old") <= 1  # a first that was under way
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


def test_wished_anew_faster_than_a_job_begins_each_begun_one_tells_its_first(qtbot: QtBot) -> None:
    got: list[int] = []
    latest = Latest(got.append)

    def job(number: int) -> Callable[[Callable[[], bool]], Iterator[int]]:
        def find(stopping: Callable[[], bool]) -> Iterator[int]:
            threading.Event().wait(0.02)
            yield number
            while not stopping():
                threading.Event().wait(0.001)
            yield -number

        return find

    try:
        for number in range(1, 101):
            latest.ask(job(number))
            qtbot.wait(5)
        latest.ask(lambda stopping: [1000])
        qtbot.waitUntil(lambda: latest.idle)
        assert got[-1] == 1000
        assert len(got) > 10  # not only the last
        assert got == sorted(got)
        assert min(got) > 0  # what a replaced job says later is dropped
    finally:
        latest.close()
