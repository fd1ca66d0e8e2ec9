"""Functions of two inputs, painted: 64 × 64 samples on the unit square, bilinear between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mlpviz.data.span import check_span
from mlpviz.data.strokes import LARGEST_SAMPLE
from mlpviz.errors import UserError, check_choice, check_number
from mlpviz.nn.formula.check import first_pole
from mlpviz.nn.formula.nodes import Node, build, number
from mlpviz.nn.formula.parse import FormulaError, parse_own
from mlpviz.nn.formula.program import evaluate
from mlpviz.nn.layout import Array, frozen

SIDE = 64
VARIABLES = ("x1", "x2")
WIDEST_BRUSH = 2.0  # radius that covers the square from anywhere
WEIGHTS = (0.25, 0.5, 0.25)
PASSES = 4  # of these weights along both axes in one dab


@dataclass(frozen=True, eq=False, slots=True)
class Painted:
    """A function g: [0, 1]² → R.

    Attributes:
        samples: (SIDE, SIDE) float64, read-only: row i is x₂ = i/63, from the bottom up, column j is x₁ = j/63.
        text: the formula in x1 and x2 that they are of, "" for what was painted.
    """

    samples: Array
    text: str = ""

    def __post_init__(self) -> None:
        if self.samples.shape != (SIDE, SIDE) or not np.isfinite(self.samples).all():
            raise UserError(f"A painted function has {SIDE} × {SIDE} finite samples.")
        if np.abs(self.samples).max() > LARGEST_SAMPLE:
            raise UserError(f"A painted function stays within ±{LARGEST_SAMPLE:g}; scale it down.")


def axis() -> Array:
    """The places of the samples along either axis, (SIDE,)."""
    return np.linspace(0.0, 1.0, SIDE)


def points(side: int = SIDE) -> Array:
    """(x₁, x₂) of a grid of side × side places, (side², 2), row by row from the bottom up as samples lie."""
    x = np.linspace(0.0, 1.0, side)
    return np.stack([np.tile(x, side), np.repeat(x, side)], axis=1)


def value(samples: Array, points: Array) -> Array:
    """The function with samples (SIDE, SIDE) at points (n, 2) of (x₁, x₂), bilinear between the samples: (n,).

    What lies outside of the square is held at its edge.
    """
    at = np.clip(points, 0.0, 1.0) * (SIDE - 1)
    cell = np.minimum(at.astype(np.int64), SIDE - 2)
    (j, i), (right, up) = cell.T, (at - cell).T
    # Of one height and differences: a constant stays one to the last bit.
    below = samples[i, j] + right * (samples[i, j + 1] - samples[i, j])
    above = samples[i + 1, j] + right * (samples[i + 1, j + 1] - samples[i + 1, j])
    found: Array = below + up * (above - below)
    return found


# ---- presets and formulas

PRESETS: dict[str, str] = {
    "bumps": "hills and a hollow",
    "saddle": "saddle",
    "ripple": "ripple",
    "ring": "ring",
    "ridge": "bent ridge",
    "quadrants": "quadrants (XOR)",
    "cliff": "cliff",
    "product": "x₁ · x₂",
    "waves": "waves",
}
_FORMULAS = {
    "bumps": "exp(-((x1 - 0.3)^2 + (x2 - 0.35)^2)/0.04) + 0.7*exp(-((x1 - 0.72)^2 + (x2 - 0.72)^2)/0.02)"
    " - 0.8*exp(-((x1 - 0.75)^2 + (x2 - 0.25)^2)/0.03)",
    "saddle": "(2*x1 - 1)^2 - (2*x2 - 1)^2",
    "ripple": "cos(20*sqrt((x1 - 0.5)^2 + (x2 - 0.5)^2))",
    "ring": "exp(-((sqrt((x1 - 0.5)^2 + (x2 - 0.5)^2) - 0.3)/0.07)^2)",
    "ridge": "exp(-((x2 - 0.5 - 0.25*sin(2*pi*x1))/0.12)^2)",
    "quadrants": "where(x1 > 0.5, 1, -1)*where(x2 > 0.5, 1, -1)",
    "cliff": "where(x2 > 0.5 + 0.2*sin(2*pi*x1), 1, 0)",
    "product": "x1*x2",
    "waves": "sin(2*pi*x1)*cos(3*pi*x2)",
}
DEFAULT = "bumps"


@lru_cache(maxsize=len(PRESETS))
def preset(name: str) -> Painted:
    """A ready function by its id, with its formula."""
    check_choice(name, PRESETS, "function of two inputs")
    return from_formula(_FORMULAS[name])


def default_painted() -> Painted:
    """What a new document has painted."""
    return preset(DEFAULT)


def from_formula(text: str) -> Painted:
    """The function that a formula in x1 and x2 says; a constant is one too.

    Raises:
        FormulaError: the text is no formula in x1 and x2, with its position; or its value is not finite, or too large,
            somewhere on the lines through the samples, naming the place.
    """
    text = text.strip()
    if not text:
        raise FormulaError("The formula is empty; type one such as x1*x2 or sin(7*x1) + x2^2.")
    node = parse_own(text, *VARIABLES)
    x1, x2 = points().T
    found = evaluate(node, {"x1": x1, "x2": x2})
    place = _first_pole(node, found)
    if place is not None:
        raise FormulaError(f"g is not finite at x1 = {place[0]:.4g}, x2 = {place[1]:.4g}; it must be, from 0 to 1.")
    if np.abs(found).max() > LARGEST_SAMPLE:
        at = int(np.argmax(np.abs(found)))
        raise FormulaError(
            f"g is larger than {LARGEST_SAMPLE:g} at x1 = {x1[at]:.4g}, x2 = {x2[at]:.4g}; scale it down."
        )
    check_span(found)
    return Painted(frozen(found.reshape(SIDE, SIDE)), text)


def _first_pole(node: Node, found: Array) -> tuple[float, float] | None:
    """A place on the lines through the samples where a formula is not finite, None where it is everywhere."""
    if not np.isfinite(found).all():
        x1, x2 = points()[np.argmin(np.isfinite(found))]
        return float(x1), float(x2)
    if not any(map(_may_grow, node.walk())):
        return None
    for held in axis():
        if (at := first_pole(_with(node, "x2", held), axis())) is not None:
            return at, float(held)
        if (at := first_pole(_with(node, "x1", held), axis())) is not None:
            return float(held), at
    return None


def _may_grow(part: Node) -> bool:
    """Whether a part of a formula may grow without bound at a finite place."""
    if part.op == "div":
        return not part.args[1].is_number()
    return part.op == "log" or (part.op == "pow" and not (part.args[1].is_number() and part.args[1].value >= 0))


def _with(node: Node, name: str, held: float) -> Node:
    """The formula with a number in the place of one variable."""
    if node.op == "variable":
        return number(held) if node.name == name else node
    return build(node.op, *(_with(part, name, held) for part in node.args)) if node.args else node


# ---- pictures


def from_grey(pixels: Array) -> Painted:
    """The function that a grey picture shows: its middle square, each sample the mean of the area that it stands for.

    Args:
        pixels: (h, w) from 0, black, to 1, white; the top row first.

    Raises UserError for what is no such picture.
    """
    if pixels.ndim != 2 or not pixels.size:
        raise UserError(f"A grey picture has rows and columns, not the shape {pixels.shape}.")
    if not (np.isfinite(pixels).all() and pixels.min() >= 0 and pixels.max() <= 1):
        raise UserError("A grey picture's pixels are numbers from 0 to 1.")
    height, width = pixels.shape
    side = min(height, width)
    rows, columns = _shares(height, side), _shares(width, side)
    samples = (rows @ pixels @ columns.T)[::-1]
    return Painted(frozen(np.ascontiguousarray(np.clip(samples, 0.0, 1.0))))


def _shares(length: int, side: int) -> Array:
    """How much of each pixel is in each sample, (SIDE, length), of a line of which the middle `side` pixels count."""
    ends = (length - side) / 2 + side * np.arange(SIDE + 1) / SIDE
    pixel = np.arange(length)
    shares = np.minimum(ends[1:, None], pixel + 1.0) - np.maximum(ends[:-1, None], pixel)
    np.maximum(shares, 0.0, out=shares)
    found: Array = shares / shares.sum(axis=1, keepdims=True)
    return found


# ---- brushes


def raised(painted: Painted, x1: float, x2: float, radius: float, amount: float) -> Painted:
    """The function with a round hill added.

    Args:
        x1, x2: its middle. radius: where it has come to 0, in units of x.
        amount: its height in units of g, negative for a hollow; no sample changes by more.
    """
    rows, columns, share = _brush(x1, x2, radius)
    samples = painted.samples.copy()
    samples[rows, columns] += amount * share
    return Painted(frozen(samples))


def smoothed_at(painted: Painted, x1: float, x2: float, radius: float) -> Painted:
    """The function smoother under the brush, less towards its rim: no sample leaves the range of those around it."""
    rows, columns, share = _brush(x1, x2, radius)
    samples = painted.samples.copy()
    before = samples[rows, columns]
    if before.size:
        low = max(0, rows.start - PASSES), max(0, columns.start - PASSES)
        around = painted.samples[low[0] : rows.stop + PASSES, low[1] : columns.stop + PASSES]
        for _ in range(PASSES):
            padded = np.pad(around, 1, mode="edge")
            lines = WEIGHTS[0] * padded[:-2] + WEIGHTS[1] * padded[1:-1] + WEIGHTS[2] * padded[2:]
            around = WEIGHTS[0] * lines[:, :-2] + WEIGHTS[1] * lines[:, 1:-1] + WEIGHTS[2] * lines[:, 2:]
        top, left = rows.start - low[0], columns.start - low[1]
        after = around[top : top + before.shape[0], left : left + before.shape[1]]
        samples[rows, columns] = (1 - share) * before + share * after
    return Painted(frozen(samples))


def _brush(x1: float, x2: float, radius: float) -> tuple[slice, slice, Array]:
    """The rows and columns that a round brush reaches, and how much of it there is at each: 1 in the middle."""
    check_number(radius, 0, WIDEST_BRUSH, "The brush's radius", above=True)
    x = axis()
    inside = [np.flatnonzero(np.abs(x - middle) < radius) for middle in (x2, x1)]
    rows, columns = (slice(int(at[0]), int(at[-1]) + 1) if len(at) else slice(0, 0) for at in inside)
    away = np.hypot((x[rows] - x2)[:, None], x[columns] - x1) / radius
    return rows, columns, np.where(away < 1, 0.5 + 0.5 * np.cos(np.pi * np.minimum(away, 1.0)), 0.0)
