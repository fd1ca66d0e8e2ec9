"""L and accuracy over a fixed set of rows, with buffers made once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from mlpviz.nn.activations import activation_named
from mlpviz.nn.base_trainer import Examples
from mlpviz.nn.calls import Program, run
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import correct, each_loss, penalty
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.schedules import rate
from mlpviz.nn.spec import Network

# Numbers in the buffers of one chunk: small sets are measured at once, large ones chunk by chunk.
CHUNK_VALUES = 150_000


class Measure:
    """`measure(theta)` → (L, accuracy); both NaN where there are no rows, accuracy unless `classes`.

    Args:
        network: the network.
        examples: the rows; L is the mean of ℓ times the row's weight.
        classes: whether the targets are classes.
        room: (network.size,) for θ, which several may share.
    """

    def __init__(self, network: Network, examples: Examples, classes: bool, room: Array | None = None) -> None:
        self._network, self._examples, self._classes = network, examples, classes
        self._theta = np.empty(network.size) if room is None else room
        rows = len(examples.rows)
        self._size = max(1, min(rows, CHUNK_VALUES // (sum(network.sizes) + len(network.sizes))))
        self._programs: dict[int, Program] = {}
        self._seen = np.ones((network.fan_in + 1, self._size))
        self._y = np.empty((network.outputs, self._size))
        self._weights = np.ones(self._size)
        self._logits = np.empty((network.outputs, self._size))
        self._filled = -1

    def __call__(self, theta: Array) -> tuple[float, float]:
        """Measure at θ."""
        rows = len(self._examples.rows)
        if not rows:
            return float("nan"), float("nan")
        self._theta[...] = theta
        loss, right = 0.0, 0.0
        with np.errstate(all="ignore"):
            for start in range(0, rows, self._size):
                count = min(self._size, rows - start)
                self._fill(start, count)
                if count not in self._programs:
                    self._programs[count] = self._bind(count)
                run(self._programs[count])
                logits, y = self._logits[:, :count], self._y[:, :count]
                each = each_loss(self._network, logits, y)
                loss += float(np.add.reduce(each if self._examples.weights is None else each * self._weights[:count]))
                if self._classes:
                    right += correct(logits, y) * count
        return loss / rows, right / rows if self._classes else float("nan")

    def _fill(self, start: int, count: int) -> None:
        if self._filled == start:
            return
        examples = self._examples
        rows = examples.rows[start : start + count]
        self._seen[:-1, :count] = examples.X[rows].T
        self._y[:, :count] = examples.y[rows].T
        if examples.weights is not None:
            self._weights[:count] = examples.weights[rows]
        self._filled = start

    def _bind(self, count: int) -> Program:
        sizes = self._network.sizes
        source = self._seen[:, :count]
        program: Program = []
        matrices = layout(sizes).matrices(self._theta)
        for index, matrix in enumerate(matrices):
            last = index == len(matrices) - 1
            target = self._logits[:, :count] if last else np.ones((sizes[index + 1] + 1, count))
            into = target if last else target[:-1]
            # A product can only be written into a buffer of its own rows; the last chunk's is a part of one.
            out = into if into.flags.c_contiguous else np.empty(into.shape)
            program.append(partial(matrix.dot, source, out))
            if out is not into:
                program.append(partial(np.copyto, into, out))
            if not last:
                program += activation_named(self._network.hidden[index].activation).apply_program(into, into)
            source = target
        return program


class NumpyMeter:
    """See `base_trainer.Meter`."""

    def __init__(self, network: Network, sets: Sequence[Examples], classes: bool, config: TrainingConfig) -> None:
        self._network, self._config = network, config
        room = np.empty(network.size)
        self._measures = [Measure(network, examples, classes, room) for examples in sets]

    def __call__(self, theta: Array, epoch: int) -> Array:
        """The figures at θ."""
        (loss, share), (test, test_share), (held, held_share) = (measure(theta) for measure in self._measures)
        config, extra = self._config, 0.0
        if config.l1 or config.l2:
            extra = float(penalty(self._network, theta, config.l1, config.l2))
        return np.array([epoch, loss, test, share, test_share, held, held_share, extra, rate(config, epoch)])
