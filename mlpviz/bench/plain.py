"""The training loop one would write first: lists of W and b, `@`, and new arrays in every step."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network


class PlainLoop:
    """Trains tanh networks with the squared or the softmax loss by SGD or Adam, rows in their order."""

    def __init__(self, network: Network, config: TrainingConfig, X: Array, y: Array, theta: Array) -> None:
        parts = layout(network.sizes).weights(theta)
        self.W = [W.T.copy() for W, _ in parts]
        self.b = [b.copy() for _, b in parts]
        self.x, self.y = X, y
        self.softmax = network.loss == "softmax"
        self.adam, self.rate = config.optimizer == "adam", config.learning_rate
        self.batch = min(config.batch_size or len(X), len(X))
        self.m, self.v = ([np.zeros_like(p) for p in self.W + self.b] for _ in range(2))
        self.t = 0

    def epochs(self, n: int) -> None:
        """Train for n epochs."""
        for _ in range(n):
            for start in range(0, len(self.x), self.batch):
                self._step(self.x[start : start + self.batch], self.y[start : start + self.batch])

    def _step(self, x: Array, y: Array) -> None:
        W, b, last = self.W, self.b, len(self.W) - 1
        h: list[Any] = [x]
        for k in range(last + 1):
            z = h[-1] @ W[k] + b[k]
            h.append(np.tanh(z) if k < last else z)
        d = (self._output(h[-1]) - y) / len(y)
        gW: list[Any] = [None] * (last + 1)
        gb: list[Any] = [None] * (last + 1)
        for k in range(last, -1, -1):
            gW[k], gb[k] = h[k].T @ d, d.sum(axis=0)
            if k:
                d = (d @ W[k].T) * (1 - h[k] * h[k])
        self._update(W + b, gW + gb)

    def _output(self, z: Any) -> Any:
        if not self.softmax:
            return z
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def _update(self, parameters: list[Any], gradients: list[Any]) -> None:
        if not self.adam:
            for p, g in zip(parameters, gradients, strict=True):
                p -= self.rate * g
            return
        self.t += 1
        c1, c2 = 1 - 0.9**self.t, 1 - 0.999**self.t
        for p, g, m, v in zip(parameters, gradients, self.m, self.v, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= self.rate / c1 * m / (np.sqrt(v / c2) + 1e-8)

    def theta(self) -> Array:
        """θ in mlpviz's layout."""
        parts = [np.concatenate([W.T, b[:, None]], axis=1).ravel() for W, b in zip(self.W, self.b, strict=True)]
        return np.concatenate(parts)
