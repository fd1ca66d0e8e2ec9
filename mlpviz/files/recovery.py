"""Copies kept aside while the window runs, and offered after a crash.

Each running window has a lock file in the state folder, held by the system for as long as its process lives, and
beside it the newest copy of what is not saved. A copy whose lock nobody holds was left by a crash.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mlpviz.document.document import Document
from mlpviz.errors import UserError
from mlpviz.files import project
from mlpviz.files.atomic import writing

_NAME = re.compile(r"[0-9a-f]{16}")
_MAX_NOTE = 64 << 10


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that a crashed window kept aside.

    Attributes:
        file: the copy; `project.load` reads it.
        path: where the document belonged, None if it never had a file.
        saved: when the copy was made, seconds since 1970.
    """

    file: Path
    path: Path | None
    saved: float


def state_folder() -> Path:
    """Where this user's programs keep such things: MLPVIZ_STATE_DIR if set, else the platform's own place."""
    if given := os.environ.get("MLPVIZ_STATE_DIR"):
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "mlpviz"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "mlpviz"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "mlpviz"


class Recovery:
    """One window's place in the state folder. May be used from several threads; nothing is made before `write`.

    Args:
        folder: where to keep the copies; None takes `state_folder()`/recovery.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self._folder = state_folder() / "recovery" if folder is None else Path(folder)
        self._name = secrets.token_hex(8)
        self._guard = threading.Lock()
        self._held: BinaryIO | None = None

    def write(self, document: Document, path: Path | None) -> None:
        """Keep a copy of the document, in place of the last one. Raises UserError or RunError as `project.save`."""
        with self._guard:
            self._hold()
            note = b"" if path is None else os.fsencode(path.absolute())
            with writing(self._file(self._name, "path")) as file:
                file.write(note)
            project.save(document, self._file(self._name, "mlpviz"))

    def discard(self) -> None:
        """Remove this window's copy: the document is saved, or its user does not want it."""
        with self._guard:
            if self._held is not None:
                self._held.close()
                self._held = None
                self._remove(self._name)

    def offers(self) -> list[Offer]:
        """What crashed windows left, newest first; what belongs to running ones is not among them."""
        offers = [offer for name in self._names() if name != self._name for offer in self._offer(name)]
        return sorted(offers, key=lambda offer: -offer.saved)

    def forget(self, offer: Offer) -> None:
        """Remove what an offer stands for; without effect when it is gone."""
        if offer.file.parent == self._folder and _NAME.fullmatch(offer.file.stem):
            self._remove(offer.file.stem)

    def _file(self, name: str, suffix: str) -> Path:
        return self._folder / f"{name}.{suffix}"

    def _names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return [path.stem for path in self._folder.glob("*.lock") if _NAME.fullmatch(path.stem)]

    def _offer(self, name: str) -> Iterator[Offer]:
        with suppress(OSError, UserError):  # another window may remove it at this very moment
            lock = self._file(name, "lock").open("rb")
            with lock:
                if not _locked(lock):
                    return
                copy = self._file(name, "mlpviz")
                if not copy.exists():
                    self._remove(name)
                    return
                note = self._file(name, "path")
                path = os.fsdecode(note.read_bytes()[:_MAX_NOTE]) if note.exists() else ""
                yield Offer(copy, Path(path) if path else None, copy.stat().st_mtime)

    def _hold(self) -> None:
        """Take this window's lock, once; the system gives it back when the process ends, however it ends."""
        if self._held is not None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._held = self._file(self._name, "lock").open("wb")
            _locked(self._held)
        except OSError as error:
            raise UserError(f"Cannot keep a copy in {self._folder}: {error.strerror or error}.") from error

    def _remove(self, name: str) -> None:
        for suffix in ("mlpviz", "path", "lock"):
            with suppress(OSError):
                self._file(name, suffix).unlink(missing_ok=True)
        for part in self._folder.glob(f".{name}.*.part"):
            with suppress(OSError):
                part.unlink()


if sys.platform == "win32":
    import msvcrt

    def _locked(file: BinaryIO) -> bool:
        """Take the file's lock; False when another process holds it."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: BinaryIO) -> bool:
        """Take the file's lock; False when another process holds it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
