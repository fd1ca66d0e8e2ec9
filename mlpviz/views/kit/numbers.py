"""Numbers as people read them: fixed digits, U+2212 for minus, "–" where there is none."""

from __future__ import annotations

import math

MINUS = "\u2212"
NONE = "–"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def proper(text: str) -> str:
    """A number's text with a real minus sign."""
    return text.replace("-", MINUS)


def power_text(value: float, digits: int = 1) -> str:
    """m.m·10⁻ⁿ, as for 0.00023: "2.3·10⁻⁴"."""
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return proper(mantissa) + "·10" + str(int(exponent)).translate(_SUPERSCRIPTS)


def loss_text(value: float | None) -> str:
    """A loss with four decimals, as 6.4e-6 where they would say little or run long; "–" where there is none.

    Plain characters, unlike the axes' powers of ten: it is copied, read aloud and parsed.
    """
    if value is None or not math.isfinite(value):
        return NONE
    if value == 0 or 0.001 <= abs(value) < 1e5:
        return proper(f"{value:.4f}" if abs(value) < 100 else f"{value:,.1f}")
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{proper(mantissa)}e{int(exponent)}"


def figure_text(value: float | None) -> str:
    """A loss in at most six digits and signs of usual width, for a column that stays where it is: as `loss_text`, with
    fewer decimals from 10 on and a power of ten from 1,000 on."""
    if value is None or not math.isfinite(value):
        return NONE
    for below, decimals in ((9.99995, 4), (99.9995, 3), (999.995, 2)):
        if value == 0 or 0.001 <= abs(value) < below:
            return proper(f"{value:.{decimals}f}")
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{proper(mantissa)}e{int(exponent)}"


def percent(value: float | None) -> str:
    """A share from 0 to 1 with one decimal: "97.5 %"."""
    return NONE if value is None or not math.isfinite(value) else f"{100 * value:.1f}\u202f%"


def small_percent(value: float) -> str:
    """A share that somebody chose as a percentage of three digits at most: "62.3 %", "1 %", "4.9·10⁻⁴ %"."""
    if not math.isfinite(value):
        return NONE
    part = 100 * value
    if part and (abs(part) < 0.001 or abs(part) >= 1e6):
        return f"{power_text(part)}\u202f%"
    return proper(f"{part:,.0f}" if abs(part) >= 100 else f"{part:.3g}") + "\u202f%"


def measured_percent(value: float) -> str:
    """A measured share as a percentage of three digits, always: "62.3 %", "1.00 %", "0.0770 %", "4.9·10⁻⁴ %"."""
    part = 100 * value
    if part == 0 or not 0.001 <= abs(part) < 99.95:
        return small_percent(value)
    return proper(f"{part:#.3g}") + "\u202f%"


def epoch_text(value: int) -> str:
    """A whole number with thousands apart: "1,240"."""
    return proper(f"{value:,}")


def weight_text(value: float, digits: int = 2) -> str:
    """A signed number with fixed decimals: "+0.38", "−1.20"; 2 on the picture, 3 in a tooltip."""
    if not math.isfinite(value):
        return NONE
    return proper(f"{value:+.{digits}f}") if abs(value) < 1e4 else power_text(value)


def small_text(value: float, digits: int = 2) -> str:
    """As `weight_text` without the plus sign, but m.m·10⁻ⁿ below 0.01 in size, where fixed decimals would say zero."""
    if not math.isfinite(value):
        return NONE
    if value != 0 and (abs(value) < 0.01 or abs(value) >= 1e4):
        return power_text(value)
    return proper(f"{value:.{digits}f}")


def number_text(value: float, digits: int = 6) -> str:
    """As few digits as say the number to `digits` significant ones: "0.1", "1000000", "−2.5"."""
    if not math.isfinite(value):
        return NONE
    text = f"{value:.{digits}g}"
    return power_text(value, 2) if "e" in text else proper(text)


def error_text(value: float) -> str:
    """An error as a headline: four decimals where they say enough."""
    if 0.001 <= value < 100:
        return f"{value:.4f}"
    return "0" if value == 0 else power_text(value) if value < 0.001 else number_text(value, 5)


def short_error(value: float) -> str:
    """An error in a small label: three decimals, m.m·10⁻ⁿ below 0.01."""
    return "0" if value == 0 else small_text(value, 3)
