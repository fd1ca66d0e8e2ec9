"""Nets of two inputs: measured independently, never worse when wider, right at the edges."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mlpviz.data.painted import SIDE, from_formula, points, preset, value
from mlpviz.errors import UserError
from mlpviz.nn.activations import activation_named
from mlpviz.nn.evaluate import logits
from mlpviz.nn.layout import Array, layout
from mlpviz.universality.greedy import build, quick
from mlpviz.universality.plane import PlaneNet, plane_target
from mlpviz.universality.ridge import Ridge

WIDTHS = (1, 2, 4, 8, 16)
NUMPY = {
    "tanh": np.tanh,
    "sigmoid": lambda t: 1 / (1 + np.exp(-t)),
    "relu": lambda t: np.maximum(t, 0),
    "leaky_relu": lambda t: np.where(t > 0, t, 0.01 * t),
    "sin": np.sin,
    "formula:t*exp(-t*t)": lambda t: t * np.exp(-t * t),
}


def nets(activation: str, g: Array, widths: tuple[int, ...] = WIDTHS) -> list[PlaneNet]:
    return list(build(activation, plane_target(g), widths))


def polynomial_floor(g: Array, degree: int) -> float:
    """The RMS of the best polynomial of a total degree."""
    x1, x2 = points().T
    columns = [x1**i * x2**j for i in range(degree + 1) for j in range(degree + 1 - i)]
    found = np.linalg.lstsq(np.stack(columns, axis=1), g.ravel(), rcond=None)[0]
    return float(np.sqrt(np.mean((np.stack(columns, axis=1) @ found - g.ravel()) ** 2)))


@pytest.mark.parametrize("activation", NUMPY)
def test_every_net_by_plain_numpy(activation: str) -> None:
    g = 3 * preset("bumps").samples - 5
    for net in nets(activation, g):
        (u, c), (a, b) = layout(net.network.sizes).weights(net.theta)
        z = points()[:, 0][:, None] * u[:, 0] + points()[:, 1][:, None] * u[:, 1] + c
        y = NUMPY[activation](z) @ a[0] + b[0]
        np.testing.assert_allclose(net.values.ravel(), y, atol=1e-9)
        error = y - g.ravel()
        assert net.rms == pytest.approx(float(np.sqrt(np.mean(error**2))), rel=1e-6)
        there = np.array([net.at])
        assert net.sup == pytest.approx(abs(float(logits(net.network, net.theta, there)[0, 0] - value(g, there)[0])))
        assert net.sup >= np.abs(error).max() * (1 - 1e-9)


@pytest.mark.parametrize("activation", [*NUMPY, "square", "cube", "identity", "gaussian"])
@pytest.mark.parametrize("name", ["ring", "cliff"])
def test_the_rms_never_grows_with_the_width(activation: str, name: str) -> None:
    found = [net.rms for net in nets(activation, preset(name).samples)]
    assert all(wide <= narrow * (1 + 1e-9) for narrow, wide in pairwise(found))
    assert found[0] <= preset(name).samples.std() * (1 + 1e-9)


@pytest.mark.parametrize(("activation", "degree"), [("identity", 1), ("square", 2), ("cube", 3)])
def test_polynomial_activations_stop_at_the_best_polynomial(activation: str, degree: int) -> None:
    g = preset("bumps").samples
    least = polynomial_floor(g, degree)
    found = [net.rms for net in nets(activation, g)]
    assert min(found) >= least * (1 - 1e-9)
    assert found[-1] == pytest.approx(least, rel=2e-2)


def test_smooth_functions_are_met_as_closely_as_was_measured() -> None:
    g = preset("bumps").samples
    half = np.ptp(g) / 2
    found = {net.width: net.rms / half for net in nets("tanh", g, (1, 2, 4, 8, 16, 32, 64))}
    assert found[16] < 2e-2
    assert found[64] < 8e-4


def test_one_ridge_is_found_by_one_unit() -> None:
    first = nets("tanh", preset("ridge").samples, (1,))[0]
    assert first.rms < 1e-6


def test_sigmoid_nets_are_those_of_tanh() -> None:
    g = preset("saddle").samples
    for tanh, sigmoid in zip(nets("tanh", g), nets("sigmoid", g), strict=True):
        np.testing.assert_allclose(tanh.values, sigmoid.values, atol=1e-9)


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1e200])
def test_scales(scale: float) -> None:
    plain = nets("tanh", preset("bumps").samples, (1, 4))
    for net, other in zip(plain, nets("tanh", scale * preset("bumps").samples, (1, 4)), strict=True):
        assert other.rms == pytest.approx(net.rms * scale, rel=1e-6)
        assert other.sup == pytest.approx(net.sup * scale, rel=1e-6)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_constant_and_affine_functions(activation: str) -> None:
    assert max(net.rms for net in nets(activation, np.full((SIDE, SIDE), 7.0))) < 1e-12
    affine = nets(activation, from_formula("2*x1 - x2 + 3").samples)
    assert affine[-1].rms < (1e-9 if activation == "relu" else 1e-4)


def test_ranges_without_room_are_refused() -> None:
    with pytest.raises(UserError, match="beyond what can be trained"):
        plane_target(1e-290 * preset("bumps").samples)


def test_the_same_question_has_the_same_answer_and_stopping_ends_it() -> None:
    g = preset("ripple").samples
    one, two = nets("sin", g), nets("sin", g)
    assert all(a.theta.tobytes() == b.theta.tobytes() for a, b in zip(one, two, strict=True))
    asked = []
    started = build("sin", plane_target(g), WIDTHS, lambda: len(asked) > 0 or asked.append(1) is not None)
    assert len(list(started)) < len(WIDTHS)


def test_a_quick_net_goes_on_from_the_one_before() -> None:
    target = plane_target(preset("bumps").samples)
    first = quick("tanh", target, 16)
    later = quick("tanh", target, 16, first)
    assert later.rms <= first.rms * (1 + 1e-9)
    assert later.width == first.width == 16
    assert quick("sigmoid", target, 16, quick("sigmoid", target, 16)).rms == pytest.approx(later.rms, rel=1e-4)


@pytest.mark.parametrize("activation", ["tanh", "sin", "gaussian", "softplus"])
def test_moves_are_the_derivative(activation: str) -> None:
    rng = np.random.default_rng(0)
    family = Ridge(rng.random((50, 2)), activation_named(activation))
    p, coef = rng.normal(0, 2, (3, 3)), rng.normal(size=4)
    phi = family.columns(p)
    moves = family.moves(p, phi, coef).reshape(3, 3, 50)
    h = 1e-6
    for k in range(3):
        for unit in range(3):
            step = np.zeros_like(p)
            step[unit, k] = h
            slope = coef @ (family.columns(p + step) - family.columns(p - step)) / (2 * h)
            np.testing.assert_allclose(moves[k, unit], slope, atol=1e-7)
