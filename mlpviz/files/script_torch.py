"""The network as a script for PyTorch, with its optimiser on request."""

from __future__ import annotations

from typing import BinaryIO

from mlpviz.files.raw import Content, Training, check_scale
from mlpviz.files.script_training import training_source
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
from mlpviz.nn.features import feature
from mlpviz.nn.formula.fold import folded
from mlpviz.nn.formula.nodes import Node
from mlpviz.nn.formula.writing import source
from mlpviz.nn.spec import Network

# PyTorch's own modules that compute the same; Softplus only with a threshold behind which the rest is below rounding.
_MODULES = {
    "identity": "nn.Identity()",
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "selu": "nn.SELU()",
    "gelu": 'nn.GELU(approximate="tanh")',
    "silu": "nn.SiLU()",
    "softplus": "nn.Softplus(threshold=40)",
    "softsign": "nn.Softsign()",
}
_HELPERS = {
    "max": ("larger", ">", "The larger of two; where they are equal, the slope is b's."),
    "min": ("smaller", "<", "The smaller of two; where they are equal, the slope is b's."),
}


def write(file: BinaryIO, content: Content) -> None:
    """Write the script; the same weights give the same bytes. Raises UserError for what PyTorch cannot go on with."""
    check_scale(content)
    file.write(("\n".join(_script(content)) + "\n").encode())


def _script(content: Content) -> list[str]:
    network, dtype = content.network, f"torch.{content.dtype}"
    lines = [*_head(network, content.training), *_helpers(network), *_classes(network)]
    lines += ["", "net = nn.Sequential("]
    names = _module_names(network)
    for place, (width, before) in enumerate(zip(network.sizes[1:], network.sizes, strict=False)):
        lines.append(f"    nn.Linear({before}, {width}),")
        if place < len(network.hidden):
            word = network.hidden[place].activation
            lines.append(f"    {_MODULES.get(word) or names[word] + '()'},")
    lines += [f").to({dtype})", "", *_prediction(network, dtype)]
    lines += standard_source(network, "torch.tensor", dtype)
    lines.append("net.load_state_dict({")
    lines += [f'"{name}": {literal(array, "torch.tensor", dtype)},' for name, array in content.arrays.items()]
    lines.append("})")
    if content.training is not None:
        lines += ["", "", *training_source(content)]
    return [*lines, "", "", *main_source(network, "predict(table).tolist()")]


def _head(network: Network, training: Training | None) -> list[str]:
    more = "step(x, y) makes one update where mlpviz left off: the optimizer has its memory.\n" if training else ""
    lines = f'''
"""{described(network)}, written by mlpviz for PyTorch.

For raw inputs x (rows, {network.inputs}), predict(x) gives ŷ and logits(x) gives ỹ, both (rows, {network.outputs}).
{more}Called with the path of a CSV file, it predicts for every row of it; called without, for an example.
"""

import csv
import sys

import torch
from torch import nn
'''.strip("\n").split("\n")
    if training is not None and training.config.schedule == "cosine":
        lines.insert(lines.index("import sys"), "import math")
    return [*lines, "", *comments(network)] if comments(network) else lines


def _own(network: Network) -> dict[str, Node]:
    """The formulas of the activations that PyTorch does not have."""
    words = [word for word in function_names(network) if word not in _MODULES]
    return {word: folded(activation_named(word).value) for word in words}


def _module_names(network: Network) -> dict[str, str]:
    return {word: name.capitalize() for word, name in function_names(network).items()}


def _helpers(network: Network) -> list[str]:
    """larger and smaller, where a formula calls them."""
    nodes = [*_own(network).values(), *(feature(text, network.inputs) for text in network.features)]
    used = {part.op for node in nodes for part in node.walk()}
    lines: list[str] = []
    for op, (name, sign, sentence) in _HELPERS.items():
        if op in used:
            lines += ["", "", f"def {name}(a, b):", f'    """{sentence}"""']
            lines += [f"    return torch.where(a {sign} b, a, torch.as_tensor(b, dtype=a.dtype))"]
    return lines


def _classes(network: Network) -> list[str]:
    names = _module_names(network)
    lines: list[str] = []
    for word, node in _own(network).items():
        lines += ["", "", f"class {names[word]}(nn.Module):"]
        if word.startswith(OWN):
            lines += [f"    # f(t) = {formula_text(word)}"]
        lines += ["    def forward(self, t):", f"        return {source(node, {'t': 't'}, 'torch')}"]
    return [*lines, ""]


def _prediction(network: Network, dtype: str) -> list[str]:
    seen = f"torch.as_tensor(x, dtype={dtype})"
    lines: list[str] = []
    if network.features or network.standard:
        lines += ["", "def features(x):", f'    """What the first layer sees, (rows, {network.fan_in})."""']
        lines += [f"    {line}" for line in features_source(network, "x", "torch")]
        lines += ["    return f", ""]
        seen = f"features({seen})"
    lines += ["", "def logits(x):", f'    """ỹ, (rows, {network.outputs})."""', f"    return net({seen})", ""]
    lines += ["", "@torch.no_grad()", "def predict(x):", f'    """ŷ, (rows, {network.outputs})."""']
    return [*lines, f"    return {output_source(network, 'logits(x)')}", "", ""]


def output_source(network: Network, t: str) -> str:
    """ŷ as an expression of ỹ."""
    if network.loss == "softmax":
        return f"torch.softmax({t}, dim=1)"
    if network.loss == "logistic":
        return f"torch.sigmoid({t})"
    return f"torch.tanh({t})" if network.output_activation == "tanh" else t
