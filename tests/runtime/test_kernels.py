"""Loading the kernels beside the running program."""

from __future__ import annotations

import pytest

from mlpviz.nn.compiled import loading
from mlpviz.runtime.kernels import KernelLoader


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
