"""Numbers as typed and as shown."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.document.numbers import parse_number, short, signed
from mlpviz.errors import UserError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("-2", -2.0),
        ("−2", -2.0),
        ("– 2", -2.0),
        ("+0.25", 0.25),
        ("0,5", 0.5),
        (",5", 0.5),
        ("3.", 3.0),
        ("1e-3", 1e-3),
        ("1E3", 1000.0),
        ("1/3", 1 / 3),
        (" -1 / 3 ", -1 / 3),
        ("1/−4", -0.25),
        ("0,5/2", 0.25),
        ("½", 0.5),
        ("2⁄3", 2 / 3),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "a", "1/0", "1/2/3", "1e999", "nan", "inf", "1_000", "0x10", "1.000,5", "--1", "x²", "²", "1 1", "/", "1/",
     "1½", "9" * 400, "1e-99999", "__import__('os')"],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"\.$"):
        parse_number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_the_editor_shows_comes_back_to_the_last_bit(value: float) -> None:
    back = parse_number(repr(value))
    assert back == value
    assert math.copysign(1, back) == math.copysign(1, value)


@given(st.text(max_size=120))
def test_any_text_gives_a_finite_number_or_a_sentence(text: str) -> None:
    try:
        value = parse_number(text)
    except UserError as error:
        value = len(str(error))
    assert math.isfinite(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (-4.0, "−4"), (1 / 3, "0.333"), (-0.5, "−0.500"), (0.999999, "1.000"), (1e-5, "1.0·10⁻⁵"),
     (-2.5e7, "−2.5·10⁷"), (123456.5, "1.2·10⁵"), (math.nan, "NaN"), (-math.inf, "−∞")],
)  # fmt: skip
def test_numbers_are_shown_whole_where_they_are_whole(value: float, text: str) -> None:
    assert short(value) == text


def test_a_sign_is_always_written_but_on_zero() -> None:
    assert (signed(0.3771), signed(-2.0), signed(0.0)) == ("+0.377", "−2", "0")
