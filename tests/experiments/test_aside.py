"""A process beside this one does the same work, and nothing is lost when it is not there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from mlpviz.data.strokes import preset
from mlpviz.errors import UserError
from mlpviz.experiments.aside import Aside, drained
from mlpviz.experiments.derived import Derived, derived
from mlpviz.nn.layout import Array

WAIT = 60.0  # seconds for a process to stand, on a busy machine
NEVER = lambda: False  # noqa: E731


@dataclass(frozen=True, eq=False)
class Number:
    value: int
    array: Array


@dataclass(frozen=True, eq=False)
class Seen:
    """What the work was given, and what it has counted so far."""

    given: Number
    process: int
    found: tuple[Number, ...] = ()


def count(given: Number, to: int, *, stopping: Callable[[], bool]) -> Iterator[Seen]:
    found: tuple[Number, ...] = ()
    for value in range(to):
        found = (*found, Number(value, np.full(3, float(value))))
        yield Seen(given, os.getpid(), found)
        if stopping():
            return


def slowly(*, stopping: Callable[[], bool]) -> Iterator[Seen]:
    yield Seen(Number(0, np.zeros(1)), os.getpid())
    while not stopping():
        threading.Event().wait(0.01)


def refused(*, stopping: Callable[[], bool]) -> Iterator[Seen]:
    raise UserError("g is beyond what can be drawn")
    yield


def broken(*, stopping: Callable[[], bool]) -> Iterator[Seen]:
    raise ValueError("broken on purpose")
    yield


GIVEN = Number(-1, np.arange(5.0))


@pytest.fixture(scope="module")
def standing() -> Iterator[Aside]:
    aside = Aside()
    stand(aside)
    yield aside
    aside.close()


def stand(aside: Aside) -> int:
    """Wait until the process stands; returns its number."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        (seen,) = aside.drained((count, (GIVEN, 1)), NEVER)
        if seen.process != os.getpid():
            return int(seen.process)
        threading.Event().wait(0.05)
    raise AssertionError("the process never stood")


def test_what_was_given_or_told_before_is_the_same_object_again(standing: Aside) -> None:
    seen = list(standing.drained((count, (GIVEN, 4)), NEVER))
    assert [[number.value for number in update.found] for update in seen] == [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]]
    assert all(update.given is GIVEN for update in seen)
    assert all(update.found[0] is seen[0].found[0] for update in seen)
    assert not seen[-1].found[-1].array.flags.writeable
    assert seen[-1].process != os.getpid()


def test_nets_are_those_of_this_process_to_the_last_bit(standing: Aside) -> None:
    g = preset("chirp")
    asked = derived, (g, "relu", (1, 2, 8, 16), 8)
    *_, here = drained(asked, NEVER)
    *_, there = standing.drained(asked, NEVER)
    assert isinstance(there, Derived)
    assert there.function is g
    assert there.complete
    assert there.limits == here.limits
    assert [(p.method, p.width, p.seed, p.theta.tobytes()) for p in there.points] == [
        (p.method, p.width, p.seed, p.theta.tobytes()) for p in here.points
    ]


def test_stopped_at_once_it_tells_a_first_and_the_next_work_is_done(standing: Aside) -> None:
    for _ in range(20):
        assert len(list(standing.drained((slowly, ()), lambda: True))) == 1
    assert len(list(standing.drained((count, (GIVEN, 3)), NEVER))) == 3


def test_what_the_user_gave_wrong_and_faults_are_told(standing: Aside) -> None:
    with pytest.raises(UserError, match="beyond what can be drawn"):
        list(standing.drained((refused, ()), NEVER))
    with pytest.raises(RuntimeError, match="broken on purpose"):
        list(standing.drained((broken, ()), NEVER))
    assert len(list(standing.drained((count, (GIVEN, 2)), NEVER))) == 2


def test_left_half_way_the_next_work_begins_anew(standing: Aside) -> None:
    half = standing.drained((count, (GIVEN, 1000)), NEVER)
    next(half)
    half.close()  # type: ignore[attr-defined]
    assert [len(update.found) for update in standing.drained((count, (GIVEN, 2)), NEVER)] == [1, 2]


def test_killed_its_work_is_done_in_this_process(caplog: pytest.LogCaptureFixture) -> None:
    aside = Aside()
    try:
        process = stand(aside)
        work = aside.drained((count, (GIVEN, 3)), NEVER)
        os.kill(process, 9)
        seen = list(work)
        assert [len(update.found) for update in seen][-3:] == [1, 2, 3]
        assert seen[-1].process == os.getpid()
        assert "has ended" in caplog.text
        assert len(list(aside.drained((count, (GIVEN, 2)), NEVER))) == 2
    finally:
        aside.close()


def test_closed_the_process_is_gone_and_nothing_is_done() -> None:
    aside = Aside()
    process = stand(aside)
    aside.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert list(aside.drained((count, (GIVEN, 2)), NEVER)) == []
    Aside().close()  # never started
