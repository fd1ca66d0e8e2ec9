"""Floors of polynomial activations: proved by alternation, reached by nets, and never passed."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.data.strokes import SAMPLES, grid, preset, smoothed
from mlpviz.errors import UserError
from mlpviz.nn.activations import activation_named
from mlpviz.nn.layout import Array, layout
from mlpviz.universality.cubes import cubic, parabola
from mlpviz.universality.degrees import degree, nodes, series, turning
from mlpviz.universality.errors import errors
from mlpviz.universality.polynomial import BUILT_FOR, build, floor, quick
from mlpviz.universality.simple import random
from mlpviz.universality.target import Built, target_of
from tests.universality.strokes import stroke

X = grid()
WIDTHS = (1, 2, 3, 5, 64)
# Every sample, and 64 points in every piece.
DENSE = np.linspace(0, 1, 64 * (SAMPLES - 1) + 1)
ODD = {
    "noise": np.random.default_rng(1).normal(size=SAMPLES),
    "two values": np.where(np.random.default_rng(2).random(SAMPLES) < 0.5, 1.0, -1.0),
    "jump": np.where(X < 0.2, 0.0, 1.0),
    "spike": np.where(np.arange(SAMPLES) == 200, 1.0, 0.0),
    "even": np.abs(X - 0.5),
    "constant": np.full(SAMPLES, 3.0),
    "line": 3 * X + 1,
    "nearly a line": X + 1e-9 * X**2,
    "parabola": X**2,
    "cubic": (2 * X - 1) ** 3,
    "huge": stroke(1) * 1e200,
    "small": stroke(1) * 1e-200,
    "far": stroke(1) + 1e9,
    "saw": smoothed(preset("saw")),
}


def everything() -> list[tuple[str, Array]]:
    return [(f"stroke {seed}", stroke(seed)) for seed in range(16)] + list(ODD.items())


def all_nets(activation: str, g: Array, widths: tuple[int, ...] = WIDTHS) -> list[Built]:
    return list(build(activation, target_of(g), widths, lambda: False))


def by_hand(result: Built, activation: str, x: Array) -> Array:
    """ĝ by plain NumPy."""
    (u, c), (a, b) = layout(result.network.sizes).weights(result.theta)
    power = {"identity": 1, "square": 2, "cube": 3}[activation]
    return np.asarray(((np.outer(x, u[:, 0]) + c) ** power) @ a[0] + b[0])


def noise(g: Array) -> float:
    """What rounding may do to an error."""
    return 256 * float(np.spacing(np.max(np.abs(g))))


# ---- the degree


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("identity", 1), ("square", 2), ("cube", 3), ("formula:t*t+t", 2), ("formula:t", 1), ("formula:-2*t", 1),
        ("formula:(t-1)^2*(t+2)/3", 3), ("formula:t*t - t*t + t", 1), ("formula:t**0*t + exp(1)*t**4", 4),
        ("formula:0.1*t**3 - t**3/10 + t*t", 3), ("formula:0.5*t**3 - t**3/2 + t*t", 2), ("formula:(t*t)**16", 32),
        ("formula:pi*t*t/(2 - 1) - -t", 2), ("formula:t**40", None), ("formula:(t**8)**5", None),
        ("formula:t*exp(-t*t)", None), ("formula:max(t, 0)", None), ("formula:sqrt(t*t+1)", None),
        ("formula:1/(1+t*t)", None), ("formula:2**t", None), ("formula:(t*t+1)**1.5", None),
        ("formula:(1+t*t)**-1", None), ("formula:where(t > 0, t, t)", None), ("relu", None), ("tanh", None),
    ],
)  # fmt: skip
def test_a_polynomial_is_recognised_by_its_formula(activation: str, expected: int | None) -> None:
    assert degree(activation) == expected
    assert (floor(activation, stroke(0)) is None) == (expected is None)


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(UserError, match="Unknown activation 'quartic'"):
        floor("quartic", stroke(0))


def test_a_polynomial_is_known_by_its_values() -> None:
    coefficients = np.array([0.5, -1.0, 2.0, 0.25])
    found = series(np.polynomial.chebyshev.chebval(2 * nodes(4) - 1, coefficients))
    np.testing.assert_allclose(found, coefficients, atol=1e-14)


@pytest.mark.parametrize("coefficients", [[0, 0, 1], [1, 2, -3], [0, 1, 2, -3], [0.1, 0, 0, 4, 1, 3]])
def test_extrema_between_samples_are_found(coefficients: list[float]) -> None:
    g, c = stroke(4), np.array(coefficients, dtype=float)
    p = np.polynomial.chebyshev.chebval(2 * DENSE - 1, c)
    apart = p - np.interp(DENSE, X, g)
    inner = np.arange(1, len(DENSE) - 1)
    inner = inner[inner % 64 != 0]
    there = inner[(apart[inner] - apart[inner - 1]) * (apart[inner + 1] - apart[inner]) < 0]
    found = turning(c, g)
    assert len(there)
    assert np.max(np.min(np.abs(DENSE[there][:, None] - found[None, :]), axis=1)) <= 2 / (64 * (SAMPLES - 1))


# ---- the floor


@pytest.mark.parametrize("activation", [*BUILT_FOR, "formula:t**8"])
@pytest.mark.parametrize(("name", "g"), everything(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_floor_is_proved_by_alternation(name: str, g: Array, activation: str) -> None:
    found = floor(activation, g)
    assert found is not None
    span = np.ptp(g) or 1.0
    slack = 1e-14 * span + noise(g)
    assert found.degree == degree(activation)
    assert len(found.coefficients) == found.degree + 1
    # No smaller error anywhere: it is the largest one, …
    apart = np.interp(DENSE, X, g) - found.values(DENSE)
    assert np.max(np.abs(apart)) <= found.sup + slack
    np.testing.assert_allclose(found.difference, g - found.values(X), atol=slack, rtol=0)
    # … and it stands on degree + 2 points with alternating sign, which no other polynomial betters.
    if found.sup > 4 * slack:
        assert len(found.touching) == found.degree + 2
        assert np.all(np.diff(found.touching) > 0)
        there = np.interp(found.touching, X, g) - found.values(found.touching)
        assert np.all(np.sign(there[1:]) == -np.sign(there[:-1]))
        assert np.min(np.abs(there)) >= found.sup - slack


def test_floors_of_what_is_such_a_polynomial_itself() -> None:
    for name, low in (("constant", 1), ("line", 1), ("parabola", 2), ("cubic", 3)):
        for at, activation in enumerate(BUILT_FOR, start=1):
            found = floor(activation, ODD[name])
            assert found is not None
            # The polyline through the samples of a parabola is none: its pieces are straight.
            straight = np.max(np.abs(np.diff(ODD[name], 2))) / 16 / np.ptp(ODD[name]) if np.ptp(ODD[name]) else 0.0
            share = found.sup / (np.ptp(ODD[name]) or 1.0)
            assert share <= straight * 1.01 + 1e-14 if at >= low else share > 1e-3
    flat = floor("identity", ODD["constant"])
    assert flat is not None
    assert flat.sup == 0


def test_floors_in_closed_form() -> None:
    # |x − 1/2| has no sample in the middle; at any fineness a line keeps half of the rise.
    half = np.ptp(ODD["even"]) / 2
    line = floor("identity", ODD["even"])
    cube, square = floor("cube", X**4), floor("square", X**3)
    assert line is not None
    assert square is not None
    assert cube is not None
    assert line.sup == pytest.approx(half, rel=1e-12)
    # T₃ and T₄ of 2x − 1 have leading coefficients 32 and 128.
    assert square.sup == pytest.approx(1 / 32, rel=1e-4)
    assert cube.sup == pytest.approx(1 / 128, rel=1e-3)


def test_a_floor_scales_moves_and_mirrors_with_g() -> None:
    for seed in range(4):
        for activation in BUILT_FOR:
            one, other = floor(activation, stroke(seed)), floor(activation, 5 - 3 * stroke(seed)[::-1])
            assert one is not None
            assert other is not None
            assert other.sup == pytest.approx(3 * one.sup, rel=1e-10)


def test_a_range_without_room_is_refused() -> None:
    with pytest.raises(UserError, match="range of 2e\\+290"):
        floor("square", np.where(X < 0.5, -1e290, 1e290))


seeds = st.integers(0, 2**32 - 1)
samples = st.one_of(
    seeds.map(lambda seed: np.random.default_rng(seed).normal(size=SAMPLES)),
    seeds.map(lambda seed: np.cumsum(np.random.default_rng(seed).normal(size=SAMPLES))),
    seeds.map(lambda seed: np.sort(np.random.default_rng(seed).normal(size=SAMPLES))),
    st.builds(
        lambda at, height: np.where(np.arange(SAMPLES) < at, 0.0, height),
        st.integers(1, SAMPLES - 1),
        st.sampled_from([0.0, 1e-200, -3.0, 1e200]),
    ),
)


@settings(max_examples=30, deadline=None)
@given(samples, st.sampled_from([*BUILT_FOR, "formula:t*t+t", "formula:t**5-t"]), st.integers(0, 99))
def test_no_net_passes_below_the_floor(g: Array, activation: str, seed: int) -> None:
    found = floor(activation, g)
    assert found is not None
    target = target_of(g)
    nets = list(random(activation, target, (1, 3, 16), seed, lambda: False))
    if activation in BUILT_FOR:
        nets += build(activation, target, (1, 2, 16), lambda: False)
    for net in nets:
        assert net.sup >= found.sup * (1 - 1e-9) - noise(g)


# ---- the nets


@pytest.mark.parametrize("activation", BUILT_FOR)
@pytest.mark.parametrize(("name", "g"), everything(), ids=lambda value: value if isinstance(value, str) else "")
def test_nets_reach_the_floor(name: str, g: Array, activation: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nets = all_nets(activation, g)
        found = floor(activation, g)
    assert found is not None
    span = np.ptp(g) or 1.0
    assert [net.network.hidden[0].width for net in nets] == list(WIDTHS)
    for width, net in zip(WIDTHS, nets, strict=True):
        assert net.network.hidden[0].activation == activation
        assert np.isfinite(net.theta).all()
        assert errors(net.network, net.theta, g) == (net.sup, net.rms)
        assert np.max(np.abs(by_hand(net, activation, DENSE) - np.interp(DENSE, X, g))) <= net.sup + 1e-13 * span * (
            1 + np.max(np.abs(net.theta[: 2 * width])) ** 2
        ) + noise(g)
        if activation != "cube" or width > 1:
            limit = {("square", 1): 3e-8, ("cube", 2): 1e-10}.get((activation, width), 1e-13)
            assert net.sup <= found.sup + limit * span + noise(g)
    sups = [net.sup for net in nets]
    assert all(after <= before * (1 + 1e-12) + noise(g) for before, after in pairwise(sups))


@pytest.mark.parametrize("seed", [0, 1, 6, 7, 14])
def test_one_cube_is_the_best_of_its_shape(seed: int) -> None:
    g = target_of(stroke(seed)).unit
    target = target_of(g)
    (net,) = build("cube", target, (1,), lambda: False)
    # For each h the spread of g − ay is convex in a: its smallest value by the golden section.
    s = 2 * X - 1
    h = np.concatenate([np.linspace(-3, 3, 241), [-40.0, -15.0, -7.0, -4.0, 4.0, 7.0, 15.0, 40.0]])[:, None]
    y = ((s + h) ** 3 - h**3) / (1 + 3 * h**2)
    low, high = np.full(h.shape, -100.0), np.full(h.shape, 100.0)
    for _ in range(80):
        left, right = high - 0.618034 * (high - low), low + 0.618034 * (high - low)
        lower = np.ptp(g - left * y, axis=1) <= np.ptp(g - right * y, axis=1)
        low, high = np.where(lower[:, None], low, left), np.where(lower[:, None], right, high)
    least = np.ptp(g - (low + high) / 2 * y, axis=1) / 2
    assert net.sup <= float(np.min(least)) * (1 + 1e-4)


@given(st.lists(st.floats(-10, 10), min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_shifted_powers_are_every_polynomial(values: list[float]) -> None:
    coefficients = np.array(values)
    s = np.linspace(-1, 1, 101)
    size = np.max(np.abs(coefficients)) + 1e-290  # below, products lose digits
    for width, limit in ((2, 1e-9), (3, 1e-13)):
        units = cubic(coefficients, width)
        values_there = units.bias + (s[:, None] + units.shifts) ** 3 @ units.heights
        assert np.max(np.abs(values_there - np.polynomial.chebyshev.chebval(s, coefficients))) <= limit * size
    for width, limit in ((1, 1e-6), (2, 1e-13)):
        units = parabola(coefficients[:3], width)
        values_there = units.bias + (s[:, None] + units.shifts) ** 2 @ units.heights
        assert np.max(np.abs(values_there - np.polynomial.chebyshev.chebval(s, coefficients[:3]))) <= limit * size


def test_building_stops_when_asked_and_is_the_same_twice() -> None:
    target = target_of(stroke(3))
    asked: list[int] = []

    def stopping() -> bool:
        asked.append(0)
        return len(asked) > 2

    assert len(list(build("cube", target, WIDTHS, stopping))) == 2
    for activation in BUILT_FOR:
        first, second = all_nets(activation, stroke(3)), all_nets(activation, stroke(3))
        assert all(np.array_equal(a.theta, b.theta) for a, b in zip(first, second, strict=True))
        for width in (1, 2, 64):
            one = quick(activation, target, width, first[0])
            assert one.network.hidden[0].width == width
            assert one.sup <= first[WIDTHS.index(width)].sup * (1 + 1e-9)


def test_the_engine_computes_what_these_powers_say() -> None:
    t = np.linspace(-3, 3, 7)
    for power, activation in enumerate(BUILT_FOR, start=1):
        np.testing.assert_array_equal(activation_named(activation)(t), t**power)
