"""The frozen tree that a .mlpviz file holds and that undo steps through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from mlpviz.data.painted import Painted, default_painted
from mlpviz.data.spec import DataSpec
from mlpviz.data.strokes import Drawn
from mlpviz.document.history import History
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network

# How the nets of a sweep are trained, by id, with the words for it.
METHODS = {"adam": "Adam", "gd": "gradient descent"}
# How nets are made that follow from g without training.
BUILT = ("constructed", "random", "interpolant", "curvature", "steps", "square", "cube")
MAX_SEEDS = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """Something changed while a run went on: before update number `step` + 1, `field` took `value`.

    `field` is a name of TrainingConfig, or "θ[i]" for the parameter at index i of θ.
    """

    step: int
    field: str
    value: float | int | str | bool | None


@dataclass(frozen=True, eq=False, slots=True)
class Origin:
    """Where a run began: with it, the document's settings and `RunState.changes`, every later θ can be made again."""

    theta: Array
    slots: Mapping[str, Array]
    step: int
    epoch: int
    cursor: int
    training: TrainingConfig


@dataclass(frozen=True, eq=False, slots=True)
class Best:
    """The θ with the lowest validation loss so far, and the epoch after which it was met."""

    theta: Array
    loss: float
    epoch: int


@dataclass(frozen=True, eq=False, slots=True)
class RunState:
    """Where training stands.

    Attributes:
        theta: θ, flat as `nn.layout` says, read-only float64.
        slots: the optimiser's vectors by name, of the lengths that its row of OPTIMIZERS says.
        step: updates made since Reset.
        epoch: epochs finished since Reset.
        cursor: rows of the unfinished epoch that have been used.
        history: figures so far.
        origin: where this run began (None: at `theta` itself, no step made).
        changes: live changes since the origin, in order.
        best: where the validation loss was lowest, while early stopping watches.
    """

    theta: Array
    slots: Mapping[str, Array] = field(default_factory=lambda: MappingProxyType({}))
    step: int = 0
    epoch: int = 0
    cursor: int = 0
    history: History = field(default_factory=History.empty)
    origin: Origin | None = None
    changes: tuple[Change, ...] = ()
    best: Best | None = None


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """What the window shows of the document: kept in the file, not in undo.

    `layer`: the hidden layer (0-based) of the representation and the weights table, None for the last.
    `unit`: the chosen unit (layer, index), `row`: the chosen row of the data.
    `width`, `method`, `net_seed`: the net shown on Universality; `beside`: the method of another over it, "" for none.
    `inputs`: of the functions on Universality, 1 or 2; `plane_width`: the width of the net of two that is shown.
    `more`: the panels whose less common settings are in sight.
    """

    workspace: str = "lab"
    layer: int | None = None
    unit: tuple[int, int] | None = None
    row: int | None = None
    log_loss: bool = True
    width: int = 8
    method: str = "constructed"
    net_seed: int = 0
    beside: str = ""
    inputs: int = 1
    plane_width: int = 16
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SweepSpec:
    """A sweep over the drawn function: 1-W-1 nets, full batch on its samples, one for each width, method and seed.

    The seeds are `seed`, `seed` + 1, …, `seeds` of them. `steps` is the budget of updates for each net.
    """

    activation: str = "relu"
    widths: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128, 256)
    methods: tuple[str, ...] = ("adam", "gd")
    seeds: int = 5
    seed: int = 0
    steps: int = 8000


@dataclass(frozen=True, eq=False, slots=True)
class SweepPoint:
    """One net of a sweep: its errors (absolute, in units of g), seconds it took, its θ."""

    activation: str
    width: int
    method: str
    seed: int
    sup: float
    rms: float
    seconds: float
    theta: Array


@dataclass(frozen=True, eq=False, slots=True)
class SweepResults:
    """What a sweep has found so far, and for which function and settings."""

    spec: SweepSpec
    function: Drawn
    points: tuple[SweepPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that a file holds. Make a whole one with `document.edits.new_document()`."""

    data: DataSpec
    network: Network
    training: TrainingConfig
    state: RunState
    function: Drawn
    sweep: SweepSpec = field(default_factory=SweepSpec)
    results: SweepResults | None = None
    view: ViewSpec = field(default_factory=ViewSpec)
    painted: Painted = field(default_factory=default_painted)


def same(a: object, b: object) -> bool:
    """Whether two documents, or parts of them, are equal to the last bit (NaN equals NaN)."""
    if a is b:
        return True
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if is_dataclass(a) and type(a) is type(b):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    equal: Any = a == b
    return bool(equal)
