"""How a network is trained: one row a setting, from which forms, files and command-line options derive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, cast

from mlpviz.errors import UserError, check_choice, check_number, check_whole
from mlpviz.nn.initialisation import INITIALISATIONS
from mlpviz.nn.locks import Lock
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.schedules import SCHEDULES

# From this seed the first window separates the circle in under twenty epochs, and the 2–2–1 ReLU net solves XOR.
DEFAULT_SEED = 17
MAX_SEED = 2**31 - 1
MAX_BATCH = 10_000_000
MAX_EPOCHS = 10**9
MAX_STEPS = 10**15
MAX_PENALTY = 1e6
CLASS_WEIGHTS = ("off", "balanced")


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Settings of a run.

    Attributes:
        optimizer: an id of OPTIMIZERS.
        learning_rate: η, the first one where it is scheduled; left out, what suits the optimizer: 0.1, 0.01 for
            rmsprop, adagrad, adam and adamw, 1 for lbfgs.
        batch_size: rows in an update; None is full batch, and so is a batch larger than the data.
        shuffle: whether every epoch has an order of its own.
        l1, l2: λ₁ and λ₂ of the penalty λ₁‖W‖₁ + ½λ₂‖W‖², biases left out.
        init: an id of INITIALISATIONS.
        seed: draws the initial θ, the order of each epoch and what dropout drops, in streams of their own.
        schedule: an id of SCHEDULES, with its period E in epochs and its factor γ.
        warmup: epochs over which η rises to its full value first.
        clip: the largest norm of a gradient; longer ones are shortened to it. 0: off.
        dropout: the chance that a hidden unit is left out of an update; 0: off.
        patience: stop after so many epochs without a better loss on the validation rows; None: never.
        class_weights: "balanced" weighs an example of class k by n/(K·n_k), so that all classes count alike.
        locked: parameters that stay as they are.
    """

    optimizer: str = "sgd"
    learning_rate: float = cast(float, None)  # __post_init__ puts the optimizer's own there
    batch_size: int | None = 10
    shuffle: bool = True
    l1: float = 0.0
    l2: float = 0.0
    init: str = "auto"
    seed: int = DEFAULT_SEED
    schedule: str = "constant"
    schedule_period: int = 100
    schedule_factor: float = 0.1
    warmup: int = 0
    clip: float = 0.0
    dropout: float = 0.0
    patience: int | None = None
    class_weights: str = "off"
    locked: tuple[Lock, ...] = ()

    def __post_init__(self) -> None:
        check_choice(self.optimizer, OPTIMIZERS, "optimizer")
        if self.learning_rate is None:
            object.__setattr__(self, "learning_rate", OPTIMIZERS[self.optimizer].learning_rate)
        check_choice(self.init, INITIALISATIONS, "initialisation")
        check_choice(self.schedule, SCHEDULES, "schedule")
        check_choice(self.class_weights, CLASS_WEIGHTS, "class weighting")
        check_number(self.learning_rate, 0, 1e6, "The learning rate η", above=True)
        check_number(self.l1, 0, MAX_PENALTY, "The penalty λ₁")
        check_number(self.l2, 0, MAX_PENALTY, "The penalty λ₂")
        if self.batch_size is not None:
            check_whole(self.batch_size, 1, MAX_BATCH, "The batch size")
        check_whole(self.seed, 0, MAX_SEED, "The seed")
        if not isinstance(self.shuffle, bool):
            raise UserError(f"Shuffle must be true or false, not {self.shuffle!r}.")
        check_whole(self.schedule_period, 1, MAX_EPOCHS, "The schedule's period E")
        check_number(self.schedule_factor, 0, 1, "The schedule's factor γ", above=True)
        check_whole(self.warmup, 0, MAX_EPOCHS, "The warm-up")
        check_number(self.clip, 0, 1e12, "The largest gradient norm")
        check_number(self.dropout, 0, 0.95, "Dropout")
        if self.patience is not None:
            check_whole(self.patience, 1, MAX_EPOCHS, "The patience")
        if not isinstance(self.locked, tuple) or not all(isinstance(lock, Lock) for lock in self.locked):
            raise UserError("What is locked must be a tuple of Lock.")
        if OPTIMIZERS[self.optimizer].whole and (self.dropout or self.clip):
            what = "Dropout" if self.dropout else "Gradient clipping"
            raise UserError(f"{what} does not go with L-BFGS, whose line search needs one steady loss; set it to 0.")

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
        locked = value.get("locked", ())
        if not isinstance(locked, (list, tuple)) or not all(isinstance(lock, Mapping) for lock in locked):
            raise UserError("What is locked must be a list of objects with layer, unit and source.")
        try:
            locks = tuple(Lock(**lock) for lock in locked)
        except TypeError:
            raise UserError("What is locked must be a list of objects with layer, unit and source.") from None
        return cls(**{**value, "locked": locks})
