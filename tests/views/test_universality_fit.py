"""A net over g is measured as the sweep measures it, and its units are told rightly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlpviz.data.strokes import jump_floor, kept_jumps, preset, smoothed
from mlpviz.nn.layout import frozen, layout
from mlpviz.pictures.parts import parts
from mlpviz.universality.construct import construct
from mlpviz.universality.errors import curve, errors
from mlpviz.universality.target import sweep_network, target_of
from mlpviz.views.universality.fit import fit, hidden_units, summed
from mlpviz.views.universality.stems import REACH, Stems

ACTIVATIONS = ("relu", "tanh", "sigmoid", "identity")


def random_theta(width: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return frozen(np.concatenate([rng.normal(0, 4, width), rng.normal(0, 2, width), rng.normal(0, 1, width), [0.1]]))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("width", [1, 7, 64])
def test_a_fit_measures_what_the_sweep_measures(activation: str, width: int) -> None:
    network, theta, g = sweep_network(width, activation), random_theta(width, width), smoothed(preset("chirp"))
    found = fit(network, theta, g)
    assert (found.sup, found.rms) == errors(network, theta, g)
    assert abs(found.signed) == pytest.approx(found.sup, rel=1e-12)
    assert found.share == pytest.approx(found.sup / np.ptp(g))
    assert found.at in found.error_x
    at = int(np.flatnonzero(found.error_x == found.at)[0])
    assert found.error[at] == found.signed
    assert np.max(np.abs(found.error)) == pytest.approx(found.sup)
    assert found.width == width


def test_a_relu_net_is_drawn_by_its_corners_alone() -> None:
    network, theta = sweep_network(12, "relu"), random_theta(12, 3)
    found = fit(network, theta, smoothed(preset("sine")))
    assert len(found.x) == len(found.units.place) + 2
    between = np.linspace(0, 1, 777)
    np.testing.assert_allclose(np.interp(between, found.x, found.net), curve(network, theta, between), atol=1e-12)


def test_units_stand_where_they_bend_and_say_by_how_much() -> None:
    # ĝ = 2·ReLU(4x − 1) − ReLU(−2x + 1.5) + ReLU(x + 3): kinks at ¼ and ¾, the third outside.
    network = sweep_network(3, "relu")
    theta = np.zeros(10)
    (u, c), (a, _) = layout(network.sizes).weights(theta)
    u[:, 0], c[:], a[0] = [4.0, -2.0, 1.0], [-1.0, 1.5, 3.0], [2.0, -1.0, 1.0]
    units = hidden_units(network, theta)
    np.testing.assert_allclose(units.place, [0.25, 0.75])
    np.testing.assert_allclose(units.height, [8.0, -2.0])
    np.testing.assert_array_equal(units.index, [0, 1])
    np.testing.assert_array_equal(units.reach, [0.0, 0.0])
    np.testing.assert_allclose(units.u * units.place + units.c, 0.0)


@pytest.mark.parametrize(("activation", "reach"), [("tanh", 0.25), ("sigmoid", 0.5)])
def test_a_squashing_unit_has_a_band_and_the_sign_of_its_rise(activation: str, reach: float) -> None:
    theta = frozen(np.array([-4.0, 2.0, 3.0, 0.0]))
    units = hidden_units(sweep_network(1, activation), theta)
    np.testing.assert_allclose(units.place, [0.5])
    np.testing.assert_allclose(units.reach, [reach])
    assert units.height[0] == -12.0  # u < 0 and a > 0: it falls


def test_units_without_a_slope_or_without_a_place_are_left_out() -> None:
    flat = frozen(np.array([0.0, 1.0, 2.0, 0.0]))
    assert len(hidden_units(sweep_network(1, "relu"), flat).place) == 0
    assert len(hidden_units(sweep_network(1, "tanh"), flat).place) == 0
    assert len(hidden_units(sweep_network(1, "identity"), random_theta(1, 0)).place) == 0


def test_a_constant_g_has_no_share() -> None:
    found = fit(sweep_network(2, "relu"), random_theta(2, 1), np.full(512, 3.0))
    assert np.isnan(found.share)
    assert np.isfinite(found.sup)


def test_a_sum_of_some_units_is_measured_with_the_kept_jumps() -> None:
    drawn = replace(preset("step"), keep_jumps=True)
    g, kept = smoothed(drawn), kept_jumps(drawn)
    (net,) = construct("relu", target_of(g), (32,))
    network = sweep_network(32, "relu")
    whole, taken = fit(network, net.theta, g, kept), parts(network, net.theta, g)
    assert whole.sup == jump_floor(drawn) == pytest.approx(0.5)
    last = summed(whole, taken, 32, g, kept)  # all of them: the net itself
    assert last.sup == pytest.approx(whole.sup)
    np.testing.assert_allclose(last.error, whole.error, atol=1e-9)
    for count in range(32):
        assert summed(whole, taken, count, g, kept).sup >= jump_floor(drawn) - 1e-12


def test_stems_stand_on_zero_or_where_both_kinds_have_room() -> None:
    for low, high in ((-1.0, 1.0), (-0.1, 1.0), (-2.0, 0.3)):
        assert Stems.base((low, high)) == 0.0
    for low, high in ((0.7, 1.0), (-0.001, 1.0), (-1.0, -0.7), (-1.0, 0.001)):
        base, reach = Stems.base((low, high)), REACH * (high - low)
        assert low < base - reach < base + reach < high
