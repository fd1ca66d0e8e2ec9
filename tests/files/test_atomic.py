"""Writing keeps the old file whole whatever goes wrong."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from mlpviz.errors import RunError, UserError
from mlpviz.files.atomic import check_writable, writing


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_holds_what_was_written_with_the_usual_permissions(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        with writing(tmp_path / "a.bin") as file:
            file.write(b"new")
    finally:
        os.umask(mask)
    assert (tmp_path / "a.bin").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a.bin").stat().st_mode) == 0o640
    assert names(tmp_path) == ["a.bin"]


def test_replacing_keeps_permissions_and_links(tmp_path: Path) -> None:
    real = tmp_path / "real.bin"
    real.write_bytes(b"old")
    real.chmod(0o600)
    link = tmp_path / "link.bin"
    link.symlink_to(real)
    with writing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600


def test_the_old_content_is_there_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with writing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_failure_leaves_nothing_and_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), writing(path) as file:
        file.write(bytes([1 // 0]))
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_full_disk_is_a_failed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def full(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match=r"Cannot write .*a\.bin: .*disk|system"), writing(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_paths_that_cannot_be_written_are_refused_before_anything_happens(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path, "is a folder"),
        (tmp_path / "missing" / "a.bin", "folder does not exist"),
        (tmp_path / "file" / "a.bin", "folder is a file"),
        (tmp_path / ("n" * 300), "name is too long"),
        (tmp_path / "pipe", "no ordinary file"),
        (Path(os.devnull), "no ordinary file"),
    ):
        with pytest.raises(UserError, match=words):
            check_writable(path)
        with pytest.raises(UserError, match=words), writing(path):
            raise AssertionError("must not begin")
    with pytest.raises(UserError, match="zero byte"):
        check_writable("a\0b")
    assert names(tmp_path) == ["file", "pipe"]


def test_checking_leaves_no_trace(tmp_path: Path) -> None:
    check_writable(tmp_path / "a.bin")
    assert names(tmp_path) == []


def test_what_a_killed_write_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    dead, alive, other = (
        tmp_path / f".{name}.part" for name in ("a.bin.0123456789ab", "a.bin.ba9876543210", "b.bin.0123456789ab")
    )
    for path in (dead, alive, other):
        path.write_bytes(b"half")
    os.utime(dead, (0, 0))
    os.utime(other, (0, 0))
    with writing(tmp_path / "a.bin") as file:
        file.write(b"new")
    assert names(tmp_path) == sorted([alive.name, other.name, "a.bin"])


def test_a_folder_in_which_no_file_can_be_made_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UserError, match="no file can be made in its folder; choose another one"):
        check_writable(tmp_path / "a.npz")
    with pytest.raises(UserError, match="its folder does not exist"):
        check_writable(tmp_path / "none" / "a.npz")
