"""Jumps of a drawn function: found, kept as discontinuities, or bridged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.strokes import (
    JUMP_SHARE,
    SAMPLES,
    Drawn,
    apply_stroke,
    grid,
    jump,
    jump_floor,
    jumps,
    preset,
    smoothed,
    with_jumps_kept,
    with_jumps_smoothed,
    with_smooth,
)
from mlpviz.nn.layout import Array, frozen

HALF = SAMPLES // 2


def raw(samples: Array, smooth: float = 2.0) -> Drawn:
    return Drawn(frozen(np.asarray(samples, dtype=float)), smooth)


def test_jumps_are_found_where_they_are() -> None:
    samples = np.sin(7 * grid())
    samples[100:] += 0.5
    samples[300:] -= 3.0
    assert jumps(raw(samples)).tolist() == [99, 299]
    assert jumps(preset("hills")).tolist() == []
    assert jumps(raw(np.full(SAMPLES, 3.0))).tolist() == []


def test_a_kept_jump_survives_smoothing_and_its_half_is_a_floor() -> None:
    step = preset("step")
    assert jump_floor(step) == 0.0
    kept = with_jumps_kept(step)
    assert jump_floor(kept) == 0.5
    for sigma in (0.0, 2.0, 20.0, 512.0):
        np.testing.assert_allclose(smoothed(with_smooth(kept, sigma)), step.raw, atol=1e-12)
    assert np.abs(np.diff(smoothed(step))).max() < 0.25


@given(st.integers(1, SAMPLES - 2), st.floats(0.5, 30), st.integers(0, 9))
def test_pieces_between_kept_jumps_are_smoothed_by_themselves(at: int, sigma: float, seed: int) -> None:
    samples = 0.1 * np.cumsum(np.random.default_rng(seed).normal(0, 0.01, SAMPLES))
    samples[at:] += 5.0
    kept = with_jumps_kept(raw(samples, sigma))
    assert jumps(kept).tolist() == [at - 1]
    g = smoothed(kept)
    np.testing.assert_allclose(g[[0, at - 1, at, -1]], samples[[0, at - 1, at, -1]], atol=1e-9)
    assert jump_floor(kept) == pytest.approx((g[at] - g[at - 1]) / 2)
    mirrored = smoothed(with_jumps_kept(raw(samples[::-1], sigma)))
    np.testing.assert_allclose(mirrored[::-1], g, atol=1e-9)


def test_no_continuous_function_comes_below_the_floor() -> None:
    kept = with_jumps_kept(preset("step"))
    g, x = smoothed(kept), grid()
    for slope in (1.0, 10.0, 510.0, 511.0):
        net = np.clip(slope * (x - (x[HALF - 1] + x[HALF]) / 2), -0.5, 0.5)
        # Against the limits at the jump itself, both of which g comes arbitrarily close to.
        middle = 0.0
        sup = max(float(np.abs(net - g).max()), abs(middle - g[HALF - 1]), abs(middle - g[HALF]))
        assert sup >= jump_floor(kept) - 1e-12


def test_a_stroke_elsewhere_leaves_a_jump_kept_and_one_over_it_ends_that() -> None:
    kept = with_jumps_kept(preset("step"))
    elsewhere = apply_stroke(kept, [(0.1, -0.5), (0.2, -0.4), (0.3, -0.5)])
    assert elsewhere.keep_jumps
    assert jump_floor(elsewhere) == 0.5
    over = apply_stroke(kept, [(0.0, 0.0), (1.0, 1.0)])
    assert not over.keep_jumps
    assert jump_floor(over) == 0.0
    assert not with_jumps_kept(preset("sine")).keep_jumps
    assert jump_floor(replace(preset("sine"), keep_jumps=True)) == 0.0


def test_a_bridge_is_as_short_as_it_can_be() -> None:
    step = preset("step")
    bridged = with_jumps_smoothed(with_jumps_kept(step))
    assert jump(bridged) <= JUMP_SHARE
    assert not bridged.keep_jumps
    assert np.sum(bridged.raw != step.raw) <= 1 / JUMP_SHARE + 2
    assert abs(int(np.flatnonzero(bridged.raw != step.raw).mean()) - HALF) <= 1
    np.testing.assert_allclose(bridged.raw, -bridged.raw[::-1], atol=1e-12)


@given(st.lists(st.tuples(st.integers(0, SAMPLES - 1), st.floats(-1e3, 1e3)), max_size=12), st.booleans())
def test_bridges_end_every_jump_and_leave_none_where_there_was_none(
    levels: list[tuple[int, float]], noisy: bool
) -> None:
    samples = np.random.default_rng(1).normal(size=SAMPLES) if noisy else np.sin(9 * grid())
    for place, height in levels:
        samples[place:] += height
    drawn = raw(samples)
    bridged = with_jumps_smoothed(drawn)
    assert len(jumps(bridged)) == 0
    assert bridged.raw.min() >= samples.min() - 1e-9
    assert bridged.raw.max() <= samples.max() + 1e-9
    if not len(jumps(drawn)):
        np.testing.assert_array_equal(bridged.raw, drawn.raw)


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_jumps_at_any_scale(scale: float) -> None:
    kept = with_jumps_kept(raw(np.sign(grid() - 0.5) * scale))
    assert jump_floor(kept) == scale
    assert np.isfinite(smoothed(kept)).all()
    assert jump(with_jumps_smoothed(kept)) <= JUMP_SHARE
