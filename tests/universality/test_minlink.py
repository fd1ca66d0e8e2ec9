"""Lim(W): against closed forms, brute force and mirror images; the path has it."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlpviz.data.strokes import grid, preset, smoothed
from mlpviz.nn.compiled import loading
from mlpviz.nn.layout import Array
from mlpviz.universality import legs
from mlpviz.universality.legs import Legs
from mlpviz.universality.minlink import Walker, limits, path, pieces_within
from tests.universality.strokes import stroke

# Without the kernel a stroke takes a second.
SEEDS = range(16 if loading.ready() else 2)
WIDTHS = (0, 1, 2, 3, 4, 8, 16, 32, 64, 128, 256)


def sup(x: Array, y: Array, g: Array) -> float:
    at = np.union1d(np.linspace(0, 1, len(g)), x)
    return float(np.max(np.abs(np.interp(at, x, y) - np.interp(at, np.linspace(0, 1, len(g)), g))))


def test_the_parabola_has_its_closed_form() -> None:
    x = np.linspace(0, 1, 4097)
    widths = np.array([0, 1, 2, 4, 8, 16])
    np.testing.assert_allclose(limits(x * x, widths.tolist()) * 8 * (widths + 1) ** 2, 1, rtol=1e-5)
    coarse = limits(grid() ** 2, (64,))[0] * 8 * 65**2
    assert coarse == pytest.approx(1.005, abs=0.003)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_path_attains_it_and_the_mirror_image_has_the_same(seed: int) -> None:
    g = stroke(seed)
    found = limits(g, WIDTHS)
    assert (np.diff(found) <= 0).all()
    np.testing.assert_allclose(limits(g[::-1], WIDTHS), found, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(limits(-3 * g + 7, WIDTHS), 3 * found, rtol=1e-9, atol=1e-13)
    for width, limit in zip(WIDTHS, found, strict=True):
        x, y = path(g, width + 1, limit)
        assert len(x) <= width + 2
        assert (np.diff(x) >= 0).all()
        assert (x[0], x[-1]) == (0.0, 1.0)
        assert sup(x, y, g) == pytest.approx(limit, rel=1e-9, abs=1e-13)


def minimax_with_kinks(g: Array, kinks: tuple[float, ...]) -> float:
    """The least sup error of polylines with kinks at these samples' places, by Lawson's weights: an upper bound."""
    x = np.linspace(0, 1, len(g))
    basis = np.stack([np.ones_like(x), x, *(np.maximum(x - t, 0) for t in kinks)], axis=1)
    weights, best = np.ones(len(g)) / len(g), np.inf
    for _ in range(60):
        root = np.sqrt(weights)
        coefficients = np.linalg.lstsq(basis * root[:, None], g * root, rcond=None)[0]
        residual = np.abs(basis @ coefficients - g)
        best = min(best, float(residual.max()))
        weights = weights * (residual + 1e-12)
        weights /= weights.sum()
    return best


@pytest.mark.parametrize("width", [1, 2])
def test_no_choice_of_kinks_comes_below_and_the_best_of_many_comes_near(width: int) -> None:
    rng = np.random.default_rng(5)
    g = np.cumsum(rng.normal(size=25))
    limit = limits(g, (width,))[0]
    places = np.linspace(0, 1, 97)[1:-1]
    found = min(minimax_with_kinks(g, kinks) for kinks in combinations(places[:: 1 if width == 1 else 3], width))
    assert limit <= found * (1 + 1e-9)
    assert found <= limit * 1.08


jagged = st.lists(st.floats(-1, 1), min_size=2, max_size=40).map(np.array)


@example(np.array([0, 1e-13, 0, 1.0]), 1)  # a limit near the rounding of the samples
@example(np.array([1e-9, 0.5, 0, 0.5, 0]), 2)  # an upright last piece
@example(np.array([1 / 3, 0.5, -1, 1 / 3, -1e-13]), 2)
@given(jagged, st.integers(0, 6))
@settings(max_examples=150, deadline=None)
def test_any_polyline(g: Array, width: int) -> None:
    limit = limits(g, (width,))[0]
    span = float(np.ptp(g))
    assert 0 <= limit <= span / 2 * (1 + 1e-12)
    assert limits(g[::-1], (width,))[0] == pytest.approx(limit, rel=1e-9, abs=1e-14 + 1e-12 * span)
    x, y = path(g, width + 1, limit)
    assert sup(x, y, g) <= limit * (1 + 1e-9) + 1e-13
    assert limits(g, (len(g) - 1,))[0] == 0


def test_few_pieces_need_few_units_and_a_constant_none() -> None:
    corner = np.abs(grid() - grid()[100])
    assert limits(corner, (0, 1, 2))[0] > 0.1
    np.testing.assert_array_equal(limits(corner, (1, 2, 500)), 0)
    np.testing.assert_array_equal(limits(np.full(512, 7.0), (0, 3)), 0)
    np.testing.assert_array_equal(limits(2 * grid() - 3, (0, 3)), 0)


@pytest.mark.parametrize("scale", [1e-290, 1e-30, 1e280])
def test_tiny_and_huge_ranges(scale: float) -> None:
    g = smoothed(preset("hills"))
    np.testing.assert_allclose(limits(g * scale, (1, 8)), limits(g, (1, 8)) * scale, rtol=1e-9)


def test_the_compiled_walk_makes_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    if loading.ready():
        loading.load()
    compiled = [(limits(g, range(257)), *path(g, 41)) for g in (stroke(3), stroke(9))]
    monkeypatch.setattr(legs, "kernels", lambda: None)
    for g, first in zip((stroke(3), stroke(9)), compiled, strict=True):
        for one, other in zip((limits(g, range(257)), *path(g, 41)), first, strict=True):
            np.testing.assert_array_equal(one, other)


def bisected(g: Array, pieces: int) -> float:
    """The least error of so many pieces by halving alone, each time along the whole path."""
    walker, low, high = Walker(g, pieces), 0.0, float(np.ptp(g)) / 2
    while high - low > 1e-14 * high:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        low, high = (low, middle) if walker.count(middle) <= pieces else (middle, high)
    return high


@pytest.mark.parametrize("seed", SEEDS)
def test_many_widths_at_once_are_what_each_is_alone(seed: int) -> None:
    g = stroke(seed)
    found = limits(g, range(257))
    assert (np.diff(found) <= 0).all()
    for width in (0, 3, 7, 20, 43, 60, 99, 150, 201, 256):
        assert found[width] == pytest.approx(bisected(g, width + 1), rel=1e-12, abs=1e-13 * np.ptp(g))


@given(jagged, st.lists(st.floats(1e-9, 1), min_size=2, max_size=40))
@settings(max_examples=100, deadline=None)
def test_what_is_remembered_is_what_is_walked(g: Array, errors: list[float]) -> None:
    longer = np.interp(np.linspace(0, 1, 200), np.linspace(0, 1, len(g)), g)
    remembering, walker = Legs(longer, 200), Walker(longer, 200)
    for eps in [*errors, *(0.5 * (one + other) for one, other in pairwise(sorted(errors)))]:
        assert remembering.count(eps) == walker.count(eps)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_pieces_for_a_tolerance(seed: int) -> None:
    g = stroke(seed)
    for width, limit in zip((0, 1, 5, 20), limits(g, (0, 1, 5, 20)), strict=True):
        assert pieces_within(g, limit * (1 + 1e-9)) <= width + 1 < pieces_within(g, limit * (1 - 1e-6)) + 1
    assert pieces_within(g, float(np.ptp(g))) == 1
    assert pieces_within(np.ones(512), 1e-3) == 1
