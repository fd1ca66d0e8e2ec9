"""What follows from a drawn function alone, as far as it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mlpviz.data.strokes import Drawn
from mlpviz.document.document import SweepPoint
from mlpviz.nn.layout import Array

CONSTRUCTED = "constructed"


@dataclass(frozen=True, eq=False, slots=True)
class Derived:
    """What is known of a g so far.

    Attributes:
        function, activation, widths: what it was asked for.
        limits: (W, Lim(W)) in units of g for every width asked for.
        every: Lim(0), Lim(1), … up to the widest net that is built; empty until it is known, and without the kernel.
        points: the nets that are built.
        floor: the error below which no net of this activation comes, whatever its width, and why; None for others.
        jump_floor: half the largest kept jump, below which no continuous net comes; 0 without one.
        first: the width whose built net is only a first one, for a better one is being made; None for none.
        complete: whether nothing more comes.
    """

    function: Drawn
    activation: str
    widths: tuple[int, ...]
    limits: tuple[tuple[int, float], ...] = ()
    every: Array = field(default_factory=lambda: np.zeros(0))
    points: tuple[SweepPoint, ...] = ()
    floor: tuple[float, str] | None = None
    jump_floor: float = 0.0
    first: int | None = None
    complete: bool = False

    def limit(self, width: int) -> float | None:
        """Lim(W), where it is known; of a g with a kept jump at least half of that."""
        found = dict(self.limits).get(width)
        if found is None and width < len(self.every):
            found = float(self.every[width])
        return None if found is None else max(found, self.jump_floor)


def point_of(points: Sequence[SweepPoint], width: int, method: str, seed: int = 0) -> SweepPoint | None:
    """One of the nets; None where it is not among them."""
    return next((p for p in points if (p.width, p.method, p.seed) == (width, method, seed)), None)


def derived(*arguments: Any, stopping: Callable[[], bool] = lambda: False) -> Iterator[Derived]:
    """As `deriving.derive`, whose modules are loaded where it works, so that a window stands before all of them."""
    from mlpviz.experiments.deriving import derive

    yield from derive(*arguments, stopping=stopping)
