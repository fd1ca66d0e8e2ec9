"""What every unit computes over the plane of inputs, as small fields."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mlpviz.nn.evaluate import forward_prepared
from mlpviz.nn.features import prepared
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.pictures.plane import InputPlane

# Multiplications that one set of tiles, or one large field, may cost; bigger networks get coarser ones.
TILES, FIELD = 300e6, 1e9
COARSEST = 8


def resolution(network: Network, wanted: int, budget: float = FIELD) -> int:
    """The side of a square field that a network of this size can be evaluated on quickly."""
    return int(np.clip((budget / max(1, network.size)) ** 0.5, COARSEST, max(COARSEST, wanted)))


def tiles(
    network: Network, theta: Array, plane: InputPlane, n: int, units: Iterable[tuple[int, int]] | None = None
) -> dict[tuple[int, int], Array]:
    """The activation of units over the plane.

    Args:
        network, theta: the net.
        plane: of inputs.
        n: the side wanted; big networks get fewer.
        units: (layer, unit) pairs, layer −1 what the first layer sees (inputs or features), 0 … hidden,
            len(hidden) the outputs ỹ; None: all.

    Returns:
        For each unit a field (side, side), row 0 at the bottom; for a line (side,).
    """
    side = n if plane.line else resolution(network, n, TILES)
    with np.errstate(all="ignore"):  # a feature may be infinite where there are no data
        X = prepared(network, plane.grid(side))
    result = forward_prepared(network, theta, X)
    layers = {-1: X, **dict(enumerate(result.h)), len(network.hidden): result.logits}
    if units is None:
        units = [(layer, unit) for layer, values in layers.items() for unit in range(values.shape[1])]
    shape = (side,) if plane.line else (side, side)
    return {(layer, unit): layers[layer][:, unit].reshape(shape) for layer, unit in units}
