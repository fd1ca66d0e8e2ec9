"""Weights as .csv.zip: one table a layer for a spreadsheet, and the network as JSON beside them."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.archive import Archive, opened
from mlpviz.files.raw import MAX_SPEC, VERSION, Content, Raw, check_version, parse_network
from mlpviz.files.reading import MAX_PARAMETERS
from mlpviz.nn.features import feature_names
from mlpviz.nn.spec import MAX_HIDDEN, MAX_INPUTS, MAX_WIDTH, Network

FORMAT = "mlpviz-weights"
_NETWORK, _README = "network.json", "README.txt"
_TABLE = re.compile(r"layer([1-9]\d?)\.csv")
_LONGEST_NAME = 200
_LEVEL = 2  # digits hardly get smaller above it
_A_NUMBER = 26  # bytes: −2.2250738585072014e-308, a comma, some room
_MAX_FILE = _A_NUMBER * MAX_PARAMETERS + 2 * MAX_SPEC
_MAX_TABLE = _A_NUMBER * MAX_WIDTH * (MAX_INPUTS + 1) + 2 * MAX_SPEC
_MOST_CELLS = (MAX_WIDTH + 1) * (MAX_INPUTS + 2) + MAX_SPEC
_WORDS = """A neural network, one table a layer. Written by mlpviz.

layer1.csv, layer2.csv, ...: a row for each unit, a column for each value that the unit takes in, its bias last.
A unit adds up weight times value over the columns, and the bias; hidden units put the sum through their activation.
The last layer gives the logits.
network.json: the sizes, activations, loss, features and names. mlpviz reads the whole archive back.
"""


def write(file: BinaryIO, content: Content) -> None:
    """Write the archive; the same weights give the same bytes."""
    network = content.network
    head = {"format": FORMAT, "version": VERSION, "network": network.to_json()}
    members = {_README: _WORDS, _NETWORK: json.dumps(head, indent=1) + "\n"}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            _add(archive, name, text.encode())
        for layer in range(len(network.sizes) - 1):
            weight, bias = content.arrays[f"{2 * layer}.weight"], content.arrays[f"{2 * layer}.bias"]
            # The mark at the start tells spreadsheets that the names are in UTF-8.
            text = "\ufeff" + _table(_units(network, layer), _units(network, layer + 1), weight, bias)
            _add(archive, f"layer{layer + 1}.csv", text.encode("utf-8", "backslashreplace"))


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    archive.writestr(member, data, compresslevel=_LEVEL)


def _units(network: Network, layer: int) -> list[str]:
    """What the units of a layer are called, the features being layer 0."""
    count = network.sizes[layer]
    if layer == 0:
        return list(feature_names(network)) or [f"x{unit + 1}" for unit in range(count)]
    if layer <= len(network.hidden):
        return [f"h{layer}.{unit + 1}" for unit in range(count)]
    names = network.class_names if len(network.class_names) == count > 1 else ()
    return list(names) or [f"y{unit + 1}" for unit in range(count)]


def _table(sources: Sequence[str], units: Sequence[str], weight: NDArray[Any], bias: NDArray[Any]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_cell(name) for name in ("unit", *sources, "bias")])
    for unit, row, last in zip(units, weight.tolist(), bias.tolist(), strict=True):
        writer.writerow([_cell(unit), *map(repr, row), repr(last)])
    return out.getvalue()


def _cell(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    word = name.replace("\0", " ")[:_LONGEST_NAME]
    return f"'{word}" if word[:1] in ("=", "+", "-", "@", "\t", "\r") else word


def read(path: Path) -> Raw:
    """Read what `write` wrote; names in the tables do not count, their order does. Raises UserError."""
    with opened(path, _MAX_FILE) as archive:
        layers = [name for name in archive.names if name not in (_NETWORK, _README)]
        strange = [name for name in layers if not _TABLE.fullmatch(name)]
        if strange or not layers or len(layers) > MAX_HIDDEN + 1:
            what = f"holds {shown(strange[0])}" if strange else f"has {len(layers):,} tables"
            raise UserError(f"the archive {what}; it needs layer1.csv, layer2.csv, … and {_NETWORK}.")
        network = _network(archive)
        arrays: dict[str, NDArray[Any]] = {}
        for name in layers:
            place = 2 * (int(name[len("layer") : -len(".csv")]) - 1)
            matrix = _numbers(archive.read(name, _MAX_TABLE), name)
            arrays |= {f"{place}.weight": matrix[:, :-1], f"{place}.bias": matrix[:, -1]}
    return Raw(arrays, network)


def _network(archive: Archive) -> object:
    value = parse_network(archive.read(_NETWORK, 2 * MAX_SPEC))
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise UserError(f"{_NETWORK} must say that its format is {FORMAT}.")
    check_version(value.get("version"))
    if value.get("network") is None:
        raise UserError(f"{_NETWORK} lacks the network's specification; export the weights again.")
    return value["network"]


def _numbers(data: bytes, name: str) -> NDArray[np.float64]:
    """The numbers of a table (units, sources + 1), without its header and its first column."""
    if data.count(b",") > _MOST_CELLS:
        raise UserError(f"{name} has more cells than any layer of mlpviz has weights.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is not UTF-8 text; save it as CSV in UTF-8.") from error
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (csv.Error, ValueError) as error:
        raise UserError(f"{name} is no table of comma-separated values with a header.") from error
    rows = [row for row in rows if row]
    if not rows or len(header) < 3 or any(len(row) != len(header) for row in rows):
        raise UserError(f"{name} must have a name, numbers and a bias in every row, as many as its header has.")
    try:
        return np.array([[float(cell) for cell in row[1:]] for row in rows])
    except ValueError as error:
        raise UserError(f"{name} holds something that is no number: {str(error)[-60:]}.") from error
