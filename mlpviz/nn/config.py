"""How a network is trained: one row a setting, from which forms, files and command-line options derive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mlpviz.errors import UserError, check_choice, check_number, check_whole
from mlpviz.nn.initialisation import INITIALISATIONS
from mlpviz.nn.optimizers import OPTIMIZERS

# From this seed the first window separates the circle in under twenty epochs, and the 2–2–1 ReLU net solves XOR.
DEFAULT_SEED = 17
MAX_SEED = 2**31 - 1
MAX_BATCH = 10_000_000


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Settings of a run.

    `batch_size` None is full batch; a batch larger than the data is the full batch. `l1`, `l2` are λ₁ and λ₂ of the
    penalty λ₁‖W‖₁ + ½λ₂‖W‖², biases left out. `seed` draws the initial θ and the order of each epoch, in streams of
    their own.
    """

    optimizer: str = "sgd"
    learning_rate: float = 0.1
    batch_size: int | None = 10
    shuffle: bool = True
    l1: float = 0.0
    l2: float = 0.0
    init: str = "auto"
    seed: int = DEFAULT_SEED

    def __post_init__(self) -> None:
        check_choice(self.optimizer, OPTIMIZERS, "optimizer")
        check_choice(self.init, INITIALISATIONS, "initialisation")
        check_number(self.learning_rate, 0, 1e6, "The learning rate η", above=True)
        check_number(self.l1, 0, 1e6, "The penalty λ₁")
        check_number(self.l2, 0, 1e6, "The penalty λ₂")
        if self.batch_size is not None:
            check_whole(self.batch_size, 1, MAX_BATCH, "The batch size")
        check_whole(self.seed, 0, MAX_SEED, "The seed")
        if not isinstance(self.shuffle, bool):
            raise UserError(f"Shuffle must be true or false, not {self.shuffle!r}.")

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> TrainingConfig:
        """The inverse of `to_json`; missing settings take their defaults. Raises UserError for anything else."""
        if not isinstance(value, Mapping):
            raise UserError("The training settings must be a JSON object.")
        known = {field.name for field in fields(cls)}
        unknown = [key for key in value if key not in known]
        if unknown:
            raise UserError(f"Unknown training setting {unknown[0]!r}; there are {', '.join(sorted(known))}.")
        return cls(**value)
