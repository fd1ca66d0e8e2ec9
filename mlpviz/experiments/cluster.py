"""Pieces of work on the workers of a Dask scheduler."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from concurrent.futures import CancelledError
from dataclasses import astuple
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from mlpviz.errors import RunError, UserError
from mlpviz.experiments.control import Stopping
from mlpviz.experiments.work import Telling, Told, Work, perform
from mlpviz.universality.target import Target, target_of

INSTALL = 'pip install "mlpviz[cluster]"'
CONNECT_SECONDS = 10
LOOK_SECONDS = 0.1
# So often a work is begun again after its worker failed; where workers die the scheduler counts as well.
RETRIES = 3


class Cluster:
    """The workers of a scheduler that runs already."""

    def __init__(self, address: str) -> None:
        """Connect to the scheduler at tcp://HOST:PORT. Raises UserError where Dask or the scheduler is not there."""
        try:
            distributed = importlib.import_module("distributed")
            importlib.import_module("threadpoolctl")
        except ImportError:
            raise UserError(f"This needs Dask: {INSTALL}.") from None
        # What the connection meets is told in our words.
        for name in ["distributed", *(name for name in logging.root.manager.loggerDict if "distributed." in name)]:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        try:
            self._client: Any = _client(distributed)(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise UserError(f"No Dask scheduler answers at {address} ({error or 'no answer'}).") from None

    @property
    def workers(self) -> int:
        """How many there are now."""
        return len(self._client.scheduler_info()["workers"])

    def close(self) -> None:
        """Leave the scheduler; it goes on."""
        self._client.close(CONNECT_SECONDS)

    def perform(self, found: Sequence[Work], target: Target, stopping: Stopping) -> Telling:
        """Do the works on the workers; yields what is told, with the number of the work, in any order.

        The work of a worker that dies is done by another one. When `stopping()`, what has not begun is taken back.

        Raises RunError where the workers cannot do the work, or the scheduler is gone.
        """
        ended: SimpleQueue[Any] = SimpleQueue()
        under_way = {}
        do, g = _for_any_worker(), target.g.tobytes()
        for index, work in enumerate(found):
            # Not pure: two commands may ask for the same work, and each is to have its own. Early rows come first.
            words = astuple(work), g, versions(), threads()
            future = self._client.submit(do, *words, pure=False, retries=RETRIES, priority=-index)
            under_way[future] = index
            future.add_done_callback(ended.put)
        try:
            while under_way and not stopping():
                try:
                    future = ended.get(timeout=LOOK_SECONDS)
                except Empty:
                    continue
                index = under_way.pop(future)
                for told in self._result(future):
                    yield index, told
        finally:
            self._client.cancel(list(under_way))

    def _result(self, future: Any) -> list[Told]:
        try:
            told: list[Told] | str = future.result()
        except Exception as error:
            kind = type(error).__name__
            if kind == "KilledWorker":
                return [Told(1.0, failure="a piece of work was given up: one worker after another died of it.")]
            reason = "the scheduler is gone" if isinstance(error, CancelledError) else f"{kind}: {error}"
            raise RunError(
                f"A piece of work could not be done at {self._address}: {' '.join(reason.split())}; "
                "run the same command again to go on."
            ) from error
        return [Told(1.0, failure=told)] if isinstance(told, str) else told


def _client(distributed: Any) -> Any:
    """Dask's client; one that has not come to stand would wait without end for its own end when it is collected."""
    return type("Client", (distributed.Client,), {"__del__": lambda self: None})


def _for_any_worker() -> Any:
    """What workers call: a function that travels with its code, so that one without mlpviz can say so."""

    def do(work: Any, g: bytes, asked: tuple[str, str], threads: int) -> Any:
        import importlib

        try:
            module = importlib.import_module("mlpviz.experiments.cluster")
            module.keep_to(threads)
        except ImportError as error:
            return f"a worker cannot do the work: {error}; install the same mlpviz[cluster] there."
        return module.whole(work, g, asked)

    return do


def whole(work: tuple[Any, ...], g: bytes, asked: tuple[str, str]) -> list[Told]:
    """Do a piece of work on a worker: the fields of a Work, the samples of g as float64."""
    # Other versions make other numbers.
    if asked != versions():
        ours, theirs = (" with NumPy ".join(pair) for pair in (versions(), asked))
        return [Told(1.0, failure=f"a worker has mlpviz {ours}, this machine {theirs}; install the same ones.")]
    target = target_of(np.frombuffer(g))
    return [told for told in perform(Work(*work), target, lambda: False) if told.row is not None or told.failure]


def threads() -> int:
    """How many threads this process has for a matrix product; their number decides its last bits."""
    found = importlib.import_module("threadpoolctl").threadpool_info()
    return max((int(each["num_threads"]) for each in found if each["user_api"] == "blas"), default=1)


def keep_to(count: int) -> None:
    """Use so many threads for matrix products from here on: NumPy may have been loaded here before mlpviz, with more.

    Raises ImportError where threadpoolctl is missing.
    """
    importlib.import_module("threadpoolctl").threadpool_limits(limits=count, user_api="blas")


def versions() -> tuple[str, str]:
    """What decides the last bits beside the machine."""
    return importlib.import_module("mlpviz").__version__, np.__version__
