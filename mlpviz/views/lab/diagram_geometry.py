"""Where the diagram's columns, units and edges stand: numbers only, nothing is painted here.

Coordinates are the diagram's own pixels, y downwards. Columns are numbered from the inputs (0) to the outputs; column
c shows layer c − 1 in the numbering of `pictures.symbols`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from mlpviz.nn.layout import Array

FULL, ENDS = 8, 4  # more than FULL units: the first and last ENDS, and between them a line that counts the others
GAP_SLOT = 0.62  # the height of that line, in unit pitches
TILE_SHARE = 0.86  # of the tightest column's pitch
LOOSE = 1.65  # the widest pitch, in tiles; in small networks, whose edges carry labels, LOOSEST
LOOSEST = 2.2
FEW, ROOM = 9, 150.0  # a small network: so few edges, at most one hidden layer, and such gaps between columns
ASIDE = 32.0  # room for a name beside the first and the last column
CURVED = 100  # more edges than that are straight: curves would cost too much time
CURVE_POINTS = 20


def shown_units(count: int) -> list[int]:
    """The units of a layer that are drawn."""
    return list(range(count)) if count <= FULL else [*range(ENDS), *range(count - ENDS, count)]


@dataclass(frozen=True, slots=True)
class Column:
    """One layer: its centre x, its drawn units and their centres y; `hidden` more units are counted at `more_y`."""

    layer: int
    x: float
    units: tuple[int, ...]
    y: tuple[float, ...]
    hidden: int = 0
    more_y: float = 0.0


@dataclass(frozen=True)
class Geometry:
    """The places of everything for one network in a box of given size.

    Attributes:
        columns: from the inputs to the outputs.
        tile: the side of a unit's tile.
        pitch: the distance of two columns' centres.
        top, bottom: the box that units may fill.
        small: few units and much room: edges are straight and carry labels.
    """

    columns: tuple[Column, ...]
    tile: float
    pitch: float
    top: float
    bottom: float
    small: bool = False

    @cached_property
    def places(self) -> dict[tuple[int, int], tuple[float, float]]:
        """The centre of every drawn unit by (layer, unit)."""
        return {
            (column.layer, unit): (column.x, y)
            for column in self.columns
            for unit, y in zip(column.units, column.y, strict=True)
        }

    @property
    def boldness(self) -> float:
        """A factor on the widths of edges: in narrow gaps thick lines would run into one another."""
        return float(np.clip((self.pitch - self.tile) / 70, 0.3, 1.0))

    @cached_property
    def edges(self) -> Edges:
        """Every drawn edge, layer by layer, target by target."""
        ends = [
            (after.layer, target, source, before.x, y0, after.x, y1)
            for before, after in zip(self.columns, self.columns[1:], strict=False)
            for target, y1 in zip(after.units, after.y, strict=True)
            for source, y0 in zip(before.units, before.y, strict=True)
        ]
        table = np.array(ends, dtype=float).reshape(-1, 7)
        return Edges.between(table[:, :3].astype(int), table[:, 3:], self.tile / 2, not self.small)

    def unit_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The unit whose tile is at a point."""
        reach = max(self.tile, 8) / 2 + 2
        for key, (cx, cy) in self.places.items():
            if abs(x - cx) <= reach and abs(y - cy) <= reach:
                return key
        return None

    def bias_place(self, layer: int, unit: int) -> tuple[float, float]:
        """The centre of the mark of a unit's bias: the lower left corner of its tile."""
        x, y = self.places[layer, unit]
        return x - self.tile / 2, y + self.tile / 2


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """Drawn edges.

    Attributes:
        keys: (edges, 3) layer, target unit, source unit.
        ends: (edges, 4) x₀, y₀, x₁, y₁: from the right side of the source to the left side of the target.
        points: (edges, k, 2) the line itself: k = 2 when straight.
    """

    keys: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    ends: Array
    points: Array

    @classmethod
    def between(
        cls, keys: np.ndarray[tuple[int, int], np.dtype[np.int64]], centres: Array, inset: float, curved: bool
    ) -> Edges:
        """The edges between units with these centres (edges, 4) and half tiles of `inset`."""
        ends = centres + np.array([inset, 0, -inset, 0])
        if len(keys) > CURVED or not curved:
            return cls(keys, ends, ends.reshape(-1, 2, 2))
        x0, y0, x1, y1 = (ends[:, i, None] for i in range(4))
        t = np.linspace(0, 1, CURVE_POINTS)[None, :]
        # The cubic with level ends whose control points stand half way.
        x = x0 + (x1 - x0) * (1.5 * t - 1.5 * t**2 + t**3)
        y = y0 + (y1 - y0) * (3 * t**2 - 2 * t**3)
        return cls(keys, ends, np.stack([x, y], axis=2))

    @property
    def curved(self) -> bool:
        """Whether edges are drawn as curves."""
        return len(self.points) > 0 and self.points.shape[1] > 2

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """The edge nearest to a point, if it passes within `reach`."""
        if not len(self.keys):
            return None
        start, step = self.points[:, :-1], np.diff(self.points, axis=1)
        offset = np.array([x, y]) - start
        along = np.clip(np.sum(offset * step, axis=2) / np.maximum(np.sum(step**2, axis=2), 1e-12), 0, 1)
        distance = np.linalg.norm(offset - along[..., None] * step, axis=2).min(axis=1)
        best = int(np.argmin(distance))
        return best if distance[best] <= reach else None

    def at(self, index: int, t: float) -> tuple[float, float]:
        """The point of an edge at 0 ≤ t ≤ 1."""
        line = self.points[index]
        place = t * (len(line) - 1)
        i = min(int(place), len(line) - 2)
        x, y = line[i] + (place - i) * (line[i + 1] - line[i])
        return float(x), float(y)


def arrange(
    sizes: tuple[int, ...], width: float, top: float, bottom: float, margins: tuple[float, float], scale: float = 1.0
) -> Geometry:
    """Places for a network of these sizes: columns at equal distances from margins[0] to width − margins[1].

    Args:
        width, top, bottom: the box; units stay between top and bottom.
        margins: from the box's sides to the centres of the first and the last column, at least.
        scale: factor on the sizes of marks.
    """
    height = max(bottom - top, 1.0)
    slots = [min(count, 2 * ENDS + GAP_SLOT) if count > FULL else float(count) for count in sizes]
    cap = float(np.clip(0.22 * height, 34 * scale, 76 * scale))
    tile = min(cap, TILE_SHARE * height / max(slots))
    left, right = (max(margin, tile / 2 + ASIDE * scale) for margin in margins)
    pitch = (width - left - right) / (len(sizes) - 1)
    tile = max(6.0, min(tile, 0.5 * pitch))
    edges = sum(a * b for a, b in pairwise(sizes))
    small = len(sizes) <= 3 and edges <= FEW and pitch - tile >= ROOM * scale
    loose = (LOOSEST if small else LOOSE) * tile
    columns = tuple(
        _column(index - 1, left + index * pitch, count, top, height, min(height / slots[index], loose))
        for index, count in enumerate(sizes)
    )
    return Geometry(columns, tile, pitch, top, bottom, small)


def _column(layer: int, x: float, count: int, top: float, height: float, pitch: float) -> Column:
    units = shown_units(count)
    at = [float(i) for i in range(len(units))]
    if count > FULL:
        at = [place if i < ENDS else place + GAP_SLOT for i, place in enumerate(at)]
    middle = top + height / 2
    y = tuple(middle + (place - at[-1] / 2) * pitch for place in at)
    if count <= FULL:
        return Column(layer, x, tuple(units), y)
    return Column(layer, x, tuple(units), y, count - 2 * ENDS, (y[ENDS - 1] + y[ENDS]) / 2)
