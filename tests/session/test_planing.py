"""Nets of two inputs beside the window: they follow the painting while someone watches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from mlpviz.data.painted import Painted, preset, raised
from mlpviz.document.edits import new_document, set_painted, set_sweep
from mlpviz.experiments.planed import PLANE_WIDTHS
from mlpviz.nn.layout import frozen
from mlpviz.session import Session
from mlpviz.session import planing as module

WAIT = 60_000


@pytest.fixture
def session(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setattr(module, "PLANE_WIDTHS", (1, 2, 4))
    document = new_document()
    session = Session(replace(document, view=replace(document.view, plane_width=2)))
    yield session
    session.close()


def paint(session: Session, painted: Painted) -> None:
    assert session.edit("Paint", lambda document: set_painted(document, painted))


def done(session: Session, qtbot: QtBot) -> None:
    def ready() -> bool:
        known = session.planing.known
        return known is not None and known.complete and known.painted is session.document.painted

    qtbot.waitUntil(ready, timeout=WAIT)
    qtbot.waitUntil(lambda: session.planing.idle, timeout=WAIT)


def test_nothing_is_computed_until_someone_watches(session: Session, qtbot: QtBot) -> None:
    paint(session, preset("ring"))
    assert session.planing.known is None
    assert session.planing.idle
    session.planing.watch(True)
    done(session, qtbot)
    known = session.planing.known
    assert known is not None
    assert [net.width for net in known.nets] == [1, 2, 4]
    assert known.activation == session.document.sweep.activation


def test_painting_and_another_activation_are_followed_and_undone(session: Session, qtbot: QtBot) -> None:
    session.planing.watch(True)
    done(session, qtbot)
    before = session.document.painted
    paint(session, raised(before, 0.5, 0.5, 0.2, 1.0))
    done(session, qtbot)
    assert session.undo_text == "Paint"
    session.undo()
    assert session.document.painted is before
    done(session, qtbot)
    session.edit("Activation", lambda document: set_sweep(document, activation="sin"))
    qtbot.waitUntil(lambda: session.planing.known.activation == "sin" and session.planing.known.complete, timeout=WAIT)
    session.look(plane_width=3)
    qtbot.waitUntil(lambda: session.planing.known.net(3) is not None and session.planing.known.complete, timeout=WAIT)


def test_what_does_not_concern_it_begins_nothing_anew(session: Session, qtbot: QtBot) -> None:
    session.planing.watch(True)
    done(session, qtbot)
    known = session.planing.known
    session.look(width=32)
    session.edit("Widths", lambda document: set_sweep(document, widths=(1, 5)))
    assert session.planing.idle
    assert session.planing.known is known


def test_while_dabs_come_fast_nets_are_told_all_the_same_and_the_last_painting_wins(
    session: Session, qtbot: QtBot
) -> None:
    told = []
    session.planing.changed.connect(lambda: told.append(session.planing.known))
    session.planing.watch(True)
    dabs = 0
    while len({id(known.painted) for known in told}) <= 2:  # in the midst of painting
        assert dabs < 2000
        dabs += 1
        paint(session, raised(session.document.painted, dabs % 40 / 40, 0.5, 0.2, 0.1))
        qtbot.wait(5)
    done(session, qtbot)
    assert told[-1].painted is session.document.painted


def test_what_cannot_be_worked_with_is_told(session: Session, qtbot: QtBot) -> None:
    noted: list[str] = []
    session.noted.connect(noted.append)
    session.planing.watch(True)
    done(session, qtbot)
    paint(session, Painted(frozen(1e-280 * preset("bumps").samples)))
    qtbot.waitUntil(lambda: session.planing.known is None, timeout=WAIT)
    assert "beyond what can be trained" in noted[-1]
    paint(session, preset("saddle"))
    done(session, qtbot)


def test_unwatched_it_rests_and_goes_on_later(session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PLANE_WIDTHS", PLANE_WIDTHS)
    session.planing.watch(True)
    session.planing.watch(False)
    qtbot.waitUntil(lambda: session.planing.idle, timeout=5_000)
    assert session.planing.known is None or not session.planing.known.complete
    monkeypatch.setattr(module, "PLANE_WIDTHS", (1, 2))
    session.planing.watch(True)
    done(session, qtbot)
    assert np.isfinite(session.planing.known.nets[0].rms)  # type: ignore[union-attr]
