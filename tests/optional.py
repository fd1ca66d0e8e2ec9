"""What some tests need and not every machine has; these marks alone leave tests out."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys

import pytest

from mlpviz.nn.compiled import loading


def _torch_python() -> str | None:
    """A Python that has PyTorch: this one, or the one that MLPVIZ_TORCH_PYTHON names."""
    return sys.executable if importlib.util.find_spec("torch") else os.environ.get("MLPVIZ_TORCH_PYTHON")


TORCH = _torch_python() or ""
# PyTorch has 200 MB and is no dependency, not even of the tests: whoever has it can name it.
needs_torch = pytest.mark.skipif(not TORCH, reason="no PyTorch here; MLPVIZ_TORCH_PYTHON can name a Python with it")
# Numba comes with the set-up, but not where it has no wheel.
INSTALLED = {"numpy", "compiled"} if loading.load() else {"numpy"}
needs_numba = pytest.mark.skipif("compiled" not in INSTALLED, reason="no Numba here")
# There is no ONNX Runtime for Macs with Intel processors.
needs_runtime = pytest.mark.skipif(importlib.util.find_spec("onnxruntime") is None, reason="no ONNX Runtime here")
# Dask is large, and only who sends work to a cluster needs it.
needs_distributed = pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="no Dask here")
# The names of older processors that LLVM is asked to compile for.
needs_x86 = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="not of that family of processors")
