"""L and accuracy over a fixed set of rows, compiled; see `nn.metrics.Measure`."""

from __future__ import annotations

import numpy as np

from mlpviz.nn.base_trainer import Examples
from mlpviz.nn.compiled import call
from mlpviz.nn.compiled.plan import given_examples, make_plan, padded_array
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network


class CompiledMeasure:
    """`measure(theta)` → (L, accuracy); both NaN where there are no rows, accuracy unless `classes`."""

    def __init__(self, network: Network, examples: Examples, classes: bool) -> None:
        self._classes, self._count = classes, len(examples.rows)
        rows = max(1, self._count)
        self._plan = make_plan(network, rows, rows, packs=False)
        self._theta = padded_array(np.zeros(network.size))
        self._data = given_examples(examples)

    def __call__(self, theta: Array) -> tuple[float, float]:
        """Measure at θ."""
        if not self._count:
            return float("nan"), float("nan")
        self._theta[:] = theta
        loss, right = call.evaluate(self._plan, self._data, self._theta)
        return loss, right / self._count if self._classes else float("nan")
