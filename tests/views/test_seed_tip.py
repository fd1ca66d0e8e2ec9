"""The seed's tooltip tells how many seeds learn XOR, where XOR is the data."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from mlpviz.data.seeds import xor_seeds
from mlpviz.document import edits
from mlpviz.session import Session
from mlpviz.views.kit.controls import WholeBox
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.training_panel import TrainingPanel


def test_the_count_stands_in_the_tooltip_for_xor_only(qtbot: QtBot) -> None:
    session = Session()
    try:
        panel = TrainingPanel(session, Theme())
        qtbot.addWidget(panel)
        seed = next(box for box in panel.findChildren(WholeBox) if box.accessibleName() == "Seed")
        assert xor_seeds().sentence not in seed.toolTip()
        session.edit("Data", lambda d: edits.set_data(d, name="xor"))
        assert xor_seeds().sentence in seed.toolTip()
        assert f"{len(xor_seeds().solved)} of the seeds 0–99" in seed.toolTip()
    finally:
        session.close()
