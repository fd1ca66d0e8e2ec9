"""Sentences about outputs and rows, for tips and for readers of the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlpviz.data.spec import Dataset
from mlpviz.document.history import COLUMNS, History
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.views.kit.mathtext import plain
from mlpviz.views.kit.numbers import epoch_text, loss_text, number_text, percent
from mlpviz.views.lab.output_curves import output_name

MOST = 4  # outputs and inputs that a tip names one by one


def _point(values: Sequence[float]) -> str:
    shown = ", ".join(number_text(float(value), 3) for value in values[:MOST])
    shown += ", …" if len(values) > MOST else ""
    return f"({shown})" if len(values) > 1 else shown


def values_text(network: Network, values: Array) -> list[str]:
    """ŷ in words: the number, each of several numbers, or the likeliest classes first."""
    if network.outputs == 1:
        return [f"ŷ = {number_text(float(values[0]), 3)}"]
    if network.loss == "softmax" and len(network.class_names) == network.outputs:
        order = np.argsort(-values, kind="stable")[:MOST]
        return [f"{network.class_names[index]}: {percent(float(values[index]))}" for index in order]
    return [
        f"{output_name(index, network.outputs)} = {number_text(float(value), 3)}"
        for index, value in enumerate(values[:MOST])
    ]


def output_lines(network: Network, values: Array, at: Sequence[float], names: Sequence[str]) -> tuple[str, ...]:
    """What the net says at a place of the plane."""
    first, *rest = values_text(network, values)
    place = ", ".join(f"{plain(name)} = {number_text(value, 3)}" for name, value in zip(names, at, strict=True))
    return (first, *rest, f"at {place}")


def row_lines(network: Network, dataset: Dataset, row: int, values: Array, train: bool) -> tuple[str, ...]:
    """What a row of the data is, and what the net says about it."""
    kind = "training" if train else "test"
    if dataset.classes:
        name = dataset.class_names[int(dataset.y[row, 0])]
        given = f"y = {name}" if name.lstrip("+−").isdigit() else name
    else:
        given = f"y = {_point(list(dataset.y[row]))}"
    return (
        f"{kind} row {epoch_text(row + 1)}: {given}",
        *values_text(network, values),
        f"x = {_point(list(dataset.X[row]))}",
    )


def headline(history: History) -> str:
    """The newest figures: accuracies where there are classes, losses else; "" before the first."""
    if not len(history.rows):
        return ""
    last = dict(zip(COLUMNS, history.rows[-1].tolist(), strict=True))
    kind, text = ("accuracy", percent) if np.isfinite(last["train_accuracy"]) else ("loss", loss_text)
    return f"training {kind} {text(last[f'train_{kind}'])}, test {kind} {text(last[f'test_{kind}'])}"
