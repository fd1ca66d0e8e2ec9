"""L and accuracy over a fixed set of rows, compiled; see `nn.metrics.Measure`."""

from __future__ import annotations

import numpy as np

from mlpviz.nn.base_trainer import Examples
from mlpviz.nn.compiled import kernel
from mlpviz.nn.compiled.arrays import given, padded
from mlpviz.nn.compiled.plan import plan_for
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network


class CompiledMeasure:
    """`measure(theta)` → (L, accuracy); both NaN where there are no rows, accuracy unless `classes`."""

    def __init__(self, network: Network, examples: Examples, classes: bool) -> None:
        self._classes, self._count = classes, len(examples.rows)
        self._plan = plan_for(network, max(1, self._count))
        self._theta = padded(np.zeros(network.size))
        self._weighted = examples.weights is not None
        weights = np.zeros(8) if examples.weights is None else examples.weights
        self._data = tuple(given(array) for array in (examples.X, examples.y, weights))
        self._rows, self._found = given(examples.rows), np.zeros(2)

    def __call__(self, theta: Array) -> tuple[float, float]:
        """Measure at θ."""
        if not self._count:
            return float("nan"), float("nan")
        self._theta[: len(theta)] = theta
        X, y, weights = self._data
        plan = self._plan
        kernel.measure(
            plan.numbers, plan.tapes, plan.work, self._theta, X, y, weights, self._weighted, self._rows, self._found
        )
        loss, share = self._found.tolist()
        return loss, share if self._classes else float("nan")
