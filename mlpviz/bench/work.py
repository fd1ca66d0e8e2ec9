"""The pieces of work that are measured, and mlpviz's own engine set to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from mlpviz.errors import UserError
from mlpviz.nn import trainer as trainers
from mlpviz.nn.base_trainer import Examples, Start
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.evaluate import loss
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Hidden, Network


@dataclass(frozen=True, slots=True)
class Work:
    """One row of the table: layer sizes, rows, batch (None: full), optimiser, learning rate.

    `quick` rows are measured by --quick as well; `shuffled` ones also with a new order of the rows in every epoch.
    """

    sizes: tuple[int, ...]
    rows: int
    batch: int | None
    optimizer: str
    rate: float
    quick: bool = False
    shuffled: bool = False

    @property
    def name(self) -> str:
        """As the table shows it."""
        layers = "-".join(map(str, self.sizes))
        return f"{layers}, {self.rows} rows, batch {self.batch or 'full'}, {self.optimizer}"

    @property
    def loss(self) -> str:
        """The loss: squared for one output, softmax for several."""
        return "softmax" if self.sizes[-1] > 1 else "squared"

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(n * (m + 1) for m, n in pairwise(self.sizes))

    def config(self, shuffle: bool = False) -> TrainingConfig:
        """How it is trained."""
        return TrainingConfig(self.optimizer, self.rate, self.batch, shuffle=shuffle)

    def network(self, output: str = "identity") -> Network:
        """The tanh network; the Playground's ends in tanh as well."""
        hidden = tuple(Hidden(width, "tanh") for width in self.sizes[1:-1])
        return Network(self.sizes[0], hidden, self.sizes[-1], self.loss, output_activation=output)


WORK = (
    Work((2, 4, 2, 1), 250, 10, "sgd", 0.03, quick=True, shuffled=True),
    Work((2, 4, 2, 1), 250, None, "sgd", 0.03, quick=True),
    Work((2, 8, 8, 8, 1), 500, 32, "sgd", 0.03, quick=True),
    Work((2, 4, 2, 1), 250, 10, "adam", 0.001, quick=True),
    Work((64, 128, 64, 10), 1797, 64, "adam", 0.001, quick=True),
    Work((1, 1024, 1), 512, None, "adam", 0.001, quick=True),
)


def data_for(work: Work) -> tuple[Array, Array]:
    """Fixed asymmetric data: X (rows, inputs); y (rows, outputs), one-hot for several outputs."""
    rng = np.random.default_rng(1)
    X = rng.uniform(-1.0, 1.0, (work.rows, work.sizes[0]))
    if work.sizes[-1] > 1:
        return X, np.eye(work.sizes[-1])[rng.integers(0, work.sizes[-1], work.rows)]
    return X, np.sin(3 * X.sum(axis=1, keepdims=True)) + 0.1 * X[:, :1]


def start_for(work: Work) -> Array:
    """θ that every engine starts from."""
    return initial(work.sizes, ("tanh",) * (len(work.sizes) - 2) + ("identity",), "xavier-uniform", 1)


class Ours:
    """mlpviz's engine on one piece of work.

    Attributes:
        backend: as `make_trainer` takes it. version: as the trainer names itself.
    """

    def __init__(
        self,
        work: Work,
        backend: str = "auto",
        *,
        output: str = "identity",
        shuffle: bool = False,
        data: tuple[Array, Array] | None = None,
    ) -> None:
        self.backend = backend
        self.network = work.network(output)
        self.X, self.y = data_for(work) if data is None else data
        examples, start = Examples.whole(self.X, self.y), Start(start_for(work), {})
        self.trainer = trainers.make_trainer(self.network, work.config(shuffle), examples, start, backend)
        self.version = self.trainer.backend
        self._per_epoch = self.trainer.steps_to_epoch_end()

    def epochs(self, n: int) -> None:
        """Train for n epochs."""
        self.trainer.advance(n * self._per_epoch)

    def loss(self) -> float:
        """L over all rows at the present θ."""
        return float(loss(self.network, self.trainer.theta, self.X, self.y))


def backends() -> tuple[str, ...]:
    """Every backend that can be asked for by name."""
    return tuple(name for name in trainers.BACKENDS if name != "auto")


def ours_on(work: Work, **options: Any) -> tuple[dict[str, Ours], Mapping[str, str]]:
    """The engine with every backend that takes this work, by name; and why the others do not."""
    found: dict[str, Ours] = {}
    refused: dict[str, str] = {}
    for name in backends():
        try:
            found[name] = Ours(work, name, **options)
        except UserError as error:
            refused[name] = str(error)
    return found, refused


def automatic(work: Work) -> str:
    """How the trainer names itself that "auto" chooses for this work."""
    return Ours(work).version
