"""What the first layer sees: features of the raw inputs, standardised where that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.nn.formula.nodes import Node
from mlpviz.nn.formula.parse import parse
from mlpviz.nn.formula.program import evaluate
from mlpviz.nn.layout import Array

if TYPE_CHECKING:
    from mlpviz.nn.spec import Network

# The mean and the deviation of one feature over the training rows; a deviation of 0 marks a constant.
Standard = tuple[float, float]
MAX_FEATURES = 64
_LINEAR = re.compile(r"x([1-9]\d{0,4})")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def variables(inputs: int) -> tuple[str, ...]:
    """What the raw inputs are called in a feature's formula: x1, x2, …; a single one also x."""
    names = tuple(f"x{index + 1}" for index in range(inputs))
    return (*names, "x") if inputs == 1 else names


@lru_cache(maxsize=512)
def feature(text: str, inputs: int) -> Node:
    """The formula of a feature such as "x1", "x1^2", "x1*x2", "sin(x1)". Raises FormulaError, naming it."""
    try:
        return parse(text, variables(inputs))
    except UserError as error:
        error.args = (f"The feature {shown(text)}: {error}",)
        raise


def check_features(features: tuple[str, ...], inputs: int) -> None:
    """Raise UserError unless every feature is a formula of the inputs, and none stands twice."""
    if len(features) > MAX_FEATURES:
        raise UserError(f"A network takes at most {MAX_FEATURES} features, not {len(features):,}.")
    for place, text in enumerate(features):
        if not isinstance(text, str):
            raise UserError(f"A feature is a formula such as x1^2, not {shown(text)}.")
        feature(text, inputs)
        if text in features[:place]:
            raise UserError(f"The feature {shown(text)} is given twice.")


def linear(text: str) -> int | None:
    """The index of the input that a feature is itself ("x2" → 1), None for any other feature."""
    match = _LINEAR.fullmatch(text)
    return 0 if text == "x" else int(match[1]) - 1 if match else None


def feature_names(network: Network) -> tuple[str, ...]:
    """A word for each feature: the data's names for plain inputs, else the formula with subscripts."""
    if not network.features:
        return network.input_names
    words = []
    for text in network.features:
        index = linear(text)
        if index is not None and network.input_names:
            words.append(network.input_names[index])
        else:
            pretty = re.sub(r"x(\d+)", lambda match: f"x{match[1].translate(_SUBSCRIPTS)}", text)
            words.append(re.sub(r"(\^|\*\*)2\b", "²", pretty).replace("*", "·"))
    return tuple(words)


def mapped(network: Network, X: NDArray[Any]) -> NDArray[Any]:
    """The features of X (rows, inputs), not standardised: (rows, network.fan_in); X itself where there are none."""
    if not network.features:
        return X
    # Only the inputs that occur are handed over.
    columns = []
    for text in network.features:
        index = linear(text)
        if index is not None:
            columns.append(X[:, index])
            continue
        node = feature(text, network.inputs)
        used = {name: X[:, (linear(name) or 0)] for name in node.variables()}
        columns.append(evaluate(node, used))
    return np.stack(columns, axis=1)


def prepared(network: Network, X: NDArray[Any]) -> NDArray[Any]:
    """What the first layer gets for X (rows, inputs): features, standardised if so specified: (rows, fan_in)."""
    values = mapped(network, X)
    if not network.standard:
        return values
    means, factors = factors_of(network.standard)
    result: NDArray[Any] = (values - means) * factors
    return result


def factors_of(standard: Iterable[Standard]) -> tuple[Array, Array]:
    """μ and 1/σ of every feature, (fan_in,) each; 0 instead of 1/σ for a constant, which leaves it at 0."""
    means, deviations = np.array(list(standard)).T
    with np.errstate(divide="ignore"):
        return means, np.where(deviations > 0, 1.0 / deviations, 0.0)


def standard_of(values: Array) -> tuple[Standard, ...]:
    """μ and σ (population) of every column of the training rows' features (rows, fan_in); σ = 0 for a constant."""
    size = np.maximum(np.abs(values).max(axis=0), 1e-300)
    scaled = values / size
    means, deviations = scaled.mean(axis=0), scaled.std(axis=0)
    constant = values.min(axis=0) == values.max(axis=0)
    means = np.where(constant, values[0], means * size)
    deviations = np.where(constant, 0.0, np.maximum(deviations * size, 5e-324))
    return tuple(zip(means.tolist(), deviations.tolist(), strict=True))


def check_finite(network: Network, values: Array) -> None:
    """Raise UserError, naming feature and row, unless every feature is finite; values (rows, fan_in)."""
    if np.isfinite(values).all():
        return
    row, column = (int(index) for index in np.argwhere(~np.isfinite(values))[0])
    raise UserError(
        f"The feature {shown(network.features[column])} is not finite for row {row + 1:,} of the data; choose another."
    )
