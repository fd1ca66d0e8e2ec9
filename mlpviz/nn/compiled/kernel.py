"""Training and measuring as compiled loops: no Python between one update and the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlpviz.nn.compiled import layers, outputs, tapes
from mlpviz.nn.compiled.jit import inner, kernel
from mlpviz.nn.compiled.plan import (
    AT,
    CODE,
    COLUMNS,
    COUNT,
    DELTA,
    FAN,
    HEAD,
    IN,
    LAYERS,
    LOSS,
    MASK,
    OUT,
    OUTPUT,
    OUTPUTS,
    PADDED,
    PART,
    REGISTERS,
    SCALES,
    SLOPE,
    SLOPES,
    SOURCE,
    SQUASH,
    TAPE,
    VALUE,
    H,
    X,
    Y,
    Z,
)
from mlpviz.nn.compiled.simd import load, store
from mlpviz.nn.compiled.updating import update
from mlpviz.nn.numpy_trainer import CLIP_EPSILON

# Whole numbers of a call's state and settings.
STEP, EPOCH, CURSOR, ROWS, BATCH, SHUFFLED, OPTIMIZER, WEIGHTED, LOCKED, PENALISED, PACKED, BLOCK, STATE = range(13)
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
    plan: Any, block: Any, at: Any, data: Any, targets: Any, weights: Any, weighted: Any, order: Any, start: Any,
    stop: Any, scale: Any,
) -> None:  # fmt: skip
    """Write rows start … stop at `at`: features, targets, scales; columns beyond them repeat the last, weighing 0."""
    columns, fan, outs = plan[COLUMNS], plan[FAN], plan[OUTPUTS]
    y, scales = at + fan * columns, at + (fan + outs) * columns
    count = stop - start
    for lane in range(columns):
        row = order[start + min(lane, count - 1)]
        for place in range(fan):
            block[at + place * columns + lane] = data[row, place]
        for place in range(outs):
            block[y + place * columns + lane] = targets[row, place]
        weight = scale if lane < count else 0.0
        block[scales + lane] = weight * weights[row] if weighted else weight
    for lane in range(columns, plan[PADDED]):
        block[scales + lane] = 0.0


@inner
def _pack(plan: Any, state: Any, packed: Any, data: Any, targets: Any, weights: Any, order: Any) -> None:
    """Write all blocks of an epoch, one after another."""
    at, size = 0, (plan[FAN] + plan[OUTPUTS]) * plan[COLUMNS] + plan[PADDED]
    for start in range(0, state[ROWS], state[BATCH]):
        stop = min(start + state[BATCH], state[ROWS])
        for begin in range(start, stop, plan[COLUMNS]):
            end, scale = min(begin + plan[COLUMNS], stop), 1.0 / (stop - start)
            _fill(plan, packed, at, data, targets, weights, state[WEIGHTED] == 1, order, begin, end, scale)
            at += size


@inner
def _unpack(plan: Any, packed: Any, work: Any, block: Any) -> None:
    """Bring a packed block into the workspace."""
    size = (plan[FAN] + plan[OUTPUTS]) * plan[COLUMNS] + plan[PADDED]
    at, x = block * size, plan[X]
    for place in range(0, size, 8):
        store(work, x + place, load(packed, at + place))


@inner
def _forward(plan: Any, programs: Any, theta: Any, work: Any) -> Any:
    """Compute the block; returns where ỹ lies."""
    columns, count = plan[COLUMNS], plan[LAYERS]
    for layer in range(count):
        part = HEAD + layer * PART
        units, z, h = plan[part + OUT], plan[part + Z], plan[part + H]
        layers.affine(theta, plan[part + AT], work, plan[part + SOURCE], z, plan[part + IN], units, columns)
        if plan[part + CODE] == TAPE:
            tapes.run(programs, plan[part + VALUE], work, plan[REGISTERS], z, h, h, units * columns)
        else:
            layers.activate(plan[part + CODE], work, h, units * columns)
    logits = plan[HEAD + (count - 1) * PART + H]
    if plan[SQUASH]:
        outputs.squash(work, logits, plan[OUTPUT], plan[OUTPUTS] * columns)
    return logits


@inner
def _backward(
    plan: Any, programs: Any, theta: Any, g: Any, deltas: Any, sources: Any, work: Any, logits: Any, first: Any
) -> None:
    columns, padded, count = plan[COLUMNS], plan[PADDED], plan[LAYERS]
    last = HEAD + (count - 1) * PART
    outputs.delta(
        plan[LOSS], plan[SQUASH] == 1, work, logits, plan[OUTPUT], plan[Y], plan[last + DELTA], plan[SCALES],
        plan[OUTPUTS], columns, padded,
    )  # fmt: skip
    for layer in range(count - 1, 0, -1):
        part, below = HEAD + layer * PART, HEAD + (layer - 1) * PART
        units, slopes = plan[below + OUT], plan[below + H]
        if plan[below + CODE] == TAPE:
            slopes, h = plan[SLOPES], slopes
            tapes.run(programs, plan[below + SLOPE], work, plan[REGISTERS], plan[below + Z], h, slopes, units * columns)
        layers.transposed(
            theta, plan[part + AT], work, plan[part + DELTA], plan[below + DELTA], units, plan[part + OUT], columns,
            padded, plan[below + CODE], slopes, plan[MASK],
        )  # fmt: skip
    layers.gradient(g, plan[COUNT], deltas, sources, work, padded, first)


@inner
def _batch_gradient(
    plan: Any, state: Any, programs: Any, deltas: Any, sources: Any, work: Any, theta: Any, g: Any, data: Any,
    targets: Any, weights: Any, order: Any, packed: Any, start: Any, stop: Any,
) -> None:  # fmt: skip
    """The gradient of L over rows start … stop, block by block, into g."""
    scale, columns, begin = 1.0 / (stop - start), plan[COLUMNS], start
    while begin < stop:
        if state[PACKED]:
            _unpack(plan, packed, work, state[BLOCK])
            state[BLOCK] += 1
        else:
            end = min(begin + columns, stop)
            _fill(plan, work, plan[X], data, targets, weights, state[WEIGHTED] == 1, order, begin, end, scale)
        logits = _forward(plan, programs, theta, work)
        _backward(plan, programs, theta, g, deltas, sources, work, logits, begin == start)
        begin += columns


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
def prepare(
    state: Any, key: Any, plan: Any, data: Any, targets: Any, weights: Any, rows: Any, order: Any, packed: Any
) -> None:
    """Bring the rows into the order of the state's epoch, and pack them."""
    if state[SHUFFLED]:
        shuffle(key, state[EPOCH], rows, order)
    if state[PACKED]:
        _pack(plan, state, packed, data, targets, weights, order)


@kernel
def train(
    steps: Any, state: Any, settings: Any, rates: Any, key: Any, plan: Any, programs: Any, deltas: Any, sources: Any,
    work: Any, theta: Any, g: Any, m: Any, v: Any, t: Any, held: Any, is_weight: Any, free: Any, data: Any,
    targets: Any, weights: Any, rows: Any, order: Any, packed: Any,
) -> None:  # fmt: skip
    """Make `steps` updates from the state on, over the ends of epochs; rates: η of each epoch from the state's on.

    `prepare` has been called for the state's epoch.
    """
    count, first_epoch, size, columns = plan[COUNT], state[EPOCH], state[ROWS], plan[COLUMNS]
    state[BLOCK] = state[CURSOR] // state[BATCH] * ((state[BATCH] + columns - 1) // columns)
    for _ in range(steps):
        start = state[CURSOR]
        stop = min(start + state[BATCH], size)
        _batch_gradient(
            plan, state, programs, deltas, sources, work, theta, g, data, targets, weights, order, packed, start, stop
        )
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
            state[CURSOR] = state[BLOCK] = 0
            state[EPOCH] += 1
            if state[SHUFFLED]:
                shuffle(key, state[EPOCH], rows, order)
                if state[PACKED]:
                    _pack(plan, state, packed, data, targets, weights, order)


@kernel
def loss_gradient(
    plan: Any, programs: Any, deltas: Any, sources: Any, work: Any, theta: Any, g: Any, data: Any, targets: Any,
    weights: Any, weighted: Any, rows: Any,
) -> Any:  # fmt: skip
    """L over the rows, and its gradient in g."""
    result, size, scale, columns = 0.0, len(rows), 1.0 / len(rows), plan[COLUMNS]
    for begin in range(0, size, columns):
        end = min(begin + columns, size)
        _fill(plan, work, plan[X], data, targets, weights, weighted, rows, begin, end, scale)
        logits = _forward(plan, programs, theta, work)
        for lane in range(end - begin):
            each = outputs.loss_of(plan[LOSS], plan[SQUASH] == 1, work, logits, plan[Y], lane, plan[OUTPUTS], columns)
            result += each * work[plan[SCALES] + lane]
        _backward(plan, programs, theta, g, deltas, sources, work, logits, begin == 0)
    return result


@kernel
def measure(
    plan: Any, programs: Any, work: Any, theta: Any, data: Any, targets: Any, weights: Any, weighted: Any, rows: Any,
    found: Any,
) -> None:  # fmt: skip
    """found = L, and the share of rows whose class is right: by the sign for one output, else by the largest ỹ."""
    loss, right, size, columns = 0.0, 0, len(rows), plan[COLUMNS]
    outs, y = plan[OUTPUTS], plan[Y]
    for begin in range(0, size, columns):
        end = min(begin + columns, size)
        _fill(plan, work, plan[X], data, targets, weights, weighted, rows, begin, end, 1.0)
        logits = _forward(plan, programs, theta, work)
        for lane in range(end - begin):
            each = outputs.loss_of(plan[LOSS], plan[SQUASH] == 1, work, logits, y, lane, outs, columns)
            loss += each * work[plan[SCALES] + lane]
            right += _is_right(work, logits, y, lane, outs, columns)
    found[0], found[1] = loss / size, right / size


@inner
def _is_right(work: Any, logits: Any, y: Any, lane: Any, outs: Any, columns: Any) -> Any:
    if outs == 1:
        return (work[logits + lane] > 0) == (work[y + lane] > 0)
    best, true = 0, 0
    for unit in range(1, outs):
        if work[logits + unit * columns + lane] > work[logits + best * columns + lane]:
            best = unit
        if work[y + unit * columns + lane] > work[y + true * columns + lane]:
            true = unit
    return best == true
