"""What the readers and writers of the weights formats exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.reading import check_text, parse_json
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network

VERSION = 1
MAX_ARRAYS = 200  # a network has at most 34; others' files may hold more, and are refused with a better sentence
MAX_SPEC = 4 << 20  # bytes of the network's specification as JSON: 4096 inputs with long names


class Raw(NamedTuple):
    """A file's content before it is fitted together: arrays by name, and the network's specification if there is one.

    `arrays` hold real numbers of any type; `network` is the parsed JSON, None where the file has no metadata.
    """

    arrays: dict[str, NDArray[Any]]
    network: object | None


@dataclass(frozen=True, eq=False, slots=True)
class Training:
    """How the network is trained and what its optimiser remembers, so that another program can go on.

    Attributes:
        config: the settings.
        slots: the optimiser's vectors by name, as `nn.optimizers` says; empty before the first step.
        epoch: epochs finished, by which the schedule goes.
    """

    config: TrainingConfig
    slots: Mapping[str, Array]
    epoch: int = 0


class Content(NamedTuple):
    """What a writer writes.

    `arrays`: contiguous ones by PyTorch's names, float64 or float32; `training` is None unless it was asked for.
    """

    arrays: dict[str, NDArray[Any]]
    network: Network
    training: Training | None = None

    @property
    def dtype(self) -> str:
        """The arrays' type: "float64" or "float32"."""
        return next(iter(self.arrays.values())).dtype.name


@dataclass(frozen=True, slots=True)
class Format:
    """One weights format.

    Attributes:
        name: the word for it.
        sentence: what opens it, for a tooltip.
        write: (file, content) → None; raises UserError.
        read: path → Raw; raises UserError. None where mlpviz only writes.
        check: (training) → None, for a format that takes the optimiser's state along on request; raises UserError
            for a state that it cannot express. None for the others.
    """

    name: str
    sentence: str
    write: Callable[[BinaryIO, Content], None]
    read: Callable[[Path], Raw] | None = None
    check: Callable[[Training], None] | None = None

    @property
    def trains(self) -> bool:
        """Whether it takes the optimiser's state along on request."""
        return self.check is not None


def parse_network(text: str | bytes) -> object:
    """The specification that a file holds as JSON text, parsed but not yet checked."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_SPEC:
        raise UserError(f"the network's specification has {len(data):,} bytes; at most {MAX_SPEC:,} are read.")
    value = parse_json(data, "the network's specification")
    if not isinstance(value, dict):
        raise UserError("the network's specification must be a JSON object.")
    check_text(value, "the network's specification")
    return value


def check_version(version: object, newest: int = VERSION) -> None:
    """Raise UserError for a version that this mlpviz does not know."""
    number = int(version) if isinstance(version, str) and version.isascii() and version.isdigit() else version
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise UserError(f"its version is {shown(version)}, which no mlpviz writes.")
    if number > newest:
        raise UserError(f"a newer mlpviz wrote this (version {number}; this one reads up to {newest}): update mlpviz.")


def check_scale(content: Content) -> None:
    """Raise UserError where float32 cannot hold the standardisation, which graphs and scripts compute with."""
    limits = np.finfo(np.float32)
    most, least = float(limits.max), 1 / float(limits.max)
    if content.dtype == "float32" and any(abs(m) > most or 0 < sigma <= least for m, sigma in content.network.standard):
        raise UserError("The inputs' scale is beyond float32; export as float64.")
