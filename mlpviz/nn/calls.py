"""Straight-line programs of array operations.

A step of training is a list of calls bound to preallocated buffers, made once for a network and a batch size and then
run again and again: nothing is looked up, chosen or allocated in a step. The rows of the activation and loss tables
write their formulas as such programs too, so that there is one definition for training, evaluation and pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Buffer = NDArray[Any]
Call = Callable[[], object]
Program = list[Call]


def run(program: Iterable[Call]) -> None:
    """Run every call of the program in its order."""
    for call in program:
        call()


def scalar(value: float, like: Buffer) -> Buffer:
    """A 0-d array of the buffer's type: a cheaper operand than a Python float, and changeable in place."""
    return np.array(value, dtype=like.dtype)
