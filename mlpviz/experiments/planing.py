"""All that follows from a painted function alone: nets of two inputs, of growing width."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mlpviz.data.painted import Painted
from mlpviz.experiments.planed import WIDTHS, Planed
from mlpviz.universality.greedy import build, quick
from mlpviz.universality.plane import PlaneNet, plane_target


def derive_plane(
    painted: Painted,
    activation: str,
    shown: int,
    before: PlaneNet | None = None,
    widths: Sequence[int] = WIDTHS,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Planed]:
    """Everything for one g and one activation, each time with all that is known so far.

    First comes a net of the width that is shown, made in haste; then the nets from narrow to wide. The hasty one is
    replaced when its turn has come.

    Args:
        shown: the width to begin with. before: the shown net of an earlier g, to start from.

    Raises UserError for a g that cannot be worked with.
    """
    target = plane_target(painted.samples)
    known = Planed(painted, activation)
    hasty = quick(activation, target, shown, before)
    yield known.with_net(hasty)
    for net in build(activation, target, sorted({*widths, shown}), stopping):
        known = known.with_net(net)
        yield known if known.net(shown) is not None else known.with_net(hasty)
    if not stopping():
        yield replace(known, complete=True)
