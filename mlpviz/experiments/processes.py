"""Pieces of work on several processes of this machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import Any

from mlpviz.errors import RunError
from mlpviz.experiments.control import Stopping
from mlpviz.experiments.pool import AHEAD, chosen
from mlpviz.experiments.work import Telling, Told, Work, perform
from mlpviz.universality.target import Target

LOOK_SECONDS = 0.1
# So often in a row a process may die without any work having been done meanwhile.
MOST_DEATHS = 3

# In a process of the pool: whether its work is to end, a number in memory shared with who started it.
_ending: list[Any] = []


def processes(found: Sequence[Work], target: Target, jobs: int, stopping: Stopping) -> Telling:
    """Do the works on so many processes; yields what is told, with the number of the work, in any order.

    What is told is what one process would tell: each process has the environment of this one, and so as many threads
    for its matrix products. A process that dies is replaced, and its work done again.

    Raises RunError where processes die again and again.
    """
    waiting, deaths = dict(enumerate(found)), 0
    while waiting and not stopping():
        left = len(waiting)
        try:
            yield from _until_one_dies(waiting, target, jobs, stopping)
        except BrokenProcessPool:
            deaths = deaths + 1 if len(waiting) == left else 0
            if deaths == MOST_DEATHS:
                raise RunError(
                    "The processes that do the work are killed again and again, perhaps for want of memory; "
                    "run the same command with fewer --jobs."
                ) from None


def _until_one_dies(waiting: dict[int, Work], target: Target, jobs: int, stopping: Stopping) -> Telling:
    """Do the works and take them from `waiting`."""
    context = get_context("spawn")
    # Without a lock, which a process that is killed might never give back.
    ending = context.RawValue("b", 0)
    executor = ProcessPoolExecutor(min(jobs, len(waiting)), context, _begin, (ending,))
    todo, under_way = dict(waiting), dict[Future[list[Told]], int]()
    try:
        while todo or under_way:
            while todo and len(under_way) < jobs and not stopping():
                index = _next(todo, [waiting[other].cost for other in under_way.values()], jobs)
                with deaf():
                    under_way[executor.submit(_whole, todo.pop(index), target)] = index
            if stopping():
                ending.value, todo = 1, {}
            for future in wait(under_way, LOOK_SECONDS, FIRST_COMPLETED).done:
                index = under_way.pop(future)
                told = future.result()
                del waiting[index]
                for part in told:
                    yield index, part
    finally:
        ending.value = 1
        executor.shutdown(wait=True, cancel_futures=True)


def _next(todo: dict[int, Work], under_way: list[float], jobs: int) -> int:
    ahead = {index: todo[index].cost for index in list(todo)[:AHEAD]}
    return chosen(ahead, under_way, jobs)


@contextmanager
def deaf() -> Iterator[None]:
    """Processes that are started meanwhile do not hear Ctrl-C, which is for the one that started them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ---- in the processes


def _begin(ending: Any) -> None:
    _ending[:] = [ending]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, name="parent", daemon=True).start()


def end_with_parent() -> None:
    """Wait for the parent's end, and end: a process whose parent was killed has nobody to work for."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _whole(work: Work, target: Target) -> list[Told]:
    return [told for told in perform(work, target, _stopping) if told.row is not None or told.failure]


def _stopping() -> bool:
    return bool(_ending[0].value)
