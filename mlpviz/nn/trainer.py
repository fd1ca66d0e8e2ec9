"""What every backend of training offers, and the choice of one."""

from __future__ import annotations

from typing import Protocol

from mlpviz.errors import check_choice
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.numpy_trainer import NumpyTrainer
from mlpviz.nn.spec import Network

BACKENDS = ("auto", "numpy")


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

    def steps_to_epoch_end(self) -> int:
        """How many updates finish the epoch that has begun or is about to."""

    def configure(self, config: TrainingConfig) -> None:
        """Go on with other settings from the next update."""

    def set_parameter(self, index: int, value: float) -> None:
        """Set θ[index] before the next update."""


def make_trainer(
    network: Network, config: TrainingConfig, examples: Examples, start: Start, backend: str = "auto"
) -> Trainer:
    """A trainer that goes on from the given state.

    Args:
        network, config: what is trained, and how.
        examples: the rows.
        start: θ, slots and counters; copied.
        backend: "auto" takes the best there is.

    Raises UserError for a backend that is not there or cannot train this network.
    """
    check_choice(backend, BACKENDS, "backend")
    return NumpyTrainer(network, config, examples, start)
