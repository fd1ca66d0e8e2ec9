"""Project files: .mlpviz is a zip of document.json and the document's arrays, each as .npy."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.document.document import Document
from mlpviz.errors import UserError, shown
from mlpviz.files.archive import Archive, opened
from mlpviz.files.atomic import writing
from mlpviz.files.codec import Decoder, Encoder
from mlpviz.files.older import brought_up_to_date
from mlpviz.files.raw import check_version
from mlpviz.files.reading import about, check_text, parse_json
from mlpviz.files.validity import check_document

SUFFIX = ".mlpviz"
FORMAT = "mlpviz-document"
VERSION = 1
_MAIN = "document.json"
_MAX_FILE = 4 << 30
_MAX_JSON = 64 << 20
_DATE = (1980, 1, 1, 0, 0, 0)  # the same document gives the same bytes


def save(document: Document, path: str | os.PathLike[str]) -> None:
    """Write the document; the file is replaced whole or not at all.

    Raises:
        UserError: the path cannot be written.
        RunError: the disk is full.
    """
    encoder = Encoder()
    head = {"format": FORMAT, "version": VERSION, "document": encoder.encode(document, "document")}
    # Stored, not deflated: numbers hardly shrink, and saving must not hold up a window.
    with writing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(_MAIN, _DATE), json.dumps(head, indent=1, allow_nan=False))
        for name, array in encoder.arrays.items():
            with archive.open(zipfile.ZipInfo(_member(name), _DATE), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array, dtype="<f8"), allow_pickle=False)


def load(path: str | os.PathLike[str]) -> Document:
    """Read a document; `document.same(load(path), saved)` holds.

    Raises UserError, beginning with the file's name, for anything that `save` has not written or that does not fit
    together, and for a file of a newer mlpviz.
    """
    with about(path), opened(Path(path), _MAX_FILE) as archive:
        if _MAIN not in archive.names:
            raise UserError(f"this is no document of mlpviz: it lacks {_MAIN}.")
        head = parse_json(archive.read(_MAIN, _MAX_JSON), _MAIN)
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise UserError("this is no document of mlpviz.")
        check_version(head.get("version"), VERSION)
        check_text(head.get("document"), _MAIN)
        brought_up_to_date(head.get("document"))
        document = Decoder(_arrays(archive)).decode(head.get("document"), Document, "document")
        assert isinstance(document, Document)
        check_document(document)
        return document


def _member(name: str) -> str:
    return f"{name.removeprefix('document.')}.npy"


def _arrays(archive: Archive) -> dict[str, NDArray[np.float64]]:
    """Every array by the name that the document's JSON calls it."""
    arrays: dict[str, NDArray[np.float64]] = {}
    for member in archive.names:
        if member == _MAIN:
            continue
        if not member.endswith(".npy"):
            raise UserError(f"the archive holds {shown(member)}, which is no part of a document.")
        array: NDArray[Any] = archive.array(member)
        if array.dtype != np.float64:
            raise UserError(f"the array {shown(member)} has the type {array.dtype}; a document's are float64.")
        arrays[f"document.{member.removesuffix('.npy')}"] = array
    return arrays
