"""A formula with all that does not depend on a variable worked out, as other languages want it."""

from __future__ import annotations

import numpy as np

from mlpviz.nn.formula.nodes import Node, number
from mlpviz.nn.formula.ops import OPS


def folded(node: Node) -> Node:
    """The same formula, in which every part without variables is a number, and no condition is without one."""
    memo: dict[Node, Node] = {}

    def of(part: Node) -> Node:
        if part not in memo:
            memo[part] = _folded(Node(part.op, tuple(of(a) for a in part.args), part.value, part.name))
        return memo[part]

    return of(node)


def _folded(node: Node) -> Node:
    if node.op == "where" and node.args[0].is_number():
        return node.args[1] if node.args[0].value else node.args[2]
    if not node.args or not all(part.is_number() for part in node.args):
        return node
    with np.errstate(all="ignore"):
        return number(OPS[node.op].numpy(*(np.float64(part.value) for part in node.args)))
