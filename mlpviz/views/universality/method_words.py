"""What a method is called for an activation: built nets are exact, optimised from a recipe, or fitted without one."""

from __future__ import annotations

from dataclasses import replace

from mlpviz.experiments.derived import CONSTRUCTED
from mlpviz.universality import construct
from mlpviz.views.universality.chart_data import FLOOR, LIMIT, METHODS, Method

_FITTED = "Fitted with g in view, for which there is no recipe with this activation: better nets may exist."


def method_row(method: str, activation: str) -> Method:
    """The row of a method for nets of an activation."""
    row = METHODS[method]
    if method != CONSTRUCTED:
        return row
    match construct.how(activation):
        case construct.FITTED:
            return replace(row, word="fitted", label="fitted,\nno recipe", short="fitted", tip=_FITTED)
        case construct.TRAINED:
            return replace(row, label="constructed,\nthen trained")
    return row


def net_choices(activation: str) -> list[tuple[str, str, str]]:
    """Every method that makes nets: its key, word and tooltip, for a combo box."""
    rows = ((key, method_row(key, activation)) for key in METHODS if key not in (LIMIT, FLOOR))
    return [(key, row.word, row.tip) for key, row in rows]
