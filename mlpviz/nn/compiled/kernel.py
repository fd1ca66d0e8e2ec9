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
_given, _given_rows = _Array(float64, 1, "C", readonly=True), _Array(int64, 1, "C", readonly=True)
_tables = (_words, _words, _numbers, _words)
_examples = (_given, _given, _given, _given_rows)


# What a call is for.
TRAIN, MEASURE, DIFFERENTIATE = range(3)


@inlined
def _batch(
    plan: Any, steps: Any, work: Any, spots: Any, X: Any, y: Any, weights: Any, weighted: Any, theta: Any, g: Any,
    part: Any, rows: Any, start: Any, stop: Any, block: Any, apart: Any, task: Any, found: Any,
) -> Any:  # fmt: skip
    """g ← ∂L/∂θ for rows[start : stop], block by block, unless measuring; unless training found ← L, rows right.

    The examples are in blocks from `block` on, `apart` numbers from one to the next; 0: they are brought there first.
    """
    lanes, size, share = at(plan, WIDTH), at(plan, SIZE), 1.0 / (stop - start)
    loss, right = 0.0, 0
    for first in range(start, stop, lanes):
        count = min(lanes, stop - first)
        if apart == 0:
            fill(plan, work, spots, X, y, weights, weighted, rows, first, count, share, block)
        forward(plan, steps, work, theta, block)
        if task != TRAIN:
            loss += block_loss(plan, work, block)
            right += block_right(plan, work, block, count)
        if task != MEASURE:
            output_delta(plan, work, block)
            backward(plan, steps, work, theta)
            gradients(plan, work, g if first == start else part, block)
            if first != start:
                add_to(g, part, size)
        block += apart
    if task != TRAIN:
        put(found, 0, loss)
        put(found, 1, float(right))


@inlined
def _place(plan: Any, cursor: Any, batch: Any) -> Any:
    """Where the blocks of the batch at `cursor` begin, and how far apart they are: 0 where they are to be filled."""
    packed, size = at(plan, PACKED), at(plan, BLOCK_SIZE)
    if packed and cursor % batch == 0:
        return cursor // batch * at(plan, BLOCKS) * size, size
    # After a change of the batch size an epoch's other batches may begin anywhere.
    return packed * at(plan, BLOCKS) * size, 0


@inlined
def _change(
    theta: Any, g: Any, m: Any, v: Any, t: Any, factors: Any, decay: Any, locked: Any, held: Any, locks: Any, size: Any,
    kind: Any, l1: Any, l2: Any, most: Any, rate: Any,
) -> Any:  # fmt: skip
    """One update of θ from g = ∂L/∂θ: penalties, locks, clipping, the optimiser."""
    if l1 != 0.0 or l2 != 0.0:
        penalise(theta, g, decay, size, l1, l2)
    for i in range(locks):
        put(g, at(locked, i), 0.0)
    if most != 0.0:
        clip(g, size, most)
    done = at(t, 0)
    update(kind, theta, g, m, v, size, rate, factors, int64(done))
    put(t, 0, done + 1.0)
    # Momentum and decay may still move what has no gradient.
    for i in range(locks):
        put(theta, at(locked, i), at(held, i))


@entry(
    int64, *_tables, *_examples, _words, _words,
    _numbers, _numbers, _numbers, _numbers, _numbers, _numbers, _given,
    _given, _given_rows, _numbers, int64, float64, float64, float64,
    _given, int64, int64, int64, types.boolean, uint64, int64, int64, _numbers,
)  # fmt: skip
def run(
    plan: Any, steps: Any, work: Any, spots: Any, X: Any, y: Any, weights: Any, rows: Any, order: Any,
    ordered: Any, theta: Any, g: Any, part: Any, m: Any, v: Any, t: Any, factors: Any, decay: Any, locked: Any,
    held: Any, kind: Any, l1: Any, l2: Any, most: Any, rates: Any, cursor: Any, batch: Any, epoch: Any,
    shuffled: Any, key: Any, count: Any, task: Any, found: Any,
) -> Any:  # fmt: skip
    """Make up to `count` updates; stop behind the first that leaves the finite numbers. Returns how many were made.

    Or, for other tasks, evaluate θ on one batch and make none. One function for all, for each takes long to compile.

    Args:
        plan, steps, work, spots: a Plan's tables and buffers.
        X, y, weights, rows: the examples, X and y flat; weights of length 0: all 1.
        order, ordered: room for the order of an epoch; (1,) which one it and the packed blocks have, −1 for none.
        theta, g, part, m, v: θ, room for two gradients, the optimiser's vectors; all padded.
        t, factors: (1,) updates the optimiser has made; Adam's corrections.
        decay, locked, held: 1 for weights, 0 for biases; places in θ that keep these values.
        kind, l1, l2, most: the optimiser, λ₁, λ₂, the longest gradient (0: any).
        rates: η of this epoch and the following ones.
        cursor, batch, epoch: rows of this epoch used, rows of a batch, epochs finished.
        shuffled, key: whether each epoch has an order of its own, and from which key.
        count, task, found: TRAIN; MEASURE: found ← L, rows right; DIFFERENTIATE: and g ← ∂L/∂θ.
    """
    size, total, begun = at(pointer(plan), SIZE), len(rows), epoch
    plan_, steps_, work_, spots_ = pointer(plan), pointer(steps), pointer(work), pointer(spots)
    X_, y_, weights_, weighted = pointer(X), pointer(y), pointer(weights), len(weights) > 0
    theta_, g_, part_, m_, v_ = pointer(theta), pointer(g), pointer(part), pointer(m), pointer(v)
    order_ = pointer(order) if shuffled else pointer(rows)
    locked_, held_, locks, decay_ = pointer(locked), pointer(held), len(locked), pointer(decay)
    # All of them here: within the loop each would cost a count of references.
    rows_, t_, rates_, factors_ = pointer(rows), pointer(t), pointer(rates), pointer(factors)
    ordered_, found_ = pointer(ordered), pointer(found)
    made = 0
    while made < count:
        stop = min(cursor + batch, total)
        if at(ordered_, 0) < 0 or (shuffled and at(ordered_, 0) != epoch):
            if shuffled:
                shuffle(order_, rows_, total, key, epoch)
            if at(plan_, PACKED):
                pack(plan_, work_, spots_, X_, y_, weights_, weighted, order_, total, batch)
            put(ordered_, 0, epoch)
        block, apart = _place(plan_, cursor, batch)
        _batch(
            plan_, steps_, work_, spots_, X_, y_, weights_, weighted, theta_, g_, part_, order_, cursor, stop, block,
            apart, task, found_,
        )  # fmt: skip
        if task != TRAIN:
            break
        _change(
            theta_, g_, m_, v_, t_, factors_, decay_, locked_, held_, locks, size, kind, l1, l2, most,
            at(rates_, epoch - begun),
        )  # fmt: skip
        made += 1
        cursor = stop
        if cursor == total:
            cursor = 0
            epoch += 1
        if not all_finite(theta_, size):
            break
    return made
