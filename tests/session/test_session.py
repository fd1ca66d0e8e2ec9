"""The session as a view sees it: edits, undo, training and sweeping on worker threads, files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.document import Document, SweepPoint, same
from mlpviz.document.edits import dataset_of
from mlpviz.document.presets import PRESETS
from mlpviz.errors import UserError
from mlpviz.experiments.training import train
from mlpviz.files import project
from mlpviz.session import Session


@pytest.fixture
def session(qapp: object) -> Iterator[Session]:
    session = Session()
    yield session
    session.close()


def train_until(session: Session, qtbot: QtBot, epochs: int) -> None:
    start = session.live.epoch
    session.train()
    qtbot.waitUntil(lambda: session.live.epoch >= start + epochs, timeout=20_000)
    session.pause()


def test_training_is_one_undo_entry_that_returns_to_the_start(session: Session, qtbot: QtBot) -> None:
    before = session.document
    train_until(session, qtbot, 20)
    after = session.document
    assert session.undo_text == "Train"
    assert after.state.epoch >= 20
    assert same(session.live.theta, after.state.theta)
    session.undo()
    assert same(session.document, before)
    assert session.undo_text is None
    session.redo()
    assert same(session.document, after)


def test_pausing_and_going_on_gives_the_numbers_of_one_run(session: Session, qtbot: QtBot) -> None:
    for _ in range(4):
        session.train()
        qtbot.waitUntil(lambda: session.live.step > 0, timeout=20_000)
        session.pause()
    steps = session.document.state.step
    theta = session.document.state.theta
    other = Session()
    try:
        other.steps_per_frame = 200
        other.training.start(steps=steps)
        qtbot.waitUntil(lambda: other.job is None, timeout=60_000)
        assert other.document.state.step == steps
        assert same(other.document.state.theta, theta)
    finally:
        other.close()


def test_steps_in_a_row_are_one_entry(session: Session, qtbot: QtBot) -> None:
    start = session.document
    for count in (1, 2, 3):
        session.step()
        qtbot.waitUntil(lambda: session.job is None, timeout=5_000)
        assert session.document.state.step == count
    session.undo()
    assert same(session.document, start)


def test_a_step_of_an_epoch_uses_every_training_row(session: Session, qtbot: QtBot) -> None:
    session.step_epoch()
    qtbot.waitUntil(lambda: session.job is None, timeout=5_000)
    assert (session.document.state.epoch, session.document.state.step) == (1, 20)


def test_reset_is_the_same_start_again(session: Session, qtbot: QtBot) -> None:
    start = session.document
    train_until(session, qtbot, 5)
    session.reset()
    assert same(session.document, start)
    assert session.live.epoch == 0


def test_a_new_rate_acts_in_the_run_and_is_recorded(session: Session, qtbot: QtBot) -> None:
    session.train()
    qtbot.waitUntil(lambda: session.live.epoch > 2, timeout=20_000)
    assert session.edit("Change η", lambda d: edits.set_training(d, learning_rate=0.02))
    assert session.job == "train"
    seen = session.live.epoch
    qtbot.waitUntil(lambda: session.live.epoch > seen + 5, timeout=20_000)
    session.pause()
    changes = session.document.state.changes
    assert [(change.field, change.value) for change in changes] == [("learning_rate", 0.02)]
    assert 0 < changes[0].step < session.document.state.step


def test_a_structural_edit_goes_on_training_and_undo_brings_the_weights_back(session: Session, qtbot: QtBot) -> None:
    session.train()
    qtbot.waitUntil(lambda: session.live.epoch > 2, timeout=20_000)
    session.edit("Widen", lambda d: edits.set_width(d, 0, 6))
    assert session.job == "train"
    assert session.live.network.sizes == (2, 6, 2, 1)
    session.pause()
    session.undo()  # the run after the edit
    session.undo()  # the edit
    assert session.undo_text == "Train"
    assert session.document.network.sizes == (2, 4, 2, 1)
    assert session.document.state.epoch > 2


def test_what_cannot_be_done_is_told_and_changes_nothing(session: Session, qtbot: QtBot) -> None:
    before = session.document
    with qtbot.waitSignal(session.problem) as told:
        assert not session.edit("Widen", lambda d: edits.set_width(d, 0, 10**9))
    assert "1,024" in told.args[1]
    assert session.document is before


def test_divergence_keeps_the_last_finite_weights_and_says_where(session: Session, qtbot: QtBot) -> None:
    session.edit("Data", lambda d: edits.set_data(d, name="plane"))
    session.edit("Rate", lambda d: edits.set_training(d, learning_rate=1000.0))
    session.train()
    qtbot.waitUntil(lambda: session.job is None, timeout=20_000)
    assert session.live.diverged is not None
    assert session.live.diverged.step >= 1
    assert np.isfinite(session.document.state.theta).all()
    session.reset()
    assert session.live.diverged is None


def test_undo_while_training_returns_to_before_the_run(session: Session, qtbot: QtBot) -> None:
    start = session.document
    session.train()
    qtbot.waitUntil(lambda: session.live.epoch > 2, timeout=20_000)
    assert session.undo_text == "Train"
    session.undo()
    assert same(session.document, start)
    assert session.job is None


def test_a_sweep_finishes_resumes_and_goes_stale(session: Session, qtbot: QtBot) -> None:
    session.edit("Sweep", lambda d: edits.set_sweep(d, widths=(1, 2, 4), methods=("adam",), seeds=1, steps=60))
    session.start_sweep()
    qtbot.waitUntil(lambda: session.job is None, timeout=30_000)
    results = session.document.results
    assert results is not None
    assert [point.width for point in results.points] == [1, 2, 4]
    assert not session.sweeping.stale
    session.edit("Preset", lambda d: edits.set_sweep(d, activation="tanh"))
    assert session.sweeping.stale
    session.undo()
    assert not session.sweeping.stale


def test_a_paused_sweep_ends_in_the_same_document(session: Session, qtbot: QtBot) -> None:
    def swept(*widths: int) -> list[SweepPoint]:
        session.edit("Sweep", lambda d: edits.set_sweep(d, widths=widths, seeds=2, steps=60))
        session.start_sweep()
        qtbot.waitUntil(lambda: session.job is None, timeout=30_000)
        assert session.results is not None
        return [replace(point, seconds=0.0) for point in session.results.points]

    swept(4)
    in_parts = swept(1, 2, 4)
    session.undo()
    session.undo()
    session.undo()
    session.undo()
    assert session.results is None
    assert same(tuple(in_parts), tuple(swept(1, 2, 4)))


def test_a_sweep_goes_on_after_saving_and_what_was_done_is_in_the_file(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.edit("Sweep", lambda d: edits.set_sweep(d, widths=(1, 2, 4, 8), methods=("adam",), seeds=3, steps=4000))
    session.start_sweep()
    qtbot.waitUntil(lambda: session.results is not None and len(session.results.points) > 1, timeout=60_000)
    session.storage.save(tmp_path / "net.mlpviz")
    saved = project.load(tmp_path / "net.mlpviz").results
    assert saved is not None
    assert len(saved.points) > 1
    assert session.job == ("sweep" if len(saved.points) < 12 else None)
    qtbot.waitUntil(lambda: session.job is None, timeout=60_000)
    assert session.results is not None
    assert len(session.results.points) == 12


def test_saving_and_opening_returns_the_same_document(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    train_until(session, qtbot, 3)
    assert session.storage.modified
    path = tmp_path / "net.mlpviz"
    session.storage.save(path)
    assert not session.storage.modified
    saved = session.document
    session.edit("Widen", lambda d: edits.set_width(d, 0, 9))
    assert session.storage.modified
    session.undo()
    assert not session.storage.modified
    session.storage.new()
    assert session.storage.path is None
    session.storage.open(path)
    assert same(session.document, saved)
    assert session.undo_text is None


def test_a_broken_file_leaves_everything_as_it_was(session: Session, tmp_path: Path) -> None:
    before = session.document
    path = tmp_path / "broken.mlpviz"
    path.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(UserError, match=r"broken\.mlpviz"):
        session.storage.open(path)
    assert session.document is before


def test_weights_travel_through_a_file(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    train_until(session, qtbot, 3)
    path = tmp_path / "net.safetensors"
    session.storage.export_weights(path)
    theta = session.document.state.theta
    session.reset()
    session.storage.import_weights(path)
    assert same(session.document.state.theta, theta)


def test_a_run_kept_aside_while_it_goes_on_can_be_taken_up_bit_for_bit(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept: list[Document] = []
    monkeypatch.setattr(session.storage._recovery, "write", lambda document, path: kept.append(document))
    session.edit("Optimiser", lambda d: replace(d, training=replace(d.training, optimizer="adam")))
    session.train()
    qtbot.waitUntil(lambda: session.live.epoch > 2, timeout=20_000)
    session.storage.save_aside()
    qtbot.waitUntil(lambda: bool(kept), timeout=10_000)
    assert session.job == "train"
    project.save(kept[0], tmp_path / "aside.mlpviz")
    session.pause()
    whole = session.document.state
    aside = project.load(tmp_path / "aside.mlpviz")
    assert aside.state.slots
    assert 0 < aside.state.step <= whole.step
    steps = whole.step - aside.state.step
    *_, last = train(aside.network, dataset_of(aside), aside.training, aside.state, steps=steps)
    assert last.state is not None
    assert same(last.state.theta, whole.theta)
    assert same(last.state.slots, whole.slots)


def test_pictures_arrive_in_order_and_only_the_latest(session: Session, qtbot: QtBot) -> None:
    seen: list[int] = []
    for number in range(50):
        session.pictures.request("key", lambda n=number: n, seen.append)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == 49, timeout=5_000)
    assert seen == sorted(seen)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_trains(session: Session, qtbot: QtBot, name: str) -> None:
    session.edit("Preset", PRESETS[name].apply)
    session.step_epoch()
    qtbot.waitUntil(lambda: session.job is None, timeout=20_000)
    assert session.document.state.epoch == 1
