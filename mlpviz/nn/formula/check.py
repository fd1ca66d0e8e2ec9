"""Whether a formula in t can be an activation: finite, with a finite slope, on all of [−10, 10]."""

from __future__ import annotations

import numpy as np

from mlpviz.nn.formula.derive import derivative
from mlpviz.nn.formula.nodes import Node
from mlpviz.nn.formula.parse import FormulaError
from mlpviz.nn.formula.program import evaluate
from mlpviz.nn.layout import Array

REACH = 10.0
POINTS = 20_001  # every thousandth, whole and half numbers among them
BISECTIONS = 80
# A value beside a pole stands so far above all others.
TOWERING = 1e7


def check_activation(node: Node) -> None:
    """Raise FormulaError, naming the t, unless f and f′ are finite on [−10, 10]."""
    slope = derivative(node, "t")
    for part, what in ((node, "The formula"), (slope, "The formula's slope")):
        if (at := _not_finite(part)) is not None:
            raise FormulaError(f"{what} is not finite at t = {at:.4g}; it must be finite from −10 to 10.")


def _not_finite(node: Node) -> float | None:
    t = np.linspace(-REACH, REACH, POINTS)
    values = _at(node, t)
    if not np.isfinite(values).all():
        return float(t[np.argmin(np.isfinite(values))])
    return _pole(node, t)


def _pole(node: Node, t: Array) -> float | None:
    """A t between the points where a denominator passes 0 and takes the value along."""
    for denominator in {part.args[1] for part in node.walk() if part.op == "div"}:
        below = _at(denominator, t)
        for place in t[below == 0]:
            # where() may have left out the point itself, but not what stands right beside it.
            sides = _at(node, np.nextafter(np.array([place, place]), [-np.inf, np.inf]))
            if not np.isfinite(sides).all():
                return float(place)
        for place in np.nonzero(np.sign(below[1:]) * np.sign(below[:-1]) < 0)[0]:
            low, high = float(t[place]), float(t[place + 1])
            sign = np.sign(below[place])
            for _ in range(BISECTIONS):
                middle = (low + high) / 2
                low, high = (middle, high) if np.sign(_at(denominator, np.array(middle))) == sign else (low, middle)
            sides = _at(node, np.array([low, high]))
            if not np.isfinite(sides).all() or np.abs(sides).max() > TOWERING * (1 + np.abs(_at(node, t)).max()):
                return low
    return None


def _at(node: Node, t: Array) -> Array:
    return evaluate(node, {"t": t})
