"""The Output card: what stands on the screen against what the network says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtTest import QTest

from mlpviz.data.spec import DataSpec, Table
from mlpviz.document import edits
from mlpviz.document.document import Document, RunState
from mlpviz.nn.evaluate import predict
from mlpviz.nn.layout import frozen
from mlpviz.pictures.plane import input_plane
from mlpviz.views.kit.theme import Theme
from mlpviz.views.lab.output import OutputCard
from mlpviz.views.lab.points import shown_rows
from tests.views.documents import document
from tests.views.fake import FakeSession


def data(name: str, theta_seed: int | None = None, **changes: object) -> Document:
    made = edits.set_data(edits.new_document(), name=name, **changes).document
    if theta_seed is None:
        return made
    theta = np.random.default_rng(theta_seed).normal(size=made.network.size)
    return replace(made, state=RunState(frozen(theta)))


def shown(qtbot, theme: Theme, made: Document, size: tuple[int, int] = (322, 380)) -> tuple[OutputCard, FakeSession]:
    session = FakeSession(made)
    card = OutputCard(session, theme)
    qtbot.addWidget(card)
    card.resize(*size)
    with qtbot.waitExposed(card):
        card.show()
    return card, session


def at(card: OutputCard, x: float, y: float) -> QPoint:
    return card.plot.pixels(QPointF(x, y)).toPoint()


def pixel(card: OutputCard, image: QImage, x: float, y: float) -> QColor:
    return image.pixelColor(card.plot.mapTo(card, at(card, x, y)))


def far_from_everything(card: OutputCard, x: float, y: float) -> bool:
    """No point, no boundary and no change of ŷ within a few pixels."""
    near = np.hypot(*(card._points.places - [x, y]).T).min() > 0.6
    line = card._decision.boundary
    known = line[np.isfinite(line[:, 0])]
    return near and (not len(known) or np.hypot(*(known - [x, y]).T).min() > 0.35)


@pytest.mark.parametrize("dark", [False, True])
def test_the_fields_colours_are_those_of_the_map(qtbot, theme: Theme, dark: bool) -> None:
    theme.set(dark=dark)
    card, session = shown(qtbot, theme, data("circle", 9))
    image = card.grab().toImage()
    table = theme.lookup("diverging", 0.5)
    compared = 0
    for x in np.linspace(-5.5, 5.5, 12):
        for y in np.linspace(-5.5, 5.5, 12):
            if not far_from_everything(card, x, y):
                continue
            around = np.array([[x + dx, y + dy] for dx in (-0.12, 0, 0.12) for dy in (-0.12, 0, 0.12)])
            values = predict(session.live.network, session.live.theta, around)[:, 0]
            expected = table[np.arange(int(255 * values.min()), int(np.ceil(255 * values.max())) + 1)].astype(int)
            color = np.array(pixel(card, image, x, y).getRgb()[:3])
            assert (color >= expected.min(axis=0) - 4).all()
            assert (color <= expected.max(axis=0) + 4).all()
            compared += 1
    assert compared > 30


def test_the_contour_is_drawn_where_the_output_is_one_half(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("circle", 9))
    x, y = card._field.boundary.getData()
    known = np.isfinite(x)
    values = predict(session.live.network, session.live.theta, np.stack([x, y], axis=1)[known])
    assert known.sum() > 20
    assert np.abs(values - 0.5).max() < 0.02


def test_every_row_is_drawn_with_its_class_and_set(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("circle"))
    dataset = session.dataset
    groups = {}
    for item in card._points._items:
        symbol, filled = item.opts["symbol"], item.opts["brush"].color() != theme.color("panel")
        groups[symbol, filled] = len(item.data)
    classes = dataset.y[:, 0]
    for index, symbol in ((0, "t1"), (1, "o")):
        assert groups[symbol, True] == np.sum(classes[dataset.train] == index)
        assert groups[symbol, False] == np.sum(classes[dataset.test] == index)
    assert all(item.opts["pen"].widthF() >= 1 for item in card._points._items), "a point on a field needs its ring"


def test_many_rows_are_drawn_in_part_and_the_legend_says_so(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("circle", rows=9000, train_ratio=0.5))
    rows = shown_rows(session.dataset)
    assert len(rows) == 2000
    assert np.isin(rows, session.dataset.train).sum() == 1000
    assert "2,000 of the 9,000 rows" in card.legend.toolTip()


def test_three_classes_have_regions_and_a_legend_beneath(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("iris"))
    assert card.key.words() == ["setosa", "versicolor", "virginica", "test"]
    assert card.key.isVisible()
    assert not card.legend.isVisible()
    assert not card.bar.isVisible()
    share = input_plane(session.dataset).share
    assert card.subtitle() == f"PCA plane, {100 * share:.0f}\u202f%"
    assert "principal components through the mean" in card.toolTip()
    assert card._decision.classes is not None
    assert card.key.sizeHint().width() <= card.key.width()


def test_softmax_with_two_classes_has_regions_and_no_signed_scale(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("circle"))
    assert card.bar.isVisible()
    session.show_document(edits.set_loss(session.document, "softmax").document)
    assert session.document.network.outputs == 2
    assert card._decision.classes is not None
    assert not card.bar.isVisible()
    assert card.legend.isVisible(), "the legend tells the two classes"
    session.show_document(edits.set_loss(session.document, "logistic").document)
    assert card.bar.isVisible()


def test_one_input_is_a_curve_through_the_points(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("waves", 2))
    assert not card.bar.isVisible()
    assert not card._field.image.isVisible()
    for index in range(2):
        x, y = card._curves._lines[index].getData()
        expected = predict(session.live.network, session.live.theta, x[:, None])[:, index]
        assert np.allclose(y, expected)
        assert card._curves._labels[index].isVisible()
    assert len(card._points.places) == 2 * 250, "both targets are drawn"
    assert card.legend.words() == ["y₁", "y₂", "test"]


def test_going_back_to_two_inputs_takes_the_curves_away(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("waves"))
    session.show_document(data("circle"))
    assert all(len(curve.getData()[0] if curve.getData()[0] is not None else []) == 0 for curve in card._curves._lines)
    assert not any(label.isVisible() for label in card._curves._labels)
    assert card._field.image.isVisible()
    assert card.bar.isVisible()


def table(inputs: int, classes: int) -> DataSpec:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, inputs))
    y = (rng.integers(0, classes, 40) if classes else 5 + X[:, 0] ** 2)[:, None].astype(float)
    names = tuple(f"class number {i}" for i in range(classes))
    task = "regression" if not classes else "binary" if classes == 2 else "classes"
    words = tuple(f"input {i}" for i in range(inputs))
    return DataSpec("table", table=Table(frozen(X), frozen(y), task, words, ("y",), names, "t.csv"))


@pytest.mark.parametrize("inputs", [1, 2, 5])
@pytest.mark.parametrize("classes", [0, 2, 3, 6])
def test_any_table_has_a_picture(qtbot, theme: Theme, inputs: int, classes: int) -> None:
    made = edits.set_data(edits.new_document(), **{"name": "table", "table": table(inputs, classes).table}).document
    card, _session = shown(qtbot, theme, made)
    assert card._decision is not None
    assert not card.grab().isNull()
    middle = QPointF(*(np.mean(side) for side in card._bounds))
    lines, _ = card._explain(middle)
    assert lines
    assert all(lines)


def test_numbers_of_one_sign_have_a_scale_without_zero(qtbot, theme: Theme) -> None:
    made = edits.set_data(edits.new_document(), **{"name": "table", "table": table(2, 0).table}).document
    card, _session = shown(qtbot, theme, made)
    assert not card._scale.diverging
    assert card._scale.low >= 5
    assert card.bar.accessibleName().startswith("Colours from 5")


def test_pointing_tells_the_output_and_the_row(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("circle", 9))
    value = predict(session.live.network, session.live.theta, np.array([[-5.5, 5.5]]))[0, 0]
    QTest.mouseMove(card.plot.viewport(), at(card, -5.5, 5.5))
    assert card.plot.tip.isVisible()
    told = card.plot.tip.text()
    assert told.startswith(f"ŷ = {value:.3g}"[:6])
    assert "x₁ = −5" in told
    place = card._points.places[0]
    QTest.mouseMove(card.plot.viewport(), at(card, *place))
    row = session.dataset.train[0]
    assert f"training row {row + 1}" in card.plot.tip.text()
    assert card.plot.rect().contains(card.plot.tip.geometry())
    card.plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert not card.plot.tip.isVisible()


def test_a_click_on_a_point_chooses_its_row_and_rings_it(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("circle"))
    place = card._points.places[5]
    QTest.mouseClick(card.plot.viewport(), Qt.MouseButton.LeftButton, pos=at(card, *place))
    row = session.document.view.row
    assert row is not None
    assert np.allclose(session.dataset.X[row], card._points._ring[1].data[["x", "y"]][0].item(), 0.5)
    QTest.mouseClick(card.plot.viewport(), Qt.MouseButton.LeftButton, pos=at(card, 5.9, 5.9))
    assert session.document.view.row is None
    assert len(card._points._ring[1].data) == 0


def test_a_hidden_card_computes_nothing(qtbot, theme: Theme) -> None:
    session = FakeSession(data("circle"))
    card = OutputCard(session, theme)
    qtbot.addWidget(card)
    session.updated.emit()
    assert session.pictures.requests == []
    with qtbot.waitExposed(card):
        card.show()
    assert session.pictures.requests == ["output"]
    session.updated.emit()
    assert session.pictures.requests == ["output"], "the same θ is not computed twice"


def test_the_picture_of_another_plane_is_dropped(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("circle"))
    old = (card._plane, card._decision)
    session.show_document(data("iris"))
    newest = card._decision
    card._receive(old)
    assert card._decision is newest


def test_names_and_words_for_readers_of_the_screen(qtbot, theme: Theme) -> None:
    card, session = shown(qtbot, theme, data("circle"))
    assert card.plot.accessibleName() == "Decision surface"
    rows = np.array([[3.0, 0.1, 0.2, 0.975, 0.9]])
    session.live = replace(session.live, theta=frozen(session.live.theta + 1), history=type(session.live.history)(rows))
    session.updated.emit()
    assert card.plot.accessibleDescription() == "training accuracy 97.5\u202f%, test accuracy 90.0\u202f%"


@pytest.mark.parametrize("size", [(250, 250), (322, 380), (560, 620)])
@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("name", ["circle", "iris", "waves", "xor"])
def test_nothing_overlaps_or_is_cut_off(qtbot, theme: Theme, size: tuple[int, int], scale: float, name: str) -> None:
    theme.set(scale=scale)
    card, _ = shown(qtbot, theme, data(name), (round(size[0] * scale), round(size[1] * scale)))
    boxes = [w for w in (card._line, card.plot, card.key, card.bar) if w.isVisible()]
    rects = [w.rect().translated(w.mapTo(card, QPoint(0, 0))) for w in boxes]
    for index, rect in enumerate(rects):
        assert card.rect().contains(rect)
        assert not any(rect.intersects(other) for other in rects[:index])
    assert card.plot.item.vb.height() > 0.4 * card.height()


def test_a_document_of_the_lecture(qtbot, theme: Theme) -> None:
    card, _ = shown(qtbot, theme, document("xor-lecture"))
    assert card.legend.words() == ["−1", "+1"], "XOR has no test rows"
    assert len(card._points.places) == 4
