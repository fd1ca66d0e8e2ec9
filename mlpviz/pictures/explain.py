"""What a unit or a weight does, in a formula with the network's own numbers: the text of tooltips and descriptions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlpviz.document.numbers import MINUS, short, signed
from mlpviz.nn.activations import OWN, activation_named
from mlpviz.nn.evaluate import Forward, forward_prepared
from mlpviz.nn.features import linear, mapped, prepared
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.pictures.symbols import (
    INPUTS,
    feature_formula,
    layer_symbol,
    maps_inputs,
    output_formula,
    parameter_symbol,
    plain,
    shape,
    unit_symbol,
)

MOST_NAMED = 8  # features that a description names
SHOWN_TERMS = 4  # a longer sum shows so many terms less one, and says how many it leaves out


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """A network at one row of the data.

    Attributes:
        network, theta: as everywhere.
        x: (inputs,) the row. seen: (fan_in,) what the first layer gets for it.
        passed: what the network makes of it, each array with one row.
    """

    network: Network
    theta: Array
    x: Array
    seen: Array
    passed: Forward

    @classmethod
    def at(cls, network: Network, theta: Array, x: Array) -> Moment:
        """The moment at the input x, (inputs,)."""
        with np.errstate(all="ignore"):
            seen = prepared(network, x[None, :])
        return cls(network, theta, x, seen[0], forward_prepared(network, theta, seen))

    def values(self, layer: int) -> Array:
        """What a layer's units give, (units,): x or its features, h or ỹ."""
        if layer == INPUTS:
            return self.seen
        values: Array = self.passed.logits[0] if layer == len(self.network.hidden) else self.passed.h[layer][0]
        return values

    def parameters(self, layer: int, unit: int) -> Array:
        """The weights into a unit and its bias, (fan-in + 1,)."""
        row: Array = layout(self.network.sizes).matrices(self.theta)[layer][unit]
        return row


def factor(value: float) -> str:
    """A number inside a product: in brackets when negative."""
    return f"({short(value)})" if value < 0 else short(value)


def decimals(values: list[float]) -> list[str]:
    """Numbers of one vector: whole ones as such when all are, else all but exact zeros with the same decimals."""
    if all(value == round(value) for value in values if math.isfinite(value)):
        return [short(value) for value in values]
    places = 3 if len(values) <= 2 else 2
    return [
        f"{value:.{places}f}".replace("-", MINUS)
        if value != 0 and 0.5 * 10**-places <= abs(value) < 1e5
        else short(value)
        for value in values
    ]


def given(values: list[float]) -> list[str]:
    """Numbers of the data: at most three decimals, no zeros at the end."""
    return [
        f"{v:.3f}".rstrip("0").rstrip(".").replace("-", MINUS) if 1e-3 <= abs(v) < 1e5 else short(v) for v in values
    ]


def vector(values: Array, most: int = 6, digits: Callable[[list[float]], list[str]] = decimals) -> str:
    """A vector as text: "(0, −1)", "(0.12, 0.31, 0.55, … 61 more)"; one number alone has no brackets."""
    if len(values) == 1:
        return digits([float(values[0])])[0]
    if len(values) <= most:
        return f"({', '.join(digits(values.tolist()))})"
    return f"({', '.join(digits(values[: most - 1].tolist()))}, … {len(values) - most + 1} more)"


def _sum(weights: Array, things: list[str], bias: float) -> str:
    """w₁·thing₁ + … + bias; negative weights as subtractions, a bias of zero left out. `things` may be fewer."""
    text = ""
    for weight, thing in zip(weights, things, strict=False):
        text += _joined(text, float(weight), f"·{thing}")
    if len(weights) > len(things):
        text += rf" + …\text{{ ({len(weights) - len(things):,} more)}}"
    if bias != 0 or not text:
        text += _joined(text, bias, "")
    return text


def _joined(text: str, value: float, behind: str) -> str:
    sign = f" {MINUS} " if value < 0 else " + "
    return (sign if text else sign.strip().replace("+", "")) + short(abs(value)) + behind


def _shown(count: int) -> int:
    return count if count <= SHOWN_TERMS else SHOWN_TERMS - 1


def _words(text: str) -> str:
    """Plain words inside markup."""
    return rf"\text{{{text.replace('{', '(').replace('}', ')')}}}"


def _where(moment: Moment) -> str:
    return rf"\text{{at }}x = {vector(moment.x, digits=given)}"


def unit_lines(moment: Moment, layer: int, unit: int) -> tuple[str, ...]:
    """A unit's formula and its numbers at the moment's row as lines of markup: "h₂ = ReLU(1·x₁ + 1·x₂ − 1) = 0", …"""
    network = moment.network
    name = unit_symbol(network, layer, unit)
    value = short(float(moment.values(layer)[unit]))
    if layer == INPUTS:
        return _input_lines(moment, unit)
    row, sources = moment.parameters(layer, unit), moment.values(layer - 1)
    shown = _shown(len(sources))
    weights, bias = row[:-1], float(row[-1])
    symbols = [_as_factor(unit_symbol(network, layer - 1, i, level=False)) for i in range(shown)]
    numbers = _sum(weights, [factor(float(v)) for v in sources[:shown]], bias)
    inner = _sum(weights, symbols, bias)
    if layer == len(network.hidden):
        return (f"{name} = {inner} = {value}", f"{name} = {numbers}", *_output_lines(moment, unit), _where(moment))
    activation = network.hidden[layer].activation
    outer = inner if activation == "identity" else f"{_function(activation)}({inner})"
    z = short(float(moment.passed.z[layer][0, unit]))
    return (
        f"{name} = {outer} = {value}",
        f"{unit_symbol(network, layer, unit, pre=True)} = {numbers} = {z}",
        _where(moment),
    )


def _function(activation: str) -> str:
    """What stands before the brackets: ReLU, or f for a function of one's own, whose formula is too long for it."""
    return "f" if activation.startswith(OWN) else rf"\mathrm{{{activation_named(activation).name}}}"


def _as_factor(symbol: str) -> str:
    """A symbol inside a product: a feature that is a sum stands in brackets."""
    return f"({symbol})" if " + " in symbol or " - " in symbol else symbol


def _input_lines(moment: Moment, unit: int) -> tuple[str, ...]:
    """An input or a feature: its value, how it is standardised, its name in the data or its formula, the row."""
    network, name = moment.network, unit_symbol(moment.network, INPUTS, unit)
    with np.errstate(all="ignore"):
        raw = short(float(mapped(network, moment.x[None, :])[0, unit]))
    lines = [f"{name} = {raw}"]
    if network.standard:
        mean, deviation = network.standard[unit]
        seen = short(float(moment.seen[unit]))
        shifted = f"{name} {MINUS if mean >= 0 else '+'} {short(abs(mean))}"
        known = f"({shifted}) / {short(deviation)} = {seen}"
        lines.append(known if deviation > 0 else _words("constant over the training rows, left at 0"))
    place = linear(network.features[unit]) if network.features else unit
    if place is None:
        formula = feature_formula(network, unit)
        lines += [f"{name} = {formula}"] if formula != name else []
    else:
        words = network.input_names[place] if place < len(network.input_names) else ""
        told = words.lower().replace("_", "").replace("₁", "1").replace("₂", "2") not in ("", "x", f"x{place + 1}")
        lines += [_words(words)] if told else []
    return (*lines, _where(moment))


def _output_lines(moment: Moment, unit: int) -> tuple[str, ...]:
    network = moment.network
    value = short(float(moment.passed.output[0, unit]))
    if network.output_activation == "tanh":
        index = f"_{{{unit + 1}}}" if network.outputs > 1 else ""
        return (rf"\hat y{index} = \tanh(\tilde y{index}) = {value}",)
    names = network.class_names
    if network.loss == "logistic":
        words = _words(f", the probability of {names[1]}") if len(names) == 2 else ""
        return (rf"\hat y = σ(\tilde y) = {value}{words}",)
    if network.loss == "softmax":
        words = _words(f", the probability of {names[unit]}") if unit < len(names) else ""
        index = f"_{{{unit + 1}}}"
        return (rf"\hat y{index} = \exp(\tilde y{index}) / ∑_j \exp(\tilde y_j) = {value}{words}",)
    return ()


def parameter_lines(moment: Moment, layer: int, unit: int, source: int) -> tuple[str, ...]:
    """A weight (or bias: source is the fan-in), and what it carries at the moment's row: "W⁽²⁾₁₃ = +0.377", …"""
    network = moment.network
    name = parameter_symbol(network, layer, unit, source)
    value = float(moment.parameters(layer, unit)[source])
    target = unit_symbol(network, layer, unit, pre=True)
    if source == network.sizes[layer]:
        return (f"{name} = {signed(value)}", rf"\text{{the bias of }}{target}")
    carried = float(moment.values(layer - 1)[source])
    origin = unit_symbol(network, layer - 1, source)
    product = f"{short(value)}·{factor(carried)} = {short(value * carried)}"
    return (f"{name} = {signed(value)}", rf"{origin} → {target}\text{{:  }}{product}", _where(moment))


def description(network: Network) -> str:
    """The network in words, for people who do not see the diagram."""
    parts = [f"Network {shape(network)} with {network.size:,} parameters: {_count(network.inputs, 'input')} x"]
    if maps_inputs(network):
        names = ", ".join(plain(unit_symbol(network, INPUTS, unit)) for unit in range(min(network.fan_in, MOST_NAMED)))
        more = ", …" if network.fan_in > MOST_NAMED else ""
        how = ", standardised" if network.standard else ""
        parts.append(f"{_count(network.fan_in, 'feature')} φ(x) = ({names}{more}){how}")
    last = len(network.hidden) - 1
    for index, layer in enumerate(network.hidden):
        kind = "representation layer" if index == last else f"hidden layer {index + 1}"
        symbol = plain(layer_symbol(network, index))
        parts.append(f"{kind} {symbol} with {_count(layer.width, activation_named(layer.activation).name + ' unit')}")
    parts.append(f"{_count(network.outputs, 'output')} ỹ, {plain(output_formula(network))}")
    return "; ".join(parts) + "."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def largest(values: Array) -> float:
    """The largest absolute value, 1 where all are 0 or none is there: a scale that can be divided by."""
    top = float(np.max(np.abs(values))) if values.size else 0.0
    return top if top > 0 else 1.0
