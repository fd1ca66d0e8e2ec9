"""A process that computes what follows from a drawing, so that the window has Python's interpreter for itself.

NumPy on small arrays takes and gives back the interpreter's lock hundreds of times for one net; beside a window that
paints, each time is a wait, and a net that takes 20 ms alone takes 200. Until the process stands, and wherever it
cannot, the work is done in the thread that asks for it: the same functions, the same numbers.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from mlpviz.errors import UserError
from mlpviz.experiments.control import Stopping
from mlpviz.nn.compiled import loading

# A function of a module, whose updates are dataclasses, and its arguments; it takes `stopping` besides, by name.
Asked = tuple[Callable[..., Iterable[Any]], tuple[Any, ...]]
REST = 0.04  # seconds between the first update and what follows: while a pointer draws on, the next wish comes soon
_LOOK = 0.004  # seconds between two looks at whether to stop
_LAST = 2.0  # seconds a process has to end by itself
_NICER = 5  # on the scale from −20 to 19: the window goes first where both want the same core
log = logging.getLogger(__name__)


def drained(asked: Asked, stopping: Stopping) -> Iterator[Any]:
    """What the function yields, with a rest after the first."""
    function, arguments = asked
    for count, update in enumerate(function(*arguments, stopping=stopping)):
        yield update
        if not count:
            end = time.monotonic() + REST
            while not stopping() and time.monotonic() < end:
                time.sleep(_LOOK)


class Aside:
    """One process beside this one, started when it is first wanted; it ends by `close`, or with this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # one piece of work at a time
        self._asked = 0
        self._newest: Any = None  # in memory shared with the process: number of the work that is wanted, 0 for none
        self._pipe: Any = None
        self._process: Any = None
        self._there = self._under_way = self._closed = False

    def drained(self, asked: Asked, stopping: Stopping) -> Iterator[Any]:
        """As the function of the same name, in the process where it stands; the first update comes also when stopped.

        Whatever was among the arguments, or was told before, is the same object in what is told.
        """
        with self._lock:
            if self._ready():
                try:
                    yield from self._told(asked, stopping)
                    return
                except (EOFError, OSError):
                    self._there, self._pipe = False, None
                    if not self._closed:
                        log.warning("The process beside this one has ended; its work is done in this one from now on")
            if not self._closed:
                yield from drained(asked, stopping)

    def _ready(self) -> bool:
        """Whether the process stands and takes work; it is started where it was not."""
        if self._process is None and not self._closed and not getattr(sys, "frozen", False):
            self._start()
        if not self._there and self._pipe is not None:
            try:
                self._there = self._pipe.poll() and self._pipe.recv() is None
            except (EOFError, OSError):
                self._pipe = None
        return self._there

    def _start(self) -> None:
        # Not before: a window stands sooner without.
        from multiprocessing import get_context

        from mlpviz.experiments.processes import deaf

        context = get_context("spawn")
        self._newest = context.RawValue("q", 0)
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._newest), name="aside", daemon=True)
        try:
            with deaf():
                self._process.start()
        except OSError:
            log.warning("No process beside this one could be started", exc_info=True)
            self._pipe = None
        theirs.close()
        if self._closed:
            self.close()  # closed in the meantime: it would stand until the program ends

    def _told(self, asked: Asked, stopping: Stopping) -> Iterator[Any]:
        while self._under_way:  # so that never both sides wait for the other to read
            self._receive(self._asked)
        self._asked += 1
        number = self._newest.value = self._asked
        self._under_way = True
        self._pipe.send((number, asked))
        known, first = _Known(asked[1]), True
        try:
            while first or not stopping():
                what = self._receive(number)
                if what is None:
                    continue
                if isinstance(what, _Ended):
                    what.tell()
                    return
                yield known.opened(what)
                first = False
        finally:
            self._newest.value = 0

    def _receive(self, number: int) -> Any:
        """What the process says of this work within a moment; None for nothing."""
        if not self._pipe.poll(_LOOK):
            return None
        of, what = self._pipe.recv()
        self._under_way = not isinstance(what, _Ended)
        return what if of == number else None

    def close(self) -> None:
        """End the process, and with it the work."""
        self._closed, process = True, self._process
        if process is None or process.pid is None:
            return
        self._newest.value = 0
        process.terminate()
        process.join(_LAST)
        if process.is_alive():
            process.kill()
            process.join(_LAST)


# ---- what goes through the pipe


@dataclass(frozen=True, slots=True)
class _Ended:
    """The work has ended: well, by what the user gave, or by a fault."""

    user_error: str | None = None
    failure: str | None = None

    def tell(self) -> None:
        """Raise what was raised over there."""
        if self.user_error is not None:
            raise UserError(self.user_error)
        if self.failure is not None:
            raise RuntimeError(self.failure)


@dataclass(frozen=True, slots=True)
class _Again:
    """Something that the other side knows already, by its place."""

    place: int


class _Known:
    """What both sides of a piece of work know, in the same order: each thing is sent once and stays one object."""

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self._things: list[Any] = []
        self._places: dict[int, int] = {}
        for thing in arguments:
            self._learn(thing)

    def _learn(self, thing: Any) -> None:
        if _is_thing(thing):
            self._places[id(thing)] = len(self._things)
            self._things.append(thing)

    def closed(self, update: Any) -> dict[str, Any]:
        """An update, which is a dataclass, as it is sent: by its fields."""
        return {"": type(update), **{f.name: self._mapped(getattr(update, f.name), self._sent) for f in fields(update)}}

    def opened(self, sent: dict[str, Any]) -> Any:
        """The update again."""
        kind = sent.pop("")
        return kind(**{name: self._mapped(value, self._received) for name, value in sent.items()})

    @staticmethod
    def _mapped(value: Any, one: Callable[[Any], Any]) -> Any:
        return tuple(one(element) for element in value) if type(value) is tuple else one(value)

    def _sent(self, thing: Any) -> Any:
        place = self._places.get(id(thing))
        if place is not None:
            return _Again(place)
        self._learn(thing)
        return thing

    def _received(self, thing: Any) -> Any:
        if isinstance(thing, _Again):
            return self._things[thing.place]
        self._learn(thing)
        for array in [thing, *(getattr(thing, f.name) for f in fields(thing))] if is_dataclass(thing) else [thing]:
            if isinstance(array, np.ndarray):
                array.setflags(write=False)  # a pipe forgets that
        return thing


def _is_thing(value: Any) -> bool:
    return isinstance(value, np.ndarray) or (is_dataclass(value) and not isinstance(value, type))


# ---- in the process


def _serve(pipe: Any, newest: Any) -> None:
    """Do one piece of work after the other until the other side is gone."""
    from mlpviz.experiments.processes import end_with_parent

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, name="parent", daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICER)
    with suppress(EOFError, OSError):
        _load()
        pipe.send(None)
        while True:
            number, asked = pipe.recv()
            _load()
            pipe.send((number, _done(pipe, number, asked, newest)))


def _load() -> None:
    """Have the compiled kernels at hand as soon as they are anywhere."""
    if not loading.loaded() and loading.available() and loading.ready():
        loading.load()


def _done(pipe: Any, number: int, asked: Asked, newest: Any) -> _Ended:
    known = _Known(asked[1])
    try:
        for update in drained(asked, lambda: newest.value != number):
            pipe.send((number, known.closed(update)))
    except UserError as error:
        return _Ended(user_error=str(error))
    except (EOFError, OSError):
        raise
    except Exception:
        return _Ended(failure=traceback.format_exc())
    return _Ended()
