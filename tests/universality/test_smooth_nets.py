"""Nets of tanh, sigmoid, sine and activations without a recipe: how near they come, and that they are what they say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import layout
from mlpviz.universality import fitted, sine, tanh
from mlpviz.universality.minlink import limits
from mlpviz.universality.target import Built, Target, target_of
from tests.universality.strokes import smooth, stroke

SEEDS = range(16)
OWN = ["formula:t*exp(-t*t)", "formula:exp(t)", "formula:t*t", "formula:exp(t*t)", "formula:max(t,0)+sin(3*t)"]
OTHERS = ["elu", "selu", "gelu", "silu", "softplus", "softsign", "gaussian", *OWN]


def builder(activation: str):  # type: ignore[no-untyped-def]
    return {"tanh": tanh, "sigmoid": tanh, "sin": sine}.get(activation, fitted)


def nets(activation: str, target: Target, widths: Sequence[int]) -> list[Built]:
    return list(builder(activation).build(activation, target, widths, lambda: False))


def floor(g: np.ndarray) -> float:
    """What the corners of the polyline through the samples cost a smooth function."""
    return float(np.abs(np.diff(g, 2)).max()) / 16


def ratios(activation: str, widths: Sequence[int], corners: bool) -> np.ndarray:
    """The largest errors ÷ Lim (or the corners' floor where that is larger), (seeds, widths)."""
    rows = []
    for seed in SEEDS:
        target = target_of(stroke(seed))
        least = limits(target.g, widths)
        if corners:
            least = np.maximum(least, floor(target.g))
        rows.append(np.array([net.sup for net in nets(activation, target, widths)]) / least)
    return np.array(rows)


def check(net: Built, activation: str, target: Target, width: int) -> None:
    """What a net says of itself holds for its weights."""
    assert net.network.sizes == (1, width, 1)
    assert net.network.hidden[0].activation == activation
    (u, c), (a, b) = layout(net.network.sizes).weights(net.theta)
    assert np.isfinite(net.theta).all()
    assert np.abs(a).max() <= 4e4 * target.half
    x = np.linspace(0, 1, 8 * (SAMPLES - 1) + 1)
    value = a @ ACTIVATIONS[activation](u * x + c[:, None]) + b if activation in ACTIVATIONS else None
    if value is not None:
        error = np.abs(value[0] - np.interp(x, grid(), target.g)).max()
        assert net.sup == pytest.approx(error, rel=1e-6, abs=1e-12 * target.half)


def test_tanh_comes_as_near_as_the_limit_or_the_corners_allow() -> None:
    found = ratios("tanh", (16,), corners=True)
    assert np.median(found) <= 1.1
    assert found.max() < 4
    assert sum(found[seed, 0] < 1 for seed in SEEDS if smooth(seed)) >= 6


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_a_few_units_are_no_worse_than_the_best_staircase(activation: str) -> None:
    x = np.linspace(0, 1, 8 * (SAMPLES - 1) + 1)
    for seed in (1, 4, 10, 12, 15):
        g = stroke(seed)
        target, y = target_of(g), np.interp(x, grid(), g)
        # The least error of two constant pieces, by looking at every place between them.
        left = np.maximum.accumulate(y) - np.minimum.accumulate(y)
        right = (np.maximum.accumulate(y[::-1]) - np.minimum.accumulate(y[::-1]))[::-1]
        one, two = (net.sup for net in nets(activation, target, (1, 2)))
        best = float(np.maximum(left[:-1], right[1:]).min()) / 2
        assert two <= one <= best * 1.002
        fit = tanh.stairs(target.unit, 1)
        assert fit.sup * target.half == pytest.approx(best, rel=2e-3)
    assert tanh.stairs(np.zeros(SAMPLES), 3).sup == 0


def test_sines_stay_within_some_limits() -> None:
    found = ratios("sin", (4, 8), corners=False)
    assert (np.median(found, axis=0) <= (2, 5)).all()
    assert found.max() < 40


@pytest.mark.parametrize(("activation", "seed"), [("tanh", 2), ("sin", 7)])
def test_wide_nets_reach_the_corners_floor_and_never_grow_worse(activation: str, seed: int) -> None:
    target = target_of(stroke(seed))
    widths = (64, 1, 128, 8)
    found = nets(activation, target, widths)
    for net, width in zip(found, sorted(widths), strict=True):
        check(net, activation, target, width)
    sups = [net.sup for net in found]
    assert np.all(np.diff(sups) <= 0)
    assert sups[-1] <= 1.1 * max(float(limits(target.g, (128,))[0]), floor(target.g))


@pytest.mark.parametrize("seed", [1, 4])
def test_sigmoid_nets_are_tanh_nets(seed: int) -> None:
    target = target_of(stroke(seed))
    x = np.linspace(0, 1, 1001)
    values = []
    for activation in ("tanh", "sigmoid"):
        last = nets(activation, target, (1, 2, 4, 8))[-1]
        check(last, activation, target, 8)
        (u, c), (a, b) = layout(last.network.sizes).weights(last.theta)
        values.append((a @ ACTIVATIONS[activation](u * x + c[:, None]) + b)[0])
    assert np.abs(values[0] - values[1]).max() < 1e-9 * target.half


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "sin", *OTHERS])
def test_every_activation_gives_finite_nets_that_never_grow_worse(activation: str) -> None:
    target = target_of(stroke(6))
    found = nets(activation, target, (1, 2, 4, 8))
    assert len(found) == 4
    for net, width in zip(found, (1, 2, 4, 8), strict=True):
        check(net, activation, target, width)
        assert np.isfinite((net.sup, net.rms)).all()
    sups = [net.sup for net in found]
    assert np.all(np.diff(sups) <= 0)
    assert sups[0] <= target.half * (1 + 1e-9)
    if activation in (
        "tanh",
        "sigmoid",
        "elu",
        "gelu",
        "silu",
        "softplus",
        "softsign",
        "gaussian",
        "formula:t*exp(-t*t)",
    ):
        assert sups[-1] < 1.5 * float(limits(target.g, (8,))[0])


@pytest.mark.parametrize("activation", ["tanh", "sin", "softplus"])
def test_the_same_bits_twice(activation: str) -> None:
    once, again = target_of(stroke(5)), target_of(stroke(5) + 0.0)
    tanh._made.cache_clear()
    first = [net.theta.tobytes() for net in nets(activation, once, (2, 4))]
    tanh._made.cache_clear()
    assert [net.theta.tobytes() for net in nets(activation, again, (2, 4))] == first
    quick = builder(activation).quick
    before = quick(activation, once, 4, None)
    assert quick(activation, again, 4, None).theta.tobytes() == before.theta.tobytes()
    assert quick(activation, again, 4, before).theta.tobytes() == quick(activation, once, 4, before).theta.tobytes()


JUMP = np.where(np.arange(SAMPLES) < 200, -1.0, 2.0)
ODD = {
    "constant": np.full(SAMPLES, 3.25),
    "jump": JUMP,
    "spike": np.where(np.arange(SAMPLES) == 77, 1.0, 0.0),
    "jagged": np.random.default_rng(2).uniform(-1, 1, SAMPLES),
    "line": 2 * grid() - 5,
    "convex": np.exp(grid()),
    "tiny": 1e-200 * stroke(2),
    "huge": 1e200 * stroke(2),
    "far": 1e9 + stroke(2),
}


@pytest.mark.parametrize("activation", ["tanh", "sin", "gelu", "formula:t*t"])
@pytest.mark.parametrize("name", ODD)
def test_odd_functions(activation: str, name: str) -> None:
    target = target_of(ODD[name])
    found = nets(activation, target, (1, 3))
    assert len(found) == 2
    assert found[1].sup <= found[0].sup <= target.half * (1 + 1e-9) + 1e-12 * abs(target.middle)
    quick = builder(activation).quick(activation, target, 3, found[1])
    assert np.isfinite(quick.sup)
    assert np.isfinite(quick.theta).all()
    if name == "constant":
        assert found[0].sup == 0
        assert found[1].sup == 0


def test_range_changes_nothing_but_the_scale() -> None:
    plain, large = (nets("tanh", target_of(scale * stroke(4)), (4,))[0] for scale in (1.0, 2.0**600))
    assert large.sup == pytest.approx(plain.sup * 2.0**600, rel=1e-9)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "sin", "gelu"])
def test_a_quick_net_follows_and_is_not_far_off(activation: str) -> None:
    quick = builder(activation).quick
    target = target_of(stroke(2))
    net = quick(activation, target, 16, None)
    check(net, activation, target, 16)
    assert net.sup < 2.5 * float(limits(target.g, (16,))[0])
    moved = target_of(stroke(2) + 0.02 * np.sin(5 * grid()))
    after = quick(activation, moved, 16, net)
    check(after, activation, moved, 16)
    assert after.sup < 2.5 * float(limits(moved.g, (16,))[0])


@pytest.mark.parametrize("activation", ["tanh", "sin", "gelu"])
def test_building_ends_where_it_is_told_to(activation: str) -> None:
    target = target_of(stroke(8) + 0.001 * grid())
    build = builder(activation).build
    assert list(build(activation, target, (1, 2, 4), lambda: True)) == []
    asked = 0

    def soon() -> bool:
        nonlocal asked
        asked += 1
        return asked > 300

    assert len(list(build(activation, target, (1, 2, 4, 8, 16, 32, 64), soon))) < 7
