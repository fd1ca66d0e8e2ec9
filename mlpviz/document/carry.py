"""Which parameters survive when a network's structure changes."""

from __future__ import annotations

import numpy as np

from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.locks import Lock
from mlpviz.nn.spec import Network

# For every layer of the new network, inputs first: the old layer it was, and for each of its units the old unit it was
# (None: a new one).
Units = list[tuple[int | None, list[int | None]]]


def unchanged(old: Network, new: Network, units: Units) -> bool:
    """Whether every parameter keeps its place."""
    return old.sizes == new.sizes and all(
        place == at and kept == list(range(size))
        for at, ((place, kept), size) in enumerate(zip(units, new.sizes, strict=True))
    )


def carried(old: Network, theta: Array, new: Network, units: Units, config: TrainingConfig) -> tuple[Array, str]:
    """θ of the new network: kept where both ends of a weight were there before, drawn from the seed elsewhere.

    Returns:
        The read-only θ, and a sentence that says what was drawn anew.
    """
    activations = (*(layer.activation for layer in new.hidden), "identity")
    result = initial(new.sizes, activations, config.init, config.seed).copy()
    before = layout(old.sizes).matrices(theta)
    kept, touched = 0, []
    for index, matrix in enumerate(layout(new.sizes).matrices(result)):
        (source, sources), (place, rows) = units[index], units[index + 1]
        if place is not None and place > 0:
            to = [i for i, unit in enumerate(rows) if unit is not None]
            of = [unit for unit in rows if unit is not None]
            old_matrix = before[place - 1]
            # The bias belongs to the unit alone; a weight survives only between layers that were neighbours before.
            matrix[to, -1] = old_matrix[of, -1]
            kept += len(to)
            if source == place - 1:
                columns = [j for j, unit in enumerate(sources) if unit is not None]
                origins = [unit for unit in sources if unit is not None]
                matrix[np.ix_(to, columns)] = old_matrix[np.ix_(of, origins)]
                kept += len(to) * len(columns)
                if len(to) * len(columns) + len(to) == matrix.size:
                    continue
        touched.append(index + 1)
    return frozen(result), _note(kept, new, touched)


def moved_locks(
    locks: tuple[Lock, ...], before: tuple[int, ...], after: tuple[int, ...], units: Units
) -> tuple[Lock, ...]:
    """The locks on what has survived, at its new place; layer sizes before and after."""
    result = []
    for lock in locks:
        place = next((at for at, (old, _) in enumerate(units) if at > 0 and old == lock.layer + 1), None)
        if place is None:
            continue
        sources, rows = units[place - 1], units[place][1]
        if lock.unit < 0:
            result.append(Lock(place - 1))
        elif lock.unit in rows:
            unit = rows.index(lock.unit)
            if lock.source < 0:
                result.append(Lock(place - 1, unit))
            elif lock.source == before[lock.layer]:
                result.append(Lock(place - 1, unit, after[place - 1]))
            elif sources[0] == lock.layer and lock.source in sources[1]:
                result.append(Lock(place - 1, unit, sources[1].index(lock.source)))
    return tuple(result)


def _note(kept: int, network: Network, layers: list[int]) -> str:
    if not layers:
        return f"All {network.size:,} parameters kept."
    depth = len(network.hidden)
    names = [f"hidden {layer}" if layer <= depth else "the output" for layer in layers]
    into = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return (
        f"{kept:,} of {network.size:,} parameters kept; "
        f"{network.size - kept:,} drawn anew from the seed: weights into {into}."
    )
