"""The passes through one layer, on a block of columns (lanes) of a workspace.

A workspace is one flat array; every buffer in it is (units, lanes), row-major, its lanes a multiple of 8. A layer's
source has a row of ones below its units, so that biases are weights like any other.
"""

from __future__ import annotations

from typing import Any

from mlpviz.nn.compiled import simd_math
from mlpviz.nn.compiled.jit import inner
from mlpviz.nn.compiled.simd import add, fma, if_gt, load, maximum, mul, splat, store, total, totals

# Activations that have passes of their own; every other one is run from its tapes.
IDENTITY, SIGMOID, TANH, RELU, LEAKY, TAPE = range(6)
LEAK = 0.01


@inner
def affine(theta: Any, at: Any, work: Any, source: Any, target: Any, fan: Any, units: Any, lanes: Any) -> None:
    """target (units, lanes) = A source, A (units, fan + 1) at `at` in θ, source (fan + 1, lanes)."""
    width = fan + 1
    for unit in range(units):
        row, out = at + unit * width, target + unit * lanes
        lane = 0
        while lane + 16 <= lanes:
            bias = splat(theta[row + fan])
            first, second = bias, bias
            for place in range(fan):
                weight = splat(theta[row + place])
                here = source + place * lanes + lane
                first = fma(weight, load(work, here), first)
                second = fma(weight, load(work, here + 8), second)
            store(work, out + lane, first)
            store(work, out + lane + 8, second)
            lane += 16
        if lane < lanes:
            first = splat(theta[row + fan])
            for place in range(fan):
                first = fma(splat(theta[row + place]), load(work, source + place * lanes + lane), first)
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
def times_slope(code: Any, work: Any, h: Any, delta: Any, size: Any) -> None:
    """delta ← delta · f′, from h = f(z); not for tapes."""
    one = splat(1.0)
    if code == TANH:
        for place in range(0, size, 8):
            value = load(work, h + place)
            slope = fma(mul(value, splat(-1.0)), value, one)
            store(work, delta + place, mul(load(work, delta + place), slope))
    elif code == SIGMOID:
        for place in range(0, size, 8):
            value = load(work, h + place)
            slope = mul(add(one, mul(value, splat(-1.0))), value)
            store(work, delta + place, mul(load(work, delta + place), slope))
    elif code == RELU:
        for place in range(0, size, 8):
            value, d = load(work, h + place), load(work, delta + place)
            store(work, delta + place, if_gt(value, splat(0.0), d, splat(0.0)))
    elif code == LEAKY:
        for place in range(0, size, 8):
            value, d = load(work, h + place), load(work, delta + place)
            store(work, delta + place, if_gt(value, splat(0.0), d, mul(d, splat(LEAK))))


@inner
def transposed(theta: Any, at: Any, work: Any, delta: Any, lower: Any, fan: Any, units: Any, lanes: Any) -> None:
    """lower (fan, lanes) = Wᵀ delta, W being A without its last column."""
    width = fan + 1
    for place in range(fan):
        out, column = lower + place * lanes, at + place
        lane = 0
        while lane + 16 <= lanes:
            weight = splat(theta[column])
            first = mul(weight, load(work, delta + lane))
            second = mul(weight, load(work, delta + lane + 8))
            for unit in range(1, units):
                weight = splat(theta[column + unit * width])
                here = delta + unit * lanes + lane
                first = fma(weight, load(work, here), first)
                second = fma(weight, load(work, here + 8), second)
            store(work, out + lane, first)
            store(work, out + lane + 8, second)
            lane += 16
        if lane < lanes:
            first = mul(splat(theta[column]), load(work, delta + lane))
            for unit in range(1, units):
                first = fma(splat(theta[column + unit * width]), load(work, delta + unit * lanes + lane), first)
            store(work, out + lane, first)


@inner
def gradient(g: Any, count: Any, deltas: Any, sources: Any, work: Any, lanes: Any, first: Any) -> None:
    """g[p] = Σ over lanes of delta · source for all parameters (added to g unless `first`).

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
        for lane in range(0, lanes, 8):
            a = fma(load(work, deltas[p] + lane), load(work, sources[p] + lane), a)
            b = fma(load(work, deltas[p + 1] + lane), load(work, sources[p + 1] + lane), b)
            c = fma(load(work, deltas[p + 2] + lane), load(work, sources[p + 2] + lane), c)
            d = fma(load(work, deltas[p + 3] + lane), load(work, sources[p + 3] + lane), d)
            e = fma(load(work, deltas[p + 4] + lane), load(work, sources[p + 4] + lane), e)
            f = fma(load(work, deltas[p + 5] + lane), load(work, sources[p + 5] + lane), f)
            q = fma(load(work, deltas[p + 6] + lane), load(work, sources[p + 6] + lane), q)
            h = fma(load(work, deltas[p + 7] + lane), load(work, sources[p + 7] + lane), h)
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
