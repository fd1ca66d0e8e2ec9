"""The engine against a plain NumPy loop: the same work in the same process, slot by slot."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlpviz.bench.machine import machine, yardstick
from mlpviz.bench.plain import PlainLoop
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import loss
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Hidden, Network
from mlpviz.nn.trainer import make_trainer


@dataclass(frozen=True, slots=True)
class Work:
    """One row of the table: layer sizes, rows, batch (None: full), optimiser, learning rate."""

    sizes: tuple[int, ...]
    rows: int
    batch: int | None
    optimizer: str
    rate: float
    quick: bool = False

    @property
    def name(self) -> str:
        """As the table shows it."""
        layers = "-".join(map(str, self.sizes))
        return f"{layers}, {self.rows} rows, batch {self.batch or 'full'}, {self.optimizer}"


WORK = (
    Work((2, 4, 2, 1), 250, 10, "sgd", 0.03, quick=True),
    Work((2, 4, 2, 1), 250, None, "sgd", 0.03, quick=True),
    Work((2, 8, 8, 8, 1), 500, 32, "sgd", 0.03, quick=True),
    Work((2, 4, 2, 1), 250, 10, "adam", 0.001, quick=True),
    Work((64, 128, 64, 10), 1797, 64, "adam", 0.001),
    Work((1, 1024, 1), 512, None, "adam", 0.001, quick=True),
)
SLOTS, SLOT_SECONDS = 5, 0.4
QUICK_SLOTS, QUICK_SECONDS = 3, 0.12
AGREEMENT_EPOCHS = 3


def data_for(work: Work) -> tuple[Array, Array]:
    """Fixed asymmetric data: X (rows, inputs); y (rows, outputs), one-hot for several outputs."""
    rng = np.random.default_rng(1)
    X = rng.uniform(-1.0, 1.0, (work.rows, work.sizes[0]))
    if work.sizes[-1] > 1:
        return X, np.eye(work.sizes[-1])[rng.integers(0, work.sizes[-1], work.rows)]
    return X, np.sin(3 * X.sum(axis=1, keepdims=True)) + 0.1 * X[:, :1]


def measure(work: Work, slots: int, seconds: float) -> dict[str, Any]:
    """Both engines on one row of work, alternating: median epochs a second, their ratio, losses after equal steps."""
    network = Network(
        work.sizes[0],
        tuple(Hidden(width, "tanh") for width in work.sizes[1:-1]),
        work.sizes[-1],
        "softmax" if work.sizes[-1] > 1 else "squared",
    )
    config = TrainingConfig(work.optimizer, work.rate, work.batch, shuffle=False)
    X, y = data_for(work)
    theta = initial(work.sizes, ("tanh",) * len(network.hidden) + ("identity",), "xavier-uniform", 1)
    trainer = make_trainer(network, config, Examples.whole(X, y), Start(theta, {}))
    plain = PlainLoop(network, config, X, y, theta)
    per_epoch = trainer.steps_to_epoch_end()
    engines: dict[str, Callable[[int], None]] = {
        "mlpviz": lambda n: trainer.advance(n * per_epoch),
        "plain": plain.epochs,
    }
    for engine in engines.values():
        engine(AGREEMENT_EPOCHS)
    losses = {
        "mlpviz": float(loss(network, trainer.theta, X, y)),
        "plain": float(loss(network, plain.theta(), X, y)),
    }
    counts = {name: _epochs_in(engine, seconds) for name, engine in engines.items()}
    speeds: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(slots):
        for name, engine in engines.items():
            began = time.perf_counter()
            engine(counts[name])
            speeds[name].append(counts[name] / (time.perf_counter() - began))
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    return {
        "work": work.name,
        "epochs_per_second": medians["mlpviz"],
        "plain_epochs_per_second": medians["plain"],
        "ratio": medians["mlpviz"] / medians["plain"],
        "loss": losses["mlpviz"],
        "plain_loss": losses["plain"],
        "backend": trainer.backend,
    }


def _epochs_in(engine: Callable[[int], None], seconds: float) -> int:
    """How many epochs fill a slot."""
    count = 1
    while True:
        began = time.perf_counter()
        engine(count)
        took = time.perf_counter() - began
        if took > seconds / 8:
            return max(1, round(count * seconds / took))
        count *= 4


def run(quick: bool = False) -> dict[str, Any]:
    """Measure everything; quick: fewer rows, shorter slots."""
    slots, seconds = (QUICK_SLOTS, QUICK_SECONDS) if quick else (SLOTS, SLOT_SECONDS)
    return {
        "machine": machine(),
        "yardstick_seconds": yardstick(),
        "rows": [measure(work, slots, seconds) for work in WORK if work.quick or not quick],
    }


def table(result: dict[str, Any]) -> str:
    """The result as text."""
    about = result["machine"]
    lines = [
        f"{about['processor']}, {about['cores']} cores, {about['vector_width']}; Python {about['python']}, "
        f"NumPy {about['numpy']}, BLAS threads {about['blas_threads']}",
        f"yardstick: {result['yardstick_seconds']:.3f} s (400,000 small NumPy calls from Python)",
        "",
        f"{'work':46} {'mlpviz':>12} {'plain NumPy':>12} {'ratio':>7}   loss after equal steps",
    ]
    lines += [
        f"{row['work']:46} {row['epochs_per_second']:>10,.0f}/s {row['plain_epochs_per_second']:>10,.0f}/s "
        f"{row['ratio']:>6.2f}×   {row['loss']:.12g} / {row['plain_loss']:.12g}"
        for row in result["rows"]
    ]
    return "\n".join(lines)
