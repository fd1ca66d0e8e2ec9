"""Pictures of a net over g: measured as the sweep measures, with calm axes and labels that can be read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.strokes import grid, preset, smoothed
from mlpviz.experiments.errors import curve, errors
from mlpviz.experiments.sweep import sweep_network
from mlpviz.nn.layout import frozen, layout
from mlpviz.pictures.universality import (
    board_range,
    decades,
    error_reach,
    fit,
    hidden_units,
    label_place,
    nice_above,
    stem_lengths,
    ticks,
)

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


def test_stems_keep_sign_and_order_and_the_longest_is_one() -> None:
    lengths = stem_lengths(np.array([4.0, -1.0, 0.0, 0.25]))
    np.testing.assert_allclose(lengths, [1.0, -0.5, 0.0, 0.25])
    assert len(stem_lengths(np.zeros(0))) == 0
    assert np.all(stem_lengths(np.zeros(3)) == 0)


# ---- axes


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_the_board_leaves_room_on_both_sides(low: float, span: float) -> None:
    bottom, top = board_range(low, low + span)
    assert bottom < low
    assert top > low + span
    assert board_range(low, low + span, (bottom, top)) == (bottom, top)


def test_the_board_stays_until_it_has_to_move() -> None:
    now = board_range(-1.0, 1.0)
    assert board_range(-0.9, 1.1, now) == now
    assert board_range(-0.1, 0.1, now) != now
    assert board_range(-1.0, 1.43, now)[1] > now[1]
    assert board_range(0.0, 0.0) == (-1.0, 1.0)
    assert board_range(0.0, 0.0, (-1.1, 1.1)) == (-1.1, 1.1)


@given(st.floats(1e-12, 1e12), st.floats(1e-12, 1e12))
def test_the_error_axis_holds_the_error_and_rescales_in_steps(sup: float, before: float) -> None:
    reach = error_reach(sup, error_reach(before))
    assert sup <= 0.88 * reach
    assert sup >= 0.45 * reach
    assert error_reach(0.9 * sup, reach) in (reach, nice_above(0.9 * sup / 0.87))


def test_an_error_of_nothing_leaves_the_axis() -> None:
    assert error_reach(0.0) == 1.0
    assert error_reach(0.0, 0.2) == 0.2


def test_the_decades_hold_every_error_and_only_widen() -> None:
    assert decades([], 0.9) == (-2, 0)
    assert decades([0.5, 0.02], 0.9) == (-2, 0)
    assert decades([0.5, 0.002], 0.9) == (-3, 0)
    assert decades([0.5], 0.9, (-3, 0)) == (-3, 0)
    assert decades([40.0], 30.0) == (0, 2)
    assert decades([0.0, float("inf")], 0.0) == (-2, 0)
    low, high = decades([0.01], 1.0)
    assert low < -2 <= high  # a mark on the floor is hard to see


@given(st.floats(-1e5, 1e5), st.floats(1e-4, 1e5))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    found = ticks(low, low + span)
    assert 1 <= len(found) <= 6
    assert all(low - 1e-6 * span <= tick <= low + span + 1e-6 * span for tick in found)


# ---- labels


def test_a_label_stands_clear_of_both_curves_and_stays_while_that_suits() -> None:
    x = np.linspace(0, 600, 129)
    own, other = np.stack([x, 100 + 60 * np.sin(x / 60)], axis=1), np.stack([x, 110 + 60 * np.sin(x / 60)], axis=1)
    place = label_place(own, [other], (600.0, 220.0))
    curves = np.concatenate([own, other])
    assert np.min(np.hypot(*(curves - place).T)) >= 10
    assert 12 < place[1] < 208
    lower = np.array([0.0, 1.0])
    assert label_place(own + lower, [other + lower], (600.0, 220.0), place) == place
    assert label_place(own, [other, np.array([place])], (600.0, 220.0), place) != place


def test_a_curve_out_of_sight_still_has_a_label() -> None:
    assert label_place(np.zeros((0, 2)), [], (300.0, 100.0)) == (150.0, 50.0)
    g = grid()
    assert len(g) == 512
