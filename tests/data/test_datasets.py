"""The data sets: shapes, determinism, streams that do not disturb each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.datasets import DATASETS
from mlpviz.data.realise import iris, realise
from mlpviz.data.spec import FUNCTION, MAX_CLASSES, TABLE, DataSpec
from mlpviz.data.strokes import preset, smoothed
from mlpviz.data.tables import from_arrays
from mlpviz.errors import UserError

NAMES = [name for name in DATASETS if name != TABLE]
MADE = [name for name in NAMES if DATASETS[name].make is not None and name != "xor"]


@pytest.mark.parametrize("name", NAMES)
def test_every_data_set_is_what_its_row_says(name: str) -> None:
    row, data = DATASETS[name], realise(DataSpec(name))
    assert data.X.dtype == data.y.dtype == np.float64
    assert len(data.X) == len(data.y)
    assert np.isfinite(data.X).all()
    assert data.task == row.task
    assert len(data.input_names) == data.inputs == len(row.input_names)
    assert len(data.target_names) == data.y.shape[1]
    assert data.domain.shape == (data.inputs, 2)
    assert (data.domain[:, 0] <= data.X).all()
    assert (data.domain[:, 1] >= data.X).all()
    if data.classes:
        assert set(np.unique(data.y)) == set(range(data.classes))
    for array in (data.X, data.y, data.train, data.test, data.domain, data.targets(data.default_loss)):
        assert not array.flags.writeable
    assert sorted([*data.train, *data.test]) == list(range(len(data.X)))


def test_xor_is_the_lecture_s() -> None:
    data = realise(DataSpec("xor", rows=77, noise=0.5, train_ratio=0.5, seed=9))
    assert data.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.targets("logistic").ravel().tolist() == [-1, 1, 1, -1]
    assert sorted(data.train) == [0, 1, 2, 3]
    assert len(data.test) == 0
    assert data.class_names == ("−1", "+1")


@pytest.mark.parametrize("classes", range(2, MAX_CLASSES + 1))
def test_gaussians_have_as_many_classes_as_asked_for(classes: int) -> None:
    data = realise(DataSpec("gaussians", classes=classes))
    assert data.classes == classes
    assert data.task == ("binary" if classes == 2 else "classes")
    assert data.targets("softmax").shape == (250, classes)
    assert (data.targets("softmax").sum(axis=1) == 1).all()


def test_iris_is_fisher_s() -> None:
    # Means from Fisher 1936, table II.
    table = iris()
    means = [table.X[table.y[:, 0] == k].mean(axis=0) for k in range(3)]
    np.testing.assert_allclose(
        means, [[5.006, 3.428, 1.462, 0.246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026]], atol=5e-4
    )
    assert table.class_names == ("setosa", "versicolor", "virginica")
    assert table.X[[34, 37]].tolist() == [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]]


def test_waves_and_plane_are_their_formulas_without_noise() -> None:
    waves, plane = realise(DataSpec("waves")), realise(DataSpec("plane"))
    x = waves.X[:, 0]
    assert np.array_equal(waves.y, np.stack([np.sin(x), 0.5 * np.cos(2 * x)], axis=1))
    assert np.array_equal(plane.y, plane.X.sum(axis=1, keepdims=True) / 12)


def test_the_drawn_function_is_its_samples() -> None:
    data = realise(DataSpec(FUNCTION), preset("saw"))
    assert np.array_equal(data.y[:, 0], smoothed(preset("saw")))
    assert data.X[0, 0] == 0
    assert data.X[-1, 0] == 1
    assert data.domain.tolist() == [[0, 1]]


@given(
    name=st.sampled_from(MADE),
    rows=st.integers(2, 60),
    more=st.integers(0, 60),
    noise=st.floats(0, 1),
    seed=st.integers(0, 1000),
)
def test_more_rows_keep_those_that_were_there(name: str, rows: int, more: int, noise: float, seed: int) -> None:
    few = realise(DataSpec(name, rows=rows, noise=noise, seed=seed))
    many = realise(DataSpec(name, rows=rows + more, noise=noise, seed=seed))
    assert np.array_equal(many.X[:rows], few.X)
    assert np.array_equal(many.y[:rows], few.y)
    order = np.concatenate([many.train, many.test])
    assert np.array_equal(order[order < rows], np.concatenate([few.train, few.test]))


@pytest.mark.parametrize("name", MADE)
def test_noise_moves_the_same_points_further(name: str) -> None:
    clean, some, more = (realise(DataSpec(name, noise=noise)) for noise in (0.0, 0.02, 0.04))
    assert np.array_equal(clean.train, more.train)
    step = np.hstack([some.X - clean.X, some.y - clean.y])
    double = np.hstack([more.X - clean.X, more.y - clean.y])
    assert np.abs(step).max() > 0
    # Twice the noise, twice the way, but for what met the edge of the picture.
    assert np.isclose(double, 2 * step).mean() > 0.9
    assert (np.abs(realise(DataSpec(name, noise=1.0)).X) <= 6).all()


@given(seed=st.integers(0, 10_000), low=st.floats(0.01, 1), high=st.floats(0.01, 1))
def test_another_ratio_only_moves_rows_across(seed: int, low: float, high: float) -> None:
    low, high = sorted((low, high))
    one, two = (realise(DataSpec(seed=seed, rows=50, train_ratio=ratio)) for ratio in (low, high))
    assert np.array_equal(one.X, two.X)
    assert np.array_equal(two.train[: len(one.train)], one.train)
    assert len(one.train) >= 1
    assert (len(two.test) == 0) == (high == 1.0)


def test_seeds_differ_and_repeat() -> None:
    a, b = realise(DataSpec(seed=1)), realise(DataSpec(seed=2))
    assert not np.array_equal(a.X, b.X)
    assert not np.array_equal(a.train, b.train)
    realise.cache_clear()
    again = realise(DataSpec(seed=1))
    assert again is not a
    assert np.array_equal(a.X, again.X)
    assert np.array_equal(a.train, again.train)
    assert realise(DataSpec(seed=1)) is again


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows": 1}, "number of rows"),
        ({"rows": 10**9}, "number of rows"),
        ({"rows": 2.5}, "number of rows"),
        ({"noise": 1.1}, "noise"),
        ({"noise": float("nan")}, "noise"),
        ({"classes": 7}, "number of classes"),
        ({"train_ratio": 0.0}, "training ratio"),
        ({"seed": -1}, "seed"),
        ({"name": "table"}, "needs a table"),
    ],
)
def test_odd_settings_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        replace(DataSpec(), **changes)  # type: ignore[arg-type]


def test_an_unknown_data_set_is_refused() -> None:
    with pytest.raises(UserError, match="Unknown data set 'mnist'; there are circle, xor"):
        realise(DataSpec("mnist"))


@given(
    st.lists(st.floats(-1e100, 1e100), min_size=2, max_size=6),
    st.sampled_from([0.0, 1e100, 5e-324, 1.0]),
)
def test_a_table_s_domain_holds_it_with_room(column: list[float], constant: float) -> None:
    X = np.stack([np.array(column), np.full(len(column), constant)], axis=1)
    table = from_arrays("t", X, np.linspace(0.1, 0.9, len(column)))
    data = realise(DataSpec(TABLE, table=table))
    assert (data.domain[:, 0] < X.min(axis=0)).all()
    assert (data.domain[:, 1] > X.max(axis=0)).all()
    assert np.isfinite(1 / np.ptp(data.domain, axis=1)).all()
