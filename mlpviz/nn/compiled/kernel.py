"""Training and measuring as compiled loops: no Python between one update and the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlpviz.nn.compiled import layers, outputs, tapes
from mlpviz.nn.compiled.jit import inner, kernel
from mlpviz.nn.compiled.plan import (
    AT,
    CODE,
    COUNT,
    DELTA,
    FAN,
    HEAD,
    IN,
    LANES,
    LAYERS,
    LOSS,
    OUT,
    OUTPUT,
    OUTPUTS,
    PART,
    REGISTERS,
    SCALES,
    SLOPE,
    SOURCE,
    SQUASH,
    TAPE,
    VALUE,
    H,
    X,
    Y,
    Z,
)
from mlpviz.nn.compiled.updating import update
from mlpviz.nn.numpy_trainer import CLIP_EPSILON

# Whole numbers of a call's state and settings.
STEP, EPOCH, CURSOR, ROWS, BATCH, SHUFFLED, OPTIMIZER, WEIGHTED, LOCKED, PENALISED, STATE = range(11)
# Its numbers.
L1, L2, CLIP, SETTINGS = range(4)


@inner
def _mixed(word: Any) -> Any:
    """SplitMix64's finaliser, as `nn.streams.mixed`."""
    word ^= word >> np.uint64(30)
    word *= np.uint64(0xBF58476D1CE4E5B9)
    word ^= word >> np.uint64(27)
    word *= np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@inner
def shuffle(key: Any, epoch: Any, rows: Any, order: Any) -> None:
    """order = rows in the order of an epoch, as `nn.streams.order` says it."""
    golden = np.uint64(0x9E3779B97F4A7C15)
    seed = _mixed(key + np.uint64(epoch + 1) * golden)
    count = len(rows)
    for place in range(count):
        order[place] = rows[place]
    for place in range(count - 1, 0, -1):
        word = _mixed(seed + np.uint64(place + 1) * golden) >> np.uint64(32)
        other = np.int64((word * np.uint64(place + 1)) >> np.uint64(32))
        order[place], order[other] = order[other], order[place]


@inner
def _fill(
    plan: Any,
    work: Any,
    data: Any,
    targets: Any,
    weights: Any,
    weighted: Any,
    order: Any,
    start: Any,
    stop: Any,
    scale: Any,
) -> None:
    """Bring rows start … stop into the block; lanes beyond them repeat the last row and weigh nothing."""
    lanes, fan, outs = plan[LANES], plan[FAN], plan[OUTPUTS]
    x, y, scales = plan[X], plan[Y], plan[SCALES]
    count = stop - start
    for lane in range(lanes):
        row = order[start + min(lane, count - 1)]
        for place in range(fan):
            work[x + place * lanes + lane] = data[row, place]
        for place in range(outs):
            work[y + place * lanes + lane] = targets[row, place]
        weight = scale if lane < count else 0.0
        work[scales + lane] = weight * weights[row] if weighted else weight


@inner
def _forward(plan: Any, programs: Any, theta: Any, work: Any) -> Any:
    """Compute the block; returns where ỹ lies."""
    lanes, count = plan[LANES], plan[LAYERS]
    for layer in range(count):
        part = HEAD + layer * PART
        units, z, h = plan[part + OUT], plan[part + Z], plan[part + H]
        layers.affine(theta, plan[part + AT], work, plan[part + SOURCE], z, plan[part + IN], units, lanes)
        if layer < count - 1:
            if plan[part + CODE] == TAPE:
                tapes.run(programs, plan[part + VALUE], work, plan[REGISTERS], z, h, h, units * lanes, False)
            else:
                layers.activate(plan[part + CODE], work, h, units * lanes)
    logits = plan[HEAD + (count - 1) * PART + H]
    if plan[SQUASH]:
        outputs.squash(work, logits, plan[OUTPUT], plan[OUTPUTS] * lanes)
    return logits


@inner
def _backward(
    plan: Any, programs: Any, theta: Any, g: Any, deltas: Any, sources: Any, work: Any, logits: Any, first: Any
) -> None:
    lanes, count = plan[LANES], plan[LAYERS]
    last = HEAD + (count - 1) * PART
    outputs.delta(
        plan[LOSS], plan[SQUASH] == 1, work, logits, plan[OUTPUT], plan[Y], plan[last + DELTA], plan[SCALES],
        plan[OUTPUTS], lanes,
    )  # fmt: skip
    for layer in range(count - 1, 0, -1):
        part, below = HEAD + layer * PART, HEAD + (layer - 1) * PART
        units, lower = plan[below + OUT], plan[below + DELTA]
        layers.transposed(theta, plan[part + AT], work, plan[part + DELTA], lower, units, plan[part + OUT], lanes)
        z, h = plan[below + Z], plan[below + H]
        if plan[below + CODE] == TAPE:
            tapes.run(programs, plan[below + SLOPE], work, plan[REGISTERS], z, h, lower, units * lanes, True)
        else:
            layers.times_slope(plan[below + CODE], work, h, lower, units * lanes)
    layers.gradient(g, plan[COUNT], deltas, sources, work, lanes, first)


@inner
def _batch_gradient(
    plan: Any,
    programs: Any,
    deltas: Any,
    sources: Any,
    work: Any,
    theta: Any,
    g: Any,
    data: Any,
    targets: Any,
    weights: Any,
    weighted: Any,
    order: Any,
    start: Any,
    stop: Any,
) -> None:
    """The gradient of L over rows start … stop, block by block, into g."""
    scale = 1.0 / (stop - start)
    for begin in range(start, stop, plan[LANES]):
        end = min(begin + plan[LANES], stop)
        _fill(plan, work, data, targets, weights, weighted, order, begin, end, scale)
        logits = _forward(plan, programs, theta, work)
        _backward(plan, programs, theta, g, deltas, sources, work, logits, begin == start)


@inner
def _regularise(state: Any, settings: Any, is_weight: Any, free: Any, theta: Any, g: Any, count: Any) -> None:
    """Penalties, locks, clipping."""
    if state[PENALISED]:
        for p in range(count):
            w = theta[p]
            sign = 1.0 if w > 0 else -1.0 if w < 0 else 0.0
            g[p] += is_weight[p] * (settings[L2] * w + settings[L1] * sign)
    if state[LOCKED]:
        for p in range(count):
            g[p] *= free[p]
    if settings[CLIP] > 0:
        norm = np.sqrt(layers.sum_of_squares(g, count))
        factor = settings[CLIP] / (norm + CLIP_EPSILON)
        if factor < 1.0:
            for p in range(count):
                g[p] *= factor


@kernel
def train(
    steps: Any, state: Any, settings: Any, rates: Any, key: Any, plan: Any, programs: Any, deltas: Any, sources: Any,
    work: Any, theta: Any, g: Any, m: Any, v: Any, t: Any, held: Any, is_weight: Any, free: Any, data: Any,
    targets: Any, weights: Any, rows: Any, order: Any,
) -> None:  # fmt: skip
    """Make `steps` updates from the state on, over the ends of epochs; rates: η of each epoch from the state's on."""
    count, first_epoch, size = plan[COUNT], state[EPOCH], state[ROWS]
    for _ in range(steps):
        if state[CURSOR] == 0 and state[SHUFFLED]:
            shuffle(key, state[EPOCH], rows, order)
        start = state[CURSOR]
        stop = min(start + state[BATCH], size)
        _batch_gradient(
            plan, programs, deltas, sources, work, theta, g, data, targets, weights, state[WEIGHTED] == 1, order,
            start, stop,
        )  # fmt: skip
        _regularise(state, settings, is_weight, free, theta, g, count)
        if state[LOCKED]:
            held[:count] = theta[:count]
        update(state[OPTIMIZER], theta, g, m, v, t, rates[state[EPOCH] - first_epoch], count)
        if state[LOCKED]:
            for p in range(count):
                if free[p] == 0.0:
                    theta[p] = held[p]
        state[STEP] += 1
        state[CURSOR] = stop
        if stop == size:
            state[CURSOR] = 0
            state[EPOCH] += 1


@kernel
def reorder(key: Any, epoch: Any, rows: Any, order: Any) -> None:
    """The order of an epoch that has begun already."""
    shuffle(key, epoch, rows, order)


@kernel
def loss_gradient(
    plan: Any, programs: Any, deltas: Any, sources: Any, work: Any, theta: Any, g: Any, data: Any, targets: Any,
    weights: Any, weighted: Any, rows: Any,
) -> Any:  # fmt: skip
    """L over the rows, and its gradient in g."""
    result, size, scale = 0.0, len(rows), 1.0 / len(rows)
    lanes = plan[LANES]
    for begin in range(0, size, lanes):
        end = min(begin + lanes, size)
        _fill(plan, work, data, targets, weights, weighted, rows, begin, end, scale)
        logits = _forward(plan, programs, theta, work)
        for lane in range(end - begin):
            each = outputs.loss_of(plan[LOSS], plan[SQUASH] == 1, work, logits, plan[Y], lane, plan[OUTPUTS], lanes)
            result += each * work[plan[SCALES] + lane]
        _backward(plan, programs, theta, g, deltas, sources, work, logits, begin == 0)
    return result


@kernel
def measure(
    plan: Any, programs: Any, work: Any, theta: Any, data: Any, targets: Any, weights: Any, weighted: Any, rows: Any,
    found: Any,
) -> None:  # fmt: skip
    """found = L, and the share of rows whose class is right: by the sign for one output, else by the largest ỹ."""
    loss, right, size = 0.0, 0, len(rows)
    lanes, outs, y = plan[LANES], plan[OUTPUTS], plan[Y]
    for begin in range(0, size, lanes):
        end = min(begin + lanes, size)
        _fill(plan, work, data, targets, weights, weighted, rows, begin, end, 1.0)
        logits = _forward(plan, programs, theta, work)
        for lane in range(end - begin):
            each = outputs.loss_of(plan[LOSS], plan[SQUASH] == 1, work, logits, y, lane, outs, lanes)
            loss += each * work[plan[SCALES] + lane]
            right += _is_right(work, logits, y, lane, outs, lanes)
    found[0], found[1] = loss / size, right / size


@inner
def _is_right(work: Any, logits: Any, y: Any, lane: Any, outs: Any, lanes: Any) -> Any:
    if outs == 1:
        return (work[logits + lane] > 0) == (work[y + lane] > 0)
    best, true = 0, 0
    for unit in range(1, outs):
        if work[logits + unit * lanes + lane] > work[logits + best * lanes + lane]:
            best = unit
        if work[y + unit * lanes + lane] > work[y + true * lanes + lane]:
            true = unit
    return best == true
