"""Round numbers for an axis."""

from __future__ import annotations

import math

THREE = 3.0  # a step of 3 is round only where it meets both ends
STEPS = (1.0, 2.0, 2.5, THREE, 5.0)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def linear_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """At most `most` (≥ 2) evenly spaced round numbers from `low` to `high`, with labels of equally many decimals.

    Steps that meet both ends are preferred (−6, −3, 0, 3, 6), then those that give more numbers.
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return []
    power = 10.0 ** math.floor(math.log10(span))
    best: tuple[tuple[bool, int, float], float] | None = None
    for factor in STEPS:
        for step in (0.01 * factor * power, 0.1 * factor * power, factor * power):
            count = math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1
            meets = count >= 3 and all(abs(end / step - round(end / step)) < 1e-9 for end in (low, high))
            if not 2 <= count <= most or (factor == THREE and not meets):
                continue
            quality = (meets, count, -step)
            if best is None or quality > best[0]:
                best = (quality, step)
    if best is None:
        return []
    step = best[1]
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [min(max(float(f"{index * step:.12g}"), low), high) for index in range(first, last + 1)]
    return list(zip(values, tick_texts(values, step), strict=True))


def tick_texts(values: list[float], step: float) -> list[str]:
    """Labels with as many decimals as the step has; powers of ten where decimals would be too many."""
    largest = max(map(abs, values), default=0.0)
    if largest >= 1e6 or (step < 1e-4 and largest < 1e-2):
        return [power_of_ten(value) for value in values]
    decimals = next((d for d in range(10) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 9)
    texts = [f"{value:,.{decimals}f}".replace("-", "−") for value in values]
    return ["0" if float(text.replace(",", "").replace("−", "-")) == 0 else text for text in texts]


def power_of_ten(value: float) -> str:
    """A number as 10³, 2·10⁻⁶ or 0; with thousands apart or decimals where that is short."""
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        return f"{value:,.6g}".replace("-", "−")
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    factor = value / 10.0**exponent
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return power if abs(factor - 1) < 1e-9 else f"{factor:.3g}·{power}".replace("-", "−")
