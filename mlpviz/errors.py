"""The errors that mlpviz shows to its user."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(ValueError):
    """Something the user gave cannot be used.

    Its text is one sentence for the user: what is wrong, where (option, file, row, column), and what to do.
    The window shows it in a dialogue, the command line prints it and exits with 2.
    """


class RunError(RuntimeError):
    """A run failed after it began (disk full, diverged). The text is one sentence; the command line exits with 1."""


class Diverged(RunError):
    """Training met a number that is not finite.

    Attributes:
        step: the update (1-based) that produced it. The trainer's parameters are those before that update.
        layer: "z⁽²⁾", "L", "∂L/∂W⁽¹⁾", …: where the first non-finite number stood.
    """

    def __init__(self, step: int, layer: str) -> None:
        super().__init__(
            f"Diverged at step {step:,}: {layer} is not finite. Lower the learning rate η and train again."
        )
        self.step = step
        self.layer = layer


def check_whole(value: object, low: int, high: int, what: str) -> None:
    """Raise UserError unless `value` is a whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UserError(f"{what} must be a whole number from {low:,} to {high:,}, not {shown(value)}.")


def check_number(value: object, low: float, high: float, what: str, *, above: bool = False) -> None:
    """Raise UserError unless `value` is a finite number from `low` (itself excluded if `above`) to `high`."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
    if not good or (above and value == low):
        words = f"above {low:g} and at most {high:g}" if above else f"from {low:g} to {high:g}"
        raise UserError(f"{what} must be a number {words}, not {shown(value)}.")


def check_choice(value: object, choices: Iterable[str], what: str) -> None:
    """Raise UserError unless `value` is one of `choices`."""
    choices = list(choices)
    if value not in choices:
        raise UserError(f"Unknown {what} {shown(value)}; there are {', '.join(choices)}.")


def counted(count: int, one: str, more: str | None = None) -> str:
    """A number and its noun: "1 row", "2,000 rows"; `more` where the plural is not made by an s."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def shown(value: object) -> str:
    """A value as a sentence can show it: its repr, cut when it is long."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
