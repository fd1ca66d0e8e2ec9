"""ReLU and leaky ReLU nets that reach the limit, measured by plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.data.strokes import PRESETS, grid, preset, smoothed
from mlpviz.nn.compiled import loading
from mlpviz.nn.layout import Array, layout
from mlpviz.universality.kinked import SLOPES, build
from mlpviz.universality.minlink import limits
from mlpviz.universality.target import Built, target_of
from tests.universality.strokes import stroke

# Without the kernel a stroke takes several seconds.
SEEDS = range(16 if loading.ready() else 3)
WIDTHS = (1, 2, 3, 4, 8, 10, 16, 32, 64, 128, 256)


def measured(net: Built, g: Array) -> float:
    """The largest error on samples and kinks, without the program's own measuring."""
    (u, c), (a, b) = layout(net.network.sizes).weights(net.theta)
    alpha = SLOPES[net.network.hidden[0].activation]
    kinks = -c / u[:, 0]
    x = np.union1d(grid(), kinks[(kinks > 0) & (kinks < 1)])
    z = u[:, 0] * x[:, None] + c
    net_values = np.where(z > 0, z, alpha * z) @ a[0] + b[0]
    return float(np.max(np.abs(net_values - np.interp(x, grid(), g))))


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_strokes(activation: str) -> None:
    ratios = []
    for seed in SEEDS:
        g = stroke(seed)
        lim = dict(
            zip((*WIDTHS, *(w - 1 for w in WIDTHS)), limits(g, (*WIDTHS, *(w - 1 for w in WIDTHS))), strict=True)
        )
        row = []
        for net in build(activation, target_of(g), WIDTHS):
            width = net.network.hidden[0].width
            error = measured(net, g)
            assert error == pytest.approx(net.sup, rel=1e-6, abs=1e-12)
            assert error >= lim[width] * (1 - 1e-9) - 1e-13
            assert error <= lim[width - 1] * (1 + 1e-9) + 1e-9 * np.ptp(g)
            if width >= 16:
                assert error <= 1.0001 * lim[width] + 1e-9 * np.ptp(g)
            row.append((error + 1e-9) / (lim[width] + 1e-9))  # where both are rounding alone: 1
        ratios.append(row)
    median, worst = np.median(ratios, axis=0), np.max(ratios, axis=0)
    assert median[WIDTHS.index(8)] <= 1.02
    assert (median <= (1.05 if len(SEEDS) >= 16 else 1.2)).all()  # of few strokes the median says less
    assert (worst[WIDTHS.index(8) :] <= 1.01).all()


@pytest.mark.parametrize(
    ("seed", "width"), [(1, 48), (1, 50), (1, 54), (1, 55), (9, 72), (13, 121), (13, 126), (15, 104)]
)
def test_paths_whose_lines_meet_far_from_where_they_are_written(seed: int, width: int) -> None:
    """Rounding of such lines once cost a unit, and up to six times the limit."""
    g = stroke(seed)
    (net,) = build("relu", target_of(g), (width,))
    assert measured(net, g) <= 1.0001 * limits(g, (width,))[0] + 1e-9 * np.ptp(g)


@pytest.mark.parametrize("width", [37, 44, 45, 51, 55, 62])
def test_kinks_that_nearly_all_turn_the_same_way(width: int) -> None:
    """Their changes of slope are of one size: those left to be tried in all combinations could once not add up."""
    g = stroke(14)
    (net,) = build("relu", target_of(g), (width,))
    assert measured(net, g) <= 1.0001 * limits(g, (width,))[0] + 1e-9 * np.ptp(g)


def test_closed_forms_where_a_unit_must_pay_for_the_slope() -> None:
    for width in (1, 2, 4, 8, 16):
        (net,) = build("relu", target_of(grid() ** 2), (width,))
        assert net.sup * 8 * (width + 0.5) ** 2 == pytest.approx(1, rel=2e-3)
        (net,) = build("relu", target_of(np.exp(grid())), (width,))
        ratio = net.sup / limits(np.exp(grid()), (width,))[0]
        assert ratio <= (1 + 1 / width) ** 2 * 1.001


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_presets(name: str, activation: str) -> None:
    g = smoothed(preset(name))
    before = np.inf
    for net in build(activation, target_of(g), (1, 2, 5, 16, 30)):
        width = net.network.hidden[0].width
        assert measured(net, g) >= limits(g, (width,))[0] * (1 - 1e-9) - 1e-13
        assert net.sup <= before * (1 + 1e-9) + 1e-13
        before = net.sup


jagged = st.lists(st.floats(-1, 1), min_size=2, max_size=30).map(
    lambda y: np.interp(grid(), np.linspace(0, 1, len(y)), y)
)


@given(jagged, st.integers(1, 20), st.sampled_from(["relu", "leaky_relu"]))
@settings(max_examples=60 if loading.ready() else 15, deadline=None)
def test_any_g_lies_between_its_limits(g: Array, width: int, activation: str) -> None:
    span = float(np.ptp(g))
    if 0 < span < 1e-250:
        return
    (net,) = build(activation, target_of(g), (width,))
    here, narrower = limits(g, (width, width - 1))
    error = measured(net, g)
    assert here * (1 - 1e-9) - 1e-12 * span - 1e-15 <= error <= narrower * (1 + 1e-9) + 1e-9 * span + 1e-15


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_constants_lines_and_scales(scale: float) -> None:
    for g in (np.full(512, 2.0), 3 * grid() - 1, np.where(grid() < 0.5, -0.5, 0.5)):
        for net in build("relu", target_of(g * scale), (1, 2, 3, 700)):
            width = net.network.hidden[0].width
            limit = limits(g * scale, (max(width - 1, 0),))[0]
            assert net.sup <= limit * (1 + 1e-9) + 1e-9 * scale
            assert np.isfinite(net.theta).all()


def test_stopped_it_ends_and_two_runs_are_the_same_to_the_last_bit() -> None:
    target = target_of(stroke(4))
    assert list(build("relu", target, (1, 2), lambda: True)) == []
    first, second = ([net.theta.tobytes() for net in build("relu", target, (5, 13, 40))] for _ in range(2))
    assert first == second
