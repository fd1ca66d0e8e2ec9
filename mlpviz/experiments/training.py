"""Training as a generator of frozen updates."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.spec import Dataset
from mlpviz.document.document import Best, Change, Origin, RunState
from mlpviz.document.history import COLUMNS, History
from mlpviz.errors import Diverged, UserError
from mlpviz.experiments.control import Control
from mlpviz.experiments.recorder import Recorder
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.features import check_finite, prepared
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.spec import Network
from mlpviz.nn.trainer import chosen_backend, make_meter, make_trainer

SLICE_SECONDS = 0.005
FRAME_SECONDS = 1 / 60
STOPPED = "stopped early"
MOST_STEPS = 1 << 20
NO_ROWS = np.empty((0, len(COLUMNS)))

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class TrainUpdate:
    """What has happened since the last update.

    Attributes:
        step, epoch, cursor: where the run stands.
        rows: (k, 9) figures of the epochs finished since, columns as `document.history.COLUMNS`.
        history: the figures of the whole run so far, as the state will have them; long ones are thinned.
        theta: a read-only copy of θ, when it was wanted.
        state: the whole state; on the last update, and when it was wanted.
        status: "running", "done", "diverged", "cancelled" or "stopped early".
        diverged: where and when, if it did.
        backend: what decides the last bits of the run.
        best_epoch: after an early stop, the epoch whose θ the state goes back to.
    """

    step: int
    epoch: int
    cursor: int
    rows: Array
    history: History
    theta: Array | None
    state: RunState | None
    status: str
    diverged: Diverged | None
    backend: str
    best_epoch: int | None = None


def check_patience(config: TrainingConfig, dataset: Dataset) -> None:
    """Raise UserError for early stopping without rows that it could watch."""
    if config.patience is not None and not len(dataset.validation):
        raise UserError(
            "Early stopping watches the validation rows, and there are none; set a share of rows for validation first."
        )


class Figures:
    """Measures L and accuracy on the training, validation and test rows, the penalty and η: one row of history."""

    def __init__(self, network: Network, dataset: Dataset, config: TrainingConfig, backend: str = "numpy") -> None:
        self._backend = backend
        X = prepared(network, dataset.X)
        check_finite(network, X)
        self._network, self._dataset = network, dataset
        self._X, self._y = X, dataset.targets(network.loss)
        self.configure(config)

    def configure(self, config: TrainingConfig) -> None:
        """Measure under other settings."""
        self._config, dataset = config, self._dataset
        sets = [self.examples(rows) for rows in (dataset.train, dataset.test, dataset.validation)]
        self.meter = make_meter(self._network, sets, dataset.task != "regression", config, self._backend)

    def examples(self, rows: Rows) -> Examples:
        """Some rows of the data, as the trainer takes them."""
        balanced = self._config.class_weights == "balanced"
        return Examples(self._X, self._y, rows, self._dataset.balanced_weights() if balanced else None)

    def __call__(self, theta: Array, epoch: int) -> Array:
        """One row of history at θ, (9,)."""
        return self.meter(theta, epoch)


class _Run:
    """One run: the trainer, the measures, the recorder and the list of live changes."""

    def __init__(
        self,
        network: Network,
        dataset: Dataset,
        config: TrainingConfig,
        state: RunState,
        control: Control,
        backend: str,
    ) -> None:
        if state.theta.shape != (network.size,):
            raise UserError(f"θ has {len(state.theta)} parameters; the network needs {network.size}.")
        check_patience(config, dataset)
        self.config, self.control = config, control
        backend = chosen_backend(config, backend)
        self.figures = Figures(network, dataset, config, backend)
        self.origin = state.origin or Origin(state.theta, state.slots, state.step, state.epoch, state.cursor, config)
        self.changes = list(state.changes)
        self.best, self.stopped = state.best, False
        self.recorder = Recorder(state.history)
        self.new_rows: list[Array] = []
        start = Start(state.theta, state.slots, state.step, state.epoch, state.cursor)
        self.trainer = make_trainer(network, config, self.figures.examples(dataset.train), start, backend)
        if not len(self.recorder):
            self.record(self.figures(self.trainer.theta, self.trainer.epoch)[None])

    def record(self, rows: Array) -> None:
        """Record the figures of epochs, (k, 9); with early stopping one by one, while θ is that of the epoch."""
        self.recorder.extend(rows)
        self.new_rows.append(rows)
        if self.config.patience is not None:
            self._watch(float(rows[-1, COLUMNS.index("validation_loss")]), self.config.patience)

    def _watch(self, loss: float, patience: int) -> None:
        """Early stopping: keep the best θ; stop when it is `patience` epochs old (Prechelt 1998)."""
        epoch = self.trainer.epoch
        if self.best is None or loss < self.best.loss:
            self.best = Best(frozen(self.trainer.theta.copy()), loss, epoch)
        elif epoch - self.best.epoch >= patience:
            self.stopped = True

    def advance(self, steps: int) -> int:
        """Make so many updates, or less: up to the end of an epoch, measuring after each. Returns how many it tried."""
        trainer = self.trainer
        left, each = trainer.steps_to_epoch_end(), trainer.steps_per_epoch()
        if steps < left:
            trainer.advance(steps)
            return steps
        epochs = 1 if self.config.patience is not None else 1 + (steps - left) // each
        trainer.advance_epochs(epochs, self.figures.meter, self.record)
        if not np.isfinite(self.new_rows[-1][-1, COLUMNS.index("train_loss")]):
            raise Diverged(trainer.step, "L")
        return left + (epochs - 1) * each

    def apply_changes(self) -> None:
        """Take over what was asked for, and keep it with the step it acted from."""
        for field, value in self.control.take_changes():
            if field.startswith("θ["):
                assert isinstance(value, (int, float))
                self.trainer.set_parameter(int(field[2:-1]), float(value))
            else:
                self.config = replace(self.config, **{field: value})  # type: ignore[arg-type]
                self.trainer.configure(self.config)
                self.figures.configure(self.config)
            self.changes.append(Change(self.trainer.step, field, value))

    def update(self, status: str, diverged: Diverged | None = None) -> TrainUpdate:
        """Hand over what is new."""
        trainer, last = self.trainer, status != "running"
        state = theta = None
        if self.control.wants_state or last:
            self.control.wants_state = False
            state = self.returned() if status == STOPPED else self.state()
        if self.control.wants_theta or state is not None:
            self.control.wants_theta = False
            theta = frozen(trainer.theta.copy()) if state is None else state.theta
        rows, self.new_rows = np.concatenate([NO_ROWS, *self.new_rows]), []
        return TrainUpdate(
            trainer.step,
            trainer.epoch,
            trainer.cursor,
            frozen(rows),
            self.recorder.history(),
            theta,
            state,
            status,
            diverged,
            trainer.backend,
            self.best.epoch if status == STOPPED and self.best is not None else None,
        )

    def state(self) -> RunState:
        """Everything a later run needs to go on bit for bit."""
        trainer = self.trainer
        return RunState(
            frozen(trainer.theta.copy()),
            {name: frozen(values.copy()) for name, values in trainer.slots.items()},
            trainer.step,
            trainer.epoch,
            trainer.cursor,
            self.recorder.history(),
            self.origin,
            tuple(self.changes),
            self.best if self.config.patience is not None else None,
        )

    def returned(self) -> RunState:
        """The state after an early stop: the best θ, from which a new run would begin."""
        assert self.best is not None
        trainer = self.trainer
        return RunState(self.best.theta, {}, trainer.step, trainer.epoch, trainer.cursor, self.recorder.history())


def train(
    network: Network,
    dataset: Dataset,
    config: TrainingConfig,
    state: RunState,
    *,
    control: Control | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    backend: str = "auto",
) -> Iterator[TrainUpdate]:
    """Train on from a state, yielding at least every few milliseconds.

    The numbers depend on network, data, settings and state alone, never on time, speed or who looks on.

    Args:
        network, dataset, config: what is trained on what, and how.
        state: where to begin; `document.edits.fresh_state` makes the untrained one.
        control: live wishes; None: nobody will have any.
        epochs: end when so many more epochs are finished (the one under way counts); None: no end.
        steps: end after so many more updates; None: no end.
        backend: see `nn.trainer.chosen_backend`.

    Yields:
        Updates; the last one carries the whole state and a status other than "running".
    """
    run = _Run(network, dataset, config, state, control or Control(), backend)
    try:
        yield from _slices(run, epochs, steps)
    except Diverged as diverged:
        yield run.update("diverged", diverged)


def _slices(run: _Run, epochs: int | None, steps: int | None) -> Iterator[TrainUpdate]:
    trainer, control = run.trainer, run.control
    last_step = None if steps is None else trainer.step + steps
    last_epoch = None if epochs is None else trainer.epoch + epochs
    chunk = 1
    yield run.update("running")
    while True:
        began = time.perf_counter()
        allowed = control.steps_per_frame
        while True:
            if run.stopped:
                yield run.update(STOPPED)
                return
            if trainer.step == last_step or trainer.epoch == last_epoch:
                yield run.update("done")
                return
            if control.stopping:
                yield run.update("cancelled")
                return
            run.apply_changes()
            limits = [chunk]
            if last_step is not None:
                limits.append(last_step - trainer.step)
            if last_epoch is not None:
                left = last_epoch - trainer.epoch - 1
                limits.append(trainer.steps_to_epoch_end() + left * trainer.steps_per_epoch())
            if allowed is not None:
                limits.append(allowed)
            at = time.perf_counter()
            count = run.advance(min(limits))
            now = time.perf_counter()
            # A chunk is what takes a fraction of a slice, so that stop is served soon whatever the size of the net.
            if now - at > SLICE_SECONDS:
                chunk = max(1, count * 3 // 4)
            elif now - at < SLICE_SECONDS / 2 and count > chunk // 2:
                chunk = min(chunk * 2, MOST_STEPS)
            if allowed is not None:
                allowed -= count
                if allowed <= 0:
                    break
            elif now - began > SLICE_SECONDS:
                break
        yield run.update("running")
        if control.steps_per_frame is not None:
            control.wait(max(0.0, FRAME_SECONDS - (time.perf_counter() - began)))
