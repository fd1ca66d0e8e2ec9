"""What a network is: frozen specifications, without numbers learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from mlpviz.errors import UserError, check_choice, check_whole
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.losses import LOSSES

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
        check_choice(self.activation, ACTIVATIONS, "activation")


@dataclass(frozen=True, slots=True)
class Network:
    """A multilayer perceptron ŷ = g_θ(x), x ∈ R^inputs, ỹ ∈ R^outputs; what ŷ is follows from the loss.

    `input_names` and `class_names` are words for people; they are empty where there are none.
    Binary classes under the logistic or squared loss have one output and two class names (−1 first).
    """

    inputs: int = 2
    hidden: tuple[Hidden, ...] = ()
    outputs: int = 1
    loss: str = "squared"
    input_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_whole(self.inputs, 1, MAX_INPUTS, "The number of inputs")
        check_whole(self.outputs, 1, MAX_OUTPUTS, "The number of outputs")
        if len(self.hidden) > MAX_HIDDEN:
            raise UserError(f"A network has at most {MAX_HIDDEN} hidden layers, not {len(self.hidden)}.")
        check_choice(self.loss, LOSSES, "loss")
        if self.loss == "logistic" and self.outputs != 1:
            raise UserError(f"The logistic loss needs one output, not {self.outputs}; use softmax for more classes.")
        if self.loss == "softmax" and self.outputs < 2:
            raise UserError("The softmax loss needs at least two outputs, one for each class.")

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer from the inputs to the outputs: (2, 4, 2, 1)."""
        return (self.inputs, *(layer.width for layer in self.hidden), self.outputs)

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
        }

    @classmethod
    def from_json(cls, value: object) -> Network:
        """The inverse of `to_json`. Raises UserError for anything else."""
        if not isinstance(value, Mapping):
            raise UserError("The network's specification must be a JSON object.")
        hidden = value.get("hidden", [])
        names = {key: value.get(key, []) for key in ("input_names", "class_names")}
        if not isinstance(hidden, list) or not all(isinstance(layer, Mapping) for layer in hidden):
            raise UserError("The network's hidden layers must be a list of objects with width and activation.")
        for key, words in names.items():
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise UserError(f"The network's {key} must be a list of strings.")
        if len(hidden) > MAX_HIDDEN:
            raise UserError(f"A network has at most {MAX_HIDDEN} hidden layers, not {len(hidden)}.")
        return cls(
            inputs=value.get("inputs"),  # type: ignore[arg-type]  # __post_init__ checks it
            hidden=tuple(Hidden(layer.get("width"), layer.get("activation")) for layer in hidden),
            outputs=value.get("outputs", 0),
            loss=value.get("loss", ""),
            input_names=tuple(names["input_names"]),
            class_names=tuple(names["class_names"]),
        )
