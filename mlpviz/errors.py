"""The errors that mlpviz shows to its user."""

from __future__ import annotations

import operator
import sys
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
        raise UserError(f"{what} must be {_range(low, high, above)}, not {_figure(value)}.")


def _range(low: float, high: float, above: bool) -> str:
    least, most = (
        f"{'above' if above else 'from'} {_figure(low)}",
        f"{'and at most' if above else 'to'} {_figure(high)}",
    )
    if high < sys.float_info.max:
        return f"a number {least} {most}"
    if low <= -sys.float_info.max:
        return "a finite number"
    return f"a finite number {least} on"


def _figure(value: object) -> str:
    """A number as people write it: 1,000,000 rather than 1e+06 or 1000000.0."""
    if isinstance(value, float) and value == round(value, 0) and 1e4 <= abs(value) < 1e15:
        return f"{value:,.0f}".replace("-", "−")
    return shown(int(value)) if isinstance(value, float) and value in (0.0, 1.0) else shown(value)


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


def checked_length(value: int | None, most: int, what: str) -> int | None:
    """How long to train: a whole number, NumPy's too; None is no end."""
    if value is None:
        return None
    if not isinstance(value, bool) and hasattr(value, "__index__"):
        value = operator.index(value)
    check_whole(value, 0, most, f"The number of {what}")
    return value
