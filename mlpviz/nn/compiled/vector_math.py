"""exp, log, tanh and the like of eight numbers at once, and what losses need, without a branch.

x = k·ln 2 + r with |r| ≤ ½ ln 2 (Cody & Waite 1980), and e^r − 1 = r + r² q(r), where q of degree 9 interpolates at
Chebyshev's points: the relative error stays below 0.4 · 2⁻⁵³.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlpviz.nn.compiled.vectors import Vectors, constant

MAGIC = 1.5 * 2.0**52  # adding it rounds to a whole number, which then stands in the low bits
LOG2E = 1.4426950408889634
LN2 = 0.6931471805599453
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
# Of r², r³, …
COEFFICIENTS = (
    0.5000000000000001, 0.16666666666666669, 0.04166666666662413, 0.008333333333330062, 0.0013888888917213717,
    0.00019841269863053618, 2.4801521295954376e-05, 2.7557268459997064e-06, 2.7620088445409746e-07,
    2.510038549551032e-08,
)  # fmt: skip
HUGE = 40.0  # from here on tanh is 1


def _reduced(v: Vectors, x: Any) -> Any:
    """k + MAGIC, and e^r − 1, for e^x."""
    shifted = v.fma(x, constant(LOG2E), constant(MAGIC))
    k = v.sub(shifted, constant(MAGIC))
    return shifted, _minus_one(v, v.fma(k, constant(-LN2_LOW), v.fma(k, constant(-LN2_HIGH), x)))


def _minus_one(v: Vectors, r: Any, times: int = 1) -> Any:
    """(e^(times · r) − 1)/times; `times` is a power of two."""
    # Two interleaved chains (even and odd powers) keep the multipliers busy.
    s = v.mul(r, r)
    scaled = [c * times ** (power + 1) for power, c in enumerate(COEFFICIENTS)]
    even, odd = constant(scaled[8]), constant(scaled[9])
    for power in (6, 4, 2, 0):
        even = v.fma(even, s, constant(scaled[power]))
        odd = v.fma(odd, s, constant(scaled[power + 1]))
    return v.fma(v.fma(odd, r, even), s, r)


def _held(v: Vectors, x: Any, low: float, high: float) -> Any:
    """x within bounds; NaN stays NaN."""
    x = v.choice(">", x, constant(high), constant(high), x)
    return v.choice("<", x, constant(low), constant(low), x)


def exp(v: Vectors, x: Any) -> Any:
    """e^x: 0 and infinity where it underflows and overflows, through the subnormal numbers."""
    shifted, p = _reduced(v, _held(v, x, -746.0, 710.0))
    # 2^k in two steps, for k may be beyond what one exponent holds.
    half = v.fma(v.sub(shifted, constant(MAGIC)), constant(0.5), constant(MAGIC))
    rest = v.add(v.sub(shifted, half), constant(MAGIC))
    return v.mul(v.mul(v.add(p, constant(1.0)), v.power_of_two(half)), v.power_of_two(rest))


def expm1(v: Vectors, x: Any) -> Any:
    """e^x − 1, accurate near 0."""
    big = exp(v, x)
    shifted, p = _reduced(v, _held(v, x, -40.0, 700.0))
    scale = v.power_of_two(shifted)
    small = v.fma(scale, p, v.sub(scale, constant(1.0)))
    return v.choice(">", x, constant(700.0), big, small)


def tanh(v: Vectors, x: Any) -> Any:
    """tanh x = (e^2|x| − 1)/(e^2|x| + 1) with x's sign."""
    y = v.absolute(x)
    y = v.choice(">", y, constant(HUGE), constant(HUGE), y)
    shifted = v.fma(y, constant(2 * LOG2E), constant(MAGIC))
    # ln 2 to one double's accuracy is enough: an error of k · 2⁻⁵⁵ counts the less, the larger k.
    p = _minus_one(v, v.fma(v.sub(shifted, constant(MAGIC)), constant(-LN2 / 2), y), 2)
    e = v.fma(v.power_of_two(shifted, 1), p, v.sub(v.power_of_two(shifted), constant(1.0)))
    return v.copysign(v.div(e, v.add(e, constant(2.0))), x)


def sigmoid(v: Vectors, x: Any) -> Any:
    """1/(1 + e^−x), with its relative accuracy down to the smallest numbers."""
    e = exp(v, v.mul(v.absolute(x), constant(-1.0)))
    one = constant(1.0)
    return v.div(v.choice("<", x, constant(0.0), e, one), v.add(one, e))


# fdlibm's e_log.c, Sun Microsystems 1993: of s², s⁴, … in (log(1 + f) − 2s)/s, s = f/(2 + f).
LOG_ODD = (6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01, 1.479819860511658591e-01)
LOG_EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
ROOT_HALF_BITS = 0x3FE6A09E667F3BCD
INFINITY = float("inf")


def _log_of(v: Vectors, x: Any, more: Any, shift: Any) -> Any:
    """log x + `more` − `shift` · ln 2, for a positive normal x: x = 2^k m with m from √½ to √2, f = m − 1."""
    k, m = v.split(x, ROOT_HALF_BITS)
    k, f = v.sub(k, shift), v.sub(m, constant(1.0))
    s = v.div(f, v.add(f, constant(2.0)))
    z = v.mul(s, s)
    w = v.mul(z, z)
    odd, even = constant(LOG_ODD[3]), constant(LOG_EVEN[2])
    for c in (2, 1, 0):
        odd = v.fma(odd, w, constant(LOG_ODD[c]))
    for c in (1, 0):
        even = v.fma(even, w, constant(LOG_EVEN[c]))
    half = v.mul(constant(0.5), v.mul(f, f))
    rest = v.add(half, v.add(v.mul(z, odd), v.mul(w, even)))
    low = v.fma(s, rest, v.fma(k, constant(LN2_LOW), more))
    return v.fma(k, constant(LN2_HIGH), v.sub(f, v.sub(half, low)))


def log(v: Vectors, x: Any) -> Any:
    """The natural logarithm: −∞ at 0, NaN below it."""
    zero, tiny = constant(0.0), constant(2.0**-1022)
    scaled = v.choice("<", x, tiny, v.mul(x, constant(2.0**54)), x)
    found = _log_of(v, scaled, zero, v.choice("<", x, tiny, constant(54.0), zero))
    return _at_the_ends(v, x, zero, found)


def log1p(v: Vectors, x: Any) -> Any:
    """log(1 + x), accurate near 0: the rounding error of u = 1 + x counts as its part of u."""
    one = constant(1.0)
    u = v.add(one, x)
    lost = v.choice(">", x, one, v.sub(one, v.sub(u, x)), v.sub(x, v.sub(u, one)))
    found = _log_of(v, u, v.div(lost, u), constant(0.0))
    # Where 1 + x is 1, x itself: also the sign of a zero.
    found = v.choice("<", v.absolute(x), constant(2.0**-54), x, found)
    return _at_the_ends(v, x, constant(-1.0), found)


def _at_the_ends(v: Vectors, x: Any, pole: Any, found: Any) -> Any:
    """What a logarithm is at infinity, at its pole, below it, and for NaN; else `found`."""
    found = v.choice("<", x, constant(INFINITY), found, v.add(x, x))
    found = v.choice(">", x, pole, found, constant(float("nan")))
    return v.choice("==", x, pole, constant(-INFINITY), found)


def logistic(v: Vectors, t: Any, y: Any) -> Any:
    """log(1 + e^(−yt)) without overflow: with u = −yt, max(u, 0) + log(1 + e^−|u|)."""
    u = v.mul(constant(-1.0), v.mul(y, t))
    e = exp(v, v.mul(v.absolute(u), constant(-1.0)))
    return v.add(v.maximum(u, constant(0.0)), log1p(v, e))


def _squared_slope(v: Vectors, t: Any, y: Any) -> Any:
    return v.sub(t, y)


def _absolute_slope(v: Vectors, t: Any, y: Any) -> Any:
    r, zero = v.sub(t, y), constant(0.0)
    return v.choice(">", r, zero, constant(1.0), v.choice("<", r, zero, constant(-1.0), r))


def _huber_slope(v: Vectors, t: Any, y: Any) -> Any:
    r = v.sub(t, y)
    return v.choice(">", r, constant(1.0), constant(1.0), v.choice("<", r, constant(-1.0), constant(-1.0), r))


def _logistic_slope(v: Vectors, t: Any, y: Any) -> Any:
    # y/(−1 − e^(yỹ)) keeps its relative accuracy where the example is right by far.
    return v.div(y, v.sub(constant(-1.0), exp(v, v.mul(t, y))))


def _hinge_slope(v: Vectors, t: Any, y: Any) -> Any:
    zero = constant(0.0)
    return v.choice("<", v.mul(t, y), constant(1.0), v.sub(zero, y), zero)


# ∂ℓ/∂t of the losses that treat every output alone.
SLOPES: dict[str, Callable[[Vectors, Any, Any], Any]] = {
    "squared": _squared_slope,
    "absolute": _absolute_slope,
    "huber": _huber_slope,
    "logistic": _logistic_slope,
    "hinge": _hinge_slope,
}
