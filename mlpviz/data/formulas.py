"""Functions given by a formula in x."""

from __future__ import annotations

import numpy as np

from mlpviz.data.span import check_span
from mlpviz.data.strokes import LARGEST_SAMPLE, Drawn, grid
from mlpviz.nn.formula.check import first_pole
from mlpviz.nn.formula.parse import FormulaError, parse_own
from mlpviz.nn.formula.program import evaluate
from mlpviz.nn.layout import frozen

FINE = 8  # points a sample at which a formula is looked at


def from_formula(text: str) -> Drawn:
    """The function that a formula in x says, unsmoothed; a constant is one too.

    Raises:
        FormulaError: the text is no formula in x, with its position; or its value is not finite, or too large to draw,
            somewhere on [0, 1], naming the x.
    """
    text = text.strip()
    if not text:
        raise FormulaError("The formula is empty; type one such as sin(2*pi*x).")
    node = parse_own(text, "x")
    x = grid()
    if (at := first_pole(node, np.linspace(0.0, 1.0, FINE * (len(x) - 1) + 1))) is not None:
        raise FormulaError(f"g is not finite at x = {at:.4g}; it must be finite from 0 to 1.")
    found = evaluate(node, {"x": x})
    if np.abs(found).max() > LARGEST_SAMPLE:
        at = float(x[np.argmax(np.abs(found))])
        raise FormulaError(f"g is larger than {LARGEST_SAMPLE:g} at x = {at:.4g}; scale it down.")
    check_span(found)
    return Drawn(frozen(found), 0.0, text, formula=True)
