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
