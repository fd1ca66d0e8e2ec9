"""The nets of growing width for a painted function of two inputs, as far as they are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from mlpviz.data.painted import Painted, points
from mlpviz.nn.evaluate import logits
from mlpviz.nn.layout import Array, frozen
from mlpviz.universality.target import Built, plane_network, target_of

PLANE_WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@dataclass(frozen=True, eq=False, slots=True)
class PlaneNet:
    """A 2-W-1 network for a painted g.

    Attributes:
        width, activation: W and f of its hidden layer. theta: θ of `plane_network`, in units of g.
        rms: over the samples. sup: the largest error on a grid four times as fine, where g is bilinear between them.
        seconds: what making it took. values: (SIDE, SIDE) ĝ on the samples, as those lie.
    """

    width: int
    activation: str
    theta: Array
    rms: float
    sup: float
    seconds: float
    values: Array


@dataclass(frozen=True, eq=False, slots=True)
class Planed:
    """What is known of a g so far.

    Attributes:
        painted, activation, widths: what it was asked for. nets: those that are there, narrow ones first; the RMS does
        not grow with the width. floor: the RMS below which no net of this activation comes, whatever its width; None
        where there is none known. first: the width whose net is only a first one, for a better one is being made; None
        for none. complete: whether nothing more comes.
    """

    painted: Painted
    activation: str
    widths: tuple[int, ...]
    nets: tuple[PlaneNet, ...] = ()
    complete: bool = False
    floor: float | None = None
    first: int | None = None

    def net(self, width: int) -> PlaneNet | None:
        """The net of a width; None where it is not there."""
        return next((net for net in self.nets if net.width == width), None)


def derive_plane(
    painted: Painted,
    activation: str,
    widths: Sequence[int],
    first: int | None = None,
    before: PlaneNet | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Planed]:
    """The nets of all these widths, each time with all that is known so far; ended early once `stopping()`.

    Args:
        widths: W from 1 to 256, in any order. first: a width of which a net, not yet the best, comes before all others,
            but for those that are at hand from before; it comes also where it shall stop.
        before: a net of this activation for a g much like this one, which that first net starts from.

    Raises UserError for a g that cannot be worked with, and for widths beyond.
    """
    # Loaded in the thread that works, so that the window stands before.
    from mlpviz.universality import plane
    from mlpviz.universality.plane_floor import plane_floor

    target = target_of(painted.samples.ravel())
    every = tuple(sorted(set(widths)))
    known = Planed(painted, activation, every, floor=plane_floor(activation, target))
    there = {width: _shown(net, painted) for width, net in plane.kept(activation, target).items() if width in every}
    if first is not None:
        if first not in there:
            net = plane.quick(activation, target, first, None if before is None else _built(before))
            there[first] = _shown(net, painted)
            known = replace(known, first=first)
        yield replace(known, nets=_ordered(there, painted))
    for made, net in enumerate(plane.build(activation, target, every, stopping), 1):
        there[net.network.hidden[0].width] = _shown(net, painted)
        if net.network.hidden[0].width == first:
            known = replace(known, first=None)
        yield replace(known, nets=_ordered(there, painted), complete=made == len(every))


def _ordered(there: dict[int, PlaneNet], painted: Painted) -> tuple[PlaneNet, ...]:
    """The nets from narrow to wide; one that a narrower one is better than is that one, with units that do nothing."""
    from mlpviz.universality.plane import widened

    nets: list[PlaneNet] = []
    for width in sorted(there):
        net = there[width]
        if nets and net.rms > nets[-1].rms:
            net = _shown(widened(_built(nets[-1]), width, net.seconds), painted)
        nets.append(net)
    return tuple(nets)


def _built(net: PlaneNet) -> Built:
    return Built(plane_network(net.width, net.activation), net.theta, net.sup, net.rms, net.seconds)


def _shown(net: Built, painted: Painted) -> PlaneNet:
    layer = net.network.hidden[0]
    values = frozen(logits(net.network, net.theta, points()).reshape(painted.samples.shape))
    return PlaneNet(layer.width, layer.activation, net.theta, net.rms, net.sup, net.seconds, values)
