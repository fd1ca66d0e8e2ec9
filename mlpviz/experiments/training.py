"""Training as a generator of frozen updates."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mlpviz.data.spec import Dataset
from mlpviz.document.document import Change, Origin, RunState
from mlpviz.document.history import COLUMNS
from mlpviz.errors import Diverged, UserError
from mlpviz.experiments.control import Control
from mlpviz.experiments.recorder import Recorder
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.metrics import Measure
from mlpviz.nn.spec import Network
from mlpviz.nn.trainer import make_trainer

SLICE_SECONDS = 0.005
FRAME_SECONDS = 1 / 60


@dataclass(frozen=True, eq=False, slots=True)
class TrainUpdate:
    """What has happened since the last update.

    Attributes:
        step, epoch, cursor: where the run stands.
        rows: (k, 5) figures of the epochs finished since, columns as `document.history.COLUMNS`.
        theta: a read-only copy of θ, when it was wanted.
        state: the whole state; on the last update, and when it was wanted.
        status: "running", "done", "diverged" or "cancelled".
        diverged: where and when, if it did.
        backend: what decides the last bits of the run.
    """

    step: int
    epoch: int
    cursor: int
    rows: Array
    theta: Array | None
    state: RunState | None
    status: str
    diverged: Diverged | None
    backend: str


def measures(network: Network, dataset: Dataset) -> tuple[Measure, Measure]:
    """What measures L and accuracy on the training rows and on the test rows."""
    targets, classes = dataset.targets(network.loss), dataset.task != "regression"
    train, test = (Measure(network, dataset.X[rows], targets[rows], classes) for rows in (dataset.train, dataset.test))
    return train, test


def figures(pair: tuple[Measure, Measure], theta: Array, epoch: int) -> Array:
    """One row of history, (5,), at θ."""
    (train_loss, train_accuracy), (test_loss, test_accuracy) = (measure(theta) for measure in pair)
    return np.array([epoch, train_loss, test_loss, train_accuracy, test_accuracy])


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
        X, y = dataset.X[dataset.train], dataset.targets(network.loss)[dataset.train]
        if state.theta.shape != (network.size,):
            raise UserError(f"θ has {len(state.theta)} parameters; the network needs {network.size}.")
        self.config, self.control = config, control
        self.measures = measures(network, dataset)
        self.origin = state.origin or Origin(state.theta, state.slots, state.step, state.epoch, state.cursor, config)
        self.changes = list(state.changes)
        self.recorder = Recorder(state.history)
        self.new_rows: list[Array] = []
        self.trainer = make_trainer(
            network,
            config,
            X,
            y,
            theta=state.theta,
            slots=state.slots,
            step=state.step,
            epoch=state.epoch,
            cursor=state.cursor,
            backend=backend,
        )
        if not len(self.recorder):
            self.measure()

    def measure(self) -> bool:
        """Record the figures at the present θ; returns whether the training loss is finite."""
        row = figures(self.measures, self.trainer.theta, self.trainer.epoch)
        self.recorder.add(row)
        self.new_rows.append(row)
        return bool(np.isfinite(row[1]))

    def advance(self, steps: int) -> None:
        """Make updates within one epoch; measure at its end."""
        epoch = self.trainer.epoch
        self.trainer.advance(steps)
        if self.trainer.epoch != epoch and not self.measure():
            raise Diverged(self.trainer.step, "L")

    def apply_changes(self) -> None:
        """Take over what was asked for, and keep it with the step it acted from."""
        for field, value in self.control.take_changes():
            if field.startswith("θ["):
                assert isinstance(value, (int, float))
                self.trainer.set_parameter(int(field[2:-1]), float(value))
            else:
                self.config = replace(self.config, **{field: value})  # type: ignore[arg-type]
                self.trainer.configure(self.config)
            self.changes.append(Change(self.trainer.step, field, value))

    def update(self, status: str, diverged: Diverged | None = None) -> TrainUpdate:
        """Hand over what is new."""
        trainer, last = self.trainer, status != "running"
        state = theta = None
        if self.control.wants_state or last:
            self.control.wants_state = False
            state = self.state()
        if self.control.wants_theta or state is not None:
            self.control.wants_theta = False
            theta = frozen(trainer.theta.copy()) if state is None else state.theta
        rows, self.new_rows = np.array(self.new_rows).reshape(-1, len(COLUMNS)), []
        return TrainUpdate(
            trainer.step, trainer.epoch, trainer.cursor, frozen(rows), theta, state, status, diverged, trainer.backend
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
        )


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
        backend: "auto" or "numpy".

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
            if trainer.step == last_step or trainer.epoch == last_epoch:
                yield run.update("done")
                return
            if control.stopping:
                yield run.update("cancelled")
                return
            run.apply_changes()
            count = min(chunk, trainer.steps_to_epoch_end())
            if last_step is not None:
                count = min(count, last_step - trainer.step)
            if allowed is not None:
                count = min(count, allowed)
            at = time.perf_counter()
            run.advance(count)
            now = time.perf_counter()
            # A chunk is what takes a fraction of a slice, so that stop is served soon whatever the size of the net.
            if count == chunk:
                chunk = max(1, chunk // 2) if now - at > SLICE_SECONDS / 2 else min(chunk * 2, 4096)
            if allowed is not None:
                allowed -= count
                if allowed <= 0:
                    break
            elif now - began > SLICE_SECONDS:
                break
        yield run.update("running")
        if control.steps_per_frame is not None:
            control.wait(max(0.0, FRAME_SECONDS - (time.perf_counter() - began)))
