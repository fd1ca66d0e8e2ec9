"""Whether an ONNX graph is the one that mlpviz writes for the network of its metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.onnx_foreign import attributes_of
from mlpviz.files.onnx_graph import Graph
from mlpviz.files.raw import Content, check_scale
from mlpviz.nn.layout import layout
from mlpviz.nn.spec import Network

if TYPE_CHECKING:
    import onnx

# Constants are folded by the machine's own exp and sin, whose last digits differ from one to another.
_TOLERANCE = {"float64": 1e-12, "float32": 1e-6}


class _Comparison(Graph):
    """Builds the network's graph and holds every step against the next node of the file's.

    What the nodes and constants are called may differ, the parameters' names may not.
    """

    def __init__(
        self, content: Content, graph: onnx.GraphProto, array_of: Callable[[onnx.TensorProto], NDArray[Any]]
    ) -> None:
        super().__init__(content)
        self._graph, self._array_of = graph, array_of
        self._held = {tensor.name: tensor for tensor in graph.initializer}
        if len(self._held) < len(graph.initializer):
            raise _other("it holds a constant twice")
        self._found = {"x": "x"}  # our name of a value → the file's
        self._taken = {"x", *self._held}
        self._place = 0

    def _add(self, kind: str, inputs: list[str], out: str, **attributes: Any) -> str:
        if self._place == len(self._graph.node):
            raise _other(f"it ends after {self._place:,} operators, where {kind} follows")
        node = self._graph.node[self._place]
        self._place += 1
        what = f"operator {self._place:,}"
        if node.op_type != kind or node.domain:
            raise _other(f"{what} is {shown(node.op_type)} where {kind} belongs")
        if attributes_of(node) != attributes:
            raise _other(f"{what}, {kind}, has other attributes")
        if len(node.input) != len(inputs) or len(node.output) != 1:
            raise _other(f"{what}, {kind}, has {len(node.input)} inputs and {len(node.output)} outputs")
        for ours, theirs in zip(inputs, node.input, strict=True):
            if ours in self.initializers:
                self._hold_constant(ours, theirs)
            elif self._found[ours] != theirs:
                raise _other(f"{what}, {kind}, takes {shown(theirs)} where the result of another operator belongs")
        if node.output[0] in self._taken:
            raise _other(f"{what}, {kind}, gives {shown(node.output[0])}, which there is already")
        self._taken.add(node.output[0])
        self._found[out] = node.output[0]
        return out

    def _hold_constant(self, ours: str, theirs: str) -> None:
        wanted = self.initializers[ours]
        if theirs not in self._held:
            raise _other(f"{shown(theirs)} is computed, or missing, where a constant belongs")
        if ours in self._arrays:
            if theirs != ours:
                raise _other(f"{shown(theirs)} stands where {ours} belongs")
            return  # the weights are what the file says
        array = self._array_of(self._held[theirs])
        if array.dtype != wanted.dtype or array.shape != wanted.shape:
            have, need = f"{array.dtype} {array.shape}", f"{wanted.dtype} {wanted.shape}"
            raise _other(f"the constant {shown(theirs)} is {have} where {need} belongs")
        tolerance = _TOLERANCE.get(wanted.dtype.name, 0)
        with np.errstate(invalid="ignore"):
            same = np.allclose(array, wanted, rtol=tolerance, atol=0, equal_nan=True)
        if not same:
            raise _other(f"the constant {shown(theirs)} holds other numbers")

    def check_end(self) -> None:
        """Every node was seen, and both results are given out."""
        if self._place < len(self._graph.node):
            raise _other(f"it has {len(self._graph.node):,} operators, of which {self._place:,} belong")
        names = [value.name for value in self._graph.output]
        if sorted(names) != ["logits", "output"] or any(self._found[name] != name for name in names):
            raise _other("it gives out something else than logits and output")


def _other(what: str) -> UserError:
    return UserError(f"its graph is not that of the network its metadata describe ({what}); export the weights again.")


def check_graph(
    model: onnx.ModelProto,
    arrays: Mapping[str, NDArray[Any]],
    network: Network,
    array_of: Callable[[onnx.TensorProto], NDArray[Any]],
) -> None:
    """Raise UserError unless the model is what mlpviz writes for the network with these parameters.

    Operators, their wiring and attributes, all constants and the parameters' shapes must be the same. `arrays` are the
    parameters that the file holds, by name; `array_of` gives a tensor's numbers, or raises UserError.
    """
    layout(network.sizes).check(arrays)
    kinds = sorted({array.dtype.name for array in arrays.values()})
    if len(kinds) != 1 or kinds[0] not in _TOLERANCE:
        raise _other(f"its weights are of the type {' and '.join(kinds)}")
    if model.functions:
        raise _other("it has functions of its own")
    content = Content(dict(arrays), network)
    check_scale(content)
    comparison = _Comparison(content, model.graph, array_of)
    inputs = [value for value in model.graph.input if value.name not in arrays]
    if [value.name for value in inputs] != ["x"] or _width(inputs[0]) not in (None, network.inputs):
        raise _other(f"it takes something else than x with {network.inputs:,} columns")
    comparison.build()
    comparison.check_end()


def _width(value: onnx.ValueInfoProto) -> int | None:
    """How many columns an input says that it has; None where it leaves that open."""
    sizes = value.type.tensor_type.shape.dim
    return sizes[-1].dim_value if len(sizes) and sizes[-1].HasField("dim_value") else None
