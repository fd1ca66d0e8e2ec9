"""The pictures in the units: computed off the GUI thread, made into images on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QImage

from mlpviz.data.spec import Dataset
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.pictures.explain import largest
from mlpviz.pictures.plane import input_plane
from mlpviz.pictures.symbols import INPUTS
from mlpviz.pictures.tiles import tiles
from mlpviz.views.kit.hatch import hatched
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.diagram_painting import Picture, Unit

CURVE_SAMPLES, FIELD_SAMPLES, FEWEST = 49, 32, 8  # along a tile's side; `tiles` takes fewer for large networks


@dataclass(frozen=True, eq=False)
class Pictures:
    """Tiles of one moment.

    Attributes:
        network: whose they are.
        images: (n, n, 3) uint8 colours of each unit, the top row first; or for one input (k,) heights from 0 to 1.
        levels: by layer, the value at the end of the colour map (or at the top of the curve's box); none for features.
        missing: (n, n) where a unit has no finite value, the top row first; only of units that have such places.
    """

    network: Network
    images: dict[Unit, NDArray[np.uint8] | Array]
    levels: dict[int, float]
    missing: dict[Unit, NDArray[np.bool_]]


def level_of(network: Network, layer: int, values: list[Array]) -> float:
    """The symmetric scale of a layer's tiles: the bound of a bounded activation, else the largest value shown."""
    if 0 <= layer < len(network.hidden):
        bound = max(abs(b) for b in activation_named(network.hidden[layer].activation).bounds)
        if np.isfinite(bound):
            return float(bound)
    finite = [value[np.isfinite(value)] for value in values]
    return max((largest(value) for value in finite), default=1.0)


def compute(
    network: Network,
    theta: Array,
    dataset: Dataset,
    units: list[Unit],
    table: NDArray[np.uint8],
    pixels: float = FIELD_SAMPLES,
) -> Pictures:
    """The pictures of some units, for tiles `pixels` wide; pure. `table` is the diverging map, (256, 3)."""
    side = CURVE_SAMPLES if network.inputs == 1 else int(np.clip(pixels, FEWEST, FIELD_SAMPLES))
    values = tiles(network, theta, input_plane(dataset), side, units)
    values = {unit: centred(field) if unit[0] == INPUTS else field for unit, field in values.items()}
    # Features differ in size by their kind: each has a scale of its own, and the layer none.
    own = bool(network.features)
    layers = {layer for layer, _ in units if not (own and layer == INPUTS)}
    levels = {layer: level_of(network, layer, [v for (at, _), v in values.items() if at == layer]) for layer in layers}
    pictures: dict[Unit, NDArray[np.uint8] | Array] = {}
    for (layer, unit), value in values.items():
        level = levels[layer] if layer in levels else level_of(network, layer, [value])
        pictures[layer, unit] = height(value, level) if value.ndim == 1 else colored(value, level, table)
    gaps = {unit: ~np.isfinite(value[::-1]) for unit, value in values.items() if not np.isfinite(value).all()}
    return Pictures(network, pictures, levels, gaps)


def centred(values: Array) -> Array:
    """An input's values, less their middle where they never change sign: else its tile had one colour."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    return values - (low + high) / 2 if low > 0 or high < 0 else values


def height(values: Array, level: float) -> Array:
    """Values as heights from 0 (−level) to 1 (+level)."""
    heights: Array = np.nan_to_num(np.clip(0.5 + 0.5 * values / level, 0, 1), nan=0.5)
    return heights


def colored(values: Array, level: float, table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Values (n, n), the bottom row first, as colours (n, n, 3), the top row first."""
    share = np.nan_to_num(np.clip(values / level, -1, 1))
    return np.ascontiguousarray(table[((share[::-1] + 1) * 127.5).round().astype(np.uint8)])


def drawable(pictures: Pictures, theme: Theme) -> dict[Unit, Picture]:
    """The pictures as Qt draws them; what has no finite value is hatched."""
    result: dict[Unit, Picture] = {}
    for unit, image in pictures.images.items():
        gaps = pictures.missing.get(unit) if image.ndim == 3 else None
        result[unit] = _drawable(image if gaps is None else hatched(image.astype(np.uint8), gaps, theme))
    return result


def _drawable(picture: NDArray[np.uint8] | Array) -> Picture:
    """An image with its own memory, or a curve in the unit square."""
    if picture.ndim == 1:
        places = np.linspace(0, 1, len(picture))
        return [QPointF(float(x), float(y)) for x, y in zip(places, picture, strict=True)]
    height, width, _ = picture.shape
    return QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
