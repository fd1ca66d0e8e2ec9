"""The Universality page's names, geometry and looks."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QColor, QFontMetricsF
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from mlpviz.data.strokes import preset, smoothed
from mlpviz.document import edits
from mlpviz.session import Session
from mlpviz.universality.target import sweep_network
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage
from mlpviz.views.universality.fit import fit
from tests.views.drawing import shown_page


@pytest.fixture
def session(session: Session) -> Session:
    session.edit("Few steps", lambda d: edits.set_sweep(d, widths=(1, 2, 4, 8), methods=("adam",), seeds=1, steps=40))
    session.look(width=4)
    return session


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> UniversalityPage:
    page = shown_page(session, theme, qtbot)
    page.toolbar_widget().resize(900, 40)
    page.toolbar_widget().show()
    return page


def sweep(session: Session, qtbot: QtBot) -> None:
    session.start_sweep()
    qtbot.waitUntil(lambda: session.job is None, timeout=20_000)
    settle(session, qtbot)


def settle(session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: session.pictures.idle, timeout=20_000)
    QTest.qWait(20)


def test_every_control_has_a_name_and_a_tooltip(page: UniversalityPage) -> None:
    tools = page.toolbar_widget()
    names = {child.accessibleName() for child in (*page.findChildren(QWidget), *tools.findChildren(QWidget))}
    assert {"Function", "Error against width", "Sweep", "Preset", "Smoothing", "Clear function", "Width shown"} <= names
    assert {"Activation of the sweep", "Methods of the sweep", "Seeds of the sweep", "Net of width 8"} <= names
    for root in (page, tools):
        for control in (*root.findChildren(QAbstractButton), *root.findChildren(QComboBox)):
            if control.isVisible():
                assert control.accessibleName() or control.text()
                assert control.toolTip() or control.parent().toolTip() or control.objectName() == ""
        buddies = {label.buddy() for label in root.findChildren(QLabel)}
        assert set(root.findChildren(QComboBox)) <= buddies


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height", "scale"), [(1008, 600, 1.0), (1264, 712, 1.0), (1904, 992, 1.0)])
def test_nothing_is_cut_off_or_overlaps(
    page: UniversalityPage, theme: Theme, qtbot: QtBot, width: int, height: int, scale: float, dark: bool
) -> None:
    theme.set(dark=dark, scale=scale)
    page.resize(width, height)
    QTest.qWait(10)
    cards = [page.draw, page.error, page.widths]
    boxes = [card.rect().translated(card.mapTo(page, QPoint(0, 0))) for card in cards]
    assert all(page.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    for card in cards:
        for child in card.findChildren(QWidget):
            if child.isVisible() and child.parent() is card and child.minimumSizeHint().isValid():
                assert child.width() >= child.minimumSizeHint().width()
                assert card.rect().contains(child.geometry())
    for number in page.draw.numbers.figures():
        if number.isVisible():
            assert number.width() >= number.sizeHint().width()
            assert page.draw.numbers.rect().contains(number.geometry())
    above, below = page.draw.plot.plane(), page.draw.error.plane()
    assert above.left() == pytest.approx(below.left(), abs=0.5)
    assert above.right() == pytest.approx(below.right(), abs=0.5)
    assert above.height() > 90
    assert below.height() > 30
    centres = [float(tile.geometry().center().x() - page.widths.slider.x()) for tile in page.widths.tiles]
    qtbot.waitUntil(lambda: page.widths.slider.stops == centres)


def test_marks_of_the_chart_stand_on_its_axes(page: UniversalityPage) -> None:
    chart = page.error.chart
    plane, (low, high) = chart.plane(), chart.ends
    assert chart.place(1, 10.0**low).y() == pytest.approx(plane.bottom())
    assert chart.place(1, 10.0**high).y() == pytest.approx(plane.top())
    steps = np.diff([chart.place(width, 1.0).x() for width in (1, 2, 4, 8)])
    np.testing.assert_allclose(steps, steps[0])


def test_short_toolbars_drop_words_first(page: UniversalityPage) -> None:
    tools = page.toolbar_widget()
    tools.resize(900, 40)
    QTest.qWait(5)
    assert tools.play.text() == "Play widths"
    tools.resize(tools.sizeHint().width() - 30, 40)
    QTest.qWait(5)
    assert tools.play.text() == ""
    assert tools.play.accessibleName() == "Play widths"
    tools.resize(tools.minimumWidth(), 40)
    QTest.qWait(5)
    assert all(widget.geometry().right() <= tools.width() for widget in (tools.seeds, tools.methods, tools.activation))


def test_dark_and_light_differ_and_the_curves_are_there(
    session: Session, page: UniversalityPage, theme: Theme, qtbot: QtBot
) -> None:
    sweep(session, qtbot)
    for dark in (False, True):
        theme.set(dark=dark)
        QTest.qWait(10)
        picture = page.grab().toImage()
        seen = {picture.pixel(x, y) for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2)}
        for token in ("ink", "accent", "gd", "panel"):
            assert theme.color(token).rgb() in seen
        corner = QColor(picture.pixel(300, 8)).lightness()
        assert corner < 60 if dark else corner > 200


@pytest.mark.parametrize("share", [0.3, 2.6e-3, 7.4e-11])
def test_the_labels_of_the_error_keep_their_minus_sign(page: UniversalityPage, theme: Theme, share: float) -> None:
    g = share * smoothed(preset("sine")) / np.max(np.abs(smoothed(preset("sine"))))
    page.draw.error.show_fit(fit(sweep_network(1, "tanh"), np.zeros(4), g), False)
    for plot in (page.draw.plot, page.draw.error):
        assert plot.axes["left"].width() == page.draw.error.axes["left"].width()
    page.draw.error.grab()
    axis = page.draw.error.axes["left"]
    labels = [label for level in axis._tickLevels for _, label in level]
    assert any(label.startswith("−") for label in labels)
    metrics = QFontMetricsF(theme.font("tick"))
    assert max(map(metrics.horizontalAdvance, labels)) + 6 <= axis.width()


def test_nothing_drifts_while_the_sentence_changes(page: UniversalityPage) -> None:
    """Each sentence made the row beneath the chart two pixels higher once."""
    bar, chart = page.error.tolerance, page.error.chart
    long = (
        "Largest error ≤ 1 %: W = 8 exists (tanh); Adam needed 128 in 3 of 5 seeds, gradient descent did not reach it."
    )
    bar.say(long, "")
    QTest.qWait(20)
    before = chart.geometry()
    for turn in range(20):
        bar.say(f"Largest error ≤ {turn + 1} %: W = {turn} exists (ReLU).", "")
        QTest.qWait(1)
        bar.say(long, "")
        QTest.qWait(1)
    assert chart.geometry() == before
    assert bar.sentence.height() <= 3 * bar.sentence.fontMetrics().lineSpacing() + 2
