"""The row of tools: names, room at every size, pictures of what it does; functions from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PyQt6.QtGui import QDropEvent, QFontMetricsF
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mlpviz.data.strokes import jump, preset, smoothed
from mlpviz.document import edits
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality import UniversalityPage
from mlpviz.views.universality.function_plot import tick_texts
from mlpviz.views.universality.hand import ERASER, PENCIL, POLYLINE, TOOLS
from mlpviz.views.universality.hand_marks import place_box
from mlpviz.views.universality.workspace import UniversalityWorkspace
from mlpviz.views.window import MainWindow
from tests.views.drawing import pixel, settle, shown_page
from tests.views.finding import named
from tests.views.shell import answers

MOVE = Qt.KeyboardModifier.NoModifier
NAMES = {
    *(tool.name for tool in TOOLS.values()),
    "Formula of g", "Preset", "Smoothing", "Smoothing slider", "Undo last change", "Redo last change",
    "Table of g", "Import function", "Clear function", "Function", "Smooth it", "Keep it",
}  # fmt: skip


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> UniversalityPage:
    return shown_page(session, theme, qtbot)


def test_everything_to_draw_with_has_a_name_and_says_what_it_does(page: UniversalityPage) -> None:
    named_ = [child for child in page.draw.findChildren(QWidget) if child.accessibleName() in NAMES]
    assert {child.accessibleName() for child in named_} == NAMES
    counts = [sum(child.accessibleName() == name for child in named_ if not child.isHidden()) for name in NAMES]
    assert max(counts) == 1
    for child in named_:
        assert isinstance(child, QLabel) or child.toolTip(), child.accessibleName()
    assert len({tool.key for tool in TOOLS.values()}) == len(TOOLS)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("width", "height", "scale", "words"),
    [(1008, 612, 1.0, False), (1264, 712, 1.0, True), (1904, 992, 1.0, True), (1904, 992, 1.5, True)],
)
def test_the_row_fits_and_words_give_way_to_icons(
    page: UniversalityPage, theme: Theme, width: int, height: int, scale: float, words: bool, dark: bool
) -> None:
    theme.set(dark=dark, scale=scale)
    page.resize(width, height)
    QTest.qWait(20)
    tools = page.draw.tools
    row = [child for child in tools.findChildren(QWidget) if child.isVisible() and child.parent() is tools]
    boxes = sorted((child.geometry() for child in row), key=lambda box: box.left())
    assert all(tools.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert len({round(box.center().y() / 4) for box in boxes}) <= 2  # on one line
    for key, button in tools.tools.buttons.items():
        assert button.text() == (TOOLS[key].word if words else "")
        word = QFontMetricsF(theme.font("note", bold=True)).horizontalAdvance(button.text())
        assert button.width() >= word + theme.px(16)
        assert min(button.width(), button.height()) >= 20
        assert not button.icon().isNull()
    for child in (tools.history.undo, tools.history.redo, tools.formula, tools.presets):
        assert child.width() >= child.minimumSizeHint().width() or child.width() >= child.minimumWidth()
    corner = tools.corner.geometry().translated(tools.corner.parentWidget().mapTo(page.draw, QPoint(0, 0)))
    assert page.draw.rect().contains(corner)


def test_choosing_a_tool_moves_nothing(page: UniversalityPage) -> None:
    tools = page.draw.tools
    before = [button.geometry() for button in tools.tools.buttons.values()]
    for key, button in tools.tools.buttons.items():
        button.click()
        assert tools.tools.tool == page.draw.plot.hand.tool == key
        assert [each.geometry() for each in tools.tools.buttons.values()] == before
        assert sum(each.isChecked() for each in tools.tools.buttons.values()) == 1


def test_the_notice_stands_on_the_plane_and_off_g(page: UniversalityPage, session: Session) -> None:
    session.edit("Step", lambda d: edits.set_function(d, preset("step")))
    notice, plot = page.draw.tools.notice, page.draw.plot
    for width, height in ((1264, 712), (1008, 612), (1904, 992)):
        page.resize(width, height)
        QTest.qWait(20)
        assert notice.isVisible()
        assert plot.plane().toRect().adjusted(-1, -1, 1, 1).contains(notice.geometry())
        for button in notice.findChildren(QPushButton):
            assert button.width() >= (button.minimumSizeHint().width() if button.text() else button.iconSize().width())
        x = plot.to_pixels(0.5, 0).x()
        assert min(abs(notice.geometry().left() - x), abs(notice.geometry().right() - x)) < 30
        assert notice._covered(notice.pos()) <= 3
        plot.grab()  # labels find their places
        for place in filter(None, plot.labels.places.values()):
            assert not notice.geometry().contains((plot.plane().topLeft() + QPointF(*place)).toPoint())


def test_no_label_stands_on_a_stem_where_there_is_room(session: Session, page: UniversalityPage, qtbot: QtBot) -> None:
    plot = page.draw.plot
    for source, width in (("saw", 4), ("hills", 4), ("hills", 8), ("coastline", 8)):
        session.edit("Preset", lambda d, s=source: edits.set_function(d, preset(s)))
        session.look(width=width)
        settle(session, qtbot)
        plot.grab()
        tips = [plot.to_pixels(*end) - plot.plane().topLeft() for end in plot.stems.ends]
        foot = (plot.to_pixels(0, plot.stems.base(plot.y_range)) - plot.plane().topLeft()).y()
        assert tips
        for place in filter(None, plot.labels.places.values()):
            for tip in tips:
                low, high = sorted((foot, tip.y()))
                assert not (abs(place[0] - tip.x()) < 8 and low - 6 < place[1] < high + 6)


def test_the_tool_shows_what_it_would_touch(page: UniversalityPage) -> None:
    plot = page.draw.plot
    at = pixel(page, 0.5, 0.1)

    def picture(tool: str) -> bytes:
        page.draw.tools.tools.choose(tool)
        QTest.mouseMove(plot.viewport(), at + QPoint(1, 0))
        QTest.mouseMove(plot.viewport(), at)
        QTest.qWait(20)
        bits = plot.grab().toImage().constBits()
        assert bits is not None
        return bytes(bits.asarray(plot.grab().toImage().sizeInBytes()))

    pictures = {tool: picture(tool) for tool in (PENCIL, ERASER, POLYLINE)}
    assert len(set(pictures.values())) == 3


# ---- files


def dropped(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(QPointF(400, 300), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, MOVE)
    window.dropEvent(event)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text("x,y\n4,1\n0,0\n2,3\n")
    return path


def test_a_table_is_drawn_by_button_menu_and_drop(window: MainWindow, table: Path) -> None:
    session = window.session
    session.look(workspace="universality")
    workspace = window.page(1)
    assert isinstance(workspace, UniversalityWorkspace)
    page = workspace.line
    notes: list[str] = []
    session.noted.connect(notes.append)
    answers(window).path = table
    named(window, QPushButton, "Import function").click()
    assert session.document.function.points == ((0.0, 0.0), (0.5, 3.0), (1.0, 1.0))
    assert session.undo_text == "Import function"
    assert notes == ["points.csv: x from 0 to 4 is rescaled to [0, 1]."]
    session.undo()
    window.files.import_function()
    assert session.document.function.source == "points.csv"
    session.undo()
    dropped(window, table)
    assert session.document.function.source == "points.csv"
    assert page.draw.plot.acceptDrops() is page.draw.plot.viewport().acceptDrops() is False


def test_a_table_that_is_no_function_is_refused_in_a_sentence(window: MainWindow, table: Path) -> None:
    session = window.session
    session.look(workspace="universality")
    before = session.document.function
    table.write_text("x,y\n0,1\n1,nan\n")
    dropped(window, table)
    assert "row 3, column 'y': 'nan' is no number" in answers(window).told[-1][1]
    assert session.document.function is before
    session.look(workspace="lab")
    table.write_text("a,b\n0,1\n1,0\n0,2\n2,2\n")
    dropped(window, table)  # which is data here
    assert session.document.function is before
    assert session.document.data.name == "table"


def test_the_range_stays_while_a_stroke_is_under_way_and_g_is_cut_at_kept_jumps(
    page: UniversalityPage, session: Session
) -> None:
    session.edit("Step", lambda d: edits.set_function(d, preset("step")))
    curve = page.draw.plot._curves["g"]
    assert np.all(curve.opts["connect"])
    page.draw.tools.notice.keep.click()
    assert np.flatnonzero(curve.opts["connect"] == 0).tolist() == [255]
    assert jump(session.document.function) == 1.0
    np.testing.assert_allclose(smoothed(session.document.function), preset("step").raw, atol=1e-12)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([0.0, 0.25, 0.5], ["0.00", "0.25", "0.50"]),
        ([0.0, 5e-301, 1e-300], ["0", "5e-301", "1e-300"]),
        ([-2e5, 0.0, 2e5], ["-2e+05", "0", "2e+05"]),
        ([0.0, 0.0005, 0.0015], ["0.0000", "0.0005", "0.0015"]),
    ],
)
def test_ticks_tell_their_numbers_at_any_range(places: list[float], said: list[str]) -> None:
    assert tick_texts(places) == said


def test_the_numbers_of_a_place_keep_off_the_notice(theme: Theme) -> None:
    plane = QRectF(80, 20, 600, 200)
    words = "point 27 of 31: x = 0.925, g(x) = −0.1484"
    foot = place_box(theme, plane, QPointF(640, 90), words, QRectF())
    assert plane.contains(foot)
    notice = QRectF(300, 180, 280, 36)
    assert notice.intersects(foot)
    head = place_box(theme, plane, QPointF(640, 90), words, notice)
    assert plane.contains(head)
    assert not notice.intersects(head)
