"""The function that a sweep reaches for: a ready one by name, or a table of points."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mlpviz.data.strokes import PRESETS, Drawn, from_points, preset
from mlpviz.data.tables import read_table
from mlpviz.errors import UserError, shown


def function_named(name: str) -> tuple[Drawn, str]:
    """The function that `--function` names, and a note ("" where there is nothing to say). Raises UserError."""
    if name in PRESETS:
        return preset(name), ""
    if not name.lower().endswith(".csv"):
        raise UserError(f"Unknown function {shown(name)}; there are {', '.join(PRESETS)}, or a file (.csv).")
    return read_function(Path(name))


def read_function(path: Path) -> tuple[Drawn, str]:
    """The polyline through the points of a CSV with the columns x and y (header or none).

    x may come in any order, but no value twice with different y; x that leaves [0, 1] is rescaled to it, with a note.
    """
    table = read_table(path, task="regression")
    if table.X.shape[1] != 1 or table.y.shape[1] != 1:
        count = table.X.shape[1] + table.y.shape[1]
        raise UserError(f"{path.name} has {count} columns; a function needs two, x and y.")
    x, y = table.X[:, 0], table.y[:, 0]
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    low, high = float(x[0]), float(x[-1])
    if low == high:
        raise UserError(f"{path.name}: all x are {low:g}; a function needs at least two different ones.")
    if not np.isfinite(high - low):
        raise UserError(f"{path.name}: x goes from {low:g} to {high:g}, which is too far apart.")
    double = np.flatnonzero((np.diff(x) == 0) & (np.diff(y) != 0))
    if len(double):
        raise UserError(f"{path.name}: x = {x[double[0]]:g} stands twice, with different y.")
    note = ""
    if low < 0 or high > 1:
        note = f"{path.name}: x from {low:g} to {high:g} is rescaled to [0, 1]."
        x = (x - low) / (high - low)
    return from_points(x, y, path.name), note
