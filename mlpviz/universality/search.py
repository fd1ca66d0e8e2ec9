"""The search for W units near g that all smooth activations share.

Units are added by orthogonal least squares: of a dictionary of units the one that, with the best output weights, takes
most off the residual. Variable projection moves them; units that matter least are dropped and others chosen; at last
re-weighting leads from least squares to the least largest error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.nn.layout import Array
from mlpviz.universality.barrier import polished
from mlpviz.universality.errors import FINE
from mlpviz.universality.target import Built, Target, built
from mlpviz.universality.varpro import Family, Goal, Point, descend, levelled, project

ROUGH = 0.02  # a corner whose floor is this large (of half the range) is followed between the samples too
MOST_ROUGH = 64  # corners for which that is done
THIN, QUICKLY_THIN = 2, 4  # units are chosen by every so many-th sample
DEPENDENT = 1e-6  # a unit with less than this share of its square left is a sum of those that are there
FRESH = 16  # units up to which a net is grown from nothing too, not only from the narrower one
EXCHANGES = 5  # of units, between re-weightings
HEAVIEST = 1e4  # |a| and |b|, so that the net is evaluated to some 1e-12
QUICK = 256  # steps times columns of the nets that follow the pointer
LARGEST = 1e60  # values of a unit that are worked with


@dataclass(frozen=True, slots=True)
class Effort:
    """What is spent on one width.

    Attributes:
        stages: in which new units are added, each followed by `steps` of variable projection. polish: steps after.
        hops: exchanges of units for others. rounds, inner: re-weightings, and steps in each.
        turns: exchanges under the last weights, `EXCHANGES` each, and half the rounds of re-weighting after.
        polished: whether `barrier` has the last word. children: bred of what is found, see `breeding`.
    """

    stages: int
    steps: int
    polish: int
    hops: int
    rounds: int
    inner: int
    turns: int = 0
    polished: bool = False
    children: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """Parameters (W, k), coefficients (m W + 1,) and the largest error against g, all of them for `target.unit`."""

    p: Array
    coef: Array
    sup: float


class Stopped(Exception):
    """The search was told to stop."""


def fine() -> Array:
    """The abscissae where a smooth net's largest error is measured."""
    return np.linspace(0.0, 1.0, FINE * (SAMPLES - 1) + 1)


def goal_of(unit: Array, between: bool) -> Goal:
    """What a function is fitted to so that its largest error against the polyline through the samples is small.

    A corner with second difference D is missed by |D|/16 at least, which a smooth function attains that passes D/16
    above it (at a sample) and D/16 below the line's middle. Corners too sharp for that are followed where they are.

    Args:
        unit: (SAMPLES,). between: the middles between the samples are fitted too, for units that are less smooth.
    """
    bend = np.pad(np.diff(unit, 2), 1, mode="edge") / 16
    rough = np.flatnonzero(np.abs(bend) > ROUGH)
    y = unit + bend
    y[rough], bend[rough] = unit[rough], 0.0
    x, floor = grid(), np.abs(bend)
    cells = np.unique(np.concatenate([rough - 1, rough])) if len(rough) <= MOST_ROUGH else rough[:0]
    if between:
        plain = np.setdiff1d(np.arange(SAMPLES - 1), cells)
        middle = (bend[plain] + bend[plain + 1]) / 2
        x = np.concatenate([x, (grid()[plain] + grid()[plain + 1]) / 2])
        y = np.concatenate([y, (unit[plain] + unit[plain + 1]) / 2 - middle])
        floor = np.concatenate([floor, np.abs(middle)])
    inside = fine()[(cells[:, None] * FINE + np.arange(1, FINE)).ravel()]
    x = np.concatenate([x, inside])
    order = np.argsort(x, kind="stable")
    y = np.concatenate([y, np.interp(inside, grid(), unit)])
    return Goal(x[order], y[order], np.concatenate([floor, np.zeros(len(inside))])[order])


def largest_error(family: Family, p: Array, coef: Array, unit: Array) -> float:
    """The largest error against the polyline through `unit`, where it is measured."""
    x = fine()
    error = float(np.max(np.abs(coef @ family.on(x).columns(p) - np.interp(x, grid(), unit))))
    return error if np.isfinite(error) else np.inf


class Search:
    """The search of one family for one g."""

    def __init__(
        self,
        family: Callable[[Array], Family],
        target: Target,
        stopping: Callable[[], bool],
        between: bool = False,
        thin: int = THIN,
    ) -> None:
        self._unit = target.unit
        self._goal = goal_of(target.unit, between)
        self._family = family(self._goal.x)
        self._stopping = stopping
        self._thin = thin
        self._atoms = self._family.atoms()
        self._made: tuple[Array, Array] | None = None

    def _dictionary(self) -> tuple[Array, Array]:
        """The columns of the atoms that can be used, (m, N, n'), and which those are."""
        if self._made is None:
            columns = self._family.on(self._goal.x[:: self._thin]).columns(self._atoms)[:-1]
            columns = columns.reshape(-1, len(self._atoms), columns.shape[1])
            good = (np.abs(columns) < LARGEST).all(axis=(0, 2))
            self._made = columns[:, good], self._atoms[good]
        return self._made

    def chosen(self, point: Point, count: int, weights: Array) -> Array:
        """Parameters of so many units, at most, that take most off the point's residual."""
        dictionary, atoms = self._dictionary()
        if not len(atoms):
            return atoms
        root = np.sqrt(weights[:: self._thin])
        columns = dictionary * root
        whole = np.einsum("mij,mij->mi", columns, columns)
        basis = np.linalg.qr((point.phi[:, :: self._thin] * root).T)[0]
        columns -= (columns @ basis) @ basis.T
        left = self._goal.y[:: self._thin] * root
        left -= basis @ (basis.T @ left)
        picked = []
        for _ in range(count):
            score = _scores(columns, whole, left)
            best = int(np.argmax(score))
            if not score[best] > 0:
                break
            picked.append(best)
            for block in range(len(columns)):
                unit = columns[block, best].copy()
                size = float(np.sqrt(unit @ unit))
                if size**2 > DEPENDENT * whole[block, best]:
                    unit /= size
                    columns -= (columns @ unit)[:, :, None] * unit
                    left -= unit * (unit @ left)
        return atoms[picked]

    def none(self) -> Fit:
        """The best constant, without units."""
        return Fit(np.zeros((0, self._atoms.shape[1])), np.zeros(1), float(np.max(np.abs(self._unit))))

    def projected(self, p: Array, weights: Array) -> Point | None:
        return project(self._family, p, self._goal, weights)

    def descended(self, point: Point, steps: int, weights: Array) -> Point:
        found, _ = descend(self._family, point, self._goal, weights, steps, self._stopping)
        self._ask()
        return found

    def levelled(self, point: Point, weights: Array, rounds: int, inner: int) -> tuple[Point, Array]:
        found = levelled(self._family, point, self._goal, weights, rounds, inner, self._stopping)
        self._ask()
        return found

    def fit(self, point: Point) -> Fit:
        """The point with its error as it is measured."""
        return Fit(point.p, point.coef, largest_error(self._family, point.p, point.coef, self._unit))

    def polished(self, fit: Fit) -> Fit:
        """The fit with a still smaller largest error, where there is one near."""
        found = polished(self._family, self._goal, fit.p, fit.coef, self._stopping)
        self._ask()
        return Fit(found.p, found.coef, largest_error(self._family, found.p, found.coef, self._unit))

    def _ask(self) -> None:
        if self._stopping():
            raise Stopped

    def done(self, point: Point) -> bool:
        """Whether nothing smooth does better."""
        return point.sup <= self._goal.least

    def grown(self, p: Array, width: int, stages: int, steps: int, weights: Array) -> Point | None:
        """Units added to those of p until there are `width`; fewer where the dictionary has no more to give."""
        point = self.projected(p, weights)
        each = max(1, -(-(width - len(p)) // stages))
        while point is not None and len(point.p) < width and not self.done(point):
            more = self.chosen(point, min(each, width - len(point.p)), weights)
            if not len(more):
                break
            wider = self.projected(np.concatenate([point.p, more]), weights)
            if wider is None:
                break
            point = self.descended(wider, steps, weights)
        return point

    def hopped(self, point: Point, count: int, steps: int, weights: Array) -> Point:
        """The point, or a better one with the units dropped that matter least and others chosen."""
        width = len(point.p)
        loss = point.coef[:-1] ** 2 / np.einsum("ij,ij->j", point.factor, point.factor)[:-1]
        loss = loss.reshape(-1, width).sum(axis=0)
        keep = np.sort(np.argsort(loss, kind="stable")[min(count, width) :])
        other = self.grown(point.p[keep], width, 1, steps, weights)
        return other if other is not None and other.cost < point.cost else point

    def best(self, p: Array, width: int, effort: Effort) -> Iterator[Fit]:
        """Fits of at most so many units, grown from those of p, the last not always the best."""
        even = np.ones(len(self._goal.x))
        starts = [p, p[:0]] if width <= FRESH and len(p) else [p]
        points = [
            self.descended(point, 0 if self.done(point) else effort.polish, even)
            for start in starts
            if (point := self.grown(start, width, effort.stages, effort.steps, even)) is not None and len(point.p)
        ]
        if not points:
            return
        point = min(points, key=lambda point: point.cost)
        for hop in range(effort.hops):
            if self.done(point):
                break
            point = self.hopped(point, 1 + hop % 3, effort.steps, even)
        yield self.fit(point)
        if self.done(point):
            return
        point, weights = self.levelled(point, even, effort.rounds, effort.inner)
        yield self.fit(point)
        for _ in range(effort.turns):
            if self.done(point):
                break
            other = self.projected(point.p, weights)
            if other is None:
                break
            for hop in range(EXCHANGES):
                other = self.hopped(other, 1 + hop % 3, effort.steps, weights)
            other, found = self.levelled(other, weights, effort.rounds // 2, effort.inner)
            if other.sup < point.sup:
                point, weights = other, found
            else:
                weights = np.sqrt(weights)  # other hops from here on
                weights /= weights.mean()
        if effort.turns:
            yield self.fit(point)

    def widened(self, fit: Fit, width: int, effort: Effort) -> Fit:
        """The best fit of at most so many units that is found from a narrower one, which it may be itself."""
        best = fit
        with np.errstate(all="ignore"):
            for other in self.best(fit.p, width, effort):
                if other.sup < best.sup and np.abs(other.coef).max() <= HEAVIEST:
                    best = other
            if effort.polished and best is not fit:
                other = self.polished(best)
                if other.sup < best.sup and np.abs(other.coef).max() <= HEAVIEST:
                    best = other
        return best

    def quick(self, p: Array, width: int, hops: int) -> Fit:
        """A fit of at most so many units from those of p, in some tens of milliseconds."""
        even = np.ones(len(self._goal.x))
        columns = width * (len(self._family.columns(self._atoms[:1])) - 1)
        steps = int(np.clip(QUICK / columns, 2, 12))
        best = self.none()
        with np.errstate(all="ignore"):
            point = self.grown(p, width, 1, steps, even)
            if point is None or not len(point.p):
                return best
            if len(p) == width:
                point = self.descended(point, steps, even)
            for hop in range(hops):
                point = self.hopped(point, 1 + hop, steps // 2, even)
            level, _ = self.levelled(point, even, steps, 1)
            fits = (self.fit(level), self.fit(point), best)
        return min(fits, key=lambda fit: fit.sup if np.abs(fit.coef).max() <= HEAVIEST else np.inf)


def quickly(family: Callable[[Array], Family], target: Target, width: int, p: Array, hops: int) -> Fit:
    """The fit that follows the pointer: of at most so many units, from those of p."""
    return Search(family, target, lambda: False, thin=QUICKLY_THIN).quick(p, width, hops)


def _scores(columns: Array, whole: Array, left: Array) -> Array:
    """How much of Σ left² each atom would take away, (N,); its blocks of columns are made orthogonal to each other."""
    score = np.zeros(columns.shape[1])
    for block in range(len(columns)):
        for before in range(block):
            first = columns[before]
            size = np.einsum("ij,ij->i", first, first)
            share = np.einsum("ij,ij->i", first, columns[block]) / np.where(size > 0, size, 1.0)
            columns[block] -= share[:, None] * first
        size = np.einsum("ij,ij->i", columns[block], columns[block])
        free = size > DEPENDENT * whole[block]
        score += np.where(free, (columns[block] @ left) ** 2 / np.where(free, size, 1.0), 0.0)
    return score


def ladder(
    family: Callable[[Array], Family],
    target: Target,
    widths: Sequence[int],
    effort: Callable[[int], Effort],
    stopping: Callable[[], bool],
    known: dict[tuple[int, ...], Fit] | None = None,
    between: bool = False,
    kind: type[Search] | None = None,
) -> Iterator[Fit]:
    """A fit for each of the ascending widths, with at most so many units; its error never grows.

    Ended early once `stopping()` is true.

    Args:
        known: fits of this family and target by the widths up to theirs; what is found is put there.
        between: see `goal_of`.
    """
    known = {} if known is None else known
    search: Search | None = None
    best: Fit | None = None
    for place, width in enumerate(widths):
        if stopping():
            return
        wanted = tuple(widths[: place + 1])
        if wanted not in known:
            search = search or (kind or Search)(family, target, stopping, between)
            try:
                known[wanted] = search.widened(best or search.none(), width, effort(width))
            except Stopped:
                return
        best = known[wanted]
        yield best


Weights = Callable[[Fit, int], tuple[Array, Array, Array, float]]


def nets_of(
    activation: str, target: Target, widths: Sequence[int], fits: Iterator[Fit], weights: Weights
) -> Iterator[Built]:
    """The nets of these ascending widths, each as soon as its fit is there.

    Args:
        weights: makes u, c, a (W,) and b of a fit and a width.
    """
    began = time.perf_counter()
    for width, fit in zip(widths, fits, strict=False):
        yield built(activation, *weights(fit, width), target, time.perf_counter() - began)
        began = time.perf_counter()
