"""Sums of sines bred from the best ones, for the frequencies have many places from which no small step leads on.

A memetic search (Moscato 1989): a few of the best sums are kept; children of these, each led down to its own least
largest error, take their places. What least squares would find from the same start lies elsewhere: a child therefore
starts under the weights that its parent's re-weighting ended with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.nn.layout import Array
from mlpviz.universality.search import HEAVIEST, Effort, Fit, Search

PARENTS, KEPT = 6, 10  # of the sums kept, so many of the best have children
ALIKE = 1e-3  # relative difference of largest errors below which two sums are taken for the same
HOPELESS = 1.5  # largest errors, in the best one's, from which the last way is not worth its time
SOFTER = (1.0, 0.5, 0.25)  # powers of a parent's weights
SHIFT, STRETCH = 1.5, 0.3  # of all frequencies, per unit of x; of some, as a logarithm
CHANGED = 4  # units that are moved far or exchanged, at most
STEPS, ROUNDS, FIRST_ROUNDS = 6, 6, 20  # of least squares; of re-weighting, with one step each; with none at first
RANGE = 6.0  # of new frequencies: up to so many times the width, per unit of x, beyond the highest there


@dataclass(frozen=True, eq=False, slots=True)
class Member:
    """A fit and the weights (n,) that its re-weighting ended with."""

    fit: Fit
    weights: Array


class Breeding(Search):
    """The search of sums of sines for one g: what `Search` finds, and what is bred from it.

    Wider sums are grown from those that were not bred: these follow g more evenly.
    """

    _plain: Fit | None = None

    def widened(self, fit: Fit, width: int, effort: Effort) -> Fit:
        self._plain = super().widened(self._plain or fit, width, effort)
        best = min(self._plain, fit, key=lambda one: one.sup)
        if not (effort.children and len(best.p)):
            return best
        with np.errstate(all="ignore"):
            return self._bred(best, width, effort.children)

    def _bred(self, fit: Fit, width: int, children: int) -> Fit:
        """The best of a fit and so many children and children's children."""
        rng = np.random.default_rng(width)
        even = np.ones(len(self._goal.x))
        point = self.projected(fit.p, even)
        if point is None or self.done(point):
            return fit
        kept = [Member(fit, self.levelled(point, even, FIRST_ROUNDS, 0)[1])]
        for _ in range(children):
            child = self._child(kept, width, rng)
            if child is None or any(abs(child.fit.sup / one.fit.sup - 1) < ALIKE for one in kept):
                continue
            kept = sorted([*kept, child], key=lambda one: one.fit.sup)[:KEPT]
        return kept[0].fit

    def _child(self, kept: list[Member], width: int, rng: np.random.Generator) -> Member | None:
        parent = kept[int(rng.integers(min(PARENTS, len(kept))))]
        weights = parent.weights ** SOFTER[int(rng.integers(len(SOFTER)))]
        weights /= weights.mean()
        p = self._altered(parent.fit.p, kept, width, weights, rng)
        point = self.projected(p, weights)
        if point is None:
            return None
        point, weights = self.levelled(self.descended(point, STEPS, weights), weights, ROUNDS, 1)
        if not point.sup < HOPELESS * kept[0].fit.sup:
            return None
        fit = self.polished(self.fit(point))
        return Member(fit, weights) if np.abs(fit.coef).max() <= HEAVIEST else None

    def _altered(self, p: Array, kept: list[Member], width: int, weights: Array, rng: np.random.Generator) -> Array:
        """Frequencies (width, 1) like those of p."""
        some = rng.permutation(len(p))[: int(rng.integers(1, CHANGED + 1))]
        way = int(rng.integers(4))
        if way == 0:
            p = p + rng.normal(0.0, SHIFT, p.shape)
        elif way == 1:
            p = p.copy()
            p[some] *= np.exp(rng.normal(0.0, STRETCH, (len(some), 1)))
        elif way == 2:
            point = self.grown(np.delete(p, some, axis=0), width, int(rng.integers(1, 4)), 6, weights)
            p = p if point is None else point.p
        else:
            other = kept[int(rng.integers(len(kept)))].fit.p
            cut = rng.uniform(0.0, p.max())
            p = rng.permutation(np.concatenate([p[p[:, 0] < cut], other[other[:, 0] >= cut]]))[:width]
        more = rng.uniform(0.0, RANGE * width + p.max(), (width - len(p), 1))
        return self._family.moved(np.concatenate([p, more]), np.zeros(width))
