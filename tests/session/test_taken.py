"""Which settings a run takes along, and which begin it anew; both ways the numbers are those of the new setting."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.experiments.training import train
from mlpviz.nn.locks import Lock
from mlpviz.session import Session

TAKEN: list[dict[str, object]] = [
    {"learning_rate": 0.02},
    {"optimizer": "adam"},
    {"schedule": "cosine"},
    {"schedule_period": 3},
    {"warmup": 4},
    {"clip": 0.5},
    {"l1": 0.01},
    {"batch_size": 7},
    {"patience": 1000},
]
ANEW: list[dict[str, object]] = [
    {"class_weights": "balanced"},
    {"dropout": 0.2},
    {"locked": (Lock(0),)},
    {"optimizer": "lbfgs"},
    {"seed": 5},
    {"init": "orthogonal"},
]


@pytest.fixture
def session(qapp: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("MLPVIZ_STATE_DIR", str(tmp_path))
    session = Session()
    session.edit("Hold out", lambda d: edits.set_data(d, validation=0.2))
    yield session
    session.close()


@pytest.mark.parametrize("changes", TAKEN + ANEW, ids=str)
def test_a_setting_is_taken_along_or_begins_a_new_run(session: Session, changes: dict[str, object]) -> None:
    before = session.document
    after = edits.set_training(before, **changes).document
    assert session.training.takes(before, after) == (changes in TAKEN)


@pytest.mark.parametrize("changes", TAKEN + ANEW, ids=str)
def test_training_goes_on_with_the_new_setting(session: Session, qtbot: QtBot, changes: dict[str, object]) -> None:
    told: list[str] = []
    session.problem.connect(lambda title, sentence: told.append(sentence))
    session.train()
    qtbot.waitUntil(lambda: session.live.step > 30)
    assert session.edit("Set", lambda d: edits.set_training(d, **changes))
    assert session.job == "train"
    step = session.live.step
    qtbot.waitUntil(lambda: session.live.step > step + 30)
    session.pause()
    assert told == []
    assert all(getattr(session.document.training, name) == value for name, value in changes.items())


def test_class_weights_act_at_once(session: Session, qtbot: QtBot) -> None:
    """A run that was given balanced classes while it ran makes the steps of one that begins with them there."""
    session.edit("Gaussians", lambda d: edits.set_data(d, name="gaussians", rows=41, classes=3, validation=0.0))
    session.train()
    qtbot.waitUntil(lambda: session.live.step > 5)
    session.edit("Balance", lambda d: edits.set_training(d, class_weights="balanced"))
    session.pause()
    document = session.document
    session.step()
    qtbot.waitUntil(lambda: session.job is None)
    *_, last = train(document.network, session.dataset, document.training, document.state, steps=1)
    assert last.theta is not None
    assert np.array_equal(session.document.state.theta, last.theta)
