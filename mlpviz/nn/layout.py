"""How the flat parameter vector θ is laid out.

Each layer is one matrix A⁽ˡ⁾ = [W⁽ˡ⁾ | b⁽ˡ⁾] of shape (out, in + 1), row-major, one after another in θ. With a row of
ones under h⁽ˡ⁻¹⁾, z⁽ˡ⁾ = A⁽ˡ⁾ h⁽ˡ⁻¹⁾ and the gradient of A⁽ˡ⁾ is one product as well: biases cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError

Array = NDArray[np.float64]


class Layout:
    """Views of θ for a network with the given layer sizes. Make it with `layout(sizes)`, which caches."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        self.sizes = sizes
        self.shapes = tuple((n, m + 1) for m, n in pairwise(sizes))
        ends = np.cumsum([0, *(rows * columns for rows, columns in self.shapes)])
        self.offsets: tuple[int, ...] = tuple(int(end) for end in ends[:-1])
        self.size = int(ends[-1])
        self.layers = len(self.shapes)

    def matrices(self, theta: NDArray[Any]) -> list[NDArray[Any]]:
        """Views A⁽ˡ⁾ of shape (out, in + 1), bias last, for l = 1 … layers."""
        return [
            theta[start : start + rows * columns].reshape(rows, columns)
            for start, (rows, columns) in zip(self.offsets, self.shapes, strict=True)
        ]

    def weights(self, theta: NDArray[Any]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
        """Views (W⁽ˡ⁾ (out, in), b⁽ˡ⁾ (out,)) for l = 1 … layers."""
        return [(matrix[:, :-1], matrix[:, -1]) for matrix in self.matrices(theta)]

    def index(self, layer: int, unit: int, source: int) -> int:
        """Where the weight from `source` to `unit` of layer `layer` (0-based) stands in θ; source = in is the bias."""
        rows, columns = self.shapes[layer]
        if not (0 <= unit < rows and 0 <= source < columns):
            raise IndexError(f"layer {layer} has {rows} × {columns} parameters, not ({unit}, {source})")
        return self.offsets[layer] + unit * columns + source

    @property
    def names(self) -> list[str]:
        """Parameter names as `torch.nn.Sequential(Linear, activation, Linear, …)` has them."""
        return [f"{2 * layer}.{kind}" for layer in range(self.layers) for kind in ("weight", "bias")]

    def to_arrays(self, theta: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Contiguous copies by name: "0.weight" (out, in), "0.bias" (out,), "2.weight", …"""
        arrays: Iterator[NDArray[Any]] = (part.copy() for pair in self.weights(theta) for part in pair)
        return dict(zip(self.names, arrays, strict=True))

    def check(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Raise UserError for a missing, surplus or misshapen array."""
        missing = [name for name in self.names if name not in arrays]
        surplus = [name for name in arrays if name not in self.names]
        if missing or surplus:
            what = f"lacks {missing[0]!r}" if missing else f"has {surplus[0]!r}, which the network does not have"
            raise UserError(f"The weights do not fit the network: the file {what}.")
        shapes = [shape for rows, columns in self.shapes for shape in ((rows, columns - 1), (rows,))]
        for name, shape in zip(self.names, shapes, strict=True):
            if arrays[name].shape != shape:
                raise UserError(f"{name} has the shape {arrays[name].shape}; the network needs {shape}.")

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> Array:
        """A read-only θ from named arrays. Raises UserError for a missing, surplus or misshapen array."""
        self.check(arrays)
        theta = np.empty(self.size)
        for name, part in zip(self.names, (p for pair in self.weights(theta) for p in pair), strict=True):
            part[...] = arrays[name]
        if not np.isfinite(theta).all():
            raise UserError("The weights hold NaN or infinity; mlpviz takes finite numbers only.")
        return frozen(theta)


@lru_cache(maxsize=64)
def layout(sizes: tuple[int, ...]) -> Layout:
    """The layout of θ for a network with these layer sizes."""
    return Layout(sizes)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """The array itself, made read-only: such arrays cross threads and live in documents."""
    array.flags.writeable = False
    return array
