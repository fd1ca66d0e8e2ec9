"""Curves for the screen, against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpviz.document.history import History
from mlpviz.pictures.curves import axis_end, decimate, smooth
from mlpviz.pictures.losses import loss_picture
from mlpviz.pictures.ticks import linear_ticks

number = st.floats(-1e6, 1e6, allow_nan=False)
values = st.lists(st.one_of(number, st.just(float("nan"))), min_size=1, max_size=400)


@given(values, st.integers(1, 40), st.integers(0, 1000))
@settings(max_examples=300, deadline=None)
def test_decimation_keeps_the_extremes_of_every_column(y_list: list[float], columns: int, seed: int) -> None:
    y = np.array(y_list)
    x = np.sort(np.random.default_rng(seed).uniform(0, 100, len(y)))
    dx, dy = decimate(x, y, columns)
    assert len(dx) <= max(2 * columns + 2, len(x) if len(x) < 3 else 0)
    assert dx[0] == x[0]
    assert dx[-1] == x[-1]
    assert (np.diff(dx) >= 0).all()
    pairs = {(a, b) for a, b in zip(x, y, strict=True) if b == b}
    assert all((a, b) in pairs for a, b in zip(dx, dy, strict=True) if b == b), "points are made up"
    part = np.clip(np.searchsorted(np.linspace(x[0], x[-1], columns + 1), x, side="right") - 1, 0, columns - 1)
    kept = np.clip(np.searchsorted(np.linspace(x[0], x[-1], columns + 1), dx, side="right") - 1, 0, columns - 1)
    for column in np.unique(part):
        known = y[(part == column) & ~np.isnan(y)]
        if len(known):
            shown = dy[(kept == column) & ~np.isnan(dy)]
            assert shown.min() == known.min()
            assert shown.max() == known.max()


def test_one_spike_among_many_epochs_stays() -> None:
    y = np.zeros(100_000)
    y[54_321] = 7.0
    x, shown = decimate(np.arange(100_000.0), y, 250)
    assert len(x) <= 502
    assert x[shown.argmax()] == 54_321
    assert shown.max() == 7.0


@given(st.lists(number, min_size=3, max_size=60), st.integers(0, 20), st.integers(0, 1000))
@settings(max_examples=100, deadline=None)
def test_smoothing_is_the_mean_of_the_points_around(y_list: list[float], width: int, seed: int) -> None:
    y = np.array(y_list)
    # Every second time all epochs are there, else the history has been thinned.
    x = np.cumsum(np.random.default_rng(seed).integers(1, 2 + 2 * (seed % 2), len(y))).astype(float)
    found = smooth(x, y, width)
    for index in range(len(y)):
        reach = min(width / 2, x[index] - x[0], x[-1] - x[index])
        expected = y[np.abs(x - x[index]) <= reach].mean()
        assert found[index] == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert found[0] == pytest.approx(y[0])
    assert found[-1] == pytest.approx(y[-1], abs=1e-6)


def test_the_epoch_axis_grows_in_steps() -> None:
    ends = [axis_end(value) for value in range(20_000)]
    assert sorted(set(ends)) == [10, 25, 50, 125, 250, 500, 1250, 2500, 5000, 12500, 25000]
    assert all(end >= value for value, end in enumerate(ends))
    assert ends == sorted(ends)


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5), st.integers(3, 9))
def test_ticks_are_few_round_and_inside(low: float, span: float, most: int) -> None:
    high = low + span
    if high <= low:
        return
    ticks = linear_ticks(low, high, most)
    assert 1 < len(ticks) <= most
    slack = 1e-6 * span
    assert all(low - slack <= value <= high + slack for value, _ in ticks)
    assert np.allclose(np.diff([value for value, _ in ticks], n=2), 0, atol=slack + 1e-9 * abs(low))


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (-6, 6, ["−6", "−3", "0", "3", "6"]),
        (-0.5, 1.5, ["−0.5", "0", "0.5", "1.0", "1.5"]),
        (0, 1250, ["0", "250", "500", "750", "1,000", "1,250"]),
        (-1.16, 1.16, ["−1.0", "−0.5", "0", "0.5", "1.0"]),
    ],
)
def test_ticks_as_a_person_would_choose(low: float, high: float, labels: list[str]) -> None:
    assert [label for _, label in linear_ticks(low, high, 6)] == labels


def history(train: np.ndarray, test: np.ndarray | None = None) -> History:
    rows = np.full((len(train), 5), np.nan)
    rows[:, 0], rows[:, 1] = np.arange(len(train)), train
    if test is not None:
        rows[:, 2] = test
    return History(rows)


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("epochs", [1, 2, 60, 500, 4000])
def test_curves_lie_inside_their_axes(log: bool, epochs: int) -> None:
    rng = np.random.default_rng(epochs)
    train = np.exp(-np.linspace(0, 6, epochs)) * rng.uniform(0.8, 1.2, epochs)
    picture = loss_picture(history(train, 1.5 * train), log, 200)
    for name in ("train", "test", "raw_train", "raw_test"):
        curve = getattr(picture, name)
        assert len(curve) <= 402
        if len(curve):
            assert picture.low <= curve[:, 1].min()
            assert curve[:, 1].max() <= picture.high
            assert curve[:, 0].max() <= picture.end
    shown = np.log10(train) if log else train
    behind = picture.raw_train if picture.window > 1 else picture.train
    assert behind[:, 1].min() == shown.min()
    assert behind[:, 1].max() == shown.max()
    assert picture.last_train == train[-1]
    assert 2 <= len(picture.ticks) <= 6
    assert all(picture.low - 1e-9 <= at <= picture.high + 1e-9 for at, _ in picture.ticks)


def test_no_test_rows_no_test_curve() -> None:
    picture = loss_picture(history(np.linspace(1, 0.5, 20)), True, 200)
    assert len(picture.test) == 0
    assert np.isnan(picture.last_test)
    assert len(picture.train) == 20


def test_an_empty_history_still_has_axes() -> None:
    picture = loss_picture(History.empty(), True, 200)
    assert len(picture.train) == 0
    assert picture.low < picture.high
    assert picture.end == 10


def test_a_loss_of_zero_is_shown_on_a_logarithmic_axis() -> None:
    picture = loss_picture(history(np.array([1.0, 1e-5, 0.0])), True, 200)
    assert np.isfinite(picture.train).all()
    assert picture.low <= picture.train[:, 1].min()


def test_axes_do_not_move_while_nothing_new_is_reached() -> None:
    rng = np.random.default_rng(1)
    losses = 0.3 + 0.01 * rng.random(1100)
    frames = {
        (p.end, p.low, p.high) for n in range(510, 1100, 7) for p in [loss_picture(history(losses[:n]), True, 200)]
    }
    assert len(frames) == 1
