"""Whether a formula in t can be an activation: a function of t, finite, with a finite slope, on all of [−10, 10]."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlpviz.nn.formula.derive import derivative
from mlpviz.nn.formula.nodes import Node
from mlpviz.nn.formula.parse import FormulaError
from mlpviz.nn.formula.program import evaluate
from mlpviz.nn.layout import Array

REACH = 10.0
POINTS = 20_001  # every thousandth, whole and half numbers among them
BISECTIONS = 80
# What changes by less than this share of the numbers it is made of is their rounding.
ROUNDING = 1e-13
# So much larger than at a hundred-millionth beside it is a value only where it grows without bound.
NEAR, GROWTH = 1e-8, 30.0
_GOLDEN = (5**0.5 - 1) / 2


def check_activation(node: Node) -> None:
    """Raise FormulaError, naming the t, unless f depends on t and f and f′ are finite on [−10, 10].

    f and f′ are computed at every thousandth, and closely around each place where a divisor, a logarithm's argument or
    the base of a power comes to 0: by a change of its sign, or in a minimum of its absolute value.
    """
    slope = derivative(node, "t")
    for part, what in ((node, "The formula"), (slope, "The formula's slope")):
        if (at := first_pole(part, np.linspace(-REACH, REACH, POINTS))) is not None:
            place = f"{at:.4g}".replace("-", "−")
            raise FormulaError(f"{what} is not finite at t = {place}; it must be finite from −{REACH:g} to {REACH:g}.")
    t = np.linspace(-REACH, REACH, POINTS)
    values = _at(node, t)
    if float(np.ptp(values)) <= ROUNDING * float(np.max(_size(node, t))):
        value = f"{values[POINTS // 2]:.4g}".replace("-", "−")
        raise FormulaError(f"The formula is not a function of t: from −{REACH:g} to {REACH:g} it is always {value}.")


def first_pole(node: Node, t: Array) -> float | None:
    """Where a formula in one variable is not finite on an interval, None where it is everywhere.

    It is computed at the places t, ascending, and closely around each one between them where a divisor, a logarithm's
    argument or the base of a power comes to 0.
    """
    values = _at(node, t)
    if not np.isfinite(values).all():
        return float(t[np.argmin(np.isfinite(values))])
    for part in set(_critical(node)):
        for zero in _zeros(part, t):
            if _unbounded(node, zero, float(t[0]), float(t[-1])):
                return zero
    return None


def _critical(node: Node) -> Iterator[Node]:
    """The parts of a formula at whose zeros it may leave the finite numbers."""
    for part in node.walk():
        if part.op == "div":
            yield from _factors(part.args[1])
        elif part.op == "log" or (part.op == "pow" and not (part.args[1].is_number() and part.args[1].value >= 0)):
            yield from _factors(part.args[0])


def _factors(node: Node) -> Iterator[Node]:
    """Parts that the node is 0 with; where one only touches 0, what is within may cross it."""
    if node.op in ("neg", "abs", "sqrt", "mul"):
        for part in node.args:
            yield from _factors(part)
    elif node.op == "pow" and node.args[1].is_number() and node.args[1].value > 0:
        yield from _factors(node.args[0])
    elif node.op != "number":
        yield node


def _unbounded(node: Node, zero: float, low: float, high: float) -> bool:
    """Whether the formula grows without bound towards a t between low and high, as near as float64 comes to it."""
    # where() may have left out the point itself, but not what stands right beside it.
    here = np.clip(np.nextafter(np.full(3, zero), [-np.inf, zero, np.inf]), low, high)
    beside = zero + NEAR * max(1.0, abs(zero)) * np.array([-1.0, 1.0])
    beside = beside[(beside >= low) & (beside <= high)]
    values, around = np.abs(_at(node, here)), np.abs(_at(node, beside))
    return not np.isfinite(values).all() or bool(values.max() > GROWTH * (1.0 + around.max()))


def _zeros(part: Node, t: Array) -> list[float]:
    """Where a part of a formula is 0 between −10 and 10, as near as float64 comes."""
    values = _at(part, t)
    zeros: list[float] = t[values == 0].tolist()
    crossing = np.nonzero(np.sign(values[1:]) * np.sign(values[:-1]) < 0)[0]
    if len(crossing):
        zeros += _crossings(part, t[crossing], t[crossing + 1]).tolist()
    size = np.abs(values)
    inner, before, after = size[1:-1], size[:-2], size[2:]
    dips = np.nonzero((inner > 0) & (inner <= before) & (inner <= after) & ((inner < before) | (inner < after)))[0] + 1
    if len(dips):
        zeros += _touching(part, t[dips - 1], t[dips + 1]).tolist()
    return zeros


def _crossings(part: Node, low: Array, high: Array) -> Array:
    """Bisection on every bracket, (n,) each, at once."""
    low, high = low.copy(), high.copy()
    sign = np.sign(_at(part, low))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        left = np.sign(_at(part, middle)) == sign
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return low


def _touching(part: Node, low: Array, high: Array) -> Array:
    """The minima of |part| within the brackets, (n,) each, that are zeros for all that float64 can tell.

    That is where |part| is nothing but rounding, or falls up to the very last bit of t.
    """
    a, b = low.copy(), high.copy()
    for _ in range(BISECTIONS):
        width = _GOLDEN * (b - a)
        left, right = b - width, a + width
        lower = np.abs(_at(part, left)) <= np.abs(_at(part, right))
        a, b = np.where(lower, a, left), np.where(lower, right, b)
    step = 8 * np.spacing(np.maximum(np.abs(a), np.abs(b)))
    tried = np.stack([a, (a + b) / 2, b])
    sizes = np.abs(_at(part, tried))
    best = tried[sizes.argmin(axis=0), np.arange(len(a))]
    least = sizes.min(axis=0)
    around = np.minimum(np.abs(_at(part, best - step)), np.abs(_at(part, best + step)))
    found: Array = best[(least <= 0.5 * around) | (least <= ROUNDING * _size(part, best))]
    return found


def _size(node: Node, t: Array) -> Array:
    """How large the numbers are that a formula's value is summed up from."""
    if node.op in ("neg", "abs"):
        return _size(node.args[0], t)
    if node.op in ("add", "sub"):
        return _size(node.args[0], t) + _size(node.args[1], t)
    if node.op == "mul":
        return np.asarray(_size(node.args[0], t) * _size(node.args[1], t))
    return np.abs(_at(node, t))


def _at(node: Node, t: Array) -> Array:
    return evaluate(node, dict.fromkeys(node.variables() or {"t"}, t))
