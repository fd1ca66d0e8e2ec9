"""One network of a sweep: how it is trained towards a drawn or painted function."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from mlpviz.data.strokes import SAMPLES
from mlpviz.document.document import METHODS, SweepPoint
from mlpviz.document.opening import ADAM_RATE, INIT, usual_training
from mlpviz.errors import Diverged, check_choice, check_whole
from mlpviz.experiments.grounds import GROUNDS
from mlpviz.nn.activations import activation_named
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import MAX_SEED, TrainingConfig
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.nn.trainer import Trainer, make_trainer
from mlpviz.universality.target import Target, in_units_of_g

SLICE_SECONDS = 0.03
MAX_GD_RATE = 1.0
MAX_HALVINGS = 20
MAX_STEPS = 10_000_000
# What an update costs beside its hidden units, in units.
COST_OF_NONE = 2


@dataclass(frozen=True, slots=True)
class Net:
    """A net to be trained: f, its width W, how, from which seed, the steps of its sweep, what trains it, its inputs."""

    activation: str
    width: int
    method: str
    seed: int
    steps: int
    backend: str = "auto"
    inputs: int = 1

    @property
    def key(self) -> tuple[str, int, str, int]:
        """Which net it is."""
        return self.activation, self.width, self.method, self.seed

    @property
    def updates(self) -> int:
        """Its budget: the sweep's steps, fewer for wide nets, whose updates cost more."""
        return max(1, int(self.steps * min(1.0, (64 / self.width) ** 0.5)))

    @property
    def cost(self) -> float:
        """About how long it takes, in updates of one hidden unit on SAMPLES samples."""
        return float(self.updates * (self.width + COST_OF_NONE)) * GROUNDS[self.inputs].count / SAMPLES

    @property
    def config(self) -> TrainingConfig:
        """What trains it, but for gradient descent's rate."""
        return usual_training(self.seed, "adam" if self.method == "adam" else "sgd")

    def check(self) -> None:
        """Raise UserError where it cannot be trained."""
        check_choice(self.method, METHODS, "method")
        check_whole(self.steps, 1, MAX_STEPS, "The number of updates for each net of a sweep")
        check_whole(self.seed, 0, MAX_SEED, "The seed")
        GROUNDS[self.inputs].network(self.width, self.activation)


@dataclass(frozen=True, eq=False, slots=True)
class SweepUpdate:
    """How far a net is.

    Attributes:
        net: which. fraction: of its updates made, 0 … 1.
        theta: a read-only copy of its θ, in units of g.
        sup, rms: its errors now, in units of g.
        point: the finished net; None while it is under way.
    """

    net: Net
    fraction: float
    theta: Array
    sup: float
    rms: float
    point: SweepPoint | None


def gd_rate(network: Network, theta: Array) -> float:
    """η of plain gradient descent: 1/λ, at most 1, λ being the loss's sharpest curvature at the start.

    λ is the largest eigenvalue of JᵀJ/n, J = ∂ỹ/∂θ on the n samples of a network with one hidden layer: where the error
    is small, and along the steepest direction, the Hessian of the squared loss. Steps beyond 2/λ overshoot.
    """
    (u, c), (a, _) = layout(network.sizes).weights(theta)
    x, row = GROUNDS[network.inputs].places().T, activation_named(network.hidden[0].activation)
    z = u @ x + c[:, None]
    through = row.derivative(z) * a.T
    J = np.concatenate([*(through * place for place in x), through, row(z), np.ones((1, x.shape[1]))])
    small = J @ J.T if len(J) < x.shape[1] else J.T @ J
    return float(min(MAX_GD_RATE, 1.0 / (np.linalg.eigvalsh(small / x.shape[1])[-1])))


def trained(target: Target, net: Net, threads: int, stopping: Callable[[], bool]) -> Iterator[SweepUpdate]:
    """Train one net, full batch, one of so many at once: together they report no more often than one alone.

    The last update has the finished net, unless `stopping()` was true before. Adam's η is 0.01, gradient descent's is
    `gd_rate`; a net that diverges starts again with half its rate.

    Raises Diverged when no rate keeps it finite.
    """
    ground, began, total = GROUNDS[net.inputs], time.perf_counter(), net.updates
    network = ground.network(net.width, net.activation)
    theta = initial(network.sizes, (net.activation, "identity"), INIT, net.seed)
    rate = ADAM_RATE if net.method == "adam" else gd_rate(network, theta)
    trainer = _trainer(network, theta, target.unit, rate, net)
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
            trainer = _trainer(network, theta, target.unit, rate, net)
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
        sup, rms = ground.errors(network, found, target.g)
        # A report must not cost more than a sixth of the time; it holds the interpreter, which others need.
        patience = threads * max(SLICE_SECONDS, 5 * (time.perf_counter() - now))
        point = None
        if finished:
            seconds = time.perf_counter() - began - waited
            point = SweepPoint(net.activation, net.width, net.method, net.seed, sup, rms, seconds, found)
        before = time.perf_counter()
        yield SweepUpdate(net, trainer.step / total, found, sup, rms, point)
        reported = time.perf_counter()
        waited += reported - before
        if finished:
            return


def _trainer(network: Network, theta: Array, y: Array, rate: float, net: Net) -> Trainer:
    examples = Examples.whole(GROUNDS[net.inputs].places(), y[:, None])
    return make_trainer(network, replace(net.config, learning_rate=rate), examples, Start(theta, {}), net.backend)
