"""What every backend of training offers, and the choice of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mlpviz.errors import UserError, check_choice
from mlpviz.nn.base_trainer import Examples, Meter, Start
from mlpviz.nn.compiled import loading
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.metrics import NumpyMeter
from mlpviz.nn.numpy_trainer import NumpyTrainer
from mlpviz.nn.spec import Network

BACKENDS = ("auto", "numpy", "compiled")


class Trainer(Protocol):
    """Makes updates of θ, one minibatch each. What it does depends on its arguments and calls alone, to the last bit.

    Attributes:
        backend: recorded with a run: what decides its last bits.
        theta: θ as it stands, a live array; copy it to keep it.
        slots: the optimiser's vectors, live as well, and "t" (1,), the updates it has made.
        step: updates made. epoch: epochs finished. cursor: rows of the unfinished epoch used.
    """

    backend: str
    theta: Array
    slots: dict[str, Array]
    step: int
    epoch: int
    cursor: int

    def advance(self, steps: int) -> None:
        """Make so many updates. Raises Diverged; θ is then the last finite one, `step` the updates that stand."""

    def advance_epochs(self, count: int, meter: Meter, record: Callable[[Array], None]) -> None:
        """Finish so many epochs, the one under way being the first; `record` the figures after each, (k, 9).

        Ends behind an epoch whose training loss is not finite. Raises Diverged as `advance`, behind recording.
        """

    def steps_per_epoch(self) -> int:
        """Updates of one epoch."""

    def steps_to_epoch_end(self) -> int:
        """How many updates finish the epoch that has begun or is about to."""

    def configure(self, config: TrainingConfig) -> None:
        """Go on with other settings from the next update."""

    def set_parameter(self, index: int, value: float) -> None:
        """Set θ[index] before the next update."""


def chosen_backend(config: TrainingConfig, backend: str = "auto") -> str:
    """The backend that trains, "numpy" or "compiled".

    "auto" takes the compiled kernel where it can be had without compiling now: it was measured faster from 2-4-2-1 to
    784-512-512-10, and level with NumPy at layers of 1,000 (`mlpviz bench`).
    Raises UserError for a backend that is not there or cannot train this.
    """
    check_choice(backend, BACKENDS, "backend")
    if backend == "auto":
        return "compiled" if not config.dropout and loading.ready() and loading.load() else "numpy"
    if backend == "compiled":
        if config.dropout:
            raise UserError("Dropout is trained by NumPy only; take the backend numpy, or auto.")
        if not loading.load():
            raise UserError("The compiled backend needs Numba: pip install mlpviz[fast]; or choose numpy, or auto.")
    return backend


def make_trainer(
    network: Network, config: TrainingConfig, examples: Examples, start: Start, backend: str = "auto"
) -> Trainer:
    """A trainer that goes on from the given state.

    Args:
        network, config: what is trained, and how.
        examples: the rows.
        start: θ, slots and counters; copied.
        backend: see `chosen_backend`.
    """
    if chosen_backend(config, backend) == "numpy":
        return NumpyTrainer(network, config, examples, start)
    from mlpviz.nn.compiled.trainer import CompiledTrainer  # only where Numba is installed

    return CompiledTrainer(network, config, examples, start)


def make_meter(
    network: Network, sets: Sequence[Examples], classes: bool, config: TrainingConfig, backend: str
) -> Meter:
    """What measures the figures of a run, by the same backend as its trainer ("numpy" or "compiled")."""
    if backend == "numpy":
        return NumpyMeter(network, sets, classes, config)
    from mlpviz.nn.compiled.measure import CompiledMeter

    return CompiledMeter(network, sets, classes, config)
