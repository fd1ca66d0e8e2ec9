"""The compiled backend for nets whose products are too small for BLAS."""

from __future__ import annotations

import numba
import numpy as np

from mlpviz.nn.base_trainer import BaseTrainer
from mlpviz.nn.compiled import kernel
from mlpviz.nn.compiled.arrays import given, padded, whole
from mlpviz.nn.compiled.plan import COLUMNS, block_size, plan_for
from mlpviz.nn.compiled.updating import CODES
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.schedules import rate

# Numbers of an epoch that are kept in the order of their use; larger tables are read where they lie.
MOST_PACKED = 250_000


class CompiledTrainer(BaseTrainer):
    """See `trainer.Trainer`."""

    backend = f"compiled (Numba {numba.__version__})"
    check_every = 4096

    def _allocated(self, values: Array) -> Array:
        """A copy, with room for whole vectors behind it."""
        return padded(values)[: len(values)]

    def _bind(self) -> None:
        config, network, examples = self._config, self._network, self._examples
        self._plan = plan_for(network, self._batch)
        size = self._plan.count
        self._padded = {name: whole(self.slots[name]) for name in ("m", "v") if name in self.slots}
        nothing = np.zeros(8)
        is_weight = free = nothing
        if config.l1 or config.l2:
            is_weight = padded(np.zeros(len(self.theta)))
            for weights, _ in layout(network.sizes).weights(is_weight):
                weights[...] = 1.0
        if self._locked is not None:
            free = padded(1.0 - self._locked)
        self._constants = (given(is_weight), given(free))
        self._held = np.zeros(size) if self._locked is not None else nothing
        self._data = (given(examples.X), given(examples.y))
        self._weights = given(nothing if examples.weights is None else examples.weights)
        self._state = np.zeros(kernel.STATE, dtype=np.int64)
        self._state[kernel.ROWS], self._state[kernel.BATCH] = self._rows, self._batch
        self._state[kernel.SHUFFLED] = self._shuffled
        self._state[kernel.OPTIMIZER] = CODES.get(config.optimizer, 0)
        self._state[kernel.WEIGHTED] = examples.weights is not None
        self._state[kernel.LOCKED] = self._locked is not None
        self._state[kernel.PENALISED] = bool(config.l1 or config.l2)
        self._settings = np.array([config.l1, config.l2, config.clip])
        self._source = given(examples.rows)
        self._order = examples.rows.astype(np.int32)
        columns = int(self._plan.numbers[COLUMNS])
        blocks = -(-self._rows // self._batch) * -(-self._batch // columns)
        room = blocks * block_size(network, columns)
        # After a change of the batch size the epoch's batches begin anywhere.
        packs = room <= MOST_PACKED and self.cursor % self._batch == 0 and self._lbfgs is None
        self._state[kernel.PACKED] = packs
        self._packed = np.zeros(room + 8) if packs else nothing
        self._ready = -1

    def _updates(self, count: int) -> None:
        if self._state[kernel.PACKED] == 0 and self.cursor == 0 and self._ready != self.epoch:
            self._bind()
        state, nothing = self._state, np.zeros(8)
        state[kernel.STEP], state[kernel.EPOCH], state[kernel.CURSOR] = self.step, self.epoch, self.cursor
        plan, key = self._plan, np.uint64(self._order_key)
        if self._ready != self.epoch:
            rows = (self._source, self._order, self._packed)
            kernel.prepare(state, key, plan.numbers, *self._data, self._weights, *rows)
        m, v = self._padded.get("m", nothing), self._padded.get("v", nothing)
        kernel.train(
            count, state, self._settings, self._rates(count), key, plan.numbers, plan.tapes, plan.deltas,
            plan.sources, plan.work, whole(self.theta), whole(self._g), m, v, self.slots["t"], self._held,
            *self._constants, *self._data, self._weights, self._source, self._order, self._packed,
        )  # fmt: skip
        self.step, self.epoch, self.cursor = (int(value) for value in state[: kernel.CURSOR + 1])
        self._ready = self.epoch

    def _rates(self, count: int) -> Array:
        """η of the epochs that `count` updates reach."""
        config, epochs = self._config, count // -(-self._rows // self._batch) + 2
        if config.schedule == "constant" and self.epoch >= config.warmup:
            return np.full(epochs, config.learning_rate)
        return np.array([rate(config, self.epoch + ahead) for ahead in range(epochs)])

    def _loss_gradient(self) -> float:
        plan, weighted = self._plan, self._examples.weights is not None
        data = (*self._data, self._weights, weighted, self._source)
        tables = (plan.numbers, plan.tapes, plan.deltas, plan.sources, plan.work)
        return float(kernel.loss_gradient(*tables, whole(self.theta), whole(self._g), *data))
