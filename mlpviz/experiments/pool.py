"""Long tasks on several threads, with results in the order of the tasks, whatever the order they end in."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Condition, Thread, current_thread
from typing import Generic, Protocol, TypeVar

# How many waiting tasks are planned with: more would only cost time, and let results wait longer for earlier ones.
AHEAD = 32
# Ends that differ by so little are equally good.
ABOUT = 0.01
# Some systems deliver Ctrl-C only between two waits.
LONGEST_WAIT = 0.1  # seconds


class Told(Protocol):
    """What an update of a task must tell."""

    @property
    def fraction(self) -> float:
        """How much of the task is done, 0 … 1."""

    @property
    def point(self) -> object | None:
        """The task's result; None while it is under way."""


Update = TypeVar("Update", bound=Told)


@dataclass(frozen=True, eq=False, slots=True)
class Task(Generic[Update]):
    """Something to be done on one thread.

    Attributes:
        cost: about how long it takes, in any unit.
        updates: given a function that says whether to stop, does the work; the last update has the point, unless it
            was stopped.
    """

    cost: float
    updates: Callable[[Callable[[], bool]], Iterator[Update]]


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def parallel(tasks: Sequence[Task[Update]], threads: int, stopping: Callable[[], bool]) -> Iterator[Update]:
    """Do the tasks on so many threads of their own.

    Points come in the order of the tasks. Updates on the way come from every task under way, the newest of each only.
    Where a task raises, the points of those before it come first, then its exception, and nothing else: what one thread
    would give. The threads have ended when the generator has, also when it is closed early.

    Args:
        tasks: what is to be done; quick ones first if results are to be seen soon.
        threads: how many at once.
        stopping: whether to end now; points that are there still come.
    """
    pool = _Pool(tasks, threads, stopping)
    try:
        pool.start()
        yield from pool.updates()
    finally:
        pool.close()


def chosen(waiting: Mapping[int, float], under_way: Sequence[float], threads: int) -> int:
    """The task that a free thread begins next: the first after which all threads can still end about together.

    Args:
        waiting: the cost of each task that waits.
        under_way: the costs that are left of the tasks under way.
        threads: how many there are, the free one included.
    """
    others = [*under_way, *[0.0] * (threads - 1 - len(under_way))]
    ends = {task: _end([*others, waiting[task]], waiting, task) for task in sorted(waiting)}
    best = min(ends.values())
    return next(task for task, end in ends.items() if end <= best * (1 + ABOUT))


def _end(loads: list[float], waiting: Mapping[int, float], begun: int) -> float:
    """When the last thread ends if all other tasks are dealt out, the dearest first, to who is free soonest."""
    heapq.heapify(loads)
    for cost in sorted((cost for task, cost in waiting.items() if task != begun), reverse=True):
        heapq.heapreplace(loads, loads[0] + cost)
    return max(loads)


class _Pool(Generic[Update]):
    """The threads of one `parallel`. Everything below `_changed` is touched with that held, but read for stopping."""

    def __init__(self, tasks: Sequence[Task[Update]], threads: int, stopping: Callable[[], bool]) -> None:
        self._tasks, self._stopping = tasks, stopping
        # An abandoned generator must not keep a program from ending.
        self._threads = [Thread(target=self._work, name=f"pool {n}", daemon=True) for n in range(threads)]
        self._changed = Condition()
        self._waiting = list(range(len(tasks)))
        self._left: dict[int, float] = {}  # the cost that is left of each task under way
        self._live: dict[int, Update] = {}  # the newest update of each that nobody has had
        self._ends: dict[int, Update | BaseException | None] = {}  # of ended tasks: the point, what it raised, or None
        self._limit = len(tasks)  # from here on nothing is wanted: a task before has raised
        self._working = 0
        self._closing = False

    def start(self) -> None:
        """Begin on every thread."""
        for thread in self._threads:
            with self._changed:
                self._working += 1
            thread.start()

    def close(self) -> None:
        """End the threads after the step they are in."""
        self._closing = True
        # The collector may close a forgotten generator on any thread, even on one of these, which must not wait.
        if current_thread() in self._threads:
            return
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    # ---- on the caller's thread

    def updates(self) -> Iterator[Update]:
        """See `parallel`."""
        for task in range(len(self._tasks)):
            yield from self._until(task)
            with self._changed:
                end = self._ends.pop(task, None)
            if isinstance(end, BaseException):
                raise end
            if end is not None:
                yield end

    def _until(self, task: int) -> Iterator[Update]:
        """Updates on the way, until this task has ended or nobody works any more."""
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._live or task in self._ends or not self._working, timeout=LONGEST_WAIT
                )
                live, self._live = self._live, {}
                ended = task in self._ends or not self._working
            for update in live.values():
                if not self._stopping():
                    yield update
            if ended:
                return

    # ---- on the pool's threads

    def _work(self) -> None:
        try:
            while (task := self._next()) is not None:
                end = self._drained(task)
                with self._changed:
                    del self._left[task]
                    self._live.pop(task, None)
                    self._ends[task] = end
                    if isinstance(end, BaseException):
                        self._limit = min(self._limit, task)
                    self._changed.notify()
        finally:
            with self._changed:
                self._working -= 1
                self._changed.notify()

    def _unwanted(self, task: int) -> bool:
        return self._closing or task >= self._limit or self._stopping()

    def _next(self) -> int | None:
        with self._changed:
            waiting = {task: self._tasks[task].cost for task in self._waiting[:AHEAD] if not self._unwanted(task)}
            if not waiting:
                return None
            task = chosen(waiting, list(self._left.values()), len(self._threads))
            self._waiting.remove(task)
            self._left[task] = self._tasks[task].cost
            return task

    def _drained(self, task: int) -> Update | BaseException | None:
        """Do a task; returns the update with its point, what it raised, or None where it was stopped."""
        last = None
        try:
            for update in self._tasks[task].updates(lambda: self._unwanted(task)):
                if update.point is not None:
                    last = update
                    continue
                with self._changed:
                    self._left[task] = self._tasks[task].cost * (1 - update.fraction)
                    self._live[task] = update
                    self._changed.notify()
        except BaseException as error:
            return error
        return last
