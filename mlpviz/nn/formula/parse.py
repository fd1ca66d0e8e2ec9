"""From text to a formula, by a whitelist over Python's own syntax tree. Nothing is ever executed."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from mlpviz.errors import UserError, counted, shown
from mlpviz.nn.formula.nodes import Node, build, neg, number, variable
from mlpviz.nn.formula.ops import OPS

LONGEST = 400
DEEPEST = 40
MOST = 300
CONSTANTS = {"pi": math.pi, "e": math.e}
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow",
    ast.Gt: "gt", ast.GtE: "ge", ast.Lt: "lt", ast.LtE: "le",
}  # fmt: skip
# What people type for Python's signs, each of one character, so that positions stay.
_SIGNS = str.maketrans({"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/"})
_WORDS = {"^": "**", "π": "pi", **dict.fromkeys("\n\r\t\f", " ")}


class FormulaError(UserError):
    """A text is no formula; `position` counts its characters from 1 (None: the formula as a whole)."""

    def __init__(self, sentence: str, position: int | None = None) -> None:
        super().__init__(sentence if position is None else f"{sentence} (at character {position}).")
        self.position = position


def parse(text: str, variables: Collection[str]) -> Node:
    """The formula that a user's text says.

    Args:
        text: numbers, the variables, pi, e, + − * / ** (or ^), and exp, log, sin, cos, tanh, abs, max, min, sqrt,
            where(condition, a, b); a condition compares two formulas by >, >=, < or <=.
        variables: the names that may occur.

    Raises:
        FormulaError: anything else, with its position.
    """
    return _parsed(text, tuple(variables), False)


def parse_own(text: str, *variables: str) -> Node:
    """As `parse`, for the formulas that mlpviz itself writes: sigmoid, expm1 and log1p may be called as well."""
    return _parsed(text, variables, True)


@lru_cache(maxsize=256)
def _parsed(text: str, variables: tuple[str, ...], own: bool) -> Node:
    if not text.strip():
        raise FormulaError("The formula is empty; type one such as t*exp(-t*t).")
    if len(text) > LONGEST:
        raise FormulaError(f"The formula has {len(text):,} characters; {LONGEST} are allowed.")
    source, places = _python(text)
    if (odd := next((i for i, c in enumerate(source) if not " " <= c <= "~"), None)) is not None:
        raise FormulaError(f"{shown(source[odd])} is no part of a formula", places[odd])
    blank = len(source) - len(source.lstrip())
    places = places[blank:]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of digits that run into words; what they make is refused below
            tree = ast.parse(source.strip(), mode="eval")
    except SyntaxError as error:
        at = len(text) if _breaks_off(source) else places[min(max((error.offset or 1) - 1, 0), len(places) - 1)]
        raise FormulaError("Here the formula cannot be read; check brackets and signs", at) from None
    except (RecursionError, MemoryError, ValueError):
        raise FormulaError("The formula is nested too deeply.") from None
    node = _Reader(variables, own, source.strip(), places).read(tree.body, 0)
    if not own and not node.variables():
        raise FormulaError(f"The formula does not depend on {' or '.join(variables)}; {text.strip()} is a constant.")
    if sum(1 for _ in node.walk()) > MOST:
        raise FormulaError(f"The formula has more than {MOST} parts; make it shorter.")
    return node


def _breaks_off(source: str) -> bool:
    """Whether something is only missing at the end, where Python blames the beginning."""
    open_brackets = max(0, source.count("(") - source.count(")"))
    for more in (")" * open_brackets, "0" + ")" * open_brackets):
        try:
            ast.parse(source.strip() + more, mode="eval")
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            continue
        return True
    return False


def _python(text: str) -> tuple[str, list[int]]:
    """The text with Python's signs, and for each character the one (from 1) of the user's text it stands for."""
    source, places = [], []
    for index, character in enumerate(text.translate(_SIGNS), start=1):
        word = _WORDS.get(character, character)
        source.append(word)
        places.extend([index] * len(word))
    return "".join(source), [*places, len(text)]


class _Reader:
    """Turns the syntax tree into nodes; whatever is not known is refused."""

    def __init__(self, variables: tuple[str, ...], own: bool, source: str, places: list[int]) -> None:
        self._variables, self._source, self._places = variables, source, places
        self._functions = [name for name, row in OPS.items() if row.user or (own and name in _OWN)]

    def _refuse(self, sentence: str, tree: ast.expr, column: int | None = None) -> FormulaError:
        column = tree.col_offset if column is None else column
        return FormulaError(sentence, self._places[min(column, len(self._places) - 1)])

    def _unknown(self, tree: ast.expr) -> FormulaError:
        """The refusal of what is no part of a formula, at the sign that makes it none."""
        before = next((first for kind, first in _FIRST.items() if isinstance(tree, kind)), None)
        first = before(tree) if before is not None else None
        column = tree.col_offset
        if first is not None and first.end_col_offset is not None:
            column = first.end_col_offset
            while column < len(self._source) - 1 and self._source[column] in " )":
                column += 1
        return self._refuse(
            f"This is no part of a formula; there are numbers, + - * / **, {self._known()}", tree, column
        )

    def read(self, tree: ast.expr, depth: int) -> Node:
        """The node of a tree."""
        if depth > DEEPEST:
            raise self._refuse("The formula is nested too deeply", tree)
        if isinstance(tree, ast.Constant):
            return self._number(tree)
        if isinstance(tree, ast.Name):
            return self._name(tree)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, (ast.USub, ast.UAdd)):
            inner = self.read(tree.operand, depth + 1)
            return neg(inner) if isinstance(tree.op, ast.USub) else inner
        if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
            return self._checked(_OPERATORS[type(tree.op)], tree, [tree.left, tree.right], depth)
        if isinstance(tree, ast.Call):
            return self._call(tree, depth)
        if isinstance(tree, ast.Compare):
            raise self._refuse("A comparison belongs into where(condition, a, b)", tree)
        raise self._unknown(tree)

    def _number(self, tree: ast.Constant) -> Node:
        value = tree.value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._refuse("Only plain numbers may stand in a formula", tree)
        try:
            found = float(value)
        except OverflowError:
            found = math.inf
        if not math.isfinite(found):
            raise self._refuse("This number is too large", tree)
        return number(found)

    def _name(self, tree: ast.Name) -> Node:
        if tree.id in self._variables:
            return variable(tree.id)
        if tree.id in CONSTANTS:
            return number(CONSTANTS[tree.id])
        if tree.id in self._functions:
            raise self._refuse(f"{tree.id} needs its arguments in brackets, as in {tree.id}(…)", tree)
        raise self._refuse(f"Unknown name {shown(tree.id)}; there are {self._known()}", tree)

    def _call(self, tree: ast.Call, depth: int) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else None
        if name not in self._functions:
            known = ", ".join(self._functions)
            if name is None:
                raise self._refuse(f"Only a function by its name can be called; there are {known}", tree)
            raise self._refuse(f"Unknown function {shown(name)}; there are {known}", tree)
        arity = OPS[name].arity
        if tree.keywords or any(isinstance(argument, ast.Starred) for argument in tree.args):
            raise self._refuse(f"{name} takes plain arguments only", tree)
        many = name in ("max", "min")
        if len(tree.args) < arity or (len(tree.args) > arity and not many):
            least = "at least " if many else ""
            raise self._refuse(f"{name} takes {least}{counted(arity, 'argument')}, not {len(tree.args)}", tree)
        if name == "where":
            condition = self._condition(tree.args[0], depth + 1)
            return build("where", condition, *(self.read(argument, depth + 1) for argument in tree.args[1:]))
        return self._checked(name, tree, tree.args, depth)

    def _condition(self, tree: ast.expr, depth: int) -> Node:
        if isinstance(tree, ast.BoolOp) or (isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)):
            raise self._refuse("A condition has no and, or, not; put one where(…) into another", tree)
        if isinstance(tree, ast.Compare) and any(isinstance(sign, (ast.Eq, ast.NotEq)) for sign in tree.ops):
            raise self._refuse("A condition compares by >, >=, < or <=; == and != are not allowed", tree)
        if isinstance(tree, ast.Compare) and len(tree.ops) > 1:
            raise self._refuse("A condition is one comparison, not a chain; put one where(…) into another", tree)
        if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or type(tree.ops[0]) not in _OPERATORS:
            example = f"{self._variables[0]} > 0"
            raise self._refuse(f"where needs a condition first: one comparison such as {example}", tree)
        parts = [self.read(part, depth + 1) for part in (tree.left, tree.comparators[0])]
        return build(_OPERATORS[type(tree.ops[0])], *parts)

    def _checked(self, op: str, tree: ast.expr, parts: list[ast.expr], depth: int) -> Node:
        """The operation; one of numbers alone must give a number."""
        nodes = [self.read(part, depth + 1) for part in parts]
        node = nodes[0]
        if OPS[op].arity == 1:
            node = build(op, node)
        for other in nodes[1:]:
            node = build(op, node, other)
        if node.op == "number" and not math.isfinite(node.value):
            raise self._refuse("This is not a finite number", tree)
        return node

    def _known(self) -> str:
        return ", ".join([*self._variables, *CONSTANTS, *self._functions])


# Of what is refused: the part that stands before the sign at fault.
_FIRST: dict[type[ast.expr], Callable[[Any], ast.expr | None]] = {
    ast.BinOp: lambda tree: tree.left,
    ast.Attribute: lambda tree: tree.value,
    ast.Subscript: lambda tree: tree.value,
    ast.BoolOp: lambda tree: tree.values[0],
    ast.IfExp: lambda tree: tree.body,
    ast.Tuple: lambda tree: tree.elts[0] if tree.elts else None,
}
_OWN = ("sigmoid", "expm1", "log1p")
