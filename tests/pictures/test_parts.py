"""A net taken apart sums up to the net."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.data.strokes import grid, preset, smoothed
from mlpviz.nn.initialisation import initial
from mlpviz.pictures.parts import GREEDY, LARGEST, ORDERS, PLACED, parts
from mlpviz.universality.errors import curve, errors, kinks
from mlpviz.universality.target import sweep_network


@pytest.mark.parametrize("activation", ["relu", "tanh", "sin", "formula:t*exp(-t*t)"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("width", [1, 3, 40])
def test_the_whole_sum_is_the_net(activation: str, order: str, width: int) -> None:
    network = sweep_network(width, activation)
    theta = initial(network.sizes, (activation, "identity"), "uniform", 3)
    g = smoothed(preset("hills"))
    found = parts(network, theta, g, order)
    np.testing.assert_allclose(found.partial(width), curve(network, theta, found.x), atol=1e-12)
    assert sorted(found.units) == list(range(width))
    assert len(found.largest) <= LARGEST
    assert found.rms[-1] == pytest.approx(errors(network, theta, g)[1], rel=1e-9)
    assert found.rms[0] == pytest.approx(float(np.sqrt(np.mean((found.base - g) ** 2))), rel=1e-9)
    samples = found.curves[:, np.searchsorted(found.x, grid())]
    np.testing.assert_allclose(samples.mean(axis=1), 0, atol=1e-12)


def test_the_order_is_that_of_the_places_or_that_of_the_gains() -> None:
    network = sweep_network(12, "relu")
    theta = initial(network.sizes, ("relu", "identity"), "uniform", 5)
    g = smoothed(preset("sine"))
    placed = kinks(network, theta)[0][parts(network, theta, g, PLACED).units]
    assert (np.diff(placed) >= 0).all()
    greedy, plain = parts(network, theta, g, GREEDY), parts(network, theta, g, PLACED)
    assert greedy.rms[1] <= min(
        np.sqrt(np.mean((plain.base + row[np.searchsorted(plain.x, grid())] - g) ** 2)) for row in plain.curves
    ) * (1 + 1e-12)


def test_the_largest_come_first() -> None:
    network = sweep_network(30, "tanh")
    theta = initial(network.sizes, ("tanh", "identity"), "uniform", 5)
    found = parts(network, theta, smoothed(preset("saw")))
    sizes = np.abs(found.curves).max(axis=1)
    assert list(sizes[found.largest]) == sorted(sizes, reverse=True)[:LARGEST]
