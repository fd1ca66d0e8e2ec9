"""Hatching for the parts of a picture that have no finite value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlpviz.views.kit.theme import Theme

STRIPE = 4  # a stripe is a quarter of so many samples wide


def hatched(
    colors: NDArray[np.uint8], missing: NDArray[np.bool_], theme: Theme, token: str = "edge"
) -> NDArray[np.uint8]:
    """Colours (n, m, 3) with stripes of a token over the panel's colour where `missing` (n, m)."""
    if not missing.any():
        return colors
    rows, columns = np.indices(missing.shape)
    width = max(1, len(colors) // 64)  # as wide on the screen for a coarse picture as for a fine one
    stripe = ((rows + columns) // width) % STRIPE == 0
    result = colors.copy()
    result[missing & ~stripe] = theme.color("panel").getRgb()[:3]
    result[missing & stripe] = theme.color(token).getRgb()[:3]
    return result
