"""Pictures and formulas of networks whose first layer sees features, standardised inputs, or whose ŷ is tanh ỹ."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.nn.evaluate import forward
from mlpviz.nn.spec import Hidden, Network
from mlpviz.pictures.decision import decision
from mlpviz.pictures.explain import Moment, description, parameter_lines, unit_lines
from mlpviz.pictures.plane import input_plane
from mlpviz.pictures.representation import representation
from mlpviz.pictures.spread import spread_of_z
from mlpviz.pictures.symbols import (
    INPUTS,
    LONGEST_NAME,
    affine_formula,
    feature_formula,
    output_formula,
    plain,
    unit_symbol,
)
from mlpviz.pictures.tiles import tiles

FEATURES = ("x1", "x1^2", "x1*x2", "sin(x2)")


def featured(standard: bool = False, hidden: bool = True) -> Document:
    document = edits.set_features(edits.new_document(), FEATURES).document
    if not hidden:
        document = edits.remove_hidden_layer(edits.remove_hidden_layer(document).document).document
    return edits.set_standardise(document, standard).document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x2", "x₂"),
        ("x1^2", "x₁²"),
        ("x2**3", "x₂³"),
        ("x1*x2", "x₁x₂"),
        ("sin(x1)", "sin(x₁)"),
        ("x1/(1 + x2)", "x₁/(1 + x₂)"),
        ("sqrt(abs(x1))", "√(|x₁|)"),
        ("exp(-x1*x2)", "e^(-(x₁x₂))"),
    ],
)
def test_a_feature_is_written_as_the_lecture_would(text: str, expected: str) -> None:
    network = Network(2, features=(text,))
    assert plain(feature_formula(network, 0)) == expected
    assert plain(unit_symbol(network, INPUTS, 0)) == (expected if len(expected) <= LONGEST_NAME else "φ₁")


def test_a_long_feature_has_a_letter_and_the_formula_is_told() -> None:
    network = Network(2, (Hidden(2),), features=("x1", "where(x1 > 0, sin(x2), 1)"))
    assert plain(unit_symbol(network, INPUTS, 1)) == "φ₂"
    theta = np.zeros(network.size)
    lines = [plain(line) for line in unit_lines(Moment.at(network, theta, np.array([1.0, 0.0])), INPUTS, 1)]
    assert any("sin(x₂)" in line and "φ₂ = " in line for line in lines)


def test_what_the_first_layer_sees_is_named() -> None:
    plain_network, mapped = edits.new_document().network, featured().network
    assert plain(affine_formula(plain_network, 0)) == "z⁽¹⁾ = W⁽¹⁾x + b⁽¹⁾"
    assert plain(affine_formula(mapped, 0)) == "z⁽¹⁾ = W⁽¹⁾φ(x) + b⁽¹⁾"
    assert "4 features φ(x) = (x₁, x₁², x₁x₂, sin(x₂))" in description(mapped)
    assert "standardised" in description(featured(standard=True).network)


def test_a_units_sum_holds_the_features_numbers() -> None:
    document = featured()
    moment = Moment.at(document.network, document.state.theta, np.array([2.0, 3.0]))
    first, second = (plain(line) for line in unit_lines(moment, 0, 0)[:2])
    assert "·x₁²" in first
    assert "·4" in second
    assert plain(unit_lines(moment, INPUTS, 1)[0]) == "x₁² = 4"
    assert "·6 = " in plain(parameter_lines(moment, 0, 0, 2)[1])


def test_a_standardised_input_tells_how() -> None:
    document = featured(standard=True)
    network = document.network
    moment = Moment.at(network, document.state.theta, np.array([2.0, 3.0]))
    mean, deviation = network.standard[1]
    lines = [plain(line) for line in unit_lines(moment, INPUTS, 1)]
    assert lines[0] == "x₁² = 4"
    assert lines[1].startswith("(x₁² − ")
    assert lines[1].endswith(f"= {(4 - mean) / deviation:.3f}".replace("-", "−"))
    assert moment.values(INPUTS)[1] == pytest.approx((4 - mean) / deviation)


@pytest.mark.parametrize("standard", [False, True])
def test_the_tile_of_a_feature_is_the_feature_over_the_plane(standard: bool) -> None:
    document = featured(standard)
    network, plane = document.network, input_plane(edits.dataset_of(document))
    found = tiles(network, document.state.theta, plane, 12)
    X = plane.grid(12)
    expected = np.stack([X[:, 0], X[:, 0] ** 2, X[:, 0] * X[:, 1], np.sin(X[:, 1])], axis=1)
    if standard:
        means, deviations = np.array(network.standard).T
        expected = (expected - means) / deviations
    for unit in range(4):
        assert np.allclose(found[INPUTS, unit].ravel(), expected[:, unit])
    passed = forward(network, document.state.theta, X)
    assert np.allclose(found[0, 1].ravel(), passed.h[0][:, 1])
    assert np.allclose(found[2, 0].ravel(), passed.logits[:, 0])


def test_without_hidden_layers_the_representation_is_that_of_the_features() -> None:
    document = featured(standard=True, hidden=False)
    dataset = edits.dataset_of(document)
    rows = np.arange(30)
    picture = representation(document.network, document.state.theta, dataset, input_plane(dataset), rows)
    assert picture.width == 4
    assert picture.share is not None
    two = edits.set_features(document, ("x1^2", "x2")).document
    picture = representation(two.network, two.state.theta, dataset, input_plane(dataset), rows)
    means, deviations = np.array(two.network.standard).T
    expected = (np.stack([dataset.X[rows, 0] ** 2, dataset.X[rows, 1]], axis=1) - means) / deviations
    assert np.allclose(picture.points, expected)


def test_a_tanh_on_the_output_is_everywhere() -> None:
    document = edits.set_loss(edits.new_document(), "squared").document
    document = edits.set_output_activation(document, "tanh").document
    network, dataset = document.network, edits.dataset_of(document)
    theta = 3 * document.state.theta
    plane = input_plane(dataset)
    expected = np.tanh(forward(network, theta, plane.grid(20)).logits[:, 0])
    assert np.allclose(decision(network, theta, plane, 20).values.ravel(), expected)
    assert plain(output_formula(network)) == "ŷ = tanh(ỹ)"
    told = [plain(line) for line in unit_lines(Moment.at(network, theta, dataset.X[0]), 2, 0)]
    assert any(line.startswith("ŷ = tanh(ỹ) = ") for line in told)
    picture = representation(network, theta, dataset, plane, np.arange(9))
    assert picture.surface is not None
    assert np.abs(picture.surface.values).max() <= 1


def test_the_spread_of_z_is_that_of_every_layer() -> None:
    document = featured(standard=True)
    dataset = edits.dataset_of(document)
    X = dataset.X[dataset.train]
    passed = forward(document.network, document.state.theta, X)
    assert spread_of_z(document.network, document.state.theta, X) == [
        (pytest.approx(z.mean()), pytest.approx(z.std())) for z in passed.z
    ]
