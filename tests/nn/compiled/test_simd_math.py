"""The vector functions against 120-bit arithmetic, over all sizes of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from tests.optional import needs_numba

pytestmark = needs_numba
ULP = 3.0
REFERENCE: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "tanh": mpmath.tanh,
    "log": lambda t: mpmath.log(t) if t > 0 else mpmath.nan,
    "log1p": lambda t: mpmath.log1p(t) if t > -1 else mpmath.ninf if t == -1 else mpmath.nan,
    "sigmoid": lambda t: 1 / (1 + mpmath.exp(-t)),
}


@pytest.fixture(scope="module")
def functions() -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    from numba import njit

    from mlpviz.nn.compiled import simd

    def over(name: str) -> Callable[[np.ndarray], np.ndarray]:
        function = getattr(simd, name)

        @njit
        def run(x: Any, out: Any) -> None:
            for place in range(0, len(x), 8):
                value = function(simd.load(simd.pointer(x), place))
                simd.store(simd.pointer(out), place, value)

        def called(x: np.ndarray) -> np.ndarray:
            out = np.empty_like(x)
            run(x, out)
            return out

        return called

    return {name: over(name) for name in REFERENCE}


def points() -> np.ndarray:
    rng = np.random.default_rng(4)
    parts = [
        rng.normal(size=2000), 10 * rng.normal(size=800), rng.uniform(-744, 709, 800),
        np.exp(rng.uniform(-60, 6, 1200)) * rng.choice([-1, 1], 1200), np.linspace(-1, 1, 800),
        np.exp(rng.uniform(-740, 709, 800)), 1 + 1e-3 * rng.normal(size=800),
    ]  # fmt: skip
    return np.concatenate(parts)


@pytest.mark.parametrize("name", REFERENCE)
def test_three_units_in_the_last_place_at_most(functions: Any, name: str) -> None:
    x = points()
    found = functions[name](x)
    with mpmath.workprec(120):
        exact = [REFERENCE[name](mpmath.mpf(float(value))) for value in x]
        rounded = np.array([float(value) for value in exact])
        size = np.spacing(np.maximum(np.abs(rounded), np.finfo(float).tiny))
        off = [abs(float(mpmath.mpf(float(f)) - e)) for f, e in zip(found, exact, strict=True)]
    np.testing.assert_array_equal(np.isnan(found), np.isnan(rounded))
    assert np.nanmax(np.array(off) / size) <= ULP


@pytest.mark.parametrize("name", REFERENCE)
def test_far_out_and_at_zero(functions: Any, name: str) -> None:
    x = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, 1e300, -1e300, 5e-324])
    high, low, nan, zero, minus_zero, huge, tiny, least = functions[name](x)
    expected = {
        "exp": (np.inf, 0.0, 1.0),
        "expm1": (np.inf, -1.0, 0.0),
        "tanh": (1.0, -1.0, 0.0),
        "sigmoid": (1.0, 0.0, 0.5),
        "log": (np.inf, np.nan, -np.inf),
        "log1p": (np.inf, np.nan, 0.0),
    }
    np.testing.assert_array_equal((high, low, zero), expected[name])
    ends = (np.log(1e300), np.nan, expected[name][2]) if name.startswith("log") else expected[name]
    np.testing.assert_array_equal((huge, tiny, minus_zero), ends)
    assert np.isnan(nan)
    if name == "log":
        assert least == np.log(5e-324)
    if name in ("tanh", "log1p"):
        assert least == 5e-324
        assert np.signbit(minus_zero)
