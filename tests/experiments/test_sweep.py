"""The sweep of widths: errors that are exact, nets that depend on the document alone, resuming, cancelling."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.data.strokes import SAMPLES, Drawn, grid, preset, smoothed
from mlpviz.document.document import SweepPoint, SweepSpec
from mlpviz.errors import Diverged, UserError
from mlpviz.experiments import sweep as module
from mlpviz.experiments import trained as one
from mlpviz.experiments.control import Control
from mlpviz.experiments.sweep import missing, sweep, usual_jobs
from mlpviz.experiments.trained import Net, SweepUpdate, gd_rate
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.spec import Network
from mlpviz.nn.trainer import Trainer
from mlpviz.universality.errors import abscissae, curve, errors, kinks
from mlpviz.universality.target import sweep_network
from tests.optional import INSTALLED

QUICK = SweepSpec(widths=(1, 2, 4), methods=("adam",), seeds=1, steps=150)
G = preset("hills")


def theta(network: Network, u: object, c: object, a: object, b: float) -> Array:
    """θ of a 1-W-1 network from its parts."""
    values = np.empty(network.size)
    (U, biases), (w, out) = layout(network.sizes).weights(values)
    U[:, 0], biases[:], w[0], out[0] = u, c, a, b
    return frozen(values)


def drawn(samples: object) -> Drawn:
    return Drawn(frozen(np.array(samples, dtype=float)), 0.0)


def points(function: Drawn, spec: SweepSpec, done: tuple[SweepPoint, ...] = ()) -> list[SweepPoint]:
    return [update.point for update in sweep(function, spec, done) if update.point is not None]


def same(a: SweepPoint, b: SweepPoint) -> bool:
    return a.theta.tobytes() == b.theta.tobytes() and (a.width, a.sup, a.rms) == (b.width, b.sup, b.rms)


# ---- errors


def test_kinks_by_hand() -> None:
    network = sweep_network(4, "relu")
    place, height, slope = kinks(network, theta(network, [2, -4, 0, 1], [-1, 1, 3, 5], [3, -0.5, 2, 1], 7))
    assert place[[0, 1, 3]].tolist() == [0.5, 0.25, -5]
    assert np.isnan(place[2])
    assert height.tolist() == [6, -2, 0, 1]
    assert slope.tolist() == [2, -4, 0, 1]


@pytest.mark.filterwarnings("error")
def test_kinks_of_extreme_units_are_no_trouble() -> None:
    network = sweep_network(3, "relu")
    extreme = theta(network, [5e-324, -1e-300, 0.0], [1.0, 1e300, 0.0], [1.0, 1.0, 1.0], 0.0)
    assert len(abscissae(network, extreme)) == SAMPLES
    assert len(kinks(network, extreme)[0]) == 3


def test_the_error_of_a_net_that_is_g() -> None:
    # 2·max(0, x − k/511) for a k among the samples: the polyline through the samples is the net.
    network = sweep_network(1, "relu")
    k = 200
    found = errors(network, theta(network, 1.0, -k / 511, 2.0, 0.25), 2 * np.maximum(0, grid() - k / 511) + 0.25)
    assert max(found) < 1e-15


def test_the_largest_error_may_be_at_a_kink_between_samples() -> None:
    # g = 0; the net is a hat of height 1 that fits between two samples.
    network = sweep_network(3, "relu")
    left, middle, right = 100.2 / 511, 100.5 / 511, 100.8 / 511
    slope = 1 / (middle - left)
    hat = theta(network, 1.0, [-left, -middle, -right], [slope, -2 * slope, slope], 0.0)
    sup, rms = errors(network, hat, np.zeros(SAMPLES))
    assert sup == pytest.approx(1.0, abs=1e-9)
    assert rms < 1e-9


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "identity"])
@given(seed=st.integers(0, 500), width=st.sampled_from([1, 3, 17]))
def test_no_point_is_worse_than_the_largest_error(activation: str, seed: int, width: int) -> None:
    network = sweep_network(width, activation)
    values = initial(network.sizes, (activation, "identity"), "uniform", seed) * 4
    g = smoothed(preset("saw"))
    sup, rms = errors(network, values, g)
    x = np.random.default_rng(seed).uniform(size=3000)
    apart = np.abs(curve(network, values, x) - np.interp(x, grid(), g))
    # Exact for what is linear between kinks; else to what a curve does between 4089 points.
    assert apart.max() <= sup + (1e-12 if activation in ("relu", "identity") else 1e-3)
    assert rms == pytest.approx(np.sqrt(np.mean((curve(network, values, grid()) - g) ** 2)), rel=1e-12)
    assert rms <= sup


@pytest.mark.parametrize("scale", [1e200, 1.0, 1e-200])
def test_errors_at_any_scale(scale: float) -> None:
    network = sweep_network(1, "relu")
    found = errors(network, theta(network, 0.0, 0.0, 0.0, 0.0), np.full(SAMPLES, scale))
    assert found == pytest.approx((scale, scale), rel=1e-12)
    assert errors(network, theta(network, 0.0, 0.0, 0.0, scale), np.full(SAMPLES, scale)) == (0.0, 0.0)


# ---- the sweep


@pytest.mark.parametrize("method", ["adam", "gd"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_every_width_is_trained_and_measured(activation: str, method: str) -> None:
    spec = replace(QUICK, activation=activation, methods=(method,))
    g, found = smoothed(G), points(G, spec)
    assert [point.width for point in found] == [1, 2, 4]
    for point in found:
        network = sweep_network(point.width, activation)
        assert (point.sup, point.rms) == errors(network, point.theta, g)
        assert not point.theta.flags.writeable
        assert (point.activation, point.method, point.seed) == (activation, method, 0)
        assert point.seconds > 0
        start = initial(network.sizes, (activation, "identity"), "uniform", 0)
        half = np.ptp(g) / 2
        before = np.sqrt(np.mean(((g - g.min() - half) / half - curve(network, start, grid())) ** 2)) * half
        assert point.rms < before


def test_a_sweep_depends_on_its_arguments_alone() -> None:
    first, again = points(G, QUICK), points(G, QUICK)
    assert all(map(same, first, again))
    other = points(G, replace(QUICK, seed=1))
    assert not any(map(same, first, other))


@pytest.mark.parametrize("jobs", [1, 3])
def test_slices_and_reports_do_not_change_the_numbers(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = points(G, QUICK)
    monkeypatch.setattr(one, "SLICE_SECONDS", 0.0)
    updates = list(sweep(G, QUICK, jobs=jobs))
    assert len(updates) > len(QUICK.widths) or jobs > 1
    assert all(map(same, first, [update.point for update in updates if update.point]))
    for update in updates:
        assert 0 < update.fraction <= 1
        assert (update.fraction == 1) == (update.point is not None)
        assert not update.theta.flags.writeable
        assert (update.sup, update.rms) == errors(
            sweep_network(update.net.width, QUICK.activation), update.theta, smoothed(G)
        )


def test_a_sweep_goes_on_where_it_was_left() -> None:
    whole = points(G, QUICK)
    rest = points(G, QUICK, (whole[1],))
    assert [point.width for point in rest] == [1, 4]
    assert same(rest[0], whole[0])
    assert same(rest[1], whole[2])
    assert points(G, QUICK, tuple(whole)) == []
    assert len(points(G, replace(QUICK, methods=("gd",)), tuple(whole))) == 3
    assert [point.width for point in points(G, replace(QUICK, widths=(2, 2, 1), methods=("gd", "gd")))] == [2, 1]


def test_a_sweep_can_be_cancelled() -> None:
    control = Control()
    job = sweep(G, replace(QUICK, widths=(64, 128), steps=100_000), control=control)
    assert next(job).point is None
    control.stop()
    assert list(job) == []
    assert list(sweep(G, QUICK, control=control)) == []


def test_closing_a_sweep_ends_its_threads() -> None:
    job = sweep(G, replace(QUICK, widths=(64, 128, 256), steps=1_000_000), jobs=2)
    assert isinstance(job, Generator)
    assert next(job).point is None
    assert len(pool_threads()) == (2 if "compiled" in INSTALLED else 0)
    job.close()
    assert pool_threads() == []


def test_wide_nets_get_fewer_updates() -> None:
    assert [Net("relu", width, "adam", 0, 8000).updates for width in (1, 64, 256)] == [8000, 8000, 4000]
    assert Net("relu", 1024, "adam", 0, 1).updates == 1


# ---- several nets at once


def pool_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("pool")]


@pytest.mark.parametrize("method", ["adam", "gd"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "formula:t*exp(-t^2)"])
def test_how_many_are_trained_at_once_changes_no_bit(activation: str, method: str) -> None:
    spec = SweepSpec(activation, (1, 2, 5, 33, 300), (method,), 1, seed=3, steps=200)
    wanted = [update.point for update in sweep(G, spec, jobs=1) if update.point]
    for jobs in (2, 5, 64):
        found = [update.point for update in sweep(G, spec, jobs=jobs) if update.point]
        assert all(map(same, wanted, found))
        assert len(found) == len(wanted)


@pytest.mark.parametrize("jobs", [1, 3])
def test_points_come_by_width_then_method_then_seed(jobs: int) -> None:
    spec = replace(QUICK, widths=(1, 4), methods=("gd", "adam"), seeds=2, seed=7)
    found = [update.point for update in sweep(G, spec, jobs=jobs) if update.point]
    assert [(point.width, point.method, point.seed) for point in found] == [
        (width, method, seed) for width in (1, 4) for method in ("gd", "adam") for seed in (7, 8)
    ]
    for point in found:
        alone = replace(QUICK, widths=(point.width,), methods=(point.method,), seed=point.seed)
        assert same(point, points(G, alone)[0])
    rest = missing(spec, found[:3])
    assert [(net.width, net.method, net.seed) for net in rest] == [
        (1, "adam", 8), (4, "gd", 7), (4, "gd", 8), (4, "adam", 7), (4, "adam", 8)
    ]  # fmt: skip


def test_numpy_trains_on_the_thread_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    make, trained_on = one.make_trainer, set()

    def noted(*arguments: Any) -> Trainer:
        trained_on.add(threading.current_thread())
        return make(*arguments, backend="numpy")

    monkeypatch.setattr(one, "make_trainer", noted)
    monkeypatch.setattr(module, "chosen_backend", lambda config: "numpy")
    assert len(list(sweep(G, QUICK, jobs=2))) >= len(QUICK.widths)
    assert trained_on == {threading.current_thread()}


def test_a_kernel_that_comes_late_takes_over_the_nets_that_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["numpy", "compiled"])
    monkeypatch.setattr(module, "chosen_backend", lambda config: next(answers))
    make, trained_on = one.make_trainer, []

    def noted(*arguments: Any) -> Trainer:
        trained_on.append(threading.current_thread())
        return make(*arguments)

    monkeypatch.setattr(one, "make_trainer", noted)
    assert [point.width for point in points(G, QUICK)] == [1, 2, 4]
    assert trained_on[0] is threading.current_thread()
    assert threading.current_thread() not in trained_on[1:]


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_nets_before_one_that_diverges_are_reported(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    make = one.make_trainer

    def fragile(network: Network, *arguments: Any) -> Trainer:
        if network.hidden[0].width == 4:
            raise Diverged(1, "L")
        return make(network, *arguments)

    monkeypatch.setattr(one, "make_trainer", fragile)
    seen: list[SweepUpdate] = []
    with pytest.raises(Diverged):
        seen.extend(sweep(G, replace(QUICK, widths=(1, 2, 4, 8, 16)), jobs=jobs))
    assert [update.net.width for update in seen if update.point is not None] == [1, 2]
    assert pool_threads() == []


def test_as_many_at_once_as_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for number in (1, 2, 3, 4, 5, 64):
        monkeypatch.setattr(module, "cores", lambda number=number: number)
        found[number] = usual_jobs()
    assert found == {1: 1, 2: 2, 3: 2, 4: 3, 5: 4, 64: 4}


@pytest.mark.parametrize("jobs", [0, -1, 65, True])
def test_an_odd_number_at_once_is_refused(jobs: int) -> None:
    with pytest.raises(UserError, match="number of nets trained at once"):
        next(sweep(G, QUICK, jobs=jobs))


# ---- scale of g


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("scale", "offset"), [(1e200, 0.0), (1e-200, 0.0), (2.0**40, 0.0), (1.0, 1e6)])
def test_any_range_is_trained_alike(scale: float, offset: float) -> None:
    plain = points(G, QUICK)
    scaled = points(drawn(smoothed(G) * scale + offset), QUICK)
    for before, after in zip(plain, scaled, strict=True):
        assert after.rms / scale == pytest.approx(before.rms, rel=1e-4)
        assert after.sup / scale == pytest.approx(before.sup, rel=1e-4)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("level", [0.0, -7.5, 1e300])
def test_a_constant_is_trained(level: float) -> None:
    found = points(drawn(np.full(SAMPLES, level)), QUICK)
    assert all(np.isfinite([point.sup, point.rms]).all() for point in found)


@pytest.mark.parametrize("scale", [1e300, 1e-300, 5e-324])
def test_a_range_beyond_reason_is_refused(scale: float) -> None:
    with pytest.raises(UserError, match=r"range of .* is beyond what can be trained"):
        next(sweep(drawn(np.sign(grid() - 0.5) * scale), QUICK))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"methods": ("adam", "lbfgs")}, "Unknown method 'lbfgs'; there are adam, gd"),
        ({"activation": "step"}, "Unknown activation"),
        ({"widths": ()}, "at least one width"),
        ({"methods": ()}, "at least one method"),
        ({"seeds": 0}, "number of seeds"),
        ({"seeds": 2, "seed": 2**31 - 1}, "The seed must be a whole number"),
        ({"widths": (4, 10**9)}, "width of a hidden layer"),
        ({"widths": (0,)}, "width of a hidden layer"),
        ({"steps": 0}, "number of updates"),
        ({"seed": -1}, "seed"),
    ],
)
def test_odd_settings_are_refused_before_anything_is_trained(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        next(sweep(G, replace(QUICK, **changes)))  # type: ignore[arg-type]


# ---- gradient descent's rate


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("width", [1, 5, 300])
def test_the_rate_is_one_over_the_curvature(activation: str, width: int) -> None:
    network = sweep_network(width, activation)
    start = initial(network.sizes, (activation, "identity"), "uniform", 3)
    # J by central differences of ỹ.
    h = 1e-6
    J = np.stack(
        [
            (curve(network, start + h * e, grid()) - curve(network, start - h * e, grid())) / (2 * h)
            for e in np.eye(network.size)
        ]
    )
    expected = min(1.0, SAMPLES / np.linalg.norm(J, 2) ** 2)
    assert gd_rate(network, start) == pytest.approx(expected, rel=1e-3)


def test_a_net_that_diverges_starts_again_with_half_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rate above 1/8 is made to diverge in the first update."""
    spec, make, tried = replace(QUICK, widths=(8,), methods=("gd",), steps=300), one.make_trainer, []

    def fragile(network: Network, config: TrainingConfig, *arguments: Any, **others: Any) -> Trainer:
        trainer = make(network, config, *arguments, **others)
        tried.append(config.learning_rate)
        if config.learning_rate > limit:
            monkeypatch.setattr(trainer, "advance", diverge)
        return trainer

    def diverge(steps: int) -> None:
        raise Diverged(1, "L")

    limit = 0.125
    monkeypatch.setattr(one, "gd_rate", lambda network, start: limit)
    wanted = points(G, spec)
    monkeypatch.setattr(one, "make_trainer", fragile)
    monkeypatch.setattr(one, "gd_rate", lambda network, start: 1.0)
    assert all(map(same, wanted, points(G, spec)))
    assert tried == [1.0, 0.5, 0.25, 0.125]
    limit = 0.0
    with pytest.raises(Diverged):
        list(sweep(G, spec))
