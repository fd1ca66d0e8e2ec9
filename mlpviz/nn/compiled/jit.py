"""How the kernel's functions are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def inner(function: Any) -> Any:
    """A function for others to call. Division follows NumPy's rules: no test for a zero, no exception."""
    return njit(error_model="numpy")(function)


def inlined(function: Any) -> Any:
    """The same, always made a part of its caller: for what is called from one place in a loop that must be fast."""
    return njit(error_model="numpy", forceinline=True)(function)


def entry(result: Any, *arguments: Any) -> Callable[[Any], Any]:
    """A function for Python to call, compiled for one signature, kept on disk, run without the interpreter's lock."""
    compiled: Callable[[Any], Any] = njit(result(*arguments), nogil=True, cache=True, error_model="numpy")
    return compiled
