"""The session's sweep of widths."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlpviz.document.document import SweepPoint, SweepResults, same
from mlpviz.experiments.control import Control
from mlpviz.experiments.sweep import SweepUpdate, sweep
from mlpviz.runtime.worker import Failed
from mlpviz.session.runner import Runner

if TYPE_CHECKING:
    from mlpviz.session.session import Session


class Sweeping:
    """Starts and ends sweeps, keeps the nets of the one under way, and records each sweep as one command."""

    def __init__(self, session: Session, runner: Runner) -> None:
        self._session = session
        self._runner = runner
        self._under_way: SweepResults | None = None
        self._failed: BaseException | None = None
        self.live: dict[int, SweepUpdate] = {}

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
        """Whether the nets there are belong to another function or other settings; more widths leave them true."""
        results, document = self.results, self._session.document
        return results is not None and not (
            same(results.function, document.function)
            and replace(results.spec, widths=document.sweep.widths) == document.sweep
        )

    def start(self) -> None:
        """Train the nets that are missing; all of them when the function or the settings changed."""
        document = self._session.document
        results = document.results
        points = results.points if results is not None and not self.stale else ()
        self._under_way = SweepResults(document.sweep, document.function, points)
        self.live, self._failed = {}, None
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
            self.live[update.width] = update
            if update.point is not None:
                new.append(update.point)
        if new and self._under_way is not None:
            # By width, so that the document does not tell when a sweep was paused, or which net was done first.
            points = sorted((*self._under_way.points, *new), key=lambda point: point.width)
            self._under_way = replace(self._under_way, points=tuple(points))
        self._session.updated.emit()

    def _ended(self) -> None:
        results, self._under_way, self.live = self._under_way, None, {}
        if results is not None and results.points:
            self._session.commit("Sweep", replace(self._session.document, results=results))
        self._session.job_changed.emit()
        self._session.updated.emit()
        if self._failed is not None:
            self._session.fail("Sweep", self._failed)
