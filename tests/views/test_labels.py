"""Labels that give way where room is short."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from mlpviz.views.kit.labels import ElidedLabel


@pytest.mark.parametrize(("spare", "shown"), [(1, 0), (-1, 1)])
def test_shorter_words_stand_for_those_that_do_not_fit(qtbot: QtBot, spare: int, shown: int) -> None:
    texts = ("the largest error of every net", "largest error", "")
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.set_texts(*texts)
    label.resize(label.fontMetrics().horizontalAdvance(texts[0]) + spare, 20)
    alone = ElidedLabel(texts[shown])
    qtbot.addWidget(alone)
    alone.resize(label.size())
    assert label.grab().toImage() == alone.grab().toImage()
    assert label.toolTip() == ("" if shown == 0 else texts[0])
    assert label.text() == texts[0]


def test_without_shorter_words_the_end_gives_way(qtbot: QtBot) -> None:
    label = ElidedLabel("the largest error of every net")
    qtbot.addWidget(label)
    label.set_texts("the largest error", "largest error")
    label.setText("the largest error of every net")  # other words have no shorter ones
    label.resize(80, 20)
    label.grab()
    assert label.toolTip() == "the largest error of every net"
    assert label._fitting().endswith("…")
