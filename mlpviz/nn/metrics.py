"""L and accuracy over a fixed set of rows, with buffers made once."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.calls import Program, run
from mlpviz.nn.evaluate import CHUNK_VALUES, correct
from mlpviz.nn.evaluate import accuracy as any_accuracy
from mlpviz.nn.evaluate import loss as any_loss
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Network


class Measure:
    """`measure(theta)` → (L, accuracy); accuracy is NaN unless `classes`.

    Args:
        network: the network.
        X: (rows, inputs).
        y: (rows, outputs) as the loss wants it.
        classes: whether the targets are classes.
    """

    def __init__(self, network: Network, X: Array, y: Array, classes: bool) -> None:
        self._network, self._X, self._y, self._classes = network, X, y, classes
        self._loss = LOSSES[network.loss]
        self._Y = np.ascontiguousarray(y.T)
        self._theta = np.empty(network.size)
        # Large sets are measured in chunks; small ones through buffers bound once.
        self._bound = len(X) > 0 and len(X) * max(network.sizes) <= CHUNK_VALUES
        self._program: Program = self._bind() if self._bound else []

    def _bind(self) -> Program:
        rows, sizes = len(self._X), self._network.sizes
        source = np.ones((sizes[0] + 1, rows))
        source[:-1] = self._X.T
        program: Program = []
        matrices = layout(sizes).matrices(self._theta)
        for index, matrix in enumerate(matrices):
            target = np.ones((sizes[index + 1] + 1, rows))
            program.append(partial(matrix.dot, source, target[:-1]))
            if index < len(self._network.hidden):
                row = ACTIVATIONS[self._network.hidden[index].activation]
                program += row.apply(target[:-1], target[:-1])
            source = target
        self._logits = source[:-1]
        return program

    def __call__(self, theta: Array) -> tuple[float, float]:
        """Measure at θ; NaN for both where there are no rows."""
        if not len(self._X):
            return float("nan"), float("nan")
        if not self._bound:
            accuracy = any_accuracy(self._network, theta, self._X, self._y) if self._classes else float("nan")
            return float(any_loss(self._network, theta, self._X, self._y)), accuracy
        self._theta[...] = theta
        with np.errstate(all="ignore"):
            run(self._program)
            # A sum divided by the number is what np.mean does, without its overhead.
            mean = float(np.add.reduce(self._loss.each(self._logits, self._Y)) / len(self._X))
        return mean, correct(self._logits, self._Y) if self._classes else float("nan")
