"""The output's picture: values against predict, boundaries against sign changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.data.realise import realise
from mlpviz.data.spec import DataSpec
from mlpviz.nn.evaluate import predict
from mlpviz.nn.spec import Hidden, Network
from mlpviz.pictures.decision import Decision, contour, decision, scale_of, surface
from mlpviz.pictures.plane import input_plane

CIRCLE = realise(DataSpec("circle"))
PLANE = input_plane(CIRCLE)


def net(loss: str, outputs: int, names: tuple[str, ...], hidden: int = 6) -> Network:
    return Network(2, (Hidden(hidden),), outputs, loss, ("x₁", "x₂"), names)


def random_theta(network: Network, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=network.size) * 1.5


def crossings(field: np.ndarray, xs: np.ndarray, ys: np.ndarray, level: float) -> list[tuple[float, float]]:
    """Where the field goes through the level on the edges of its grid, linearly between neighbours."""
    found = []
    n = len(xs)
    for row in range(n):
        for column in range(n):
            for down, right in ((0, 1), (1, 0)):
                if row + down >= n or column + right >= n:
                    continue
                a, b = field[row, column] - level, field[row + down, column + right] - level
                if a * b < 0:
                    t = a / (a - b)
                    step = (xs[1] - xs[0]) * t
                    found.append((xs[column] + right * step, ys[row] + down * step))
    return found


@given(st.integers(0, 10_000), st.sampled_from(["logistic", "squared"]))
@settings(max_examples=25, deadline=None)
def test_the_boundary_goes_through_every_change_of_sign(seed: int, loss: str) -> None:
    network = net(loss, 1, ("−1", "+1"))
    theta = random_theta(network, seed)
    picture = decision(network, theta, PLANE, 24)
    assert np.array_equal(picture.values.ravel(), predict(network, theta, PLANE.grid(24))[:, 0])
    level = 0.5 if loss == "logistic" else 0.0
    assert picture.level == level
    assert picture.classes is None
    xs = np.linspace(-6, 6, 24)
    expected = crossings(picture.values, xs, xs, level)
    points = picture.boundary[~np.isnan(picture.boundary[:, 0])]
    assert bool(expected) == bool(len(points))
    for place in expected:
        assert np.min(np.hypot(*(points - place).T)) < 1e-9


@given(st.integers(0, 10_000), st.integers(2, 6))
@settings(max_examples=25, deadline=None)
def test_regions_are_those_of_the_largest_output(seed: int, classes: int) -> None:
    network = net("softmax", classes, tuple("ABCDEF"[:classes]))
    theta = random_theta(network, seed)
    picture = decision(network, theta, PLANE, 32)
    output = predict(network, theta, PLANE.grid(32))
    assert picture.classes is not None
    assert picture.level is None
    assert np.array_equal(picture.classes.ravel(), output.argmax(axis=1))
    assert np.array_equal(picture.values.ravel(), output.max(axis=1))
    several = len(np.unique(picture.classes)) > 1
    assert several == bool(len(picture.boundary))
    points = picture.boundary[~np.isnan(picture.boundary[:, 0])]
    for x, y in (points + 6) / 12 * 31:
        rows = slice(max(0, int(np.ceil(y - 1 - 1e-9))), int(y + 1 + 1e-9) + 1)
        columns = slice(max(0, int(np.ceil(x - 1 - 1e-9))), int(x + 1 + 1e-9) + 1)
        assert len(np.unique(picture.classes[rows, columns])) > 1, "a boundary stands between two classes"


def test_a_straight_boundary_is_where_its_formula_says() -> None:
    network = Network(2, (), 1, "logistic", ("x₁", "x₂"), ("−1", "+1"))
    picture = decision(network, np.array([1.0, -2.0, 0.5]), PLANE, 50)
    x, y = picture.boundary.T
    assert np.allclose(x - 2 * y + 0.5, 0, atol=0.02)


def test_no_boundary_where_the_output_has_one_sign() -> None:
    network = Network(2, (), 1, "squared", ("x₁", "x₂"), ("−1", "+1"))
    picture = decision(network, np.array([0.0, 0.0, 1.0]), PLANE, 16)
    assert picture.boundary.shape == (0, 2)
    assert (picture.values == 1).all()


@pytest.mark.parametrize("size", [1e155, 1e300])
def test_values_that_overflow_are_still_a_picture(size: float) -> None:
    network = Network(2, (Hidden(2, "identity"),), 1, "squared", ("x₁", "x₂"), ("−1", "+1"))
    picture = decision(network, np.full(network.size, size), PLANE, 16)
    assert np.isfinite(picture.values).all()
    assert np.isfinite(picture.boundary[~np.isnan(picture.boundary[:, 0])]).all()


def test_several_numbers_show_the_first() -> None:
    network = net("squared", 2, ())
    theta = random_theta(network, 1)
    picture = decision(network, theta, PLANE, 12)
    assert np.array_equal(picture.values.ravel(), predict(network, theta, PLANE.grid(12))[:, 0])
    assert picture.outputs == 2
    assert picture.classes is None


def on_a_line(loss: str, outputs: int, names: tuple[str, ...], theta: list[float]) -> Decision:
    network = Network(1, (), outputs, loss, ("x",), names)
    return decision(network, np.array(theta), input_plane(realise(DataSpec("waves"))))


def test_one_input_gives_curves_and_the_places_where_the_class_changes() -> None:
    picture = on_a_line("logistic", 1, ("−1", "+1"), [2.0, -3.0])
    assert picture.values.shape == (480, 1)
    assert picture.values[0, 0] < 0.01 < 0.99 < picture.values[-1, 0]
    assert np.allclose(picture.boundary, [[1.5]], atol=1e-3)
    three = on_a_line("softmax", 3, ("A", "B", "C"), [-1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    assert np.allclose(three.boundary, [[-1.0], [1.0]], atol=1e-3)
    assert on_a_line("squared", 1, (), [1.0, 0.0]).boundary.shape == (0, 1)


def test_a_flat_field_has_no_contour() -> None:
    xs = np.linspace(0, 1, 5)
    assert len(contour(xs, xs, np.zeros((5, 5)), 0.0)) == 0


def test_the_surface_of_two_scores_has_one_line_between_them() -> None:
    xs = np.linspace(0, 1, 11)
    scores = np.stack(np.broadcast_arrays(xs[None, :], np.full((11, 1), 0.45)), axis=2)
    picture = surface(xs, xs, scores, None)
    assert np.allclose(picture.boundary[:, 0], 0.45)
    assert not np.isnan(picture.boundary).any()


def test_scales_come_from_the_data() -> None:
    assert scale_of(net("logistic", 1, ("−1", "+1")), CIRCLE).middle == 0.5
    assert scale_of(net("squared", 1, ("−1", "+1")), CIRCLE).low == -1
    plane = realise(DataSpec("plane"))
    both = scale_of(net("squared", 1, ()), plane)
    assert both.diverging
    reach = np.abs(plane.y).max()
    assert reach <= both.high == -both.low <= 1.1 * reach
    waves = realise(DataSpec("waves"))
    positive = type(waves)(**{f: getattr(waves, f) for f in waves.__dataclass_fields__} | {"y": waves.y + 10})
    one = scale_of(net("squared", 1, ()), positive)
    assert not one.diverging
    assert (one.low, one.high) == (positive.y[:, 0].min(), positive.y[:, 0].max())
