"""The compiled backend for nets whose products are too small for BLAS."""

from __future__ import annotations

import numba
import numpy as np

from mlpviz.nn.base_trainer import BaseTrainer
from mlpviz.nn.compiled import kernel
from mlpviz.nn.compiled.plan import plan_for
from mlpviz.nn.compiled.updating import CODES
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.schedules import rate


class CompiledTrainer(BaseTrainer):
    """See `trainer.Trainer`."""

    backend = f"compiled (Numba {numba.__version__})"
    check_every = 1024

    def _allocated(self, values: Array) -> Array:
        """A copy, with room for whole vectors behind it."""
        room = np.zeros(-(-len(values) // 8) * 8)
        room[: len(values)] = values
        return room[: len(values)]

    def _bind(self) -> None:
        config, network, examples = self._config, self._network, self._examples
        self._plan = plan_for(network, self._batch)
        size = self._plan.count
        self._padded = {name: _whole(self.slots[name]) for name in ("m", "v") if name in self.slots}
        is_weight = np.zeros(len(self.theta))
        for weights, _ in layout(network.sizes).weights(is_weight):
            weights[...] = 1.0
        free = np.ones(size)
        if self._locked is not None:
            free[: len(self.theta)][self._locked] = 0.0
        nothing = np.zeros(8)
        self._constants = (_whole(self._allocated(is_weight)), free)
        self._held = np.zeros(size) if self._locked is not None else nothing
        self._data = (np.ascontiguousarray(examples.X), np.ascontiguousarray(examples.y))
        self._weights = nothing if examples.weights is None else np.ascontiguousarray(examples.weights)
        self._state = np.zeros(kernel.STATE, dtype=np.int64)
        self._state[kernel.ROWS], self._state[kernel.BATCH] = self._rows, self._batch
        self._state[kernel.SHUFFLED] = self._shuffled
        self._state[kernel.OPTIMIZER] = CODES.get(config.optimizer, 0)
        self._state[kernel.WEIGHTED] = examples.weights is not None
        self._state[kernel.LOCKED] = self._locked is not None
        self._state[kernel.PENALISED] = bool(config.l1 or config.l2)
        self._settings = np.array([config.l1, config.l2, config.clip])
        self._source = np.ascontiguousarray(examples.rows)
        self._order = self._source.copy() if self._shuffled else self._source
        self._ordered = -1

    def _updates(self, count: int) -> None:
        state, config, nothing = self._state, self._config, np.zeros(8)
        state[kernel.STEP], state[kernel.EPOCH], state[kernel.CURSOR] = self.step, self.epoch, self.cursor
        per_epoch = -(-self._rows // self._batch)
        rates = np.array([rate(config, self.epoch + ahead) for ahead in range(count // per_epoch + 2)])
        if self._shuffled and self.cursor and self._ordered != self.epoch:
            kernel.reorder(np.uint64(self._order_key), self.epoch, self._source, self._order)
        m, v = self._padded.get("m", nothing), self._padded.get("v", nothing)
        plan = self._plan
        kernel.train(
            count, state, self._settings, rates, np.uint64(self._order_key), plan.numbers, plan.tapes, plan.deltas,
            plan.sources, plan.work, _whole(self.theta), _whole(self._g), m, v, self.slots["t"], self._held,
            *self._constants, *self._data, self._weights, self._source, self._order,
        )  # fmt: skip
        self.step, self.epoch, self.cursor = (int(value) for value in state[: kernel.CURSOR + 1])
        self._ordered = self.epoch if self.cursor else -1

    def _loss_gradient(self) -> float:
        plan = self._plan
        return float(
            kernel.loss_gradient(
                plan.numbers,
                plan.tapes,
                plan.deltas,
                plan.sources,
                plan.work,
                _whole(self.theta),
                _whole(self._g),
                *self._data,
                self._weights,
                self._examples.weights is not None,
                self._source,
            )  # fmt: skip
        )


def _whole(values: Array) -> Array:
    """The array with the padding behind it."""
    base = values.base
    assert isinstance(base, np.ndarray)
    return base
