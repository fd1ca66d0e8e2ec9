"""Where in a network the first number that is not finite stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlpviz.nn.evaluate import each_loss, forward_prepared, gradient
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def upper(index: int) -> str:
    """A layer's number as the lecture writes it: 2 → "⁽²⁾"."""
    return f"⁽{str(index).translate(_SUPERSCRIPTS)}⁾"


def first_non_finite(network: Network, theta: Array, X: Array, y: Array) -> str:
    """The first quantity, in the order of computation, that is not finite: "z⁽²⁾", "ỹ", "L", "∂L/∂W⁽¹⁾".

    X is what the first layer sees, (rows, fan_in).
    """
    # Its input is prepared already.
    network = replace(network, inputs=network.fan_in, features=(), standard=(), input_names=())
    pass_ = forward_prepared(network, theta, X)
    for index, z in enumerate(pass_.z):
        if not np.isfinite(z).all():
            return f"z{upper(index + 1)}" if index < len(network.hidden) else "ỹ"
        if index < len(network.hidden) and not np.isfinite(pass_.h[index]).all():
            return f"h{upper(index + 1)}"
    if not np.isfinite(np.mean(each_loss(network, pass_.logits.T, y.T))):
        return "L"
    parts = layout(network.sizes).weights(gradient(network, theta, X, y))
    for index in range(len(parts) - 1, -1, -1):
        if not all(np.isfinite(part).all() for part in parts[index]):
            return f"∂L/∂W{upper(index + 1)}"
    return "θ after the update"
