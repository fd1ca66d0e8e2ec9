"""The pictures in the units: computed off the GUI thread, made into images on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QImage, QPolygonF

from mlpviz.data.spec import Dataset
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.evaluate import forward
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.pictures.explain import largest
from mlpviz.pictures.plane import input_plane
from mlpviz.pictures.symbols import INPUTS
from mlpviz.pictures.tiles import tiles

Unit = tuple[int, int]
CURVE_SAMPLES = 49
FINE, COARSE = 32, 16  # samples along a tile's side; COARSE for networks beyond LARGE parameters
LARGE = 100_000


@dataclass(frozen=True, eq=False)
class Pictures:
    """Tiles of one moment.

    Attributes:
        network: whose they are.
        images: (n, n, 3) uint8 colours of each unit, the top row first; or for one input (k,) heights from 0 to 1.
        levels: by layer, the value at the end of the colour map (or at the top of the curve's box).
    """

    network: Network
    images: dict[Unit, NDArray[np.uint8] | Array]
    levels: dict[int, float]


def level_of(network: Network, layer: int, values: list[Array]) -> float:
    """The symmetric scale of a layer's tiles: the bound of a bounded activation, else the largest value shown."""
    if 0 <= layer < len(network.hidden):
        bound = max(abs(b) for b in ACTIVATIONS[network.hidden[layer].activation].bounds)
        if np.isfinite(bound):
            return float(bound)
    finite = [value[np.isfinite(value)] for value in values]
    return max((largest(value) for value in finite), default=1.0)


def compute(network: Network, theta: Array, dataset: Dataset, units: list[Unit], table: NDArray[np.uint8]) -> Pictures:
    """The pictures of some units; pure, for the pictures' thread. `table` is the diverging map, (256, 3)."""
    if network.inputs == 1:
        values = _curves(network, theta, dataset, units)
    else:
        values = _fields(network, theta, dataset, units)
    layers = {layer for layer, _ in units}
    levels = {layer: level_of(network, layer, [v for (at, _), v in values.items() if at == layer]) for layer in layers}
    if network.inputs == 1:
        heights = {unit: np.clip(0.5 + 0.5 * value / levels[unit[0]], 0, 1) for unit, value in values.items()}
        return Pictures(network, dict(heights), levels)
    return Pictures(network, {unit: colored(v, levels[unit[0]], table) for unit, v in values.items()}, levels)


def colored(values: Array, level: float, table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Values (n, n), the bottom row first, as colours (n, n, 3), the top row first."""
    share = np.nan_to_num(np.clip(values / level, -1, 1))
    return np.ascontiguousarray(table[((share[::-1] + 1) * 127.5).round().astype(np.uint8)])


def _curves(network: Network, theta: Array, dataset: Dataset, units: list[Unit]) -> dict[Unit, Array]:
    low, high = dataset.domain[0]
    t = np.linspace(low, high, CURVE_SAMPLES)
    passed = forward(network, theta, t[:, None])
    # The input's own curve runs from corner to corner, whatever its units are.
    layers = {INPUTS: np.linspace(-1, 1, CURVE_SAMPLES)[:, None], len(network.hidden): passed.logits}
    return {(at, i): (layers[at] if at in layers else passed.h[at])[:, i] for at, i in units}


def drawable(picture: NDArray[np.uint8] | Array) -> QImage | QPolygonF:
    """A picture as Qt draws it: an image with its own memory, or a curve in the unit square."""
    if picture.ndim == 1:
        places = np.linspace(0, 1, len(picture))
        return QPolygonF([QPointF(float(x), float(y)) for x, y in zip(places, picture, strict=True)])
    height, width, _ = picture.shape
    return QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _fields(network: Network, theta: Array, dataset: Dataset, units: list[Unit]) -> dict[Unit, Array]:
    side = FINE if network.size <= LARGE else COARSE
    every = tiles(network, theta, input_plane(dataset), side)
    return {unit: every[unit] for unit in units}
