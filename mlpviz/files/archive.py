"""Zip archives, read with every size, name and method checked first; nothing is ever unpacked to the disk."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.npy import read_npy
from mlpviz.files.reading import checked_size

MAX_MEMBERS = 20_000
_MAX_DIRECTORY = 4 << 20
# What a member may unpack to, against the size of the whole file: a network's numbers hardly compress.
_MAX_RATIO = 20
_ALWAYS_ALLOWED = 64 << 20
_LONGEST = 120
_END = struct.Struct("<4s4H2LH")
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OverflowError, struct.error)


class Archive:
    """An open archive whose members' names and declared sizes are in order. Make it with `opened`."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zipped = zipped
        self._members = {member.filename: member for member in zipped.infolist()}

    @property
    def names(self) -> list[str]:
        """The members' names, in the archive's order."""
        return list(self._members)

    def size(self, name: str) -> int:
        """How many bytes a member unpacks to."""
        return self._member(name).file_size

    def read(self, name: str, limit: int) -> bytes:
        """A member's content, of at most `limit` bytes."""
        size = self.size(name)
        if size > limit:
            raise UserError(f"{shown(name)} has {size:,} bytes; at most {limit:,} are read.")
        with self._opened(name) as file:
            data = file.read(size)
        if len(data) != size:
            raise UserError(f"{shown(name)} ends too early.")
        return data

    def array(self, name: str) -> NDArray[Any]:
        """A member in .npy format; see `read_npy`."""
        size = self.size(name)
        with self._opened(name) as file:
            return read_npy(file, size, name)

    def _member(self, name: str) -> zipfile.ZipInfo:
        if name not in self._members:
            raise UserError(f"{shown(name)} is missing from the archive.")
        return self._members[name]

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        with _faults(), self._zipped.open(self._member(name)) as file:
            yield file


@contextmanager
def opened(path: Path, limit: int) -> Iterator[Archive]:
    """The archive at `path`, of at most `limit` bytes, its directory checked.

    Raises UserError for anything that is no zip file, too many or doubled members, names that leave the archive,
    encryption, methods other than stored and deflated, and members that claim to unpack to far more than the file.
    """
    size = checked_size(path, limit)
    with path.open("rb") as file:
        _check_end(file, size)
        with _faults():
            zipped = zipfile.ZipFile(file)
        with zipped:
            _check_members(zipped.infolist(), size)
            yield Archive(zipped)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except UserError:
        raise
    except _FAULTS as error:
        words = str(error).rstrip(".") or "it ends too early"
        words = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"  # zipfile quotes a broken name in full
        raise UserError(f"the file is damaged: {words}.") from error


def _check_end(file: IO[bytes], size: int) -> None:
    """Check the end record: what it says of the directory decides how much zipfile reads into memory."""
    file.seek(max(0, size - _END.size - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise UserError("this is no zip archive, or its end is missing.")
    *_, directory, _offset, _comment = _END.unpack_from(tail, at)
    # A 64-bit end record would overrule this one; only archives larger than mlpviz reads need it.
    if directory > _MAX_DIRECTORY or tail[max(0, at - 20) :].startswith(b"PK\x06\x07"):
        raise UserError(f"the archive's directory is too large; at most {MAX_MEMBERS:,} members are read.")
    file.seek(0)


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MAX_MEMBERS:
        raise UserError(f"the archive has {len(members):,} members; at most {MAX_MEMBERS:,} are read.")
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if name in seen:
            raise UserError(f"the archive holds {shown(name)} twice.")
        seen.add(name)
        parts = name.replace("\\", "/").split("/")
        if name != member.orig_filename or ".." in parts or parts[0] == "" or ":" in name or os.path.isabs(name):
            raise UserError(f"the archive holds the path {shown(member.orig_filename)}, which leads out of it.")
        if member.flag_bits & 1:
            raise UserError("the archive is encrypted; unpack it and pack it again without a password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UserError(f"{shown(name)} is packed in a way that mlpviz does not read; use zip's deflate.")
    total = sum(member.file_size for member in members)
    if total > max(_ALWAYS_ALLOWED, _MAX_RATIO * size):
        raise UserError(f"the archive claims to unpack to {total:,} bytes from {size:,}; mlpviz does not read that.")
