"""The gradient of the loss over all training rows, for the tips of weights."""

from __future__ import annotations

import numpy as np

from mlpviz.data.spec import Dataset
from mlpviz.document.numbers import signed
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import CHUNK_VALUES, gradient, penalty_gradient
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network


def full_gradient(network: Network, theta: Array, dataset: Dataset, config: TrainingConfig) -> Array:
    """∇_θ of L over the training rows plus the penalty, flat as θ; dropout, clipping and locks are left out of it.

    Rows are taken some at a time, so that many of them stay within some tens of megabytes.
    """
    y, rows = dataset.targets(network.loss), dataset.train
    weights = dataset.balanced_weights() if config.class_weights == "balanced" else None
    counts = np.ones(len(dataset.X)) if weights is None else weights
    size = max(1, CHUNK_VALUES // max(network.sizes))
    total = penalty_gradient(network, theta, config.l1, config.l2)
    for weight in np.unique(counts[rows]):  # one a class: within it all rows count alike
        alike = rows[counts[rows] == weight]
        for start in range(0, len(alike), size):
            part = alike[start : start + size]
            total += weight * len(part) / len(rows) * gradient(network, theta, dataset.X[part], y[part])
    return total


def over_what(config: TrainingConfig) -> str:
    """Over what the gradient is taken, in words."""
    return f"over all training rows{', penalty included' if config.l1 or config.l2 else ''}"


def gradient_line(name: str, value: float, config: TrainingConfig) -> str:
    """The derivative by the parameter called `name`, as a line of markup."""
    return rf"∂L/∂{name} = {signed(value)}\text{{  {over_what(config)}}}"
