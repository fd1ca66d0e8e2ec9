"""The compiled kernel: many updates of any small network in one call, without the interpreter and its lock."""

from __future__ import annotations

from typing import Any

from numba import float64, int64, types, uint64

from mlpviz.nn.compiled.batches import fill, pack, shuffle
from mlpviz.nn.compiled.codes import BLOCK_SIZE, BLOCKS, PACKED, SIZE, WIDTH
from mlpviz.nn.compiled.jit import entry, inlined
from mlpviz.nn.compiled.layers import backward, forward, gradients
from mlpviz.nn.compiled.outputs import block_loss, block_right, output_delta
from mlpviz.nn.compiled.simd import at, pointer, put
from mlpviz.nn.compiled.update import add_to, all_finite, clip, penalise, update

_numbers, _words = float64[::1], int64[::1]
_Array: Any = types.Array
_Pair: Any = types.UniTuple
_given, _given_rows = _Array(float64, 1, "C", readonly=True), _Array(int64, 1, "C", readonly=True)
_tables = (_words, _words, _numbers, _words)
_examples = (_given, _given, _given, _given_rows)


@inlined
def _add_gradient(plan: Any, steps: Any, work: Any, theta: Any, g: Any, part: Any, block: Any, first: Any) -> Any:
    """g ← g + the block's part of ∂L/∂θ, or that alone for the first block, after `forward`."""
    output_delta(plan, work, block)
    backward(plan, steps, work, theta)
    gradients(plan, work, g if first else part, block)
    if not first:
        add_to(g, part, at(plan, SIZE))


@inlined
def _gradient(
    plan: Any, steps: Any, work: Any, spots: Any, X: Any, y: Any, weights: Any, weighted: Any, theta: Any, g: Any,
    part: Any, rows: Any, start: Any, stop: Any, block: Any, apart: Any,
) -> Any:  # fmt: skip
    """g ← ∂L/∂θ for rows[start : stop], block by block.

    The examples are in blocks from `block` on, `apart` numbers from one to the next; 0: they are brought there first.
    """
    lanes, share = at(plan, WIDTH), 1.0 / (stop - start)
    for first in range(start, stop, lanes):
        if apart == 0:
            count = min(lanes, stop - first)
            fill(plan, work, spots, X, y, weights, weighted, rows, first, count, share, block)
        forward(plan, steps, work, theta, block)
        _add_gradient(plan, steps, work, theta, g, part, block, first == start)
        block += apart


@entry(
    int64, *_tables, *_examples, _words, _words,
    _numbers, _numbers, _numbers, _numbers, _numbers, _numbers, _given,
    _given, _given_rows, _numbers, int64, float64, float64, float64,
    _given, int64, int64, int64, types.boolean, uint64, int64,
)  # fmt: skip
def train(
    plan: Any, steps: Any, work: Any, spots: Any, X: Any, y: Any, weights: Any, rows: Any, order: Any,
    ordered: Any, theta: Any, g: Any, part: Any, m: Any, v: Any, t: Any, factors: Any, decay: Any, locked: Any,
    held: Any, kind: Any, l1: Any, l2: Any, most: Any, rates: Any, cursor: Any, batch: Any, epoch: Any,
    shuffled: Any, key: Any, count: Any,
) -> Any:  # fmt: skip
    """Make up to `count` updates; stop behind the first that leaves the finite numbers. Returns how many were made.

    Args:
        plan, steps, work, spots: a Plan's tables and buffers.
        X, y, weights, rows: the examples, X and y flat; weights of length 0: all 1.
        order: room for the order of an epoch, (rows,); ordered: (1,) the epoch whose order it and the
            packed blocks hold, −1 for none.
        theta, g, part, m, v: θ, room for two gradients, the optimiser's vectors; all padded.
        t: (1,) updates the optimiser has made. factors: Adam's corrections.
        decay: 1 for weights, 0 for biases. locked, held: places in θ that keep these values.
        kind: the optimiser. l1, l2: λ₁, λ₂. most: the longest gradient, 0: any.
        rates: η of this epoch and the following ones. cursor: rows of this epoch used. batch: rows of a batch.
        epoch: epochs finished. shuffled: whether each epoch has an order of its own, from `key`.
    """
    size, total, begun = at(pointer(plan), SIZE), len(rows), epoch
    plan_, steps_, work_, spots_ = pointer(plan), pointer(steps), pointer(work), pointer(spots)
    X_, y_, weights_, weighted = pointer(X), pointer(y), pointer(weights), len(weights) > 0
    theta_, g_, part_, m_, v_ = pointer(theta), pointer(g), pointer(part), pointer(m), pointer(v)
    order_ = pointer(order) if shuffled else pointer(rows)
    locked_, held_, locks, decay_ = pointer(locked), pointer(held), len(locked), pointer(decay)
    # All of them here: within the loop each would cost a count of references.
    rows_, t_, rates_, factors_ = pointer(rows), pointer(t), pointer(rates), pointer(factors)
    ordered_ = pointer(ordered)
    packed, size_of = at(plan_, PACKED), at(plan_, BLOCK_SIZE)
    per_batch = at(plan_, BLOCKS) * size_of
    made = 0
    while made < count:
        stop = min(cursor + batch, total)
        if at(ordered_, 0) < 0 or (shuffled and at(ordered_, 0) != epoch):
            if shuffled:
                shuffle(order_, rows_, total, key, epoch)
            if packed:
                pack(plan_, work_, spots_, X_, y_, weights_, weighted, order_, total, batch)
            put(ordered_, 0, epoch)
        block, apart = packed * per_batch, 0
        if packed and cursor % batch == 0:
            # After a change of the batch size an epoch's other batches may begin anywhere.
            block, apart = cursor // batch * per_batch, size_of
        _gradient(
            plan_, steps_, work_, spots_, X_, y_, weights_, weighted, theta_, g_, part_, order_, cursor, stop, block,
            apart,
        )  # fmt: skip
        if l1 != 0.0 or l2 != 0.0:
            penalise(theta_, g_, decay_, size, l1, l2)
        for i in range(locks):
            put(g_, at(locked_, i), 0.0)
        if most != 0.0:
            clip(g_, size, most)
        done = at(t_, 0)
        update(kind, theta_, g_, m_, v_, size, at(rates_, epoch - begun), factors_, int64(done))
        put(t_, 0, done + 1.0)
        for i in range(locks):
            put(theta_, at(locked_, i), at(held_, i))
        made += 1
        cursor = stop
        if cursor == total:
            cursor = 0
            epoch += 1
        if not all_finite(theta_, size):
            break
    return made


@entry(_Pair(float64, 2), *_tables, *_examples, _numbers, _numbers, _numbers, types.boolean)
def evaluate(
    plan: Any, steps: Any, work: Any, spots: Any, X: Any, y: Any, weights: Any, rows: Any, theta: Any, g: Any,
    part: Any, slopes: Any,
) -> Any:  # fmt: skip
    """L over the rows at θ, without penalties, and how many rows have their class right; with `slopes` g ← ∂L/∂θ."""
    plan_, steps_, work_, spots_ = pointer(plan), pointer(steps), pointer(work), pointer(spots)
    X_, y_, weights_, rows_, weighted = pointer(X), pointer(y), pointer(weights), pointer(rows), len(weights) > 0
    theta_, g_, part_ = pointer(theta), pointer(g), pointer(part)
    lanes, total, loss, right = at(plan_, WIDTH), len(rows), 0.0, 0
    for first in range(0, total, lanes):
        count = min(lanes, total - first)
        fill(plan_, work_, spots_, X_, y_, weights_, weighted, rows_, first, count, 1.0 / total, 0)
        forward(plan_, steps_, work_, theta_, 0)
        loss += block_loss(plan_, work_, 0)
        right += block_right(plan_, work_, 0, count)
        if slopes:
            _add_gradient(plan_, steps_, work_, theta_, g_, part_, 0, first == 0)
    return loss, float(right)
