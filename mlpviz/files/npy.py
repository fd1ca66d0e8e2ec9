"""One array in NumPy's .npy format, read without ever evaluating its header."""

from __future__ import annotations

import math
import re
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 4096
_DESCR = re.compile(r"'descr'\s*:\s*'([<>|=]?[A-Za-z]\d{0,9})'")
_ORDER = re.compile(r"'fortran_order'\s*:\s*(True|False)")
_SHAPE = re.compile(r"'shape'\s*:\s*\(([\d,\s]{0,200})\)")
NUMBERS = {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"}


def read_npy(file: IO[bytes], size: int, name: str) -> NDArray[Any]:
    """The array that the `size` bytes of `file` hold: real numbers, or strings (kind U), of at most two dimensions.

    The shape and type that the header declares are compared with `size` before anything more is read.
    Raises UserError for everything else: objects (pickles), records, complex numbers, a header that does not fit.
    """
    header, offset = _header(file, name)
    found = [pattern.search(header) for pattern in (_DESCR, _ORDER, _SHAPE)]
    descr, order, shape_text = found
    if descr is None or order is None or shape_text is None:
        what = "holds Python objects (a pickle)" if "'|O'" in header or "object" in header else "is of no known type"
        raise UserError(f"the array {shown(name)} {what}; mlpviz reads plain numbers only.")
    kind = descr[1].lstrip("<>|=")
    if kind == "O":
        raise UserError(f"the array {shown(name)} holds Python objects (a pickle); mlpviz reads plain numbers only.")
    if kind not in NUMBERS and not re.fullmatch(r"U[1-9]\d*", kind):
        raise UserError(f"the array {shown(name)} has the type {descr[1]!r}; mlpviz reads real numbers only.")
    shape = tuple(int(part) for part in shape_text[1].split(",") if part.strip())
    items, width = math.prod(shape), int(kind[1:]) * (4 if kind[0] == "U" else 1)
    if len(shape) > 2:
        raise UserError(f"the array {shown(name)} has {len(shape)} dimensions; mlpviz takes at most two.")
    if items * width != size - offset:
        raise UserError(f"the array {shown(name)} does not have the size that its header declares.")
    data = file.read(items * width)
    if len(data) != items * width:
        raise UserError(f"the array {shown(name)} ends too early.")
    array = np.frombuffer(data, dtype=np.dtype(descr[1]))
    return array.reshape(shape, order="F" if order[1] == "True" else "C")


def _header(file: IO[bytes], name: str) -> tuple[str, int]:
    """The header's text and where the numbers begin."""
    start = file.read(8)
    digits = 2 if start[6:7] == b"\x01" else 4
    length_bytes = file.read(digits)
    if start[:6] != _MAGIC or start[6:7] not in (b"\x01", b"\x02", b"\x03") or len(length_bytes) != digits:
        raise UserError(f"{shown(name)} is not an array in NumPy's .npy format.")
    length = int.from_bytes(length_bytes, "little")
    if length > _MAX_HEADER:
        raise UserError(f"the header of {shown(name)} claims {length:,} bytes; at most {_MAX_HEADER:,} are read.")
    header = file.read(length)
    if len(header) != length:
        raise UserError(f"the array {shown(name)} ends within its header.")
    return header.decode("latin-1"), 8 + digits + length


def to_float64(array: NDArray[Any], name: str) -> NDArray[np.float64]:
    """The numbers as float64 in C order; UserError when they are no numbers, or not finite."""
    if array.dtype.kind not in "fiu":
        raise UserError(f"{shown(name)} holds no numbers.")
    with np.errstate(all="ignore"):
        numbers = np.ascontiguousarray(array, dtype=np.float64)
    if not np.isfinite(numbers).all():
        at = np.argwhere(~np.isfinite(numbers))[0]
        place = ", ".join(str(int(i) + 1) for i in at)
        raise UserError(f"{name} holds NaN or infinity at [{place}]; mlpviz takes finite numbers only.")
    return numbers
