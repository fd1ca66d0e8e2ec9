"""The optimisers transcribed from their papers (in PyTorch's variants), one parameter at a time, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import gradient, loss, penalty
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.streams import key, order
from tests.nn.networks import Case

Vector = list[float]


def batches(c: Case, config: TrainingConfig, steps: int) -> Iterator[tuple[int, np.ndarray]]:
    """Epoch and row indices of each update by the documented rule: a permutation an epoch, the last batch short."""
    size, epoch = min(config.batch_size or len(c.X), len(c.X)), 0
    if OPTIMIZERS[config.optimizer].whole:
        size = len(c.X)
    while steps > 0:
        shuffled = config.shuffle and size < len(c.X)
        rows = order(key(config.seed, "order"), epoch, len(c.X)) if shuffled else np.arange(len(c.X))
        for start in range(0, len(c.X), size):
            if steps == 0:
                return
            yield epoch, rows[start : start + size]
            steps -= 1
        epoch += 1


def sgd(theta: Vector, g: Vector, m: Vector, v: Vector, t: int, rate: float) -> None:
    for i in range(len(theta)):
        theta[i] -= rate * g[i]


def momentum(theta: Vector, g: Vector, m: Vector, v: Vector, t: int, rate: float) -> None:
    for i in range(len(theta)):
        v[i] = 0.9 * v[i] + g[i]
        theta[i] -= rate * v[i]


def nesterov(theta: Vector, g: Vector, m: Vector, v: Vector, t: int, rate: float) -> None:
    for i in range(len(theta)):
        v[i] = 0.9 * v[i] + g[i]
        theta[i] -= rate * (g[i] + 0.9 * v[i])


def rmsprop(theta: Vector, g: Vector, m: Vector, v: Vector, t: int, rate: float) -> None:
    for i in range(len(theta)):
        v[i] = 0.99 * v[i] + (1 - 0.99) * g[i] ** 2
        theta[i] -= rate * g[i] / (math.sqrt(v[i]) + 1e-8)


def adagrad(theta: Vector, g: Vector, m: Vector, v: Vector, t: int, rate: float) -> None:
    for i in range(len(theta)):
        v[i] += g[i] ** 2
        theta[i] -= rate * g[i] / (math.sqrt(v[i]) + 1e-10)


def adam(theta: Vector, g: Vector, m: Vector, v: Vector, t: int, rate: float) -> None:
    for i in range(len(theta)):
        m[i] = 0.9 * m[i] + (1 - 0.9) * g[i]
        v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] ** 2
        m_hat, v_hat = m[i] / (1 - 0.9**t), v[i] / (1 - 0.999**t)
        theta[i] -= rate * m_hat / (math.sqrt(v_hat) + 1e-8)


def adamw(theta: Vector, g: Vector, m: Vector, v: Vector, t: int, rate: float) -> None:
    for i in range(len(theta)):
        theta[i] -= rate * 0.01 * theta[i]
    adam(theta, g, m, v, t, rate)


Update = Callable[[Vector, Vector, Vector, Vector, int, float], None]
UPDATES: dict[str, Update] = {
    "sgd": sgd, "momentum": momentum, "nesterov": nesterov, "rmsprop": rmsprop, "adagrad": adagrad, "adam": adam,
    "adamw": adamw,
}  # fmt: skip


def path(c: Case, config: TrainingConfig, steps: int, rates: Callable[[int], float] | None = None) -> np.ndarray:
    """θ after so many updates; `rates` gives η by epoch."""
    if config.optimizer == "lbfgs":
        return lbfgs(c, config, steps)
    theta = c.theta.tolist()
    m, v = [0.0] * len(theta), [0.0] * len(theta)
    for t, (epoch, rows) in enumerate(batches(c, config, steps), start=1):
        g = gradient(c.network, np.array(theta), c.X[rows], c.y[rows], config.l1, config.l2).tolist()
        if config.clip:
            norm = math.sqrt(math.fsum(x * x for x in g))
            g = [x * min(1.0, config.clip / (norm + 1e-6)) for x in g]
        UPDATES[config.optimizer](theta, g, m, v, t, rates(epoch) if rates else config.learning_rate)
    return np.array(theta)


# ---- L-BFGS: Nocedal & Wright (2006), algorithms 7.4, 7.5, 3.5, 3.6; memory 10, c₁ = 1e-4, c₂ = 0.9


def dot(a: Vector, b: Vector) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def two_loops(g: Vector, pairs: list[tuple[Vector, Vector]]) -> Vector:
    """Algorithm 7.4: −H g."""
    q, alphas = list(g), []
    for s, y in reversed(pairs):
        alpha = dot(s, q) / dot(y, s)
        alphas.append(alpha)
        q = [qi - alpha * yi for qi, yi in zip(q, y, strict=True)]
    if pairs:
        s, y = pairs[-1]
        gamma = dot(s, y) / dot(y, y)
        q = [gamma * qi for qi in q]
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        beta = dot(y, q) / dot(y, s)
        q = [qi + (alpha - beta) * si for qi, si in zip(q, s, strict=True)]
    return [-qi for qi in q]


def lbfgs(c: Case, config: TrainingConfig, steps: int) -> np.ndarray:
    """θ after so many steps of L-BFGS from the full batch."""

    def at(theta: Vector) -> tuple[float, Vector]:
        array = np.array(theta)
        value = float(loss(c.network, array, c.X, c.y) + penalty(c.network, array, config.l1, config.l2))
        return value, gradient(c.network, array, c.X, c.y, config.l1, config.l2).tolist()

    theta = c.theta.tolist()
    value, g = at(theta)
    pairs: list[tuple[Vector, Vector]] = []
    for _ in range(steps):
        p = two_loops(g, pairs)
        first = config.learning_rate * (1.0 if pairs else min(1.0, 1.0 / math.fsum(map(abs, g))))
        found = wolfe(at, theta, value, g, p, first)
        if found is None:
            pairs = []
            continue
        new_theta, new_value, new_g = found
        s = [a - b for a, b in zip(new_theta, theta, strict=True)]
        y = [a - b for a, b in zip(new_g, g, strict=True)]
        if dot(s, y) > 1e-10 * dot(y, y):
            pairs = [*pairs, (s, y)][-10:]
        theta, value, g = new_theta, new_value, new_g
    return np.array(theta)


Point = tuple[float, float, float, Vector, Vector]  # α, φ(α), φ′(α), θ, ∇


def wolfe(
    at: Callable[[Vector], tuple[float, Vector]], theta: Vector, value: float, g: Vector, p: Vector, first: float
) -> tuple[Vector, float, Vector] | None:
    """Algorithms 3.5 and 3.6, at most 25 trials."""
    start, count = dot(g, p), 0

    def phi(alpha: float) -> Point:
        nonlocal count
        count += 1
        where = [t + alpha * d for t, d in zip(theta, p, strict=True)]
        f, gradient_there = at(where)
        return alpha, f, dot(gradient_there, p), where, gradient_there

    def high(x: Point) -> bool:
        return x[1] > value + 1e-4 * x[0] * start

    def zoom(low: Point, up: Point) -> Point | None:
        while count < 25:
            alpha = cubic(low, up)
            inner, outer = min(low[0], up[0]), max(low[0], up[0])
            edge = 0.1 * (outer - inner)
            if not inner + edge <= alpha <= outer - edge:
                alpha = 0.5 * (low[0] + up[0])
            x = phi(alpha)
            if high(x) or x[1] >= low[1]:
                up = x
            else:
                if abs(x[2]) <= -0.9 * start:
                    return x
                if x[2] * (up[0] - low[0]) >= 0:
                    up = low
                low = x
        return None

    before: Point = (0.0, value, start, theta, g)
    alpha, found = first, None
    for trial in range(25):
        x = phi(alpha)
        if high(x) or (trial and x[1] >= before[1]):
            found = zoom(before, x)
            break
        if abs(x[2]) <= -0.9 * start:
            found = x
            break
        if x[2] >= 0:
            found = zoom(x, before)
            break
        before, alpha = x, 2 * alpha
    return None if found is None else (found[3], found[1], found[4])


def cubic(a: Point, b: Point) -> float:
    """Equation 3.59."""
    d1 = a[2] + b[2] - 3 * (a[1] - b[1]) / (a[0] - b[0])
    if d1 * d1 - a[2] * b[2] < 0:
        return math.nan
    d2 = math.copysign(math.sqrt(d1 * d1 - a[2] * b[2]), b[0] - a[0])
    return b[0] - (b[0] - a[0]) * (b[2] + d2 - d1) / (b[2] - a[2] + 2 * d2)
