"""Networks of growing width trained towards a drawn function, as a generator of frozen updates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from mlpviz.data.strokes import Drawn, smoothed
from mlpviz.document.document import MAX_SEEDS, SweepPoint, SweepSpec
from mlpviz.errors import UserError, check_whole
from mlpviz.experiments.control import Control
from mlpviz.experiments.pool import Task, cores, parallel
from mlpviz.experiments.trained import Net, SweepUpdate, trained
from mlpviz.nn.config import MAX_SEED
from mlpviz.nn.trainer import chosen_backend
from mlpviz.universality.target import target_of

# More at once hardly help the widest net, which alone takes a third of the time.
MOST_THREADS = 4
MOST_JOBS = 64


def usual_jobs() -> int:
    """How many nets are trained at once where the kernel leaves the interpreter alone.

    Two cores are both used; of more, one is left to the window.
    """
    return min(MOST_THREADS, cores(), max(2, cores() - 1))


def nets(spec: SweepSpec) -> list[Net]:
    """The nets of a sweep, each once, so that a picture fills from narrow to wide: by width, method, seed."""
    return [
        Net(spec.activation, width, method, spec.seed + k, spec.steps)
        for width in dict.fromkeys(spec.widths)
        for method in dict.fromkeys(spec.methods)
        for k in range(spec.seeds)
    ]


def missing(spec: SweepSpec, done: Sequence[SweepPoint]) -> list[Net]:
    """The nets of a sweep that are not among the points, which are of the same function and steps."""
    finished = {(point.activation, point.width, point.method, point.seed) for point in done}
    return [net for net in nets(spec) if net.key not in finished]


def sweep(
    function: Drawn,
    spec: SweepSpec,
    done: Sequence[SweepPoint] = (),
    control: Control | None = None,
    jobs: int | None = None,
) -> Iterator[SweepUpdate]:
    """Train the 1-W-1 nets that `done` lacks, full batch on the samples of g, one for each width, method and seed.

    g is trained on centred and divided by half its range, and that is folded into the output layer afterwards, so that
    the same rate suits every g. The net reported is the last one, whatever its error.

    The compiled kernel trains several nets at once, NumPy one after another: it needs the interpreter all the time.
    Points come by width, then method, then seed, in the order that the spec names them, and nothing in them but their
    `seconds` depends on how many are trained at once; updates of nets under way come in any order.

    Args:
        function: g as drawn.
        spec: widths, activation, methods, seeds, steps.
        done: nets of the same function and steps, which are left out; the rest is what it would have been with them.
        control: ends the sweep when it is asked to stop; a net under way is then not reported as done.
        jobs: nets that the compiled kernel trains at once, 1 to 64; None: `usual_jobs()`.

    Raises:
        UserError: before anything is trained, for settings or a function that cannot be used.
        Diverged: when no rate keeps a net finite; those before it have been reported.
    """
    check_whole(jobs if jobs is not None else 1, 1, MOST_JOBS, "The number of nets trained at once")
    at_once, stop = jobs or usual_jobs(), control or Control()
    _check(spec)
    waiting = missing(spec, done)
    target = target_of(smoothed(function))

    def stopping() -> bool:
        return stop.stopping

    for index, net in enumerate(waiting):
        if stopping():
            return
        # Asked before every net: the kernel may come while NumPy trains.
        if at_once > 1 and index + 1 < len(waiting) and chosen_backend(net.config) == "compiled":
            threads = min(at_once, len(waiting) - index)
            tasks = [Task(other.cost, partial(trained, target, other, threads)) for other in waiting[index:]]
            yield from parallel(tasks, threads, stopping)
            return
        yield from trained(target, net, 1, stopping)


def _check(spec: SweepSpec) -> None:
    if not spec.widths or not spec.methods:
        raise UserError(f"A sweep needs at least one {'method' if spec.widths else 'width'}.")
    check_whole(spec.seeds, 1, MAX_SEEDS, "The number of seeds")
    check_whole(spec.seed, 0, MAX_SEED - spec.seeds + 1, "The seed")
    for width in spec.widths:
        for method in spec.methods:
            Net(spec.activation, width, method, spec.seed, spec.steps).check()
