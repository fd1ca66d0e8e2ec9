"""Training as a generator: the same numbers however it is driven."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.document import edits
from mlpviz.document.document import Document, RunState, same
from mlpviz.document.history import COLUMNS, History
from mlpviz.experiments import recorder
from mlpviz.experiments.control import Control
from mlpviz.experiments.recorder import Recorder, thinned
from mlpviz.experiments.training import TrainUpdate, train
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import frozen


def run(
    document: Document,
    *,
    state: RunState | None = None,
    control: Control | None = None,
    epochs: int | None = None,
    steps: int | None = None,
) -> list[TrainUpdate]:
    dataset = edits.dataset_of(document)
    return list(
        train(
            document.network,
            dataset,
            document.training,
            state or document.state,
            control=control,
            epochs=epochs,
            steps=steps,
        )
    )


@pytest.fixture
def document() -> Document:
    return edits.set_data(edits.new_document(), rows=57).document


def final(updates: list[TrainUpdate]) -> RunState:
    state = updates[-1].state
    assert state is not None
    return state


def test_it_counts_epochs_steps_and_figures(document: Document) -> None:
    state = final(run(document, epochs=4))
    assert (state.epoch, state.step, state.cursor) == (4, 4 * 5, 0)
    np.testing.assert_array_equal(state.history.column("epoch"), range(5))
    assert np.isfinite(state.history.rows[:, :5]).all()
    assert np.isnan(state.history.column("validation_loss")).all()


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("cut", [1, 7, 20, 33])
def test_a_run_cut_in_two_is_the_whole_run(document: Document, optimizer: str, cut: int) -> None:
    document = edits.set_training(document, optimizer=optimizer).document
    whole = final(run(document, steps=60))
    first = final(run(document, steps=cut))
    second = final(run(document, state=first, steps=60 - cut))
    assert same(replace(whole, origin=None), replace(second, origin=None))


def test_speed_changes_no_number(document: Document) -> None:
    control = Control()
    control.steps_per_frame = 3
    slow = final(run(document, steps=40, control=control))
    assert same(replace(slow, origin=None), replace(final(run(document, steps=40)), origin=None))


def test_another_seed_of_the_run_leaves_the_data_alone(document: Document) -> None:
    other = edits.set_training(document, seed=3).document
    assert edits.dataset_of(other) is edits.dataset_of(document)
    assert not same(final(run(other, steps=3)).theta, final(run(document, steps=3)).theta)


def test_stop_ends_with_the_whole_state(document: Document) -> None:
    control = Control()
    dataset = edits.dataset_of(document)
    job = train(document.network, dataset, document.training, document.state, control=control)
    next(job)
    next(job)
    control.stop()
    rest = list(job)
    assert rest[-1].status == "cancelled"
    assert rest[-1].state is not None
    assert all(update.state is None for update in rest[:-1])


def test_theta_is_copied_only_when_wanted(document: Document) -> None:
    control = Control()
    dataset = edits.dataset_of(document)
    job = train(document.network, dataset, document.training, document.state, control=control, epochs=100_000)
    first = next(job)
    assert first.theta is not None
    assert not first.theta.flags.writeable
    second = next(job)
    assert second.theta is None or second.state is not None
    control.wants_theta = True
    assert next(job).theta is not None


def test_live_changes_are_kept_with_their_step_and_replay_to_the_same_theta(document: Document) -> None:
    control = Control()
    dataset = edits.dataset_of(document)
    job = train(document.network, dataset, document.training, document.state, control=control, steps=50_000)
    next(job)
    next(job)
    control.change("learning_rate", 0.03)
    next(job)
    control.change("batch_size", 7)
    control.change("θ[2]", 0.5)
    next(job)
    control.stop()
    state = final(list(job))
    assert [change.field for change in state.changes] == ["learning_rate", "batch_size", "θ[2]"]
    assert state.origin is not None
    replayed: RunState = document.state
    config = TrainingConfig.from_json(state.origin.training.to_json())
    for change in state.changes:
        replayed = final(run(replace(document, training=config), state=replayed, steps=change.step - replayed.step))
        if change.field.startswith("θ"):
            theta = replayed.theta.copy()
            theta[2] = change.value
            replayed = replace(replayed, theta=frozen(theta))
        else:
            config = replace(config, **{change.field: change.value})
    replayed = final(run(replace(document, training=config), state=replayed, steps=state.step - replayed.step))
    assert same(replayed.theta, state.theta)


def test_divergence_is_the_last_update_with_the_last_finite_theta(document: Document) -> None:
    plane = edits.set_data(document, name="plane").document
    plane = edits.set_training(plane, learning_rate=1000.0).document
    updates = run(plane, epochs=1000)
    assert updates[-1].status == "diverged"
    assert updates[-1].diverged is not None
    assert np.isfinite(final(updates).theta).all()


def test_no_test_rows_means_nan_for_the_test_figures(document: Document) -> None:
    xor = edits.set_data(document, name="xor").document
    history = final(run(xor, epochs=3)).history
    assert np.isnan(history.column("test_loss")).all()
    assert np.isnan(history.column("test_accuracy")).all()
    assert np.isfinite(history.column("train_loss")).all()


def test_regression_has_no_accuracy(document: Document) -> None:
    waves = edits.set_data(document, name="waves").document
    history = final(run(waves, epochs=2)).history
    assert waves.network.outputs == 2
    assert np.isnan(history.column("train_accuracy")).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=10, max_size=80))
def test_thinning_keeps_the_extremes_and_the_order(losses: list[float]) -> None:
    rows = np.zeros((len(losses), len(COLUMNS)))
    rows[:, 0] = np.arange(len(losses))
    rows[:, 1] = losses
    with mock.patch.object(recorder, "CAPACITY", 40):
        kept = thinned(rows)
    assert kept[:, 1].min() == min(losses)
    assert kept[:, 1].max() == max(losses)
    assert (np.diff(kept[:, 0]) > 0).all()
    assert len(kept) <= 2 * 10 + 1
    assert kept[-1, 0] == rows[-1, 0]


def test_the_recorder_is_bounded_and_keeps_a_spike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "CAPACITY", 400)
    kept = Recorder(History.empty())
    for epoch in range(5000):
        kept.add(np.array([epoch, 100.0 if epoch == 77 else 1 / (epoch + 1), *[np.nan] * 7]))
    history = kept.history()
    assert len(history.rows) < 400
    assert history.column("train_loss").max() == 100.0
    assert history.rows[-1, 0] == 4999
    np.testing.assert_array_equal(history.rows[:4, 0], [0, 1, 2, 3])
    assert np.diff(history.rows[:, 0]).max() <= 2 * 5000 / 100


def test_rows_in_bulk_are_kept_as_rows_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "CAPACITY", 400)
    rng = np.random.default_rng(0)
    rows = rng.random((3000, 9))
    bulk, single = Recorder(History.empty()), Recorder(History.empty())
    for start in range(0, 3000, 77):
        handed = bulk.history().rows
        before = handed.copy()
        bulk.extend(rows[start : start + 77])
        np.testing.assert_array_equal(handed, before)
    for row in rows:
        single.add(row)
    np.testing.assert_array_equal(bulk.history().rows, single.history().rows)
    many = Recorder(History(rows))
    many.add(rows[0])
    assert len(many) < 3001
