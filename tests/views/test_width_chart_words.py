"""What the chart of error against width says: the tolerance's sentence, tooltips, descriptions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from mlpviz.views.kit.theme import Theme
from mlpviz.views.universality.chart_data import METHODS, Chart, ChartSource
from mlpviz.views.universality.chart_source import chart_of, described, readouts
from mlpviz.views.universality.tolerance import sentence, smallest_known, told
from mlpviz.views.universality.width_chart import WidthChart
from tests.views.charts import ADAM, LIMITS, points, source


def said(changed: ChartSource, share: float = 0.1, measure: str = "sup", methods: tuple[str, ...] = ("adam",)) -> str:
    return sentence(changed, share, measure, methods).replace("\u202f", " ")


def test_what_exists_and_what_training_needed() -> None:
    assert said(source()) == "Largest error ≤ 10 %: W = 2 exists (ReLU); Adam needed W = 64 in 5 of 5 seeds."
    assert said(source(), 0.06) == "Largest error ≤ 6 %: W = 4 exists (ReLU); Adam needed W = 64 in 3 of 5 seeds."
    both = said(source(), 0.1, methods=("adam", "gd"))
    assert both.endswith("; gradient descent needed W = 128 in 5 of 5 seeds.")
    one = source(points=tuple(points("adam", ADAM)), seeds=1)
    assert said(one).endswith("; Adam needed W = 64.")


@pytest.mark.parametrize(
    ("changes", "share", "ends"),
    [
        ({}, 0.013, "Adam reached it in 1 of 5 seeds only (W = 128)."),
        ({}, 1e-3, "Adam did not reach it up to 256 in any of 5 seeds."),
        ({"stale": True}, 0.1, "Adam’s nets are stale."),
        ({"points": ()}, 0.1, "Adam not trained yet."),
        ({"points": (), "training": True}, 0.1, "Adam in training."),
        ({"points": tuple(points("adam", ADAM[:4], 5))}, 0.1, "Adam did not reach it so far, up to 8."),
    ],
)
def test_training_that_is_not_there_or_falls_short(changes: dict[str, object], share: float, ends: str) -> None:
    text = said(source(**changes), share)
    assert text.endswith(f" exists (ReLU); {ends}")


def test_where_nothing_is_known_the_sentence_says_why() -> None:
    nothing = source(points=(), smallest=lambda tolerance: None, methods=())
    assert said(nothing) == "Largest error ≤ 10 %: nothing computed yet."
    assert said(replace(nothing, complete=False)) == "Largest error ≤ 10 %: still computing what exists."
    assert said(replace(nothing, span=0.0)) == "Largest error ≤ 10 %: g is constant, one unit is exact."
    square = replace(nothing, activation="square")
    assert "out of reach at any width for" not in said(square, 0.4)
    assert "out of reach at any width for" in said(square, 0.2)
    built = replace(nothing, points=tuple(points("constructed", [0.5, 0.4])))
    assert said(built, 1e-3) == "Largest error ≤ 0.1 %: none is known up to W = 2 (ReLU)."


def test_while_nets_are_made_narrower_ones_may_be_found_to_do() -> None:
    growing = source(complete=False)
    assert " W = 2 exists (ReLU);" in said(growing)
    assert " exists so far (ReLU);" in said(growing, measure="rms")
    assert " exists so far (tanh);" in said(replace(growing, activation="tanh", bound=False))


def test_no_net_exists_below_half_of_a_jump_however_closely_the_samples_are_followed() -> None:
    jump = source(jump_floor=0.2)
    assert said(jump) == "Largest error ≤ 10 %: out of reach at any width, half of the jump is more."
    assert "exists" in said(jump, 0.3)
    assert "exists" in said(jump, measure="rms")


def test_the_rms_rests_on_nets_of_the_activation_alone() -> None:
    steps = points("steps", [1e-6], activation="sigmoid")
    both = source(points=(*steps, *points("constructed", [0.5, 0.3, 0.1])))
    assert said(both) == "Largest error ≤ 10 %: W = 2 exists (ReLU); Adam not trained yet."
    assert said(both, measure="rms") == "RMS error ≤ 10 %: W = 4 exists (ReLU); Adam not trained yet."
    assert "RMS error ≤ 0.1 %: none is known up to W = 4" in said(both, 1e-3, "rms")


def test_the_smallest_width_is_one_above_the_limit_unless_a_net_was_built() -> None:
    limits = dict(LIMITS)
    for tolerance in (0.3, 0.1, 0.01):
        width = smallest_known("relu", LIMITS, (), tolerance)
        assert width is not None
        assert limits[width - 1] <= tolerance < limits[width - 2 if width > 1 else width - 1] or width == 1
    assert smallest_known("tanh", LIMITS, (), 0.1) is None
    assert smallest_known("relu", LIMITS, points("constructed", [0.1]), 0.1) == 1
    assert smallest_known("relu", LIMITS, points("constructed", [0.1], activation="tanh"), 0.1) == 3
    assert smallest_known("relu", LIMITS, (), 1e-9) is None


def test_the_tooltip_tells_what_the_sentence_rests_on() -> None:
    text = told(source(), 0.1)
    assert "W ReLU units reach Lim(W − 1)" in text
    assert "fewer than 2 units" in text
    assert "Lim" not in told(source(), 0.1, "rms")
    assert "fewer" not in told(replace(source(), bound=False, activation="tanh"), 0.1)


def test_limit_and_floors_are_about_the_largest_error_only() -> None:
    sup, rms = (chart_of(source(jump_floor=0.1), measure, False, METHODS) for measure in ("sup", "rms"))
    assert sup.limit == LIMITS
    assert [floor.error for floor in sup.floors] == [0.3, 0.1]
    assert (rms.limit, rms.floors, rms.words) == ((), (), ())
    assert rms.measure_words == "RMS error"


def test_a_mark_is_the_net_of_the_median_seed() -> None:
    chart = chart_of(source(), "sup", False, {"adam"})
    mark = chart.series[0].marks[0]
    assert (mark.width, mark.seed) == (1, 2)
    assert (mark.low, mark.error, mark.high) == pytest.approx((0.3, 0.5, 0.7))
    even = chart_of(source(points=tuple(points("adam", ADAM, 4))), "sup", False, {"adam"}).series[0].marks[0]
    assert even.seed == 1
    assert "4 seeds: largest error from" in even.words


def test_shares_of_the_range_are_of_the_range_the_nets_were_trained_for() -> None:
    wide = source(span=2.0, trained_span=4.0, stale=True, limits=LIMITS)
    chart = chart_of(wide, "sup", True, {"limit", "adam", "constructed"})
    series = {each.method: each for each in chart.series}
    assert series["adam"].marks[0].error == pytest.approx(ADAM[0] / 4)
    assert chart.limit[0][1] == pytest.approx(LIMITS[0][1] / 2)
    assert series["adam"].stale
    assert not series["constructed"].stale
    assert not chart_of(source(span=0.0), "sup", True, {"adam"}).relative


def test_a_mark_and_the_whole_chart_are_told() -> None:
    chart = chart_of(source(), "sup", False, {"limit", "adam", "constructed"})
    series = {each.method: each for each in chart.series}
    assert (
        readouts(chart, series["adam"], series["adam"].marks[3])[0]
        == "W = 8 · Adam · 0.4000 (0.2400 to 0.5600) · limit 0.0185"
    )
    text = described(chart)
    assert text.startswith("largest error. constructed: W 1: ")
    assert "limit: W 1: 0.1768, W 2: " in text
    tanh = chart_of(source(activation="tanh", bound=False), "sup", True, {"limit", "adam"})
    assert "ReLU limit 1.85" in readouts(tanh, tanh.series[0], tanh.series[0].marks[3])[0]
    assert "limit for ReLU nets: " in described(tanh)
    assert any("tanh can go below" in words.replace("\n", " ") for words in tanh.words)
    assert described(chart_of(source(points=(), limits=(), floor=None), "sup", False, METHODS)) == "no net yet"


def test_a_first_net_is_told_as_one_and_not_joined_to_the_others(qtbot: QtBot, theme: Theme) -> None:
    nets = tuple(points("constructed", [0.2, 0.1, 0.05, 0.15, 0.01]))  # the first one of 8 units is worse than 4 were
    whole = chart_of(source(points=nets), "sup", relative=False, methods={"constructed"})
    chart = chart_of(source(points=nets, first=8), "sup", relative=False, methods={"constructed"})
    (series,) = chart.series
    assert [mark.width for mark in series.marks if mark.first] == [8]
    (mark,) = [mark for mark in series.marks if mark.first]
    assert mark.words.endswith("\na first net: a better one is being made")
    assert all(told.endswith(" · a first net") for told in readouts(chart, series, mark))
    widget = WidthChart(theme)
    qtbot.addWidget(widget)
    widget.resize(460, 380)

    def picture(shown: Chart) -> QImage:
        widget.show_chart(shown)
        return widget.grab().toImage()

    before, after = picture(whole), picture(chart)
    layout = widget.layout_now()
    places = [layout.spot(each) for each in series.marks if each.width in (4, 8)]
    middle = ((places[0] + places[1]) / 2).toPoint()
    assert before.pixelColor(middle) == theme.color("accent")
    assert after.pixelColor(middle) != theme.color("accent")
