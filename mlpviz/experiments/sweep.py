"""Networks of growing width trained towards a drawn function, as a generator of frozen updates."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from mlpviz.data.strokes import Drawn, grid, smoothed
from mlpviz.document.document import SweepPoint, SweepSpec
from mlpviz.errors import Diverged, UserError, check_choice, check_whole
from mlpviz.experiments.control import Control
from mlpviz.experiments.pool import Task, cores, parallel
from mlpviz.nn.activations import activation_named
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import MAX_SEED, TrainingConfig
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.nn.trainer import Trainer, chosen_backend, make_trainer
from mlpviz.universality.errors import errors
from mlpviz.universality.target import Target, in_units_of_g, sweep_network, target_of

METHODS = {"adam": "Adam", "gd": "gradient descent"}
INIT = "uniform"
SLICE_SECONDS = 0.03
ADAM_RATE = 0.01
MAX_GD_RATE = 1.0
MAX_HALVINGS = 20
MAX_STEPS = 10_000_000
# More at once hardly help the widest net, which alone takes a third of the time.
MOST_THREADS = 4
MOST_JOBS = 64
# What an update costs beside its hidden units, in units.
COST_OF_NONE = 2


@dataclass(frozen=True, eq=False, slots=True)
class SweepUpdate:
    """How far the net of one width is.

    Attributes:
        spec: the settings it is trained with. width: W. fraction: of its updates made, 0 … 1.
        theta: a read-only copy of its θ, in units of g.
        sup, rms: its errors now, in units of g.
        point: the finished net; None while it is under way.
    """

    spec: SweepSpec
    width: int
    fraction: float
    theta: Array
    sup: float
    rms: float
    point: SweepPoint | None


def budget(spec: SweepSpec, width: int) -> int:
    """Updates for one net: the sweep's `steps`, fewer for wide nets, whose updates cost more."""
    return max(1, int(spec.steps * min(1.0, (64 / width) ** 0.5)))


def usual_jobs() -> int:
    """How many nets are trained at once where the kernel leaves the interpreter alone.

    Two cores are both used; of more, one is left to the window.
    """
    return min(MOST_THREADS, cores(), max(2, cores() - 1))


def sweep(
    function: Drawn,
    spec: SweepSpec,
    done: Sequence[SweepPoint] = (),
    control: Control | None = None,
    jobs: int | None = None,
) -> Iterator[SweepUpdate]:
    """Train one 1-W-1 net for each width that `done` lacks, full batch on the samples of g.

    g is trained on centred and divided by half its range, and that is folded into the output layer afterwards, so that
    the same rate suits every g. The net reported is the last one, whatever its error. Adam's η is 0.01; gradient
    descent's is `gd_rate`. A net that diverges starts again with half its rate.

    The compiled kernel trains several nets at once, NumPy one after another: it needs the interpreter all the time.
    Points come in the order of the widths, and nothing in them but their `seconds` depends on how many are trained at
    once; updates of nets under way come in any order.

    Args:
        function: g as drawn.
        spec: widths, activation, method, seed, steps.
        done: nets of the same function and steps, which are left out; the rest is what it would have been with them.
        control: ends the sweep when it is asked to stop; a net under way is then not reported as done.
        jobs: nets that the compiled kernel trains at once, 1 to 64; None: `usual_jobs()`.

    Raises:
        UserError: before anything is trained, for settings or a function that cannot be used.
        Diverged: when no rate keeps a net finite; those before it have been reported.
    """
    return sweeps(function, (spec,), done, control, jobs)


def sweeps(
    function: Drawn,
    specs: Sequence[SweepSpec],
    done: Sequence[SweepPoint] = (),
    control: Control | None = None,
    jobs: int | None = None,
) -> Iterator[SweepUpdate]:
    """Several sweeps towards the same g, the points in the order of the specs and their widths. See `sweep`."""
    for spec in specs:
        _check(spec)
    check_whole(jobs if jobs is not None else 1, 1, MOST_JOBS, "The number of nets trained at once")
    at_once = jobs or usual_jobs()
    target, stop = target_of(smoothed(function)), control or Control()
    nets = _missing(specs, done)

    def stopping() -> bool:
        return stop.stopping

    for index, (spec, width) in enumerate(nets):
        if stopping():
            return
        # Asked before every net: the kernel may come while NumPy trains.
        if at_once > 1 and index + 1 < len(nets) and chosen_backend(_config(spec, ADAM_RATE)) == "compiled":
            threads = min(at_once, len(nets) - index)
            tasks = [
                Task(cost(spec, width), partial(_one, target, spec, width, threads)) for spec, width in nets[index:]
            ]
            yield from parallel(tasks, threads, stopping)
            return
        yield from _one(target, spec, width, 1, stopping)


def cost(spec: SweepSpec, width: int) -> float:
    """About how long a net takes, in updates of one hidden unit."""
    return float(budget(spec, width) * (width + COST_OF_NONE))


def _missing(specs: Sequence[SweepSpec], done: Sequence[SweepPoint]) -> list[tuple[SweepSpec, int]]:
    """The nets that are not done, each once."""
    finished = {(point.activation, point.width, point.method, point.seed) for point in done}
    nets = []
    for spec in specs:
        for width in spec.widths:
            net = (spec.activation, width, spec.method, spec.seed)
            if net not in finished:
                finished.add(net)
                nets.append((spec, width))
    return nets


def _check(spec: SweepSpec) -> None:
    check_choice(spec.method, METHODS, "method")
    check_whole(spec.steps, 1, MAX_STEPS, "The number of updates for each net of a sweep")
    check_whole(spec.seed, 0, MAX_SEED, "The seed")
    if not spec.widths:
        raise UserError("A sweep needs at least one width.")
    for width in spec.widths:
        sweep_network(width, spec.activation)


def gd_rate(network: Network, theta: Array) -> float:
    """η of plain gradient descent: 1/λ, at most 1, λ being the loss's sharpest curvature at the start.

    λ is the largest eigenvalue of JᵀJ/n, J = ∂ỹ/∂θ on the n samples of a 1-W-1 network: where the error is small, and
    along the steepest direction, the Hessian of the squared loss. Steps beyond 2/λ overshoot.
    """
    (u, c), (a, _) = layout(network.sizes).weights(theta)
    x, row = grid(), activation_named(network.hidden[0].activation)
    z = u * x + c[:, None]
    through = row.derivative(z) * a.T
    J = np.concatenate([through * x, through, row(z), np.ones((1, len(x)))])
    small = J @ J.T if len(J) < len(x) else J.T @ J
    return float(min(MAX_GD_RATE, 1.0 / (np.linalg.eigvalsh(small / len(x))[-1])))


def _one(
    target: Target, spec: SweepSpec, width: int, threads: int, stopping: Callable[[], bool]
) -> Iterator[SweepUpdate]:
    """Train one net, one of so many at once: together they report no more often than one alone."""
    network, began, total = sweep_network(width, spec.activation), time.perf_counter(), budget(spec, width)
    theta = initial(network.sizes, (spec.activation, "identity"), INIT, spec.seed)
    rate = ADAM_RATE if spec.method == "adam" else gd_rate(network, theta)
    trainer = _trainer(network, theta, target.unit, rate, spec)
    chunk, halvings, patience, waited = 8, 0, threads * SLICE_SECONDS, 0.0
    reported = began
    while True:
        at = time.perf_counter()
        try:
            trainer.advance(min(chunk, total - trainer.step))
        except Diverged:
            halvings += 1
            if halvings > MAX_HALVINGS:
                raise
            rate /= 2
            trainer = _trainer(network, theta, target.unit, rate, spec)
            continue
        now = time.perf_counter()
        # Chunks and reports change what is seen, never what is computed.
        chunk = chunk * 2 if now - at < SLICE_SECONDS / 2 else max(1, chunk * 3 // 4)
        finished = trainer.step >= total
        if stopping() and not finished:
            return
        if now - reported < patience and not finished:
            continue
        found = in_units_of_g(network, trainer.theta, target)
        sup, rms = errors(network, found, target.g)
        # A report must not cost more than a sixth of the time; it holds the interpreter, which others need.
        patience = threads * max(SLICE_SECONDS, 5 * (time.perf_counter() - now))
        point = None
        if finished:
            seconds = time.perf_counter() - began - waited
            point = SweepPoint(spec.activation, width, spec.method, spec.seed, sup, rms, seconds, found)
        before = time.perf_counter()
        yield SweepUpdate(spec, width, trainer.step / total, found, sup, rms, point)
        reported = time.perf_counter()
        waited += reported - before
        if finished:
            return


def _config(spec: SweepSpec, rate: float) -> TrainingConfig:
    optimizer = "adam" if spec.method == "adam" else "sgd"
    return TrainingConfig(optimizer, rate, None, shuffle=False, init=INIT, seed=spec.seed)


def _trainer(network: Network, theta: Array, y: Array, rate: float, spec: SweepSpec) -> Trainer:
    examples = Examples.whole(grid()[:, None], y[:, None])
    return make_trainer(network, _config(spec, rate), examples, Start(theta, {}))
