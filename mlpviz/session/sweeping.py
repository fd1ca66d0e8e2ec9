"""The session's sweep of widths."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlpviz.document.document import METHODS, SweepPoint, SweepResults, same
from mlpviz.experiments.control import Control
from mlpviz.experiments.left import Left
from mlpviz.experiments.sweep import missing, sweep
from mlpviz.experiments.trained import Net, SweepUpdate
from mlpviz.runtime.worker import Failed
from mlpviz.session.runner import Runner

if TYPE_CHECKING:
    from mlpviz.session.session import Session


# A net of a sweep: its method, seed, width.
Key = tuple[str, int, int]
PLACES = {method: place for place, method in enumerate(METHODS)}


class Sweeping:
    """Starts and ends sweeps, keeps the nets of the one under way, and records each sweep as one command.

    Attributes:
        live: the newest update of every net under way, by method, seed and width.
    """

    def __init__(self, session: Session, runner: Runner) -> None:
        self._session = session
        self._runner = runner
        self._under_way: SweepResults | None = None
        self._failed: BaseException | None = None
        self._left: Left | None = None
        self._done = 0.0  # the cost of the nets that this sweep has finished
        self.live: dict[Key, SweepUpdate] = {}

    @property
    def running(self) -> bool:
        """Whether a sweep is under way."""
        return self._under_way is not None

    @property
    def results(self) -> SweepResults | None:
        """The nets so far, those of a sweep under way included."""
        return self._under_way or self._session.document.results

    @property
    def stale(self) -> bool:
        """Whether the nets there are belong to another function or other settings.

        Other widths, methods and seeds leave them true.
        """
        results, document = self.results, self._session.document
        return results is not None and not (
            same(results.function, document.function)
            and (results.spec.activation, results.spec.steps) == (document.sweep.activation, document.sweep.steps)
        )

    @property
    def paused(self) -> bool:
        """Whether a sweep was begun, is not under way, and lacks nets of the function and settings that there are."""
        results = self.results
        begun = results is not None and bool(results.points) and not self.running
        return begun and not self.stale and bool(self.missing)

    @property
    def missing(self) -> list[Net]:
        """The nets that a sweep would train now: all of them when the function or the settings changed."""
        results = self.results
        points = results.points if results is not None and not self.stale else ()
        return missing(self._session.document.sweep, points)

    @property
    def seconds_left(self) -> float | None:
        """About how long the sweep under way will still take; None without one, and before that can be told."""
        if self._left is None:
            return None
        return self._left.seconds(self._done + sum(update.fraction * update.net.cost for update in self.live.values()))

    def start(self) -> None:
        """Train the nets that are missing; all of them when the function or the settings changed."""
        document = self._session.document
        results = document.results
        points = results.points if results is not None and not self.stale else ()
        total = sum(net.cost for net in self.missing)
        self._under_way = SweepResults(document.sweep, document.function, points)
        self.live, self._failed, self._done, self._left = {}, None, 0.0, Left(total)
        control = Control()

        def job() -> Any:
            return sweep(document.function, document.sweep, points, control)

        self._runner.start(job, control, self._receive, self._ended)
        self._session.job_changed.emit()

    def stop(self) -> None:
        """End the sweep under way; finished nets stay."""
        if self.running:
            self._runner.stop()

    def _receive(self, updates: list[SweepUpdate | Failed]) -> None:
        new: list[SweepPoint] = []
        for update in updates:
            if isinstance(update, Failed):
                self._failed = update.error
                continue
            key = (update.net.method, update.net.seed, update.net.width)
            self.live[key] = update
            if update.point is not None:
                del self.live[key]
                self._done += update.net.cost
                new.append(update.point)
        if new and self._under_way is not None:
            # In one order, so that the document does not tell when a sweep was paused, or which net was done first.
            points = sorted((*self._under_way.points, *new), key=_place)
            self._under_way = replace(self._under_way, points=tuple(points))
        self._session.updated.emit()

    def _ended(self) -> None:
        results, self._under_way, self.live, self._left = self._under_way, None, {}, None
        if results is not None and results.points:
            self._session.commit("Sweep", replace(self._session.document, results=results))
        self._session.job_changed.emit()
        self._session.updated.emit()
        if self._failed is not None:
            self._session.fail("Sweep", self._failed)


def _place(point: SweepPoint) -> tuple[int, int, int]:
    return point.width, PLACES.get(point.method, len(PLACES)), point.seed
