"""The Representation card: which layer, what stands where, and what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLabel

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.nn.evaluate import forward
from mlpviz.nn.layout import frozen
from mlpviz.views.kit.mathtext import plain
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.representation import RepresentationCard, separator_text
from tests.views.documents import document
from tests.views.fake import FakeSession


def shown(
    qtbot, theme: Theme, made: Document, size: tuple[int, int] = (290, 270)
) -> tuple[RepresentationCard, FakeSession]:
    session = FakeSession(made)
    card = RepresentationCard(session, theme)
    qtbot.addWidget(card)
    card.resize(*size)
    with qtbot.waitExposed(card):
        card.show()
    return card, session


def test_the_lectures_xor_network_is_separated_by_its_line(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, document("xor-lecture"))
    assert card._points.places[np.argsort(card._marks.rows)].tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    x, y = card._field.boundary.getData()
    assert np.allclose(2 * x - 4 * y - 1, 0, atol=1e-9)
    assert len(x) == 2
    assert plain(separator_text(session.live.network, session.live.theta)).replace(" ", "") == "2h₁−4h₂−1=0"
    assert card.legend.isVisible()
    assert "separator" in card.plot.accessibleDescription()
    assert not card.layers.isVisible(), "one hidden layer needs no choice"


def test_every_point_stands_where_the_layer_puts_it(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, document("circle"))
    rows = card._marks.rows
    expected = forward(session.live.network, session.live.theta, session.dataset.X[rows]).h[1]
    assert np.array_equal(card._points.places, expected)
    drawn = np.concatenate([np.stack([i.data["x"], i.data["y"]], axis=1) for i in card._points._items])
    assert np.allclose(np.sort(drawn, axis=0), np.sort(expected, axis=0))


def test_the_theme_changes_while_the_picture_is_of_other_data(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, document("circle"))
    card.hide()
    other = edits.set_data(document("circle"), name="circle", rows=90).document
    for made in (document("xor-lecture"), other):
        session.show_document(made)  # nothing is drawn out of sight
        theme.set(dark=not theme.dark)
        card.plot.explain(QPointF(0, 0))
    card.show()
    places = forward(session.live.network, session.live.theta, session.dataset.X[card._marks.rows]).h[-1]
    assert np.array_equal(card._points.places, places)


def test_a_layer_is_chosen_in_the_combo_box(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, document("circle"))
    assert card.layers.isVisible()
    assert card.layers.count() == 2
    assert card.layers.currentIndex() == 1
    card.layers.setCurrentIndex(0)
    card.layers.activated.emit(0)
    assert session.document.view.layer == 0
    assert card._picture.layer == 0
    assert card._picture.share is not None
    assert card.subtitle().startswith("PCA, ")
    assert not card.legend.isVisible()
    assert not card._field.image.isVisible(), "only the last layer is read by the output layer"
    card.layers.activated.emit(1)
    assert session.document.view.layer is None
    assert card._field.image.isVisible()
    assert card.subtitle() == ""


def test_the_combo_box_is_named_by_a_label_beside_it(qtbot, theme: Theme) -> None:
    card, _ = shown(qtbot, theme, document("circle"))
    parent = card.layers.parentWidget()
    assert parent is not None
    named = [label.text() for label in parent.findChildren(QLabel) if label.buddy() is card.layers]
    assert named == ["Representation layer"]
    words = card.layers.itemData(0, Qt.ItemDataRole.AccessibleTextRole)
    assert words == "hidden layer 1 of 2, width 4"


def test_other_networks_fill_the_combo_box_anew(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, document("circle"))
    session.edit("add", lambda d: edits.add_hidden_layer(d))
    assert card.layers.count() == 3
    session.edit("none", lambda d: edits.remove_hidden_layer(d))
    session.edit("none", lambda d: edits.remove_hidden_layer(d))
    session.edit("none", lambda d: edits.remove_hidden_layer(d))
    assert not card.layers.isVisible()
    assert card._picture.layer == -1
    assert np.array_equal(card._points.places, session.dataset.X[card._marks.rows])


@pytest.mark.parametrize("widths", [(1,), (2,), (3,), (40,), (4, 1), ()])
@pytest.mark.parametrize("preset", ["circle", "iris", "xor-relu"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_any_network_has_a_picture(qtbot, theme: Theme, widths: tuple[int, ...], preset: str, activation: str) -> None:
    card, session = shown(qtbot, theme, document(preset, widths, activation))
    assert not card.grab().isNull()
    (left, right), (low, high) = card.plot.item.vb.viewRange()
    places = card._points.places
    assert (left <= places[:, 0]).all()
    assert (places[:, 0] <= right).all()
    assert (low <= places[:, 1]).all()
    assert (places[:, 1] <= high).all()
    assert card._field.image.isVisible()
    x, _ = card._field.boundary.getData()
    if session.live.network.outputs == 1 and len(x):
        assert len(x) == 2


def test_the_field_has_class_colours_for_more_classes(qtbot, theme: Theme) -> None:
    card, _session = shown(qtbot, theme, document("iris", (2,)))
    image = card._field.image.image
    assert image.shape[2] == 3
    classes = card._picture.surface.classes
    for index in np.unique(classes):
        colors = image[classes == index].astype(int)
        panel = np.array(theme.color("panel").getRgb()[:3])
        away = panel - colors[np.abs(colors - panel).sum(axis=1).argmax()]
        to_classes = [panel - np.array(theme.class_color(k).getRgb()[:3]) for k in range(3)]
        alike = [away @ to / np.linalg.norm(away) / np.linalg.norm(to) for to in to_classes]
        assert int(np.argmax(alike)) == index


def test_pointing_at_a_row_tells_its_h(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, document("xor-lecture"), (420, 420))
    place = QPointF(*card._points.places[-1])
    QTest.mouseMove(card.plot.viewport(), card.plot.pixels(place).toPoint())
    told = card.plot.tip.text()
    row = int(card._marks.rows[-1])
    assert f"training row {row + 1}" in told
    assert "h₁ = " in told
    assert "ŷ = " in told
    QTest.mouseClick(card.plot.viewport(), Qt.MouseButton.LeftButton, pos=card.plot.pixels(place).toPoint())
    assert session.document.view.row == row


def test_a_row_chosen_elsewhere_is_ringed(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, document("circle"))
    session.look(row=17)
    ring = card._points._ring[1].data
    expected = forward(session.live.network, session.live.theta, session.dataset.X[17:18]).h[1][0]
    assert np.allclose([ring["x"][0], ring["y"][0]], expected)


def test_the_ring_goes_along_while_the_network_learns(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, document("circle"))
    session.look(row=17)
    session.live = replace(session.live, theta=frozen(session.live.theta * 0.5))
    session.updated.emit()
    ring = card._points._ring[1].data
    expected = forward(session.live.network, session.live.theta, session.dataset.X[17:18]).h[1][0]
    assert np.allclose([ring["x"][0], ring["y"][0]], expected)


def test_a_hidden_card_computes_nothing(qtbot, theme: Theme) -> None:
    session = FakeSession(document("circle"))
    card = RepresentationCard(session, theme)
    qtbot.addWidget(card)
    session.updated.emit()
    session.look(layer=0)
    assert session.pictures.requests == []


@pytest.mark.parametrize("preset", ["circle", "iris", "xor-lecture"])
@pytest.mark.parametrize("size", [(190, 180), (266, 250), (480, 420)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_title_line_is_never_cut_off(qtbot, theme: Theme, preset: str, size: tuple[int, int], scale: float) -> None:
    theme.set(scale=scale)
    card, _ = shown(qtbot, theme, document(preset), (round(scale * size[0]), round(scale * size[1])))
    shown_there = [w for w in (card.title_label, card.layers, card._symbol, card.legend) if w.isVisible()]
    rects = [w.rect().translated(w.mapTo(card, QPoint(0, 0))) for w in shown_there]
    for index, (widget, rect) in enumerate(zip(shown_there, rects, strict=True)):
        assert card.rect().contains(rect)
        assert rect.width() >= widget.sizeHint().width() - 1
        assert not any(rect.intersects(other) for other in rects[:index])


def test_equations_of_many_units_are_cut_short() -> None:
    made = document("circle", (7,))
    text = plain(separator_text(made.network, made.state.theta))
    assert text.count("h") == 4
    assert "…" in text
    assert text.endswith("= 0")
