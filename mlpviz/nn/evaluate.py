"""What a network computes: every z⁽ˡ⁾ and h⁽ˡ⁾, ỹ, ŷ, the loss and its gradient. Written for clarity and any dtype.

The trainer has its own straight-line programs for speed; both use the rows of the activation and loss tables, and the
tests hold them against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.activations import activation_named
from mlpviz.nn.features import prepared
from mlpviz.nn.layout import layout
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Network

Values = NDArray[Any]
# Rows evaluated at a time, so that a million rows through wide layers stay within some tens of megabytes.
CHUNK_VALUES = 4_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Forward:
    """One forward pass, arrays of shape (rows, units).

    Attributes:
        z: pre-activations z⁽¹⁾ … , the last is ỹ.
        h: activations h⁽¹⁾ … of the hidden layers.
        logits: ỹ.
        output: ŷ.
    """

    z: tuple[Values, ...]
    h: tuple[Values, ...]
    logits: Values
    output: Values


def passes(network: Network, theta: Values, X: Values) -> tuple[list[Values], list[Values]]:
    """z of every layer and h of every hidden one, feature-first (units, rows), for prepared X (rows, fan_in)."""
    h: Values = X.T
    z_all, h_all = [], []
    weights = layout(network.sizes).weights(theta)
    for index, (W, b) in enumerate(weights):
        z = W @ h + b[:, None]
        z_all.append(z)
        if index < len(network.hidden):
            h = activation_named(network.hidden[index].activation)(z)
            h_all.append(h)
    return z_all, h_all


def output(network: Network, t: Values) -> Values:
    """ŷ for ỹ, feature-first (outputs, rows)."""
    return np.tanh(t) if network.output_activation == "tanh" else LOSSES[network.loss].predict(t)


def each_loss(network: Network, t: Values, y: Values) -> Values:
    """ℓ of every example, (rows,), for ỹ and y, feature-first (outputs, rows)."""
    row = LOSSES[network.loss]
    return row.each(output(network, t) if row.on_output else t, y)


def output_delta(network: Network, t: Values, y: Values) -> Values:
    """∂ℓ/∂ỹ of every example for ỹ and y, all feature-first (outputs, rows)."""
    row = LOSSES[network.loss]
    if network.output_activation == "identity" or not row.on_output:
        return row.delta(t, y)
    value = output(network, t)
    return row.delta(value, y) * (1.0 - value * value)


def forward(network: Network, theta: Values, X: Values) -> Forward:
    """Every intermediate value for the rows of X (rows, inputs)."""
    with np.errstate(all="ignore"):
        return forward_prepared(network, theta, prepared(network, X))


def forward_prepared(network: Network, theta: Values, X: Values) -> Forward:
    """Every intermediate value for what the first layer sees, X (rows, fan_in)."""
    with np.errstate(all="ignore"):
        z, h = passes(network, theta, X)
        found = output(network, z[-1])
    return Forward(tuple(v.T for v in z), tuple(v.T for v in h), z[-1].T, found.T)


def _chunks(network: Network, rows: int) -> list[slice]:
    size = max(1, CHUNK_VALUES // max(network.sizes))
    return [slice(start, start + size) for start in range(0, rows, size)] or [slice(0, 0)]


def logits(network: Network, theta: Values, X: Values) -> Values:
    """ỹ (rows, outputs), keeping nothing else."""
    with np.errstate(all="ignore"):
        chunks = _chunks(network, len(X))
        parts = [passes(network, theta, prepared(network, X[rows]))[0][-1] for rows in chunks]
    return np.concatenate(parts, axis=1).T


def predict(network: Network, theta: Values, X: Values) -> Values:
    """ŷ (rows, outputs)."""
    with np.errstate(all="ignore"):
        return output(network, logits(network, theta, X).T).T


def loss(network: Network, theta: Values, X: Values, y: Values) -> Any:
    """L, the mean of ℓ over the rows; y as `Dataset.targets(network.loss)` gives it, (rows, outputs)."""
    with np.errstate(all="ignore"):
        return np.mean(each_loss(network, logits(network, theta, X).T, y.T))


def penalty(network: Network, theta: Values, l1: float, l2: float) -> Any:
    """λ₁‖W‖₁ + ½λ₂‖W‖² over all weights, biases left out."""
    total: Any = 0.0
    with np.errstate(all="ignore"):
        for W, _ in layout(network.sizes).weights(theta):
            total += l1 * np.sum(np.abs(W)) + 0.5 * l2 * np.sum(W * W)
    return total


def penalty_gradient(network: Network, theta: Values, l1: float, l2: float) -> Values:
    """The penalty's gradient, flat as θ; that of |w| at 0 is 0."""
    flat = np.zeros_like(theta)
    plan = layout(network.sizes)
    with np.errstate(all="ignore"):
        for (dW, _), (W, _) in zip(plan.weights(flat), plan.weights(theta), strict=True):
            dW += l1 * np.sign(W) + l2 * W
    return flat


def gradient(network: Network, theta: Values, X: Values, y: Values, l1: float = 0.0, l2: float = 0.0) -> Values:
    """∇_θ of L plus the penalty, flat as θ. Backpropagation: Rumelhart, Hinton & Williams 1986."""
    plan = layout(network.sizes)
    flat = np.empty_like(theta)
    parts, weights = plan.weights(flat), plan.weights(theta)
    with np.errstate(all="ignore"):
        seen = prepared(network, X)
        z, h = passes(network, theta, seen)
        delta = output_delta(network, z[-1], y.T) / len(X)
        for index in range(plan.layers - 1, -1, -1):
            source = h[index - 1] if index else seen.T
            parts[index][0][...] = delta @ source.T
            parts[index][1][...] = delta.sum(axis=1)
            if index:
                row = activation_named(network.hidden[index - 1].activation)
                delta = (weights[index][0].T @ delta) * row.derivative(z[index - 1])
    return flat + penalty_gradient(network, theta, l1, l2) if l1 or l2 else flat


def accuracy(network: Network, theta: Values, X: Values, y: Values) -> float:
    """The share of rows whose class is right: by the sign of ỹ for one output, by the largest ỹ for more."""
    return correct(logits(network, theta, X).T, y.T)


def correct(values: Values, y: Values) -> float:
    """The share of columns of ỹ (outputs, rows) that name the class that y has. One output: ỹ = 0 counts as −1."""
    if len(y) == 1:
        return float(np.mean((values[0] > 0) == (y[0] > 0)))
    return float(np.mean(values.argmax(axis=0) == y.argmax(axis=0)))
