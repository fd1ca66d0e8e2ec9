"""Ridge lines lie on u·x + c = 0, within the square, and end on its edge."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.nn.layout import layout
from mlpviz.nn.spec import Hidden, Network
from mlpviz.pictures.ridges import ridges


def net(u: list[list[float]], c: list[float], a: list[float]) -> tuple[Network, np.ndarray]:
    network = Network(inputs=2, hidden=(Hidden(len(c), "tanh"),))
    theta = np.zeros(4 * len(c) + 1)
    (weights, biases), (out, _) = layout(network.sizes).weights(theta)
    weights[:], biases[:], out[0] = u, c, a
    return network, theta


def test_lines_of_known_units() -> None:
    found = ridges(*net([[2.0, 0.0], [0.0, -4.0], [1.0, 1.0], [1.0, 0.0]], [-1.0, 1.0, -1.0, 3.0], [1, 2, -5, 1]))
    np.testing.assert_array_equal(found.index, [1, 2, 0])  # the strongest first; the fourth lies outside
    np.testing.assert_allclose(found.strength, [8.0, 5 * np.sqrt(2), 2.0])
    np.testing.assert_allclose(np.sort(found.ends[0], axis=0), [[0, 0.25], [1, 0.25]], atol=1e-12)
    np.testing.assert_allclose(np.sort(found.ends[1][:, 0]), [0, 1], atol=1e-12)
    np.testing.assert_allclose(found.ends[1].sum(axis=1), 1.0)
    np.testing.assert_allclose(np.sort(found.ends[2], axis=0), [[0.5, 0], [0.5, 1]], atol=1e-12)
    np.testing.assert_allclose(found.uphill[0], [0, -1])  # a > 0 and u points down
    np.testing.assert_allclose(found.uphill[1], -np.ones(2) / np.sqrt(2))


@pytest.mark.parametrize("seed", range(5))
def test_random_units(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network, theta = net(
        rng.normal(0, 3, (50, 2)).tolist(), rng.normal(0, 2, 50).tolist(), rng.normal(0, 1, 50).tolist()
    )
    (u, c), _ = layout(network.sizes).weights(theta)
    found = ridges(network, theta)
    assert 5 < len(found.index) < 50
    for k, ends in zip(found.index, found.ends, strict=True):
        np.testing.assert_allclose(ends @ u[k] + c[k], 0, atol=1e-10)
        assert np.all((ends >= 0) & (ends <= 1))
        on_edge = np.isclose(ends, 0) | np.isclose(ends, 1)
        assert on_edge.any(axis=1).all()
    left_out = np.setdiff1d(np.arange(50), found.index)
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
    for k in left_out:
        sides = corners @ u[k] + c[k]
        assert (sides >= 0).all() or (sides <= 0).all()


def test_units_without_a_direction_have_no_line() -> None:
    found = ridges(*net([[0.0, 0.0]], [0.0], [1.0]))
    assert found.ends.shape == (0, 2, 2)
