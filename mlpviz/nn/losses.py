"""The losses ℓ(ỹ, y), one row each; L is their mean over examples. Arrays are feature-first: (outputs, rows)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.calls import Buffer, Program, run, scalar

Values = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss.

    Attributes:
        name: the word the window shows.
        formula: ℓ in LaTeX.
        output: ŷ in LaTeX, as a function of ỹ.
        sentence: when to use it.
        tasks: the kinds of target it takes: "binary" (y = ±1), "classes" (one-hot), "regression".
        predict: ỹ (m, n) → ŷ (m, n).
        each: ỹ, y → ℓ of every example, (n,).
        delta_program: `(ỹ, y, d, s)` → the calls that write s · ∂ℓ/∂ỹ into d, all (m, n).
    """

    name: str
    formula: str
    output: str
    sentence: str
    tasks: tuple[str, ...]
    predict: Callable[[Values], Values]
    each: Callable[[Values, Values], Values]
    delta_program: Callable[[Buffer, Buffer, Buffer, float], Program]

    def delta(self, t: Values, y: Values) -> Values:
        """∂ℓ/∂ỹ (m, n), not divided by the number of examples."""
        d = np.empty_like(t)
        with np.errstate(all="ignore"):
            run(self.delta_program(t, y, d, 1.0))
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


def _squared_delta(t: Buffer, y: Buffer, d: Buffer, s: float) -> Program:
    return [partial(np.subtract, t, y, d), partial(np.multiply, d, scalar(s, d), d)]


def _logistic_delta(t: Buffer, y: Buffer, d: Buffer, s: float) -> Program:
    # −y/(1 + e^(yỹ)) keeps its relative accuracy where the example is right by far.
    return [
        partial(np.multiply, t, y, d),
        partial(np.exp, d, d),
        partial(np.add, d, scalar(1.0, d), d),
        partial(np.divide, y, d, d),
        partial(np.multiply, d, scalar(-s, d), d),
    ]


def _softmax_delta(t: Buffer, y: Buffer, d: Buffer, s: float) -> Program:
    column = np.empty(t.shape[1], dtype=t.dtype)
    return [
        partial(np.maximum.reduce, t, 0, None, column),
        partial(np.subtract, t, column, d),
        partial(np.exp, d, d),
        partial(np.add.reduce, d, 0, None, column),
        partial(np.divide, d, column, d),
        partial(np.subtract, d, y, d),
        partial(np.multiply, d, scalar(s, d), d),
    ]


LOSSES: dict[str, Loss] = {
    "squared": Loss(
        "squared",
        r"\frac{1}{2}\|\hat{y} - y\|^2",
        r"\tilde{y}",
        "For numbers (regression); for classes it pulls ỹ to the labels.",
        ("binary", "classes", "regression"),
        predict=lambda t: t,
        each=lambda t, y: 0.5 * np.sum((t - y) ** 2, axis=0),
        delta_program=_squared_delta,
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
    ),
}
