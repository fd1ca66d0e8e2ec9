"""The cache of the kernels: complete, damaged, unwritable, of another version."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlpviz.nn.compiled import loading
from tests.optional import needs_numba

pytestmark = needs_numba
CODE = "from mlpviz.nn.compiled import loading; print(loading.ready(), loading.load(), loading.ready())"


def loaded(home: Path) -> str:
    """What a fresh process with this folder for caches says."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(home)}
    environment.pop("NUMBA_CACHE_DIR", None)
    words = [sys.executable, "-c", CODE]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment, timeout=400)
    return done.stdout.strip()


def test_a_cold_cache_is_filled_then_found_and_a_damaged_one_made_anew(tmp_path: Path) -> None:
    recent, old = (tmp_path / "mlpviz" / f"kernels-{name}" for name in ("0123", "4567"))
    for folder in (recent, old):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    assert loaded(tmp_path) == "False True True"
    assert (recent.exists(), old.exists()) == (True, False)
    assert loaded(tmp_path) == "True True True"
    for file in tmp_path.rglob("*.nb*"):
        file.write_bytes(b"damaged")
    assert loaded(tmp_path) == "False True True"


def test_a_place_that_cannot_be_written_gives_way_to_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setattr(loading, "folder", lambda: blocked / "kernels")
    found, kept = loading._new_folder()
    assert found.is_dir()
    assert not kept
    assert tmp_path not in found.parents


def test_the_second_of_two_that_compile_at_once_leaves_the_first_ones_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "kernels-1"
    monkeypatch.setattr(loading, "folder", lambda: target)
    for content in ("first", "second"):
        place, kept = loading._new_folder()
        assert kept
        (place / "kernel.nbc").write_text(content)
        loading._publish(place)
    assert loading._intact(target)
    assert (target / "kernel.nbc").read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]
    (target / "kernel.nbc").write_text("damaged")
    assert not loading._intact(target)


def test_the_folder_is_named_after_what_the_kernels_depend_on() -> None:
    assert loading.folder().name.startswith("kernels-")
    assert loading.folder() == loading.folder()


def test_without_numba_everything_says_so() -> None:
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'numba' else find(name, *a)\n"
        "from mlpviz.cli import main\n"
        "print(main(['train', '--epochs', '1', '--json']), main(['train', '--backend', 'compiled']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert '"backend": "numpy' in done.stdout
    assert done.stdout.splitlines()[-1] == "0 2"
    assert "pip install mlpviz[fast]" in done.stderr
