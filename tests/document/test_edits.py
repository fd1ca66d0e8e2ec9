"""Edits of documents: what they change, what they keep, what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlpviz.data.spec import Table
from mlpviz.document import edits
from mlpviz.document.document import Document, RunState, same
from mlpviz.document.presets import PRESETS
from mlpviz.errors import UserError
from mlpviz.nn.layout import frozen, layout


@pytest.fixture
def document() -> Document:
    return edits.new_document()


@pytest.fixture
def trained(document: Document) -> Document:
    """As after some steps: every parameter is a number of its own."""
    theta = frozen(np.arange(1.0, document.network.size + 1))
    return replace(document, state=RunState(theta, {"v": theta}, step=40, epoch=2, cursor=0))


def matrices(document: Document) -> list[np.ndarray]:
    return layout(document.network.sizes).matrices(document.state.theta)


def test_the_first_document_is_circle_data_and_a_2_4_2_1_tanh_net(document: Document) -> None:
    assert document.data.name == "circle"
    assert document.network.sizes == (2, 4, 2, 1)
    assert {layer.activation for layer in document.network.hidden} == {"tanh"}
    assert document.network.loss == "logistic"
    assert len(document.state.theta) == document.network.size


def test_widening_keeps_every_weight_between_units_that_were_there(trained: Document) -> None:
    before = matrices(trained)
    document, _ = edits.set_width(trained, 0, 6)
    after = matrices(document)
    np.testing.assert_array_equal(after[0][:4], before[0])
    np.testing.assert_array_equal(after[1][:, [0, 1, 2, 3, 6]], before[1])
    np.testing.assert_array_equal(after[2], before[2])
    assert document.state.step == 40


def test_the_note_counts_what_was_kept(trained: Document) -> None:
    document, note = edits.set_width(trained, 0, 6)
    kept = sum(np.isin(matrix, np.arange(1.0, 100.0)).sum() for matrix in matrices(document))
    fresh = document.network.size - kept
    # New biases start at 0, so they count as drawn and cannot be mistaken for a kept number.
    counts = f"{kept} of {document.network.size} parameters kept; {fresh} drawn anew from the seed"
    assert note == f"{counts}: weights into hidden 1 and hidden 2."


def test_narrowing_keeps_the_first_units(trained: Document) -> None:
    before = matrices(trained)
    after = matrices(edits.set_width(trained, 0, 2).document)
    np.testing.assert_array_equal(after[0], before[0][:2])
    np.testing.assert_array_equal(after[1], before[1][:, [0, 1, 4]])


def test_a_layer_inserted_leaves_the_others_and_biases_alone(trained: Document) -> None:
    before = matrices(trained)
    document, note = edits.add_hidden_layer(trained, 1)
    assert document.network.sizes == (2, 4, 4, 2, 1)
    after = matrices(document)
    np.testing.assert_array_equal(after[0], before[0])
    np.testing.assert_array_equal(after[2][:, -1], before[1][:, -1])
    np.testing.assert_array_equal(after[3], before[2])
    assert "weights into hidden 2 and hidden 3." in note


def test_removing_then_nothing_left_is_refused(document: Document) -> None:
    for _ in range(2):
        document = edits.remove_hidden_layer(document).document
    assert document.network.sizes == (2, 1)
    with pytest.raises(UserError, match="no hidden layer"):
        edits.remove_hidden_layer(document)


def test_seventeen_layers_are_refused(document: Document) -> None:
    while len(document.network.hidden) < 16:
        document = edits.add_hidden_layer(document).document
    with pytest.raises(UserError, match="at most 16"):
        edits.add_hidden_layer(document)


def test_an_untrained_net_is_always_what_the_seed_draws(document: Document) -> None:
    wider = edits.set_width(document, 0, 7).document
    back = edits.set_width(wider, 0, 4).document
    assert same(back.state.theta, document.state.theta)
    assert same(
        edits.set_width(document, 1, 5).document.state,
        edits.fresh_state(edits.set_width(document, 1, 5).document.network, document.training),
    )


def test_moving_a_layer_moves_its_biases(trained: Document) -> None:
    before = matrices(trained)
    document, _ = edits.move_hidden_layer(trained, 0, 1)
    assert document.network.sizes == (2, 2, 4, 1)
    np.testing.assert_array_equal(matrices(document)[0][:, -1], before[1][:, -1])
    np.testing.assert_array_equal(matrices(document)[1][:, -1], before[0][:, -1])


def test_one_weight_and_nothing_else(trained: Document) -> None:
    document, _ = edits.set_parameter(trained, 1, 0, 2, -4.0)
    expected = matrices(trained)[1].copy()
    expected[0, 2] = -4.0
    np.testing.assert_array_equal(matrices(document)[1], expected)
    assert (document.state.theta != trained.state.theta).sum() == 1


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_weight_must_be_finite(trained: Document, value: float) -> None:
    with pytest.raises(UserError, match="finite"):
        edits.set_parameter(trained, 0, 0, 0, value)


def test_another_data_set_brings_its_inputs_loss_and_a_fresh_start(trained: Document) -> None:
    document, _ = edits.set_data(trained, name="iris")
    assert document.network.sizes == (4, 4, 2, 3)
    assert document.network.loss == "softmax"
    assert document.state.step == 0
    assert same(document.state, edits.reset(document).document.state)


def test_more_noise_keeps_the_weights_and_begins_the_figures_anew(trained: Document) -> None:
    document, _ = edits.set_data(trained, noise=0.3)
    assert same(document.state.theta, trained.state.theta)
    assert document.state.step == 0
    assert len(document.state.history.rows) == 0


def test_a_loss_that_does_not_fit_the_data_is_refused(document: Document) -> None:
    plane = edits.set_data(document, name="plane").document
    with pytest.raises(UserError, match="logistic loss does not fit"):
        edits.set_loss(plane, "logistic")


def test_softmax_for_two_classes_draws_only_the_output_layer_anew(trained: Document) -> None:
    document, _ = edits.set_loss(trained, "softmax")
    assert document.network.sizes == (2, 4, 2, 2)
    for old, new in zip(matrices(trained)[:2], matrices(document)[:2], strict=True):
        np.testing.assert_array_equal(new, old)


def test_another_seed_starts_anew_another_rate_does_not(trained: Document) -> None:
    assert edits.set_training(trained, seed=5).document.state.step == 0
    faster = edits.set_training(trained, learning_rate=0.3).document
    assert same(faster.state.theta, trained.state.theta)
    assert faster.state.step == 40
    assert faster.state.slots


def test_another_optimizer_forgets_the_old_ones_memory_and_takes_its_own_rate(trained: Document) -> None:
    document, _ = edits.set_training(trained, optimizer="adam")
    assert document.training.learning_rate == 0.01
    assert not document.state.slots


def test_the_lectures_xor_network_is_exact(document: Document) -> None:
    document = PRESETS["xor-lecture"].apply(document)
    first, second = matrices(document)
    np.testing.assert_array_equal(first, [[1, 1, 0], [1, 1, -1]])
    np.testing.assert_array_equal(second, [[2, -4, -1]])
    dataset = edits.dataset_of(document)
    np.testing.assert_array_equal(dataset.X, [[0, 0], [0, 1], [1, 0], [1, 1]])
    np.testing.assert_array_equal(dataset.targets("logistic")[:, 0], [-1, 1, 1, -1])
    assert len(dataset.test) == 0


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_makes_a_document_that_fits_its_data(document: Document, name: str) -> None:
    made = PRESETS[name].apply(document)
    dataset = edits.dataset_of(made)
    assert made.network.inputs == dataset.inputs
    assert made.network.outputs == dataset.outputs(made.network.loss)
    assert made.state.theta.shape == (made.network.size,)


def test_a_constant_feature_is_told_wherever_it_comes_from() -> None:
    standard = edits.set_standardise(edits.new_document(), True)
    assert standard.note == ""
    own = edits.set_features(standard.document, ("x1", "x2", "cos(x1-x1)"))
    assert "constant and left at 0" in own.note
    assert "constant" not in edits.set_training(own.document, learning_rate=0.5).note
    assert "constant" not in edits.set_data(own.document, noise=0.1).note, "it was told before"
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=30), np.full(30, 7.0)])
    y = (X[:, :1] > 0).astype(float)
    table = Table(frozen(X), frozen(y), "binary", ("a", "b"), ("y",), ("no", "yes"), "t.csv")
    imported = edits.set_data(standard.document, name="table", table=table)
    assert "constant and left at 0: b" in imported.note
