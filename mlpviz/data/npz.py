"""X and y from a NumPy archive, its claims checked before anything is read."""

from __future__ import annotations

import lzma
import math
import struct
import tokenize
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown

MAX_MEMBER_BYTES = 256 << 20
# What a broken or forged archive makes its readers raise. UserError is a ValueError too, and passes.
BROKEN = (
    zipfile.BadZipFile,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    SyntaxError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    UserWarning,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    tokenize.TokenError,
)


def read_arrays(path: Path, names: tuple[str, ...]) -> list[NDArray[Any]]:
    """The named arrays of an .npz. Raises UserError for a broken archive, a missing, oversized or pickled array."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [_member(archive, path.name, name) for name in names]
    except UserError:
        raise
    except BROKEN as error:
        raise UserError(f"{path.name} is not a whole NumPy archive (.npz).") from error


def _member(archive: zipfile.ZipFile, file: str, name: str) -> NDArray[Any]:
    if f"{name}.npy" not in archive.namelist():
        found = ", ".join(shown(n.removesuffix(".npy")) for n in archive.namelist()[:8]) or "nothing"
        raise UserError(f"{file} has no array {name!r}; it has {found}.")
    info = archive.getinfo(f"{name}.npy")
    with archive.open(info) as member, warnings.catch_warnings():
        warnings.simplefilter("error")
        version = np.lib.format.read_magic(member)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(member)
        held = info.file_size - member.tell()
    if dtype.hasobject:
        raise UserError(f"{file}: {name!r} holds Python objects, which mlpviz never loads; save it as numbers or text.")
    size = math.prod(shape) * dtype.itemsize
    # What the header claims must be what the archive says it holds, so that nothing is allocated on trust.
    if min(shape, default=1) < 0 or size > held:
        raise UserError(f"{file}: {name!r} claims the shape {shape}, more than the file holds.")
    if size > MAX_MEMBER_BYTES:
        limit = MAX_MEMBER_BYTES >> 20
        raise UserError(f"{file}: {name!r} has {size / 2**20:,.0f} MB; mlpviz takes up to {limit} MB.")
    with archive.open(info) as member:
        array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
        return array
