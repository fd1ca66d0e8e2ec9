"""What network a bare state dict belongs to, inferred from the names and shapes of its arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.spec import Hidden, Network

# "0.weight", "net.3.bias", "fc2.weight": what stands before the number must be the same in the whole file.
_NAME = re.compile(r"(?P<stem>.*?)(?P<number>\d{1,9})\.(?P<kind>weight|bias)", re.DOTALL)


class ActivationNeeded(UserError):
    """The file does not say which activation its hidden layers have; ask, and read again with `activation=`.

    Attributes:
        sizes: units of every layer that the file holds, inputs first.
    """

    def __init__(self, sizes: tuple[int, ...]) -> None:
        shape = "–".join(map(str, sizes))
        super().__init__(
            f"the file holds a {shape} network without saying its activation; name it "
            f"(--activation on the command line, activation=… in Python): "
            f"{', '.join(ACTIVATIONS)}."
        )
        self.sizes = sizes


def infer(
    arrays: Mapping[str, NDArray[Any]], activation: str | Sequence[str] | None, loss: str | None
) -> tuple[Network, dict[str, NDArray[Any]]]:
    """The network, and the arrays under mlpviz's own names ("0.weight", "0.bias", "2.weight", …).

    Layers stand in the order of the numbers in their names, whichever those are (a torch Sequential with Dropout
    skips some). Raises ActivationNeeded where there are hidden layers and no activation is given, UserError where the
    arrays are no chain of Linear layers with biases.
    """
    pairs = _pairs(arrays)
    sizes: list[int] = []
    for number, (weight, bias) in pairs.items():
        names = (f"{number}.weight", f"{number}.bias")
        if arrays[weight].ndim != 2:
            raise UserError(
                f"{shown(weight)} has the shape {arrays[weight].shape}; a Linear layer's has two dimensions."
            )
        out, fan = arrays[weight].shape
        if arrays[bias].shape != (out,):
            raise UserError(
                f"{shown(bias)} has the shape {arrays[bias].shape}; it must be ({out},), as {names[0]} says."
            )
        if sizes and sizes[-1] != fan:
            raise UserError(f"{shown(weight)} takes {fan} values, but the layer before it gives {sizes[-1]}.")
        sizes.extend([out] if sizes else [fan, out])
    words = _activations(activation, tuple(sizes))
    hidden = tuple(Hidden(width, word) for width, word in zip(sizes[1:-1], words, strict=True))
    network = Network(inputs=sizes[0], hidden=hidden, outputs=sizes[-1], loss=loss or "squared")
    named = {f"{2 * place}.weight": arrays[weight] for place, (weight, _) in enumerate(pairs.values())}
    named |= {f"{2 * place}.bias": arrays[bias] for place, (_, bias) in enumerate(pairs.values())}
    return network, named


def _pairs(arrays: Mapping[str, NDArray[Any]]) -> dict[int, tuple[str, str]]:
    """Names of weight and bias by the layer's number, ascending."""
    if not arrays:
        raise UserError("the file holds no arrays.")
    found: dict[int, dict[str, str]] = {}
    stems: set[str] = set()
    for name in arrays:
        match = _NAME.fullmatch(name)
        if match is None:
            raise UserError(f"it holds {shown(name)}; mlpviz knows only layers named like 0.weight and 0.bias.")
        stems.add(match["stem"])
        kinds = found.setdefault(int(match["number"]), {})
        if len(stems) > 1 or match["kind"] in kinds:
            raise UserError(
                f"its layers are named in more than one way ({shown(name)}); mlpviz reads one chain of them."
            )
        kinds[match["kind"]] = name
    for number, kinds in found.items():
        for kind in ("weight", "bias"):
            if kind not in kinds:
                there = next(iter(kinds.values()))
                raise UserError(f"{shown(there)} has no {number}.{kind} beside it; mlpviz's layers have both.")
    return {number: (kinds["weight"], kinds["bias"]) for number, kinds in sorted(found.items())}


def _activations(activation: str | Sequence[str] | None, sizes: tuple[int, ...]) -> list[str]:
    layers = len(sizes) - 2
    if activation is None:
        if layers:
            raise ActivationNeeded(sizes)
        return []
    words = activation.split(",") if isinstance(activation, str) else list(activation)
    if len(words) not in (1, layers):
        raise UserError(f"{len(words)} activations are given for {layers} hidden layers; give one, or one for each.")
    return words * layers if len(words) == 1 else words
