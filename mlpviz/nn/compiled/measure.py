"""The figures of an epoch, compiled; see `trainer.Meter`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlpviz.nn.base_trainer import Examples
from mlpviz.nn.compiled import call
from mlpviz.nn.compiled.call import NOTHING, Seen
from mlpviz.nn.compiled.plan import decay_of, given_examples, make_plan, padded_array
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network


class CompiledMeter:
    """See `trainer.Meter`."""

    def __init__(self, network: Network, sets: Sequence[Examples], classes: bool, config: TrainingConfig) -> None:
        counts = [len(examples.rows) for examples in sets]
        largest = max(1, *counts)
        *data, _ = given_examples(sets[0])
        self.seen = Seen(
            make_plan(network, len(sets) * largest, largest),
            (data[0], data[1], data[2]),
            np.concatenate([examples.rows for examples in sets]),
            np.cumsum([0, *counts]),
            np.array([-1]),
            decay_of(network) if config.l1 or config.l2 else NOTHING,
            config,
            classes,
        )
        self._theta = padded_array(np.zeros(network.size))

    def __call__(self, theta: Array, epoch: int) -> Array:
        """The figures at θ."""
        self._theta[:] = theta
        return call.measure(self.seen, self._theta, epoch)
