"""The network as a script for NumPy alone."""

from __future__ import annotations

from typing import BinaryIO

from mlpviz.files.raw import Content, check_scale
from mlpviz.files.scripts import (
    comments,
    described,
    features_source,
    formula_text,
    function_names,
    literal,
    main_source,
    standard_source,
)
from mlpviz.nn.activations import OWN, activation_named
from mlpviz.nn.formula.fold import folded
from mlpviz.nn.formula.writing import source
from mlpviz.nn.spec import Network


def write(file: BinaryIO, content: Content) -> None:
    """Write the script; the same weights give the same bytes."""
    check_scale(content)
    file.write(("\n".join(_script(content)) + "\n").encode())


def _script(content: Content) -> list[str]:
    network, dtype = content.network, f"np.{content.dtype}"
    lines = _head(network)
    lines += _functions(network, content.dtype)
    lines += _prediction(network, dtype)
    lines += standard_source(network, "np.array", dtype)
    for place in range(len(network.sizes) - 1):
        for letter, kind in (("W", "weight"), ("b", "bias")):
            array = content.arrays[f"{2 * place}.{kind}"]
            lines.append(f"{letter}{place + 1} = {literal(array, 'np.array', dtype)}")
    return [*lines, "", "", *main_source(network, "predict(table)")]


def _head(network: Network) -> list[str]:
    lines = f'''
"""{described(network)}, written by mlpviz. It needs NumPy alone.

For raw inputs X (rows, {network.inputs}), predict(X) gives ŷ and logits(X) gives ỹ, both (rows, {network.outputs}).
Called with the path of a CSV file, it predicts for every row of it; called without, for an example.
"""

import csv
import sys

import numpy as np
'''.strip("\n").split("\n")
    names = comments(network)
    return [*lines, "", *names, ""] if names else [*lines, ""]


def _functions(network: Network, dtype: str) -> list[str]:
    """A function for every activation but the identity."""
    lines: list[str] = []
    for word, name in function_names(network).items():
        if word == "identity":
            continue
        value = source(folded(activation_named(word).value), {"t": "t"})
        if word.startswith(OWN):
            lines += ["", f"# f(t) = {formula_text(word)}"]
            # A constant part of the user's formula may be of a wider type than t.
            value = f"np.asarray({value}, dtype=t.dtype)" if dtype == "float32" else value
        else:
            lines += [""]
        lines += [f"def {name}(t):", f"    return {value}", ""]
    return lines


def _prediction(network: Network, dtype: str) -> list[str]:
    """features, logits and predict."""
    lines: list[str] = []
    seen = f"np.asarray(X, dtype={dtype})"
    if network.features or network.standard:
        lines = ["", "def features(X):", f'    """What the first layer sees, (rows, {network.fan_in})."""']
        lines += [f"    {line}" for line in features_source(network, "X", "python")]
        lines += ["    return f" if not network.features else f"    return f.astype({dtype}, copy=False)", ""]
        seen = f"features({seen})"
    names = function_names(network)
    lines += ["", "def logits(X):", f'    """ỹ, (rows, {network.outputs})."""']
    lines += ['    with np.errstate(all="ignore"):', f"        h = {seen}"]
    for place, layer in enumerate(network.hidden, start=1):
        z = f"h @ W{place}.T + b{place}"
        lines.append(
            f"        h = {z}" if layer.activation == "identity" else f"        h = {names[layer.activation]}({z})"
        )
    last = len(network.hidden) + 1
    lines += [f"        return h @ W{last}.T + b{last}", ""]
    lines += ["", "def predict(X):", f'    """ŷ, (rows, {network.outputs})."""', "    t = logits(X)"]
    return [*lines, *_output(network), "", ""]


def _output(network: Network) -> list[str]:
    if network.loss == "softmax":
        return ["    e = np.exp(t - t.max(axis=1, keepdims=True))", "    return e / e.sum(axis=1, keepdims=True)"]
    if network.loss == "logistic":
        return ['    with np.errstate(over="ignore"):', "        return 1 / (1 + np.exp(-t))"]
    return ["    return np.tanh(t)" if network.output_activation == "tanh" else "    return t"]
