"""Functions given by a formula in x."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mlpviz.data.formulas import from_formula
from mlpviz.data.strokes import SAMPLES, grid, jumps, smoothed
from mlpviz.errors import UserError
from mlpviz.nn.formula.parse import FormulaError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sin(2*pi*x)", np.sin(2 * np.pi * grid())),
        ("x^2 − x/3", grid() ** 2 - grid() / 3),
        (" sqrt(x) ", np.sqrt(grid())),
        ("abs(x - 0.3)", np.abs(grid() - 0.3)),
        ("where(x < 0.5, 0, 1)", np.where(grid() < 0.5, 0.0, 1.0)),
        ("0.5", np.full(SAMPLES, 0.5)),
        ("1e-300*x", 1e-300 * grid()),
    ],
)
def test_a_formula_is_its_values(text: str, expected: object) -> None:
    drawn = from_formula(text)
    np.testing.assert_allclose(drawn.raw, expected, rtol=1e-14, atol=1e-300)
    assert np.array_equal(smoothed(drawn), drawn.raw)
    assert (drawn.source, drawn.formula, drawn.smooth) == (text.strip(), True, 0.0)
    assert not drawn.raw.flags.writeable


def test_a_step_by_formula_has_a_jump() -> None:
    assert len(jumps(from_formula("where(x < 0.5, 0, 1)"))) == 1


@pytest.mark.parametrize(
    ("text", "said", "position"),
    [
        ("", "empty", None),
        ("sin(", "cannot be read", 4),
        ("2*t", "t", 3),
        ("foo(x)", "foo", 1),
        ("x.real", "no part of a formula", 2),
        ("__import__('os')", "__import__", 1),
        ("where(1, x, 0)", "such as x > 0", 7),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text: str, said: str, position: int | None) -> None:
    with pytest.raises(FormulaError, match=re.escape(said)) as refused:
        from_formula(text)
    assert refused.value.position == position


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1/x", "not finite at x = 0;"),
        ("log(x)", "not finite at x = 0;"),
        ("1/(x - 1)", "not finite at x = 1;"),
        ("1/(x - 0.30001)", "not finite at x = 0.3;"),
        ("sqrt(x - 0.5)", "not finite at x = 0;"),
        ("exp(1000*x)", "not finite at x = "),
        ("1e305*x", "is larger than 1e+300 at x = 1;"),
    ],
)
def test_what_is_not_finite_on_the_interval_is_refused(text: str, said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        from_formula(text)


@pytest.mark.parametrize(
    "text", ["1/(x + 0.001)", "log(x + 1e-9)", "1/(x + 1)", "sin(x)/(x + 0.5)", "x**0.5", "1/(1.001 - x)"]
)
def test_a_pole_outside_the_interval_does_no_harm(text: str) -> None:
    assert np.isfinite(from_formula(text).raw).all()
