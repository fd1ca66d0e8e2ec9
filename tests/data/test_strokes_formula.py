"""Functions given by a formula in x."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mlpviz.cli.functions import function_named
from mlpviz.data.formulas import from_formula
from mlpviz.data.strokes import PRESETS, grid, preset
from mlpviz.errors import UserError
from mlpviz.nn.formula.parse import FormulaError

X = grid()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x^2", X**2),
        (" sin(2·π·x) − 1 ", np.sin(2 * np.pi * X) - 1),
        ("sqrt(x)", np.sqrt(X)),
        ("where(x > 0.5, 1, 0)", (X > 0.5).astype(float)),
        ("0.5", np.full(len(X), 0.5)),
        ("x^x", X**X),
        ("1e-240*x", 1e-240 * X),
        ("where(x >= 0.5, 1/x, 2)", np.where(X >= 0.5, 1 / np.maximum(X, 0.5), 2.0)),
    ],
)
def test_formulas_are_functions(text: str, value: np.ndarray) -> None:
    drawn = from_formula(text)
    np.testing.assert_allclose(drawn.raw, value, rtol=1e-12, atol=1e-15)
    assert (drawn.source, drawn.formula, drawn.smooth) == (text.strip(), True, 0.0)


@pytest.mark.parametrize(
    ("text", "said", "position"),
    [
        ("", "empty; type one such as sin(2*pi*x)", None),
        ("2*t", "Unknown name 't'", 3),
        ("sin(x", "cannot be read", 5),
        ("x = 3", "cannot be read", 3),
        ("where(x, 1, 2)", "such as x > 0", 7),
        ("__import__('os')", "Unknown function", 1),
        ("1/(x - 0.3)", "not finite at x = 0.3", None),
        ("log(x)", "not finite at x = 0;", None),
        ("1/sin(pi*x)", "not finite at x = 0;", None),
        ("1/(x-1)", "not finite at x = 1;", None),
        ("exp(1000*x)", "not finite at x = 0.7099", None),
        ("1e301*x", "larger than 1e+300 at x = 1", None),
    ],
)
def test_what_is_no_function_is_refused_with_its_place(text: str, said: str, position: int | None) -> None:
    with pytest.raises(FormulaError, match=re.escape(said)) as told:
        from_formula(text)
    assert told.value.position == position


def test_the_command_line_takes_names_formulas_and_files() -> None:
    assert function_named("saw") == (preset("saw"), "")
    drawn, note = function_named("x^2 + 1")
    np.testing.assert_allclose(drawn.raw, X**2 + 1)
    assert note == ""
    with pytest.raises(
        UserError, match=re.escape(f"Unknown function 'cube'; there are {', '.join(PRESETS)}, a formula")
    ):
        function_named("cube")
    with pytest.raises(FormulaError, match="at character 7"):
        function_named("x^2 + y")
    with pytest.raises(UserError, match=r"none\.csv cannot be read"):
        function_named("none.csv")


@pytest.mark.parametrize("text", ["1e-300*x", "1e280*x"])
def test_a_range_that_cannot_be_worked_with_is_refused_at_once(text: str) -> None:
    with pytest.raises(UserError, match=r"range of .* is beyond what can be trained"):
        from_formula(text)
