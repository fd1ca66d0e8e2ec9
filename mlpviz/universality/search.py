"""The search for W units near g that all smooth activations share.

Units are added by orthogonal least squares: of a dictionary of units the one that, with the best output weights, takes
most off the residual. Variable projection moves them; units that matter least are dropped and others chosen; at last
re-weighting leads from least squares to the least largest error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.nn.layout import Array
from mlpviz.universality.errors import FINE
from mlpviz.universality.target import Target
from mlpviz.universality.varpro import Family, Goal, Point, descend, levelled, project

ROUGH = 0.02  # a corner whose floor is this large (of half the range) is followed between the samples too
MOST_ROUGH = 64  # corners for which that is done
THIN = 2  # units are chosen by every so many-th sample
DEPENDENT = 1e-6  # a unit with less than this share of its square left is a sum of those that are there
LARGEST = 1e60  # values of a unit that are worked with


@dataclass(frozen=True, slots=True)
class Effort:
    """What is spent on one width.

    Attributes:
        stages: in which new units are added, each followed by `steps` of variable projection. polish: steps after.
        hops: units dropped and others chosen, so often. rounds, inner: re-weightings and steps in each.
    """

    stages: int
    steps: int
    polish: int
    hops: int
    rounds: int
    inner: int


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


def goal_of(unit: Array) -> Goal:
    """What a smooth function is fitted to so that its largest error against the polyline through the samples is small.

    A corner with second difference D is missed by |D|/16 at least, which a smooth function attains that passes D/16
    above it (at a sample) and D/16 below the line's middle. Corners too sharp for that are followed where they are.
    """
    bend = np.zeros(SAMPLES)
    bend[1:-1] = np.diff(unit, 2) / 16
    rough = np.flatnonzero(np.abs(bend) > ROUGH)
    x, y, floor = grid(), unit + bend, np.abs(bend)
    y[rough], floor[rough] = unit[rough], 0.0
    if not 0 < len(rough) <= MOST_ROUGH:
        return Goal(x, y, floor)
    cells = np.unique(np.concatenate([rough - 1, rough]))
    between = fine()[(cells[:, None] * FINE + np.arange(1, FINE)).ravel()]
    every = np.concatenate([x, between])
    order = np.argsort(every, kind="stable")
    values = np.concatenate([y, np.interp(between, x, unit)])
    return Goal(every[order], values[order], np.concatenate([floor, np.zeros(len(between))])[order])


def largest_error(family: Family, p: Array, coef: Array, unit: Array) -> float:
    """The largest error against the polyline through `unit`, where it is measured."""
    x = fine()
    error = float(np.max(np.abs(coef @ family.on(x).columns(p) - np.interp(x, grid(), unit))))
    return error if np.isfinite(error) else np.inf


class Search:
    """The search of one family for one g."""

    def __init__(self, family: Callable[[Array], Family], target: Target, stopping: Callable[[], bool]) -> None:
        self._unit = target.unit
        self._goal = goal_of(target.unit)
        self._family = family(self._goal.x)
        self._stopping = stopping
        self._even = np.ones(len(self._goal.x))
        self._atoms = self._family.atoms()
        self._made: tuple[Array, Array] | None = None

    def _dictionary(self) -> tuple[Array, Array]:
        """The columns of the atoms that can be used, (m, N, n'), and which those are."""
        if self._made is None:
            columns = self._family.on(self._goal.x[::THIN]).columns(self._atoms)[:-1]
            columns = columns.reshape(-1, len(self._atoms), columns.shape[1])
            with np.errstate(all="ignore"):
                good = (np.abs(columns) < LARGEST).all(axis=(0, 2))
            self._made = columns[:, good], self._atoms[good]
        return self._made

    def chosen(self, p: Array, count: int) -> Array:
        """Parameters of so many units, at most, to add to those of p."""
        dictionary, atoms = self._dictionary()
        here = self._family.on(self._goal.x[::THIN]).columns(p)
        basis = np.linalg.qr(here.T)[0]
        left = self._goal.y[::THIN].copy()
        left -= basis @ (basis.T @ left)
        whole = np.einsum("mij,mij->mi", dictionary, dictionary)
        columns = dictionary - (dictionary @ basis) @ basis.T
        picked = []
        for _ in range(count):
            score = np.zeros(len(atoms))
            for block in range(len(columns)):
                for before in range(block):
                    first = columns[before]
                    size = np.einsum("ij,ij->i", first, first)
                    share = np.einsum("ij,ij->i", first, columns[block]) / np.where(size > 0, size, 1.0)
                    columns[block] -= share[:, None] * first
                size = np.einsum("ij,ij->i", columns[block], columns[block])
                free = size > DEPENDENT * whole[block]
                score += np.where(free, (columns[block] @ left) ** 2 / np.where(free, size, 1.0), 0.0)
            best = int(np.argmax(score)) if len(score) else 0
            if not len(score) or not score[best] > 0:
                break
            picked.append(best)
            for block in range(len(columns)):
                unit = columns[block, best].copy()
                size = float(np.sqrt(unit @ unit))
                if size == 0 or size**2 <= DEPENDENT * whole[block, best]:
                    continue
                unit /= size
                columns -= (columns @ unit)[:, :, None] * unit
                left -= unit * (unit @ left)
        return atoms[picked]

    def none(self) -> Fit:
        """The best constant, without units."""
        return Fit(np.zeros((0, self._atoms.shape[1])), np.zeros(1), float(np.max(np.abs(self._unit))))

    def projected(self, p: Array) -> Point | None:
        with np.errstate(all="ignore"):
            return project(self._family, p, self._goal, self._even)

    def descended(self, point: Point, steps: int) -> Point:
        with np.errstate(all="ignore"):
            found, _ = descend(self._family, point, self._goal, self._even, steps, self._stopping)
        self._ask()
        return found

    def levelled(self, point: Point, rounds: int, inner: int) -> Point:
        with np.errstate(all="ignore"):
            found = levelled(self._family, point, self._goal, rounds, inner, self._stopping)
        self._ask()
        return found

    def fit(self, point: Point) -> Fit:
        """The point with its error as it is measured."""
        with np.errstate(all="ignore"):
            return Fit(point.p, point.coef, largest_error(self._family, point.p, point.coef, self._unit))

    def _ask(self) -> None:
        if self._stopping():
            raise Stopped

    def grown(self, p: Array, width: int, stages: int, steps: int) -> Point | None:
        """Units added to those of p until there are `width`; fewer where the dictionary has no more to give."""
        point = self.projected(p)
        each = max(1, -(-(width - len(p)) // stages))
        while point is not None and len(point.p) < width and point.sup > self._goal.least:
            more = self.chosen(point.p, min(each, width - len(point.p)))
            if not len(more):
                break
            wider = self.projected(np.concatenate([point.p, more]))
            if wider is None:
                break
            point = self.descended(wider, steps)
        return point

    def hopped(self, point: Point, count: int, steps: int) -> Point:
        """The point, or a better one with the units dropped that matter least and others chosen."""
        width = len(point.p)
        loss = point.coef[:-1] ** 2 / np.einsum("ij,ij->j", point.factor, point.factor)[:-1]
        loss = loss.reshape(-1, width).sum(axis=0)
        keep = np.sort(np.argsort(loss, kind="stable")[count:])
        other = self.grown(point.p[keep], width, 1, steps)
        return other if other is not None and other.cost < point.cost else point

    def best(self, p: Array, width: int, effort: Effort) -> list[Fit]:
        """Fits of at most so many units, grown from those of p."""
        point = self.grown(p, width, effort.stages, effort.steps)
        if point is None:
            return []
        if point.sup > self._goal.least:
            point = self.descended(point, effort.polish)
        for hop in range(effort.hops):
            if point.sup <= self._goal.least:
                break
            point = self.hopped(point, min(1 + hop % 3, len(point.p)), effort.steps)
        fits = [self.fit(point)]
        if point.sup > self._goal.least:
            fits.append(self.fit(self.levelled(point, effort.rounds, effort.inner)))
        return fits


def ladder(
    family: Callable[[Array], Family],
    target: Target,
    widths: Sequence[int],
    effort: Callable[[int], Effort],
    stopping: Callable[[], bool],
) -> Iterator[Fit]:
    """A fit for each width in ascending order, with at most so many units; its error never grows.

    Ended early once `stopping()` is true.
    """
    search = Search(family, target, stopping)
    best = search.none()
    try:
        for width in sorted(set(widths)):
            for fit in search.best(best.p, width, effort(width)):
                if fit.sup < best.sup:
                    best = fit
            yield best
    except Stopped:
        return
