"""The compiled kernel: many updates of any small network in one call, without the interpreter and its lock.

The arguments of `run`:
    plan, steps, work, spots: a Plan's tables and buffers. plan2 …: those for measuring.
    X, y, weights, rows: the examples, X and y flat; weights of length 0: all 1; the rows trained on.
    rows2, sets, packed: the rows measured on, where each of the sets begins and the last one ends; (1,) whether
        their blocks are packed, −1 for no.
    order, ordered: room for the order of an epoch; (1,) which one it and the packed blocks have, −1 for none.
    theta, g, part, m, v: θ, room for two gradients, the optimiser's vectors; all padded.
    t, factors: (1,) updates the optimiser has made; Adam's corrections.
    decay, locked, held: 1 for weights, 0 for biases; places in θ that keep these values.
    kind, l1, l2, most: the optimiser, λ₁, λ₂, the longest gradient (0: any).
    rates: η of this epoch and the following ones.
    cursor, batch, epoch: rows of this epoch used, rows of a batch, epochs finished.
    shuffled, key: whether each epoch has an order of its own, and from which key.
    count, task, found: TRAIN; MEASURE; DIFFERENTIATE: g ← ∂L/∂θ, found ← L, rows right.
    history: flat rows of figures.
    made: address of a function of `made` for this network; 0: there is none.
"""

from __future__ import annotations

import math
from typing import Any

from numba import float64, int64, types, uint64

from mlpviz.nn.compiled.batches import fill, pack, shuffle
from mlpviz.nn.compiled.codes import BLOCK_AT, BLOCK_SIZE, BLOCKS, PACKED, SIZE, WIDTH
from mlpviz.nn.compiled.jit import entry, inlined
from mlpviz.nn.compiled.layers import backward, forward, gradients
from mlpviz.nn.compiled.outputs import block_loss, block_right, output_delta
from mlpviz.nn.compiled.simd import at, call_made, pointer, put
from mlpviz.nn.compiled.update import add_to, all_finite, clip, penalise, penalty, update

_numbers, _words = float64[::1], int64[::1]
_Array: Any = types.Array
_given, _given_rows = _Array(float64, 1, "C", readonly=True), _Array(int64, 1, "C", readonly=True)
_tables = (_words, _words, _numbers, _words)
_examples = (_given, _given, _given, _given_rows)


# What a call is for.
TRAIN, MEASURE, DIFFERENTIATE = range(3)
# The sets of rows that figures are measured on: training, test, validation; and the columns of a row of figures.
SETS = 3
EPOCH, LOSSES, SHARES, PENALTY, RATE, COLUMNS = 0, (1, 2, 5), (3, 4, 6), 7, 8, 9


@inlined
def _batch(
    net: Any, data: Any, theta: Any, g: Any, part: Any, rows: Any, start: Any, stop: Any, place: Any, task: Any,
    found: Any, made: Any,
) -> Any:  # fmt: skip
    """g ← ∂L/∂θ for rows[start : stop], block by block, unless measuring; unless training found ← L, rows right.

    place: (block, apart): the examples are in blocks from `block` on, `apart` numbers from one to the next; 0: they are
    brought there first.
    """
    plan, steps, work, _ = net
    block, apart = place
    lanes, size, share = at(plan, WIDTH), at(plan, SIZE), 1.0 / (stop - start)
    loss, right = 0.0, 0
    for first in range(start, stop, lanes):
        count = min(lanes, stop - first)
        if apart == 0:
            fill(net, data, rows, first, count, share, block)
        if task == TRAIN and made != 0:
            call_made(made, work, at(plan, BLOCK_AT) + block, theta, g if first == start else part)
        else:
            forward(plan, steps, work, theta, block)
        if task != TRAIN:
            loss += block_loss(plan, work, block)
            right += block_right(plan, work, block, count)
        if task != MEASURE:
            if task != TRAIN or made == 0:
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
    if at(plan, PACKED) and cursor % batch == 0:
        return _blocks_of(plan, cursor // batch)
    # After a change of the batch size an epoch's other batches may begin anywhere.
    return at(plan, PACKED) * at(plan, BLOCKS) * at(plan, BLOCK_SIZE), 0


@inlined
def _blocks_of(plan: Any, index: Any) -> Any:
    """The same for batch number `index`, of a plan that keeps all batches packed, or none."""
    size = at(plan, BLOCK_SIZE)
    return (index * at(plan, BLOCKS) * size, size) if at(plan, PACKED) else (0, 0)


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
    before = at(t, 0)
    update(kind, theta, g, m, v, size, rate, factors, int64(before))
    put(t, 0, before + 1.0)
    # Momentum and decay may still move what has no gradient.
    for i in range(locks):
        put(theta, at(locked, i), at(held, i))


@inlined
def _arrange(
    net: Any, data: Any, rows: Any, order: Any, ordered: Any, total: Any, batch: Any, shuffled: Any, key: Any,
    epoch: Any,
) -> Any:  # fmt: skip
    """Have the rows in the order of the epoch, and its batches packed if the plan keeps them."""
    if at(ordered, 0) < 0 or (shuffled and at(ordered, 0) != epoch):
        if shuffled:
            shuffle(order, rows, total, key, epoch)
        for index in range((total + batch - 1) // batch if at(net[0], PACKED) else 0):
            pack(net, data, order, index * batch, min(index * batch + batch, total), index)
        put(ordered, 0, epoch)


@inlined
def _pack_sets(net: Any, data: Any, rows: Any, sets: Any, packed: Any) -> Any:
    """Have the sets packed, each as one batch, if the plan keeps them."""
    if at(packed, 0) < 0 and at(net[0], PACKED):
        for index in range(SETS):
            pack(net, data, rows, at(sets, index), at(sets, index + 1), index)
        put(packed, 0, 0)


@inlined
def _record(history: Any, row: Any, index: Any, count: Any, found: Any) -> Any:
    """L and the share of right rows of one set; NaN where it has no rows."""
    put(history, row + LOSSES[index], at(found, 0) if count else math.nan)
    put(history, row + SHARES[index], at(found, 1) / count)


@inlined
def _finish(history: Any, row: Any, epoch: Any, theta: Any, decay: Any, size: Any, l1: Any, l2: Any, eta: Any) -> Any:
    """The figures of a row that are not measured on data."""
    put(history, row + EPOCH, float(epoch))
    put(history, row + PENALTY, penalty(theta, decay, size, l1, l2) if l1 != 0.0 or l2 != 0.0 else 0.0)
    put(history, row + RATE, eta)


@entry(
    int64, *_tables, *_tables, *_examples, _given_rows, _words, _words, _words, _words,
    _numbers, _numbers, _numbers, _numbers, _numbers, _numbers, _given,
    _given, _given_rows, _numbers, int64, float64, float64, float64,
    _given, int64, int64, int64, types.boolean, uint64, int64, int64, _numbers, _numbers, int64,
)  # fmt: skip
def run(
    plan: Any, steps: Any, work: Any, spots: Any, plan2: Any, steps2: Any, work2: Any, spots2: Any, X: Any, y: Any,
    weights: Any, rows: Any, rows2: Any, sets: Any, packed: Any, order: Any, ordered: Any, theta: Any, g: Any,
    part: Any, m: Any, v: Any, t: Any, factors: Any, decay: Any, locked: Any, held: Any, kind: Any, l1: Any, l2: Any,
    most: Any, rates: Any, cursor: Any, batch: Any, epoch: Any, shuffled: Any, key: Any, count: Any, task: Any,
    found: Any, history: Any, made: Any,
) -> Any:  # fmt: skip
    """Make up to `count` updates; stop behind the first that leaves the finite numbers. Returns how many were made.

    At the end of every epoch the figures at θ go into the next row of `history`, if it has room for rows; behind the
    last one, or one whose training loss is not finite, the call ends. Other tasks make no update: MEASURE one row of
    figures, DIFFERENTIATE a batch. One function for all, for each takes long to compile. Arguments: see the module.
    """
    # All of them here: within the loop each would cost a count of references.
    own = pointer(plan), pointer(steps), pointer(work), pointer(spots)
    seen = pointer(plan2), pointer(steps2), pointer(work2), pointer(spots2)
    data = pointer(X), pointer(y), pointer(weights), len(weights) > 0
    theta_, g_, part_, m_, v_ = pointer(theta), pointer(g), pointer(part), pointer(m), pointer(v)
    order_ = pointer(order) if shuffled else pointer(rows)
    locked_, held_, locks, decay_ = pointer(locked), pointer(held), len(locked), pointer(decay)
    rows_, rows2_, sets_, packed_ = pointer(rows), pointer(rows2), pointer(sets), pointer(packed)
    t_, rates_, factors_ = pointer(t), pointer(rates), pointer(factors)
    ordered_, found_, history_, room = pointer(ordered), pointer(found), pointer(history), len(history)
    size, total, begun, net = at(own[0], SIZE), len(rows), epoch, own
    done, row, measured = 0, 0, 1 if task == MEASURE else 0
    while measured or done < count:
        if measured:
            # Set number measured − 1.
            net, which, first, stop, what = seen, rows2_, at(sets_, measured - 1), at(sets_, measured), MEASURE
            _pack_sets(seen, data, rows2_, sets_, packed_)
            place = _blocks_of(seen[0], measured - 1)
        else:
            net, which, first, stop, what = own, order_, cursor, min(cursor + batch, total), task
            _arrange(own, data, rows_, order_, ordered_, total, batch, shuffled, key, epoch)
            place = _place(own[0], cursor, batch)
        _batch(net, data, theta_, g_, part_, which, first, stop, place, what, found_, made)
        if measured:
            _record(history_, row, measured - 1, stop - first, found_)
            measured += 1
            if measured > SETS:
                _finish(history_, row, epoch, theta_, decay_, size, l1, l2, at(rates_, epoch - begun))
                finite = math.isfinite(at(history_, row + LOSSES[0]))
                row, measured = row + COLUMNS, 0
                if task == MEASURE or row == room or not finite:
                    break
            continue
        if task == DIFFERENTIATE:
            break
        _change(
            theta_, g_, m_, v_, t_, factors_, decay_, locked_, held_, locks, size, kind, l1, l2, most,
            at(rates_, epoch - begun),
        )  # fmt: skip
        done += 1
        cursor = stop
        if not all_finite(theta_, size):
            break
        if cursor == total:
            cursor, epoch, measured = 0, epoch + 1, 1 if room else 0
    return done
