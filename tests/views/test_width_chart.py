"""The chart of error against width: geometry, mouse, keys, the tolerance, the method box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mlpviz.session import Session
from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.chart_data import METHODS, ChartSource
from mlpviz.views.universality.chart_layout import Layout
from mlpviz.views.universality.chart_paint import decade_text
from mlpviz.views.universality.error_card import ErrorCard
from mlpviz.views.universality.overlay import tag_box
from mlpviz.views.universality.width_chart import WidthChart
from tests.views.charts import ADAM, WIDTHS, points, source

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key


class Fed:
    """A card, and what it is fed with."""

    def __init__(self, session: Session, theme: Theme) -> None:
        self.source = source()
        self.card = ErrorCard(session, theme, source=lambda: self.source)
        self.chosen: list[tuple[int, str, int]] = []
        self.chart.chosen.connect(self._take)

    @property
    def chart(self) -> WidthChart:
        return self.card.chart

    @property
    def layout(self) -> Layout:
        return self.chart.layout_now()

    def _take(self, width: int, method: str, seed: int) -> None:
        self.chosen.append((width, method, seed))
        self.show(chosen=(width, method, seed))

    def show(self, **changes: object) -> None:
        self.source = replace(self.source, **changes)  # type: ignore[arg-type]
        self.card.refresh()

    def spot(self, method: str, width: int) -> QPoint:
        series = next(each for each in self.chart.chart.series if each.method == method)
        return self.layout.spot(next(mark for mark in series.marks if mark.width == width)).toPoint()


@pytest.fixture
def fed(session: Session, theme: Theme, qtbot: QtBot) -> Fed:
    fed = Fed(session, theme)
    qtbot.addWidget(fed.card)
    fed.card.resize(462, 515)
    fed.card.set_room(462)
    fed.card.show()
    qtbot.waitExposed(fed.card)
    size = None
    while size != fed.chart.size():  # what is said beneath the chart may still take room from it
        size = fed.chart.size()
        qtbot.wait(20)
    return fed


CASES: dict[str, Callable[[], ChartSource]] = {
    "full": source,
    "jump": lambda: source(jump_floor=0.29),
    "growing": lambda: source(points=tuple(points("adam", ADAM[:3], 5)), training=True),
    "exact": lambda: source(limits=tuple((w, 0.1 / (1 + w) if w < 60 else 0.0) for w in range(257))),
    "alike": lambda: source(points=tuple(p for m in METHODS for p in points(m, [0.1] * 9)), floor=(0.1, "t², any")),
    "tiny": lambda: source(span=1e-200, points=tuple(points("adam", [1e-201] * 9)), limits=(), floor=None),
    "tanh": lambda: source(activation="tanh", bound=False),
    "stale": lambda: source(stale=True),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    ("width", "height", "scale"), [(372, 420, 1.0), (462, 515, 1.0), (900, 800, 1.0), (704, 760, 1.6)]
)
@pytest.mark.parametrize("everything", [False, True])
def test_labels_are_inside_and_apart_and_words_meet_nothing(
    fed: Fed, theme: Theme, name: str, width: int, height: int, scale: float, everything: bool
) -> None:
    theme.set(scale=scale)
    fed.source = CASES[name]()
    fed.card.resize(width, height)
    fed.card.set_room(width)
    fed.card._show_methods(frozenset(METHODS) if everything else frozenset({"limit", "adam", "random", "floor"}))
    QTest.qWait(1)
    layout, whole = fed.layout, QRectF(fed.chart.rect())
    assert layout.plane.width() > 0.4 * whole.width()
    boxes = [label.box for label in layout.labels]
    assert len(boxes) == len(layout.chart.series) + len(layout.chart.floors)
    assert all(whole.contains(box) for box in boxes)
    assert all(box.left() >= layout.plane.right() for box in boxes)
    assert not any(a.intersected(b).height() > 0.01 for a, b in combinations(boxes, 2))
    inside = [box for box in (layout.exact, layout.words.box if layout.words else None) if box is not None]
    if layout.fan is not None:
        inside.append(QRectF(layout.fan.apex, layout.fan.ends[-1]).normalized())
        assert layout.tag is None or not tag_box(theme, layout.tag).intersects(
            inside[-1].adjusted(0, -theme.px(18), 0, 0)
        )
    assert all(layout.plane.contains(box) for box in inside)
    assert not any(a.intersects(b) for a, b in combinations(inside, 2))
    for series in layout.chart.series:
        for x, y in layout.line(series).tolist():
            assert layout.plane.contains(QPointF(x, y))
            assert not any(box.contains(QPointF(x, y)) for box in inside[1 if layout.exact else 0 :])
    assert not fed.chart.grab().isNull()


def test_labels_follow_the_order_of_their_lines_and_a_moved_one_has_a_leader(fed: Fed) -> None:
    fed.card._show_methods(frozenset({"limit", "adam", "random", "interpolant", "constructed", "floor"}))
    labels = {label.key: label for label in fed.layout.labels}
    tops = [labels[key].box.top() for key in ("adam", "random", "interpolant", "constructed")]
    ends = [fed.spot(key, 256).y() for key in ("adam", "random", "interpolant", "constructed")]
    assert [tops.index(top) for top in sorted(tops)] == sorted(range(4), key=lambda k: ends[k])
    assert labels["constructed"].leader == ()
    fed.show(points=tuple(p for p in fed.source.points if p.width <= 16))
    early = next(label for label in fed.layout.labels if label.key == "constructed")
    assert early.leader[0].x() < early.leader[1].x() <= early.leader[2].x()


def test_the_line_between_two_marks_goes_round_where_no_net_can_be(fed: Fed) -> None:
    every = tuple((w, 0.3 if w < 13 else 0.3 / w) for w in range(257))  # falls late between 8 and 16
    built = points("constructed", [1.001 * dict(every)[width] for width in WIDTHS])
    fed.card._show_methods(frozenset({"limit", "constructed", "steps"}))
    fed.show(points=(*built, *points("steps", [0.01] * 9)), limits=every)
    layout = fed.layout
    series = {each.method: each for each in layout.chart.series}
    path = layout.path(series["constructed"])
    x, y = np.array([[at.x(), at.y()] for at in path]).T
    for width in range(1, 257):
        assert np.interp(layout.x(width), x, y) <= layout.y(dict(every)[width]) + 1
    assert [at for at in path if at in (layout.spot(m) for m in series["constructed"].marks)]
    assert len(path) > 9 == len(layout.path(series["steps"]))
    fed.show(bound=False, activation="tanh")
    assert len(fed.layout.path(fed.layout.chart.series[0])) == 9


def test_nothing_below_the_limit_is_claimed_beyond_the_widths_or_for_other_activations(fed: Fed) -> None:
    line = fed.layout.limit
    assert line[-1].x() == pytest.approx(fed.layout.x(256))
    assert line[0].x() == pytest.approx(fed.layout.plane.left())
    assert fed.layout.words is not None
    assert fed.layout.words.text.startswith("no ReLU net")
    fed.show(activation="tanh", bound=False)
    assert fed.layout.words is not None
    assert "tanh can go below" in fed.layout.words.text


def test_a_limit_of_nothing_drops_to_the_floor_and_says_exact(fed: Fed) -> None:
    assert fed.layout.exact is None
    fed.source = CASES["exact"]()
    fed.card.refresh()
    assert fed.layout.limit[-1].y() == pytest.approx(fed.layout.plane.bottom())
    assert fed.layout.limit[-1].x() == pytest.approx(fed.layout.x(60))
    assert fed.layout.exact is not None
    zero = [replace(p, sup=0.0) for p in fed.source.points if p.method == "constructed"]
    fed.show(points=tuple(zero))
    assert fed.layout.plane.contains(QPointF(fed.spot("constructed", 1)))
    assert "0 (exact)" in fed.card.readout.text()


# ---- mouse and keys


def test_a_click_on_a_mark_chooses_its_width_method_and_median_seed(fed: Fed) -> None:
    QTest.mouseClick(fed.chart, LEFT, NO, fed.spot("adam", 64))
    QTest.mouseClick(fed.chart, LEFT, NO, fed.spot("constructed", 4))
    assert fed.chosen == [(64, "adam", 2), (4, "constructed", 0)]
    QTest.mouseClick(fed.chart, LEFT, NO, QPoint(3, 3))
    QTest.mouseClick(fed.chart, Qt.MouseButton.RightButton, NO, fed.spot("adam", 8))
    assert len(fed.chosen) == 2


def test_a_click_beside_all_marks_chooses_the_width_of_the_same_curve(fed: Fed) -> None:
    at = QPoint(round(fed.layout.x(32)), round(fed.layout.plane.bottom() + 6))
    QTest.mouseClick(fed.chart, LEFT, NO, at)
    assert fed.chosen == [(32, "constructed", 0)]
    fed.show(points=(), chosen=(8, "", 0))
    QTest.mouseClick(fed.chart, LEFT, NO, at)
    assert fed.chosen[-1] == (32, "", 0)


def test_arrows_go_along_a_curve_and_across_to_others(fed: Fed) -> None:
    for key in (Key.Key_Right, Key.Key_Left, Key.Key_Left):
        QTest.keyClick(fed.chart, key)
    assert [width for width, _, _ in fed.chosen] == [16, 8, 4]
    assert {method for _, method, _ in fed.chosen} == {"constructed"}
    fed.chosen.clear()
    for _ in range(5):
        QTest.keyClick(fed.chart, Key.Key_Up)
    heights = [fed.spot(method, 4).y() for _, method, _ in fed.chosen]
    assert heights == sorted(heights, reverse=True)
    assert len({method for _, method, _ in fed.chosen}) > 3
    QTest.keyClick(fed.chart, Key.Key_Down)
    assert fed.spot(fed.chosen[-1][1], 4).y() >= heights[-1]
    QTest.keyClick(fed.chart, Key.Key_Return)
    assert fed.chosen[-1] == fed.chosen[-2]
    for _ in range(12):
        QTest.keyClick(fed.chart, Key.Key_Right)
    assert fed.chosen[-1][0] == 256


@pytest.mark.qt_log_ignore("does not support", extend=True)  # tips and menus on the offscreen platform
def test_the_chosen_and_the_pointed_mark_are_read_out(fed: Fed) -> None:
    assert fed.card.readout.text().startswith("W = 8 · Constructed · 0.0189 · limit 0.0185")
    assert fed.chart.accessibleDescription().startswith(fed.card.readout.text())
    assert "Adam: W 1: " in fed.chart.accessibleDescription()
    QTest.mouseMove(fed.chart, fed.spot("adam", 64))
    assert fed.card.readout.text().startswith("W = 64 · Adam · 0.0600 (")
    QTest.mouseMove(fed.chart, QPoint(2, 2))
    assert fed.card.readout.text().startswith("W = 8 · Constructed")


# ---- the tolerance


def test_the_tolerance_can_be_dragged_typed_and_stepped(fed: Fed) -> None:
    chart, layout = fed.chart, fed.layout
    x, y = round(layout.plane.left() + 4), round(layout.y(0.01))
    QTest.mousePress(chart, LEFT, NO, QPoint(x, y))
    QTest.mouseMove(chart, QPoint(x, round(layout.y(0.1))))
    QTest.mouseRelease(chart, LEFT, NO, QPoint(x, round(layout.y(0.1))))
    assert chart.tolerance == pytest.approx(0.1, rel=0.06)
    assert fed.card.tolerance.box.value() == pytest.approx(100 * chart.tolerance)
    assert fed.chosen == []
    QTest.mouseMove(chart, QPoint(x, round(layout.y(0.01))))
    assert chart.tolerance == pytest.approx(0.1, rel=0.06)
    fed.card.tolerance.box.setValue(2.0)
    assert chart.tolerance == pytest.approx(0.02)
    assert fed.card.tolerance.sentence.text().startswith("Largest error ≤ 2\u202f%: W = ")
    QTest.keyClick(chart, Key.Key_PageUp)
    assert chart.tolerance == pytest.approx(0.05)
    QTest.keyClick(chart, Key.Key_PageDown)
    assert chart.tolerance == pytest.approx(0.02)
    assert fed.card.tolerance.box.text() == "2\u202f%"


def test_a_dragged_tolerance_stays_within_the_plane(fed: Fed) -> None:
    chart, layout = fed.chart, fed.layout
    x, y = round(layout.plane.left() + 4), round(layout.y(0.01))
    QTest.mousePress(chart, LEFT, NO, QPoint(x, y))
    QTest.mouseMove(chart, QPoint(x, 100_000))
    assert chart.tolerance == pytest.approx(10.0 ** chart.ends[0], rel=0.06)
    QTest.mouseMove(chart, QPoint(x, -100_000))
    assert chart.tolerance == 1.0
    QTest.mouseRelease(chart, LEFT, NO, QPoint(x, y))


def test_the_line_is_a_share_of_the_range_in_either_unit(fed: Fed) -> None:
    fed.show(span=4.0)
    line = fed.chart._tolerance_y()
    assert line == pytest.approx(fed.layout.y(0.04))
    fed.card.unit.choose(1)
    assert fed.chart.chart.relative
    assert fed.chart._tolerance_y() == pytest.approx(fed.layout.y(0.01))
    fed.show(points=(), limits=(), floor=None)
    assert fed.chart._tolerance_y() is None


def test_the_sentence_never_lets_the_chart_jump_while_it_is_dragged(fed: Fed) -> None:
    fed.card._show_methods(frozenset(METHODS))
    heights = []
    for percent in (50.0, 1e-4, 2.0, 0.5, 100.0):
        fed.card.tolerance.box.setValue(percent)
        QTest.qWait(1)
        heights.append(fed.chart.height())
    assert heights == sorted(heights, reverse=True)
    assert max(heights[1:]) - min(heights[1:]) <= 8  # not by a line of text
    needed = fed.card.tolerance.sentence.heightForWidth(fed.card.tolerance.sentence.width())
    assert fed.card.tolerance.sentence.height() >= needed


# ---- axes and methods


def test_the_axis_stays_while_nets_come_in_and_units_start_anew(fed: Fed) -> None:
    ends = fed.chart.ends
    fed.show(points=tuple(p for p in fed.source.points if p.width <= 2), limits=(), training=True)
    assert fed.chart.ends == ends
    fed.card.measure.choose(1)
    assert fed.chart.ends[0] > ends[0]
    assert fed.chart.chart.measure == "rms"
    assert [decade_text(power) for power in (0, -1, -2, -3)] == ["1", "0.1", "0.01", "10⁻³"]
    assert [decade_text(p, True).replace("\u202f", " ") for p in (0, -2, -4, -5)] == [
        "100 %",
        "1 %",
        "0.01 %",
        "10⁻³ %",
    ]


@pytest.mark.qt_log_ignore("does not support", extend=True)  # tips and menus on the offscreen platform
def test_the_method_box_shows_and_hides_curves(fed: Fed) -> None:
    drawn = [series.method for series in fed.chart.chart.series]
    assert drawn == [method for method in METHODS if any(p.method == method for p in fed.source.points)]  # whatever is
    for method in ("steps", "limit", "adam", "gd", "curvature"):
        fed.card.methods.items[method].trigger()
    assert [series.method for series in fed.chart.chart.series] == ["constructed", "random", "interpolant"]
    assert fed.chart.chart.limit == ()
    assert "Adam" not in fed.card.tolerance.sentence.text()
    assert all(action.toolTip() for action in fed.card.methods.items.values())
    menu = fed.card.methods.menu()
    assert menu is not None
    menu.popup(QPoint(10, 10))
    menu.setActiveAction(fed.card.methods.items["gd"])
    QTest.keyClick(menu, Key.Key_Space)
    assert menu.isVisible()
    QTest.mouseClick(menu, LEFT, NO, menu.actionGeometry(fed.card.methods.items["curvature"]).center())
    assert menu.isVisible()
    menu.close()
    assert {"gd", "curvature"} <= {series.method for series in fed.chart.chart.series}


def test_a_sweep_by_gradient_descent_is_shown_without_asking(fed: Fed) -> None:
    fed.show(methods=("gd",), points=tuple(points("gd", ADAM)))
    assert [series.method for series in fed.chart.chart.series] == ["gd"]
    assert fed.chart.chart.widths == WIDTHS
