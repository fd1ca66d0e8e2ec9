"""What machine this is, and a fixed piece of work to compare machines by."""

from __future__ import annotations

import ctypes
import os
import platform
import time
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

import mlpviz

YARDSTICK_LOOPS = 200_000
# What the library of NumPy's wheels and a system's OpenBLAS call the function that names the kernels they chose.
_CORE_NAMES = ("scipy_openblas_get_corename64_", "scipy_openblas_get_corename", "openblas_get_corename")


def vector_width() -> str:
    """The widest vector instructions the processor offers, as Linux tells; "unknown" elsewhere."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "unknown"
    words = set(next((line for line in flags.splitlines() if line.startswith("flags")), "").split())
    if {"avx512f", "avx512dq", "avx512bw", "avx512vl"} <= words:
        return "AVX-512"
    return next(
        (name for flag, name in (("avx2", "AVX2"), ("avx", "AVX"), ("sse2", "SSE2")) if flag in words), "unknown"
    )


def processor() -> str:
    """The processor's name."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def blas() -> str:
    """NumPy's BLAS and its version."""
    with suppress(KeyError, TypeError):
        found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{found['name']} {found['version']}"
    return "unknown"


def blas_core() -> str:
    """The processor core whose kernels OpenBLAS chose when it was loaded: NumPy's configuration knows the build's only.

    Linux tells where the loaded library is; "unknown" elsewhere and for another BLAS.
    """
    with suppress(OSError):
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
        for path in dict.fromkeys(line.split(maxsplit=5)[5] for line in maps if "openblas" in line):
            library = ctypes.CDLL(path)
            for name in _CORE_NAMES:
                if hasattr(library, name):
                    core = getattr(library, name)
                    core.argtypes, core.restype = [], ctypes.c_char_p
                    return str((core() or b"unknown").decode("ascii", "replace"))
    return "unknown"


def installed(package: str) -> str | None:
    """A package's version; None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def machine() -> dict[str, object]:
    """What decides absolute figures."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "vector_width": vector_width(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": installed("numba"),
        "mlpviz": mlpviz.__version__,
        "blas": blas(),
        "blas_core": blas_core(),
        "blas_threads": os.environ.get("OPENBLAS_NUM_THREADS", "default"),
    }


def about(machine: dict[str, object]) -> str:
    """The machine in two lines."""
    numba = f", Numba {machine['numba']}" if machine["numba"] else ""
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['vector_width']}; {machine['system']}\n"
        f"mlpviz {machine['mlpviz']}, Python {machine['python']}, NumPy {machine['numpy']}{numba}; "
        f"{machine['blas']} ({machine['blas_core']} kernels, threads: {machine['blas_threads']})"
    )


def yardstick() -> float:
    """Seconds for a fixed loop of small NumPy calls in Python, the work that training tiny nets consists of."""
    a, b, c = np.ones((4, 3)), np.ones((3, 10)), np.empty((4, 10))
    dot = a.dot
    began = time.perf_counter()
    for _ in range(YARDSTICK_LOOPS):
        dot(b, c)
        np.tanh(c, c)
    return time.perf_counter() - began
