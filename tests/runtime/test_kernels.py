"""Loading the kernels beside the running program."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mlpviz
from mlpviz.nn.compiled import loading
from mlpviz.runtime.kernels import KernelLoader, child_environment


def test_what_is_in_the_cache_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(loading, "available", lambda: True)
    monkeypatch.setattr(loading, "ready", lambda: True)
    monkeypatch.setattr(loading, "load", lambda: asked.append("load") or True)
    loader = KernelLoader()
    loader.start()
    loader._thread.join(10)
    loader.close()
    assert asked == ["load"]


def test_without_numba_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "available", lambda: False)
    loader = KernelLoader()
    loader.start()
    assert not loader._thread.is_alive()
    loader.close()


def test_closing_ends_a_compilation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "available", lambda: True)
    monkeypatch.setattr(loading, "ready", lambda: False)
    monkeypatch.setattr(loading, "load", lambda: pytest.fail("there is nothing to load"))
    monkeypatch.setattr("mlpviz.runtime.kernels.sys.executable", "/bin/cat")
    loader = KernelLoader()
    loader.start()
    loader.close()
    assert not loader._thread.is_alive()


def test_the_child_imports_the_same_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other" / "mlpviz"
    other.mkdir(parents=True)
    shutil.copy(mlpviz.__file__, other / "__init__.py")
    monkeypatch.setenv("PYTHONPATH", str(other.parent))
    monkeypatch.chdir(other.parent)
    words = [sys.executable, "-P", "-c", "import mlpviz; print(mlpviz.__file__)"]
    found = subprocess.run(words, env=child_environment(), capture_output=True, text=True, check=True).stdout.strip()
    assert Path(found).samefile(mlpviz.__file__)
    assert child_environment()["PYTHONPATH"].endswith(str(other.parent))  # the rest of it stays
    seen: list[dict[str, str]] = []

    def refuse(words: list[str], **options: object) -> None:
        seen.append(options["env"])  # type: ignore[arg-type]
        raise OSError("enough")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(OSError, match="enough"):
        KernelLoader()._compiled()
    assert seen == [child_environment()]
