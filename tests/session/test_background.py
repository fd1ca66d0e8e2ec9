"""The pictures' thread: the newest request of a key wins, keys take turns by what they cost, nothing outlives it."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from mlpviz.runtime.background import Background


@pytest.fixture
def pictures(qtbot: QtBot) -> Iterator[Background]:
    background = Background()
    yield background
    background.close()
    assert background.isFinished()


def spend(seconds: float, result: str = "") -> str:
    """Take that long."""
    Event().wait(seconds)
    return result


def held(background: Background) -> Event:
    """Keep the thread busy until the event is set."""
    begun, go = Event(), Event()

    def wait() -> None:
        begun.set()
        go.wait(10)

    background.request("held", wait, lambda _: None)
    assert begun.wait(10)
    return go


def test_the_newest_request_of_a_key_wins(pictures: Background, qtbot: QtBot) -> None:
    go, received = held(pictures), list[int]()
    for number in range(5):
        pictures.request("a", lambda number=number: number, received.append)
    go.set()
    qtbot.waitUntil(lambda: pictures.idle)
    assert received == [4]


def test_keys_that_cost_the_same_take_turns(pictures: Background, qtbot: QtBot) -> None:
    go, received = held(pictures), list[str]()
    for key in ("a", "b", "c"):
        pictures.request(key, lambda key=key: key, received.append)
    go.set()
    qtbot.waitUntil(lambda: pictures.idle)
    assert received == ["a", "b", "c"]


def test_a_cheap_picture_comes_before_a_dear_one(pictures: Background, qtbot: QtBot) -> None:
    received: list[str] = []
    for _ in range(3):
        go = held(pictures)
        for key, seconds in (("dear", 0.02), ("cheap", 0.0)):
            pictures.request(key, lambda key=key, seconds=seconds: spend(seconds, key), received.append)
        go.set()
        qtbot.waitUntil(lambda: pictures.idle)
    assert received == ["dear", "cheap", "cheap", "dear", "cheap", "dear"]


def test_one_that_fails_is_logged_and_the_next_is_served(
    pictures: Background, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    received: list[int] = []
    pictures.request("a", lambda: 1 // 0, received.append)
    pictures.request("b", lambda: 1, received.append)
    qtbot.waitUntil(lambda: received == [1])
    assert "The picture 'a' could not be computed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_closing_ends_a_thread_that_rests_and_drops_what_waits(qtbot: QtBot) -> None:
    background, received = Background(), list[str]()
    background.share = 0.01
    background.request("slow", lambda: spend(0.02), received.append)
    qtbot.waitUntil(lambda: received == [""])
    background.request("late", lambda: "late", received.append)
    background.close()
    assert background.isFinished()
    qtbot.wait(1)
    assert received == [""]
