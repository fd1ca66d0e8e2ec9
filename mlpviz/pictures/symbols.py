r"""The lecture's symbols for the parts of a network, as mathematical markup and as plain text.

Markup is a small part of LaTeX: `W^{(2)}_{13}`, `\tilde y`, `\hat y`. Layers are 0-based here, the output layer is
number len(network.hidden), the inputs are layer −1. A network with one hidden layer has the lecture's U, c, w, b;
deeper ones have W⁽ˡ⁾, b⁽ˡ⁾.
"""

from __future__ import annotations

import re

from mlpviz.nn.spec import Network

INPUTS = -1
_SUPERSCRIPTS = str.maketrans("0123456789()+-−,l", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻⁻˒ˡ")
_SUBSCRIPTS = str.maketrans("0123456789()+-−j", "₀₁₂₃₄₅₆₇₈₉₍₎₊₋₋ⱼ")
_SCRIPT = re.compile(r"([\^_])(?:\{([^}]*)\}|(.))")
_ACCENTS = {r"\tilde": "\u0303", r"\hat": "\u0302"}
_READY = {"y\u0302": "ŷ", "y\u0303": "ỹ"}


def plain(markup: str) -> str:
    r"""Markup as plain text: `W^{(2)}_{13}` → "W⁽²⁾₁₃", `\tilde y` → "ỹ"."""
    markup = re.sub(r"\\(?:mathrm|mathbb|text)\{([^}]*)\}", r"\1", markup)
    markup = re.sub(r"\\(exp|log|tanh|max)\b", r"\1", markup)
    for command, accent in _ACCENTS.items():
        markup = re.sub(re.escape(command) + r"\s*(?:\{(.)\}|(.))", lambda m, a=accent: (m[1] or m[2]) + a, markup)  # type: ignore[misc]
    for spelled, letter in _READY.items():
        markup = markup.replace(spelled, letter)
    return _SCRIPT.sub(
        lambda m: (m[2] if m[2] is not None else m[3]).translate(_SUPERSCRIPTS if m[1] == "^" else _SUBSCRIPTS), markup
    )


def _level(network: Network, layer: int) -> str:
    """The superscript (l) of a hidden layer; none in a network with one hidden layer."""
    return f"^{{({layer + 1})}}" if len(network.hidden) > 1 else ""


def _subscript(*numbers: int) -> str:
    comma = "," if len(numbers) > 1 and max(numbers) > 9 else ""
    return f"_{{{comma.join(map(str, numbers))}}}"


def layer_symbol(network: Network, layer: int) -> str:
    r"""The vector of a layer: x, h or h^{(l)}, \tilde y."""
    if layer == INPUTS:
        return "x"
    return r"\tilde y" if layer == len(network.hidden) else f"h{_level(network, layer)}"


def pre_symbol(network: Network, layer: int) -> str:
    r"""The pre-activations of a layer: z, z^{(l)}, \tilde y."""
    return r"\tilde y" if layer == len(network.hidden) else f"z{_level(network, layer)}"


def unit_symbol(network: Network, layer: int, unit: int, *, pre: bool = False, level: bool = True) -> str:
    r"""One unit: x_2, h_2, h^{(1)}_2 (z_… with `pre`; no superscript if not `level`), \tilde y or \tilde y_2."""
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
    return {"logistic": r"\hat y = σ(\tilde y)", "softmax": r"\hat y = \mathrm{softmax}(\tilde y)"}.get(
        network.loss, r"\hat y = \tilde y"
    )


def shape(network: Network) -> str:
    """The sizes as one word: "2–6–4–2–1"."""
    return "–".join(map(str, network.sizes))
