"""What follows from a painted function alone, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mlpviz.data.painted import Painted
from mlpviz.universality.plane import PlaneNet

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@dataclass(frozen=True, eq=False, slots=True)
class Planed:
    """What is known of a g of two inputs so far.

    Attributes:
        painted, activation: what it was asked for.
        nets: those that are there, by ascending width.
        complete: whether nothing more comes.
    """

    painted: Painted
    activation: str
    nets: tuple[PlaneNet, ...] = ()
    complete: bool = False

    def net(self, width: int) -> PlaneNet | None:
        """The net of a width; None where it is not there."""
        return next((net for net in self.nets if net.width == width), None)

    def with_net(self, net: PlaneNet) -> Planed:
        """With one more net, or another in the place of that of its width."""
        others = [each for each in self.nets if each.width != net.width]
        return replace(self, nets=tuple(sorted([*others, net], key=lambda each: each.width)))
