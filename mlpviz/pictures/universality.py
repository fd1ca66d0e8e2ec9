"""What the Universality page draws: lengths of stems, axes that stay calm, places for labels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mlpviz.nn.layout import Array

LADDER = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


def stem_lengths(height: Array) -> Array:
    """Signed lengths of stems, the longest 1: the root of |height|, since in proportion most stems would vanish."""
    largest = float(np.max(np.abs(height))) if len(height) else 0.0
    if largest == 0:
        return np.zeros_like(height)
    lengths: Array = np.sign(height) * np.sqrt(np.abs(height) / largest)
    return lengths


# ---- axes


def nice_above(value: float) -> float:
    """The least of 1, 1.5, 2, 3, 5, 7 times a power of ten that is not below a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in LADDER if step * power >= value * (1 - 1e-9)), 10 * power)


def board_range(
    low: float, high: float, now: tuple[float, float] | None = None, filled: float = 0.5
) -> tuple[float, float]:
    """The vertical range of the drawing plane for a g from `low` to `high`: room to draw beyond it on both sides.

    The range there is, `now`, stays while g fills at least a share of it, `filled`, and keeps off its ends.
    """
    span = high - low
    if not span > 1e-9 * max(abs(low), abs(high)):
        half = max(1.0, 0.5 * abs(low))
        span_range = (low - half, low + half)
        return now if now and now[0] < low < now[1] and 0.5 < (now[1] - now[0]) / (2 * half) < 2 else span_range
    if now is not None:
        whole = now[1] - now[0]
        if span >= filled * whole and low - now[0] >= 0.06 * whole and now[1] - high >= 0.06 * whole:
            return now
    margin = 0.22 * span
    return low - margin, high + margin


def error_reach(sup: float, now: float | None = None) -> float:
    """Half the range of the error's axis; it rescales in steps and keeps `now` while that suits."""
    if not sup > 0 or not math.isfinite(sup):
        return now or 1.0
    if now is not None and 0.5 * now <= sup <= 0.87 * now:
        return now
    return nice_above(sup / 0.87)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """At most `most` round numbers within [low, high], evenly apart by 1, 2, 2.5 or 5 times a power of ten."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1.0, 2.0, 2.5, 5.0, 10.0) if s * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step + 0.0 for k in range(first, last + 1)]


# ---- labels


def label_place(
    own: Array,
    others: Sequence[Array],
    size: tuple[float, float],
    now: tuple[float, float] | None = None,
    *,
    off: float = 17.0,
) -> tuple[float, float]:
    """Where a curve's label is read best: beside the curve, clear of all curves.

    Args:
        own, others: (k, 2) curves in pixels, y downwards. size: width and height of the plane in pixels.
        now: where the label is; it stays while that is nearly as clear. off: its centre's distance from the curve.

    Returns:
        The label's centre, in pixels.
    """
    middle = own[(own[:, 0] > 0.05 * size[0]) & (own[:, 0] < 0.95 * size[0])][::4]
    if not len(middle):
        return size[0] / 2, size[1] / 2
    # Above and below; two pixels aside do not matter.
    aside = np.array([0.0, off])
    candidates = np.concatenate([middle - aside, middle + aside])
    fits = (candidates[:, 1] > 12) & (candidates[:, 1] < size[1] - 12)
    candidates = candidates[fits] if fits.any() else candidates
    curves = np.concatenate([own, *others])

    def clearance(places: Array) -> Array:
        apart: Array = np.min(
            np.hypot(places[:, None, 0] - curves[None, :, 0], 1.2 * (places[:, None, 1] - curves[None, :, 1])), axis=1
        )
        return np.minimum(apart, 2 * off)

    clear = clearance(candidates)
    best = int(np.argmax(clear))
    if now is not None:
        nearest = np.min(np.hypot(*(own - now).T))
        if nearest < 1.5 * off and clearance(np.array([now]))[0] >= 0.75 * clear[best]:
            return now
    return float(candidates[best, 0]), float(candidates[best, 1])
