"""`tube.walk`, compiled."""

from __future__ import annotations

from typing import Any

from numba import float64, int64, types
from numba.extending import register_jitable

from mlpviz.nn.compiled.jit import entry
from mlpviz.universality import tube

for _part in (tube.grown, tube.tangent):
    register_jitable(error_model="numpy")(_part)

_samples: Any = types.Array(float64, 1, "C", readonly=True)
walk = entry(
    int64, _samples, float64, int64, float64[::1], float64[::1], float64[:, ::1], float64[:, :, ::1], float64[:, ::1]
)(tube.walk)
