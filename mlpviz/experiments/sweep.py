"""Networks of growing width trained towards a drawn function, as a generator of frozen updates."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mlpviz.data.strokes import Drawn, grid, smoothed
from mlpviz.document.document import SweepPoint, SweepSpec
from mlpviz.errors import Diverged, UserError, check_choice
from mlpviz.experiments.control import Control
from mlpviz.experiments.errors import errors
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.spec import Hidden, Network
from mlpviz.nn.trainer import Trainer, make_trainer

METHODS = {"adam": "Adam", "gd": "gradient descent"}
SLICE_SECONDS = 0.03
RATES = {"adam": 0.01, "gd": 0.1}
MAX_HALVINGS = 20
SMALLEST, LARGEST = 1e-290, 1e290


@dataclass(frozen=True, eq=False, slots=True)
class SweepUpdate:
    """How far the net of one width is.

    Attributes:
        width: W. fraction: of its updates made, 0 … 1.
        theta: a read-only copy of its θ, in units of g.
        sup, rms: its errors now, in units of g.
        point: the finished net; None while it is under way.
    """

    width: int
    fraction: float
    theta: Array
    sup: float
    rms: float
    point: SweepPoint | None


def sweep_network(width: int, activation: str) -> Network:
    """The 1-W-1 network of a sweep."""
    return Network(inputs=1, hidden=(Hidden(width, activation),), outputs=1, loss="squared", input_names=("x",))


def budget(spec: SweepSpec, width: int) -> int:
    """Updates for one net: the sweep's `steps`, fewer for wide nets, whose updates cost more."""
    return max(1, int(spec.steps * min(1.0, (64 / width) ** 0.5)))


def sweep(
    function: Drawn, spec: SweepSpec, done: Sequence[SweepPoint] = (), control: Control | None = None
) -> Iterator[SweepUpdate]:
    """Train one 1-W-1 net for each width that `done` lacks, narrow ones first, full batch on the samples of g.

    g is trained on centred and divided by half its range, and that is folded into the output layer afterwards, so that
    the same rate suits every g. The net reported is the last one, whatever its error. Gradient descent that diverges
    starts again with half its rate. Cancelled nets are not reported as done.

    Args:
        function: g as drawn. spec: widths, activation, method, seed, steps. done: nets to leave out. control: cancels.
    """
    check_choice(spec.method, METHODS, "method")
    g = smoothed(function)
    middle, half = float(np.max(g)) / 2 + float(np.min(g)) / 2, float(np.max(g)) / 2 - float(np.min(g)) / 2
    if half and not SMALLEST < half < LARGEST:
        raise UserError(f"The function's range of {2 * half:.3g} is beyond what can be trained; scale it towards 1.")
    control = control or Control()
    finished = {(point.activation, point.width, point.method, point.seed) for point in done}
    for width in spec.widths:
        if (spec.activation, width, spec.method, spec.seed) not in finished:
            yield from _one(g, middle, half or 1.0, width, spec, control)
        if control.stopping:
            return


def _one(g: Array, middle: float, half: float, width: int, spec: SweepSpec, control: Control) -> Iterator[SweepUpdate]:
    network, began, total = sweep_network(width, spec.activation), time.perf_counter(), budget(spec, width)
    rate = RATES[spec.method]
    trainer = _trainer(network, (g - middle) / half, rate, spec)
    chunk, halvings, patience = 8, 0, SLICE_SECONDS
    reported = time.perf_counter()
    while True:
        at = time.perf_counter()
        try:
            trainer.advance(min(chunk, total - trainer.step))
        except Diverged:
            halvings += 1
            if halvings > MAX_HALVINGS:
                raise
            rate /= 2
            trainer = _trainer(network, (g - middle) / half, rate, spec)
            continue
        now = time.perf_counter()
        # Chunks and reports change what is seen, never what is computed.
        chunk = chunk * 2 if now - at < SLICE_SECONDS / 2 else max(1, chunk * 3 // 4)
        finished = trainer.step >= total
        if control.stopping and not finished:
            return
        if now - reported < patience and not finished:
            continue
        theta = _in_units_of_g(network, trainer.theta, middle, half)
        sup, rms = errors(network, theta, g)
        if finished:
            seconds = time.perf_counter() - began
            point = SweepPoint(spec.activation, width, spec.method, spec.seed, sup, rms, seconds, theta)
            yield SweepUpdate(width, 1.0, theta, sup, rms, point)
            return
        yield SweepUpdate(width, trainer.step / total, theta, sup, rms, None)
        reported = time.perf_counter()
        # A report must not cost more than a sixth of the time.
        patience = max(SLICE_SECONDS, 5 * (reported - now))


def _trainer(network: Network, target: Array, rate: float, spec: SweepSpec) -> Trainer:
    optimizer = "adam" if spec.method == "adam" else "sgd"
    config = TrainingConfig(optimizer, rate, None, shuffle=False, init="uniform", seed=spec.seed)
    activations = (*(layer.activation for layer in network.hidden), "identity")
    theta = initial(network.sizes, activations, config.init, config.seed)
    return make_trainer(network, config, grid()[:, None], target[:, None], theta=theta)


def _in_units_of_g(network: Network, theta: Array, middle: float, half: float) -> Array:
    result = theta.copy()
    _, (a, b) = layout(network.sizes).weights(result)
    a *= half
    b *= half
    b += middle
    return frozen(result)
