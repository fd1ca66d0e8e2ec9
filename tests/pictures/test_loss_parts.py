"""The validation curve and η_t in the loss picture."""

from __future__ import annotations

import numpy as np

from mlpviz.document.history import COLUMNS, History
from mlpviz.nn.layout import frozen
from mlpviz.pictures.losses import loss_picture


def history(**columns: object) -> History:
    rows = np.full((41, len(COLUMNS)), np.nan)
    rows[:, 0] = np.arange(41)
    rows[:, 1] = 1.0
    for name, values in columns.items():
        rows[:, COLUMNS.index(name)] = values
    return History(frozen(rows))


def test_validation_is_a_curve_of_its_own_where_there_is_one() -> None:
    assert len(loss_picture(history(), True, 200).validation) == 0
    losses = np.linspace(2, 0.1, 41)
    picture = loss_picture(history(validation_loss=losses), False, 200)
    assert np.allclose(picture.validation[:, 1], losses)
    assert picture.last_validation == 0.1
    assert picture.high >= 2


def test_a_constant_rate_is_not_drawn_and_a_changing_one_keeps_its_ends() -> None:
    assert len(loss_picture(history(learning_rate=0.1), True, 200).rate) == 0
    rates = 0.1 * 0.9 ** np.arange(41)
    rate = loss_picture(history(learning_rate=rates), True, 200).rate
    assert np.allclose(rate, np.stack([np.arange(41), rates], axis=1))
    assert len(loss_picture(history(learning_rate=rates), True, 5).rate) <= 12
