"""The optimisers' updates of θ, as `nn.updates` says them, eight parameters at a time."""

from __future__ import annotations

from typing import Any

from mlpviz.nn.compiled.jit import inner
from mlpviz.nn.compiled.simd import add, div, fma, load, mul, splat, sqrt, store
from mlpviz.nn.updates import (
    ADAGRAD_EPSILON,
    BETA1,
    BETA2,
    EPSILON,
    MOMENTUM,
    RMS_DECAY,
    RMS_EPSILON,
    WEIGHT_DECAY,
)

SGD, MOMENTUM_, NESTEROV, RMSPROP, ADAGRAD, ADAM, ADAMW = range(7)
CODES = {
    "sgd": SGD, "momentum": MOMENTUM_, "nesterov": NESTEROV, "rmsprop": RMSPROP, "adagrad": ADAGRAD, "adam": ADAM,
    "adamw": ADAMW,
}  # fmt: skip


@inner
def update(optimizer: Any, theta: Any, g: Any, m: Any, v: Any, t: Any, rate: Any, count: Any) -> None:
    """One update of θ, m and v from g; all padded to a multiple of 8. t counts updates."""
    t[0] += 1.0
    if optimizer == SGD:
        for p in range(0, count, 8):
            store(theta, p, fma(load(g, p), splat(-rate), load(theta, p)))
    elif optimizer in (MOMENTUM_, NESTEROV):
        _momentum(optimizer == NESTEROV, theta, g, v, rate, count)
    elif optimizer == RMSPROP:
        _scaled(theta, g, v, rate, count, RMS_DECAY, 1 - RMS_DECAY, RMS_EPSILON)
    elif optimizer == ADAGRAD:
        _scaled(theta, g, v, rate, count, 1.0, 1.0, ADAGRAD_EPSILON)
    else:
        _adam(optimizer == ADAMW, theta, g, m, v, t[0], rate, count)


@inner
def _momentum(ahead: Any, theta: Any, g: Any, v: Any, rate: Any, count: Any) -> None:
    for p in range(0, count, 8):
        gradient = load(g, p)
        speed = add(mul(load(v, p), splat(MOMENTUM)), gradient)
        store(v, p, speed)
        direction = add(mul(speed, splat(MOMENTUM)), gradient) if ahead else speed
        store(theta, p, fma(direction, splat(-rate), load(theta, p)))


@inner
def _scaled(theta: Any, g: Any, v: Any, rate: Any, count: Any, decay: Any, share: Any, epsilon: Any) -> None:
    for p in range(0, count, 8):
        gradient = load(g, p)
        size = add(mul(load(v, p), splat(decay)), mul(mul(gradient, gradient), splat(share)))
        store(v, p, size)
        step = div(gradient, add(sqrt(size), splat(epsilon)))
        store(theta, p, fma(step, splat(-rate), load(theta, p)))


@inner
def _adam(shrinks: Any, theta: Any, g: Any, m: Any, v: Any, t: Any, rate: Any, count: Any) -> None:
    step = -rate * (1 - BETA1) / (1 - BETA1**t)
    root = ((1 - BETA2) / (1 - BETA2**t)) ** 0.5
    shrink = 1.0 - rate * WEIGHT_DECAY if shrinks else 1.0
    for p in range(0, count, 8):
        gradient = load(g, p)
        mean = add(mul(load(m, p), splat(BETA1)), gradient)
        size = add(mul(load(v, p), splat(BETA2)), mul(gradient, gradient))
        store(m, p, mean)
        store(v, p, size)
        below = add(mul(sqrt(size), splat(root)), splat(EPSILON))
        store(theta, p, fma(div(mean, below), splat(step), mul(load(theta, p), splat(shrink))))
