"""A formula as source text and as LaTeX."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from mlpviz.nn.formula.nodes import Node
from mlpviz.nn.formula.ops import OPS

# Binding strength: what binds less than its surroundings needs brackets.
_COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)
_STRENGTH = {
    "gt": _COMPARE, "ge": _COMPARE, "lt": _COMPARE, "le": _COMPARE, "add": _SUM, "sub": _SUM,
    "mul": _PRODUCT, "div": _PRODUCT, "neg": _SIGN, "pow": _POWER,
}  # fmt: skip


_CALLS = ("np.", "torch.", "larger", "smaller")


def plain(value: float) -> str:
    """A number as source text that reads back exactly."""
    if not math.isfinite(value):
        return f'float("{value}")'
    whole = value == int(value) and abs(value) < 1e15 and str(value) != "-0.0"
    return repr(int(value)) if whole else repr(value)


def source(node: Node, names: Mapping[str, str], language: str = "python", like: str = "t") -> str:
    """The formula as an expression of NumPy ("python") or PyTorch ("torch").

    Args:
        node: the formula; for PyTorch `folded`.
        names: what each variable is called there.
        language: "python" or "torch"; the latter calls `larger` and `smaller`, which the script defines.
        like: in PyTorch, a tensor in scope that has the type of numbers wanted.
    """
    torch = language == "torch"

    def text(part: Node, least: int) -> str:
        if part.op == "number":
            return _bracketed(plain(part.value), _SIGN if math.copysign(1, part.value) < 0 else _ATOM, least)
        if part.op == "variable":
            return names[part.name]
        row = OPS[part.op]
        template = row.torch if torch else row.python
        strength = _STRENGTH.get(part.op, _ATOM if template.startswith(_CALLS) else _SUM)
        words = [text(argument, _needed(part.op, place)) for place, argument in enumerate(part.args)]
        if part.op == "where":
            # A choice between two whole numbers would be an array of integers; PyTorch chooses between tensors.
            form = f"torch.tensor({{}}, dtype={like}.dtype)" if torch else "{}"
            for place in (1, 2):
                if (value := part.args[place]).is_number():
                    words[place] = form.format(repr(value.value) if math.isfinite(value.value) else words[place])
        return _bracketed(template.format(*words), strength, least)

    return text(node, _COMPARE)


def _needed(op: str, place: int) -> int:
    if op == "sigmoid":
        return _ATOM
    if op not in _STRENGTH:
        return _COMPARE
    strength = _STRENGTH[op]
    # a − (b − c), a/(b·c) and (−a)**b need their brackets; so does a base that is a power itself.
    if op == "pow":
        return _ATOM if place == 0 else _SIGN
    return strength + 1 if place or op == "neg" else strength


def _bracketed(text: str, strength: int, least: int) -> str:
    return f"({text})" if strength < least else text


def text(node: Node) -> str:
    """The formula as a user could type it."""
    return source(node, _Same()).replace("np.maximum", "max").replace("np.minimum", "min").replace("np.", "")


class _Same(dict[str, str]):
    """Every variable under its own name."""

    def __missing__(self, key: str) -> str:
        return key


_FUNCTIONS = {
    "exp": r"\exp", "log": r"\log", "sin": r"\sin", "cos": r"\cos", "tanh": r"\tanh", "max": r"\max", "min": r"\min",
    "sigmoid": r"\sigma",
}  # fmt: skip
_RELATIONS = {"gt": ">", "ge": r"\geq", "lt": "<", "le": r"\leq"}


def latex(node: Node, names: Mapping[str, str] | None = None) -> str:
    """The formula in LaTeX; `names` says how variables are written, where that is not as they are called."""
    return _Latex(names or _Same()).text(node, _COMPARE)


class _Latex:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._special: dict[str, Callable[[Node], str]] = {
            "div": lambda n: rf"\frac{{{self.text(n.args[0], 0)}}}{{{self.text(n.args[1], 0)}}}",
            "sqrt": lambda n: rf"\sqrt{{{self.text(n.args[0], 0)}}}",
            "abs": lambda n: f"|{self.text(n.args[0], 0)}|",
            "exp": lambda n: f"e^{{{self.text(n.args[0], 0)}}}",
            "expm1": lambda n: f"e^{{{self.text(n.args[0], 0)}}} - 1",
            "log1p": lambda n: rf"\log(1 + {self.text(n.args[0], _SUM)})",
            "pow": lambda n: f"{{{self.text(n.args[0], _ATOM)}}}^{{{self.text(n.args[1], 0)}}}",
            "where": self._cases,
        }

    def text(self, node: Node, least: int) -> str:
        if node.op == "number":
            return _bracketed(_decimal(node.value), _ATOM if node.value >= 0 else _SIGN, least)
        if node.op == "variable":
            return self._names[node.name]
        if node.op in self._special:
            strength = {"expm1": _SUM, "pow": _POWER, "where": _COMPARE}.get(node.op, _ATOM)
            return _bracketed(self._special[node.op](node), strength, least)
        if node.op in _STRENGTH:
            words = [self.text(part, _needed(node.op, place)) for place, part in enumerate(node.args)]
            return _bracketed(self._infix(node, words), _STRENGTH[node.op], least)
        inner = ", ".join(self.text(part, 0) for part in node.args)
        return f"{_FUNCTIONS[node.op]}({inner})"

    @staticmethod
    def _infix(node: Node, words: list[str]) -> str:
        if node.op == "neg":
            return f"-{words[0]}"
        sign = {"add": "+", "sub": "-", "mul": r"\cdot" if node.args[1].is_number() else r"\,"} | _RELATIONS
        return f"{words[0]} {sign[node.op]} {words[1]}"

    def _cases(self, node: Node) -> str:
        condition, first, second = (self.text(part, 0) for part in node.args)
        return rf"{first} \text{{ if }} {condition}, \text{{ else }} {second}"


def _decimal(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    return mantissa if not exponent else rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
