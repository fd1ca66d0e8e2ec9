"""The losses ℓ, one row each; L is their mean over examples. Arrays are feature-first: (outputs, rows)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.calls import Buffer, Program, run, scalar

Values = NDArray[Any]
EVERY_TASK = ("binary", "classes", "regression")
HUBER_DELTA = 1.0


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss.

    Attributes:
        name: the word the window shows.
        formula: ℓ in LaTeX.
        output: ŷ in LaTeX, as a function of ỹ; where it is ỹ, the network's output activation may make it tanh ỹ.
        sentence: when to use it.
        tasks: the kinds of target it takes: "binary" (y = ±1), "classes" (one-hot), "regression".
        predict: ỹ (m, n) → ŷ (m, n), before the output activation.
        each: t, y → ℓ of every example, (n,); t is ŷ where `on_output`, else ỹ.
        delta_program: `(t, y, d, s)` → the calls that write s · ∂ℓ/∂t into d, all (m, n); s is (1,) or (n,) or 0-d.
        on_output: ℓ is a function of ŷ, output activation included; else of ỹ.
        own_output: ŷ is fixed by the loss, and no output activation goes with it.
        smooth: ∂ℓ/∂t is continuous.
    """

    name: str
    formula: str
    output: str
    sentence: str
    tasks: tuple[str, ...]
    predict: Callable[[Values], Values]
    each: Callable[[Values, Values], Values]
    delta_program: Callable[[Buffer, Buffer, Buffer, Buffer], Program]
    on_output: bool = False
    own_output: bool = False
    smooth: bool = True

    def delta(self, t: Values, y: Values) -> Values:
        """∂ℓ/∂t (m, n), not divided by the number of examples."""
        d = np.empty_like(t)
        with np.errstate(all="ignore"):
            run(self.delta_program(t, y, d, scalar(1.0, d)))
        return d


def sigmoid(t: Values) -> Values:
    """σ(t) = 1/(1 + e^−t); e^−t = ∞ gives the limit 0."""
    with np.errstate(over="ignore"):
        value: Values = 1.0 / (1.0 + np.exp(-t))
    return value


def _log_one_plus_exp(t: Values) -> Values:
    large = np.where(np.real(t) > 0, t, 0)
    value: Values = large + np.log1p(np.exp(np.where(np.real(t) > 0, -t, t)))
    return value


def _softmax(t: Values) -> Values:
    e = np.exp(t - np.max(np.real(t), axis=0))
    share: Values = e / np.sum(e, axis=0)
    return share


def _softmax_each(t: Values, y: Values) -> Values:
    shifted = t - np.max(np.real(t), axis=0)
    each: Values = np.log(np.sum(np.exp(shifted), axis=0)) - np.sum(y * shifted, axis=0)
    return each


def _huber_each(t: Values, y: Values) -> Values:
    size = np.abs(t - y)
    inner = np.minimum(size, HUBER_DELTA)
    each: Values = np.sum(inner * (size - 0.5 * inner), axis=0)
    return each


def _squared_delta(t: Buffer, y: Buffer, d: Buffer, s: Buffer) -> Program:
    return [partial(np.subtract, t, y, d), partial(np.multiply, d, s, d)]


def _absolute_delta(t: Buffer, y: Buffer, d: Buffer, s: Buffer) -> Program:
    return [partial(np.subtract, t, y, d), partial(np.sign, d, d), partial(np.multiply, d, s, d)]


def _huber_delta(t: Buffer, y: Buffer, d: Buffer, s: Buffer) -> Program:
    return [
        partial(np.subtract, t, y, d),
        partial(np.maximum, d, scalar(-HUBER_DELTA, d), out=d),
        partial(np.minimum, d, scalar(HUBER_DELTA, d), out=d),
        partial(np.multiply, d, s, d),
    ]


def _logistic_delta(t: Buffer, y: Buffer, d: Buffer, s: Buffer) -> Program:
    # y/(−1 − e^(yỹ)) keeps its relative accuracy where the example is right by far.
    return [
        partial(np.multiply, t, y, d),
        partial(np.exp, d, d),
        partial(np.subtract, scalar(-1.0, d), d, d),
        partial(np.divide, y, d, d),
        partial(np.multiply, d, s, d),
    ]


def _hinge_delta(t: Buffer, y: Buffer, d: Buffer, s: Buffer) -> Program:
    return [
        partial(np.multiply, t, y, d),
        partial(np.less, d, scalar(1.0, d), d, casting="unsafe"),
        partial(np.multiply, d, y, d),
        partial(np.negative, d, d),
        partial(np.multiply, d, s, d),
    ]


def _softmax_delta(t: Buffer, y: Buffer, d: Buffer, s: Buffer) -> Program:
    column = np.empty(t.shape[1], dtype=t.dtype)
    return [
        partial(np.maximum.reduce, t, 0, None, column),
        partial(np.subtract, t, column, d),
        partial(np.exp, d, d),
        partial(np.add.reduce, d, 0, None, column),
        partial(np.divide, d, column, d),
        partial(np.subtract, d, y, d),
        partial(np.multiply, d, s, d),
    ]


def _same(t: Values) -> Values:
    return t


LOSSES: dict[str, Loss] = {
    "squared": Loss(
        "squared",
        r"\frac{1}{2}\|\hat{y} - y\|^2",
        r"\tilde{y}",
        "For numbers (regression); for classes it pulls ŷ to the labels.",
        EVERY_TASK,
        predict=_same,
        each=lambda t, y: 0.5 * np.sum((t - y) ** 2, axis=0),
        delta_program=_squared_delta,
        on_output=True,
    ),
    "absolute": Loss(
        "absolute",
        r"\|\hat{y} - y\|_1",
        r"\tilde{y}",
        "For numbers with outliers: a far point pulls no harder than a near one.",
        EVERY_TASK,
        predict=_same,
        each=lambda t, y: np.sum(np.abs(t - y), axis=0),
        delta_program=_absolute_delta,
        on_output=True,
        smooth=False,
    ),
    "huber": Loss(
        "Huber",
        r"\frac{1}{2} r^2 \text{ if } |r| \leq 1, \text{ else } |r| - \frac{1}{2}; \; r = \hat{y} - y",
        r"\tilde{y}",
        "Squared near the target, absolute farther off than 1 (Huber 1964).",
        EVERY_TASK,
        predict=_same,
        each=_huber_each,
        delta_program=_huber_delta,
        on_output=True,
        smooth=False,
    ),
    "logistic": Loss(
        "logistic",
        r"\log(1 + e^{-y\tilde{y}})",
        r"\sigma(\tilde{y})",
        "For two classes y = ±1: ŷ is the probability of +1.",
        ("binary",),
        predict=sigmoid,
        each=lambda t, y: np.sum(_log_one_plus_exp(-y * t), axis=0),
        delta_program=_logistic_delta,
        own_output=True,
    ),
    "softmax": Loss(
        "softmax",
        r"-\sum_i y_i \log \hat{y}_i",
        r"\frac{e^{\tilde{y}_i}}{\sum_j e^{\tilde{y}_j}}",
        "Cross-entropy for any number of classes: ŷ is a distribution over them.",
        ("binary", "classes"),
        predict=_softmax,
        each=_softmax_each,
        delta_program=_softmax_delta,
        own_output=True,
    ),
    "hinge": Loss(
        "hinge",
        r"\max(0, 1 - y\tilde{y})",
        r"\tilde{y}",
        "For two classes y = ±1: no loss once an example is on its side by 1, as in support vector machines.",
        ("binary",),
        predict=_same,
        each=lambda t, y: np.sum(np.maximum(1 - y * t, 0), axis=0),
        delta_program=_hinge_delta,
        smooth=False,
    ),
}
OUTPUT_ACTIVATIONS = ("identity", "tanh")
