"""What a network is: frozen specifications, without numbers learned."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from mlpviz.errors import UserError, check_choice, check_number, check_whole, shown
from mlpviz.nn.activations import activation_named
from mlpviz.nn.features import Standard, check_features
from mlpviz.nn.losses import LOSSES, OUTPUT_ACTIVATIONS

MAX_HIDDEN = 16
MAX_WIDTH = 1024
MAX_INPUTS = 4096
MAX_OUTPUTS = 1024


@dataclass(frozen=True, slots=True)
class Hidden:
    """One hidden layer: h⁽ˡ⁾ = f(W⁽ˡ⁾ h⁽ˡ⁻¹⁾ + b⁽ˡ⁾)."""

    width: int
    activation: str = "tanh"

    def __post_init__(self) -> None:
        check_whole(self.width, 1, MAX_WIDTH, "The width of a hidden layer")
        activation_named(self.activation)


@dataclass(frozen=True, slots=True)
class Network:
    """A multilayer perceptron ŷ = g_θ(x), x ∈ R^inputs, ỹ ∈ R^outputs; what ŷ is follows from the loss.

    Attributes:
        inputs: how many numbers x has.
        hidden: the hidden layers.
        outputs: how many numbers ỹ has.
        loss: an id of LOSSES.
        input_names, class_names: words for people, empty where there are none. Two classes with one output have two
            class names (−1 first).
        output_activation: "identity" or, for losses whose ŷ is ỹ otherwise, "tanh": ŷ = tanh ỹ.
        features: formulas of the inputs x1, x2, … that the first layer sees; empty: the inputs themselves.
        standard: (μ, σ) of every feature over the training rows, by which they are standardised; empty: they are not.
    """

    inputs: int = 2
    hidden: tuple[Hidden, ...] = ()
    outputs: int = 1
    loss: str = "squared"
    input_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    output_activation: str = "identity"
    features: tuple[str, ...] = ()
    standard: tuple[Standard, ...] = ()

    def __post_init__(self) -> None:
        check_whole(self.inputs, 1, MAX_INPUTS, "The number of inputs")
        check_whole(self.outputs, 1, MAX_OUTPUTS, "The number of outputs")
        self._check_lists()
        if len(self.hidden) > MAX_HIDDEN:
            raise UserError(f"A network has at most {MAX_HIDDEN} hidden layers, not {len(self.hidden)}.")
        check_choice(self.loss, LOSSES, "loss")
        if self.loss == "logistic" and self.outputs != 1:
            raise UserError(f"The logistic loss needs one output, not {self.outputs}; use softmax for more classes.")
        if self.loss == "softmax" and self.outputs < 2:
            raise UserError("The softmax loss needs at least two outputs, one for each class.")
        check_choice(self.output_activation, OUTPUT_ACTIVATIONS, "output activation")
        if self.output_activation != "identity" and LOSSES[self.loss].own_output:
            raise UserError(
                f"The {self.loss} loss makes ŷ of ỹ itself; an output activation goes with "
                f"{', '.join(name for name, row in LOSSES.items() if not row.own_output)}."
            )
        check_features(self.features, self.inputs)
        self._check_standard()

    def _check_lists(self) -> None:
        """Keep lists as tuples, so that a network can be compared and looked up; refuse what they must not hold."""
        for name in ("hidden", "input_names", "class_names", "features", "standard"):
            value = getattr(self, name)
            if not isinstance(value, (list, tuple)):
                raise UserError(f"The network's {name} must be a tuple, not {shown(value)}.")
            object.__setattr__(self, name, tuple(tuple(part) if isinstance(part, list) else part for part in value))
        for layer in self.hidden:
            if not isinstance(layer, Hidden):
                raise UserError(f"A hidden layer is a Hidden, such as Hidden(4, 'tanh'), not {shown(layer)}.")
        for word in (*self.input_names, *self.class_names):
            if not isinstance(word, str):
                raise UserError(f"The names of a network are words, not {shown(word)}.")

    def _check_standard(self) -> None:
        if self.standard and len(self.standard) != self.fan_in:
            raise UserError(f"The standardisation has {len(self.standard)} features; the network has {self.fan_in}.")
        for pair in self.standard:
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise UserError("The standardisation must be a mean and a deviation for each feature.")
            check_number(pair[0], -sys.float_info.max, sys.float_info.max, "The mean of a feature")
            check_number(pair[1], 0, sys.float_info.max, "The deviation of a feature")

    @property
    def fan_in(self) -> int:
        """How many numbers the first layer sees: features, or inputs where there are none."""
        return len(self.features) or self.inputs

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer from the features to the outputs: (2, 4, 2, 1)."""
        return (self.fan_in, *(layer.width for layer in self.hidden), self.outputs)

    @property
    def size(self) -> int:
        """How many parameters θ has."""
        return sum(n * (m + 1) for m, n in pairwise(self.sizes))

    def with_hidden(self, hidden: tuple[Hidden, ...]) -> Network:
        """The same network with other hidden layers."""
        return replace(self, hidden=hidden)

    def to_json(self) -> dict[str, Any]:
        """Plain values that `json.dumps` takes and `from_json` reads back."""
        return {
            "inputs": self.inputs,
            "hidden": [asdict(layer) for layer in self.hidden],
            "outputs": self.outputs,
            "loss": self.loss,
            "input_names": list(self.input_names),
            "class_names": list(self.class_names),
            "output_activation": self.output_activation,
            "features": list(self.features),
            "standard": [list(pair) for pair in self.standard],
        }

    @classmethod
    def from_json(cls, value: object) -> Network:
        """The inverse of `to_json`. Raises UserError for anything else."""
        if not isinstance(value, Mapping):
            raise UserError("The network's specification must be a JSON object.")
        hidden = value.get("hidden", [])
        names = {key: value.get(key, []) for key in ("input_names", "class_names", "features")}
        standard = value.get("standard", [])
        if not isinstance(hidden, list) or not all(isinstance(layer, Mapping) for layer in hidden):
            raise UserError("The network's hidden layers must be a list of objects with width and activation.")
        for key, words in names.items():
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise UserError(f"The network's {key} must be a list of strings.")
        if not isinstance(standard, list) or not all(isinstance(pair, list) for pair in standard):
            raise UserError("The network's standardisation must be a list of pairs.")
        if len(hidden) > MAX_HIDDEN:
            raise UserError(f"A network has at most {MAX_HIDDEN} hidden layers, not {len(hidden)}.")
        return cls(
            inputs=value.get("inputs"),  # type: ignore[arg-type]  # __post_init__ checks it
            hidden=tuple(Hidden(layer.get("width"), layer.get("activation")) for layer in hidden),
            outputs=value.get("outputs", 0),
            loss=value.get("loss", ""),
            input_names=tuple(names["input_names"]),
            class_names=tuple(names["class_names"]),
            output_activation=value.get("output_activation", "identity"),
            features=tuple(names["features"]),
            standard=tuple(tuple(pair) for pair in standard),
        )
