"""Data, More…: validation and early stopping, features, standardisation."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtWidgets import QAbstractSpinBox, QCheckBox, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from mlpviz.data.spec import TABLE, Table
from mlpviz.document import edits
from mlpviz.nn.layout import frozen
from mlpviz.session import Session
from mlpviz.views.kit.controls import NumberBox, WholeBox
from mlpviz.views.kit.formula_dialog import FormulaDialog
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.data_panel import DataPanel
from mlpviz.views.lab.feature_chips import FeatureChips, offered
from tests.views.finding import named


@pytest.fixture
def panel(session: Session, theme: Theme, qtbot: QtBot) -> DataPanel:
    panel = DataPanel(session, theme)
    qtbot.addWidget(panel)
    panel.resize(238, 640)
    session.look(more=("data",))
    panel.show()
    return panel


def chips(panel: DataPanel) -> dict[str, bool]:
    return {text: chip.isChecked() for text, chip in panel.more.features._chips.items()}


def press(panel: DataPanel, name: str) -> None:
    named(panel, QPushButton, name).click()


def test_a_share_of_the_training_rows_becomes_validation_rows(session: Session, panel: DataPanel) -> None:
    box = named(panel, NumberBox, "Validation share")
    assert box.text() == "off"
    box.setValue(0.25)
    assert len(session.dataset.validation) == 50
    assert box.text() == "25\u202f%"
    assert panel._summary() == "150 train · 50 val. · 50 test"
    session.undo()
    assert not len(session.dataset.validation)
    assert box.value() == 0


def test_patience_brings_its_validation_rows_along(session: Session, panel: DataPanel) -> None:
    told: list[str] = []
    session.noted.connect(told.append)
    box = named(panel, WholeBox, "Patience")
    assert box.text() == "off"
    box.setValue(20)
    assert session.document.training.patience == 20
    assert session.document.data.validation == 0.2
    assert told == ["Early stopping needs rows to watch: 40 training rows are validation rows now."]
    session.undo()
    assert (session.document.training.patience, session.document.data.validation) == (None, 0.0)
    named(panel, NumberBox, "Validation share").setValue(0.1)
    box.setValue(5)
    assert session.document.data.validation == 0.1
    assert len(told) == 1
    named(panel, NumberBox, "Validation share").setValue(0)
    assert session.document.training.patience is None
    assert "early stopping is off" in told[-1]
    assert box.text() == "off"


def test_features_are_switched_on_and_off(session: Session, panel: DataPanel) -> None:
    assert list(chips(panel)) == ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"]
    assert [text for text, on in chips(panel).items() if on] == ["x1", "x2"]
    press(panel, "Feature x₁x₂")
    press(panel, "Feature x₁²")
    assert session.document.network.features == ("x1", "x2", "x1^2", "x1*x2")
    assert session.document.network.sizes == (4, 4, 2, 1)
    press(panel, "Feature x₂")
    assert session.document.network.features == ("x1", "x1^2", "x1*x2")
    session.undo()
    session.undo()
    assert session.document.network.features == ("x1", "x2", "x1*x2")
    assert [text for text, on in chips(panel).items() if on] == ["x1", "x2", "x1*x2"]


def test_the_last_feature_stays(session: Session, panel: DataPanel) -> None:
    told: list[str] = []
    session.problem.connect(lambda title, sentence: told.append(sentence))
    press(panel, "Feature x₁")
    press(panel, "Feature x₂")
    assert told == ["A network needs at least one feature; leave one switched on."]
    assert chips(panel)["x2"]
    assert session.document.network.features == ("x2",)


def test_an_own_feature_joins_and_leaves(session: Session, panel: DataPanel, qtbot: QtBot) -> None:
    press(panel, "Own feature")
    dialog = panel.findChildren(FormulaDialog)[-1]
    dialog.editor.setText("x1 + y")
    assert not dialog.ok.isEnabled()
    assert dialog.editor.marked == 6
    assert "'y'" in dialog.note.text()
    dialog.editor.setText("1/(x1 - x1)")
    assert not dialog.ok.isEnabled()
    dialog.editor.setText("x1")
    assert "twice" in dialog.note.text()
    dialog.editor.setText("x1^2 + x2^2")
    assert dialog.ok.isEnabled()
    assert dialog.editor.marked is None
    assert dialog.preview.text() == "x_{1}^{2} + x_{2}^{2}"
    dialog.accept()
    assert session.document.network.features == ("x1", "x2", "x1^2 + x2^2")
    assert chips(panel)["x1^2 + x2^2"]
    press(panel, "Feature x₁² + x₂²")
    assert session.document.network.features == ()
    assert not chips(panel)["x1^2 + x2^2"], "the pill stays, switched off"
    session.undo()
    assert chips(panel)["x1^2 + x2^2"]


def test_standardising_tells_of_constants(session: Session, panel: DataPanel) -> None:
    box = named(panel, QCheckBox, "Standardise features")
    box.click()
    assert len(session.document.network.standard) == 2
    session.undo()
    assert session.document.network.standard == ()
    assert not box.isChecked()
    told: list[str] = []
    session.noted.connect(told.append)
    X = np.stack([np.arange(20.0), np.full(20, 3.0)], axis=1)
    table = Table(frozen(X), frozen(X[:, :1]), "regression", ("time", "gain"), ("y",))
    session.edit("Import", lambda d: edits.set_data(d, name=TABLE, table=table))
    box.click()
    assert told[-1] == "The feature is constant and left at 0: gain."


@pytest.mark.parametrize(("inputs", "count"), [(1, 3), (2, 7), (4, 8), (6, 12), (12, 12), (13, 0)])
def test_as_many_features_are_offered_as_make_sense(inputs: int, count: int) -> None:
    assert len(offered(inputs)) == len(set(offered(inputs))) == count


def test_many_inputs_are_told_in_words(session: Session, theme: Theme, qtbot: QtBot) -> None:
    X = np.random.default_rng(0).normal(size=(30, 40))
    names = tuple(f"c{i}" for i in range(40))
    table = Table(frozen(X), frozen(X[:, :1]), "regression", names, ("y",))
    session.edit("Import", lambda d: edits.set_data(d, name=TABLE, table=table))
    features = FeatureChips(session, theme)
    qtbot.addWidget(features)
    features.refresh()
    features.show()
    assert features._many.isVisible()
    assert features._many.text() == "all 40 inputs as they are"


def test_every_control_is_named_and_explained(panel: DataPanel) -> None:
    for kind in (QAbstractSpinBox, QSlider, QPushButton, QCheckBox):
        for widget in panel.findChildren(kind):
            assert widget.accessibleName(), widget
            assert len(widget.toolTip()) > 15, widget.accessibleName()


@pytest.mark.parametrize(
    ("typed", "share"),
    [("30", 0.3), ("30 %", 0.3), ("0.3", 0.3), ("0,3", 0.3), ("1", 0.01), ("off", 0.0), ("95", None)],
)
def test_a_share_can_be_typed_as_a_percentage(
    session: Session, panel: DataPanel, typed: str, share: float | None
) -> None:
    box = named(panel, NumberBox, "Validation share")
    before = session.document.data.validation
    line = box.lineEdit()
    assert line is not None
    line.setText(typed)
    box.interpretText()
    assert session.document.data.validation == pytest.approx(before if share is None else share)
