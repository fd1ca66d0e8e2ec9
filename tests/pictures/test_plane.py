"""The plane of inputs, against the singular value decomposition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.data.realise import realise
from mlpviz.data.spec import DataSpec
from mlpviz.nn.evaluate import forward
from mlpviz.nn.spec import Hidden, Network
from mlpviz.pictures.plane import input_plane, padded, principal
from mlpviz.pictures.tiles import COARSEST, resolution, tiles


@given(st.integers(2, 60), st.integers(3, 40), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_principal_directions_and_share_are_those_of_the_svd(rows: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(rows, width)) @ rng.normal(size=(width, width)) + 3
    mean, axes, share = principal(points, 2)
    _, spread, directions = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    assert np.allclose(mean, points.mean(axis=0))
    assert share == pytest.approx(np.sum(spread[:2] ** 2) / np.sum(spread**2), rel=1e-9)
    kept = (points - mean) @ axes.T
    assert np.sum(kept**2) == pytest.approx(np.sum(spread[:2] ** 2), rel=1e-9)
    assert np.abs(axes[0] @ directions[0]) == pytest.approx(1, abs=1e-5)
    assert np.allclose(np.linalg.norm(axes[: min(2, rows - 1)], axis=1), 1)


def test_points_without_variance_have_no_direction() -> None:
    _, axes, share = principal(np.full((7, 4), 2.5), 2)
    assert not axes.any()
    assert share == 1.0


def test_points_on_a_line_have_one_direction() -> None:
    _, axes, share = principal(np.outer(np.arange(9.0), [3.0, 0.0, 4.0]), 2)
    assert np.allclose(axes, [[0.6, 0, 0.8], [0, 0, 0]])
    assert share == pytest.approx(1)


def test_directions_keep_their_sense() -> None:
    points = np.random.default_rng(3).normal(size=(50, 5)) * [5, 3, 1, 1, 1]
    _, axes, _ = principal(points, 2)
    _, again, _ = principal(points + 1e-9, 2, like=-axes)
    assert np.allclose(again, -axes, atol=1e-6)


def test_huge_values_do_not_overflow() -> None:
    points = np.random.default_rng(3).normal(size=(50, 5)) * 1e200
    _, axes, share = principal(points, 2)
    assert np.isfinite(axes).all()
    assert 0 < share < 1


def test_two_inputs_are_the_plane_themselves() -> None:
    dataset = realise(DataSpec("circle"))
    plane = input_plane(dataset)
    assert not plane.pca
    assert not plane.line
    assert plane.bounds == ((-6, 6), (-6, 6))
    assert np.array_equal(plane.project(dataset.X), dataset.X)
    grid = plane.grid(5)
    assert grid.shape == (25, 2)
    assert grid[0].tolist() == [-6, -6]
    assert grid[4].tolist() == [6, -6]
    assert grid[-1].tolist() == [6, 6]


def test_more_inputs_are_shown_on_the_principal_plane_of_the_training_rows() -> None:
    dataset = realise(DataSpec("iris"))
    plane = input_plane(dataset)
    train = dataset.X[dataset.train]
    assert plane.pca
    assert plane.names == (r"\text{PC}_1", r"\text{PC}_2")
    assert np.allclose(plane.origin, train.mean(axis=0))
    spread = np.linalg.svd(train - train.mean(axis=0), compute_uv=False)
    assert plane.share == pytest.approx(np.sum(spread[:2] ** 2) / np.sum(spread**2))
    places = plane.project(dataset.X)
    for side, (low, high) in enumerate(plane.bounds):
        assert low < places[:, side].min()
        assert places[:, side].max() < high
    assert np.allclose(plane.project(plane.lift(places)), places)


def test_one_input_is_a_line() -> None:
    plane = input_plane(realise(DataSpec("waves")))
    assert plane.line
    assert plane.grid(7).shape == (7, 1)


def test_tiles_are_what_forward_gives_at_each_point() -> None:
    network = Network(2, (Hidden(3), Hidden(2, "relu")), 1, "logistic")
    theta = np.random.default_rng(0).normal(size=network.size)
    plane = input_plane(realise(DataSpec("circle")))
    found = tiles(network, theta, plane, 9)
    assert set(found) == {(-1, 0), (-1, 1), (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0)}
    for row, column in [(0, 0), (3, 7), (8, 2)]:
        x = np.array([[-6 + 1.5 * column, -6 + 1.5 * row]])
        point = forward(network, theta, x)
        assert found[-1, 0][row, column] == x[0, 0]
        assert found[-1, 1][row, column] == x[0, 1]
        assert found[0, 2][row, column] == pytest.approx(point.h[0][0, 2], abs=1e-14)
        assert found[1, 1][row, column] == pytest.approx(point.h[1][0, 1], abs=1e-14)
        assert found[2, 0][row, column] == pytest.approx(point.logits[0, 0], abs=1e-14)


def test_tiles_of_chosen_units_and_of_a_line() -> None:
    network = Network(1, (Hidden(5),), 2)
    theta = np.random.default_rng(0).normal(size=network.size)
    found = tiles(network, theta, input_plane(realise(DataSpec("waves"))), 33, [(0, 4), (1, 1)])
    assert set(found) == {(0, 4), (1, 1)}
    assert found[0, 4].shape == (33,)


def test_large_networks_get_coarser_fields() -> None:
    small, large = Network(2, (Hidden(4),), 1), Network(2, (Hidden(1024),) * 16, 1)
    assert resolution(small, 128) == 128
    assert COARSEST <= resolution(large, 128) < 16
    assert resolution(small, 3) == COARSEST


def test_a_frame_is_never_empty() -> None:
    assert padded(np.array([2.0, 2.0])) == (1.0, 3.0)
    assert padded(np.array([np.nan, np.inf])) == (-1.0, 1.0)
    low, high = padded(np.array([0.0, 10.0, np.nan]), 0.1)
    assert (low, high) == (-1.0, 11.0)
