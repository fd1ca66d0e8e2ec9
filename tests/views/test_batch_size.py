"""The batch size: chosen from a list or typed, never more than there are rows."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from mlpviz.document import edits
from mlpviz.views.kit.typed import Refusal
from mlpviz.views.lab.batch_combo import BatchCombo
from mlpviz.views.window import MainWindow
from tests.views.finding import named

Key = Qt.Key


def combo(window: MainWindow) -> BatchCombo:
    return named(window, BatchCombo, "Batch size")


def type_size(window: MainWindow, text: str) -> str:
    box = combo(window)
    box.setFocus()
    box.lineEdit().selectAll()  # type: ignore[union-attr]
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Key.Key_Return)
    return Refusal.of(window).text()


def offered(window: MainWindow) -> list[str]:
    return [combo(window).itemText(place) for place in range(combo(window).count())]


def test_powers_of_two_are_offered_and_none_above_the_rows(window: MainWindow) -> None:
    assert offered(window) == ["1", "10", "16", "32", "64", "100", "full"]
    window.session.edit("Change rows", lambda d: edits.set_data(d, rows=60))
    assert len(window.session.dataset.train) == 48
    assert offered(window) == ["1", "10", "16", "32", "full"]
    box = combo(window)
    box.setCurrentIndex(box.findText("32"))
    assert window.session.document.training.batch_size == 32
    assert box.currentText() == "32"


@pytest.mark.parametrize(("text", "size"), [("24", 24), ("32", 32), ("full", None), ("FULL", None), ("1 50", 150)])
def test_any_whole_number_can_be_typed(window: MainWindow, text: str, size: int | None) -> None:
    assert type_size(window, text) == ""
    assert window.session.document.training.batch_size == size
    assert combo(window).currentText() == ("full" if size is None else str(size))
    QTest.keyClick(combo(window), Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.document.training.batch_size == 10
    assert combo(window).currentText() == "10"


def test_more_than_the_rows_is_full_and_said_so(window: MainWindow) -> None:
    for _ in range(2):  # also where it is full already
        told = type_size(window, "5000")
        assert "5,000 is more than the 200 training rows: full" in told
        assert window.session.document.training.batch_size is None
        assert combo(window).currentText() == "full"


@pytest.mark.parametrize("text", ["0", "-4", "2.5", "many"])
def test_what_is_no_size_is_refused_beside_the_box(window: MainWindow, text: str) -> None:
    told = type_size(window, text)
    assert "no batch size" in told
    assert "it stays 10" in told
    assert window.session.document.training.batch_size == 10
    assert combo(window).currentText() == "10"


def test_typing_goes_on_while_the_document_changes(window: MainWindow) -> None:
    box = combo(window)
    box.setFocus()
    box.lineEdit().selectAll()  # type: ignore[union-attr]
    QTest.keyClicks(box, "2")
    window.session.edit("Change seed", lambda d: edits.set_training(d, seed=5))
    assert box.currentText() == "2"
    QTest.keyClicks(box, "4")
    QTest.keyClick(box, Key.Key_Tab)
    assert window.session.document.training.batch_size == 24


def test_fewer_rows_than_the_size_are_told_in_the_tip(window: MainWindow) -> None:
    type_size(window, "100")
    window.session.edit("Change rows", lambda d: edits.set_data(d, rows=60))
    assert combo(window).currentText() == "100"
    assert "100 is more than the 48 training rows: as full" in combo(window).toolTip()
