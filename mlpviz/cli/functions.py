"""The function that a sweep reaches for: a ready one by name, a formula in x, or a table of points."""

from __future__ import annotations

from pathlib import Path

from mlpviz.data.formulas import from_formula
from mlpviz.data.strokes import PRESETS, Drawn, from_table, preset
from mlpviz.errors import UserError, shown
from mlpviz.nn.formula.parse import FormulaError


def function_named(name: str) -> tuple[Drawn, str]:
    """The function that `--function` names, and a note ("" where there is nothing to say). Raises UserError."""
    if name in PRESETS:
        return preset(name), ""
    if name.lower().endswith(".csv"):
        return from_table(Path(name))
    try:
        return from_formula(name), ""
    except FormulaError:
        if not name.isidentifier():
            raise
        known = f"{', '.join(PRESETS)}, a formula in x, or a file (.csv)"
        raise UserError(f"Unknown function {shown(name)}; there are {known}.") from None
