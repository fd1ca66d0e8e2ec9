"""Pieces of work on the workers of a Dask scheduler."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from concurrent.futures import CancelledError
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

import mlpviz
from mlpviz.errors import RunError, UserError
from mlpviz.experiments.work import Stopping, Telling, Told, Work, perform
from mlpviz.universality.target import Target

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
        except ImportError:
            raise UserError(f"This needs Dask: {INSTALL}.") from None
        # What the connection meets is told in our words.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._address = address
        try:
            self._client: Any = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise UserError(f"No Dask scheduler answers at {address} ({error or 'no answer'}).") from None

    def close(self) -> None:
        """Leave the scheduler; it goes on."""
        self._client.close()

    def perform(self, found: Sequence[Work], target: Target, stopping: Stopping) -> Telling:
        """Do the works on the workers; yields what is told, with the number of the work, in any order.

        The work of a worker that dies is done by another one. When `stopping()`, what has not begun is taken back.

        Raises RunError where the workers cannot do the work, or the scheduler is gone.
        """
        ended: SimpleQueue[Any] = SimpleQueue()
        under_way = {}
        for index, work in enumerate(found):
            # Not pure: two commands may ask for the same work, and each is to have its own. Early rows come first.
            future = self._client.submit(whole, work, target, versions(), pure=False, retries=RETRIES, priority=-index)
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
            told: list[Told] = future.result()
        except Exception as error:
            kind = type(error).__name__
            if kind == "KilledWorker":
                return [Told(1.0, failure="a piece of work was given up: one worker after another died of it.")]
            reason = "the scheduler is gone" if isinstance(error, CancelledError) else f"{kind}: {error}"
            raise RunError(
                f"A piece of work could not be done at {self._address}: {' '.join(reason.split())}; "
                "run the same command again to go on."
            ) from error
        return told


def whole(work: Work, target: Target, asked: tuple[str, str]) -> list[Told]:
    """Do a piece of work on a worker; what other versions would make is none of the table's numbers."""
    if asked != versions():
        ours, theirs = (" with NumPy ".join(pair) for pair in (versions(), asked))
        return [Told(1.0, failure=f"a worker has mlpviz {ours}, this machine {theirs}; install the same ones.")]
    return [told for told in perform(work, target, lambda: False) if told.row is not None or told.failure]


def versions() -> tuple[str, str]:
    """What decides the last bits beside the machine."""
    return mlpviz.__version__, np.__version__
