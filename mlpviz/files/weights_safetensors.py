"""Weights as .safetensors: an 8-byte length, a JSON header, the numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.raw import MAX_ARRAYS, MAX_SPEC, VERSION, Content, Raw, check_version, parse_network
from mlpviz.files.reading import MAX_PARAMETERS, parse_json, read_bytes

_MAX_HEADER = 2 * MAX_SPEC + (1 << 20)
_MAX_FILE = 8 * MAX_PARAMETERS + _MAX_HEADER + 8
# dtype → bytes a number; BF16 is the upper half of a float32.
_WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
_IDS = {"float64": "F64", "float32": "F32"}


def write(file: BinaryIO, content: Content) -> None:
    """Write the arrays, float64 or float32.

    The package's own writer shuffles the metadata from call to call; written here, the same weights give the same
    bytes.
    """
    metadata = {"format": "mlpviz", "version": str(VERSION), "network": json.dumps(content.network.to_json())}
    header: dict[str, Any] = {"__metadata__": metadata}
    at = 0
    for name, array in content.arrays.items():
        end = at + array.nbytes
        header[name] = {"dtype": _IDS[array.dtype.name], "shape": list(array.shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the numbers begin at a multiple of 8
    file.write(len(text).to_bytes(8, "little") + text)
    for array in content.arrays.values():
        file.write(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())


def read(path: Path) -> Raw:
    """Read arrays of float64, float32, float16 or bfloat16. Raises UserError."""
    from safetensors import SafetensorError, deserialize  # 0.07 s: only when there is something to read

    data = read_bytes(path, _MAX_FILE)
    metadata = _check_header(data)
    parse: Callable[[bytes], list[tuple[str, dict[str, Any]]]] = deserialize
    try:
        tensors = parse(data)
    except SafetensorError as error:
        raise UserError(f"the file is damaged: {error}.") from error
    arrays = {name: _numbers(tensor) for name, tensor in tensors}
    if metadata.get("format") != "mlpviz":
        return Raw(arrays, None)
    check_version(metadata.get("version"))
    if "network" not in metadata:
        raise UserError("its metadata lack the network's specification; export the weights again.")
    return Raw(arrays, parse_network(metadata["network"]))


def _check_header(data: bytes) -> dict[str, str]:
    """The metadata, once the header's sizes, types, shapes and offsets agree with each other and the file."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise UserError(
            f"the header claims {length:,} bytes, but the file has {len(data):,}: it is cut short or damaged."
        )
    if length > _MAX_HEADER:
        raise UserError(f"the header has {length:,} bytes; mlpviz reads at most {_MAX_HEADER:,}.")
    header = parse_json(data[8 : 8 + length], "the header")
    if not isinstance(header, dict):
        raise UserError("the header must be a JSON object.")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise UserError("the header's metadata must be strings by name.")
    if len(header) > MAX_ARRAYS:
        raise UserError(f"the file holds {len(header):,} arrays, too many for any network of mlpviz.")
    at = 0
    for start, end in sorted(_check_tensor(name, entry) for name, entry in header.items()):
        if start != at:
            raise UserError("the arrays overlap or leave gaps: the file is damaged.")
        at = end
    if 8 + length + at != len(data):
        raise UserError(f"the arrays need {8 + length + at:,} bytes, but the file has {len(data):,}: it is damaged.")
    return metadata


def _check_tensor(name: str, entry: object) -> tuple[int, int]:
    """Where the tensor's numbers begin and end, in bytes behind the header."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise UserError(f"the header describes {shown(name)} wrongly; it needs dtype, shape and data_offsets.")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _WIDTHS:
        raise UserError(f"{shown(name)} has the type {shown(dtype)}; mlpviz reads {', '.join(_WIDTHS)}.")
    if not _naturals(shape) or len(shape) > 2:
        raise UserError(f"{shown(name)} has the shape {shown(shape)}; a network's arrays have one or two dimensions.")
    if not _naturals(offsets) or len(offsets) != 2:
        raise UserError(f"the header describes {shown(name)} wrongly: its offsets are {shown(offsets)}.")
    start, end = offsets
    if end - start != math.prod(shape) * _WIDTHS[dtype]:
        raise UserError(f"{shown(name)} does not have the size that its shape {shape} asks for.")
    return start, end


def _naturals(value: object) -> bool:
    return isinstance(value, list) and all(type(part) is int and 0 <= part < 2**48 for part in value)


def _numbers(tensor: dict[str, Any]) -> NDArray[Any]:
    data, dtype = bytes(tensor["data"]), tensor["dtype"]
    if dtype == "BF16":
        array: NDArray[Any] = (np.frombuffer(data, "<u2").astype("<u4") << np.uint32(16)).view("<f4")
    else:
        array = np.frombuffer(data, f"<f{_WIDTHS[dtype]}")
    return array.reshape(tensor["shape"])
