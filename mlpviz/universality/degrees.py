"""Which activations are polynomials, and where a polynomial is farthest from a polyline."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev

from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.nn.activations import activation_named
from mlpviz.nn.formula.fold import folded
from mlpviz.nn.formula.nodes import Node
from mlpviz.nn.layout import Array

# Formulas of a higher degree are taken for no polynomials: theirs would run through every bend that can be drawn.
HIGHEST = 32
PARTS = 8
NEWTON = 3

Coefficients = tuple[Fraction, ...]


@lru_cache(maxsize=256)
def degree(activation: str) -> int | None:
    """The degree of an activation that is a polynomial of degree 1 … HIGHEST, None for any other.

    Read off the formula with exact fractions, so that t*t − t*t + t is of degree 1. Raises UserError for an unknown id.
    """
    found = polynomial(activation)
    return None if found is None else len(found) - 1


@lru_cache(maxsize=256)
def polynomial(activation: str) -> Coefficients | None:
    """The coefficients of an activation that is a polynomial, from the constant one up; None for any other."""
    found = _read(folded(activation_named(activation).value))
    return found if found is not None and len(found) > 1 else None


def _read(node: Node) -> Coefficients | None:
    if node.op == "number":
        return _trimmed([Fraction(node.value)]) if np.isfinite(node.value) else None
    if node.op == "variable":
        return (Fraction(0), Fraction(1))
    if node.op not in ("add", "sub", "neg", "mul", "div", "pow"):
        return None
    parts = [_read(part) for part in node.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if node.op == "neg":
        return tuple(-value for value in known[0])
    first, second = known
    if node.op in ("add", "sub"):
        return _sum(first, second, -1 if node.op == "sub" else 1)
    if node.op == "mul":
        return _product(first, second)
    return _quotient(first, second) if node.op == "div" else _power(first, second)


def _trimmed(values: list[Fraction]) -> Coefficients:
    while values and values[-1] == 0:
        values.pop()
    return tuple(values)


def _sum(first: Coefficients, second: Coefficients, sign: int) -> Coefficients:
    values = [Fraction(0)] * max(len(first), len(second))
    for index, value in enumerate(first):
        values[index] += value
    for index, value in enumerate(second):
        values[index] += sign * value
    return _trimmed(values)


def _product(first: Coefficients, second: Coefficients) -> Coefficients | None:
    if not first or not second:
        return ()
    if len(first) + len(second) - 2 > HIGHEST:
        return None
    values = [Fraction(0)] * (len(first) + len(second) - 1)
    for i, a in enumerate(first):
        for k, b in enumerate(second):
            values[i + k] += a * b
    return _trimmed(values)


def _quotient(first: Coefficients, second: Coefficients) -> Coefficients | None:
    return tuple(value / second[0] for value in first) if len(second) == 1 else None


def _power(base: Coefficients, exponent: Coefficients) -> Coefficients | None:
    times = exponent[0] if exponent else Fraction(0)
    if len(exponent) > 1 or times.denominator != 1 or not 0 <= times <= HIGHEST:
        return None
    result: Coefficients | None = (Fraction(1),)
    for _ in range(int(times)):
        result = None if result is None else _product(result, base)
    return result


def evaluated(coefficients: Array, x: Array) -> Array:
    """A polynomial at x, (n,): its coefficients stand for the Chebyshev polynomials T₀, T₁, … of 2x − 1."""
    return np.asarray(chebyshev.chebval(2 * x - 1, coefficients), dtype=np.float64)


def turning(coefficients: Array, g: Array) -> Array:
    """Where, between two samples, a polynomial minus the polyline through g (SAMPLES,) has an extremum; any number.

    Two of them within an eighth of a piece may be missed; there the difference is as good as flat.
    """
    if len(coefficients) < 3:
        return np.empty(0)
    # x = 1/2 + s/2 and 511 pieces: slopes against s.
    slopes = np.repeat(np.diff(g) * ((SAMPLES - 1) / 2), PARTS)
    first, second = chebyshev.chebder(coefficients), chebyshev.chebder(coefficients, 2)
    ends = np.linspace(-1.0, 1.0, PARTS * (SAMPLES - 1) + 1)
    rise = chebyshev.chebval(ends, first)
    before, after = rise[:-1] - slopes, rise[1:] - slopes
    inside = np.flatnonzero(((before < 0) & (after > 0)) | ((before > 0) & (after < 0)))
    low, high, slope = ends[inside], ends[inside + 1], slopes[inside]
    s = low + (high - low) * (before[inside] / (before[inside] - after[inside]))
    for _ in range(NEWTON if len(coefficients) > 3 else 0):
        bend = chebyshev.chebval(s, second)
        step = np.divide(chebyshev.chebval(s, first) - slope, bend, out=np.zeros_like(s), where=bend != 0)
        s = np.clip(s - step, low, high)
    return np.asarray((1 + s) / 2, dtype=np.float64)


def series(values: Array) -> Array:
    """The Chebyshev coefficients of the polynomial of degree n − 1 that has these values at `nodes(n)`, (n,)."""
    count = len(values)
    angle = np.pi * (np.arange(count) + 0.5) / count
    waves = np.cos(np.outer(np.arange(count), angle))
    result: Array = waves @ values * (2 / count)
    result[0] /= 2
    return result


def nodes(count: int) -> Array:
    """The x within [0, 1] that `series` wants values at, (count,)."""
    x: Array = (1 + np.cos(np.pi * (np.arange(count) + 0.5) / count)) / 2
    return x


def polyline(g: Array, x: Array) -> Array:
    """The polyline through g (SAMPLES,) at x, (n,)."""
    values: Array = np.interp(x, grid(), g)
    return values
