"""The network diagram: geometry, colours, pointing, choosing, its controls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from typing import cast

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mlpviz.document import edits
from mlpviz.document.document import Document, RunState
from mlpviz.nn.layout import frozen, layout
from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.diagram import DiagramCard, title_words
from mlpviz.views.lab.diagram_geometry import FULL, arrange, shown_units
from mlpviz.views.lab.diagram_labels import name_rect
from mlpviz.views.lab.diagram_painting import tile_rect
from tests.views.documents import document
from tests.views.fake import FakeSession

SIZES = [(688, 374), (1090, 502), (560, 300)]
SHAPES = [(2,), (4, 2), (6, 4, 2), (32, 16), (8,) * 16, (), (1024,) * 3, (3, 1, 12, 5, 2, 9)]
Make = Callable[..., DiagramCard]


@pytest.fixture
def make(qtbot: QtBot, theme: Theme) -> Make:
    def card(shown: Document, size: tuple[int, int] = SIZES[0]) -> DiagramCard:
        widget = DiagramCard(cast(Session, FakeSession(shown)), theme)
        qtbot.addWidget(widget)
        widget.resize(*size)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return card


def session_of(card: DiagramCard) -> FakeSession:
    return cast(FakeSession, card._session)


def picture(card: DiagramCard) -> QImage:
    return card.diagram.grab().toImage()


# ---- geometry


@pytest.mark.parametrize("count", [1, 8, 9, 1024])
def test_more_than_eight_units_show_the_first_and_last_four(count: int) -> None:
    units = shown_units(count)
    assert len(units) == min(count, FULL)
    assert units[-1] == count - 1
    assert units[:4] == list(range(min(count, 4)))


@pytest.mark.parametrize("hidden", SHAPES)
@pytest.mark.parametrize("scale", [1.0, 1.6])
@pytest.mark.parametrize("size", SIZES)
def test_tiles_stay_in_the_box_and_apart(hidden: tuple[int, ...], scale: float, size: tuple[int, int]) -> None:
    width, height = size
    geometry = arrange((2, *hidden, 1), width, 60, height - 30, (50 * scale, 54 * scale), scale)
    tiles = [tile_rect(geometry, unit) for unit in geometry.places]
    box = QRectF(0, 59, width, height - 88)
    assert all(box.contains(tile) for tile in tiles)
    assert not any(a.intersects(b) for a, b in combinations(tiles, 2))
    for column in geometry.columns:
        if column.hidden:
            above = max(y for y in column.y if y < column.more_y) + geometry.tile / 2
            below = min(y for y in column.y if y > column.more_y) - geometry.tile / 2
            assert above < column.more_y < below
            assert column.hidden + len(column.units) == (2, *hidden, 1)[column.layer + 1]


def test_edges_run_from_source_to_target_and_are_found_within_reach() -> None:
    geometry = arrange((2, 3, 1), 600, 60, 300, (50, 50))
    edges = geometry.edges
    assert len(edges.keys) == 9
    for index, (layer, target, source) in enumerate(edges.keys.tolist()):
        start, end = geometry.places[layer - 1, source], geometry.places[layer, target]
        assert edges.at(index, 0) == pytest.approx((start[0] + geometry.tile / 2, start[1]))
        assert edges.at(index, 1) == pytest.approx((end[0] - geometry.tile / 2, end[1]))
        x, y = edges.at(index, 0.21)
        assert edges.nearest(x, y, 1.0) == index
    assert edges.nearest(5, 5, 5.0) is None


def test_many_edges_are_straight_and_few_curved() -> None:
    assert arrange((2, 6, 4, 2, 1), 664, 60, 300, (50, 50)).edges.curved
    assert not arrange((2, 32, 16, 16, 1), 664, 60, 300, (50, 50)).edges.curved


@pytest.mark.parametrize("hidden", SHAPES)
@pytest.mark.parametrize("size", SIZES)
def test_words_and_controls_do_not_overlap(make: Make, hidden: tuple[int, ...], size: tuple[int, int]) -> None:
    card = make(document(widths=hidden), size)
    diagram, geometry = card.diagram, card.diagram.arrangement()
    shown = [c.geometry() for c in diagram._controls if c.isVisible()]
    assert not any(a.intersects(b) for a, b in pairwise(shown))
    assert all(diagram.rect().contains(rect) for rect in shown)
    assert all(rect.bottom() < geometry.top for rect in shown)
    scene = diagram.scene()
    names = [rect for unit in geometry.places if (rect := name_rect(scene, *unit)) is not None]
    assert all(QRectF(diagram.rect()).contains(rect) for rect in names)
    tiles = [tile_rect(geometry, unit) for unit in geometry.places]
    assert not any(name.intersects(tile) for name in names for tile in tiles)
    labels = list(diagram._edge_labels().values())
    assert not any(a.intersects(b) for a, b in combinations([*labels, *tiles], 2))
    header = [w for w in card.findChildren(QWidget) if w.parent() is not diagram and w.isVisible()]
    assert all(w.width() >= w.minimumSizeHint().width() for w in header if isinstance(w, QLabel | QPushButton))


def test_controls_give_way_when_columns_are_narrow(make: Make) -> None:
    whole, narrow, none = (make(document(widths=widths)) for widths in ((6, 4, 2), (5,) * 5, (3,) * 16))
    assert all(c.isVisible() and c.activation.isVisible() for c in whole.diagram._controls)
    assert all(c.isVisible() and not c.activation.isVisible() for c in narrow.diagram._controls)
    assert not any(c.isVisible() for c in none.diagram._controls)


# ---- colours


def near(color: QColor, wanted: QColor, within: int = 40) -> bool:
    return all(abs(a - b) <= within for a, b in zip(color.getRgb()[:3], wanted.getRgb()[:3], strict=True))  # type: ignore[operator]


@pytest.mark.parametrize("dark", [False, True])
def test_edges_have_the_colour_of_their_sign(make: Make, theme: Theme, dark: bool, qapp: object) -> None:
    theme.set(dark=dark)
    made = document(widths=(3, 3))
    theta = np.full(made.network.size, 0.01)
    theta[-4:] = (1, -1, 0.7, 0)  # the weights into the output
    card = make(replace(made, state=RunState(frozen(theta))))
    image, edges = picture(card), card.diagram.arrangement().edges
    values, _ = card.diagram.scene().values()
    checked = set()
    for index in np.flatnonzero(np.abs(values) > 0.5):
        for t in (0.3, 0.4, 0.5):
            x, y = edges.at(int(index), t)
            others = np.delete(edges.points, index, axis=0).reshape(-1, 2)
            if np.linalg.norm(others - (x, y), axis=1).min() > 8:
                assert near(
                    image.pixelColor(QPoint(round(x), round(y))), theme.color("pos" if values[index] > 0 else "neg")
                )
                checked.add(values[index] > 0)
    assert checked == {True, False}


def test_thicker_edges_have_larger_weights(make: Make) -> None:
    scene = make(document(widths=(3, 3))).diagram.scene()
    matrices = layout(scene.network.sizes).matrices(scene.theta)
    values, shares = scene.values()
    for (layer, unit, source), value, share in zip(scene.geometry.edges.keys, values, shares, strict=True):
        assert value == matrices[layer][unit, source]
        assert share == pytest.approx(abs(value) / np.abs(matrices[layer][:, :-1]).max())


def test_the_input_tiles_run_from_orange_to_blue(make: Make, theme: Theme) -> None:
    card = make(document())
    image, geometry = picture(card), card.diagram.arrangement()
    first, second = tile_rect(geometry, (-1, 0)), tile_rect(geometry, (-1, 1))
    table = theme.lookup("diverging")
    low, high = (QColor(*map(int, table[i])) for i in (4, 251))
    middle = round(first.center().y())
    assert near(image.pixelColor(round(first.left()) + 3, middle), low)
    assert near(image.pixelColor(round(first.right()) - 3, middle), high)
    across = round(second.center().x())
    assert near(image.pixelColor(across, round(second.top()) + 3), high)
    assert near(image.pixelColor(across, round(second.bottom()) - 3), low)


@pytest.mark.parametrize("name", ["xor", "circle", "spiral", "iris", "function", "plane", "moons"])
def test_every_kind_of_data_has_a_picture_in_every_unit(make: Make, name: str) -> None:
    card = make(edits.set_data(edits.new_document(), name=name).document)
    assert set(card.diagram._tiles) == set(card.diagram.arrangement().places)


def test_a_wide_network_asks_for_the_tiles_in_sight_only(make: Make) -> None:
    card = make(document(widths=(1024, 9)))
    assert len(card.diagram._tiles) == 2 + 8 + 8 + 1
    assert "2–1024–9–1" in card.subtitle()


# ---- pointing and choosing


def test_hovering_a_unit_gives_the_lectures_formula(make: Make, qtbot: QtBot) -> None:
    card = make(document("xor-lecture"))
    hover(card, *card.diagram.arrangement().places[0, 1])
    assert card.diagram.tip.text().splitlines()[:2] == ["h₂ = ReLU(1·x₁ + 1·x₂ − 1) = 0", "z₂ = 1·0 + 1·0 − 1 = −1"]
    session_of(card).look(row=3)
    assert card.diagram.tip.text().startswith("h₂ = ReLU(1·x₁ + 1·x₂ − 1) = 1\n")
    hover(card, 2, 2)
    assert card.diagram.tip.text() == ""
    assert not card.diagram.tip.isVisible()


def test_hovering_an_edge_or_a_bias_gives_its_number(make: Make) -> None:
    card = make(document(widths=(3, 3)))
    theta = card.diagram.scene().theta.copy()
    at = layout((2, 3, 3, 1)).index(1, 0, 2)
    theta[at] = 0.3771
    session_of(card).show_document(replace(session_of(card).document, state=RunState(frozen(theta))))
    edges = card.diagram.arrangement().edges
    index = next(i for i, key in enumerate(edges.keys.tolist()) if key == [1, 0, 2])
    hover(card, *edges.at(index, 0.07))
    assert card.diagram.tip.text().splitlines()[0] == "W⁽²⁾₁₃ = +0.377"
    hover(card, *card.diagram.arrangement().bias_place(1, 2))
    assert card.diagram.tip.text().startswith("b⁽²⁾₃ = ")


def test_the_tip_stays_inside_and_beside_its_unit(make: Make) -> None:
    card = make(document(widths=(12, 9)))
    geometry = card.diagram.arrangement()
    for unit in geometry.places:
        hover(card, *geometry.places[unit])
        tip = QRectF(card.diagram.tip.geometry())
        assert QRectF(card.diagram.rect()).contains(tip)
        assert not tip.intersects(tile_rect(geometry, unit))


def hover(card: DiagramCard, x: float, y: float) -> None:
    card.diagram.point_at(QPointF(x, y))


def test_a_click_chooses_and_a_click_elsewhere_lets_go(make: Make, qtbot: QtBot, theme: Theme) -> None:
    card = make(document(widths=(3, 2)))
    place = card.diagram.arrangement().places[1, 1]
    qtbot.mouseClick(card.diagram, Qt.MouseButton.LeftButton, pos=QPointF(*place).toPoint())
    assert session_of(card).document.view.unit == (1, 1)
    tile = tile_rect(card.diagram.arrangement(), (1, 1))
    ring = picture(card).pixelColor(round(tile.center().x()), round(tile.top() - 3.5))
    assert near(ring, theme.color("accent"), 25)
    assert "Chosen: h⁽²⁾₂ = tanh(" in card.diagram.accessibleDescription()
    qtbot.mouseClick(card.diagram, Qt.MouseButton.LeftButton, pos=QPoint(4, 100))
    assert session_of(card).document.view.unit is None


def test_other_edges_dim_when_a_unit_is_chosen(make: Make) -> None:
    card = make(document(widths=(3, 2)))
    before = picture(card)
    session_of(card).look(unit=(2, 0))
    edges, after = card.diagram.arrangement().edges, picture(card)
    index = int(np.argmax(np.where(edges.keys[:, 0] == 0, card.diagram.scene().values()[1], 0)))
    x, y = edges.at(index, 0.1)
    pixel = QPoint(round(x), round(y))
    assert after.pixelColor(pixel).lightness() > before.pixelColor(pixel).lightness() + 30


def test_arrows_walk_through_the_units(make: Make, qtbot: QtBot) -> None:
    card = make(document(widths=(3, 2)))
    view = lambda: session_of(card).document.view.unit  # noqa: E731
    seen = []
    keys = [Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up,
            Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left]  # fmt: skip
    for key in keys:
        qtbot.keyClick(card.diagram, key)
        seen.append(view())
    assert seen[:7] == [(0, 0), (0, 1), (0, 2), (0, 2), (1, 1), (1, 0), (2, 0)]
    assert seen[7] == (2, 0)
    assert [unit[0] for unit in seen[8:]] == [1, 0, -1]
    qtbot.keyClick(card.diagram, Qt.Key.Key_Escape)
    assert view() is None


def test_focus_by_key_is_seen(make: Make, qtbot: QtBot, theme: Theme) -> None:
    card = make(document())
    with qtbot.waitActive(card):
        card.activateWindow()
    card.depth_controls.add.setFocus()
    card.diagram.setFocus(Qt.FocusReason.TabFocusReason)
    color = picture(card).pixelColor(0, 60)
    assert card.diagram.hasFocus()
    assert near(color, theme.color("accent"), 60)


# ---- controls and names


def test_the_controls_edit_the_network(make: Make, qtbot: QtBot) -> None:
    card = make(document())
    session = session_of(card)

    def press(name: str) -> None:
        button = next(b for b in card.findChildren(QPushButton) if b.accessibleName() == name)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    press("Add hidden layer in diagram")
    assert session.document.network.sizes == (2, 4, 2, 2, 1)
    press("Remove hidden layer in diagram")
    press("Widen hidden layer 1")
    press("Narrow hidden layer 2")
    assert session.document.network.sizes == (2, 5, 1, 1)
    assert session.done == ["Add hidden layer", "Remove hidden layer", "Widen hidden layer 1", "Narrow hidden layer 2"]
    combo = card.diagram._controls[0].activation
    combo.setCurrentIndex(combo.findData("relu"))
    assert session.document.network.hidden[0].activation == "relu"
    assert card.subtitle().startswith("2–5–1–1")
    for _ in range(5):
        session.undo()
    assert card.subtitle().startswith("2–4–2–1")
    assert combo.currentText() == "tanh"


def test_names_are_unique_and_tell_what_is_there(make: Make) -> None:
    card = make(document(widths=(6, 4, 2)))
    controls = [w for kind in (QPushButton, QComboBox) for w in card.findChildren(kind)]
    names = [control.accessibleName() for control in controls]
    assert len(set(names)) == len(names) == 2 + 3 * 3
    assert all(control.toolTip() for control in controls)
    assert "Activation of hidden layer 2 in diagram" in names
    for combo in card.findChildren(QComboBox):
        assert any(
            label.buddy() is combo and label.text() == combo.accessibleName() for label in card.findChildren(QLabel)
        )
    assert card.diagram.accessibleName() == "Network diagram"
    assert "representation layer h⁽³⁾ with 2 tanh units" in card.diagram.accessibleDescription()


def test_long_titles_leave_the_middle_out() -> None:
    assert title_words(document(widths=(8,) * 16).network).startswith("2–8–…–8–1  ·  ")
    assert title_words(document(widths=(6, 4, 2)).network) == "2–6–4–2–1  ·  59 parameters"


def test_a_hidden_diagram_computes_nothing(make: Make) -> None:
    card = make(document())
    card.hide()
    asked = len(session_of(card).pictures.requests)
    session_of(card).updated.emit()
    session_of(card).edit("Widen hidden layer 1", lambda d: edits.set_width(d, 0, 5))
    assert len(session_of(card).pictures.requests) == asked
    card.show()
    assert len(session_of(card).pictures.requests) == asked + 1


def test_the_diagram_follows_a_run(qtbot: QtBot, theme: Theme) -> None:
    session = Session()
    try:
        card = DiagramCard(session, theme)
        qtbot.addWidget(card)
        card.resize(*SIZES[0])
        card.show()
        qtbot.waitUntil(lambda: len(card.diagram._tiles) == 9, timeout=10_000)
        before, start = picture(card), session.live.theta
        session.train()
        qtbot.waitUntil(lambda: session.live.epoch > 50, timeout=20_000)
        session.pause()
        qtbot.waitUntil(lambda: session.pictures.idle, timeout=10_000)
        assert not np.array_equal(session.live.theta, start)
        assert card.diagram.scene().theta is session.live.theta
        assert picture(card) != before
    finally:
        session.close()


def test_a_theme_change_repaints_everything(make: Make, theme: Theme, qapp: object) -> None:
    card = make(document())
    light = picture(card)
    theme.set(dark=True)
    dark = picture(card)
    place = tile_rect(card.diagram.arrangement(), (-1, 0)).center().toPoint()
    assert light.pixelColor(place).lightness() > 200 > 80 > dark.pixelColor(place).lightness()
