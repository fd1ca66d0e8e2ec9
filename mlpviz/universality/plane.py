"""Nets for functions of two inputs: ridge functions chosen greedily, then moved by variable projection.

Widths are doubled: the net of 2W has the units of that of W, to begin with, and as many more. The net of another width
is made from the widest of these that is narrower, so that what a net is depends on its width alone, not on which others
are asked for. No limit like that of one input is known.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mlpviz.errors import check_whole
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array, layout
from mlpviz.universality.errors import plane_errors
from mlpviz.universality.projection import Goal, Point, descend, project
from mlpviz.universality.ridges import chosen, dictionary, places
from mlpviz.universality.search import Stopped
from mlpviz.universality.tanh import as_sigmoid
from mlpviz.universality.target import WIDEST_PLANE, Built, Target, in_units_of_g, plane_network

FRESH = 16  # units up to which a net is grown from nothing too, not only from the narrower one
QUICK = 256  # units times steps of a net that is made soon
ENOUGH = 1e-14  # RMS ÷ half the range that is as good as none
STREAM = 0x706C616E  # the key of the chance by which narrow nets begin
KEPT = 4  # functions with an activation whose fits are kept


@dataclass(frozen=True, slots=True)
class Effort:
    """What is spent on a width.

    Attributes:
        stages: in which units are added, each followed by `steps` of variable projection. polish: steps after that.
        hops: exchanges of units for others, each followed by `steps`. tries: starts from candidates by chance.
    """

    stages: int
    steps: int
    polish: int
    hops: int = 0
    tries: int = 0


def effort(width: int) -> Effort:
    """What is spent on a width."""
    if width <= 8:
        return Effort(2, 10, 40, 4, 24 if width <= 4 else 12)
    if width <= 32:
        return Effort(2, 10, 40, 3) if width <= 16 else Effort(2, 10, 60, 2)
    if width <= 64:
        return Effort(4, 8, 40)
    return Effort(4, 8, 20) if width <= 128 else Effort(4, 4, 8)


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """Units p (W', 3) of s = 2x − 1 and output weights coef (W' + 1,) for `target.unit`; cost: Σ residual²."""

    p: Array
    coef: Array
    cost: float


def build(
    activation: str, target: Target, widths: Sequence[int], stopping: Callable[[], bool] = lambda: False
) -> Iterator[Built]:
    """The nets of these widths, narrow ones first; the RMS never grows. Ended early once `stopping()`.

    Args:
        activation: an id, or the user's own formula. target: of samples (SIDE²,) on `data.painted.points()`.

    Raises UserError for widths beyond 1 to WIDEST_PLANE.
    """
    for width in widths:
        check_whole(width, 1, WIDEST_PLANE, "The width of a net for two inputs")
    search = Search(activation, target, stopping)
    before: Built | None = None
    for width in sorted(set(widths)):
        try:
            found = search.best_net(width)
        except Stopped:
            return
        if before is not None and found.rms > before.rms:
            found = widened(before, width, found.seconds)
        before = found
        yield found


def kept(activation: str, target: Target) -> dict[int, Built]:
    """The nets of an activation for g that were built before and are still at hand, by width."""
    return dict(_measured(target.g.tobytes(), activation))


def quick(activation: str, target: Target, width: int, before: Built | None = None) -> Built:
    """One net soon, not as good as `build` finds it.

    Args:
        before: a net of the activation for a g much like this one, whose units are begun with.
    """
    return Search(activation, target, lambda: False).soon(width, before)


def widened(net: Built, width: int, seconds: float) -> Built:
    """The same function by so many units, those that are added without effect."""
    activation = net.network.hidden[0].activation
    network = plane_network(width, activation)
    theta = np.zeros(network.size)
    (u, c), (a, b) = layout(network.sizes).weights(theta)
    (old_u, old_c), (old_a, old_b) = layout(net.network.sizes).weights(net.theta)
    made = len(old_c)
    u[:made], c[:made], a[0, :made], b[:] = old_u, old_c, old_a[0], old_b
    u[made:, 0] = 1.0
    theta.flags.writeable = False
    return Built(network, theta, net.sup, net.rms, seconds)


class Search:
    """The search for the nets of one activation and one g."""

    def __init__(self, activation: str, target: Target, stopping: Callable[[], bool]) -> None:
        self._activation, self._target, self._stopping = activation, target, stopping
        # σ(z) = ½ + ½ tanh(z/2): the same functions.
        self._base = "tanh" if activation == "sigmoid" else activation
        self._goal = Goal(activation_named(self._base), places(), target.unit)
        self._known = _made(target.g.tobytes(), self._base)
        self._nets = _measured(target.g.tobytes(), activation)

    def best(self, width: int) -> Fit:
        """The fit of a width; raises Stopped."""
        if width not in self._known:
            with np.errstate(all="ignore"):
                step = 1 << max(width - 1, 1).bit_length() - 1
                start = self.best(step) if width > 1 else self._none()
                self._known[width] = self._best(start.p, start, width, effort(width))
        return self._known[width]

    def best_net(self, width: int) -> Built:
        """The net of a width; raises Stopped."""
        if width not in self._nets:
            began = time.perf_counter()
            fit = self.best(width)
            if self._stopping():
                raise Stopped
            self._nets[width] = self.net(fit, width, began)
        return self._nets[width]

    def soon(self, width: int, before: Built | None) -> Built:
        """A net in some tens of milliseconds, or the best where that is there; raises Stopped."""
        if width in self._nets:
            return self._nets[width]
        began = time.perf_counter()
        with np.errstate(all="ignore"):
            p = self._units(before)[:width] if before is not None else np.zeros((0, 3))
            steps = int(np.clip(QUICK / width, 1, 6))
            fit = self._best(p, self._none(), width, Effort(1, steps, steps if len(p) else 0))
        return self.net(fit, width, began)

    def _none(self) -> Fit:
        """The best constant, without units."""
        y = self._target.unit
        middle = float(np.mean(y))
        return Fit(np.zeros((0, 3)), np.array([middle]), float(np.sum((y - middle) ** 2)))

    def _best(self, p: Array, fit: Fit, width: int, effort: Effort) -> Fit:
        """The best fit of at most so many units that is found from those of p; `fit` where that is no worse."""
        points = []
        for start in (p, p[:0]) if effort.hops and len(p) and width <= FRESH else (p,):
            point = project(self._goal, start)
            if point is not None:
                point = self._grown(point, width, effort.stages, effort.steps)
                points.append(self._descended(point, effort.polish))
        points += self._tried(width, effort)
        if not points:
            return fit
        point = min(points, key=lambda point: point.cost)
        for hop in range(effort.hops):
            point = self._hopped(point, width, 1 + hop % 3, effort.steps)
        return Fit(point.p, point.coef, point.cost) if point.cost < fit.cost else fit

    def _tried(self, width: int, effort: Effort) -> list[Point]:
        """Points from candidates by chance: of so many that took some steps, the best quarter."""
        known = dictionary(self._base).atoms
        chance, found = np.random.default_rng((STREAM, width)), []
        for _ in range(effort.tries if len(known) >= width else 0):
            point = project(self._goal, known[chance.choice(len(known), width, replace=False)])
            if point is not None:
                found.append(self._descended(point, effort.steps))
        found.sort(key=lambda point: point.cost)
        return [self._descended(point, effort.polish) for point in found[: effort.tries // 4]]

    def _grown(self, point: Point, width: int, stages: int, steps: int) -> Point:
        """The point with as many units more as it takes, fewer where no candidate is of use."""
        each = max(1, -(-(width - len(point.p)) // stages))
        while len(point.p) < width and not self._done(point.cost):
            if self._stopping():
                raise Stopped
            more = chosen(dictionary(self._base), point.phi, point.residual, min(each, width - len(point.p)))
            wider = project(self._goal, np.concatenate([point.p, more])) if len(more) else None
            if wider is None:
                break
            point = self._descended(wider, steps)
        return point

    def _descended(self, point: Point, steps: int) -> Point:
        return point if self._done(point.cost) else descend(self._goal, point, steps, self._stopping)

    def _hopped(self, point: Point, width: int, count: int, steps: int) -> Point:
        """The point, or a better one with the units dropped that matter least and others chosen."""
        if self._done(point.cost) or not len(point.p):
            return point
        loss = point.coef[:-1] ** 2 / np.einsum("ij,ij->j", point.factor, point.factor)[:-1]
        keep = np.sort(np.argsort(loss, kind="stable")[min(count, len(loss)) :])
        rest = project(self._goal, point.p[keep])
        if rest is None:
            return point
        other = self._grown(rest, width, 1, steps)
        return other if other.cost < point.cost else point

    def _done(self, cost: float) -> bool:
        return cost <= len(self._goal.y) * ENOUGH**2

    def _units(self, net: Built) -> Array:
        """The units of a net as a fit has them, those without effect left out."""
        (u, c), (a, _) = layout(net.network.sizes).weights(net.theta)
        used = a[0] != 0
        scale = 2.0 if self._activation == "sigmoid" else 1.0
        half = u[used] / (2 * scale)
        return np.column_stack([half, c[used] / scale + half.sum(axis=1)])

    def net(self, fit: Fit, width: int, began: float) -> Built:
        """The net of a fit, in units of g, with its errors; spare units do nothing: their a is 0."""
        made = len(fit.p)
        u, c, a = np.zeros((width, 2)), np.zeros(width), np.zeros(width)
        u[made:, 0] = 1.0
        u[:made], c[:made] = 2 * fit.p[:, :2], fit.p[:, 2] - fit.p[:, 0] - fit.p[:, 1]  # of x, as s = 2x − 1
        a[:made], b = fit.coef[:-1], float(fit.coef[-1])
        if self._activation == "sigmoid":
            u, c, a, b = as_sigmoid(u, c, a, b)
        network = plane_network(width, self._activation)
        theta = np.empty(network.size)
        (weights, biases), (out, bias) = layout(network.sizes).weights(theta)
        weights[:], biases[:], out[0], bias[0] = u, c, a, b
        found = in_units_of_g(network, theta, self._target)
        sup, rms = plane_errors(network, found, self._target.g)
        return Built(network, found, sup, rms, time.perf_counter() - began)


@lru_cache(maxsize=KEPT)
def _made(g: bytes, activation: str) -> dict[int, Fit]:
    """Fits of an activation for the function with these samples, by width."""
    return {}


@lru_cache(maxsize=KEPT)
def _measured(g: bytes, activation: str) -> dict[int, Built]:
    """The nets of those fits."""
    return {}
