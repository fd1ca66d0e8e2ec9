"""What both backends of training share: settings, counters, the optimiser's memory, locks, and divergence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import Diverged, UserError
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.diagnosis import first_non_finite
from mlpviz.nn.evaluate import penalty, penalty_gradient
from mlpviz.nn.layout import Array
from mlpviz.nn.lbfgs import Lbfgs
from mlpviz.nn.locks import check_locks, locked_mask
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.schedules import rate
from mlpviz.nn.spec import Network
from mlpviz.nn.streams import key, order


@dataclass(frozen=True, eq=False, slots=True)
class Examples:
    """What is trained on, shared and never copied as a whole.

    Attributes:
        X: (all rows, fan_in): what the first layer sees, `features.prepared(network, X)`.
        y: (all rows, outputs), as `Dataset.targets(network.loss)` gives it.
        rows: (n,) indices of the rows to train on.
        weights: (all rows,) the weight of each row's ℓ in L; None: all 1.
    """

    X: Array
    y: Array
    rows: NDArray[np.int64]
    weights: Array | None = None

    @classmethod
    def whole(cls, X: Array, y: Array) -> Examples:
        """Every row, all weights 1."""
        return cls(X, y, np.arange(len(X)))


@dataclass(frozen=True, eq=False, slots=True)
class Start:
    """Where training begins or goes on: θ, the optimiser's slots, and the counters, as in RunState."""

    theta: Array
    slots: Mapping[str, Array]
    step: int = 0
    epoch: int = 0
    cursor: int = 0


class Meter(Protocol):
    """Measures the figures of a run.

    Made from the training, test and validation rows as `Examples` that share X, y and weights, whether the targets are
    classes, and the settings.
    """

    def __call__(self, theta: Array, epoch: int) -> Array:
        """The figures at θ after so many epochs, (9,), columns as `document.history.COLUMNS`.

        Losses and accuracies are NaN where there are no rows, accuracies unless the targets are classes. η is that of
        the epoch to come.
        """


# θ, slots, step, epoch, cursor.
_Kept = tuple[Array, dict[str, Array], int, int, int]


class BaseTrainer:
    """See `trainer.Trainer`. A backend adds `_bind`, `_updates`, `_loss_gradient` and `backend`."""

    backend: str
    # Updates between two looks at whether θ is still finite; a copy of θ and slots is taken at each. A large net is
    # looked at after every update, and only its θ is copied: a run must not need many times θ's memory.
    check_every = 64
    large = 20_000

    def __init__(self, network: Network, config: TrainingConfig, examples: Examples, start: Start) -> None:
        self._network, self._config, self._examples = network, config, examples
        self._rows = len(examples.rows)
        if not self._rows:
            raise UserError("There are no rows to train on.")
        self.theta = self._allocated(start.theta)
        self._g = self._allocated(np.zeros_like(start.theta))
        self.step, self.epoch, self.cursor = start.step, start.epoch, start.cursor
        self.slots: dict[str, Array] = {name: self._allocated(values) for name, values in start.slots.items()}
        self._adopt()

    def _allocated(self, values: Array) -> Array:
        """A writable copy; a backend may pad what lies behind it."""
        return np.array(values)

    # ---- settings

    def configure(self, config: TrainingConfig) -> None:
        """Go on with other settings from the next update."""
        if config.optimizer != self._config.optimizer:
            self.slots = {}
        self._config = config
        self._adopt()
        if self._lbfgs is not None:
            self._lbfgs.forget()

    def set_parameter(self, index: int, value: float) -> None:
        """Set θ[index] before the next update."""
        self.theta[index] = value
        if self._lbfgs is not None:
            self._lbfgs.forget()

    def _adopt(self) -> None:
        """Take over the settings: everything that is bound to them is bound anew."""
        config = self._config
        for name, length in OPTIMIZERS[config.optimizer].lengths(len(self.theta)).items():
            if name not in self.slots:
                self.slots[name] = self._allocated(np.zeros(length))
        check_locks(config.locked, self._network.sizes)
        self._locked = locked_mask(config.locked, self._network.sizes) if config.locked else None
        self._order_key, self._dropout_key = key(config.seed, "order"), key(config.seed, "dropout")
        self._whole = OPTIMIZERS[config.optimizer].whole
        self._batch = self._rows if self._whole else min(config.batch_size or self._rows, self._rows)
        # The order within the full batch would only change the last bits of sums.
        self._shuffled = config.shuffle and self._batch < self._rows
        self._lbfgs = Lbfgs(self.theta, self._g, self.slots, self._objective) if config.optimizer == "lbfgs" else None
        self._bind()

    def _bind(self) -> None:
        """Bind everything that depends on the settings."""
        raise TypeError("a backend must say how it binds")

    # ---- running

    def steps_to_epoch_end(self) -> int:
        """How many updates finish the epoch that has begun or is about to."""
        return -(-(self._rows - self.cursor) // self._batch)

    def steps_per_epoch(self) -> int:
        """Updates of one epoch."""
        return -(-self._rows // self._batch)

    def advance_epochs(self, count: int, meter: Meter, record: Callable[[Array], None]) -> None:
        """See `trainer.Trainer`."""
        for _ in range(count):
            self.advance(self.steps_to_epoch_end())
            row = meter(self.theta, self.epoch)
            record(row[None])
            if not np.isfinite(row[1]):
                return

    def advance(self, steps: int) -> None:
        """Make so many updates. Raises Diverged; θ is then the last finite one."""
        with np.errstate(all="ignore"):
            while steps > 0:
                count = min(steps, 1 if len(self.theta) > self.large else self._until_look())
                kept = self._keep()
                self._some(count)
                if not np.isfinite(np.add.reduce(self.theta)) and not np.isfinite(self.theta).all():
                    self._restore(kept)
                    self._find_divergence(count)
                del kept  # before the next copy is made
                steps -= count

    def _until_look(self) -> int:
        """Updates to make before the next look at θ."""
        return self.check_every

    def _some(self, count: int) -> None:
        if self._lbfgs is None:
            self._updates(count)
            return
        for _ in range(count):
            self._lbfgs.step(rate(self._config, self.epoch))
            self.step, self.epoch, self.cursor = self.step + 1, self.epoch + 1, 0

    def _updates(self, count: int) -> None:
        """Make `count` updates from the cursor on, over the ends of epochs."""
        raise TypeError("a backend must say how it updates")

    def _loss_gradient(self) -> float:
        """L over all training rows at θ, without penalties; its gradient is written into `_g`."""
        raise TypeError("a backend must say how it differentiates")

    def _objective(self) -> float:
        """L plus the penalty at θ, and its gradient in `_g`, 0 where θ is locked."""
        config = self._config
        value = self._loss_gradient()
        if config.l1 or config.l2:
            value += float(penalty(self._network, self.theta, config.l1, config.l2))
            self._g += penalty_gradient(self._network, self.theta, config.l1, config.l2)
        if self._locked is not None:
            self._g[self._locked] = 0.0
        return value

    def _epoch_rows(self) -> NDArray[np.int64]:
        """The rows of the present epoch in their order, (n,): indices into the examples."""
        rows = self._examples.rows
        return rows[order(self._order_key, self.epoch, self._rows)] if self._shuffled else rows

    # ---- divergence

    def _keep(self) -> _Kept:
        small = len(self.theta) <= self.large
        slots = {name: values.copy() for name, values in self.slots.items()} if small else {}
        return self.theta.copy(), slots, self.step, self.epoch, self.cursor

    def _restore(self, kept: _Kept) -> None:
        theta, slots, self.step, self.epoch, self.cursor = kept
        self.theta[...] = theta
        for name, values in self.slots.items():
            # What was not copied has met what is not finite: it begins anew.
            values[...] = slots.get(name, 0.0)

    def _find_divergence(self, steps: int) -> None:
        """Make the updates again one by one; stop before the one that leaves the finite numbers, and say where."""
        for _ in range(steps):
            kept = self._keep()
            place = slice(self.cursor, min(self.cursor + self._batch, self._rows))
            rows = self._epoch_rows()[place]
            self._some(1)
            if not np.isfinite(self.theta).all():
                self._restore(kept)
                X, y = self._examples.X[rows], self._examples.y[rows]
                raise Diverged(self.step + 1, first_non_finite(self._network, self.theta, X, y))
