"""`mlpviz sweep` towards a function: the table of errors, printed and kept row by row."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any

from mlpviz.cli.dispatch import DONE, INTERRUPTED, tell
from mlpviz.cli.notes import uncompiled_note
from mlpviz.cli.output import Progress, check_output, figure, interruptible, print_json
from mlpviz.cli.parsing import option
from mlpviz.cli.sweep_aims import Aim, aim
from mlpviz.cli.sweep_files import CSV, FIGURES, JSON, Key, RowFile
from mlpviz.document.document import MAX_SEEDS
from mlpviz.errors import RunError, UserError, check_whole
from mlpviz.experiments.cluster import Cluster
from mlpviz.experiments.control import Control
from mlpviz.experiments.left import Left, left_words
from mlpviz.experiments.processes import processes
from mlpviz.experiments.sweep import MOST_JOBS, usual_jobs
from mlpviz.experiments.trained import MAX_STEPS
from mlpviz.experiments.work import WAYS, Row, Telling, Told, Work, here, keys, works
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.spec import MAX_WIDTH
from mlpviz.nn.trainer import chosen_backend
from mlpviz.universality.kinked import BOUNDED, lowest
from mlpviz.universality.target import WIDEST_PLANE, Target

# The methods unless told otherwise, by the number of inputs: training on the samples of a plane takes minutes.
USUAL = {1: ("constructed", "adam", "gd", "random", "interpolant"), 2: ("constructed",)}
# Work of less than a second or so is done before other processes have started.
LITTLE = 1e6


def run(arguments: argparse.Namespace) -> int:
    """Sweep; returns the exit code."""
    check_output("--csv", arguments.csv, ".csv")
    check_output("--jsonl", arguments.jsonl, ".jsonl")
    every = _works(arguments)
    goal = aim(arguments)
    sweep = Sweep(keys(every), _files(arguments, goal))
    notes = [*goal.notes, uncompiled_note(), *_absent(arguments, every), sweep.known_note()]
    notes = [line for line in notes if line]
    for line in notes:
        tell(line)
    with ExitStack() as stack:
        if arguments.cluster is not None:
            with option("--cluster"):
                sweep.cluster = stack.enter_context(closing(Cluster(arguments.cluster)))
            if not sweep.cluster.workers:
                tell(f"The scheduler at {arguments.cluster} has no worker; the work waits for one.")
        control = Control()
        with interruptible(control):
            sweep.run(every, goal.target, control, arguments.jobs, printed=not arguments.json)
    status = "diverged" if sweep.failures else "cancelled" if control.stopping else "done"
    out = [path for path in (arguments.csv, arguments.jsonl) if path is not None]
    if arguments.json:
        print_json({**_result(goal, sweep.rows, every, status, out), "notes": notes})
    else:
        for line in goal.lines(*_asked(every)):
            print(line)
        for path in out:
            print(f"wrote {path}")
        if control.stopping:
            again = "; the same command makes the others" if out else ""
            tell(f"Interrupted: {len(sweep.rows):,} of {len(sweep.wanted):,} rows are there{again}.")
    if sweep.failures:
        more = len(sweep.failures) - 1
        raise RunError(sweep.failures[0] + (f" (And {more} more like it.)" if more else ""))
    return INTERRUPTED if control.stopping else DONE


# ---- what is asked for


def _works(arguments: argparse.Namespace) -> list[Work]:
    with option("--dimension"):
        check_whole(arguments.dimension, 1, 2, "The number of inputs")
    methods = USUAL[arguments.dimension] if arguments.methods is None else tuple(dict.fromkeys(arguments.methods))
    for name, given in (("widths", arguments.widths), ("activations", arguments.activations), ("methods", methods)):
        if not given:
            raise UserError(f"--{name}: at least one is needed.")
    _check_methods(methods, arguments)
    with option("--widths"):
        for width in arguments.widths:
            check_whole(width, 1, MAX_WIDTH, "A width")
    with option("--seeds"):
        check_whole(arguments.seeds, 1, MAX_SEEDS, "The number of seeds")
    with option("--steps"):
        check_whole(arguments.steps, 1, MAX_STEPS, "The number of steps")
    with option("--jobs"):
        check_whole(1 if arguments.jobs is None else arguments.jobs, 1, MOST_JOBS, "The number of processes")
        if arguments.jobs is not None and arguments.cluster is not None:
            raise UserError("a cluster has its own workers; leave out one of --jobs and --cluster.")
    found = works(
        tuple(dict.fromkeys(arguments.activations)),
        sorted(set(arguments.widths)),
        methods,
        arguments.seeds,
        arguments.steps,
        chosen_backend(TrainingConfig()),
        arguments.dimension,
    )
    if not found:
        raise UserError(
            f"--methods: there is no method {' or '.join(methods)} for {' or '.join(arguments.activations)}."
        )
    return found


def _check_methods(methods: Sequence[str], arguments: argparse.Namespace) -> None:
    """Refuse what does not exist for functions of so many inputs."""
    inputs = arguments.dimension
    for method in methods:
        if inputs not in WAYS[method].inputs:
            known = ", ".join(name for name, way in WAYS.items() if inputs in way.inputs)
            raise UserError(f"--methods: there is no {method} for functions of two inputs; there are {known}.")
    if inputs == 2 and "constructed" in methods and max(arguments.widths) > WIDEST_PLANE:
        raise UserError(
            f"--widths: for two inputs nets of at most {WIDEST_PLANE} units are constructed; leave wider ones to "
            "--methods adam,gd."
        )


def _absent(arguments: argparse.Namespace, every: list[Work]) -> list[str]:
    """A note for each method that an activation does not have."""
    there = {(work.activation, work.method) for work in every}
    return [
        f"--methods: {method} is left out for {activation}, which it does not exist for."
        for activation in dict.fromkeys(arguments.activations)
        for method in dict.fromkeys(arguments.methods or USUAL[arguments.dimension])
        if (activation, method) not in there
    ]


def _files(arguments: argparse.Namespace, goal: Aim) -> list[RowFile]:
    function = hashlib.sha256(goal.target.g.astype("<f8").tobytes()).hexdigest()[:16]
    wanted = ((arguments.csv, CSV), (arguments.jsonl, JSON))
    files = [RowFile(path, kind, function, arguments.steps) for path, kind in wanted if path is not None]
    for file in files:
        bounded = [row for row in file.rows.values() if row.activation in BOUNDED]
        limit = {row["width"]: row["sup"] for row in goal.limit([row.width for row in bounded])}
        file.check_least({row.key: lowest(limit[row.width], goal.target.g) for row in bounded if row.width in limit})
    return files


# ---- doing it


@dataclass
class Sweep:
    """A table that fills.

    Attributes:
        wanted: its nets, in order. files: where its rows are kept. cluster: whose workers do the work, if not we.
        rows: those that are there, in order. failures: why others will not be, a sentence each.
    """

    wanted: list[Key]
    files: list[RowFile]
    cluster: Cluster | None = None
    rows: list[Row] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known = {key: row for file in reversed(self.files) for key, row in file.rows.items()}
        self._absent: set[Key] = set()
        self._place = 0

    def known_note(self) -> str:
        """A note on rows that were there before; "" where there are none."""
        there = sum(key in self._known for key in self.wanted)
        return f"{there:,} of {len(self.wanted):,} rows are there already." if there else ""

    def run(self, every: list[Work], target: Target, control: Control, jobs: int | None, printed: bool) -> None:
        """Do what is missing; rows are printed and kept as soon as all before them are."""
        missing = [work for work in every if any(key not in self._known for key in work.keys)]
        first = max(10, *(len(work.activation) for work in every))
        progress = _Telling(missing, self)
        if printed:
            print(_line(FIGURES, first))
        try:
            for file in self.files:
                file.begin()
            self._tell(first, printed)
            with closing(self._told(missing, target, control, jobs)) as everything:
                for index, told in everything:
                    self._take(missing[index], told)
                    progress(index, told)
                    self._tell(first, printed, progress)
            # What was done behind a gap is kept too.
            self._absent.update(self.wanted)
            self._tell(first, printed, progress)
            for file in self.files:
                file.sort(self.wanted)
        finally:
            progress.end()
            for file in self.files:
                file.close()

    def _told(self, missing: list[Work], target: Target, control: Control, jobs: int | None) -> Telling:
        def stopping() -> bool:
            return control.stopping

        if self.cluster is not None:
            return self.cluster.perform(missing, target, stopping)
        if jobs is None:
            jobs = usual_jobs() if sum(work.cost for work in missing) > LITTLE else 1
        if min(jobs, len(missing)) > 1:
            return processes(missing, target, jobs, stopping)
        return here(missing, target, stopping)

    def _take(self, work: Work, told: Told) -> None:
        if told.row is not None:
            # A row that is there stays as it is; its net was made again for those that are made from it.
            self._known.setdefault(told.row.key, told.row)
        if told.failure:
            self.failures.append(told.failure)
            self._absent.update(work.keys)

    def _tell(self, first: int, printed: bool, progress: _Telling | None = None) -> None:
        """Print and keep the rows whose turn it is."""
        while self._place < len(self.wanted):
            key = self.wanted[self._place]
            row = self._known.get(key)
            if row is None and key not in self._absent:
                return
            self._place += 1
            if row is None:
                continue
            self.rows.append(row)
            for file in self.files:
                file.append(row)
            if printed:
                if progress is not None:
                    progress.end()
                print(_line(_cells(row), first), flush=True)


class _Telling:
    """Progress on a terminal, with the time left."""

    def __init__(self, missing: Sequence[Work], sweep: Sweep) -> None:
        self._progress, self._missing, self._sweep = Progress(), missing, sweep
        self._shares = dict.fromkeys(range(len(missing)), 0.0)
        self._left = Left(sum(work.cost for work in missing))

    def __call__(self, index: int, told: Told) -> None:
        self._shares[index] = told.share
        work, left = self._missing[index], self._left.seconds(self._done())
        self._progress(
            f"{len(self._sweep.rows):,} of {len(self._sweep.wanted):,} rows; {work.activation}, "
            f"{WAYS[work.method].words}, width {work.widths[-1]}, seed {work.seed}: {told.share:.0%}"
            + (f" · {left_words(left)}" if left is not None else "")
        )

    def _done(self) -> float:
        return sum(share * self._missing[index].cost for index, share in self._shares.items() if share)

    def end(self) -> None:
        """Remove the line."""
        self._progress.end()


# ---- the result


def _cells(row: Row) -> tuple[str, ...]:
    figures = (figure(row.sup), figure(row.rms), f"{row.seconds:.3g}")
    return (row.activation, str(row.width), row.method, str(row.seed), *figures)


def _line(cells: tuple[str, ...], first: int) -> str:
    """One row of the table, its first column so wide."""
    return "".join([f"{cells[0]:<{first}}  ", *(f"{cell:<12}" for cell in cells[1:])]).rstrip()


def _result(goal: Aim, rows: Sequence[Row], every: Sequence[Work], status: str, out: list[str]) -> dict[str, Any]:
    return {
        "status": status,
        "points": [{name: getattr(row, name) for name in FIGURES} for row in rows],
        **goal.result(*_asked(every)),
        "out": out,
    }


def _asked(every: Sequence[Work]) -> tuple[list[str], list[int]]:
    """The activations and the widths of all works."""
    return [work.activation for work in every], [width for work in every for width in work.widths]
