"""The ranges of g that float64 has room to work in."""

from __future__ import annotations

import numpy as np

from mlpviz.errors import UserError
from mlpviz.nn.layout import Array

SMALLEST, LARGEST = 1e-250, 1e250


def check_span(g: Array) -> None:
    """Raise UserError where the range of samples, of any shape, is too small or too large to be worked with."""
    span = float(np.max(g)) - float(np.min(g))
    if span and not SMALLEST < span < LARGEST:
        raise UserError(f"The function's range of {span:.3g} is beyond what can be trained; scale it towards 1.")
