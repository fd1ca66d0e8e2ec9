"""Copies kept aside: offered after a crash, and only then."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mlpviz.document.document import ViewSpec, same
from mlpviz.document.edits import new_document
from mlpviz.errors import UserError
from mlpviz.files import project
from mlpviz.files.recovery import Recovery, state_folder

CRASHING = """
import os, sys
from pathlib import Path
from mlpviz.document.edits import new_document
from mlpviz.files.recovery import Recovery
recovery = Recovery(sys.argv[1])
recovery.write(new_document(), Path(sys.argv[2]) if sys.argv[2] else None)
print("written", flush=True)
sys.stdin.read()
os._exit(1)
"""


def running(folder: Path, document: Path | None) -> subprocess.Popen[bytes]:
    """Another process that has kept a copy aside and goes on running."""
    process = subprocess.Popen(
        [sys.executable, "-c", CRASHING, str(folder), str(document or "")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"written\n"
    return process


def test_nothing_is_made_before_there_is_something_to_keep(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path / "state")
    assert recovery.offers() == []
    recovery.discard()
    assert not (tmp_path / "state").exists()


def test_ones_own_copy_is_no_offer_and_discard_leaves_nothing(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.write(new_document(), None)
    recovery.write(replace(new_document(), view=ViewSpec(width=2)), tmp_path / "a.mlpviz")
    assert recovery.offers() == []
    recovery.discard()
    assert list(tmp_path.iterdir()) == []
    recovery.write(new_document(), None)
    recovery.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_crashed_windows_copy_is_offered_and_a_running_ones_is_not(tmp_path: Path) -> None:
    state, original = tmp_path / "state", tmp_path / "möbius.mlpviz"
    recovery = Recovery(state)
    with running(state, original) as first, running(state, None) as second:
        assert recovery.offers() == []
        first.kill()
        first.wait()
        [offer] = recovery.offers()
        assert offer.path == original
        second.kill()
        second.wait()
    offers = recovery.offers()
    assert {offer.path for offer in offers} == {original, None}
    assert offers[0].saved >= offers[1].saved
    assert same(project.load(offer.file), new_document())
    for offer in offers:
        recovery.forget(offer)
        recovery.forget(offer)
    assert recovery.offers() == []
    assert list(state.iterdir()) == []


def test_half_written_copies_of_a_crash_are_cleared_away(tmp_path: Path) -> None:
    for name in ("0123456789abcdef.lock", "0123456789abcdef.path", ".0123456789abcdef.mlpviz.0a1b2c3d4e5f.part"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "notes.lock").write_bytes(b"somebody else's")
    assert Recovery(tmp_path).offers() == []
    assert [path.name for path in tmp_path.iterdir()] == ["notes.lock"]


def test_a_state_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match=r"Cannot keep a copy in .*file"):
        Recovery(tmp_path / "file" / "state").write(new_document(), None)


def test_the_state_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLPVIZ_STATE_DIR", str(tmp_path))
    assert state_folder() == tmp_path
    monkeypatch.delenv("MLPVIZ_STATE_DIR")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert state_folder() == tmp_path / "xdg" / "mlpviz"
    monkeypatch.delenv("XDG_STATE_HOME")
    assert state_folder() == Path.home() / ".local" / "state" / "mlpviz"
