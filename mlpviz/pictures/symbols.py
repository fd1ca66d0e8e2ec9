r"""The lecture's symbols for the parts of a network, as mathematical markup and as plain text.

Markup is a small part of LaTeX: `W^{(2)}_{13}`, `\tilde y`, `\hat y`. Layers are 0-based here, the output layer is
number len(network.hidden), the inputs are layer −1. A network with one hidden layer has the lecture's U, c, w, b;
deeper ones have W⁽ˡ⁾, b⁽ˡ⁾. Where the first layer sees features, or standardised inputs, its input is φ(x).
"""

from __future__ import annotations

import re

from mlpviz.nn.features import feature, linear
from mlpviz.nn.formula.writing import latex
from mlpviz.nn.spec import Network

INPUTS = -1
_SUPERSCRIPTS = str.maketrans("0123456789()+-−,l", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻⁻˒ˡ")
_SUBSCRIPTS = str.maketrans("0123456789()+-−j", "₀₁₂₃₄₅₆₇₈₉₍₎₊₋₋ⱼ")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]*)\}|([^{}\\]))")
_ACCENTS = {r"\tilde": "\u0303", r"\hat": "\u0302"}
_READY = {"y\u0302": "ŷ", "y\u0303": "ỹ"}
_SIGNS = {r"\cdot": "·", r"\geq": "≥", r"\leq": "≤", r"\sigma": "σ", r"\,": ""}
_POWER = re.compile(r"\{x_\{(\d+)\}\}\^\{(\w+)\}")
_RAISED = "\x1e"  # an exponent that has no small letters, while its surroundings are still being read
_PART = r"\{([^{}]*)\}"
LONGEST_NAME = 10  # characters of a feature that may stand for itself; a longer one is called φ_k


def plain(markup: str) -> str:
    r"""Markup as plain text: `W^{(2)}_{13}` → "W⁽²⁾₁₃", `\tilde y` → "ỹ"."""
    markup = re.sub(r"\\(?:mathrm|mathbb|text)\{([^}]*)\}", r"\1", markup)
    markup = re.sub(r"\\(exp|log|tanh|max|min|sin|cos)\b", r"\1", markup)
    for command, sign in _SIGNS.items():
        markup = markup.replace(command, sign)
    for command, accent in _ACCENTS.items():
        markup = re.sub(re.escape(command) + r"\s*(?:\{(.)\}|(.))", lambda m, a=accent: (m[1] or m[2]) + a, markup)  # type: ignore[misc]
    for spelled, letter in _READY.items():
        markup = markup.replace(spelled, letter)
    # From the inside out: a fraction may stand in an exponent, and have powers in it.
    while (found := _innermost(markup)) != markup:
        markup = found
    return markup.replace(_RAISED, "^")


def _innermost(markup: str) -> str:
    markup = _SCRIPT.sub(_script, markup)
    markup = re.sub(rf"\\frac{_PART}{_PART}", lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", markup)
    return re.sub(rf"\\sqrt{_PART}", r"√(\1)", markup)


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"[\w.₀-₉⁰-⁹²³¹]+(\([^()]*\))?", text) else f"({text})"


def _script(match: re.Match[str]) -> str:
    text = match[2] if match[2] is not None else match[3]
    if match[1] == "^" and (":" in text or not all(ord(c) in _SUPERSCRIPTS for c in text)):
        return f"{_RAISED}({text})" if len(text) > 1 else f"{_RAISED}{text}"
    return text.translate(_SUPERSCRIPTS if match[1] == "^" else _SUBSCRIPTS)


def _level(network: Network, layer: int) -> str:
    """The superscript (l) of a hidden layer; none in a network with one hidden layer."""
    return f"^{{({layer + 1})}}" if len(network.hidden) > 1 else ""


def _subscript(*numbers: int) -> str:
    comma = "," if len(numbers) > 1 and max(numbers) > 9 else ""
    return f"_{{{comma.join(map(str, numbers))}}}"


def maps_inputs(network: Network) -> bool:
    """Whether the first layer sees something else than x itself: features, or standardised inputs."""
    return bool(network.features or network.standard)


def feature_symbol(network: Network, unit: int) -> str:
    r"""What the first layer sees at one place: x_2, x_1^{2}, x_1x_2, \sin(x_1); φ_5 for a long formula."""
    if not network.features:
        return f"x{_subscript(unit + 1)}"
    text = network.features[unit]
    index = linear(text)
    if index is not None:
        return f"x{_subscript(index + 1)}"
    symbol = feature_formula(network, unit)
    return symbol if len(plain(symbol)) <= LONGEST_NAME else f"φ{_subscript(unit + 1)}"


def feature_formula(network: Network, unit: int) -> str:
    """A feature's whole formula as markup."""
    node = feature(network.features[unit], network.inputs)
    names = {name: f"x_{{{(linear(name) or 0) + 1}}}" for name in node.variables()}
    return _POWER.sub(r"x_{\1}^{\2}", latex(node, names)).replace(r" \, ", "")


def layer_symbol(network: Network, layer: int) -> str:
    r"""The vector of a layer: x or φ(x), h or h^{(l)}, \tilde y."""
    if layer == INPUTS:
        return "φ(x)" if maps_inputs(network) else "x"
    return r"\tilde y" if layer == len(network.hidden) else f"h{_level(network, layer)}"


def pre_symbol(network: Network, layer: int) -> str:
    r"""The pre-activations of a layer: z, z^{(l)}, \tilde y."""
    return r"\tilde y" if layer == len(network.hidden) else f"z{_level(network, layer)}"


def unit_symbol(network: Network, layer: int, unit: int, *, pre: bool = False, level: bool = True) -> str:
    r"""One unit: x_2 or a feature, h_2, h^{(1)}_2 (z_… with `pre`; h_2 if not `level`), \tilde y or \tilde y_2."""
    if layer == INPUTS:
        return feature_symbol(network, unit)
    if layer == len(network.hidden) and network.outputs == 1:
        return r"\tilde y"
    symbol = pre_symbol(network, layer) if pre else layer_symbol(network, layer)
    return (symbol if level else symbol.split("^")[0]) + _subscript(unit + 1)


def matrix_symbols(network: Network, layer: int) -> tuple[str, str]:
    """The weights and biases of a layer: (U, c) and (w, b), W for several outputs, or (W^{(l)}, b^{(l)})."""
    if len(network.hidden) > 1:
        return f"W^{{({layer + 1})}}", f"b^{{({layer + 1})}}"
    return ("U", "c") if layer < len(network.hidden) else ("w" if network.outputs == 1 else "W", "b")


def parameter_symbol(network: Network, layer: int, unit: int, source: int) -> str:
    """One weight, or the bias where `source` is the fan-in: u_{12}, c_1, w_2, b, W^{(2)}_{13}, b^{(2)}_1."""
    weights, biases = matrix_symbols(network, layer)
    alone = network.outputs == 1 and layer == len(network.hidden) and len(network.hidden) < 2
    if source == network.sizes[layer]:
        return biases if alone else biases + _subscript(unit + 1)
    weights = weights.lower() if len(network.hidden) < 2 else weights
    return weights + (_subscript(source + 1) if alone else _subscript(unit + 1, source + 1))


def affine_formula(network: Network, layer: int) -> str:
    r"""How a layer's pre-activations come about: `z = Ux + c`, `z^{(2)} = W^{(2)}h^{(1)} + b^{(2)}`, …"""
    weights, biases = matrix_symbols(network, layer)
    before, pre = layer_symbol(network, layer - 1), pre_symbol(network, layer)
    if weights == "w":
        return f"{pre} = ⟨{before}, w⟩ + {biases}"
    return f"{pre} = {weights}{before} + {biases}"


def output_formula(network: Network) -> str:
    r"""What ŷ is: `\hat y = σ(\tilde y)`, … by the loss."""
    if network.output_activation == "tanh":
        return r"\hat y = \tanh(\tilde y)"
    return {"logistic": r"\hat y = σ(\tilde y)", "softmax": r"\hat y = \mathrm{softmax}(\tilde y)"}.get(
        network.loss, r"\hat y = \tilde y"
    )


def shape(network: Network) -> str:
    """The sizes as one word: "2–6–4–2–1"."""
    return "–".join(map(str, network.sizes))
