"""The function that a sweep reaches for: a ready one by name, or a table of points."""

from __future__ import annotations

from pathlib import Path

from mlpviz.data.strokes import PRESETS, Drawn, from_table, preset
from mlpviz.errors import UserError, shown


def function_named(name: str) -> tuple[Drawn, str]:
    """The function that `--function` names, and a note ("" where there is nothing to say). Raises UserError."""
    if name in PRESETS:
        return preset(name), ""
    if not name.lower().endswith(".csv"):
        raise UserError(f"Unknown function {shown(name)}; there are {', '.join(PRESETS)}, or a file (.csv).")
    return from_table(Path(name))
