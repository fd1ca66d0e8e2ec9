"""Functions of two inputs on the unit square: painted, by formula, from a picture; bilinear between 64 × 64 samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mlpviz.data.strokes import LARGEST_SAMPLE
from mlpviz.errors import UserError, check_choice
from mlpviz.nn.formula.parse import FormulaError, parse_own
from mlpviz.nn.formula.program import evaluate
from mlpviz.nn.layout import Array, frozen

SIDE = 64
NAMES = ("x1", "x2")
PASSES = 2  # of the 3 × 3 weights in one dab of the smooth brush
WEIGHTS = np.array([0.25, 0.5, 0.25])


@dataclass(frozen=True, eq=False, slots=True)
class Painted:
    """A function g: [0, 1]² → R.

    Attributes:
        samples: (SIDE, SIDE) float64, read-only: row i is x₂ = i/63, column j is x₁ = j/63; g is bilinear between them.
        text: the formula in x1 and x2 that they sample; "" for none.
        source: a preset's id, a picture's name; "" for what was painted or typed.
    """

    samples: Array
    text: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.samples.shape != (SIDE, SIDE) or not np.isfinite(self.samples).all():
            raise UserError(f"A painted function has {SIDE} × {SIDE} finite samples.")
        if np.abs(self.samples).max() > LARGEST_SAMPLE:
            raise UserError(f"A painted function stays within ±{LARGEST_SAMPLE:g}; scale it down.")


def ticks() -> Array:
    """The abscissae of the samples on either axis, (SIDE,)."""
    return np.linspace(0.0, 1.0, SIDE)


def points() -> Array:
    """All places of the samples, (SIDE², 2), in the order of `samples.ravel()`."""
    x2, x1 = np.meshgrid(ticks(), ticks(), indexing="ij")
    return np.stack([x1.ravel(), x2.ravel()], axis=1)


def value(samples: Array, at: Array) -> Array:
    """g at places (n, 2) within the square, (n,): bilinear between samples (m, m)."""
    cells = len(samples) - 1
    place = np.clip(at, 0.0, 1.0) * cells
    low = np.minimum(place.astype(np.int64), cells - 1)
    s, t = (place - low).T
    j, i = low.T
    below = (1 - s) * samples[i, j] + s * samples[i, j + 1]
    above = (1 - s) * samples[i + 1, j] + s * samples[i + 1, j + 1]
    result: Array = (1 - t) * below + t * above
    return result


# ---- where it comes from


def _bump(x1: Array, x2: Array, at: tuple[float, float], width: float) -> Array:
    bump: Array = np.exp(-((x1 - at[0]) ** 2 + (x2 - at[1]) ** 2) / (2 * width**2))
    return bump


def _bumps(x1: Array, x2: Array) -> Array:
    hills = _bump(x1, x2, (0.3, 0.7), 0.12) + 0.7 * _bump(x1, x2, (0.75, 0.75), 0.1)
    return hills - 0.9 * _bump(x1, x2, (0.6, 0.3), 0.15)


@dataclass(frozen=True, slots=True)
class PlanePreset:
    """A ready function: its name on the screen, and g(x₁, x₂) for arrays."""

    name: str
    g: Callable[[Array, Array], Array]


PRESETS: dict[str, PlanePreset] = {
    "bumps": PlanePreset("bumps", _bumps),
    "saddle": PlanePreset("saddle", lambda x1, x2: (2 * x1 - 1) ** 2 - (2 * x2 - 1) ** 2),
    "product": PlanePreset("x₁·x₂", lambda x1, x2: x1 * x2),
    "quadrants": PlanePreset("quadrants (XOR)", lambda x1, x2: np.tanh(12 * (x1 - 0.5)) * np.tanh(12 * (x2 - 0.5))),
    "ring": PlanePreset("ring", lambda x1, x2: np.exp(-(((np.hypot(x1 - 0.5, x2 - 0.5) - 0.3) / 0.08) ** 2))),
    "ripple": PlanePreset("ripple", lambda x1, x2: np.cos(20 * np.hypot(x1 - 0.5, x2 - 0.5))),
    "cliff": PlanePreset("cliff", lambda x1, x2: np.where(x2 > 0.5 + 0.2 * np.sin(2 * np.pi * x1), 1.0, 0.0)),
    "ridge": PlanePreset("one ridge", lambda x1, x2: np.tanh(8 * (0.8 * x1 + 0.6 * x2 - 0.7))),
}


@lru_cache(maxsize=len(PRESETS))
def preset(name: str) -> Painted:
    """A ready function by its id."""
    check_choice(name, PRESETS, "function of two inputs")
    x1, x2 = points().T
    return Painted(_square(PRESETS[name].g(x1, x2)), source=name)


def default_painted() -> Painted:
    """What a new document has painted."""
    return preset("bumps")


def flat() -> Painted:
    """An empty board: g = 0."""
    return Painted(_square(np.zeros(SIDE * SIDE)))


def from_formula(text: str) -> Painted:
    """The function that a formula in x1 and x2 says; a constant is one too.

    Raises:
        FormulaError: the text is no formula in them, with its position; or its value is not finite, or too large to
            paint, at one of the samples, naming it.
    """
    text = text.strip()
    if not text:
        raise FormulaError("The formula is empty; type one such as sin(3*x1) * x2.")
    node = parse_own(text, *NAMES)
    at = points()
    with np.errstate(all="ignore"):
        found = np.broadcast_to(evaluate(node, dict(zip(NAMES, at.T, strict=True))), len(at)).astype(np.float64)
    for bad, what in ((~np.isfinite(found), "not finite"), (np.abs(found) > LARGEST_SAMPLE, "too large")):
        if bad.any():
            x1, x2 = at[int(np.argmax(bad))]
            raise FormulaError(f"g is {what} at x1 = {x1:.4g}, x2 = {x2:.4g}; it must be finite on the whole square.")
    return Painted(_square(found), text)


def from_grey(pixels: Array, name: str = "") -> Painted:
    """The function that a picture's grey levels are.

    Of a picture that is no square the middle is taken; each sample is the mean of its part of it.

    Args:
        pixels: (h, w), top row first, 0 for black to 1 for white. name: of the picture.
    """
    if pixels.ndim != 2 or not pixels.size or not np.isfinite(pixels).all():
        raise UserError("A picture has rows and columns of finite grey levels.")
    side = min(pixels.shape)
    top, left = ((length - side) // 2 for length in pixels.shape)
    square = pixels[top : top + side, left : left + side].astype(np.float64)[::-1]
    across = _means(side)
    return Painted(frozen(across @ square @ across.T), source=name)


def _means(side: int) -> Array:
    """What makes SIDE means of `side` numbers, (SIDE, side): each over its equal part, shared numbers in proportion."""
    edges = np.linspace(0.0, side, SIDE + 1)
    cells = np.arange(side)
    part = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    part = np.maximum(part, 0.0)
    means: Array = part / part.sum(axis=1, keepdims=True)
    return means


def _square(values: Array) -> Array:
    return frozen(np.asarray(values, dtype=np.float64).reshape(SIDE, SIDE))


# ---- brushes


def raised(painted: Painted, x1: float, x2: float, radius: float, amount: float) -> Painted:
    """With `amount` added at (x1, x2), smoothly less around it, nothing from `radius` on; all in units of x and g."""
    return Painted(frozen(painted.samples + amount * _brush(x1, x2, radius)))


def smoothed_at(painted: Painted, x1: float, x2: float, radius: float) -> Painted:
    """Smoother around (x1, x2), as it was from `radius` on."""
    soft = painted.samples
    for _ in range(PASSES):
        for axis in (0, 1):
            wide = np.pad(soft, [(1, 1) if axis == k else (0, 0) for k in (0, 1)], mode="edge")
            soft = sum(w * np.take(wide, range(k, k + SIDE), axis=axis) for k, w in enumerate(WEIGHTS))
    share = _brush(x1, x2, radius)
    return Painted(frozen(painted.samples + share * (soft - painted.samples)))


def _brush(x1: float, x2: float, radius: float) -> Array:
    """(1 − (r/radius)²)² within the radius, 0 outside, (SIDE, SIDE)."""
    distance = ((ticks() - x1) ** 2 + ((ticks() - x2) ** 2)[:, None]) / max(radius, 0.5 / SIDE) ** 2
    brush: Array = np.maximum(1.0 - distance, 0.0) ** 2
    return brush
