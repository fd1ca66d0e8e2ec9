"""From how many seeds the 2–2–1 ReLU network learns XOR, as `packaging/xor_seeds.py` counted it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mlpviz.paths import resources


@dataclass(frozen=True, slots=True)
class XorSeeds:
    """A count.

    Attributes:
        tried: the seeds 0 … tried − 1 were tried.
        epochs: each was trained for so many epochs, of one update.
        solved: the seeds after which all four points were right.
    """

    tried: int
    epochs: int
    solved: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """The count in words, for a tooltip."""
        return (
            f"A 2–2–1 ReLU network learns XOR from {len(self.solved)} of the seeds 0–{self.tried - 1} "
            f"within {self.epochs:,} epochs; from the others it gets stuck."
        )


def path() -> Path:
    """Where the count is kept."""
    return resources() / "xor_seeds.json"


@cache
def xor_seeds() -> XorSeeds:
    """The count that is shipped."""
    value = json.loads(path().read_text(encoding="utf-8"))
    return XorSeeds(value["tried"], value["epochs"], tuple(value["solved"]))
