"""Edits of what is locked: weights, units, layers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mlpviz.document.document import Document
from mlpviz.document.edits import Edited, set_training
from mlpviz.nn.layout import layout
from mlpviz.nn.locks import Lock, locked_mask

ALL_LOCKED = "All parameters are locked: nothing can learn. Unlock some of them."


def all_locked(document: Document) -> bool:
    """Whether no parameter is left to be learned."""
    locks = document.training.locked
    return bool(locks) and bool(locked_mask(locks, document.network.sizes).all())


def locked_by_layer(document: Document) -> list[tuple[int, int]]:
    """How many parameters of each layer, the output layer last, are locked, and how many there are."""
    plan, locks = layout(document.network.sizes), document.training.locked
    if not locks:
        return [(0, rows * columns) for rows, columns in plan.shapes]
    return [(int(matrix.sum()), matrix.size) for matrix in plan.matrices(locked_mask(locks, plan.sizes))]


def set_locked(document: Document, parts: Iterable[Lock], on: bool) -> Edited:
    """Lock or unlock some parts; what is not named stays as it is."""
    parts, sizes, before = tuple(parts), document.network.sizes, document.training.locked
    mask = locked_mask(before, sizes)
    mask[locked_mask(parts, sizes)] = on
    layers = {lock.layer for lock in (*before, *(parts if on else ())) if lock.unit < 0}
    edited = set_training(document, locked=compact(mask, sizes, layers))
    return Edited(edited.document, ALL_LOCKED if all_locked(edited.document) and not all_locked(document) else "")


def compact(mask: NDArray[np.bool_], sizes: tuple[int, ...], layers: set[int]) -> tuple[Lock, ...]:
    """The fewest locks for a mask over θ; a whole layer is one lock only in `layers`, else one a unit."""
    found: list[Lock] = []
    for layer, matrix in enumerate(layout(sizes).matrices(mask)):
        if layer in layers and matrix.all():
            found.append(Lock(layer))
            continue
        whole = np.asarray(matrix.all(axis=1))
        found += [Lock(layer, int(unit)) for unit in np.flatnonzero(whole)]
        units, sources = np.nonzero(matrix & ~whole[:, None])
        found += [Lock(layer, int(unit), int(source)) for unit, source in zip(units, sources, strict=True)]
    return tuple(sorted(found))
