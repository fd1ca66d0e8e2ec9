"""The losses: ∂L/∂ỹ and ℓ for one block of rows."""

from __future__ import annotations

from typing import Any

from mlpviz.nn.compiled import simd
from mlpviz.nn.compiled.codes import (
    ABSOLUTE,
    BLOCK_AT,
    DELTA_AT,
    FAN_IN,
    FIELDS,
    HEAD,
    HINGE,
    HUBER,
    LANES,
    LANES_AT,
    LAYERS,
    LOGISTIC,
    LOSS,
    OUT_AT,
    OUTPUTS,
    SCRATCH_AT,
    SOFTMAX,
    SQUARED,
    SQUASH,
    WIDTH,
    Z_AT,
)
from mlpviz.nn.compiled.jit import inlined, inner
from mlpviz.nn.compiled.simd import (
    absolute,
    absolute_slope,
    add,
    at,
    div,
    fma,
    hinge_slope,
    huber_slope,
    if_gt,
    if_lt,
    load,
    logistic_slope,
    maximum,
    minimum,
    mul,
    splat,
    squared_slope,
    store,
    sub,
    total,
)


@inner
def _slope_of_loss(loss: Any, t: Any, y: Any) -> Any:
    """∂ℓ/∂t of the losses that treat every output alone."""
    if loss == ABSOLUTE:
        return absolute_slope(t, y)
    if loss == HUBER:
        return huber_slope(t, y)
    if loss == LOGISTIC:
        return logistic_slope(t, y)
    if loss == HINGE:
        return hinge_slope(t, y)
    return squared_slope(t, y)


@inner
def _softmax(work: Any, logits: Any, out: Any, count: Any, lanes: Any) -> Any:
    """work[out …] ← softmax of the logits, one lane at a time; both `count` rows."""
    for j in range(0, lanes, LANES):
        largest = load(work, logits + j)
        for k in range(1, count):
            largest = maximum(largest, load(work, logits + k * lanes + j))
        whole = splat(0.0)
        for k in range(count):
            e = simd.exp(sub(load(work, logits + k * lanes + j), largest))
            store(work, out + k * lanes + j, e)
            whole = add(whole, e)
        for k in range(count):
            place = out + k * lanes + j
            store(work, place, div(load(work, place), whole))


@inlined
def targets_at(plan: Any, block: Any) -> Any:
    """Where y of the block lies, and its scales behind it."""
    return at(plan, BLOCK_AT) + block + (at(plan, FAN_IN) + 1) * at(plan, WIDTH)


@inlined
def output_delta(plan: Any, work: Any, block: Any) -> Any:
    """δ of the last layer: ∂ℓ/∂ỹ times the block's scales. Leaves ŷ in OUT_AT where it is tanh ỹ."""
    last = HEAD + (at(plan, LAYERS) - 1) * FIELDS
    logits, delta, y = at(plan, last + Z_AT), at(plan, last + DELTA_AT), targets_at(plan, block)
    lanes, loss, outputs = at(plan, WIDTH), at(plan, LOSS), at(plan, OUTPUTS)
    scale = y + outputs * lanes
    squash, squashed = at(plan, SQUASH), at(plan, OUT_AT)
    if loss == SOFTMAX:
        _softmax(work, logits, delta, outputs, lanes)
    for k in range(outputs):
        row = k * lanes
        for j in range(0, lanes, LANES):
            place = row + j
            factor, target = load(work, scale + j), load(work, y + place)
            if loss == SOFTMAX:
                d = sub(load(work, delta + place), target)
            elif squash:
                t = simd.tanh(load(work, logits + place))
                store(work, squashed + place, t)
                d = mul(_slope_of_loss(loss, t, target), sub(splat(1.0), mul(t, t)))
            elif loss == SQUARED:
                d = sub(load(work, logits + place), target)
            else:
                d = _slope_of_loss(loss, load(work, logits + place), target)
            store(work, delta + place, mul(d, factor))


@inner
def _softmax_losses(work: Any, logits: Any, y: Any, out: Any, count: Any, lanes: Any) -> Any:
    """ℓ of every lane: log Σ e^(t − max) − Σ y (t − max)."""
    for j in range(0, lanes, LANES):
        largest = load(work, logits + j)
        for k in range(1, count):
            largest = maximum(largest, load(work, logits + k * lanes + j))
        whole, named = splat(0.0), splat(0.0)
        for k in range(count):
            t = sub(load(work, logits + k * lanes + j), largest)
            whole = add(whole, simd.exp(t))
            named = fma(load(work, y + k * lanes + j), t, named)
        store(work, out + j, whole)
        store(work, out + lanes + j, named)
    for j in range(0, lanes, LANES):
        store(work, out + j, sub(simd.log(load(work, out + j)), load(work, out + lanes + j)))


@inner
def _loss_of(loss: Any, t: Any, y: Any) -> Any:
    """ℓ of one output, for the losses that are sums over the outputs; the logistic one apart."""
    r = sub(t, y)
    size = absolute(r)
    if loss == SQUARED:
        return mul(splat(0.5), mul(r, r))
    if loss == HUBER:
        inner = minimum(size, splat(1.0))
        return mul(inner, sub(size, mul(splat(0.5), inner)))
    if loss == HINGE:
        return maximum(sub(splat(1.0), mul(y, t)), splat(0.0))
    return size


@inner
def block_loss(plan: Any, work: Any, block: Any) -> Any:
    """Σ over the lanes of ℓ times the block's scales."""
    last = HEAD + (at(plan, LAYERS) - 1) * FIELDS
    logits, y, each = at(plan, last + Z_AT), targets_at(plan, block), at(plan, SCRATCH_AT)
    lanes, loss, outputs = at(plan, WIDTH), at(plan, LOSS), at(plan, OUTPUTS)
    scale = y + outputs * lanes
    if loss == SOFTMAX:
        _softmax_losses(work, logits, y, each, outputs, lanes)
    elif loss == LOGISTIC:
        for j in range(0, lanes, LANES):
            store(work, each + j, simd.logistic(load(work, logits + j), load(work, y + j)))
    else:
        squash = at(plan, SQUASH)
        for j in range(0, lanes, LANES):
            whole = splat(0.0)
            for k in range(outputs):
                t = load(work, logits + k * lanes + j)
                if squash:
                    t = simd.tanh(t)
                whole = add(whole, _loss_of(loss, t, load(work, y + k * lanes + j)))
            store(work, each + j, whole)
    result = splat(0.0)
    for j in range(0, lanes, LANES):
        weight = load(work, scale + j)
        # What lies in lanes without a row counts for nothing, even if it is not finite.
        result = add(result, if_gt(absolute(weight), splat(0.0), mul(load(work, each + j), weight), splat(0.0)))
    return total(result)


@inner
def _signs_right(work: Any, logits: Any, y: Any, numbers: Any, count: Any) -> Any:
    """In how many of the first `count` lanes two rows are both above 0 or both not; `numbers`: 0, 1, 2, … of lanes."""
    zero, one, right = splat(0.0), splat(1.0), splat(0.0)
    for j in range(0, count, LANES):
        t, true = load(work, logits + j), load(work, y + j)
        same = if_gt(t, zero, if_gt(true, zero, one, zero), if_gt(true, zero, zero, one))
        right = add(right, if_lt(load(work, numbers + j), splat(float(count)), same, zero))
    return int(total(right))


@inner
def block_right(plan: Any, work: Any, block: Any, count: Any) -> Any:
    """How many of the first `count` lanes have the class right: the sign of one output, the largest of several."""
    last = HEAD + (at(plan, LAYERS) - 1) * FIELDS
    logits, y, lanes, outputs = at(plan, last + Z_AT), targets_at(plan, block), at(plan, WIDTH), at(plan, OUTPUTS)
    if outputs == 1:
        return _signs_right(work, logits, y, at(plan, LANES_AT), count)
    right = 0
    for j in range(count):
        said, true = 0, 0
        for k in range(1, outputs):
            if at(work, logits + k * lanes + j) > at(work, logits + said * lanes + j):
                said = k
            if at(work, y + k * lanes + j) > at(work, y + true * lanes + j):
                true = k
        right += said == true
    return right
