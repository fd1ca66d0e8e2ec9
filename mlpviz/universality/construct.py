"""The best net that we know how to build for a drawn function, by activation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from mlpviz.nn.activations import activation_named
from mlpviz.universality import fitted, kinked, polynomial, sine, tanh
from mlpviz.universality.target import Built, Target

OPTIMAL = "constructed"
TRAINED = "constructed start, then trained"
FITTED = "fitted, no recipe"

_RECIPES: dict[str, tuple[ModuleType, str]] = {
    "relu": (kinked, OPTIMAL),
    "leaky_relu": (kinked, OPTIMAL),
    "tanh": (tanh, TRAINED),
    "sigmoid": (tanh, TRAINED),
    "sin": (sine, TRAINED),
    "identity": (polynomial, OPTIMAL),
    "square": (polynomial, OPTIMAL),
    "cube": (polynomial, OPTIMAL),
}


def construct(
    activation: str, target: Target, widths: Sequence[int], stopping: Callable[[], bool] = lambda: False
) -> Iterator[Built]:
    """One net for each width, narrow ones first; the largest error never grows with the width.

    Args:
        activation: an id, or the user's own formula. widths: W ≥ 1, in any order. stopping: whether to end early.
    """
    built: Iterator[Built] = _recipe(activation)[0].build(activation, target, sorted(set(widths)), stopping)
    return built


def quick(activation: str, target: Target, width: int, before: Built | None = None) -> Built:
    """One net soon, perhaps not as good as `construct` finds it; `before`: that of the drawing a moment ago."""
    found: Built = _recipe(activation)[0].quick(activation, target, width, before)
    return found


def how(activation: str) -> str:
    """In words how the nets of an activation are made: OPTIMAL, TRAINED or FITTED."""
    return _recipe(activation)[1]


def _recipe(activation: str) -> tuple[ModuleType, str]:
    activation_named(activation)  # refuses what is none
    return _RECIPES.get(activation, (fitted, FITTED))
