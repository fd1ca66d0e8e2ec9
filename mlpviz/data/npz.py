"""Arrays from a NumPy archive, its claims checked before anything is read."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError

MAX_MEMBER_BYTES = 1 << 30


def read_arrays(path: Path, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """The named arrays of an .npz. Raises UserError for a broken archive, a missing, oversized or pickled array."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: _member(archive, path.name, name) for name in names}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError(f"{path.name} is not a whole NumPy archive (.npz).") from error


def _member(archive: zipfile.ZipFile, file: str, name: str) -> NDArray[Any]:
    try:
        info = archive.getinfo(f"{name}.npy")
    except KeyError:
        found = ", ".join(n.removesuffix(".npy") for n in archive.namelist()[:8]) or "nothing"
        raise UserError(f"{file} has no array {name!r}; it has {found}.") from None
    with archive.open(info) as member:
        try:
            version = np.lib.format.read_magic(member)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(member)
        except (ValueError, EOFError) as error:
            raise UserError(f"{file}: {name!r} is not a NumPy array.") from error
        count = 1
        for side in shape:
            count *= side
        if dtype.hasobject:
            raise UserError(f"{file}: {name!r} holds Python objects, which mlpviz does not load; save it as numbers.")
        # What the header claims must be what the archive says it holds, so that nothing is allocated on trust.
        if count * dtype.itemsize > min(MAX_MEMBER_BYTES, info.file_size):
            raise UserError(f"{file}: {name!r} claims the shape {shape}, more than the file holds or mlpviz takes.")
    with archive.open(info) as member:
        try:
            return np.lib.format.read_array(member, allow_pickle=False)
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            raise UserError(f"{file}: {name!r} is not a whole NumPy array.") from error
