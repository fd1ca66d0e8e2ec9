"""Penalties, clipping and the optimisers' updates over flat vectors, padded to whole vectors of eight."""

from __future__ import annotations

import math
from typing import Any

from mlpviz.nn.compiled.codes import ADAM, ADAMW, LANES, NESTEROV, RMSPROP, SGD
from mlpviz.nn.compiled.jit import inlined, inner
from mlpviz.nn.compiled.simd import absolute, add, div, fma, if_gt, if_lt, load, mul, splat, sqrt, store, total
from mlpviz.nn.updates import (
    ADAGRAD_EPSILON,
    BETA1,
    BETA2,
    EPSILON,
    RMS_DECAY,
    RMS_EPSILON,
    WEIGHT_DECAY,
)
from mlpviz.nn.updates import MOMENTUM as ROLL

CLIP_EPSILON = 1e-6
# Adam's corrections that are kept in a table; at later updates both are 1 to the last bit.
FACTORS = 40_000
RMS_SHARE = 1 - RMS_DECAY


@inner
def add_to(g: Any, part: Any, size: Any) -> Any:
    """g ← g + part."""
    for i in range(0, size, LANES):
        store(g, i, add(load(g, i), load(part, i)))


@inner
def penalise(theta: Any, g: Any, decay: Any, size: Any, l1: Any, l2: Any) -> Any:
    """g ← g + λ₁ sign(w) + λ₂w where `decay` is 1; it is 0 for biases."""
    for i in range(0, size, LANES):
        t = load(theta, i)
        sign = if_gt(t, splat(0.0), splat(1.0), if_lt(t, splat(0.0), splat(-1.0), t))
        pull = fma(splat(l2), t, mul(splat(l1), sign))
        store(g, i, fma(load(decay, i), pull, load(g, i)))


@inner
def penalty(theta: Any, decay: Any, size: Any, l1: Any, l2: Any) -> Any:
    """λ₁‖W‖₁ + ½λ₂‖W‖² over what `decay` is 1 for."""
    sizes, squares = splat(0.0), splat(0.0)
    for i in range(0, size, LANES):
        weight = mul(load(decay, i), load(theta, i))
        sizes = add(sizes, absolute(weight))
        squares = fma(weight, weight, squares)
    return l1 * total(sizes) + 0.5 * l2 * total(squares)


@inner
def clip(g: Any, size: Any, most: Any) -> Any:
    """Shorten g to the largest norm allowed, as torch.nn.utils.clip_grad_norm_ does."""
    squares = splat(0.0)
    for i in range(0, size, LANES):
        squares = fma(load(g, i), load(g, i), squares)
    factor = most / (math.sqrt(total(squares)) + CLIP_EPSILON)
    if factor < 1.0:
        for i in range(0, size, LANES):
            store(g, i, mul(load(g, i), splat(factor)))


@inlined
def _rolling(kind: Any, theta: Any, g: Any, v: Any, size: Any, rate: Any) -> Any:
    """SGD, momentum, Nesterov."""
    back = splat(-rate)
    if kind == SGD:
        for i in range(0, size, LANES):
            store(theta, i, fma(load(g, i), back, load(theta, i)))
        return
    for i in range(0, size, LANES):
        slope = load(g, i)
        rolled = fma(load(v, i), splat(ROLL), slope)
        store(v, i, rolled)
        if kind == NESTEROV:
            rolled = fma(rolled, splat(ROLL), slope)
        store(theta, i, fma(rolled, back, load(theta, i)))


@inner
def _scaled(kind: Any, theta: Any, g: Any, v: Any, size: Any, rate: Any) -> Any:
    """RMSprop, Adagrad."""
    back = splat(-rate)
    keep, share, epsilon = 1.0, 1.0, ADAGRAD_EPSILON
    if kind == RMSPROP:
        keep, share, epsilon = RMS_DECAY, RMS_SHARE, RMS_EPSILON
    for i in range(0, size, LANES):
        slope = load(g, i)
        square = fma(load(v, i), splat(keep), mul(mul(slope, slope), splat(share)))
        store(v, i, square)
        direction = div(slope, add(sqrt(square), splat(epsilon)))
        store(theta, i, fma(direction, back, load(theta, i)))


@inner
def _adam(theta: Any, g: Any, m: Any, v: Any, size: Any, shrink: Any, step: Any, root: Any) -> Any:
    """Adam with m/(1−β₁) and v/(1−β₂), after θ ← shrink · θ."""
    for i in range(0, size, LANES):
        slope = load(g, i)
        mean = fma(load(m, i), splat(BETA1), slope)
        square = fma(load(v, i), splat(BETA2), mul(slope, slope))
        store(m, i, mean)
        store(v, i, square)
        direction = div(mean, fma(sqrt(square), splat(root), splat(EPSILON)))
        store(theta, i, fma(direction, splat(step), mul(load(theta, i), splat(shrink))))


@inlined
def update(kind: Any, theta: Any, g: Any, m: Any, v: Any, size: Any, rate: Any, factors: Any, t: Any) -> Any:
    """One update of θ; t counts those made before. `factors` are the corrections of Adam's first and second moment."""
    if kind in (ADAM, ADAMW):
        shrink = 1.0 - rate * WEIGHT_DECAY if kind == ADAMW else 1.0
        place = min(t, FACTORS - 1) * 2
        _adam(theta, g, m, v, size, shrink, -rate * factors[place], factors[place + 1])
    elif kind <= NESTEROV:
        _rolling(kind, theta, g, v, size, rate)
    else:
        _scaled(kind, theta, g, v, size, rate)


@inlined
def all_finite(theta: Any, size: Any) -> Any:
    """Whether every number is finite: 0 times it is 0."""
    zeros = splat(0.0)
    for i in range(0, size, LANES):
        zeros = fma(load(theta, i), splat(0.0), zeros)
    return total(zeros) == 0.0
