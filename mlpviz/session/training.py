"""The session's training job: from Train to Pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from mlpviz.data.spec import FUNCTION
from mlpviz.document.document import Document, RunState
from mlpviz.document.edits import RESTARTING
from mlpviz.document.history import History
from mlpviz.document.locking import ALL_LOCKED, all_locked
from mlpviz.errors import Diverged
from mlpviz.experiments.control import Control
from mlpviz.experiments.training import Figures, TrainUpdate, train
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.schedules import rate
from mlpviz.runtime.worker import Failed
from mlpviz.session.live import Live
from mlpviz.session.runner import Runner

if TYPE_CHECKING:
    from mlpviz.session.session import Session

# A run cannot take these along: they are bound to its examples, or no list of changes can hold them.
BETWEEN_RUNS = RESTARTING | {"class_weights", "locked", "dropout"}
AT_REST = "η is 0: nothing changes any more. A longer period of the schedule, or another schedule, goes on."
PICTURE_SHARE = 0.15  # of the time, for pictures while training: the trainer needs the interpreter as well


class Training:
    """Starts and ends training, keeps `live`, and records each run as one command."""

    def __init__(self, session: Session, runner: Runner) -> None:
        self._session = session
        self._runner = runner
        self._control: Control | None = None
        self._name = "Train"
        self._steps_per_frame: int | None = None
        self._final: RunState | None = None
        self._keep: Callable[[RunState], None] | None = None
        self._failed: BaseException | None = None
        self._diverged: Diverged | None = None
        self._backend, self._told = "", ""
        self._best: int | None = None
        self._resting = False
        self._went_back: tuple[Array, int | None] = (session.document.state.theta, None)
        self.live = Live.of(session.document)

    @property
    def running(self) -> bool:
        """Whether training is under way."""
        return self._control is not None

    @property
    def steps_per_frame(self) -> int | None:
        """Updates in a 60th of a second; None: as many as can be."""
        return self._steps_per_frame

    @steps_per_frame.setter
    def steps_per_frame(self, value: int | None) -> None:
        self._steps_per_frame = value
        if self._control is not None:
            self._control.steps_per_frame = value

    def start(self, *, steps: int | None = None, epochs: int | None = None) -> None:
        """Train for so many updates or epochs, or until paused."""
        document, dataset = self._session.document, self._session.dataset
        control = self._control = Control()
        control.steps_per_frame = self._steps_per_frame
        self._name = "Step" if steps else "Step epoch" if epochs else "Train"
        self._final = self._failed = self._diverged = self._best = None
        self._told = ""

        def job() -> Any:
            return train(
                document.network,
                dataset,
                document.training,
                document.state,
                control=control,
                steps=steps,
                epochs=epochs,
            )

        self._session.pictures.share = PICTURE_SHARE
        self._runner.start(job, control, self._receive, self._ended)
        self._session.job_changed.emit()
        self._session.undo_changed.emit()
        self._resting = False
        if all_locked(document):
            self._session.noted.emit(ALL_LOCKED)

    def pause(self) -> None:
        """End the run after the step it is in."""
        if self.running:
            self._runner.stop()

    def ask_state(self, keep: Callable[[RunState], None]) -> None:
        """Have `keep` called with the whole state of the run under way, a frame or so from now, without stopping it."""
        if self._control is not None:
            self._keep = keep
            self._control.wants_state = True

    def takes(self, before: Document, after: Document) -> bool:
        """Whether a run that goes on can take this edit along without a new start."""
        was, will = before.training, after.training
        restarts = any(getattr(was, name) != getattr(will, name) for name in BETWEEN_RUNS)
        # Settings are handed over one by one, and between two of them clipping would stand beside L-BFGS.
        restarts = restarts or OPTIMIZERS[was.optimizer].whole != OPTIMIZERS[will.optimizer].whole
        function_matters = before.data.name == FUNCTION and before.function is not after.function
        return (
            not restarts
            and not function_matters
            and before.data == after.data
            and before.network == after.network
            and before.state.theta is after.state.theta
        )

    def change(self, before: TrainingConfig, after: TrainingConfig) -> None:
        """Send settings that differ to the run under way; each acts from the next step and is recorded with it."""
        for field in fields(TrainingConfig):
            value = getattr(after, field.name)
            if self._control is not None and value != getattr(before, field.name):
                self._control.change(field.name, value)

    def show(self, document: Document) -> None:
        """Show what a document holds, unless a run is under way."""
        if self.running:
            return
        self.live = self._live(document)
        if not len(document.state.history.rows):
            self._measure(document)

    def _live(self, document: Document, diverged: Diverged | None = None) -> Live:
        theta, best = self._went_back
        return Live.of(document, diverged, self._backend, best if document.state.theta is theta else None)

    def _measure(self, document: Document) -> None:
        """Have the figures of a θ that no run has measured, for the readouts."""
        network, theta, epoch = document.network, document.state.theta, document.state.epoch
        dataset, config = self._session.dataset, document.training

        def receive(row: Array) -> None:
            if self.live.theta is theta and not self.running and not len(self.live.history.rows):
                self.live = replace(self.live, history=History(frozen(row[None])))
                self._session.updated.emit()

        self._session.pictures.request("figures", lambda: Figures(network, dataset, config)(theta, epoch), receive)

    def _receive(self, updates: list[TrainUpdate | Failed]) -> None:
        theta = None
        for update in updates:
            if isinstance(update, Failed):
                self._failed = update.error
                continue
            theta = update.theta if update.theta is not None else theta
            self._diverged, self._backend = update.diverged, update.backend
            if update.best_epoch is not None:
                self._best = update.best_epoch
                self._told = self._stopped_early(update.best_epoch)
            if update.state is not None:
                self._take_state(update.state, update.status)
            last = update
        if self._failed is not None or self._control is None:
            return
        self._tell_rest(last.epoch)
        self._control.wants_theta = True
        self.live = replace(
            self.live,
            theta=self.live.theta if theta is None else theta,
            step=last.step,
            epoch=last.epoch,
            cursor=last.cursor,
            history=last.history,
            backend=self._backend,
            weights_of=None,
        )
        self._session.updated.emit()

    def _tell_rest(self, epoch: int) -> None:
        """Once a run: the schedule has brought η to 0."""
        if not self._resting and rate(self._session.document.training, epoch) == 0:
            self._resting = True
            self._session.noted.emit(AT_REST)

    def _stopped_early(self, best: int) -> str:
        patience = self._session.document.training.patience or 0
        span = "1 epoch" if patience == 1 else f"{patience:,} epochs"
        return f"Stopped early: no better validation loss for {span}; back at the weights of epoch {best:,}."

    def _take_state(self, state: RunState, status: str) -> None:
        if status != "running":
            self._final = state
        if self._keep is not None:
            keep, self._keep = self._keep, None
            keep(state)

    def _ended(self) -> None:
        self._control = self._keep = None
        self._session.pictures.share = 1.0
        document = self._session.document
        if self._final is not None:
            document = replace(document, state=self._final)
            self._went_back = (self._final.theta, self._best)
        merge = None if self._name == "Train" else self._name
        self._session.commit(self._name, document, merge)
        self.live = self._live(self._session.document, self._diverged)
        self._session.job_changed.emit()
        self._session.undo_changed.emit()
        self._session.updated.emit()
        if self._told:
            self._session.noted.emit(self._told)
        if self._failed is not None:
            self._session.fail(self._name, self._failed)
