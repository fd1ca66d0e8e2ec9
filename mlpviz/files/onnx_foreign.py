"""ONNX models that others wrote: a plain chain of linear layers with activations is a network of mlpviz's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.raw import Raw
from mlpviz.nn.spec import Hidden, Network

if TYPE_CHECKING:
    import onnx

_MOST_NODES = 200
# Operators, with the attributes that they must have, as activations of mlpviz.
_ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "Relu": ("relu", {}),
    "Tanh": ("tanh", {}),
    "Sigmoid": ("sigmoid", {}),
    "Softplus": ("softplus", {}),
    "Softsign": ("softsign", {}),
    "Sin": ("sin", {}),
    "Elu": ("elu", {"alpha": 1.0}),
    "Selu": ("selu", {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875}),
    "LeakyRelu": ("leaky_relu", {"alpha": 0.01}),
    "Gelu": ("gelu", {"approximate": b"tanh"}),
}
_DEFAULTS = {"Gelu": {"approximate": b"none"}}
_SKIPPED = ("Identity", "Flatten", "Dropout")
_CHAIN = "mlpviz reads a plain chain of Gemm, or MatMul and Add, with activations between"


class _Chain:
    """Walks the nodes, each of which takes what the one before it gave."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = arrays
        self.layers: list[tuple[NDArray[Any], NDArray[Any] | None]] = []
        self.words: list[str] = []  # the activation after each layer
        self.last = ""

    def take(self, node: onnx.NodeProto, before: str) -> None:
        """Take the next node, whose input is called `before`."""
        kind = node.op_type
        others = [name for name in node.input if name != before]
        if before not in node.input or not node.output:
            raise UserError(f"its nodes branch at {shown(node.name or kind)}; {_CHAIN}.")
        if kind in ("Gemm", "MatMul"):
            self._linear(node, before)
        elif kind == "Add" and len(others) == 1 and self.layers and self.layers[-1][1] is None and not self.last:
            self.layers[-1] = (self.layers[-1][0], self._array(others[0]).reshape(-1))
        elif kind == "Softmax" and self.layers and not self.last:
            self.last = kind
        elif kind in _ACTIVATIONS and self.layers and not self.last:
            self.last, self.words[-1] = kind, _activation(node)
        elif kind not in _SKIPPED:
            raise UserError(f"it has the operator {shown(kind)} where mlpviz knows none; {_CHAIN}.")

    def _linear(self, node: onnx.NodeProto, before: str) -> None:
        first, *others = node.input
        flags = attributes_of(node)
        plain = flags.get("alpha", 1.0) == 1.0 and flags.get("beta", 1.0) == 1.0 and not flags.get("transA", 0)
        if not plain or first != before or not others or self.last == "Softmax":
            raise UserError(f"its {node.op_type} does more than a layer of mlpviz; {_CHAIN}.")
        matrix = self._array(others[0])
        if matrix.ndim != 2:
            raise UserError(f"{shown(others[0])} has the shape {matrix.shape}; a layer's weights have two dimensions.")
        bias = self._array(others[1]).reshape(-1) if len(others) > 1 else None
        self.layers.append((matrix if flags.get("transB", 0) else matrix.T, bias))
        self.words.append("identity")
        self.last = ""

    def _array(self, name: str) -> NDArray[Any]:
        if name not in self._arrays:
            raise UserError(f"it computes {shown(name)} instead of holding it; {_CHAIN}.")
        return self._arrays[name]


def chain(graph: onnx.GraphProto, arrays: Mapping[str, NDArray[Any]]) -> Raw:
    """The network of a model without mlpviz's metadata; what ŷ is follows from its last operator. Raises UserError."""
    inputs = [value.name for value in graph.input if value.name not in arrays]
    if len(inputs) != 1 or len(graph.node) > _MOST_NODES:
        what = f"{len(inputs)} inputs" if len(inputs) != 1 else f"{len(graph.node):,} operators"
        raise UserError(f"the model has {what}; {_CHAIN}.")
    walk, before = _Chain(arrays), inputs[0]
    for node in graph.node:
        walk.take(node, before)
        before = node.output[0]
    if not walk.layers:
        raise UserError(f"the model has no layer with weights; {_CHAIN}.")
    if before not in [value.name for value in graph.output]:
        raise UserError(f"the model does not give out what its last operator computes; {_CHAIN}.")
    return Raw(_named(walk), _network(walk).to_json())


def _named(walk: _Chain) -> dict[str, NDArray[Any]]:
    named: dict[str, NDArray[Any]] = {}
    for place, (weight, bias) in enumerate(walk.layers):
        named[f"{2 * place}.weight"] = weight
        named[f"{2 * place}.bias"] = np.zeros(len(weight)) if bias is None else bias
    return named


def _network(walk: _Chain) -> Network:
    sizes = [walk.layers[0][0].shape[1], *(weight.shape[0] for weight, _ in walk.layers)]
    words = walk.words
    loss, output = "squared", "identity"
    if walk.last == "Softmax":
        loss = "softmax"
    elif words[-1] == "sigmoid" and sizes[-1] == 1:
        loss = "logistic"
    elif words[-1] == "tanh":
        output = "tanh"
    elif words[-1] != "identity":
        raise UserError(f"its output goes through {words[-1]}; an output of mlpviz is linear, tanh, σ or softmax.")
    hidden = tuple(Hidden(size, word) for size, word in zip(sizes[1:-1], words[:-1], strict=True))
    return Network(sizes[0], hidden, sizes[-1], loss, output_activation=output)


def _activation(node: onnx.NodeProto) -> str:
    word, needed = _ACTIVATIONS[node.op_type]
    said = _DEFAULTS.get(node.op_type, needed) | attributes_of(node)
    for key, value in needed.items():
        has = said[key]
        if has != value and not (isinstance(has, float) and isinstance(value, float) and abs(has - value) < 1e-6):
            raise UserError(f"its {node.op_type} has {key} {shown(has)}; mlpviz's {word} has {shown(value)}.")
    return word


def attributes_of(node: onnx.NodeProto) -> dict[str, Any]:
    """A node's attributes by name. Raises UserError for what cannot be read."""
    from onnx import helper

    try:
        return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    except ValueError as error:
        raise UserError(f"the attributes of {shown(node.name or node.op_type)} cannot be read.") from error
