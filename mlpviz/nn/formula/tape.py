"""A formula as a straight-line program over registers: what both backends run."""

from __future__ import annotations

from dataclasses import dataclass

from mlpviz.nn.formula.nodes import Node, number
from mlpviz.nn.formula.ops import OPS

# Powers up to this one become products: faster, and the same in every backend.
LARGEST_PRODUCT = 4


# The name of an operation, and the registers of its operands; unused ones are 0.
Step = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class Tape:
    """A program. Registers are numbered: inputs first, then constants, then one for each step.

    Attributes:
        inputs: how many variables there are.
        constants: the numbers that occur.
        steps: what is done, in order. Nothing is computed twice.
        result: the register that holds the value.
    """

    inputs: int
    constants: tuple[float, ...]
    steps: tuple[Step, ...]
    result: int

    def uses(self, register: int) -> bool:
        """Whether the program reads the register."""
        return self.result == register or any(register in _operands(step) for step in self.steps)

    def last_uses(self) -> dict[int, int]:
        """For each register that is read, the step that reads it last."""
        return {register: place for place, step in enumerate(self.steps) for register in _operands(step)}


def _operands(step: Step) -> tuple[int, ...]:
    name, *registers = step
    return tuple(registers[: OPS[name].arity])


def tape(node: Node, variables: tuple[str, ...]) -> Tape:
    """The program of a formula whose variables are the inputs, in this order."""
    node = _products(node, {})
    constants = list(dict.fromkeys(part.value for part in node.walk() if part.op == "number"))
    first = len(variables) + len(constants)
    registers: dict[Node, int] = {}
    steps: list[Step] = []

    def place(part: Node) -> int:
        if part.op == "variable":
            return variables.index(part.name)
        if part.op == "number":
            return len(variables) + constants.index(part.value)
        if part not in registers:
            operands = [place(argument) for argument in part.args]
            a, b, c = (*operands, 0, 0)[:3]
            registers[part] = first + len(steps)
            steps.append((part.op, a, b, c))
        return registers[part]

    result = place(node)
    return Tape(len(variables), tuple(constants), tuple(steps), result)


def _products(node: Node, memo: dict[Node, Node]) -> Node:
    """The formula with small whole powers written as products."""
    if not node.args:
        return node
    if node not in memo:
        args = tuple(_products(part, memo) for part in node.args)
        memo[node] = Node(node.op, args)
        exponent = args[-1]
        if node.op == "pow" and exponent.is_number() and exponent.value in range(2, LARGEST_PRODUCT + 1):
            square = Node("mul", (args[0], args[0]))
            memo[node] = {2: square, 3: Node("mul", (square, args[0])), 4: Node("mul", (square, square))}[
                int(exponent.value)
            ]
        elif node.op == "pow" and exponent.is_number(-1):
            memo[node] = Node("div", (number(1), args[0]))
    return memo[node]
