"""Two inputs: painting, what follows from it, and the ways in and out."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from mlpviz.data.painted import Painted, from_formula, points, preset
from mlpviz.document import edits
from mlpviz.errors import UserError
from mlpviz.files import project
from mlpviz.nn.evaluate import logits
from mlpviz.nn.layout import frozen
from mlpviz.session import Session
from mlpviz.universality.target import plane_network
from mlpviz.views.kit.theme import Theme
from mlpviz.views.plane.page import PlanePage
from mlpviz.views.plane.widths_card import PlaneTile
from mlpviz.views.universality.workspace import UniversalityWorkspace
from mlpviz.views.window import MainWindow

LEFT, NO, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def session(session: Session) -> Session:
    session.edit("tanh", lambda d: edits.set_sweep(d, activation="tanh"))
    session.look(workspace="universality", inputs=2, plane_width=8)
    return session


@pytest.fixture
def page(session: Session, theme: Theme, qtbot: QtBot) -> PlanePage:
    page = PlanePage(session, theme)
    qtbot.addWidget(page)
    qtbot.addWidget(page.toolbar_widget())
    page.resize(1264, 712)
    page.show()
    qtbot.waitExposed(page)
    qtbot.wait(20)
    return page


def settle(session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: session.planing.idle, timeout=200_000)
    qtbot.wait(30)


def pixel(page: PlanePage, x1: float, x2: float) -> QPoint:
    return page.paint.board.to_pixels(x1, x2).toPoint()


def drag(page: PlanePage, places: list[tuple[float, float]], modifier: Qt.KeyboardModifier = NO) -> None:
    target = page.paint.board.viewport()
    QTest.mousePress(target, LEFT, modifier, pixel(page, *places[0]))
    for place in places[1:]:
        QTest.mouseMove(target, pixel(page, *place))
    QTest.mouseRelease(target, LEFT, modifier, pixel(page, *places[-1]))


def test_a_drag_raises_g_along_it_as_one_command(session: Session, page: PlanePage) -> None:
    session.edit("Flat", lambda d: edits.set_painted(d, from_formula("0")))
    drag(page, [(0.25, 0.5), (0.5, 0.5), (0.75, 0.5)])
    g = session.document.painted.samples
    row = g[32]
    assert row[14:50].min() > 0.02
    assert np.ptp(row[20:44]) < 0.35 * row.max()  # even, however the pointer was sampled
    assert np.abs(g[:16]).max() == np.abs(g[48:]).max() == 0  # nothing away from the brush
    assert session.undo_text == "Raise g"
    session.undo()
    assert not session.document.painted.samples.any()


def test_lower_shift_and_smooth(session: Session, page: PlanePage) -> None:
    session.edit("Flat", lambda d: edits.set_painted(d, from_formula("0")))
    page.paint.tools.brushes.choose(1)
    drag(page, [(0.5, 0.5), (0.55, 0.5)])
    low = session.document.painted.samples.min()
    assert low < 0 == session.document.painted.samples.max()
    drag(page, [(0.2, 0.2), (0.25, 0.2)], SHIFT)
    assert session.document.painted.samples.max() > 0
    session.edit("Cliff", lambda d: edits.set_painted(d, preset("cliff")))
    page.paint.tools.brushes.choose(2)
    before = session.document.painted.samples
    drag(page, [(0.3, 0.6), (0.7, 0.4)])
    after = session.document.painted.samples
    assert np.abs(np.diff(after, axis=0)).max(axis=0)[25:38].mean() < np.abs(np.diff(before, axis=0)).max()
    assert before.min() <= after.min() <= after.max() <= before.max()


def test_the_keys_paint_too(session: Session, page: PlanePage, qtbot: QtBot) -> None:
    session.edit("Flat", lambda d: edits.set_painted(d, from_formula("0")))
    board = page.paint.board
    board.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(4):
        qtbot.keyClick(board, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(board, Qt.Key.Key_Space)
    i, j = np.unravel_index(np.argmax(session.document.painted.samples), (64, 64))
    assert abs(j / 63 - (0.5 + 16 / 63)) <= 1 / 63
    assert abs(i / 63 - 0.5) <= 1 / 63
    assert "x1 = 0.75" in board.accessibleDescription()
    radius = board.radius
    qtbot.keyClick(board, Qt.Key.Key_BracketRight)
    assert board.radius == pytest.approx(1.25 * radius)
    assert page.paint.tools.size_slider.value() == round(100 * board.radius)


def test_what_is_shown_is_what_the_engine_computes(session: Session, page: PlanePage, qtbot: QtBot) -> None:
    settle(session, qtbot)
    known = session.planing.current
    assert known is not None
    assert known.complete
    assert [net.width for net in known.nets] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    for net in known.nets:
        computed = logits(plane_network(net.width, net.activation), net.theta, points())[:, 0].reshape(64, 64)
        np.testing.assert_allclose(net.values, computed, atol=1e-12)
        error = computed - session.document.painted.samples
        assert net.rms == pytest.approx(float(np.sqrt(np.mean(error**2))), rel=1e-9)
        assert net.sup >= np.abs(error).max() * (1 - 1e-12)
    rms = [net.rms for net in known.nets]
    assert rms == sorted(rms, reverse=True)
    shown = known.net(8)
    assert page.paint.net.values is shown.values
    np.testing.assert_array_equal(page.paint.error.values, shown.values - session.document.painted.samples)
    assert page.paint.numbers.rms.text() == f"{shown.rms:.4f}"
    assert page.paint.numbers.sup.text() == f"{shown.sup:.4f}"
    chart = page.error.chart.chart
    assert [mark.error for mark in chart.series[0].marks] == rms
    assert [mark.error for mark in chart.series[1].marks] == [net.sup for net in known.nets]
    assert "limit is known" in page.paint.numbers.limit.text()
    for tile, net in zip(page.widths.tiles, known.nets, strict=True):
        assert tile.net is net


def test_another_g_another_activation_and_undo(session: Session, page: PlanePage, qtbot: QtBot) -> None:
    settle(session, qtbot)
    first = session.planing.current.net(8)
    session.edit("Ring", lambda d: edits.set_painted(d, preset("ring")))
    settle(session, qtbot)
    ring = session.planing.current.net(8)
    assert ring.rms != first.rms
    session.edit("ReLU", lambda d: edits.set_sweep(d, activation="relu"))
    settle(session, qtbot)
    assert session.planing.current.net(8).activation == "relu"
    session.undo()
    session.undo()
    settle(session, qtbot)
    assert session.planing.current.net(8).rms == first.rms  # the same question, the same answer


def test_a_tile_a_mark_and_the_slider_choose_the_width(session: Session, page: PlanePage, qtbot: QtBot) -> None:
    settle(session, qtbot)
    page.widths.tiles[5].click()
    assert session.document.view.plane_width == 32
    layout = page.error.chart.layout_now()
    mark = next(mark for mark in layout.chart.series[1].marks if mark.width == 2)
    QTest.mouseClick(page.error.chart, LEFT, NO, layout.spot(mark).toPoint())
    assert session.document.view.plane_width == 2
    assert page.paint.numbers.width_shown.text() == "2"
    page.widths.slider.setValue(4)
    assert session.document.view.plane_width == 16
    assert page.widths.tiles[4].isChecked()


def test_a_formula_is_taken_or_refused_with_its_place(session: Session, page: PlanePage, qtbot: QtBot) -> None:
    field = page.paint.tools.formula
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "sin(3*x1)*x2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    x1, x2 = points().T
    np.testing.assert_allclose(session.document.painted.samples.ravel(), np.sin(3 * x1) * x2, atol=1e-15)
    before = session.document
    for bad in ("x1 + y", "1/(x1 - x1)", "__import__('os')"):
        field.selectAll()
        qtbot.keyClicks(field, bad)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert session.document is before
    with pytest.raises(UserError, match="finite"):
        from_formula("log(x1 - 2)")


def test_open_in_lab_puts_net_and_samples_there(session: Session, page: PlanePage, qtbot: QtBot) -> None:
    settle(session, qtbot)
    net = session.planing.current.net(8)
    page.paint.lab.click()
    document = session.document
    assert document.view.workspace == "lab"
    np.testing.assert_array_equal(document.state.theta, net.theta)
    dataset = session.dataset
    assert len(dataset.X) == 4096
    error = logits(document.network, document.state.theta, dataset.X)[:, 0] - dataset.y[:, 0]
    assert float(np.sqrt(np.mean(error**2))) == pytest.approx(net.rms, rel=1e-9)
    session.undo()
    assert session.document.network.inputs == 2
    assert session.document.data.name != "table"


def test_a_constant_and_a_tiny_range(session: Session, page: PlanePage, qtbot: QtBot) -> None:
    session.edit("Constant", lambda d: edits.set_painted(d, from_formula("7")))
    settle(session, qtbot)
    assert max(net.rms for net in session.planing.current.nets) < 1e-12
    tiny = Painted(frozen(1e-280 * preset("bumps").samples))
    with qtbot.waitSignal(session.noted, check_params_cb=lambda words: "beyond what can be trained" in words):
        session.edit("Tiny", lambda d: edits.set_painted(d, tiny))
    settle(session, qtbot)
    assert session.planing.current is None
    assert page.paint.numbers.rms.text() == "–"
    assert not inked(page.widths.tiles[0])  # no picture of a g that is not there


def test_the_picture_before_stays_faintly_until_the_next_is_there(
    session: Session, page: PlanePage, qtbot: QtBot
) -> None:
    settle(session, qtbot)
    tile = page.widths.tiles[3]
    net, scale = tile.net, tile._scale
    assert inked(tile)
    tile.show_net(None, scale, waiting=True)
    assert inked(tile)
    assert "the net of the g before" in tile.accessibleDescription()
    tile.show_net(None, scale)
    assert not inked(tile)
    tile.show_net(net, scale)
    assert "g before" not in tile.accessibleDescription()


def inked(tile: PlaneTile) -> bool:
    """Whether there is more than one colour in the tile's picture."""
    frame = tile.frame().toRect().adjusted(6, 6, -6, -6)
    picture = tile.grab(frame).toImage()
    places = itertools.product(range(0, picture.width(), 7), range(0, picture.height(), 7))
    return len({picture.pixel(x, y) for x, y in places}) > 1


def test_the_page_is_kept_in_the_file_and_old_files_open(session: Session, tmp_path: Path) -> None:
    session.edit("Ring", lambda d: edits.set_painted(d, preset("ring")))
    project.save(session.document, tmp_path / "a.mlpviz")
    found = project.load(tmp_path / "a.mlpviz")
    np.testing.assert_array_equal(found.painted.samples, preset("ring").samples)
    assert (found.view.inputs, found.view.plane_width, found.painted.text) == (2, 8, preset("ring").text)


def test_everything_is_named_and_explained(page: PlanePage) -> None:
    page.paint.tools.formula.setFocus()
    for kind in (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit):
        for widget in page.findChildren(kind):
            if widget.isVisible() and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName(), widget
                assert widget.toolTip(), widget.accessibleName()


def test_maps_are_square_of_one_size_and_inside(page: PlanePage) -> None:
    planes = [plot.plane() for plot in (page.paint.board, page.paint.net, page.paint.error)]
    for plane in planes:
        assert plane.width() == pytest.approx(plane.height(), abs=1.5)
        assert plane.width() == pytest.approx(planes[0].width(), abs=1)
        assert plane.width() > 200
    tops = [plot.geometry().top() for plot in (page.paint.board, page.paint.net, page.paint.error)]
    assert len(set(tops)) == 1


def picture(path: Path, size: int = 128) -> None:
    """White above, black below, a grey stripe at the left."""
    image = QImage(size, size, QImage.Format.Format_Grayscale8)
    image.fill(0)
    for y in range(size // 2):
        for x in range(size):
            image.setPixel(x, y, 0xFFFFFF)
    assert image.save(str(path))


def test_a_picture_becomes_g_upright(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    picture(tmp_path / "half.png")
    window.files.open_picture(tmp_path / "half.png")
    document = window.session.document
    assert (document.view.workspace, document.view.inputs) == ("universality", 2)
    g = document.painted.samples
    assert g[:30].max() < 0.01
    assert g[34:].min() > 0.99
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(UserError, match=r"broken\.png"):
        window.files.open_picture(tmp_path / "broken.png")
    assert window.session.document.painted is document.painted


@pytest.mark.parametrize(("width", "told"), [(90, False), (140, True)])
def test_what_is_cut_off_a_picture_is_told(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, width: int, told: bool
) -> None:
    notes: list[str] = []
    window.session.noted.connect(notes.append)
    image = QImage(width, 90, QImage.Format.Format_Grayscale8)
    image.fill(0)
    image.setPixel(width // 2, 40, 0xFFFFFF)
    assert image.save(str(tmp_path / "some.png"))
    window.files.open_picture(tmp_path / "some.png")
    assert [note for note in notes if "middle square of some.png" in note] == notes[: int(told)]


def test_the_switch_changes_page_and_toolbar(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page(1)
    page = window.page(1)
    assert isinstance(page, UniversalityWorkspace)
    tools = page.toolbar_widget()
    assert tools.isVisible()
    page.line.draw.switch.bar.setCurrentIndex(1)
    assert window.session.document.view.inputs == 2
    assert page.plane.isVisible()
    assert page.toolbar_widget().isVisible()
    assert not tools.isVisible()
    page.plane.paint.switch.bar.setCurrentIndex(0)
    assert page.line.isVisible()
    assert tools.isVisible()
