"""All that follows from a drawn function alone: the limit, and the nets that are built for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mlpviz.data.strokes import Drawn, jump_floor, smoothed
from mlpviz.document.document import SweepPoint
from mlpviz.experiments.derived import CONSTRUCTED, Derived
from mlpviz.nn.compiled import loading
from mlpviz.universality import polynomial, simple
from mlpviz.universality.construct import OPTIMAL, construct, how, quick
from mlpviz.universality.minlink import limits
from mlpviz.universality.target import Built, Target, target_of

RANDOM, STEPS = "random", "steps"
# Activations with which no width helps, shown beside any other.
POWERLESS = ("square", "cube")
INTERPOLANTS = {"interpolant": "uniform", "curvature": "curvature"}
RANDOM_SEEDS = 5
POWERS = {1: "linear", 2: "t²", 3: "t³"}
WIDEST = 512  # units of the widest net that is built, not trained


def derive(
    function: Drawn,
    activation: str,
    widths: Sequence[int],
    shown: int,
    before: Built | None = None,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Derived]:
    """Everything for one g and one activation, each time with all that is known so far.

    First comes a net of the width that is shown, then the limits, and the built nets from narrow to wide; nets of
    simple methods, a matter of a moment, do not wait for built ones that take seconds.

    Args:
        widths: W ≥ 1; the limits are told for each, nets up to WIDEST units. shown: the width to begin with.
        before: the shown net of an earlier g, to start from.

    Raises UserError for a g that cannot be worked with.
    """
    target = target_of(smoothed(function))
    every = tuple(sorted({*widths, shown}))
    built = [width for width in every if width <= WIDEST]
    known = Derived(function, activation, tuple(widths), jump_floor=jump_floor(function))
    searched = how(activation) != OPTIMAL
    if shown in built:
        soon = point(activation, CONSTRUCTED, quick(activation, target, shown, before))
        lim = float(limits(target.g, (shown,))[0])
        known = replace(known, limits=((shown, lim),), points=(soon,), first=shown if searched else None)
        yield known
    if stopping():
        return
    found = tuple(zip(every, map(float, limits(target.g, every)), strict=True))
    known = replace(known, limits=found, floor=_floor(activation, target))
    yield known
    if searched and not stopping():
        known = _compared(known, target, built, stopping)
        yield known
    for net in construct(activation, target, built, stopping):
        known = with_point(known, point(activation, CONSTRUCTED, net))
        if net.network.hidden[0].width == shown:
            known = replace(known, first=None)
        yield known
    if not searched and not stopping():
        known = _compared(known, target, built, stopping)
        yield known
    for seed in range(RANDOM_SEEDS):
        if stopping():
            return
        for net in simple.random(activation, target, built, seed, stopping):
            known = with_point(known, point(activation, RANDOM, net, seed))
        yield known
    if not stopping():
        # For the picture alone; a matter of a moment for the kernel, of half a minute without it.
        every_limit = limits(target.g, range(WIDEST + 1)) if loading.loaded() else known.every
        yield replace(known, every=every_limit, complete=True)


def _floor(activation: str, target: Target) -> tuple[float, str] | None:
    found = polynomial.floor(activation, target.g)
    if found is None:
        return None
    return found.sup, f"{POWERS.get(found.degree, 'polynomial')} activation,\nany width"


def _compared(known: Derived, target: Target, widths: Sequence[int], stopping: Callable[[], bool]) -> Derived:
    """With the nets of simple methods."""
    for method, by in INTERPOLANTS.items():
        for net in simple.interpolant(known.activation, target, widths, by):
            known = with_point(known, point(known.activation, method, net))
    for net in simple.steps(target, widths):
        known = with_point(known, point("sigmoid", STEPS, net))
    for activation in POWERLESS:
        for net in polynomial.build(activation, target, widths, stopping):
            known = with_point(known, point(activation, activation, net))
    return known


def point(activation: str, method: str, net: Built, seed: int = 0) -> SweepPoint:
    """A built net as a point of a sweep."""
    width = net.network.hidden[0].width
    return SweepPoint(activation, width, method, seed, net.sup, net.rms, net.seconds, net.theta)


def with_point(known: Derived, new: SweepPoint) -> Derived:
    """With one point more, in the place of one of the same kind."""
    kind = (new.method, new.width, new.seed)
    kept = tuple(old for old in known.points if (old.method, old.width, old.seed) != kind)
    return replace(known, points=(*kept, new))
