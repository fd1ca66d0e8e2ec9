"""The losses ℓ(ỹ, y), one row each; L is their mean over examples. Arrays are feature-first: (outputs, rows)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        delta: ỹ, y → ∂ℓ/∂ỹ (m, n), not yet divided by the number of examples.
    """

    name: str
    formula: str
    output: str
    sentence: str
    tasks: tuple[str, ...]
    predict: Callable[[Values], Values]
    each: Callable[[Values, Values], Values]
    delta: Callable[[Values, Values], Values]


def sigmoid(t: Values) -> Values:
    """σ(t) = ½ + ½ tanh(t/2): exact in both tails' limits, never overflowing."""
    return 0.5 + 0.5 * np.tanh(0.5 * t)


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
    each: Values = np.log(np.sum(np.exp(shifted), axis=0)) * np.sum(y, axis=0) - np.sum(y * shifted, axis=0)
    return each


LOSSES: dict[str, Loss] = {
    "squared": Loss(
        "squared",
        r"\frac{1}{2}\|\hat{y} - y\|^2",
        r"\tilde{y}",
        "For numbers (regression); for classes it pulls ỹ to the labels.",
        ("binary", "classes", "regression"),
        predict=lambda t: t,
        each=lambda t, y: 0.5 * np.sum((t - y) ** 2, axis=0),
        delta=lambda t, y: t - y,
    ),
    "logistic": Loss(
        "logistic",
        r"\log(1 + e^{-y\tilde{y}})",
        r"\sigma(\tilde{y})",
        "For two classes y = ±1: ŷ is the probability of +1.",
        ("binary",),
        predict=sigmoid,
        each=lambda t, y: np.sum(_log_one_plus_exp(-y * t), axis=0),
        delta=lambda t, y: -y * sigmoid(-y * t),
    ),
    "softmax": Loss(
        "softmax",
        r"-\sum_i y_i \log \hat{y}_i",
        r"\frac{e^{\tilde{y}_i}}{\sum_j e^{\tilde{y}_j}}",
        "Cross-entropy for any number of classes: ŷ is a distribution over them.",
        ("binary", "classes"),
        predict=_softmax,
        each=_softmax_each,
        delta=lambda t, y: _softmax(t) * np.sum(y, axis=0) - y,
    ),
}
