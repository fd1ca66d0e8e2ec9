"""The passes through one layer, on a block of rows of the data (columns, here) in a workspace.

A workspace is one flat array. Values of units lie row by row, `columns` apart, so that what is done to each number
alone is done to all units of a layer at once; a vector at a row's end reaches into the next row, which is written after
it. Derivatives δ lie `padded` apart, a multiple of 8, and are 0 behind the last column: what such a vector reaches into
does not count. Both have room for a vector behind their last row.
"""

from __future__ import annotations

from typing import Any

from mlpviz.nn.compiled import simd_math
from mlpviz.nn.compiled.jit import inner
from mlpviz.nn.compiled.simd import add, at, fma, if_gt, load, maximum, mul, splat, store, sub, total, totals

# Activations that have passes of their own; every other one is run from its tapes.
IDENTITY, SIGMOID, TANH, RELU, LEAKY, TAPE = range(6)
LEAK = 0.01


@inner
def affine(theta: Any, begin: Any, work: Any, source: Any, target: Any, fan: Any, units: Any, columns: Any) -> None:
    """target (units, columns) = W source + b, [W | b] of shape (units, fan + 1) at `begin` in θ."""
    width = fan + 1
    for unit in range(units):
        row, out = begin + unit * width, target + unit * columns
        bias = splat(at(theta, row + fan))
        lane = 0
        while lane + 8 < columns:
            first, second = bias, bias
            for place in range(fan):
                weight = splat(at(theta, row + place))
                here = source + place * columns + lane
                first = fma(weight, load(work, here), first)
                second = fma(weight, load(work, here + 8), second)
            store(work, out + lane, first)
            store(work, out + lane + 8, second)
            lane += 16
        if lane < columns:
            first = bias
            for place in range(fan):
                first = fma(splat(at(theta, row + place)), load(work, source + place * columns + lane), first)
            store(work, out + lane, first)


@inner
def activate(code: Any, work: Any, target: Any, size: Any) -> None:
    """f over `size` numbers, in place; not for tapes."""
    if code == TANH:
        for place in range(target, target + size, 8):
            store(work, place, simd_math.tanh(load(work, place)))
    elif code == SIGMOID:
        for place in range(target, target + size, 8):
            store(work, place, simd_math.sigmoid(load(work, place)))
    elif code == RELU:
        for place in range(target, target + size, 8):
            store(work, place, maximum(load(work, place), splat(0.0)))
    elif code == LEAKY:
        for place in range(target, target + size, 8):
            z = load(work, place)
            store(work, place, maximum(z, mul(z, splat(LEAK))))


@inner
def _sloped(code: Any, delta: Any, value: Any) -> Any:
    """delta · f′, from h = f(z), or from f′ itself for tapes."""
    one, zero = splat(1.0), splat(0.0)
    if code == TANH:
        return mul(delta, fma(mul(value, splat(-1.0)), value, one))
    if code == SIGMOID:
        return mul(delta, mul(sub(one, value), value))
    if code == RELU:
        return mul(delta, if_gt(value, zero, one, zero))
    if code == LEAKY:
        return mul(delta, if_gt(value, zero, one, splat(LEAK)))
    if code == TAPE:
        return mul(delta, value)
    return delta


@inner
def transposed(
    theta: Any, begin: Any, work: Any, delta: Any, lower: Any, fan: Any, units: Any, columns: Any, padded: Any,
    code: Any, slopes: Any, mask: Any,
) -> None:  # fmt: skip
    """lower (fan, padded) = Wᵀ delta · f′; slopes: where h, or f′ for tapes, lies; mask: 1 at columns, then 0."""
    width = fan + 1
    for place in range(fan):
        out, column, slope = lower + place * padded, begin + place, slopes + place * columns
        lane = 0
        while lane + 8 < padded:
            weight = splat(at(theta, column))
            first = mul(weight, load(work, delta + lane))
            second = mul(weight, load(work, delta + lane + 8))
            for unit in range(1, units):
                weight = splat(at(theta, column + unit * width))
                here = delta + unit * padded + lane
                first = fma(weight, load(work, here), first)
                second = fma(weight, load(work, here + 8), second)
            first = _sloped(code, first, load(work, slope + lane))
            second = _sloped(code, second, load(work, slope + lane + 8))
            store(work, out + lane, first)
            store(work, out + lane + 8, if_gt(load(work, mask + lane + 8), splat(0.0), second, splat(0.0)))
            lane += 16
        if lane < padded:
            first = mul(splat(at(theta, column)), load(work, delta + lane))
            for unit in range(1, units):
                weight = splat(at(theta, column + unit * width))
                first = fma(weight, load(work, delta + unit * padded + lane), first)
            first = _sloped(code, first, load(work, slope + lane))
            store(work, out + lane, if_gt(load(work, mask + lane), splat(0.0), first, splat(0.0)))


@inner
def gradient(g: Any, count: Any, deltas: Any, sources: Any, work: Any, padded: Any, first: Any) -> None:
    """g[p] = Σ over columns of delta · source for all parameters (added to g unless `first`).

    deltas, sources: for each parameter, where its δ and its source's values begin in the workspace; eight at a time.
    """
    for p in range(0, count, 8):
        a, b, c, d, e, f, q, h = (
            splat(0.0),
            splat(0.0),
            splat(0.0),
            splat(0.0),
            splat(0.0),
            splat(0.0),
            splat(0.0),
            splat(0.0),
        )
        for lane in range(0, padded, 8):
            a = fma(load(work, at(deltas, p) + lane), load(work, at(sources, p) + lane), a)
            b = fma(load(work, at(deltas, p + 1) + lane), load(work, at(sources, p + 1) + lane), b)
            c = fma(load(work, at(deltas, p + 2) + lane), load(work, at(sources, p + 2) + lane), c)
            d = fma(load(work, at(deltas, p + 3) + lane), load(work, at(sources, p + 3) + lane), d)
            e = fma(load(work, at(deltas, p + 4) + lane), load(work, at(sources, p + 4) + lane), e)
            f = fma(load(work, at(deltas, p + 5) + lane), load(work, at(sources, p + 5) + lane), f)
            q = fma(load(work, at(deltas, p + 6) + lane), load(work, at(sources, p + 6) + lane), q)
            h = fma(load(work, at(deltas, p + 7) + lane), load(work, at(sources, p + 7) + lane), h)
        sums = totals(a, b, c, d, e, f, q, h)
        store(g, p, sums if first else add(load(g, p), sums))


@inner
def sum_of_squares(values: Any, count: Any) -> Any:
    """Σ values², values padded with zeros to a multiple of 8."""
    result = splat(0.0)
    for place in range(0, count, 8):
        value = load(values, place)
        result = fma(value, value, result)
    return total(result)
