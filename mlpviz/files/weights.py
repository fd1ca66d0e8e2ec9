"""Weights out and in: one row a format, from which menus, dialogues and commands derive."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mlpviz.document.document import Document
from mlpviz.errors import UserError, check_choice
from mlpviz.files import (
    script_numpy,
    script_torch,
    weights_csv,
    weights_json,
    weights_npz,
    weights_onnx,
    weights_safetensors,
)
from mlpviz.files.atomic import writing
from mlpviz.files.infer import ActivationNeeded, infer
from mlpviz.files.npy import to_float64
from mlpviz.files.raw import Content, Format, Raw, Training
from mlpviz.files.reading import about
from mlpviz.files.script_training import check_training
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.spec import Network

__all__ = [
    "DTYPES",
    "FORMATS",
    "ONLY_TRAINERS",
    "READABLE",
    "ActivationNeeded",
    "Training",
    "Weights",
    "format_of",
    "read",
    "suffix_of",
    "suffixed",
    "training_of",
    "write",
]

DTYPES = ("float64", "float32")

FORMATS: dict[str, Format] = {
    ".safetensors": Format(
        "safetensors",
        "For PyTorch and others: safetensors.torch.load_file reads it as a state dict.",
        weights_safetensors.write,
        weights_safetensors.read,
    ),
    ".npz": Format(
        "NumPy",
        "For NumPy: np.load reads it without pickle.",
        weights_npz.write,
        weights_npz.read,
    ),
    ".json": Format(
        "JSON",
        "For people and every other language; the numbers are exact.",
        weights_json.write,
        weights_json.read,
    ),
    ".onnx": Format(
        "ONNX",
        "For ONNX Runtime and others: a graph that takes raw inputs x and gives ỹ (logits) and ŷ (output).",
        weights_onnx.write,
        weights_onnx.read,
    ),
    ".csv.zip": Format(
        "CSV tables",
        "For spreadsheets: one table a layer; the numbers are exact.",
        weights_csv.write,
        weights_csv.read,
    ),
    "_torch.py": Format(
        "PyTorch script",
        "A script that builds the network in PyTorch and predicts; it can take the optimiser along.",
        script_torch.write,
        check=check_training,
    ),
    "_numpy.py": Format(
        "NumPy script",
        "A script that predicts with NumPy alone.",
        script_numpy.write,
    ),
}
READABLE = tuple(suffix for suffix, row in FORMATS.items() if row.read is not None)
ONLY_TRAINERS = f"Only {', '.join(suffix for suffix, row in FORMATS.items() if row.trains)} takes the optimizer along"


@dataclass(frozen=True, eq=False, slots=True)
class Weights:
    """A network with its parameters, as a file holds them; `note` tells what had to be assumed ("" for nothing)."""

    network: Network
    theta: Array
    note: str = ""


def format_of(path: str | os.PathLike[str]) -> Format:
    """The format that the path's suffix asks for; UserError with the list of suffixes for any other."""
    name = os.path.basename(os.fspath(path))
    if (suffix := suffix_of(name)) is not None:
        return FORMATS[suffix]
    raise UserError(f"{name or 'The file'} has no suffix of a weights file; there are {', '.join(FORMATS)}.")


def suffixed(path: Path, suffix: str) -> Path:
    """The path itself if it ends like a weights file, else with `suffix`, one of FORMATS, at its end."""
    if suffix_of(path.name) is not None:
        return path
    return path.with_name(path.name.removesuffix(Path(suffix).suffix or suffix) + suffix)


def suffix_of(name: str) -> str | None:
    """Which suffix of FORMATS a name ends with; None for any other."""
    return next((suffix for suffix in FORMATS if name.lower().endswith(suffix)), None)


def training_of(document: Document) -> Training:
    """How a document's training stands, for `write`."""
    return Training(document.training, document.state.slots, document.state.epoch)


def write(
    path: str | os.PathLike[str],
    network: Network,
    theta: Array,
    *,
    dtype: str = "float64",
    training: Training | None = None,
) -> None:
    """Write θ under PyTorch's names ("0.weight" [out, in], "0.bias" [out], "2.weight", …), with the network's spec.

    Args:
        path: its suffix, one of FORMATS, chooses the format. The file is replaced whole or not at all.
        network: what the parameters belong to.
        theta: (network.size,), finite; see `nn.layout`.
        dtype: "float64" (bit for bit) or "float32".
        training: how training stands, for a format that takes it along (`Format.trains`).

    Raises:
        UserError: unknown suffix or dtype, a path that cannot be written, numbers beyond float32's range, training that
            the format cannot express.
        RunError: the disk is full.
    """
    row = format_of(path)
    check_choice(dtype, DTYPES, "number type")
    if theta.shape != (network.size,):
        raise UserError(f"The network has {network.size:,} parameters, but {theta.size:,} are given.")
    if not np.isfinite(theta).all():
        raise UserError("The weights hold NaN or infinity and are not written; train again with a lower learning rate.")
    if dtype == "float32" and theta.size and np.abs(theta).max() > np.finfo(np.float32).max:
        raise UserError("A weight is too large for float32; export as float64.")
    if training is not None and not row.trains:
        raise UserError(f"{ONLY_TRAINERS}; choose it, or leave the optimizer out.")
    arrays = layout(network.sizes).to_arrays(theta)
    with writing(path) as file:
        row.write(file, Content({name: array.astype(dtype) for name, array in arrays.items()}, network, training))


def read(
    path: str | os.PathLike[str], *, activation: str | Sequence[str] | None = None, loss: str | None = None
) -> Weights:
    """Read a weights file of any format, from mlpviz or from elsewhere.

    Args:
        path: its suffix chooses the format.
        activation: of the hidden layers (one word for all, or one a layer), where the file does not say.
        loss: what ŷ is, where the file does not say; None takes "squared", ŷ = ỹ.

    Raises:
        ActivationNeeded: the file does not say its activation, and none is given.
        UserError: anything that is no network of mlpviz's; the sentence begins with the file's name.
    """
    row = format_of(path)
    with about(path):
        if row.read is None:
            raise UserError(f"a script is for other programs; mlpviz reads {', '.join(READABLE)} back.")
        return _fitted(row.read(Path(path)), activation, loss)


def _fitted(raw: Raw, activation: str | Sequence[str] | None, loss: str | None) -> Weights:
    if raw.network is None:
        network, arrays = infer(raw.arrays, activation, loss)
        note = "" if loss else "The file does not say what ŷ is: ŷ = ỹ is assumed."
    else:
        network, arrays, note = Network.from_json(raw.network), raw.arrays, ""
        said = [layer.activation for layer in network.hidden]
        words = activation.split(",") if isinstance(activation, str) else list(activation or [])
        if words and words != said and not (len(words) == 1 and set(said) <= set(words)):
            raise UserError(f"it says itself that its activations are {', '.join(said)}; give no others.")
        if loss not in (None, network.loss):
            raise UserError(f"it says itself that its loss is {network.loss}; give no other.")
    numbers = {name: to_float64(array, name) for name, array in arrays.items()}
    return Weights(network, layout(network.sizes).from_arrays(numbers), note)
