"""Arrays as the kernels take them: one type each, so that each kernel is compiled once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def given(array: NDArray[Any]) -> NDArray[Any]:
    """A read-only view of what is only read."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def padded(values: NDArray[Any]) -> NDArray[Any]:
    """A copy with zeros behind it, up to a multiple of 8."""
    room = np.zeros(-(-len(values) // 8) * 8)
    room[: len(values)] = values
    return room


def whole(values: NDArray[Any]) -> NDArray[Any]:
    """The padded array that the values are a part of."""
    base = values.base
    assert isinstance(base, np.ndarray)
    return base
