"""L-BFGS: Nocedal & Wright, Numerical Optimization (2006): two-loop recursion 7.4, strong Wolfe search 3.5 and 3.6.

Everything it remembers lies in the optimiser's slots, so that a run cut in two goes on bit for bit.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import numpy as np

from mlpviz.nn.layout import Array
from mlpviz.nn.optimizers import LBFGS_PAIRS

SUFFICIENT, CURVATURE = 1e-4, 0.9
MAX_TRIALS = 25
# Pairs with yᵀs below this share of yᵀy carry no curvature that could be trusted.
LEAST_CURVATURE = 1e-10
# Below this, products of tiny numbers have lost digits or are 0, and cannot be divided by.
LEAST_PRODUCT = sys.float_info.min
LONGEST_STEP = 1e10

# θ → L, with the gradient written where both know.
Evaluate = Callable[[], float]


class Lbfgs:
    """One step after another on θ, in place.

    Args:
        theta: θ, live. g: where `evaluate` writes the gradient at θ. slots: as OPTIMIZERS["lbfgs"] lists them.
        evaluate: computes L at θ, penalty included, and its gradient into g.
    """

    def __init__(self, theta: Array, g: Array, slots: dict[str, Array], evaluate: Evaluate) -> None:
        self._theta, self._g, self._slots, self._evaluate = theta, g, slots, evaluate
        self._S, self._Y = (slots[name].reshape(LBFGS_PAIRS, len(theta)) for name in ("S", "Y"))

    def forget(self) -> None:
        """Start from the gradient alone at the next step: θ or the loss is another."""
        self._slots["n"][:] = 0.0

    def step(self, rate: float) -> bool:
        """One step; the first length tried is `rate`. Returns whether θ moved: at a minimum or at η = 0 it does not."""
        numbers, kept = self._slots["n"], self._slots["g"]
        self._slots["t"][0] += 1.0
        if not rate > 0:
            return False
        if not numbers[1]:
            numbers[2] = self._evaluate()
            kept[:] = self._g
            numbers[1] = 1.0
        start, value, gradient = self._theta.copy(), float(numbers[2]), kept.copy()
        direction = self._direction(gradient)
        slope = float(gradient @ direction)
        if not np.isfinite(slope) or slope >= 0:
            numbers[0] = 0.0
            direction, slope = -gradient, -float(gradient @ gradient)
        moved = False
        if slope < 0:
            # As in PyTorch: before anything is known of the curvature, no step is longer than η in the 1-norm.
            first = rate if numbers[0] else rate * min(1.0, 1.0 / float(np.abs(gradient).sum()))
            moved = self._search(start, value, direction, slope, first)
        if moved:
            self._remember(self._theta - start, self._g - gradient)
        elif numbers[0]:
            numbers[0] = 0.0  # the memory was of no use: steepest descent next
        return moved

    def _direction(self, gradient: Array) -> Array:
        count = int(self._slots["n"][0])
        q = -gradient
        if not all(_usable(self._S[i], self._Y[i]) for i in range(count)):
            count = 0
            self._slots["n"][0] = 0.0
        alphas = np.zeros(count)
        rhos = [1.0 / float(self._Y[i] @ self._S[i]) for i in range(count)]
        for i in range(count - 1, -1, -1):
            alphas[i] = rhos[i] * float(self._S[i] @ q)
            q -= alphas[i] * self._Y[i]
        if count:
            last = self._Y[count - 1]
            q *= float(self._S[count - 1] @ last) / float(last @ last)
        for i in range(count):
            q += (alphas[i] - rhos[i] * float(self._Y[i] @ q)) * self._S[i]
        return q

    def _remember(self, s: Array, y: Array) -> None:
        count = int(self._slots["n"][0])
        self._slots["g"][:] = self._g
        if not _usable(s, y):
            return
        if count == LBFGS_PAIRS:
            self._S[:-1], self._Y[:-1] = self._S[1:].copy(), self._Y[1:].copy()
            count -= 1
        self._S[count], self._Y[count] = s, y
        self._slots["n"][0] = count + 1.0

    # ---- the search along the line

    def _search(self, start: Array, value: float, direction: Array, slope: float, first: float) -> bool:
        """Find a step that meets the strong Wolfe conditions; θ, g and L are then those there.

        Where rounding or patience ends first, the lowest point that was met is taken; where none is lower, θ is start.
        """
        line = _Line(self, start, value, direction, slope)
        before = line.at_start
        length = first
        while length > 0 and line.trials < MAX_TRIALS:
            here = line.try_length(length)
            if not line.low_enough(here) or (here[1] >= before[1] and line.trials > 1):
                line.zoom(before, here)
                break
            if line.flat_enough(here):
                break
            if here[2] >= 0:
                line.zoom(here, before)
                break
            if length == LONGEST_STEP:
                break
            before, length = here, min(2.0 * length, LONGEST_STEP)
        return line.settle()

    def move(self, start: Array, direction: Array, length: float) -> tuple[float, float]:
        """θ ← start + length · direction; returns L and its slope along the direction there."""
        with np.errstate(all="ignore"):
            np.multiply(direction, length, out=self._theta)
            np.add(self._theta, start, out=self._theta)
            return self._evaluate(), float(self._g @ direction)

    def accept(self, value: float) -> None:
        """L at the present θ."""
        self._slots["n"][2] = value


# The length of a trial, L and its slope there.
_Point = tuple[float, float, float]


class _Line:
    """The trials of one search."""

    def __init__(self, owner: Lbfgs, start: Array, value: float, direction: Array, slope: float) -> None:
        self._owner, self._start, self._direction, self._value, self._slope = owner, start, direction, value, slope
        self.at_start: _Point = (0.0, value, slope)
        self._best, self._last, self._ended = self.at_start, 0.0, False
        self.trials = 0

    def try_length(self, length: float) -> _Point:
        value, slope = self._owner.move(self._start, self._direction, length)
        if not np.isfinite(value) or not np.isfinite(slope):
            value, slope = np.inf, np.inf
        self.trials += 1
        self._last = length
        point = (length, value, slope)
        if not self._ended and value < self._best[1]:
            self._best = point
        if self.low_enough(point) and self.flat_enough(point):
            self._best, self._ended = point, True
        return point

    def low_enough(self, point: _Point) -> bool:
        return point[1] <= self._value + SUFFICIENT * point[0] * self._slope

    def flat_enough(self, point: _Point) -> bool:
        return abs(point[2]) <= -CURVATURE * self._slope

    def zoom(self, low: _Point, high: _Point) -> None:
        """Narrow the bracket around a good step; `low` is the lower end so far."""
        while self.trials < MAX_TRIALS and not self._ended:
            length = _cubic(low, high)
            width = abs(high[0] - low[0])
            edge = 0.1 * width
            inner, outer = sorted((low[0], high[0]))
            if not inner + edge <= length <= outer - edge:
                length = 0.5 * (low[0] + high[0])
            if length in (low[0], high[0]):
                return
            here = self.try_length(length)
            if not self.low_enough(here) or here[1] >= low[1]:
                high = here
            else:
                if self.flat_enough(here):
                    return
                if here[2] * (high[0] - low[0]) >= 0:
                    high = low
                low = here

    def settle(self) -> bool:
        length, value, _ = self._best
        if length != self._last or length == 0.0:
            self._owner.move(self._start, self._direction, length)
        if length:
            self._owner.accept(value)
        return length > 0.0


def _usable(s: Array, y: Array) -> bool:
    """Whether the pair tells the curvature: yᵀs and yᵀy are far enough from 0 to be divided by."""
    curvature, square = float(y @ s), float(y @ y)
    return LEAST_PRODUCT <= square < math.inf and max(LEAST_PRODUCT, LEAST_CURVATURE * square) < curvature < math.inf


def _cubic(a: _Point, b: _Point) -> float:
    """The minimum of the cubic through two points and their slopes (3.59); NaN where there is none."""
    if not (math.isfinite(a[1]) and math.isfinite(b[1])) or a[0] == b[0]:
        return math.nan
    d1 = a[2] + b[2] - 3.0 * (a[1] - b[1]) / (a[0] - b[0])
    square = d1 * d1 - a[2] * b[2]
    if not square >= 0:
        return math.nan
    d2 = math.copysign(math.sqrt(square), b[0] - a[0])
    below = b[2] - a[2] + 2.0 * d2
    return b[0] - (b[0] - a[0]) * (b[2] + d2 - d1) / below if below else math.nan
