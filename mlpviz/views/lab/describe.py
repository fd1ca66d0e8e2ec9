"""Sentences about outputs and rows, for tips (in the formulas' markup) and for readers of the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlpviz.data.spec import Dataset
from mlpviz.document.history import COLUMNS, History
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.views.kit.numbers import epoch_text, loss_text, number_text, percent

MOST = 4  # outputs and inputs that a tip names one by one


def _point(values: Sequence[float]) -> str:
    shown = ", ".join(number_text(float(value), 3) for value in values[:MOST])
    shown += ", …" if len(values) > MOST else ""
    return f"({shown})" if len(values) > 1 else shown


def words(text: str) -> str:
    """Words as markup; braces, which would end them, become parentheses."""
    return rf"\text{{{text.replace('{', '(').replace('}', ')')}}}"


def values_text(network: Network, values: Array) -> list[str]:
    """ŷ as markup: the number, each of several numbers, or the likeliest classes first."""
    if network.outputs == 1:
        return [rf"\hat{{y}} = {number_text(float(values[0]), 3)}"]
    if network.loss == "softmax" and len(network.class_names) == network.outputs:
        order = np.argsort(-values, kind="stable")[:MOST]
        return [words(f"{network.class_names[index]}: {percent(float(values[index]))}") for index in order]
    return [rf"\hat{{y}}_{{{index + 1}}} = {number_text(float(value), 3)}" for index, value in enumerate(values[:MOST])]


def output_lines(network: Network, values: Array, at: Sequence[float], names: Sequence[str]) -> tuple[str, ...]:
    """What the net says at a place of the plane, as markup."""
    first, *rest = values_text(network, values)
    place = words(",\u00a0").join(f"{name} = {number_text(value, 3)}" for name, value in zip(names, at, strict=True))
    return (first, *rest, words("at\u00a0") + place)


def row_lines(network: Network, dataset: Dataset, row: int, values: Array) -> tuple[str, ...]:
    """What a row of the data is, and what the net says about it, as markup."""
    part = "training" if row in dataset.train else "validation" if row in dataset.validation else "test"
    kind = f"{part} row {epoch_text(row + 1)}:\u00a0"
    if dataset.classes:
        name = dataset.class_names[int(dataset.y[row, 0])]
        first = words(kind) + f"y = {name}" if name.lstrip("+−").isdigit() else words(kind + name)
    else:
        first = words(kind) + f"y = {_point(list(dataset.y[row]))}"
    return (first, *values_text(network, values), f"x = {_point(list(dataset.X[row]))}")


def headline(history: History) -> str:
    """The newest figures: accuracies where there are classes, losses else; "" before the first."""
    if not len(history.rows):
        return ""
    last = dict(zip(COLUMNS, history.rows[-1].tolist(), strict=True))
    if not np.isfinite(last["train_loss"]):
        return "the training loss is not finite"
    kind, text = ("accuracy", percent) if np.isfinite(last["train_accuracy"]) else ("loss", loss_text)
    return f"training {kind} {text(last[f'train_{kind}'])}, test {kind} {text(last[f'test_{kind}'])}"
