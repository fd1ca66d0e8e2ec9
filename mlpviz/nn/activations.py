"""The activation functions f: R → R, one row each. Everything that offers an activation derives from this table.

A row says f(t) and f′(t) as formulas; programs of both backends, scripts, ONNX graphs and typeset mathematics are
derived from them. The user's own formulas become rows of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.nn.calls import Buffer, Program, run
from mlpviz.nn.formula.check import check_activation
from mlpviz.nn.formula.derive import derivative
from mlpviz.nn.formula.nodes import Node
from mlpviz.nn.formula.parse import parse, parse_own
from mlpviz.nn.formula.program import bind
from mlpviz.nn.formula.tape import Tape, tape
from mlpviz.nn.formula.writing import latex

OWN = "formula:"


@dataclass(frozen=True)
class Activation:
    """One activation.

    Attributes:
        name: the word the window shows.
        sentence: what it is good for or known for, for a tooltip.
        value: f(t) as a formula.
        slope: f′ as a formula in t and h = f(t), whichever is cheaper and keeps its accuracy far out.
        formula: f(t) in LaTeX.
        bounds: the range of f, infinite where it is unbounded.
        kinked: f is piecewise linear, with one kink at 0.
        smooth: f′ is continuous.
    """

    name: str
    sentence: str
    value: Node
    slope: Node
    formula: str
    bounds: tuple[float, float] = (-np.inf, np.inf)
    kinked: bool = False
    smooth: bool = True

    @cached_property
    def value_tape(self) -> Tape:
        """f as a program; its input is z."""
        return tape(self.value, ("t",))

    @cached_property
    def slope_tape(self) -> Tape:
        """f′ as a program; its inputs are z and h."""
        return tape(self.slope, ("t", "h"))

    @property
    def needs_z(self) -> bool:
        """Whether the slope reads z, so that z must not share h's buffer."""
        return self.slope_tape.uses(0)

    def apply_program(self, z: Buffer, h: Buffer) -> Program:
        """The calls that write f(z) into h; h may be z."""
        return [] if z is h and self.value.op == "variable" else bind(self.value_tape, [z], h)

    def slope_program(self, z: Buffer, h: Buffer, d: Buffer) -> Program:
        """The calls that write f′(z) into d, from z (unless `needs_z` is false) and h = f(z)."""
        return bind(self.slope_tape, [z, h], d)

    def __call__(self, t: NDArray[Any]) -> NDArray[Any]:
        """f(t), elementwise, of t's shape and type."""
        h = np.empty_like(t)
        with np.errstate(all="ignore"):
            run(self.apply_program(t, h))
        return h

    def derivative(self, t: NDArray[Any]) -> NDArray[Any]:
        """f′(t), elementwise, of t's shape and type."""
        d = np.empty_like(t)
        with np.errstate(all="ignore"):
            run(self.slope_program(t, self(t), d))
        return d


def _row(name: str, sentence: str, value: str, slope: str, formula: str, **more: Any) -> Activation:
    return Activation(name, sentence, parse_own(value, "t"), parse_own(slope, "t", "h"), formula, **more)


def _gelu(t: str) -> str:
    """2u for GELU's u = √(2/π)(t + 0.044715 t³)."""
    return f"(1.5957691216057308*({t} + 0.044715*{t}**3))"


_SELU = (1.0507009873554805, 1.6732632423543772)  # λ and α of Klambauer et al. 2017
# Where t itself is a factor of a product that vanishes far out, it is held where the product is 0 already.
_HELD = "min(max(t, -800), 800)"

ACTIVATIONS: dict[str, Activation] = {
    "identity": _row("identity", "No non-linearity: layers collapse into one linear map.", "t", "1", "t"),
    "sigmoid": _row(
        "sigmoid",
        "Squashes to (0, 1); saturates: its gradient vanishes far from 0.",
        "sigmoid(t)",
        "(1 - h)*h",
        r"\frac{1}{1 + e^{-t}}",
        bounds=(0.0, 1.0),
    ),
    "tanh": _row(
        "tanh",
        "Squashes to (−1, 1), centred on 0; saturates: its gradient vanishes far from 0.",
        "tanh(t)",
        "1 - h*h",
        r"\frac{e^t - e^{-t}}{e^t + e^{-t}}",
        bounds=(-1.0, 1.0),
    ),
    "relu": _row(
        "ReLU",
        "Passes a strong gradient for every positive t, none for negative t; bends the line once.",
        "max(t, 0)",
        "where(h > 0, 1, 0)",
        r"\max(0, t)",
        bounds=(0.0, np.inf),
        kinked=True,
        smooth=False,
    ),
    "leaky_relu": _row(
        "leaky ReLU",
        "ReLU with a slope of 0.01 below 0: no unit dies for good (Maas et al. 2013).",
        "max(t, 0.01*t)",
        "where(t > 0, 1, 0.01)",
        r"\max(t, 0.01\,t)",
        kinked=True,
        smooth=False,
    ),
    "elu": _row(
        "ELU",
        "Linear above 0, saturates smoothly at −1 below (Clevert et al. 2016).",
        "where(t > 0, t, expm1(min(t, 0)))",
        "where(t > 0, 1, exp(min(t, 0)))",
        r"t \text{ if } t > 0, \text{ else } e^t - 1",
        bounds=(-1.0, np.inf),
    ),
    "selu": _row(
        "SELU",
        "ELU scaled so that layers keep mean 0 and variance 1 by themselves (Klambauer et al. 2017).",
        f"where(t > 0, {_SELU[0]}*t, {_SELU[0] * _SELU[1]}*expm1(min(t, 0)))",
        f"where(t > 0, {_SELU[0]}, {_SELU[0] * _SELU[1]}*exp(min(t, 0)))",
        r"1.0507\,(t \text{ if } t > 0, \text{ else } 1.6733\,(e^t - 1))",
        bounds=(-_SELU[0] * _SELU[1], np.inf),
        smooth=False,
    ),
    "gelu": _row(
        "GELU",
        "t times the chance that a normal number is below t, by its tanh form (Hendrycks & Gimpel 2016).",
        # (1 + tanh u)/2 is σ(2u), which keeps its accuracy where it is small.
        f"max(t, -100)*sigmoid({_gelu('max(t, -100)')})",
        "sigmoid({u}) + {t}*sigmoid({u})*(1 - sigmoid({u}))*1.5957691216057308*(1 + 0.134145*{t}**2)".format(
            u=_gelu("min(max(t, -100), 100)"), t="min(max(t, -100), 100)"
        ),
        r"\frac{t}{2}(1 + \tanh(\sqrt{2/\pi}\,(t + 0.044715\,t^3)))",
        bounds=(-0.17004075057125425, np.inf),
    ),
    "silu": _row(
        "SiLU",
        "t·σ(t), also called swish: a smooth ReLU with a dip below 0 (Elfwing et al. 2018).",
        "max(t, -800)*sigmoid(t)",
        f"sigmoid(t)*(1 + {_HELD}*(1 - sigmoid(t)))",
        r"\frac{t}{1 + e^{-t}}",
        bounds=(-0.2784645427610738, np.inf),
    ),
    "softplus": _row(
        "softplus",
        "A smooth ReLU, nowhere 0; its slope is the sigmoid.",
        "max(t, 0) + log1p(exp(-abs(t)))",
        "sigmoid(t)",
        r"\log(1 + e^t)",
        bounds=(0.0, np.inf),
    ),
    "softsign": _row(
        "softsign",
        "Squashes to (−1, 1) like tanh, but saturates slowly, as 1/t².",
        "min(max(t, -1e300), 1e300)/(1 + abs(min(max(t, -1e300), 1e300)))",
        "(1 - abs(h))**2",
        r"\frac{t}{1 + |t|}",
        bounds=(-1.0, 1.0),
    ),
    "sin": _row(
        "sine", "Waves: a hidden layer is a sum of oscillations.", "sin(t)", "cos(t)", r"\sin(t)", bounds=(-1.0, 1.0)
    ),
    "gaussian": _row(
        "Gaussian",
        "A bump: answers only near 0, and forgets what is far.",
        "exp(-t*t)",
        "-2*min(max(t, -40), 40)*h",
        r"e^{-t^2}",
        bounds=(0.0, 1.0),
    ),
    "square": _row(
        "square",
        "A polynomial: with it, no width makes a 2-layer net more than a parabola.",
        "t*t",
        "2*t",
        "t^2",
        bounds=(0.0, np.inf),
    ),
    "cube": _row(
        "cube",
        "A polynomial: with it, no width makes a 2-layer net more than a cubic.",
        "t*t*t",
        "3*t*t",
        "t^3",
    ),
}


def activation_named(name: object) -> Activation:
    """The row of an id: one of ACTIVATIONS, or "formula:" and a formula in t.

    Raises UserError for an unknown id; FormulaError, with its position, for a text that is no formula, and for a
    formula that is not finite, or has no finite slope, on all of [−10, 10].
    """
    if isinstance(name, str) and name.startswith(OWN):
        return _own(name.removeprefix(OWN).strip())
    if not isinstance(name, str) or name not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise UserError(f"Unknown activation {shown(name)}; there are {known}, and own ones as {OWN}t*exp(-t*t).")
    return ACTIVATIONS[name]


@lru_cache(maxsize=64)
def _own(text: str) -> Activation:
    value = parse(text, ("t",))
    check_activation(value)
    sentence = f"Your own: f(t) = {text}, f′ by exact differentiation."
    corners = any(node.op in ("abs", "max", "min", "where") for node in value.walk())
    return Activation(text, sentence, value, derivative(value, "t"), latex(value), smooth=not corners)
