"""The compiled backend's trainer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numba
import numpy as np

from mlpviz.errors import UserError
from mlpviz.nn.base_trainer import BaseTrainer, Meter
from mlpviz.nn.compiled import call
from mlpviz.nn.compiled.call import NOTHING, NOWHERE, Order, Seen, Tables
from mlpviz.nn.compiled.made import address_of
from mlpviz.nn.compiled.measure import CompiledMeter
from mlpviz.nn.compiled.plan import decay_of, given_examples, make_plan, padded_array
from mlpviz.nn.compiled.shapes import shape_of
from mlpviz.nn.compiled.update import FACTORS
from mlpviz.nn.layout import Array
from mlpviz.nn.schedules import rate
from mlpviz.nn.updates import BETA1, BETA2

# Products of parameters and rows between two looks at whether θ is finite: some milliseconds' work.
WORK_BETWEEN = 5_000_000
MOST_BETWEEN = 16_384
# Products of vectors, in all updates, before a function of its own is made for a network: some 50 ms of work.
MAKING_PAYS = 10_000_000


class CompiledTrainer(BaseTrainer):
    """See `trainer.Trainer`."""

    backend = f"compiled (Numba {numba.__version__})"

    def _allocated(self, values: Array) -> Array:
        """An aligned copy, with room for whole vectors behind it."""
        return padded_array(values)

    def _bind(self) -> None:
        config, network, examples = self._config, self._network, self._examples
        if config.dropout:
            raise UserError("The compiled backend trains without dropout; end the run first, then set it.")
        self._plan = make_plan(network, self._rows, self._batch, packs=self._lbfgs is None)
        self._shape = shape_of(network, self._plan.lanes) if self._lbfgs is None else None
        self._products = 0
        self._data = given_examples(examples)
        self._part = padded_array(np.zeros(len(self.theta))) if self._plan.divides else NOTHING
        room = np.empty(2 * self._rows if self._shuffled else 0, dtype=np.int64)
        self._order = Order(room, np.array([-1]), self._shuffled, np.uint64(self._order_key))
        self._tables = Tables(
            _corrections() if config.optimizer in ("adam", "adamw") else NOTHING,
            decay_of(network) if config.l1 or config.l2 else NOTHING,
            NOWHERE if self._locked is None else np.flatnonzero(self._locked),
        )
        self.check_every = int(np.clip(WORK_BETWEEN // (self._batch * len(self.theta)), 1, MOST_BETWEEN))

    def _updates(self, count: int, seen: Seen | None = None, history: Array = NOTHING) -> None:
        done = call.train(
            self._plan, self._data, self._order, self._tables, self._config, self.slots, self.theta, self._g,
            self._part, self._rates(count), self.cursor, self._batch, self.epoch, count, self._made(count),
            seen, history,
        )  # fmt: skip
        self._count(done)

    def _made(self, count: int) -> int:
        """The address of a function made for this network, for a run that is long enough; 0: there is none."""
        if self._shape is None:
            return 0
        self._products += count * self._shape.products
        return address_of(self._shape) if self._products > MAKING_PAYS else 0

    def advance_epochs(self, count: int, meter: Meter, record: Callable[[Array], None]) -> None:
        """See `trainer.Trainer`; the kernel measures between the epochs."""
        if self._lbfgs is not None or len(self.theta) > self.large or not isinstance(meter, CompiledMeter):
            super().advance_epochs(count, meter, record)
            return
        steps = self.steps_to_epoch_end() + (count - 1) * self.steps_per_epoch()
        history = np.full((count, call.COLUMNS), np.nan)
        kept = self._keep()
        self._updates(steps, meter.seen, history)
        record(history[: np.count_nonzero(np.isfinite(history[:, 0]))])
        if not np.isfinite(self.theta).all():
            self._restore(kept)
            with np.errstate(all="ignore"):
                self._find_divergence(steps)

    def _count(self, made: int) -> None:
        """Move the counters on by so many updates."""
        self.step += made
        left = self.steps_to_epoch_end()
        if made < left:
            self.cursor += made * self._batch
            return
        epochs, more = divmod(made - left, self.steps_per_epoch())
        self.epoch, self.cursor = self.epoch + 1 + epochs, more * self._batch

    def _rates(self, count: int) -> Array:
        """η of the epochs that `count` updates reach."""
        config, epochs = self._config, count // self.steps_per_epoch() + 2
        if config.schedule == "constant" and self.epoch >= config.warmup:
            return np.full(epochs, config.learning_rate)
        return np.array([rate(config, self.epoch + ahead) for ahead in range(epochs)])

    def _find_divergence(self, steps: int) -> None:
        """The kernel stops behind the update that leaves the finite numbers: make all before it, then look closely."""
        if self._lbfgs is None:
            kept = self._keep()
            first = self.step
            self._updates(steps)
            before = self.step - first - 1
            self._restore(kept)
            self._updates(before)
            steps = 1
        super()._find_divergence(steps)

    def _loss_gradient(self) -> float:
        return call.differentiate(self._plan, self._data, self.theta, self._g, self._part)


@lru_cache(maxsize=1)
def _corrections() -> Array:
    """What Adam's m and √v are multiplied by at each of its first updates, in pairs."""
    t = np.arange(1, FACTORS + 1)
    first = (1 - BETA1) / (1 - BETA1**t)
    second = np.sqrt((1 - BETA2) / (1 - BETA2**t))
    return np.stack([first, second], axis=1).reshape(-1)
