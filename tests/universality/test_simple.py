"""Nets to compare with: random units, interpolation, steps."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mlpviz.data.strokes import SAMPLES, grid
from mlpviz.errors import UserError
from mlpviz.nn.activations import ACTIVATIONS, activation_named
from mlpviz.nn.layout import Array, layout
from mlpviz.universality.errors import errors
from mlpviz.universality.minlink import limits
from mlpviz.universality.simple import curved_knots, has_interpolant, interpolant, random, steps
from mlpviz.universality.target import Built, target_of
from tests.universality.strokes import stroke

X = grid()
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
FORMULAS = (
    "formula:t*exp(-t*t)", "formula:exp(t*t*t*0.5)", "formula:1e300*t", "formula:1e-300*t*t", "formula:t**3*exp(t*7)",
    "formula:where(t > 0, 1, 0) + 1e-9*t", "formula:sin(40*t)/(1+t*t)",
)  # fmt: skip
ODD = {
    "constant": np.full(SAMPLES, 3.0),
    "line": 3 * X + 1,
    "jump": np.where(X < 0.2, 0.0, 1.0),
    "two values": np.where(np.random.default_rng(2).random(SAMPLES) < 0.5, 1.0, -1.0),
    "noise": np.random.default_rng(1).normal(size=SAMPLES),
    "flat, then a rise": np.maximum(X - 0.5, 0),
    "huge": stroke(1) * 1e200,
    "small": stroke(1) * 1e-200,
    "far": stroke(1) + 1e9,
}


def never() -> bool:
    return False


def noise(g: Array) -> float:
    return 1e-12 * float(np.ptp(g) or 1.0) + 1024 * float(np.spacing(np.max(np.abs(g))))


def by_hand(net: Built, x: Array) -> Array:
    """ĝ by plain NumPy."""
    (u, c), (a, b) = layout(net.network.sizes).weights(net.theta)
    return np.asarray(activation_named(net.network.hidden[0].activation)(np.outer(x, u[:, 0]) + c) @ a[0] + b[0])


def check_real(nets: list[Built], widths: tuple[int, ...], activation: str, g: Array) -> None:
    """One finite net for each width, with the errors that it has."""
    assert [net.network.hidden[0].width for net in nets] == sorted(widths)
    for net in nets:
        assert net.network.hidden[0].activation == activation
        assert np.isfinite(net.theta).all()
        assert np.isfinite(net.sup)
        assert errors(net.network, net.theta, g) == (net.sup, net.rms)
        assert np.sqrt(np.mean(((by_hand(net, X) - g) / (np.ptp(g) or 1)) ** 2)) == pytest.approx(
            net.rms / (np.ptp(g) or 1), rel=1e-6, abs=noise(g) / (np.ptp(g) or 1)
        )


# ---- random units


@pytest.mark.parametrize("activation", [*ACTIVATIONS, *FORMULAS])
def test_random_units_of_every_activation(activation: str) -> None:
    for seed in range(2):
        g = stroke(seed)
        nets = list(random(activation, target_of(g), (1, 4, 16, 64), seed, never))
        check_real(nets, (1, 4, 16, 64), activation, g)
        # The wider net has the narrower one's units; a constant alone errs by the standard deviation.
        rms = [np.std(g), *(net.rms for net in nets)]
        assert all(after <= before * (1 + 1e-6) for before, after in pairwise(rms))
    assert nets[-1].rms < 0.99 * np.std(g)


@pytest.mark.parametrize("g", ODD.values(), ids=ODD.keys())
def test_random_units_for_odd_functions(g: Array) -> None:
    for activation in ("relu", "sin", "square"):
        check_real(list(random(activation, target_of(g), (1, 3, 16), 5, never)), (1, 3, 16), activation, g)


def test_random_units_are_the_best_of_their_kind() -> None:
    g = stroke(5)
    for net in random("tanh", target_of(g), (2, 5), 3, never):
        (u, c), _ = layout(net.network.sizes).weights(net.theta)
        units = np.column_stack([np.tanh(np.outer(X, u[:, 0]) + c), np.ones(SAMPLES)])
        least = np.linalg.lstsq(units, g, rcond=None)[0]
        assert net.rms == pytest.approx(float(np.sqrt(np.mean((units @ least - g) ** 2))), rel=1e-9)
        centre = -c / u[:, 0]
        assert ((centre >= 0) & (centre <= 1)).all()
        assert ((np.abs(u) >= 2) & (np.abs(u) <= 128)).all()


def test_a_seed_makes_the_same_units_whatever_is_asked_for() -> None:
    target = target_of(stroke(0))
    first = list(random("sin", target, (4, 32), 7, never))
    again = list(random("sin", target, (32,), 7, never))
    other = list(random("sin", target, (32,), 8, never))
    assert np.array_equal(first[1].theta[:64], again[0].theta[:64])
    assert np.array_equal(
        layout((1, 4, 1)).weights(first[0].theta)[0][0], layout((1, 32, 1)).weights(first[1].theta)[0][0][:4]
    )
    assert not np.array_equal(again[0].theta[:64], other[0].theta[:64])
    with pytest.raises(UserError, match="The seed must be"):
        list(random("sin", target, (4,), -1, never))


def test_random_units_stop_when_asked() -> None:
    asked: list[int] = []

    def stopping() -> bool:
        asked.append(0)
        return len(asked) > 2

    assert len(list(random("relu", target_of(stroke(0)), (16, 1, 4, 8), 0, stopping))) == 2
    assert list(random("relu", target_of(stroke(0)), (), 0, never)) == []


# ---- interpolation


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("by", ["uniform", "curvature"])
@pytest.mark.parametrize("seed", range(16))
def test_a_net_of_w_units_meets_g_at_w_plus_one_points(seed: int, by: str, activation: str) -> None:
    g = stroke(seed)
    target = target_of(g)
    nets = list(interpolant(activation, target, (64, *WIDTHS[:4]), by))
    check_real(nets, (1, 2, 4, 8, 64), activation, g)
    for net in nets:
        width = net.network.hidden[0].width
        x = np.linspace(0, 1, width + 1) if by == "uniform" else curved_knots(target.unit, width)
        assert x[0] == 0
        assert x[-1] == 1
        assert (np.diff(x) > 0).all()
        expected = np.interp(x, X, g)
        np.testing.assert_allclose(by_hand(net, x), expected, atol=1e-10)
        # It is the polyline through them, and no ReLU net is below the limit.
        dense = np.linspace(0, 1, 4001)
        np.testing.assert_allclose(by_hand(net, dense), np.interp(dense, x, expected), atol=1e-10)
        assert net.sup >= float(limits(g, (width,))[0]) * (1 - 1e-9)


def test_interpolation_errs_as_the_formulas_say() -> None:
    # x²: g″ = 2, so that all knots are equal and the error is 2/(8W²); √|g″| is constant.
    for by in ("uniform", "curvature"):
        for net in interpolant("relu", target_of(X**2), (4, 8, 16), by):
            assert net.sup == pytest.approx(0.25 / net.network.hidden[0].width ** 2, rel=0.02)
    # A narrow bump: knots where it bends beat equal distances by far.
    g = np.exp(-0.5 * ((X - 0.5) / 0.03) ** 2)
    (uniform,), (curved,) = (list(interpolant("relu", target_of(g), (32,), by)) for by in ("uniform", "curvature"))
    assert curved.sup < uniform.sup / 3
    root = np.sqrt(np.abs(((X - 0.5) / 0.03) ** 2 - 1) * g) / 0.03
    assert curved.sup < 1.5 * np.trapezoid(root, X) ** 2 / (8 * 32**2)


def test_all_samples_as_knots_are_g() -> None:
    for activation in ("relu", "leaky_relu"):
        (net,) = interpolant(activation, target_of(stroke(1)), (SAMPLES - 1,), "uniform")
        assert net.sup < 1e-11


@pytest.mark.parametrize("g", ODD.values(), ids=ODD.keys())
def test_interpolation_of_odd_functions(g: Array) -> None:
    for by in ("uniform", "curvature"):
        nets = list(interpolant("leaky_relu", target_of(g), WIDTHS, by))
        check_real(nets, WIDTHS, "leaky_relu", g)
        assert all(net.sup <= np.ptp(g) + noise(g) * 1e3 for net in nets)
    line = list(interpolant("relu", target_of(ODD["line"]), (1, 7), "curvature"))
    assert max(net.sup for net in line) < 1e-12


def test_interpolation_only_where_there_are_kinks() -> None:
    assert [name for name in ACTIVATIONS if has_interpolant(name)] == ["relu", "leaky_relu"]
    assert list(interpolant("tanh", target_of(stroke(0)), (4,), "uniform")) == []
    with pytest.raises(UserError, match="way to place knots"):
        list(interpolant("relu", target_of(stroke(0)), (4,), "chance"))


# ---- steps


@pytest.mark.parametrize("seed", range(16))
def test_steps_come_as_near_as_half_a_stair(seed: int) -> None:
    g = stroke(seed)
    nets = list(steps(target_of(g), WIDTHS))
    check_real(nets, WIDTHS, "sigmoid", g)
    variation = float(np.sum(np.abs(np.diff(g))))
    for net in nets:
        width = net.network.hidden[0].width
        assert net.sup <= variation / (2 * (width + 1)) * 1.001
        # No function of W + 1 values comes nearer to a g than half its range divided by them.
        assert net.sup >= np.ptp(g) / (2 * (width + 1)) * 0.97


def test_steps_of_a_monotone_function_meet_the_bound() -> None:
    for g in (X**2, -np.sqrt(X), np.maximum(X - 0.5, 0), ODD["jump"]):
        for net in steps(target_of(g), WIDTHS):
            bound = np.ptp(g) / (2 * (net.network.hidden[0].width + 1))
            # Measured at 4,089 points, of which few lie in a steep rise.
            assert net.sup <= bound * 1.001
            assert net.sup >= bound * 0.95 or g is ODD["jump"]


@pytest.mark.parametrize("g", ODD.values(), ids=ODD.keys())
def test_steps_for_odd_functions(g: Array) -> None:
    nets = list(steps(target_of(g), WIDTHS))
    check_real(nets, WIDTHS, "sigmoid", g)
    variation = float(np.sum(np.abs(np.diff(g / 2))))
    assert all(net.sup <= variation / (net.network.hidden[0].width + 1) * 1.01 + noise(g) for net in nets)
