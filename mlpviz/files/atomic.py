"""Writing a file so that its path always holds either the old content or the whole new one."""

from __future__ import annotations

import errno
import glob
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from mlpviz.errors import RunError, UserError

# These mean that the disk, not the path, is at fault: the run failed (exit 1). Everything else is the user's path.
_DISK = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "your disk quota is used up; free some space and try again",
    errno.EFBIG: "the file would be larger than the system allows; free some space or raise the limit",
    errno.EIO: "the disk reports an error; try another disk",
}
_PATH = {
    errno.EACCES: "permission denied; choose another folder",
    errno.EPERM: "permission denied; choose another folder",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.ENOENT: "its folder does not exist; make it first",
    errno.ENOTDIR: "its folder is a file; choose another folder",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
    errno.ELOOP: "its links lead in a circle; choose another path",
}


_LEFT_OVER = 60.0  # seconds without a write after which a hidden file belongs to a program that was killed


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` once the block ends without an exception.

    The content goes to a hidden file in the same folder, is forced to the disk, and only then renamed over `path`, so
    that neither a crash nor a full disk harms what was there. Permissions of an existing file are kept; a symbolic
    link keeps pointing at its target, which is what is replaced. On an exception nothing is left behind.

    Raises:
        UserError: the path cannot be written (no such folder, no permission, not a file).
        RunError: the disk is full or fails.
    """
    target = _target(path)
    try:
        _remove_left_over(target)
        with _beside(target) as part, part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            file.close()  # Windows renames closed files only
            os.replace(part, target)
            _sync_folder(target.parent)
    except OSError as error:
        raise as_shown(error, target) from error


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise UserError unless `writing(path)` can begin; for use before a long run. Leaves no trace."""
    target = _target(path)
    try:
        with _beside(target):
            pass
    except OSError as error:
        raise as_shown(error, target) from error


def _target(path: str | os.PathLike[str]) -> Path:
    given = os.fspath(path)
    if "\0" in given:
        raise UserError("A file name cannot hold a zero byte; choose another name.")
    target = Path(os.path.realpath(given))
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return target
    except OSError as error:
        raise as_shown(error, target) from error
    if stat.S_ISDIR(mode):
        raise UserError(f"Cannot write {target}: it is a folder; add a file name.")
    if not stat.S_ISREG(mode):
        raise UserError(f"Cannot write {target}: it is no ordinary file; choose another path.")
    if not os.access(target, os.W_OK):
        raise UserError(f"Cannot write {target}: the file is write-protected; choose another name.")
    return target


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new hidden file in the target's folder, with the target's permissions or the usual ones; gone at the end."""
    part = target.with_name(f".{target.name[:30]}.{secrets.token_hex(6)}.part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        yield part
    finally:
        part.unlink(missing_ok=True)


def _remove_left_over(target: Path) -> None:
    """Remove the hidden files of earlier writes to this target that were killed."""
    for part in target.parent.glob(f".{glob.escape(target.name[:30])}.{'?' * 12}.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _LEFT_OVER:
                part.unlink()


def _sync_folder(folder: Path) -> None:
    # Windows has no handle of a folder to force to the disk, and some network disks refuse it: the rename holds there.
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def as_shown(error: OSError, target: Path) -> UserError | RunError:
    """What to tell the user where a file cannot be written."""
    code = error.errno or 0
    if code in _DISK:
        return RunError(f"Cannot write {target}: {_DISK[code]}.")
    if code == errno.ENOENT and target.parent.is_dir():
        return UserError(f"Cannot write {target}: no file can be made in its folder; choose another one.")
    return UserError(f"Cannot write {target}: {_PATH.get(code, error.strerror or 'the system refuses')}.")
