"""Where a hidden layer puts the data, and the output layer's line through it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.data.realise import realise
from mlpviz.data.spec import DataSpec
from mlpviz.document.edits import dataset_of, new_document
from mlpviz.document.presets import PRESETS
from mlpviz.nn.evaluate import forward, predict
from mlpviz.nn.layout import layout
from mlpviz.nn.spec import Hidden, Network
from mlpviz.pictures.plane import input_plane, principal
from mlpviz.pictures.representation import FIELD, LINES, Representation, line_in_box, representation

CIRCLE, IRIS = realise(DataSpec("circle")), realise(DataSpec("iris"))
number = st.floats(-50, 50, allow_nan=False)


def of(network: Network, theta: np.ndarray, dataset=CIRCLE, layer: int | None = None, before=None) -> Representation:
    shown = np.arange(len(dataset.X))
    return representation(network, theta, dataset, input_plane(dataset), shown, layer, before)


def net(*widths: int, activation: str = "tanh", inputs: int = 2, outputs: int = 1, loss: str = "logistic") -> Network:
    names = ("−1", "+1") if loss == "logistic" else tuple("ABC")
    return Network(inputs, tuple(Hidden(w, activation) for w in widths), outputs, loss, (), names)


def random_theta(network: Network, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=network.size)


def test_two_units_are_shown_as_they_are() -> None:
    network = net(4, 2)
    theta = random_theta(network)
    picture = of(network, theta)
    assert np.array_equal(picture.points, forward(network, theta, CIRCLE.X).h[1])
    assert picture.share is None
    assert picture.last
    assert picture.layer == 1
    assert picture.bounds == ((-1.16, 1.16), (-1.16, 1.16)), "tanh has a range, and it is the frame"


@given(st.integers(0, 10_000), st.sampled_from(["tanh", "relu", "identity"]))
@settings(max_examples=30, deadline=None)
def test_the_separator_satisfies_its_equation(seed: int, activation: str) -> None:
    network = net(3, 2, activation=activation)
    theta = random_theta(network, seed)
    picture = of(network, theta)
    w, b = layout(network.sizes).weights(theta)[-1]
    assert np.allclose(picture.separator @ w[0] + b[0], 0, atol=1e-9 * (1 + np.abs(theta).max() * 1e3))
    (left, right), (low, high) = picture.bounds
    corners = np.array([(x, y) for x in (left, right) for y in (low, high)]) @ w[0] + b[0]
    assert bool(len(picture.separator)) == (corners.min() < 0 < corners.max())
    for x, y in picture.separator:
        assert left - 1e-6 <= x <= right + 1e-6
        assert low - 1e-6 <= y <= high + 1e-6


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_separator_in_a_principal_plane_is_that_of_the_whole_space(seed: int) -> None:
    network = net(7)
    theta = random_theta(network, seed)
    picture = of(network, theta)
    h = forward(network, theta, CIRCLE.X).h[0]
    w, b = layout(network.sizes).weights(theta)[-1]
    lifted = h.mean(axis=0) + picture.separator @ picture.axes
    assert np.allclose(lifted @ w[0] + b[0], 0, atol=1e-9)
    _, _, share = principal(h, 2)
    spread = np.linalg.svd(h - h.mean(axis=0), compute_uv=False)
    assert picture.share == pytest.approx(share) == pytest.approx(np.sum(spread[:2] ** 2) / np.sum(spread**2))
    assert np.allclose(picture.points, (h - h.mean(axis=0)) @ picture.axes.T)


def test_the_field_is_the_output_layer_on_the_plane() -> None:
    network = net(2)
    theta = random_theta(network, 5)
    picture = of(network, theta)
    assert picture.surface is not None
    w, b = layout(network.sizes).weights(theta)[-1]
    xs, ys = (np.linspace(low, high, FIELD) for low, high in picture.bounds)
    for row, column in [(0, 0), (10, 80), (95, 95)]:
        expected = 1 / (1 + np.exp(-(w[0] @ [xs[column], ys[row]] + b[0])))
        assert picture.surface.values[row, column] == pytest.approx(expected, rel=1e-12)


def test_the_lectures_xor_network_lies_on_either_side_of_its_line() -> None:
    document = PRESETS["xor-lecture"].apply(new_document())
    dataset = dataset_of(document)
    picture = of(document.network, document.state.theta, dataset)
    assert picture.points.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert len(picture.separator) == 2
    assert np.allclose(2 * picture.separator[:, 0] - 4 * picture.separator[:, 1] - 1, 0, atol=1e-12)
    side = 2 * picture.points[:, 0] - 4 * picture.points[:, 1] - 1 > 0
    assert side.tolist() == [False, True, True, False]


def test_the_sheet_is_the_grid_of_the_input_plane_bent_by_the_layer() -> None:
    network = net(2)
    theta = random_theta(network, 2)
    sheet = of(network, theta).sheet
    gaps = np.isnan(sheet[:, 0])
    assert gaps.sum() == 2 * LINES - 1
    low, high = CIRCLE.X.min(axis=0), CIRCLE.X.max(axis=0)
    assert np.allclose(sheet[0], forward(network, theta, low[None]).h[0][0])
    assert np.allclose(sheet[-1], forward(network, theta, high[None]).h[0][0])


def test_an_inner_layer_has_no_separator() -> None:
    network = net(2, 3)
    picture = of(network, random_theta(network), layer=0)
    assert not picture.last
    assert picture.surface is None
    assert len(picture.separator) == 0
    assert of(network, random_theta(network), layer=1).last


def test_one_unit_lies_on_a_line_with_a_lane_for_each_class() -> None:
    network = net(3, 1)
    theta = random_theta(network, 1)
    picture = of(network, theta)
    assert np.array_equal(picture.points[:, 0], forward(network, theta, CIRCLE.X).h[1][:, 0])
    classes = CIRCLE.y[:, 0]
    assert picture.points[classes == 0, 1].max() < 0 < picture.points[classes == 1, 1].min()
    w, b = layout(network.sizes).weights(theta)[-1]
    if len(picture.separator):
        assert np.allclose(picture.separator[:, 0], -b[0] / w[0, 0])
    assert len(picture.sheet) == 0
    assert picture.bounds[1] == (-1, 1)


def test_without_hidden_layers_it_is_the_input() -> None:
    network = net()
    picture = of(network, np.array([1.0, 2.0, -0.5]))
    assert np.array_equal(picture.points, CIRCLE.X)
    assert picture.last
    assert picture.layer == -1
    assert np.allclose(picture.separator @ [1, 2] - 0.5, 0)


def test_more_classes_have_regions() -> None:
    network = net(5, inputs=4, outputs=3, loss="softmax")
    theta = random_theta(network, 4)
    picture = of(network, theta, IRIS)
    assert picture.surface is not None
    assert picture.surface.classes is not None
    assert len(picture.separator) == 0
    near = picture.points - [picture.bounds[0][0], picture.bounds[1][0]]
    size = [high - low for low, high in picture.bounds]
    cells = np.round(near / size * (FIELD - 1)).astype(int)
    said = picture.surface.classes[cells[:, 1], cells[:, 0]]
    # Off the plane the net may say otherwise; iris lies close to it.
    assert np.mean(said == predict(network, theta, IRIS.X).argmax(axis=1)) > 0.8


def test_a_frame_follows_only_when_it_must() -> None:
    network = net(2, activation="relu")
    theta = random_theta(network, 3)
    first = of(network, theta)
    assert of(network, theta * 0.97, before=first).bounds == first.bounds
    assert of(network, theta * 3, before=first).bounds != first.bounds
    assert of(network, theta * 0.3, before=first).bounds != first.bounds


def test_principal_axes_keep_their_sense_from_one_moment_to_the_next() -> None:
    network = net(6)
    theta = random_theta(network, 3)
    first = of(network, theta)
    again = of(network, theta + 1e-3, before=first)
    assert (np.sum(again.axes * first.axes, axis=1) > 0.9).all()


@pytest.mark.parametrize("widths", [(2,), (3,), (1,)])
def test_values_that_overflow_leave_a_frame(widths: tuple[int, ...]) -> None:
    network = net(2, *widths, activation="relu")
    picture = of(network, np.full(network.size, 1e200))
    assert np.isfinite(np.array(picture.bounds)).all()


def test_dead_units_leave_a_frame() -> None:
    network = net(5, activation="relu")
    picture = of(network, np.full(network.size, -1.0) * 0)
    assert picture.share == 1.0
    assert np.isfinite(picture.points).all()


@given(number, number, number, number, number)
@settings(max_examples=200, deadline=None)
def test_a_line_in_a_box_lies_on_the_line_and_in_the_box(a: float, b: float, c: float, x: float, y: float) -> None:
    box = ((x, x + 3.0), (y, y + 0.5))
    ends = line_in_box(np.array([a, b]), c, box)
    corners = [a * u + b * v + c for u in box[0] for v in box[1]]
    scale = abs(a) * 60 + abs(b) * 60 + abs(c) + 1e-300
    if len(ends):
        assert np.all(np.abs(ends @ [a, b] + c) <= 1e-7 * scale)
        assert np.all((ends >= [x - 1e-6, y - 1e-6]) & (ends <= [x + 3 + 1e-6, y + 0.5 + 1e-6]))
    else:
        assert min(corners) >= -1e-6 * scale or max(corners) <= 1e-6 * scale


def test_one_input_becomes_a_curve() -> None:
    waves = realise(DataSpec("waves"))
    network = Network(1, (Hidden(2),), 2, "squared")
    theta = random_theta(network, 0)
    picture = of(network, theta, waves)
    assert not np.isnan(picture.sheet).any()
    assert np.allclose(picture.sheet[0], forward(network, theta, waves.X.min(axis=0)[None]).h[0][0])
