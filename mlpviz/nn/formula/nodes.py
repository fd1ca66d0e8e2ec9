"""A formula as a tree of operations, made by builders that simplify what is plain to see."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """One node: a number, a variable or an operation on other nodes.

    Attributes:
        op: "number", "variable" or a name of `ops.OPS`.
        args: what the operation works on.
        value: of a number.
        name: of a variable.
    """

    op: str
    args: tuple[Node, ...] = ()
    value: float = 0.0
    name: str = ""

    def variables(self) -> set[str]:
        """The names of the variables that occur."""
        return {node.name for node in self.walk() if node.op == "variable"}

    def walk(self) -> Iterator[Node]:
        """Every node below and this one; what occurs twice comes once."""
        seen: set[Node] = set()
        stack = [self]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                yield node
                stack.extend(node.args)

    def is_number(self, value: float | None = None) -> bool:
        """Whether this is a number (equal to `value`)."""
        return self.op == "number" and (value is None or self.value == value)


def number(value: float) -> Node:
    """A number."""
    return Node("number", value=float(value))


def variable(name: str) -> Node:
    """A variable."""
    return Node("variable", name=name)


ZERO, ONE = number(0), number(1)


def add(a: Node, b: Node) -> Node:
    """a + b."""
    if a.is_number() and b.is_number():
        return number(a.value + b.value)
    if a.is_number(0):
        return b
    if b.is_number(0):
        return a
    return sub(a, b.args[0]) if b.op == "neg" else Node("add", (a, b))


def sub(a: Node, b: Node) -> Node:
    """a − b."""
    if a.is_number() and b.is_number():
        return number(a.value - b.value)
    if a.is_number(0):
        return neg(b)
    if b.is_number(0):
        return a
    return add(a, b.args[0]) if b.op == "neg" else Node("sub", (a, b))


def neg(a: Node) -> Node:
    """−a."""
    if a.is_number():
        return number(-a.value)
    if a.op == "mul" and a.args[0].is_number():
        return mul(number(-a.args[0].value), a.args[1])
    return a.args[0] if a.op == "neg" else Node("neg", (a,))


def mul(a: Node, b: Node) -> Node:
    """a · b; a number comes first."""
    if a.is_number() and b.is_number():
        return number(a.value * b.value)
    if b.is_number():
        a, b = b, a
    if a.is_number():
        if a.value in (0, 1, -1):
            return {0: ZERO, 1: b, -1: neg(b)}[int(a.value)]
        if b.op == "mul" and b.args[0].is_number():
            return mul(number(a.value * b.args[0].value), b.args[1])
    if a.op == "neg":
        return neg(mul(a.args[0], b))
    if b.op == "neg":
        return neg(mul(a, b.args[0]))
    return Node("mul", (a, b))


def div(a: Node, b: Node) -> Node:
    """a / b."""
    if a.is_number() and b.is_number() and b.value:
        return number(a.value / b.value)
    if a.is_number(0) and not b.is_number():
        return ZERO
    if a.op == "neg":
        return neg(div(a.args[0], b))
    return a if b.is_number(1) else Node("div", (a, b))


def power(a: Node, b: Node) -> Node:
    """a ** b; 0 ** 0 is 1, as in Python."""
    if b.is_number(0):
        return ONE
    if b.is_number(1):
        return a
    if a.is_number() and b.is_number():
        try:
            value = a.value**b.value
        except (OverflowError, ZeroDivisionError):
            value = math.inf
        return number(value) if isinstance(value, float) else number(math.nan)
    return Node("pow", (a, b))


def call(op: str, *args: Node) -> Node:
    """Any other operation; of max and min a number comes second, so that a corner belongs to it."""
    if op in ("max", "min") and args[0].is_number():
        args = (args[1], args[0])
    return Node(op, args)


BUILDERS = {"add": add, "sub": sub, "neg": neg, "mul": mul, "div": div, "pow": power}


def build(op: str, *args: Node) -> Node:
    """The node of an operation, simplified."""
    builder = BUILDERS.get(op)
    return builder(*args) if builder is not None else call(op, *args)  # type: ignore[operator]
