"""A network as an ONNX graph, from operators that ONNX Runtime has for float64 and float32 alike.

Files are read back only if their graph is the one built here: whoever changes it raises `raw.VERSION`, and keeps the
old one for files of the old version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.files.raw import Content, check_scale
from mlpviz.nn.activations import activation_named
from mlpviz.nn.features import factors_of, feature, linear
from mlpviz.nn.formula.fold import folded
from mlpviz.nn.formula.nodes import Node, number, variable
from mlpviz.nn.formula.nodes import call as op
from mlpviz.nn.formula.ops import OPS
from mlpviz.nn.formula.tape import tape

if TYPE_CHECKING:
    import onnx

# Below this, e^t − 1 by tanh keeps its relative accuracy; above, plain subtraction does.
_SPLIT = 1.0


class Graph:
    """Nodes and initializers in the making; make the finished graph with `graph_of`."""

    def __init__(self, content: Content) -> None:
        self._network, self._arrays = content.network, content.arrays
        self._type = np.dtype(content.dtype)
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, NDArray[Any]] = {}
        self._gathered: set[str] = set()  # inputs that have a column of their own

    def build(self) -> None:
        """Everything from x to logits and output."""
        seen = self._standardised(self._features("x"))
        for place, layer in enumerate(self._network.hidden):
            z = self._linear(seen, place, f"z{place + 1}")
            node = activation_named(layer.activation).value
            seen = self._formula(node, {"t": z}, f"h{place + 1}")
        self._output(self._linear(seen, len(self._network.hidden), "logits"))

    def _add(self, kind: str, inputs: list[str], out: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out

    def _number(self, value: float) -> str:
        """The name of a constant; numbers beyond float32 become its largest there."""
        name = f"number {value!r}"
        if np.isfinite(value):
            limit = float(np.finfo(self._type).max)
            value = min(max(value, -limit), limit)
        self.initializers[name] = np.array(value, self._type)
        return name

    def _features(self, x: str) -> str:
        """What the formulas of the features give, (batch, fan_in)."""
        network = self._network
        indices = [linear(text) for text in network.features]
        if not network.features:
            return x
        if all(index is not None for index in indices):
            return self._columns(x, [index or 0 for index in indices], "features")
        parts = []
        for place, text in enumerate(network.features, start=1):
            node = feature(text, network.inputs)
            used = {name: linear(name) or 0 for name in sorted(node.variables())}
            inputs = {name: self._column(x, index) for name, index in used.items()}
            parts.append(self._formula(node, inputs, f"feature{place}"))
        return self._add("Concat", parts, "features", axis=1)

    def _column(self, x: str, index: int) -> str:
        name = f"x{index + 1}"
        if name not in self._gathered:
            self._gathered.add(name)
            self._columns(x, [index], name)
        return name

    def _columns(self, x: str, indices: list[int], out: str) -> str:
        self.initializers[f"{out}.index"] = np.array(indices, np.int64)
        return self._add("Gather", [x, f"{out}.index"], out, axis=1)

    def _standardised(self, seen: str) -> str:
        if not self._network.standard:
            return seen
        means, factors = factors_of(self._network.standard)
        for name, values in (("mean", means), ("factor", factors)):
            with np.errstate(under="ignore"):
                self.initializers[name] = values.astype(self._type)
        centred = self._add("Sub", [seen, "mean"], "centred")
        return self._add("Mul", [centred, "factor"], "standardised")

    def _linear(self, seen: str, place: int, out: str) -> str:
        names = [f"{2 * place}.weight", f"{2 * place}.bias"]
        self.initializers |= {name: self._arrays[name] for name in names}
        return self._add("Gemm", [seen, *names], out, transB=1)

    def _output(self, logits: str) -> None:
        loss = self._network.loss
        if loss == "softmax":
            self._add("Softmax", [logits], "output", axis=1)  # subtracts the largest ỹ first
        elif loss == "logistic":
            self._formula(op("sigmoid", variable("t")), {"t": logits}, "output")
        elif self._network.output_activation == "tanh":
            self._add("Tanh", [logits], "output")
        else:
            self._add("Identity", [logits], "output")

    def _formula(self, node: Node, inputs: dict[str, str], out: str) -> str:
        """The formula's value under the name `out`; its steps are those that mlpviz itself takes."""
        program = tape(folded(composed(node)), tuple(inputs))
        values = [*inputs.values(), *(self._number(value) for value in program.constants)]
        first = len(values)
        for place, (kind, *operands) in enumerate(program.steps):
            arguments = [values[index] for index in operands[: OPS[kind].arity]]
            name = out if first + place == program.result else f"{out}.{place + 1}"
            values.append(self._add(OPS[kind].onnx, arguments, name))
        return values[program.result]


def composed(node: Node) -> Node:
    """The same formula without σ, e^t − 1 and log(1 + t), which ONNX lacks or has with fewer digits."""
    memo: dict[Node, Node] = {}

    def of(part: Node) -> Node:
        if part not in memo:
            args = tuple(of(argument) for argument in part.args)
            rule = _RULES.get(part.op)
            memo[part] = rule(*args) if rule is not None else Node(part.op, args, part.value, part.name)
        return memo[part]

    return of(node)


def _sigmoid(t: Node) -> Node:
    return op("div", number(1), op("add", number(1), op("exp", op("neg", t))))


def _expm1(t: Node) -> Node:
    """2u/(1 − u) with u = tanh(t/2) is e^t − 1."""
    u = op("tanh", op("mul", number(0.5), t))
    small = op("div", op("mul", number(2), u), op("sub", number(1), u))
    return op("where", op("gt", t, number(_SPLIT)), op("sub", op("exp", t), number(1)), small)


def _log1p(t: Node) -> Node:
    """t · log(u)/(u − 1) with u = 1 + t as rounded (Kahan): what rounding does to u it does to both."""
    u = op("add", number(1), t)
    rest = op("sub", u, number(1))
    lost = op("le", op("abs", rest), number(0))
    safe = op("where", lost, number(1), rest)
    return op("where", lost, t, op("mul", t, op("div", op("log", u), safe)))


_RULES = {"sigmoid": _sigmoid, "expm1": _expm1, "log1p": _log1p}


def graph_of(content: Content) -> onnx.GraphProto:
    """The graph: x (batch, inputs) → logits and output (batch, outputs)."""
    from onnx import TensorProto, helper, numpy_helper

    check_scale(content)
    graph = Graph(content)
    graph.build()
    kind = TensorProto.DOUBLE if content.dtype == "float64" else TensorProto.FLOAT
    network = content.network
    return helper.make_graph(
        graph.nodes,
        "mlpviz",
        [helper.make_tensor_value_info("x", kind, ["batch", network.inputs])],
        [helper.make_tensor_value_info(name, kind, ["batch", network.outputs]) for name in ("logits", "output")],
        [numpy_helper.from_array(array, name) for name, array in graph.initializers.items()],
    )
