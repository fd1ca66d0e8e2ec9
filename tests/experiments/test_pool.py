"""Tasks on threads: results in order whoever is done first, failures as one thread would give them, nothing left."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.experiments.pool import AHEAD, Task, chosen, cores, parallel

GENEROUS = 60.0  # seconds that something may take at most before a test fails rather than hangs


@dataclass(frozen=True)
class Update:
    name: str
    fraction: float
    point: str | None


Work = Callable[[Callable[[], bool]], Iterator[Update]]


class Broken(Exception):
    """What a task of these tests raises."""


def done(name: str) -> Update:
    return Update(name, 1.0, name)


def plain(name: str, after: Event | None = None, then: Event | None = None) -> Work:
    """Waits for an event, ends, and sets another."""

    def work(stopping: Callable[[], bool]) -> Iterator[Update]:
        assert after is None or after.wait(GENEROUS)
        yield done(name)
        if then is not None:
            then.set()

    return work


def endless(name: str, ended: Event | None = None) -> Work:
    """Goes on until it is stopped."""

    def work(stopping: Callable[[], bool]) -> Iterator[Update]:
        while not stopping():
            yield Update(name, 0.5, None)
        if ended is not None:
            ended.set()

    return work


def failing(after: Event | None = None, then: Event | None = None) -> Work:
    def work(stopping: Callable[[], bool]) -> Iterator[Update]:
        assert after is None or after.wait(GENEROUS)
        yield Update("failing", 0.5, None)
        if then is not None:
            then.set()
        raise Broken

    return work


def never() -> bool:
    return False


def tasks(*works: Work) -> list[Task[Update]]:
    return [Task(1.0, work) for work in works]


def drained(updates: Iterator[Update]) -> list[str]:
    return [update.point for update in updates if update.point is not None]


def pool_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("pool")]


# ---- order


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_points_come_in_the_order_of_the_tasks(threads: int) -> None:
    names = [str(number) for number in range(3 * AHEAD)]
    assert drained(parallel(tasks(*map(plain, names)), threads, never)) == names


def test_a_point_that_is_early_waits_for_those_before_it() -> None:
    second = Event()
    assert drained(parallel(tasks(plain("a", after=second), plain("b", then=second)), 2, never)) == ["a", "b"]


def test_tasks_really_are_under_way_at_once() -> None:
    one, two = Event(), Event()

    def meeting(name: str, mine: Event, other: Event) -> Work:
        def work(stopping: Callable[[], bool]) -> Iterator[Update]:
            mine.set()
            assert other.wait(GENEROUS)
            yield done(name)

        return work

    assert drained(parallel(tasks(meeting("a", one, two), meeting("b", two, one)), 2, never)) == ["a", "b"]


def test_updates_on_the_way_come_from_every_task_and_never_behind_its_point() -> None:
    wanted = Event()

    def work(stopping: Callable[[], bool]) -> Iterator[Update]:
        yield Update("a", 0.25, None)
        assert wanted.wait(GENEROUS)
        yield done("a")

    running = parallel(tasks(work, plain("b", after=wanted)), 2, never)
    assert next(running) == Update("a", 0.25, None)
    wanted.set()
    assert list(running) == [done("a"), done("b")]


def test_of_updates_that_nobody_takes_only_the_newest_is_kept() -> None:
    first, through = Event(), Event()

    def work(stopping: Callable[[], bool]) -> Iterator[Update]:
        yield Update("a", 0.0, None)
        assert first.wait(GENEROUS)
        for number in range(1000):
            yield Update("a", number / 1000, None)
        through.set()
        while not stopping():
            pass

    running = parallel(tasks(work), 1, never)
    next(running)
    first.set()
    assert through.wait(GENEROUS)
    assert next(running).fraction == 0.999
    running.close()
    assert pool_threads() == []


# ---- failures


def test_points_before_a_failure_come_first_and_none_behind_it() -> None:
    failed, third = Event(), Event()
    running = parallel(
        tasks(plain("a", after=failed), failing(after=third, then=failed), plain("c", then=third), endless("d")),
        3,
        never,
    )
    seen: list[Update] = []
    with pytest.raises(Broken):
        seen.extend(running)
    assert [update.point for update in seen if update.point is not None] == ["a"]
    assert pool_threads() == []


def test_of_two_failures_the_first_in_order_is_told() -> None:
    second = Event()

    def other(stopping: Callable[[], bool]) -> Iterator[Update]:
        second.set()
        raise ValueError
        yield

    with pytest.raises(Broken):
        list(parallel(tasks(failing(after=second), other), 2, never))


# ---- ending early


def test_stopping_ends_all_and_keeps_what_is_there() -> None:
    stop, third = Event(), Event()
    running = parallel(tasks(endless("a"), endless("b"), plain("c", then=third)), 3, stop.is_set)
    assert next(running).point is None
    assert third.wait(GENEROUS)
    stop.set()
    # The thread notes a point just behind setting the event.
    assert drained(running) in (["c"], [])
    assert pool_threads() == []


def test_nothing_begins_once_it_is_stopped() -> None:
    begun: list[str] = []

    def work(stopping: Callable[[], bool]) -> Iterator[Update]:
        begun.append("a")
        yield done("a")

    assert list(parallel(tasks(work, work), 2, lambda: True)) == []
    assert begun == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit])
def test_closing_early_joins_the_threads(error: type[BaseException]) -> None:
    ended = Event()
    running = parallel(tasks(endless("a", ended), endless("b")), 2, never)
    assert isinstance(running, Iterator)
    next(running)
    assert len(pool_threads()) == 2
    with pytest.raises(error):
        running.throw(error)  # type: ignore[attr-defined]
    assert ended.is_set()
    assert pool_threads() == []


def test_a_forgotten_generator_leaves_no_thread() -> None:
    running = parallel(tasks(endless("a"), endless("b")), 2, never)
    next(running)
    del running
    gc.collect()
    assert pool_threads() == []


def test_a_generator_that_is_forgotten_on_a_thread_of_its_own_ends_as_well() -> None:
    box, given = list[Iterator[Update]](), Event()

    def work(stopping: Callable[[], bool]) -> Iterator[Update]:
        yield Update("a", 0.5, None)
        assert given.wait(GENEROUS)
        box.clear()
        while not stopping():
            yield Update("a", 0.5, None)

    box.append(parallel(tasks(work, endless("b")), 2, never))
    next(box[0])
    threads = pool_threads()
    given.set()
    for thread in threads:
        thread.join(GENEROUS)
    assert box == []
    assert pool_threads() == []


def test_a_generator_that_never_began_has_no_threads() -> None:
    running = parallel(tasks(endless("a")), 1, never)
    assert pool_threads() == []
    running.close()
    assert pool_threads() == []


# ---- who begins what


def makespan(costs: list[float], threads: int) -> float:
    """When the last of the threads ends, each beginning what it is told to whenever it is free."""
    waiting, free = dict(enumerate(costs)), [0.0] * threads
    under_way = [0.0] * threads
    while waiting:
        mine = min(range(threads), key=free.__getitem__)
        others = [max(0.0, under_way[k] - free[mine]) for k in range(threads) if k != mine]
        task = chosen(waiting, [left for left in others if left], threads)
        free[mine] += waiting.pop(task)
        under_way[mine] = free[mine]
    return max(free)


def test_two_threads_begin_narrow_and_end_together() -> None:
    costs = [8000 * min(1.0, (64 / width) ** 0.5) * (width + 2) for width in (1, 2, 4, 8, 16, 32, 64, 128, 256)]
    assert makespan(costs, 2) < 1.03 * sum(costs) / 2
    assert chosen(dict(enumerate(costs)), [], 2) < 4


@given(costs=st.lists(st.floats(0.001, 1000.0), min_size=1, max_size=12), threads=st.integers(1, 4))
def test_no_thread_is_left_idle(costs: list[float], threads: int) -> None:
    # Graham's bound, for any order in which no thread waits.
    best = max(max(costs), sum(costs) / threads)
    assert makespan(costs, threads) <= (2 - 1 / threads) * best * (1 + 1e-9)


def test_equal_tasks_begin_in_their_order() -> None:
    assert chosen({3: 1.0, 4: 1.0, 5: 1.0}, [1.0], 2) == 3
    assert chosen({5: 9.0}, [1.0, 1.0], 2) == 5


def test_there_is_a_core() -> None:
    assert cores() >= 1
