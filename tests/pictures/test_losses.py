"""The loss curves' axes, whatever the losses are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.document.history import History
from mlpviz.pictures.losses import LossPicture, loss_picture


def picture(losses: list[float], log: bool) -> LossPicture:
    rows = np.array([[epoch, loss, np.nan, 1.0, np.nan] for epoch, loss in enumerate(losses)])
    return loss_picture(History(rows), log, 300)


@given(st.lists(st.floats(0, 1e305, allow_subnormal=True), min_size=1, max_size=40), st.booleans())
def test_every_loss_is_between_the_ends_of_the_axis(losses: list[float], log: bool) -> None:
    found = picture(losses, log)
    heights = found.train[:, 1]
    assert found.low < found.high
    assert (heights >= found.low - 1e-9).all()
    assert (heights <= found.high * (1 + 1e-9) + 1e-9).all()
    assert len(found.ticks) >= 1


@pytest.mark.parametrize("smallest", [3e-28, 1e-13, 2e-5])
def test_a_tiny_loss_is_drawn_where_it_is(smallest: float) -> None:
    found = picture([1.0, 1e-3, smallest], True)
    assert found.train[-1, 1] == pytest.approx(np.log10(smallest))


def test_a_loss_of_zero_is_drawn_below_all_others() -> None:
    found = picture([1.0, 0.5, 0.0], True)
    assert found.train[-1, 1] == pytest.approx(np.log10(0.05))
    assert found.low <= found.train[-1, 1]


@pytest.mark.parametrize("losses", [[0.0], [0.0, 0.0], [1.0, 0.5, 0.0], [3e4, 1e-9, 0.0, 0.0], [2.0, 1e-320]])
def test_the_lower_end_is_labelled_zero_where_a_loss_is_zero(losses: list[float]) -> None:
    found = picture(losses, True)
    assert found.train[-1, 1] == pytest.approx(found.low)
    assert found.ticks[0] == (found.low, "0")
    others = [height for height, label in found.ticks[1:]]
    assert all(label != "0" for _, label in found.ticks[1:])
    assert others
    assert min(others) - found.low > 0.05 * (found.high - found.low)
    for height, label in found.ticks[1:]:
        if "·" not in label and "10" not in label:
            assert float(label.replace(",", "")) == pytest.approx(10**height)


def test_without_a_zero_no_label_says_so() -> None:
    assert all(label != "0" for _, label in picture([1.0, 0.3, 1e-7], True).ticks)
