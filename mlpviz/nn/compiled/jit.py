"""How functions are compiled: no interpreter lock, NumPy's rules for division, kept in a cache."""

from __future__ import annotations

from typing import Any

from numba import njit


def inner(function: Any) -> Any:
    """A function that others call; it becomes a part of theirs."""
    return njit(error_model="numpy", forceinline=True)(function)


def kernel(function: Any) -> Any:
    """A function that Python calls, without holding the interpreter's lock."""
    return njit(nogil=True, cache=True, error_model="numpy")(function)
