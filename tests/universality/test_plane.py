"""Nets for functions of two inputs: that they are what they say, how near they come, that wider ones never lose."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mlpviz.data.painted import SIDE, axis, from_formula, points, preset, value
from mlpviz.errors import UserError
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array, layout
from mlpviz.universality import plane
from mlpviz.universality.plane import build, quick, widened
from mlpviz.universality.plane_floor import plane_floor
from mlpviz.universality.target import Built, Target, target_of

WIDTHS = (1, 2, 4, 8, 16, 32)
OWN = ["formula:t*exp(-t*t)", "formula:exp(t)", "formula:t*t", "formula:exp(t*t)", "formula:max(t,0)+sin(3*t)"]
OTHERS = ["leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "softsign", "gaussian", "identity", "square", "cube"]
BY_HAND: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "relu": lambda t: np.maximum(t, 0),
    "leaky_relu": lambda t: np.where(t > 0, t, 0.01 * t),
    "sigmoid": lambda t: 0.5 + 0.5 * np.tanh(t / 2),
    "sin": np.sin,
    "gaussian": lambda t: np.exp(-t * t),
    "softplus": lambda t: np.logaddexp(0, t),
    "square": np.square,
    "cube": lambda t: t**3,
    "identity": lambda t: t,
}


def target(name: str) -> Target:
    return target_of(preset(name).samples.ravel())


def nets(activation: str, g: Target, widths: Sequence[int] = WIDTHS) -> list[Built]:
    return list(build(activation, g, widths))


def by_hand(net: Built, at: Array) -> Array:
    """b + Σ aᵢ f(uᵢ·x + cᵢ), without the engine where f is simple."""
    activation = net.network.hidden[0].activation
    width = net.network.hidden[0].width
    first, second = net.theta[: 3 * width].reshape(width, 3), net.theta[3 * width :]
    f = BY_HAND.get(activation) or activation_named(activation)
    with np.errstate(all="ignore"):
        return np.asarray(f(at @ first[:, :2].T + first[:, 2]) @ second[:-1] + second[-1])


def check(net: Built, g: Target) -> None:
    """What a net says of itself holds for its weights."""
    assert net.network.sizes == (2, net.network.hidden[0].width, 1)
    assert np.isfinite(net.theta).all()
    assert not net.theta.flags.writeable
    samples = g.g.reshape(SIDE, SIDE)
    apart = by_hand(net, points()) - g.g
    assert net.rms == pytest.approx(float(np.sqrt(np.mean(apart**2))), rel=1e-6, abs=1e-11 * g.half)
    fine = points(4 * (SIDE - 1) + 1)
    sup = float(np.abs(by_hand(net, fine) - value(samples, fine)).max())
    assert net.sup == pytest.approx(sup, rel=1e-6, abs=1e-11 * g.half)
    assert net.sup >= net.rms * (1 - 1e-9)


# ---- how near


@pytest.mark.parametrize(
    ("activation", "name", "most"),
    [
        ("tanh", "bumps", {4: 0.17, 8: 0.06, 16: 1.7e-2, 32: 4e-3, 64: 8e-4}),
        ("tanh", "ripple", {32: 4e-2, 64: 7e-3}),
        ("tanh", "quadrants", {16: 0.25, 64: 0.07}),
        ("relu", "bumps", {8: 0.12, 16: 5e-2, 32: 2.5e-2, 64: 1.1e-2}),
        ("relu", "quadrants", {16: 0.2, 64: 0.08}),
        ("sin", "bumps", {4: 0.1, 16: 1.5e-2, 32: 2.5e-3, 64: 4e-4}),
        ("sin", "waves", {2: 1e-12}),
        ("gelu", "ripple", {32: 0.12, 64: 2e-2}),
        ("gaussian", "ridge", {16: 0.1, 32: 2e-2}),
    ],
)
def test_nets_come_as_near_as_measured(activation: str, name: str, most: dict[int, float]) -> None:
    g = target(name)
    found = nets(activation, g, tuple(most))
    for net, (width, bound) in zip(found, most.items(), strict=True):
        check(net, g)
        assert net.rms <= bound * g.half, (width, net.rms / g.half)


def test_256_units_of_tanh_are_within_a_thousandth_of_the_hills() -> None:
    g = target("bumps")
    found = nets("tanh", g, (64, 128, 256))
    for net in found:
        check(net, g)
    assert found[2].rms < 1e-4 * g.half
    assert found[2].rms < found[1].rms < found[0].rms


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "sin", *OTHERS, *OWN])
def test_every_activation_gives_nets_that_never_grow_worse(activation: str) -> None:
    g = target("bumps")
    found = nets(activation, g, (1, 2, 3, 4, 8, 12, 16))
    assert [net.network.hidden[0].width for net in found] == [1, 2, 3, 4, 8, 12, 16]
    for net in found:
        check(net, g)
        assert net.network.hidden[0].activation == activation
    rms = [net.rms for net in found]
    assert np.all(np.diff(rms) <= 0)
    constant = float(np.sqrt(np.mean((g.unit - g.unit.mean()) ** 2))) * g.half
    assert rms[0] <= constant * (1 + 1e-12)


@pytest.mark.parametrize(
    ("activation", "reached"), [("identity", 1), ("square", 4), ("cube", 8), ("formula:t^4-t", 16)]
)
@pytest.mark.parametrize("name", ["bumps", "ripple"])
def test_polynomials_end_at_the_best_of_their_degree(activation: str, reached: int, name: str) -> None:
    g = target(name)
    floor = plane_floor(activation, g)
    assert floor is not None
    # By another basis and another solver.
    degree = {"identity": 1, "square": 2, "cube": 3}.get(activation, 4)
    s1, s2 = 2 * points().T - 1
    basis = np.stack([s1**i * s2**j for i in range(degree + 1) for j in range(degree + 1 - i)], axis=1)
    left = g.g - basis @ np.linalg.lstsq(basis, g.g, rcond=None)[0]
    assert floor == pytest.approx(float(np.sqrt(np.mean(left**2))), rel=1e-10)
    for net in nets(activation, g):
        assert net.rms >= floor * (1 - 1e-12)
        if net.network.hidden[0].width >= reached:
            assert net.rms <= floor * (1 + 1e-9)


def test_what_is_no_polynomial_has_no_floor() -> None:
    assert plane_floor("tanh", target("bumps")) is None


def test_sigmoid_nets_are_tanh_nets() -> None:
    g = target("ring")
    for one, other in zip(nets("tanh", g), nets("sigmoid", g), strict=True):
        np.testing.assert_allclose(by_hand(one, points()), by_hand(other, points()), atol=1e-9 * g.half)
        check(other, g)


# ---- odd functions

X1, X2 = np.meshgrid(axis(), axis())
BUMP = np.exp(-((X1 - 0.4) ** 2 + (X2 - 0.6) ** 2) / 0.05)
ODD = {
    "constant": np.full((SIDE, SIDE), 0.1),
    "spike": np.eye(SIDE)[20][:, None] * np.eye(SIDE)[33],
    "noise": np.random.default_rng(2).uniform(-1, 1, (SIDE, SIDE)),
    "slope": 2 * X1 - 5 * X2 + 7,
    "edge": np.where(X1 < 0.3, -1.0, 2.0),
    "tiny": 1e-200 * BUMP,
    "huge": 1e200 * BUMP,
    "far": 1e9 + BUMP,
}


@pytest.mark.parametrize("activation", ["tanh", "relu", "sin", "gelu", "square", "formula:exp(t)"])
@pytest.mark.parametrize("name", ODD)
def test_odd_functions(activation: str, name: str) -> None:
    g = target_of(ODD[name].ravel())
    found = nets(activation, g, (1, 4))
    assert found[1].rms <= found[0].rms <= g.half * (1 + 1e-9)
    assert np.isfinite([net.theta for net in found][1]).all()
    soon = quick(activation, g, 4)
    assert soon is not None
    assert np.isfinite((soon.rms, soon.sup)).all()
    if name == "constant":
        assert (found[0].rms, found[0].sup, found[1].rms) == (0, 0, 0)
    if name == "slope" and activation in ("relu", "tanh"):
        assert found[1].rms < 1e-3 * g.half


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_ranges_without_room_are_refused_in_one_sentence(scale: float) -> None:
    with pytest.raises(UserError, match="beyond what can be trained"):
        target_of(scale * BUMP.ravel())


def test_range_changes_nothing_but_the_scale() -> None:
    plain, large = (nets("tanh", target_of(scale * BUMP.ravel()), (4,))[0] for scale in (1.0, 2.0**600))
    assert large.rms == pytest.approx(plain.rms * 2.0**600, rel=1e-9)


@pytest.mark.parametrize("width", [0, 257])
def test_other_widths_are_refused(width: int) -> None:
    with pytest.raises(UserError, match="from 1 to 256"):
        nets("tanh", target("bumps"), (4, width))


# ---- how they come


@pytest.mark.parametrize("activation", ["tanh", "relu", "sin"])
def test_the_same_bits_twice_and_whatever_other_widths_are_asked_for(activation: str) -> None:
    g = target("ridge")
    found = []
    for widths in ((8,), (1, 2, 4, 8), (3, 8, 9)):
        plane._made.cache_clear()
        plane._measured.cache_clear()
        found.append(next(net for net in nets(activation, g, widths) if net.network.hidden[0].width == 8))
    assert len({net.theta.tobytes() for net in found}) == 1


def test_what_was_found_is_kept() -> None:
    g = target("cliff")
    first = nets("tanh", g, (16,))[0]
    assert nets("tanh", target_of(g.g + 0.0), (16,))[0] is first
    assert quick("tanh", g, 16) is first


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_a_quick_net_is_not_far_off_and_follows_the_brush(activation: str) -> None:
    plane._made.cache_clear()
    plane._measured.cache_clear()
    g = target("bumps")
    soon = quick(activation, g, 16)
    assert soon is not None
    check(soon, g)
    best = nets(activation, g, (16,))[0]
    assert best.rms <= soon.rms < 0.1 * g.half
    other = target_of((preset("bumps").samples + 0.03 * BUMP).ravel())
    after = quick(activation, other, 16, best)
    assert after is not None
    check(after, other)
    assert after.rms < 1.5 * best.rms


def test_a_net_is_widened_without_a_change() -> None:
    g = target("bumps")
    narrow = nets("relu", g, (4,))[0]
    wide = widened(narrow, 7, 0.5)
    assert wide.network.sizes == (2, 7, 1)
    np.testing.assert_allclose(by_hand(wide, points()), by_hand(narrow, points()), rtol=1e-12, atol=1e-12)
    check(wide, g)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_building_ends_where_it_is_told_to(activation: str) -> None:
    g = target_of(from_formula("sin(9*x1*x2) + 0.25*x1").samples.ravel())
    assert list(build(activation, g, (1, 2), lambda: True)) == []
    asked = 0

    def soon() -> bool:
        nonlocal asked
        asked += 1
        return asked > 120

    assert len(list(build(activation, g, WIDTHS, soon))) < len(WIDTHS)
    assert len(nets(activation, g, (1, 2, 4))) == 3
    (u, _), _ = layout(nets(activation, g, (4,))[0].network.sizes).weights(nets(activation, g, (4,))[0].theta)
    assert np.hypot(*u.T).max() <= 2 * 100 * (1 + 1e-9)
