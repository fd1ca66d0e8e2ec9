"""The function that a sweep reaches for: a ready one by name, a formula, a table or a picture."""

from __future__ import annotations

from pathlib import Path

from mlpviz.data import painted, strokes
from mlpviz.data.formulas import from_formula
from mlpviz.data.painted import Painted
from mlpviz.data.painted_table import from_table as painted_from_table
from mlpviz.data.strokes import Drawn, from_table
from mlpviz.errors import UserError, shown
from mlpviz.nn.formula.parse import FormulaError

# Names that end so are of pictures.
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm", ".svg")


def function_named(name: str) -> tuple[Drawn, str]:
    """The function that `--function` names, and a note ("" where there is nothing to say). Raises UserError."""
    if name in strokes.PRESETS:
        return strokes.preset(name), ""
    if name.lower().endswith(".csv"):
        return from_table(Path(name))
    try:
        return from_formula(name), ""
    except FormulaError:
        if not name.isidentifier():
            raise
        known = f"{', '.join(strokes.PRESETS)}, a formula in x, or a file (.csv)"
        raise UserError(f"Unknown function {shown(name)}; there are {known}.") from None


def plane_named(name: str) -> tuple[Painted, str]:
    """The function of two inputs that `--function` names, and a note as `function_named`. Raises UserError."""
    if name in painted.PRESETS:
        return painted.preset(name), ""
    if name.lower().endswith(".csv"):
        return painted_from_table(Path(name))
    if name.lower().endswith(PICTURES):
        return _picture(Path(name)), ""
    try:
        return painted.from_formula(name), ""
    except FormulaError:
        if not name.isidentifier():
            raise
        known = f"{', '.join(painted.PRESETS)}, a formula in x1 and x2, a table (.csv) or a picture (.png)"
        raise UserError(f"Unknown function of two inputs {shown(name)}; there are {known}.") from None


def _picture(path: Path) -> Painted:
    """A grey picture. Qt reads it, which is loaded for that alone and needs no display."""
    try:
        from mlpviz.runtime.greys import read_grey
    except ImportError:
        raise UserError(f"{path.name} cannot be read without PyQt6; install it, or give a table (.csv).") from None
    return painted.from_grey(read_grey(path))
