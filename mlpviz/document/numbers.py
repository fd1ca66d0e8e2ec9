"""Numbers as people type and read them."""

from __future__ import annotations

import math
import re
import unicodedata

from mlpviz.errors import UserError, shown

MINUS = "−"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_ASCII = str.maketrans({"−": "-", "–": "-", "⁄": "/", "÷": "/", "∕": "/", "\u00a0": " ", "\u202f": " "})
_DECIMAL = re.compile(r"([+-]?)\s*(\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE]([+-]?\d{1,4}))?", re.ASCII)


def parse_number(text: str) -> float:
    """A finite number from what was typed: "0.25", "−2", "1e-3", "0,5" (a decimal comma), "1/3", "½".

    Raises:
        UserError: the text is no such number, a fraction's denominator is 0, or the value is too large for a float64.
    """
    parts = _plain(text).split("/")
    if len(text) <= 100 and len(parts) <= 2:
        values = [value for part in parts if (value := _decimal(part.strip())) is not None]
        if len(values) == len(parts):
            numerator, denominator = (*values, 1.0)[:2]
            if denominator == 0:
                raise UserError(f"{shown(text)} divides by zero; type a fraction such as 1/3.")
            value = numerator / denominator
            if not math.isfinite(value):
                raise UserError(f"{shown(text)} is too large; the largest number is about 1.8e308.")
            return value
    raise UserError(f"{shown(text)} is not a number; type one such as 0.25, −2, 1e-3 or 1/3.")


def _plain(text: str) -> str:
    # "½" becomes " 1⁄2 ", with spaces lest "1½" read 11/2; a superscript two is left alone, as it is no digit here.
    spelled = (f" {unicodedata.normalize('NFKC', c)} " if "VULGAR" in unicodedata.name(c, "") else c for c in text)
    return "".join(spelled).translate(_ASCII).strip()


def _decimal(text: str) -> float | None:
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    sign, digits, exponent = match.groups()
    return float(f"{sign}{digits.replace(',', '.')}e{exponent or 0}")


def short(value: float, decimals: int = 3) -> str:
    """A number for a formula or a table: whole ones as such, others with `decimals`, tiny and huge ones as m.m·10ⁿ."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else f"{MINUS}∞"
    if value == round(value) and abs(value) < 1e6:
        return f"{int(value)}".replace("-", MINUS)
    if 0.5 * 10**-decimals <= abs(value) < 1e5:
        return f"{value:.{decimals}f}".replace("-", MINUS)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.replace('-', MINUS)}·10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def signed(value: float, decimals: int = 3) -> str:
    """`short` with its sign always written; zero has none."""
    return f"+{short(value, decimals)}" if value > 0 else short(value, decimals)
