"""The output layer: ℓ, and its derivative by ỹ, for the lanes of a block."""

from __future__ import annotations

import math
from typing import Any

from mlpviz.nn.compiled import simd_math
from mlpviz.nn.compiled.jit import inner
from mlpviz.nn.compiled.simd import (
    absolute,
    add,
    copysign,
    div,
    fma,
    if_gt,
    if_lt,
    load,
    maximum,
    minimum,
    mul,
    splat,
    store,
    sub,
)

SQUARED, ABSOLUTE, HUBER, LOGISTIC, SOFTMAX, HINGE = range(6)


@inner
def squash(work: Any, logits: Any, output: Any, size: Any) -> None:
    """output = tanh ỹ."""
    for place in range(0, size, 8):
        store(work, output + place, simd_math.tanh(load(work, logits + place)))


@inner
def _each_delta(loss: Any, t: Any, y: Any) -> Any:
    """∂ℓ/∂t of one output."""
    one, zero = splat(1.0), splat(0.0)
    r = sub(t, y)
    if loss == ABSOLUTE:
        r = if_gt(absolute(r), zero, copysign(one, r), r)
    elif loss == HUBER:
        r = minimum(maximum(r, splat(-1.0)), one)
    elif loss == LOGISTIC:
        r = div(y, sub(splat(-1.0), simd_math.exp(mul(t, y))))
    elif loss == HINGE:
        # NaN must not pass for an example that is right.
        wrong = mul(y, splat(-1.0))
        r = if_lt(mul(t, y), one, wrong, mul(sub(t, t), one))
    return r


@inner
def delta(
    loss: Any, squashed: Any, work: Any, logits: Any, output: Any, y: Any, target: Any, scales: Any, outputs: Any,
    columns: Any, padded: Any,
) -> None:  # fmt: skip
    """target (outputs, padded) = ∂ℓ/∂ỹ · scale of the column; `output` holds tanh ỹ where `squashed`."""
    if loss == SOFTMAX:
        _softmax_delta(work, logits, y, target, scales, outputs, columns, padded)
        return
    zero = splat(0.0)
    for unit in range(outputs):
        for lane in range(0, padded, 8):
            place = unit * columns + lane
            if squashed:
                value = load(work, output + place)
                slope = fma(mul(value, splat(-1.0)), value, splat(1.0))
                d = mul(_each_delta(loss, value, load(work, y + place)), slope)
            else:
                d = _each_delta(loss, load(work, logits + place), load(work, y + place))
            scale = load(work, scales + lane)
            store(work, target + unit * padded + lane, if_gt(scale, zero, mul(d, scale), zero))


@inner
def _softmax_delta(
    work: Any, logits: Any, y: Any, target: Any, scales: Any, outputs: Any, columns: Any, padded: Any
) -> None:
    zero = splat(0.0)
    for lane in range(0, padded, 8):
        largest = load(work, logits + lane)
        for unit in range(1, outputs):
            largest = maximum(largest, load(work, logits + unit * columns + lane))
        sum_ = splat(0.0)
        for unit in range(outputs):
            e = simd_math.exp(sub(load(work, logits + unit * columns + lane), largest))
            store(work, target + unit * padded + lane, e)
            sum_ = add(sum_, e)
        scale = load(work, scales + lane)
        for unit in range(outputs):
            place = target + unit * padded + lane
            d = mul(sub(div(load(work, place), sum_), load(work, y + unit * columns + lane)), scale)
            store(work, place, if_gt(scale, zero, d, zero))


@inner
def loss_of(loss: Any, squashed: Any, work: Any, logits: Any, y: Any, lane: Any, outputs: Any, columns: Any) -> Any:
    """ℓ of one column, as the rows of LOSSES say it."""
    result = 0.0
    if loss == SOFTMAX:
        largest, share = work[logits + lane], 0.0
        for unit in range(1, outputs):
            largest = max(largest, work[logits + unit * columns + lane])
        for unit in range(outputs):
            t = work[logits + unit * columns + lane] - largest
            share += math.exp(t)
            result -= work[y + unit * columns + lane] * t
        return result + math.log(share)
    for unit in range(outputs):
        t, target = work[logits + unit * columns + lane], work[y + unit * columns + lane]
        if loss == LOGISTIC:
            m = -target * t
            result += max(m, 0.0) + math.log1p(math.exp(-abs(m)))
        elif loss == HINGE:
            result += max(1.0 - target * t, 0.0) if t == t else t
        else:
            r = (math.tanh(t) if squashed else t) - target
            size = abs(r)
            if loss == SQUARED:
                result += 0.5 * r * r
            elif loss == ABSOLUTE:
                result += size
            else:
                inside = min(size, 1.0)
                result += inside * (size - 0.5 * inside)
    return result
