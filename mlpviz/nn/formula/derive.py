"""The exact derivative of a formula, as another formula."""

from __future__ import annotations

from collections.abc import Callable

from mlpviz.nn.formula.nodes import ONE, ZERO, Node, add, call, div, mul, neg, number, power, sub

Rule = Callable[..., Node]


def derivative(node: Node, by: str) -> Node:
    """∂/∂`by`. At a corner of max, min and where, the second of two equal branches counts; abs has slope 0 at 0."""
    memo: dict[Node, Node] = {}

    def of(part: Node) -> Node:
        if part not in memo:
            memo[part] = _rule(part, by, of)
        return memo[part]

    return of(node)


def _rule(node: Node, by: str, of: Callable[[Node], Node]) -> Node:
    if node.op == "number":
        return ZERO
    if node.op == "variable":
        return ONE if node.name == by else ZERO
    if node.op == "where":
        condition, first, second = node.args
        return _where(condition, of(first), of(second))
    slopes = [of(part) for part in node.args]
    if all(slope.is_number(0) for slope in slopes):
        return ZERO
    return _RULES[node.op](node, *node.args, *slopes)


def _where(condition: Node, first: Node, second: Node) -> Node:
    return first if first == second else call("where", condition, first, second)


def _pow(node: Node, a: Node, b: Node, da: Node, db: Node) -> Node:
    if db.is_number(0):
        return mul(mul(b, power(a, sub(b, ONE))), da)
    if da.is_number(0):
        return mul(mul(node, call("log", a)), db)
    return mul(node, add(mul(db, call("log", a)), div(mul(b, da), a)))


_RULES: dict[str, Rule] = {
    "add": lambda node, a, b, da, db: add(da, db),
    "sub": lambda node, a, b, da, db: sub(da, db),
    "mul": lambda node, a, b, da, db: add(mul(da, b), mul(a, db)),
    "div": lambda node, a, b, da, db: div(sub(da, mul(node, db)), b),
    "neg": lambda node, a, da: neg(da),
    "pow": _pow,
    "exp": lambda node, a, da: mul(node, da),
    "log": lambda node, a, da: div(da, a),
    "sin": lambda node, a, da: mul(call("cos", a), da),
    "cos": lambda node, a, da: neg(mul(call("sin", a), da)),
    "tanh": lambda node, a, da: mul(sub(ONE, mul(node, node)), da),
    "abs": lambda node, a, da: mul(
        call("where", call("gt", a, ZERO), ONE, call("where", call("lt", a, ZERO), number(-1), ZERO)), da
    ),
    "max": lambda node, a, b, da, db: _where(call("gt", a, b), da, db),
    "min": lambda node, a, b, da, db: _where(call("lt", a, b), da, db),
    "sqrt": lambda node, a, da: div(da, mul(number(2), node)),
    "sigmoid": lambda node, a, da: mul(mul(node, sub(ONE, node)), da),
    "expm1": lambda node, a, da: mul(call("exp", a), da),
    "log1p": lambda node, a, da: div(da, add(ONE, a)),
}
