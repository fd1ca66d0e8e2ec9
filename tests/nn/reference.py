"""Two references for gradients, independent of the engine's rows: the autograd package, and the complex step."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from mlpviz.nn.evaluate import loss
from mlpviz.nn.layout import layout
from tests.nn.networks import OWN, Case

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import autograd.numpy as anp
    from autograd import grad

STEP = 1e-30
LAMBDA, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


def elu(t: Any) -> Any:
    """ELU with α = 1; the branch not taken must not overflow."""
    return anp.where(t > 0, t, anp.exp(anp.minimum(t, 0)) - 1)


# Written here anew from the published formulas.
ACTIVATIONS: dict[str, Any] = {
    "identity": lambda t: t,
    "sigmoid": lambda t: 1 / (1 + anp.exp(-t)),
    "tanh": anp.tanh,
    "relu": lambda t: anp.where(t > 0, t, 0.0),
    "leaky_relu": lambda t: anp.where(t > 0, t, 0.01 * t),
    "elu": elu,
    "selu": lambda t: LAMBDA * anp.where(t > 0, t, ALPHA * (anp.exp(anp.minimum(t, 0)) - 1)),
    "gelu": lambda t: 0.5 * t * (1 + anp.tanh(anp.sqrt(2 / anp.pi) * (t + 0.044715 * t**3))),
    "silu": lambda t: t / (1 + anp.exp(-t)),
    "softplus": lambda t: anp.logaddexp(0.0, t),
    "softsign": lambda t: t / (1 + anp.abs(t)),
    "sin": anp.sin,
    "gaussian": lambda t: anp.exp(-(t**2)),
    "square": lambda t: t**2,
    "cube": lambda t: t**3,
    OWN[0]: lambda t: t * anp.exp(-t * t),
    OWN[1]: lambda t: anp.where(t > 0, anp.sin(t), t / (1 + anp.abs(t))),
    OWN[2]: lambda t: anp.log(1 + t**2) + anp.where(t > -0.3, t, -0.3),
}


def each(name: str, squash: bool, t: Any, y: Any) -> Any:
    """ℓ of every row, (rows,), for ỹ (rows, outputs)."""
    value = anp.tanh(t) if squash else t
    r = value - y
    size = anp.abs(r)
    if name == "squared":
        return 0.5 * anp.sum(r**2, axis=1)
    if name == "absolute":
        return anp.sum(size, axis=1)
    if name == "huber":
        return anp.sum(anp.where(size <= 1, 0.5 * r**2, size - 0.5), axis=1)
    if name == "logistic":
        return anp.sum(anp.logaddexp(0.0, -y * t), axis=1)
    if name == "hinge":
        return anp.sum(anp.where(y * t < 1, 1 - y * t, 0.0), axis=1)
    shifted = t - anp.max(t, axis=1, keepdims=True)
    return anp.log(anp.sum(anp.exp(shifted), axis=1)) - anp.sum(y * shifted, axis=1)


def objective(c: Case, l1: float, l2: float, weights: Any = 1.0) -> Any:
    """L plus penalty as a function of θ that autograd can differentiate."""
    plan, network = layout(c.network.sizes), c.network

    def value(theta: Any) -> Any:
        h, total = c.X, 0.0
        for index, ((rows, columns), start) in enumerate(zip(plan.shapes, plan.offsets, strict=True)):
            matrix = anp.reshape(theta[start : start + rows * columns], (rows, columns))
            W = matrix[:, :-1]
            total = total + l1 * anp.sum(anp.abs(W)) + 0.5 * l2 * anp.sum(W**2)
            z = anp.dot(h, W.T) + matrix[:, -1]
            h = ACTIVATIONS[network.hidden[index].activation](z) if index < len(network.hidden) else z
        return anp.mean(weights * each(network.loss, network.output_activation == "tanh", h, c.y)) + total

    return value


def by_autograd(c: Case, l1: float = 0.0, l2: float = 0.0, weights: Any = 1.0) -> np.ndarray:
    """∇_θ by automatic differentiation."""
    with np.errstate(over="ignore"):  # autograd's tanh goes through cosh
        found: np.ndarray = grad(objective(c, l1, l2, weights))(c.theta)
    return found


def by_complex_step(c: Case, l1: float, l2: float) -> np.ndarray:
    """∂/∂θᵢ as Im f(θ + ih)/h: exact to rounding (Squire & Trapp 1998)."""
    result = np.empty(c.network.size)
    for index in range(c.network.size):
        theta = c.theta.astype(complex)
        theta[index] += 1j * STEP
        smooth_penalty = sum(
            l1 * np.sum(np.where(W.real < 0, -W, W)) + 0.5 * l2 * np.sum(W * W)
            for W, _ in layout(c.network.sizes).weights(theta)
        )
        result[index] = (loss(c.network, theta, c.X, c.y) + smooth_penalty).imag / STEP
    return result
