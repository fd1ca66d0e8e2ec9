"""What follows from g: in the promised order, complete, ended when asked."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.data.strokes import Drawn, grid, preset, smoothed
from mlpviz.errors import UserError
from mlpviz.experiments.derived import CONSTRUCTED
from mlpviz.experiments.deriving import WIDEST, derive
from mlpviz.nn.compiled import loading
from mlpviz.nn.layout import frozen
from mlpviz.universality.minlink import limits

WIDTHS = (1, 2, 4, 16)


def test_the_shown_width_comes_first_then_the_limits_then_all_from_narrow_to_wide() -> None:
    function = preset("sine")
    found = list(derive(function, "relu", WIDTHS, 4))
    assert [(point.width, point.method) for point in found[0].points] == [(4, CONSTRUCTED)]
    assert [width for width, _ in found[1].limits] == list(WIDTHS)
    np.testing.assert_array_equal([limit for _, limit in found[1].limits], limits(smoothed(function), WIDTHS))
    seen = [len(update.points) for update in found]
    assert seen == sorted(seen)
    last = found[-1]
    assert last.complete
    assert not any(update.complete for update in found[:-1])
    built = [point for point in last.points if point.method == CONSTRUCTED]
    assert sorted(point.width for point in built) == list(WIDTHS)
    assert len(last.every) == (WIDEST + 1 if loading.loaded() else 0)
    assert last.limit(4) == limits(smoothed(function), (4,))[0]
    between = last.limit(5)  # a width beside those asked for
    assert between == (limits(smoothed(function), (5,))[0] if loading.loaded() else None)
    assert last.limit(WIDEST + 1) is None
    for point in built:
        assert point.sup >= last.limit(point.width) * (1 - 1e-9)


def test_simple_nets_do_not_wait_for_nets_that_are_searched_for() -> None:
    for update in derive(preset("sine"), "tanh", WIDTHS, 4):
        built = [point.width for point in update.points if point.method == CONSTRUCTED]
        if len(built) > 1:
            there = {point.width for point in update.points if point.method == "square"}
            assert there == set(WIDTHS)
            break
    assert built == [4, 1]


def test_a_width_beside_those_of_the_sweep_is_built_too_and_too_wide_ones_are_not() -> None:
    *_, last = derive(preset("bump"), "relu", (2, 1024), 23)
    assert {point.width for point in last.points if point.method == CONSTRUCTED} == {2, 23}
    assert dict(last.limits)[1024] == 0


def test_asked_to_stop_it_ends_soon() -> None:
    assert len(list(derive(preset("sine"), "relu", WIDTHS, 4, stopping=lambda: True))) == 1


def test_a_range_without_room_is_refused_in_one_sentence() -> None:
    tiny = Drawn(frozen(1e-280 * grid()), 0.0)
    with pytest.raises(UserError, match="range of 1e-280 is beyond"):
        list(derive(tiny, "relu", WIDTHS, 4))
