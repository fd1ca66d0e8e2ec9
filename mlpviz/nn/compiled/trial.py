"""Calls every kernel once, which has it compiled or taken from the cache."""

from __future__ import annotations

import numpy as np

from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.compiled.measure import CompiledMeasure
from mlpviz.nn.compiled.trainer import CompiledTrainer
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.spec import Hidden, Network


def run() -> None:
    """Train and measure a small network in every way that there is."""
    network = Network(hidden=(Hidden(2, "gelu"),))
    examples = Examples.whole(np.eye(4, 2), np.ones((4, 1)))
    for config in (TrainingConfig(batch_size=2), TrainingConfig("lbfgs", 1.0)):
        trainer = CompiledTrainer(network, config, examples, Start(np.zeros(network.size), {}))
        trainer.advance(1)
    CompiledMeasure(network, examples, classes=True)(trainer.theta)
