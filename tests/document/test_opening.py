"""A net put into the Lab is the same net, on the same g."""

from __future__ import annotations

import numpy as np

from mlpviz.data.painted import points, preset
from mlpviz.data.strokes import grid, smoothed
from mlpviz.document.document import same
from mlpviz.document.edits import dataset_of, initial_theta, new_document, reset
from mlpviz.document.opening import open_net, open_plane_net
from mlpviz.files.project import load, save
from mlpviz.nn.evaluate import logits
from mlpviz.nn.initialisation import initial
from mlpviz.universality.target import plane_network, sweep_network


def test_the_lab_gets_the_net_and_all_of_g(tmp_path: object) -> None:
    network = sweep_network(9, "relu")
    theta = initial(network.sizes, ("relu", "identity"), "uniform", 4)
    document = open_net(new_document(), network, theta, 3).document
    dataset = dataset_of(document)
    assert len(dataset.train) == 512
    assert dataset.task == "regression"
    np.testing.assert_array_equal(dataset.y[:, 0], smoothed(document.function))
    np.testing.assert_array_equal(dataset.X[:, 0], grid())
    np.testing.assert_array_equal(
        logits(document.network, document.state.theta, dataset.X), logits(network, theta, grid()[:, None])
    )
    again = reset(document).document
    assert same(again.state.theta, initial_theta(network, document.training))
    assert not same(again.state.theta, document.state.theta)
    path = f"{tmp_path}/net.mlpviz"
    save(document, path)
    assert same(load(path), document)


def test_the_lab_gets_a_net_of_two_inputs_and_all_samples_of_its_painting(tmp_path: object) -> None:
    network, painted = plane_network(6, "tanh"), preset("ring")
    theta = initial(network.sizes, ("tanh", "identity"), "uniform", 4)
    document = open_plane_net(new_document(), painted, network, theta, 3).document
    dataset = dataset_of(document)
    assert (len(dataset.train), dataset.inputs, dataset.task) == (4096, 2, "regression")
    np.testing.assert_array_equal(dataset.X, points())
    np.testing.assert_array_equal(dataset.y[:, 0], painted.samples.ravel())
    np.testing.assert_array_equal(
        logits(document.network, document.state.theta, dataset.X), logits(network, theta, points())
    )
    assert document.network.input_names == dataset.input_names
    assert same(reset(document).document.state.theta, initial_theta(network, document.training))
    path = f"{tmp_path}/net.mlpviz"
    save(document, path)
    assert same(load(path), document)
