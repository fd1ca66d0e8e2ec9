"""Nets of two inputs are trained on the samples of the plane, and measured as built ones are."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.data.painted import SIDE, points, preset, value
from mlpviz.experiments.grounds import GROUNDS
from mlpviz.experiments.trained import Net, SweepUpdate, gd_rate, trained
from mlpviz.experiments.work import WAYS, works
from mlpviz.nn.evaluate import gradient, logits
from mlpviz.nn.initialisation import initial
from mlpviz.universality.target import plane_network, target_of


def last_of(net: Net) -> SweepUpdate:
    *_, last = trained(target_of(preset("bumps").samples.ravel()), net, 1, lambda: False)
    return last


@pytest.mark.parametrize("inputs", [1, 2])
def test_every_ground_is_of_one_piece(inputs: int) -> None:
    ground = GROUNDS[inputs]
    assert ground.places().shape == (ground.count, inputs)
    network = ground.network(5, "tanh")
    assert network.sizes == (inputs, 5, 1)
    assert ground.errors(network, np.zeros(network.size), np.full(ground.count, 2.0)) == (2.0, 2.0)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("width", [1, 6])
def test_the_rate_is_one_over_the_curvature(activation: str, width: int) -> None:
    network = plane_network(width, activation)
    start = initial(network.sizes, (activation, "identity"), "uniform", 3)
    h = 1e-6
    moved = [(logits(network, start + h * e, points()) - logits(network, start - h * e, points())) / (2 * h)
             for e in np.eye(network.size)]  # fmt: skip
    expected = min(1.0, SIDE * SIDE / np.linalg.norm(np.hstack(moved), 2) ** 2)
    assert gd_rate(network, start) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("backend", ["numpy", "auto"])
def test_a_trained_net_is_the_one_of_plain_gradient_descent(backend: str) -> None:
    net = Net("tanh", 3, "gd", 1, 20, backend, 2)
    update = last_of(net)
    assert update.point is not None
    network, g = plane_network(3, "tanh"), target_of(preset("bumps").samples.ravel())
    theta = initial(network.sizes, ("tanh", "identity"), "uniform", 1)
    rate = gd_rate(network, theta)
    for _ in range(20):
        theta = theta - rate * gradient(network, theta, points(), g.unit[:, None])
    values = logits(network, theta, points())[:, 0] * g.half + g.middle
    np.testing.assert_allclose(logits(network, update.point.theta, points())[:, 0], values, atol=1e-10)
    assert update.point.rms == pytest.approx(float(np.sqrt(np.mean((values - g.g) ** 2))), rel=1e-9)
    fine = points(4 * (SIDE - 1) + 1)
    apart = logits(network, update.point.theta, fine)[:, 0] - value(preset("bumps").samples, fine)
    assert update.point.sup == pytest.approx(float(np.abs(apart).max()), rel=1e-9)


def test_more_steps_come_nearer() -> None:
    few, many = (last_of(Net("tanh", 8, "adam", 0, steps, inputs=2)) for steps in (10, 1000))
    assert many.rms < 0.6 * few.rms


def test_a_net_of_two_inputs_costs_as_many_samples_more() -> None:
    assert Net("tanh", 8, "adam", 0, 10, inputs=2).cost == 8 * Net("tanh", 8, "adam", 0, 10).cost


def test_methods_that_two_inputs_do_not_have_are_left_out() -> None:
    found = works(("tanh", "sigmoid"), [1, 2], tuple(WAYS), 1, 10, "numpy", 2)
    assert {work.method for work in found} == {"constructed", "adam", "gd"}
    assert {work.inputs for work in found} == {2}
