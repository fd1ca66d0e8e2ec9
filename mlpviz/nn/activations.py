"""The activation functions f: R → R, one row each. Everything that offers an activation derives from this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.calls import Buffer, Program, run, scalar


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation.

    Attributes:
        name: the word the window shows.
        formula: f(t) in LaTeX.
        sentence: what it is good for or known for, for a tooltip.
        apply: `apply(z, h)` → the calls that write f(z) into h; z is kept; z may be h.
        slope: `slope(z, h, d)` → the calls that write f′(z) into d, from z (kept by `apply`) and h = f(z).
            All three have one shape; d is neither z nor h.
        bounds: the range of f, infinite where it is unbounded.
        kinked: f is piecewise linear, with one kink at 0.
        needs_z: `slope` reads z, so that z must not share h's buffer.
    """

    name: str
    formula: str
    sentence: str
    apply: Callable[[Buffer, Buffer], Program]
    slope: Callable[[Buffer, Buffer, Buffer], Program]
    bounds: tuple[float, float] = (-np.inf, np.inf)
    kinked: bool = False
    needs_z: bool = False

    def __call__(self, t: NDArray[Any]) -> NDArray[Any]:
        """f(t), elementwise, of t's shape and type."""
        h = np.empty_like(t)
        with np.errstate(all="ignore"):
            run(self.apply(t, h))
        return h

    def derivative(self, t: NDArray[Any]) -> NDArray[Any]:
        """f′(t), elementwise, of t's shape and type."""
        d = np.empty_like(t)
        with np.errstate(all="ignore"):
            run(self.slope(t, self(t), d))
        return d


def _identity(z: Buffer, h: Buffer) -> Program:
    return [] if z is h else [partial(np.copyto, h, z)]


def _identity_slope(z: Buffer, h: Buffer, d: Buffer) -> Program:
    return [partial(d.fill, 1.0)]


def _sigmoid(z: Buffer, h: Buffer) -> Program:
    # e^−z = ∞ gives the limit 0, and small values keep their relative accuracy.
    one = scalar(1.0, h)
    return [
        partial(np.negative, z, h),
        partial(np.exp, h, h),
        partial(np.add, h, one, h),
        partial(np.divide, one, h, h),
    ]


def _sigmoid_slope(z: Buffer, h: Buffer, d: Buffer) -> Program:
    return [partial(np.subtract, scalar(1.0, h), h, d), partial(np.multiply, d, h, d)]


def _tanh(z: Buffer, h: Buffer) -> Program:
    return [partial(np.tanh, z, h)]


def _tanh_slope(z: Buffer, h: Buffer, d: Buffer) -> Program:
    return [partial(np.multiply, h, h, d), partial(np.subtract, scalar(1.0, h), d, d)]


def _relu(z: Buffer, h: Buffer) -> Program:
    return [partial(np.maximum, z, scalar(0.0, h), out=h)]


def _relu_slope(z: Buffer, h: Buffer, d: Buffer) -> Program:
    return [partial(np.greater, h, scalar(0.0, h), d, casting="unsafe")]


ACTIVATIONS: dict[str, Activation] = {
    "identity": Activation(
        "identity",
        "t",
        "No non-linearity: layers collapse into one linear map.",
        _identity,
        _identity_slope,
    ),
    "sigmoid": Activation(
        "sigmoid",
        r"\frac{1}{1 + e^{-t}}",
        "Squashes to (0, 1); saturates: its gradient vanishes far from 0.",
        _sigmoid,
        _sigmoid_slope,
        bounds=(0.0, 1.0),
    ),
    "tanh": Activation(
        "tanh",
        r"\frac{e^t - e^{-t}}{e^t + e^{-t}}",
        "Squashes to (−1, 1), centred on 0; saturates: its gradient vanishes far from 0.",
        _tanh,
        _tanh_slope,
        bounds=(-1.0, 1.0),
    ),
    "relu": Activation(
        "ReLU",
        r"\max(0, t)",
        "Passes a strong gradient for every positive t, none for negative t; bends the line once.",
        _relu,
        _relu_slope,
        bounds=(0.0, np.inf),
        kinked=True,
    ),
}
