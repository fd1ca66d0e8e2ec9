"""Weights as .json: readable by people and by every language; the numbers round-trip exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.raw import MAX_ARRAYS, MAX_SPEC, VERSION, Content, Raw, check_version
from mlpviz.files.reading import MAX_PARAMETERS, check_text, parse_json, read_bytes

FORMAT = "mlpviz-weights"
_MAX_FILE = 32 * MAX_PARAMETERS
_BYTES_A_NUMBER = 64  # with generous white space around it
_NUMBERS = {int, float}


def write(file: BinaryIO, content: Content) -> None:
    """Write one array a line; Python's repr of a float is the shortest text that reads back as the same float."""
    head = {"format": FORMAT, "version": VERSION, "network": content.network.to_json()}
    file.write((json.dumps(head)[:-1] + ',\n "parameters": {').encode())
    for place, (name, array) in enumerate(content.arrays.items()):
        file.write(f"{',' if place else ''}\n  {json.dumps(name)}: {json.dumps(array.tolist())}".encode())
    file.write(b"\n}}\n")


def read(path: Path) -> Raw:
    """Read mlpviz's own JSON, or an object of plain arrays by parameter name. Raises UserError."""
    data = read_bytes(path, _MAX_FILE)
    if len(data) > _BYTES_A_NUMBER * data.count(b",") + 2 * MAX_SPEC:
        raise UserError("the file is far larger than its numbers need: it is no weights file.")
    value = parse_json(data)
    if not isinstance(value, dict):
        raise UserError("the file must hold a JSON object with network and parameters.")
    if "parameters" not in value and "format" not in value:
        return Raw(_arrays(value), None)
    if value.get("format") != FORMAT:
        raise UserError(f"its format is {shown(value.get('format'))}; mlpviz reads {FORMAT!r}.")
    check_version(value.get("version"))
    network = value.get("network")
    if network is None:
        raise UserError("it lacks the network's specification; export the weights again.")
    check_text(network, "the network's specification")
    return Raw(_arrays(value.get("parameters")), network)


def _arrays(value: object) -> dict[str, NDArray[Any]]:
    if not isinstance(value, dict) or not value:
        raise UserError("its parameters must be a JSON object of arrays by name.")
    if len(value) > MAX_ARRAYS:
        raise UserError(f"the file holds {len(value):,} arrays, too many for any network of mlpviz.")
    return {name: _array(name, entry) for name, entry in value.items()}


def _array(name: str, value: object) -> NDArray[np.float64]:
    """A vector or a matrix of numbers; every other value is refused before NumPy guesses what it could mean."""
    if not isinstance(value, list) or not value:
        raise UserError(f"{shown(name)} must be a list of numbers, or of rows of numbers.")
    if not isinstance(value[0], list):
        return _row(name, value, "")
    width = len(value[0]) if isinstance(value[0], list) else 0
    for place, row in enumerate(value, start=1):
        if not isinstance(row, list) or len(row) != width:
            raise UserError(f"row {place} of {shown(name)} does not have {width} numbers as row 1 has.")
    return np.stack([_row(name, row, f" in row {place}") for place, row in enumerate(value, start=1)])


def _row(name: str, row: list[Any], place: str) -> NDArray[np.float64]:
    if not set(map(type, row)) <= _NUMBERS:
        wrong = next(entry for entry in row if type(entry) not in _NUMBERS)
        raise UserError(f"{shown(name)} holds {shown(wrong)}{place}, which is no number.")
    try:
        return np.array(row, dtype=np.float64)
    except OverflowError as error:
        raise UserError(f"{shown(name)} holds a number{place} that is too large.") from error
