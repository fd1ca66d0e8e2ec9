"""Functions given by a formula in x: where they are not finite on [0, 1]."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mlpviz.data.formulas import from_formula
from mlpviz.errors import UserError


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
