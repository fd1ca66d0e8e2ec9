"""Weights as .npz: NumPy's zip of arrays, readable with `np.load(path, allow_pickle=False)`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.archive import opened
from mlpviz.files.raw import MAX_ARRAYS, MAX_SPEC, Content, Raw, parse_network
from mlpviz.files.reading import MAX_PARAMETERS

_MAX_FILE = 8 * MAX_PARAMETERS + 4 * MAX_SPEC + (1 << 20)
_NETWORK = "network.npy"


def write(file: BinaryIO, content: Content) -> None:
    """Write the arrays under their names, and "network", the specification as a JSON string."""
    np.savez(file, allow_pickle=False, network=np.array(json.dumps(content.network.to_json())), **content.arrays)


def read(path: Path) -> Raw:
    """Read arrays of real numbers. Raises UserError."""
    with opened(path, _MAX_FILE) as archive:
        if len(archive.names) > MAX_ARRAYS:
            raise UserError(f"the file holds {len(archive.names):,} arrays, too many for any network of mlpviz.")
        strange = [name for name in archive.names if not name.endswith(".npy")]
        if strange:
            raise UserError(f"the archive holds {shown(strange[0])}, which is no array.")
        arrays = {name.removesuffix(".npy"): archive.array(name) for name in archive.names if name != _NETWORK}
        network = archive.array(_NETWORK) if _NETWORK in archive.names else None
    if network is None:
        return Raw(arrays, None)
    if network.dtype.kind != "U" or network.ndim != 0:
        raise UserError("its entry 'network' must be one string, the network's specification as JSON.")
    return Raw(arrays, parse_network(_text(network)))


def _text(array: NDArray[Any]) -> str:
    try:
        return str(array[()])
    except ValueError as error:  # a code point that Unicode does not have
        raise UserError("its entry 'network' holds characters that do not exist.") from error
