"""The nets of a table of errors, cut into pieces of work that any process on any machine can do."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

from mlpviz.document.document import METHODS
from mlpviz.errors import RunError, UserError
from mlpviz.experiments.control import Stopping
from mlpviz.experiments.trained import Net, trained
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.trainer import chosen_backend
from mlpviz.universality import plane, simple
from mlpviz.universality.construct import construct
from mlpviz.universality.target import Built, Target

# What is told of several pieces of work, with the number of each.
Telling = Generator[tuple[int, "Told"], None, None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a net and its errors (absolute, in units of g), and the seconds it took."""

    activation: str
    width: int
    method: str
    seed: int
    sup: float
    rms: float
    seconds: float

    @property
    def key(self) -> tuple[str, int, str, int]:
        """Which net it is."""
        return self.activation, self.width, self.method, self.seed


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work: one net, or the nets of a method that makes each from the one before.

    What its nets are depends on it and on g alone, to the last bit, on one machine and one set of libraries.

    Attributes:
        activation, method, seed: of all its nets; the seed is 0 where the method draws nothing.
        widths: in ascending order. steps: the updates of a trained net. backend: what trains, "numpy" or "compiled".
        inputs: of g and its nets, 1 or 2.
    """

    activation: str
    method: str
    widths: tuple[int, ...]
    seed: int
    steps: int
    backend: str
    inputs: int = 1

    @property
    def keys(self) -> list[tuple[str, int, str, int]]:
        """Its nets."""
        return [(self.activation, width, self.method, self.seed) for width in self.widths]

    @property
    def cost(self) -> float:
        """About how long it takes, in updates of one hidden unit."""
        return WAYS[self.method].cost(self)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a piece of work on the way.

    Attributes:
        share: how much of it is done, 0 … 1. row: a net that is there. failure: why there will be no more, a sentence.
    """

    share: float
    row: Row | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to come by a net.

    Attributes:
        words: what it is. seeded: whether it draws from a seed. steps: whether it makes so many updates.
        chained: whether the nets of all widths are one piece of work.
        suits: whether it exists for an activation. nets: does the work. cost: see `Work.cost`.
        inputs: of the functions that it exists for.
    """

    words: str
    suits: Callable[[str], bool]
    nets: Callable[[Work, Target, Stopping], Iterator[Told]]
    cost: Callable[[Work], float]
    seeded: bool = False
    steps: bool = False
    chained: bool = False
    inputs: tuple[int, ...] = (1,)


def works(
    activations: Sequence[str],
    widths: Sequence[int],
    methods: Sequence[str],
    seeds: int,
    steps: int,
    backend: str,
    inputs: int = 1,
) -> list[Work]:
    """Everything for these, in the order in which the table has it: by activation, width, method, seed.

    A piece of work stands where its first net does. A method that an activation, or a function of so many inputs, does
    not have is left out.
    """
    found = []
    for activation in activations:
        for place, width in enumerate(widths):
            for method in methods:
                way = WAYS[method]
                if inputs not in way.inputs or not way.suits(activation) or (way.chained and place > 0):
                    continue
                nets = tuple(widths) if way.chained else (width,)
                found += [
                    Work(activation, method, nets, seed, steps if way.steps else 0, backend, inputs)
                    for seed in range(seeds if way.seeded else 1)
                ]
    return found


def keys(found: Sequence[Work]) -> list[tuple[str, int, str, int]]:
    """The nets of all these works, in the order of the table."""
    activations = {name: place for place, name in enumerate(dict.fromkeys(work.activation for work in found))}
    kinds = dict.fromkeys((work.activation, work.method) for work in found)
    methods = {kind: place for place, kind in enumerate(kinds)}
    every = [key for work in found for key in work.keys]
    return sorted(every, key=lambda key: (activations[key[0]], key[1], methods[key[0], key[2]], key[3]))


def perform(work: Work, target: Target, stopping: Stopping) -> Iterator[Told]:
    """Do a piece of work. What makes it fail is told, not raised: it must reach other processes as it is."""
    try:
        # Loading the kernels is no net's time.
        chosen_backend(TrainingConfig(), work.backend)
        yield from WAYS[work.method].nets(work, target, stopping)
    except (RunError, UserError) as error:
        yield Told(1.0, failure=f"{work.activation}, {WAYS[work.method].words}, width {work.widths[-1]}: {error}")


def here(found: Sequence[Work], target: Target, stopping: Stopping) -> Telling:
    """Do the works one after another in this process; yields what is told, with the number of the work."""
    for index, work in enumerate(found):
        for told in perform(work, target, stopping):
            yield index, told
        if stopping():
            return


def _trained(work: Work, target: Target, stopping: Stopping) -> Iterator[Told]:
    net = Net(work.activation, work.widths[0], work.method, work.seed, work.steps, work.backend, work.inputs)
    for update in trained(target, net, 1, stopping):
        row, point = None, update.point
        if point is not None:
            row = Row(*net.key, point.sup, point.rms, point.seconds)
        yield Told(update.fraction, row)


def _constructed(work: Work, target: Target, stopping: Stopping) -> Iterator[Told]:
    build = construct if work.inputs == 1 else plane.build
    return _rows(work, build(work.activation, target, work.widths, stopping))


def _random(work: Work, target: Target, stopping: Stopping) -> Iterator[Told]:
    return _rows(work, simple.random(work.activation, target, work.widths, work.seed, stopping))


def _interpolating(by: str) -> Callable[[Work, Target, Stopping], Iterator[Told]]:
    def nets(work: Work, target: Target, stopping: Stopping) -> Iterator[Told]:
        return _rows(work, simple.interpolant(work.activation, target, work.widths, by))

    return nets


def _steps(work: Work, target: Target, stopping: Stopping) -> Iterator[Told]:
    return _rows(work, simple.steps(target, work.widths))


def _rows(work: Work, nets: Iterator[Built]) -> Iterator[Told]:
    for place, (width, net) in enumerate(zip(work.widths, nets, strict=False), 1):
        row = Row(work.activation, width, work.method, work.seed, net.sup, net.rms, net.seconds)
        yield Told(place / len(work.widths), row)


def _training_cost(work: Work) -> float:
    return Net(work.activation, work.widths[0], work.method, work.seed, work.steps, inputs=work.inputs).cost


def _building_cost(work: Work) -> float:
    return 2000.0 * sum(work.widths)


def _simple_cost(work: Work) -> float:
    return 20.0 * sum(work.widths)


def _always(activation: str) -> bool:
    return True


WAYS = {
    "constructed": Way("constructed", _always, _constructed, _building_cost, chained=True, inputs=(1, 2)),
    **{
        method: Way(words, _always, _trained, _training_cost, seeded=True, steps=True, inputs=(1, 2))
        for method, words in METHODS.items()
    },
    "random": Way("random units with least squares", _always, _random, _building_cost, seeded=True, chained=True),
    "interpolant": Way("interpolation", simple.has_interpolant, _interpolating("uniform"), _simple_cost, chained=True),
    "curvature": Way(
        "interpolation by curvature", simple.has_interpolant, _interpolating("curvature"), _simple_cost, chained=True
    ),
    "steps": Way("steps", lambda activation: activation == "sigmoid", _steps, _simple_cost, chained=True),
}
