"""How the learning rate η_t goes with the epochs; it stays the same within one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlpviz.nn.config import TrainingConfig


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule.

    Attributes:
        name: the word the window shows.
        formula: η_t in LaTeX, e being the epoch, E the period and γ the factor.
        sentence: for a tooltip.
        factor: (e, E, γ) → η_t/η; e counts epochs from 0, after the warm-up.
        settings: which of "schedule_period" (E) and "schedule_factor" (γ) it uses.
    """

    name: str
    formula: str
    sentence: str
    factor: Callable[[int, int, float], float]
    settings: tuple[str, ...] = ()


SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule("constant", r"\eta", "η stays what it is.", lambda e, E, g: 1.0),
    "step": Schedule(
        "step",
        r"\eta\,\gamma^{\lfloor e/E \rfloor}",
        "η times γ after every E epochs.",
        lambda e, E, g: g ** (e // E),
        ("schedule_period", "schedule_factor"),
    ),
    "exponential": Schedule(
        "exponential",
        r"\eta\,\gamma^{e/E}",
        "η falls evenly on a logarithmic scale, by γ in E epochs.",
        lambda e, E, g: g ** (e / E),
        ("schedule_period", "schedule_factor"),
    ),
    "cosine": Schedule(
        "cosine",
        r"\frac{\eta}{2}(1 + \cos(\pi e/E))",
        "η falls along half a wave to 0 at epoch E and stays there (Loshchilov & Hutter 2017).",
        lambda e, E, g: 0.5 * (1.0 + math.cos(math.pi * min(e, E) / E)),
        ("schedule_period",),
    ),
}


def rate(config: TrainingConfig, epoch: int) -> float:
    """η_t in epoch `epoch` (from 0): it rises evenly over the warm-up, then follows the schedule."""
    if epoch < config.warmup:
        return config.learning_rate * (epoch + 1) / (config.warmup + 1)
    row = SCHEDULES[config.schedule]
    return config.learning_rate * row.factor(epoch - config.warmup, config.schedule_period, config.schedule_factor)
