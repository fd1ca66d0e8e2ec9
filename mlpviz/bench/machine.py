"""What machine this is, and a fixed piece of work to compare machines by."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import numpy as np

import mlpviz

YARDSTICK_LOOPS = 200_000


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


def machine() -> dict[str, object]:
    """What decides absolute figures."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "vector_width": vector_width(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "mlpviz": mlpviz.__version__,
        "blas_threads": os.environ.get("OPENBLAS_NUM_THREADS", "default"),
    }


def yardstick() -> float:
    """Seconds for a fixed loop of small NumPy calls in Python, the work that training tiny nets consists of."""
    a, b, c = np.ones((4, 3)), np.ones((3, 10)), np.empty((4, 10))
    dot = a.dot
    began = time.perf_counter()
    for _ in range(YARDSTICK_LOOPS):
        dot(b, c)
        np.tanh(c, c)
    return time.perf_counter() - began
