"""How z is spread in each layer: whether signals die out or blow up on their way through the network."""

from __future__ import annotations

import numpy as np

from mlpviz.nn.evaluate import forward
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network

MOST_ROWS = 2000


def spread_of_z(network: Network, theta: Array, X: Array) -> list[tuple[float, float]]:
    """Mean and standard deviation of all z of every layer, the last being ỹ's, over (at most 2,000) rows of X."""
    with np.errstate(all="ignore"):
        passed = forward(network, theta, X[:MOST_ROWS])
        return [(float(np.mean(z)), float(np.std(z))) for z in passed.z]
