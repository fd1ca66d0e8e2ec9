"""Parses the small part of TeX that `mathtext` paints, into nodes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

SYMBOLS = {
    "cdot": "·", "times": "×", "in": "∈", "leftarrow": "←", "rightarrow": "→", "to": "→", "le": "≤", "ge": "≥",
    "leq": "≤", "geq": "≥", "approx": "≈", "ne": "≠", "pm": "±", "langle": "⟨", "rangle": "⟩", "|": "‖", "sum": "∑",
    "infty": "∞", "partial": "∂", "nabla": "∇", "odot": "⊙", "ldots": "…", "top": "⊤", "circ": "∘", "quad": "\u2003",
    "R": "ℝ", "{": "{", "}": "}",
}  # fmt: skip
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau "
    "upsilon phi chi psi omega"
)
GREEK = {name: chr(0x3B1 + place) for place, name in enumerate(_GREEK_NAMES.split())}
FUNCTIONS = frozenset(["log", "exp", "tanh", "sin", "cos", "max", "min", "sup", "arg", "ReLU", "sign"])
ACCENTS = {"tilde": "˜", "hat": "ˆ", "bar": "¯", "vec": "→"}
SPACES = {",": 0.17, ":": 0.22, ";": 0.28, " ": 0.25, "quad": 1.0}
BINARY = frozenset("+−·×±⊙∘")
_RELATIONS = frozenset("=<>≤≥≈≠←→∈")
_SUBS = {ord(c): s for c, s in zip("0123456789+−=()n", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ", strict=True)}
_SUPS = {ord(c): s for c, s in zip("0123456789+−=()nlL", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿˡᴸ", strict=True)}


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of a formula.

    Attributes:
        kind: letter, digit, operator, open, comma, other, name (of a function), words, space; or, with `parts`,
            scripts (base, sub, sup), accent (base), frac (top, bottom), sqrt (inner), group (inner).
        text: what is drawn; the accent's mark; the width of a space in letters' sizes.
    """

    kind: str
    text: str = ""
    parts: tuple[tuple[Node, ...], ...] = ()


def italic(letter: str) -> str:
    """The mathematical italic of a Latin or small Greek letter; others as they are."""
    code = ord(letter)
    if letter == "h":
        return "ℎ"
    if "A" <= letter <= "Z":
        return chr(0x1D434 + code - ord("A"))
    if "a" <= letter <= "z":
        return chr(0x1D44E + code - ord("a"))
    if 0x3B1 <= code <= 0x3C9:
        return chr(0x1D6FC + code - 0x3B1)
    return chr(0x1D715) if letter == "∂" else letter


def _leaf(char: str) -> Node:
    char = "−" if char == "-" else "′" if char == "'" else char
    if italic(char) != char:
        return Node("letter", italic(char))
    if char.isdigit() or char == ".":
        return Node("digit", char)
    if char in BINARY or char in _RELATIONS:
        return Node("operator", char)
    kinds = {**dict.fromkeys("([{⟨‖|∑√", "open"), ",": "comma"}
    return Node(kinds.get(char, "other"), char)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def row(self, end: str = "") -> tuple[Node, ...]:
        nodes: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] != end:
            if self.text[self.at].isspace():
                self.at += 1
            elif self.text[self.at] in "_^":
                self._script(nodes)
            else:
                nodes.append(self.atom())
        self.at += 1
        return _merged(nodes)

    def _script(self, nodes: list[Node]) -> None:
        place = 1 if self.text[self.at] == "_" else 2
        self.at += 1
        base = nodes.pop() if nodes else Node("group", parts=((),))
        parts = list(base.parts) if base.kind == "scripts" else [(base,), (), ()]
        parts[place] = self.argument()
        nodes.append(Node("scripts", parts=tuple(parts)))

    def argument(self) -> tuple[Node, ...]:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        if self.at >= len(self.text):
            return ()
        atom = self.atom()
        return atom.parts[0] if atom.kind == "group" else (atom,)

    def raw(self) -> str:
        if self.text[self.at : self.at + 1] != "{":
            return ""
        end = self.text.find("}", self.at)
        end = len(self.text) if end < 0 else end
        words, self.at = self.text[self.at + 1 : end], end + 1
        return words

    def atom(self) -> Node:
        char = self.text[self.at]
        self.at += 1
        if char == "{":
            return Node("group", parts=(self.row("}"),))
        return self.command() if char == "\\" else _leaf(char)

    def command(self) -> Node:
        start = self.at
        while self.at < len(self.text) and self.text[self.at].isalpha() and self.text[self.at].isascii():
            self.at += 1
        if self.at == start:
            self.at += 1
        name = self.text[start : self.at]
        if name in SPACES:
            return Node("space", str(SPACES[name]))
        if name in GREEK:
            return _leaf(GREEK[name])
        if name in SYMBOLS:
            return _leaf(SYMBOLS[name])
        if name in FUNCTIONS:
            return Node("name", name)
        if name in ACCENTS:
            return Node("accent", ACCENTS[name], (self.argument(),))
        if name in ("frac", "sqrt"):
            return Node(name, parts=tuple(self.argument() for _ in range(2 if name == "frac" else 1)))
        if name in ("text", "mathrm"):
            return Node("words" if name == "text" else "name", self.raw())
        if name == "mathbb":
            return Node("other", "".join({"R": "ℝ", "N": "ℕ"}.get(c, c) for c in self.raw()))
        raise ValueError(f"unknown command \\{name} in the formula {self.text!r}")


def _merged(nodes: list[Node]) -> tuple[Node, ...]:
    """Digits in a row become one run, so that they are kerned as a number."""
    result: list[Node] = []
    for node in nodes:
        if node.kind == "digit" and result and result[-1].kind == "digit":
            node = Node("digit", result.pop().text + node.text)
        result.append(node)
    return tuple(result)


def parse(text: str) -> tuple[Node, ...]:
    """The nodes of a formula. Raises ValueError for a command there is not."""
    return _Parser(text).row()


def _upright(char: str) -> str:
    code = ord(char)
    if char == "ℎ":
        return "h"
    if 0x1D434 <= code < 0x1D44E:
        return chr(code - 0x1D434 + ord("A"))
    if 0x1D44E <= code < 0x1D468:
        return chr(code - 0x1D44E + ord("a"))
    if 0x1D6FC <= code <= 0x1D714:
        return chr(code - 0x1D6FC + 0x3B1)
    return "∂" if code == 0x1D715 else char


def _plain(nodes: tuple[Node, ...]) -> str:
    return "".join(map(_plain_node, nodes))


def _plain_node(node: Node) -> str:
    match node.kind:
        case "scripts":
            base, sub, sup = map(_plain, node.parts)
            return base + _script(sub, _SUBS, "_") + _script(sup, _SUPS, "^")
        case "accent":
            marks = {"˜": "\u0303", "ˆ": "\u0302", "¯": "\u0304", "→": "\u20d7"}
            return _plain(node.parts[0]) + marks[node.text]
        case "frac":
            return f"{_plain(node.parts[0])}/{_plain(node.parts[1])}"
        case "sqrt":
            return f"√{_plain(node.parts[0])}"
        case "group":
            return _plain(node.parts[0])
        case "space":
            return " "
        case "operator":
            return f" {node.text} " if node.text in _RELATIONS else node.text
        case "name":
            return node.text + " "
        case _:
            return "".join(map(_upright, node.text))


def _script(text: str, table: dict[int, str], mark: str) -> str:
    if not text:
        return ""
    return text.translate(table) if all(ord(c) in table for c in text) else f"{mark}{text}"


def plain(text: str) -> str:
    """A formula as plain Unicode text, for assistive technology: "h₂⁽²⁾", "ŷ"."""
    return unicodedata.normalize("NFC", _plain(parse(text))).strip()
