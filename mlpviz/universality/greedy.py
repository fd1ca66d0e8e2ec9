"""Nets of two inputs: greedy ridge functions, then all of them moved together, doubling from width to width.

Units are chosen from a dictionary by orthogonal least squares, as in projection pursuit (Friedman and Stuetzle 1981),
then variable projection moves every ridge. How near a net of a width can come is not known for two inputs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.painted import SIDE, points
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.universality.plane import PlaneNet, PlaneTarget, plane_net
from mlpviz.universality.ridge import Ridge
from mlpviz.universality.varpro import Goal, Point, descend, project

THIN = 2  # the dictionary is looked at on every so many-th row and column
DEPENDENT = 1e-6  # an atom with less than this share of its square left is a sum of those that are there
HEAVIEST = 1e6  # |a|, so that the net is evaluated to some 1e-10
LARGEST = 1e60  # values of an atom that are worked with
QUICK = 128  # steps times units of the nets that follow the brush
EXACT = 1e-12  # mean squared error, of half the range squared, that is none


@dataclass(frozen=True, slots=True)
class Effort:
    """What is spent on one width: stages of new units, each followed by `steps` of descent; `polish` steps at last;
    exchanges of the units that matter least."""

    stages: int
    steps: int
    polish: int
    exchanges: int


def effort(width: int) -> Effort:
    """By width: the cost of a step grows with its square."""
    if width <= 16:
        return Effort(4, 15, 60, 6)
    if width <= 64:
        return Effort(4, 8, 30, 2)
    return Effort(2, 4, 15, 0) if width <= 128 else Effort(1, 0, 12, 0)


def build(
    activation: str, target: PlaneTarget, widths: Sequence[int], stopping: Callable[[], bool] = lambda: False
) -> Iterator[PlaneNet]:
    """The nets of these widths, narrow ones first; the RMS error never grows with the width.

    Args:
        activation: an id, or the user's own formula. widths: W ≥ 1, in any order. stopping: whether to end early.
    """
    search = Search(_own(activation), target, stopping)
    best = search.none()
    for width in sorted(set(widths)):
        began = time.perf_counter()
        with np.errstate(all="ignore"):
            best = search.widened(best, width)
        if stopping():
            return
        yield plane_net(activation, *_weights(activation, best, width), target, time.perf_counter() - began)


def quick(activation: str, target: PlaneTarget, width: int, before: PlaneNet | None = None) -> PlaneNet:
    """One net soon, perhaps not as good as `build` finds it; `before`: that of the painting a moment ago."""
    began = time.perf_counter()
    search = Search(_own(activation), target, lambda: False)
    with np.errstate(all="ignore"):
        best = search.quick(np.zeros((0, 3)) if before is None else _parameters(activation, before), width)
    return plane_net(activation, *_weights(activation, best, width), target, time.perf_counter() - began)


def _own(activation: str) -> str:
    """Nets of the sigmoid are those of tanh."""
    return "tanh" if activation == "sigmoid" else activation


def _parameters(activation: str, net: PlaneNet) -> Array:
    """The parameters that `_weights` made the units of, those without effect left out."""
    (u, c), (a, _) = layout(net.network.sizes).weights(net.theta)
    p: Array = np.column_stack([u, c])[a[0] != 0]
    return p / 2 if activation == "sigmoid" else p


def _weights(activation: str, point: Point, width: int) -> tuple[Array, Array, Array, float]:
    """u, c, a and b of the point's units; spare units do nothing: their a is 0."""
    made = len(point.p)
    u, c, a, b = np.ones((width, 2)), np.zeros(width), np.zeros(width), float(point.coef[-1])
    u[:made], c[:made], a[:made] = point.p[:, :2], point.p[:, 2], point.coef[:-1]
    if activation == "sigmoid":  # tanh(z) = 2 σ(2z) − 1
        return 2 * u, 2 * c, 2 * a, b - float(a.sum())
    return u, c, a, b


def _thin() -> NDArray[np.int64]:
    """The samples at which units are chosen."""
    rows = np.arange(0, SIDE, THIN)
    return (rows[:, None] * SIDE + rows).ravel()


@lru_cache(maxsize=2)
def dictionary(activation: str) -> tuple[Array, Array]:
    """The columns of the atoms that can be used, (N, n), and their parameters, (N, 3)."""
    family = Ridge(points()[_thin()], activation_named(activation))
    atoms = family.atoms()
    with np.errstate(all="ignore"):
        columns = family.columns(atoms)[:-1]
    good = (np.abs(columns) < LARGEST).all(axis=1)
    return frozen(columns[good]), frozen(atoms[good])


class Search:
    """The search for one g and one activation."""

    def __init__(self, activation: str, target: PlaneTarget, stopping: Callable[[], bool]) -> None:
        self._activation, self._stopping = activation, stopping
        self._family = Ridge(points(), activation_named(activation))
        self._goal = Goal(self._family.x, target.unit, np.zeros(len(target.unit)))
        self._even = np.ones(len(target.unit))

    def none(self) -> Point:
        """The best constant."""
        found = self._projected(np.zeros((0, 3)))
        assert found is not None
        return found

    def _projected(self, p: Array) -> Point | None:
        return project(self._family, p, self._goal, self._even)

    def chosen(self, point: Point, count: int) -> Array:
        """Parameters of so many atoms, at most, each the one that takes most off what those before have left."""
        columns, atoms = dictionary(self._activation)
        thin = _thin()
        basis = np.linalg.qr(point.phi[:, thin].T)[0]
        inside = columns @ basis
        whole = np.einsum("ij,ij->i", columns, columns)
        free = whole - np.einsum("ij,ij->i", inside, inside)
        left = self._goal.y[thin]
        left = left - basis @ (basis.T @ left)
        hits = columns @ left
        new: list[Array] = []
        picked = []
        for _ in range(count):
            score = np.where(free > DEPENDENT * whole, hits * hits / np.maximum(free, 1e-300), 0.0)
            best = int(np.argmax(score))
            if not score[best] > 0:
                break
            picked.append(best)
            unit = columns[best] - basis @ inside[best]
            for other in new:
                unit = unit - other * (other @ unit)
            unit = unit / np.sqrt(unit @ unit)
            new.append(unit)
            along = columns @ unit
            hits = hits - along * float(unit @ left)
            left = left - unit * (unit @ left)
            free = free - along * along
        return atoms[picked]

    def grown(self, point: Point, width: int, stages: int, steps: int) -> Point:
        """Units added to those of the point until there are `width`; fewer where the dictionary has no more to give."""
        each = max(1, -(-(width - len(point.p)) // stages))
        while len(point.p) < width and not self._done(point) and not self._stopping():
            more = self.chosen(point, min(each, width - len(point.p)))
            wider = self._projected(np.concatenate([point.p, more])) if len(more) else None
            if wider is None:
                break
            point = self._descended(wider, steps)
        return point

    def _descended(self, point: Point, steps: int) -> Point:
        if not len(point.p):
            return point
        return descend(self._family, point, self._goal, self._even, steps, self._stopping)[0]

    def _exchanged(self, point: Point, count: int, steps: int) -> Point:
        """The point, or a better one with the units dropped that matter least and others chosen."""
        loss = point.coef[:-1] ** 2 / np.einsum("ij,ij->j", point.factor, point.factor)[:-1]
        keep = np.sort(np.argsort(loss, kind="stable")[min(count, len(point.p)) :])
        fewer = self._projected(point.p[keep])
        if fewer is None:
            return point
        other = self.grown(fewer, len(point.p), 1, steps)
        return other if other.cost < point.cost else point

    def _done(self, point: Point) -> bool:
        return point.cost <= EXACT * len(self._even)

    def quick(self, p: Array, width: int) -> Point:
        """A point of at most so many units from those of p, in some tens of milliseconds."""
        steps = int(np.clip(QUICK / width, 1, 12))
        start = self._projected(p[:width])
        point = self._descended(self.grown(start or self.none(), width, 1, 0), steps)
        return point if np.abs(point.coef).max() <= HEAVIEST else self.none()

    def widened(self, best: Point, width: int) -> Point:
        """The best point of at most so many units that is found from a narrower one, which it may be itself."""
        spent = effort(width)
        point = self._descended(self.grown(best, width, spent.stages, spent.steps), spent.polish)
        for turn in range(spent.exchanges):
            if self._done(point) or self._stopping():
                break
            point = self._exchanged(point, 1 + turn % 3, spent.steps)
        if spent.exchanges:
            point = self._descended(point, spent.polish)
        light = np.abs(point.coef).max() <= HEAVIEST
        return point if light and point.cost < best.cost else best
