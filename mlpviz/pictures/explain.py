"""What a unit or a weight does, in a formula with the network's own numbers: the text of tooltips and descriptions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlpviz.document.numbers import MINUS, short, signed
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.evaluate import Forward, forward
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network
from mlpviz.pictures.symbols import (
    INPUTS,
    layer_symbol,
    output_formula,
    parameter_symbol,
    plain,
    shape,
    unit_symbol,
)

SHOWN_TERMS = 4  # a longer sum shows so many terms less one, and says how many it leaves out


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """A network at one row of the data.

    Attributes:
        network, theta: as everywhere.
        x: (inputs,) the row.
        passed: what the network makes of it, each array with one row.
    """

    network: Network
    theta: Array
    x: Array
    passed: Forward

    @classmethod
    def at(cls, network: Network, theta: Array, x: Array) -> Moment:
        """The moment at the input x, (inputs,)."""
        return cls(network, theta, x, forward(network, theta, x[None, :]))

    def values(self, layer: int) -> Array:
        """What a layer's units give, (units,): x, h or ỹ."""
        if layer == INPUTS:
            return self.x
        values: Array = self.passed.logits[0] if layer == len(self.network.hidden) else self.passed.h[layer][0]
        return values

    def parameters(self, layer: int, unit: int) -> Array:
        """The weights into a unit and its bias, (fan-in + 1,)."""
        row: Array = layout(self.network.sizes).matrices(self.theta)[layer][unit]
        return row


def factor(value: float) -> str:
    """A number inside a product: in brackets when negative."""
    return f"({short(value)})" if value < 0 else short(value)


def vector(values: Array, most: int = 6) -> str:
    """A vector as text: "(0, −1)", "(0.12, 0.31, 0.55, … 61 more)"; one number alone has no brackets."""
    if len(values) == 1:
        return short(float(values[0]))
    if len(values) <= most:
        return f"({', '.join(short(float(v)) for v in values)})"
    return f"({', '.join(short(float(v)) for v in values[: most - 1])}, … {len(values) - most + 1} more)"


def _sum(weights: Array, things: list[str], bias: float) -> str:
    """w₁·thing₁ + … + bias; negative weights as subtractions, a bias of zero left out. `things` may be fewer."""
    text = ""
    for weight, thing in zip(weights, things, strict=False):
        sign = f" {MINUS} " if weight < 0 else " + "
        text += (sign if text else sign.strip().replace("+", "")) + f"{short(abs(float(weight)))}·{thing}"
    if len(weights) > len(things):
        text += f" + … {len(weights) - len(things):,} more"
    if bias != 0 or not text:
        sign = f" {MINUS} " if bias < 0 else " + "
        text += (sign if text else sign.strip().replace("+", "")) + short(abs(bias))
    return text


def _shown(count: int) -> int:
    return count if count <= SHOWN_TERMS else SHOWN_TERMS - 1


def unit_lines(moment: Moment, layer: int, unit: int) -> tuple[str, ...]:
    """A unit's formula, and its numbers at the moment's row, one a line: "h₂ = ReLU(1·x₁ + 1·x₂ − 1) = 0", …"""
    network = moment.network
    name = plain(unit_symbol(network, layer, unit))
    value = short(float(moment.values(layer)[unit]))
    where = f"at x = {vector(moment.x)}"
    if layer == INPUTS:
        words = network.input_names[unit] if unit < len(network.input_names) else ""
        return (f"{name} = {value}" + (f"  ({words})" if words not in ("", name, f"x{unit + 1}") else ""), where)
    row, sources = moment.parameters(layer, unit), moment.values(layer - 1)
    shown = _shown(len(sources))
    weights, bias = row[:-1], float(row[-1])
    symbols = [plain(unit_symbol(network, layer - 1, i, level=False)) for i in range(shown)]
    inner = _sum(weights, symbols, bias)
    if layer == len(network.hidden):
        return (f"{name} = {inner} = {value}", *_output_lines(moment, unit), where)
    activation = network.hidden[layer].activation
    outer = inner if activation == "identity" else f"{ACTIVATIONS[activation].name}({inner})"
    z = short(float(moment.passed.z[layer][0, unit]))
    numbers = _sum(weights, [factor(float(v)) for v in sources[:shown]], bias)
    pre = plain(unit_symbol(network, layer, unit, pre=True))
    return (f"{name} = {outer} = {value}", f"{pre} = {numbers} = {z}", where)


def _output_lines(moment: Moment, unit: int) -> tuple[str, ...]:
    network = moment.network
    value = short(float(moment.passed.output[0, unit]))
    names = network.class_names
    if network.loss == "logistic":
        words = f", the probability of {names[1]}" if len(names) == 2 else ""
        return (f"ŷ = σ(ỹ) = {value}{words}",)
    if network.loss == "softmax":
        words = f", the probability of {names[unit]}" if unit < len(names) else ""
        index = plain(f"_{{{unit + 1}}}")
        return (f"ŷ{index} = exp(ỹ{index}) / Σⱼ exp(ỹⱼ) = {value}{words}",)
    return ()


def parameter_lines(moment: Moment, layer: int, unit: int, source: int) -> tuple[str, ...]:
    """A weight (or bias: source is the fan-in), and what it carries at the moment's row: "W⁽²⁾₁₃ = +0.377", …"""
    network = moment.network
    name = plain(parameter_symbol(network, layer, unit, source))
    value = float(moment.parameters(layer, unit)[source])
    target = plain(unit_symbol(network, layer, unit, pre=True))
    if source == network.sizes[layer]:
        return (f"{name} = {signed(value)}", f"the bias of {target}")
    carried = float(moment.values(layer - 1)[source])
    origin = plain(unit_symbol(network, layer - 1, source))
    return (
        f"{name} = {signed(value)}",
        f"{origin} → {target}:  {short(value)}·{factor(carried)} = {short(value * carried)}",
    )


def description(network: Network) -> str:
    """The network in words, for people who do not see the diagram."""
    parts = [f"Network {shape(network)} with {network.size:,} parameters: {_count(network.inputs, 'input')} x"]
    last = len(network.hidden) - 1
    for index, layer in enumerate(network.hidden):
        kind = "representation layer" if index == last else f"hidden layer {index + 1}"
        symbol = plain(layer_symbol(network, index))
        parts.append(f"{kind} {symbol} with {_count(layer.width, ACTIVATIONS[layer.activation].name + ' unit')}")
    output = plain(output_formula(network))
    parts.append(f"{_count(network.outputs, 'output')} ỹ, {output}")
    return "; ".join(parts) + "."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def largest(values: Array) -> float:
    """The largest absolute value, 1 where all are 0 or none is there: a scale that can be divided by."""
    top = float(np.max(np.abs(values))) if values.size else 0.0
    return top if top > 0 else 1.0


__all__ = ["Moment", "description", "factor", "largest", "parameter_lines", "unit_lines", "vector"]
