"""The order of an epoch's rows, and a block of rows brought into the kernel's buffers."""

from __future__ import annotations

from typing import Any

import numpy as np

from mlpviz.nn.compiled.codes import BLOCK_AT, BLOCK_SIZE, BLOCKS, FAN_IN, LANES, LANES_AT, OUTPUTS, WIDTH
from mlpviz.nn.compiled.jit import inner
from mlpviz.nn.compiled.simd import at, gathered, if_lt, load, mul, put, splat, store

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)


@inner
def _mixed(word: Any) -> Any:
    """SplitMix64's finaliser (Steele, Lea & Flood 2014)."""
    word = (word ^ (word >> _30)) * _FIRST
    word = (word ^ (word >> _27)) * _SECOND
    return word ^ (word >> _31)


@inner
def shuffle(order: Any, rows: Any, count: Any, key: Any, epoch: Any) -> Any:
    """order ← the rows in the order of the epoch, the same as `streams.order` makes; it has room for twice as many."""
    start = _mixed(key + np.uint64(epoch + 1) * _GOLDEN)
    # All partners first: these do not wait for each other, the exchanges do.
    for i in range(count):
        put(order, i, at(rows, i))
        place = np.uint64(i + 1)
        put(order, count + i, np.int64(((_mixed(start + place * _GOLDEN) >> _32) * place) >> _32))
    for i in range(count - 1, 0, -1):
        other = at(order, count + i)
        mine = at(order, i)
        put(order, i, at(order, other))
        put(order, other, mine)


@inner
def fill(net: Any, data: Any, rows: Any, start: Any, count: Any, share: Any, block: Any) -> Any:
    """Bring `count` rows from rows[start] on into the block `block` numbers behind the first one, features first.

    Lanes without a row repeat the last one. The scales get `share` times the rows' weights (all 1 unless `weighted`),
    and 0 for lanes without a row. `net`, `data`: pointers (plan, steps, work, spots) and (X, y, weights, weighted).
    """
    plan, _, work, spots = net
    X, y, weights, weighted = data
    lanes, inputs, outputs = at(plan, WIDTH), at(plan, FAN_IN), at(plan, OUTPUTS)
    for j in range(lanes):
        row = at(rows, start + min(j, count - 1))
        put(spots, j, row * inputs)
        put(spots, lanes + j, row * outputs)
        put(spots, 2 * lanes + j, row)
    x_at, lanes_at = at(plan, BLOCK_AT) + block, at(plan, LANES_AT)
    y_at = x_at + (inputs + 1) * lanes
    scale_at = y_at + outputs * lanes
    for j in range(0, lanes, LANES):
        for i in range(inputs):
            store(work, x_at + i * lanes + j, gathered(X, spots, j, i))
        for k in range(outputs):
            store(work, y_at + k * lanes + j, gathered(y, spots, lanes + j, k))
        scale = splat(share)
        if weighted:
            scale = mul(scale, gathered(weights, spots, 2 * lanes + j, 0))
        store(work, scale_at + j, if_lt(load(work, lanes_at + j), splat(float(count)), scale, splat(0.0)))


@inner
def pack(net: Any, data: Any, rows: Any, start: Any, stop: Any, index: Any) -> Any:
    """Bring rows[start : stop] into the blocks that the plan keeps for its batch number `index`."""
    plan = net[0]
    lanes, size = at(plan, WIDTH), at(plan, BLOCK_SIZE)
    block = index * at(plan, BLOCKS) * size
    for first in range(start, stop, lanes):
        fill(net, data, rows, first, min(lanes, stop - first), 1.0 / (stop - start), block)
        block += size
