"""`mlpviz sweep`: networks of growing width towards a function."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from mlpviz.cli.activation_ids import activation_id
from mlpviz.cli.dispatch import DONE, INTERRUPTED, tell
from mlpviz.cli.functions import function_named
from mlpviz.cli.notes import uncompiled_note
from mlpviz.cli.output import Progress, check_output, figure, interruptible, print_json, write_text
from mlpviz.cli.parsing import listed, number, one_of, option, whole
from mlpviz.data.strokes import PRESETS, SAMPLES, Drawn, default_function, jump, smoothed
from mlpviz.document.document import MAX_SEEDS, METHODS, SweepPoint, SweepSpec
from mlpviz.errors import Diverged, RunError, UserError, check_number, check_whole
from mlpviz.experiments.control import Control
from mlpviz.experiments.sweep import MOST_JOBS, nets, sweep, usual_jobs
from mlpviz.nn.activations import ACTIVATIONS, OWN
from mlpviz.nn.spec import MAX_WIDTH

_USUAL = SweepSpec()
FIGURES = ("activation", "width", "method", "seed", "sup", "rms", "seconds")
MAX_STEPS = 10_000_000

DESCRIPTION = (
    "Train 1-W-1 networks of growing width W towards a function on [0, 1]; report their largest and RMS errors."
)
EXAMPLES = """examples:
  mlpviz sweep
  mlpviz sweep --function coastline --widths 1,2,4,8,16 --activations relu,tanh --csv coastline.csv
  mlpviz sweep --function points.csv --methods adam,gd --seeds 3 --json
      two columns, x and y; between the points g is linear
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `sweep`."""
    widths = ",".join(map(str, _USUAL.widths))
    parser.add_argument(
        "--function", metavar="NAME|FILE.csv", help=f"{', '.join(PRESETS)}, or points [{default_function().source}]"
    )
    parser.add_argument("--smooth", type=number, metavar="σ", help="of the Gaussian, in 512ths [the function's own]")
    parser.add_argument(
        "--widths", type=listed(whole), default=_USUAL.widths, metavar="1,2,4,…", help=f"hidden units [{widths}]"
    )
    parser.add_argument(
        "--activations",
        type=listed(activation_id),
        default=(_USUAL.activation,),
        metavar="NAME,…",
        help=f"{', '.join(ACTIVATIONS)}, or {OWN}EXPR in t [{_USUAL.activation}]",
    )
    parser.add_argument(
        "--methods",
        type=listed(one_of(METHODS)),
        default=(_USUAL.methods[0],),
        metavar=",".join(METHODS),
        help=f"how they are trained [{_USUAL.methods[0]}]",
    )
    parser.add_argument("--seeds", type=whole, default=1, metavar="K", help="nets of each kind, seeds 0 … K − 1 [1]")
    parser.add_argument(
        "--steps", type=whole, default=_USUAL.steps, metavar="N", help=f"updates of a net [{_USUAL.steps}]"
    )
    parser.add_argument(
        "--jobs",
        type=whole,
        metavar="N",
        help=f"nets that the compiled backend trains at once; their numbers do not depend on it [{usual_jobs()} here]",
    )
    parser.add_argument("--csv", metavar="FILE.csv", help="write the points as a table")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object on one line")


def run(arguments: argparse.Namespace) -> int:
    """Sweep; returns the exit code."""
    check_output("--csv", arguments.csv, ".csv")
    specs = _specs(arguments)
    function, note = _function(arguments)
    notes = [line for line in (note, uncompiled_note()) if line]
    for line in notes:
        tell(line)
    points, control, diverged = list[SweepPoint](), Control(), None
    first = max(10, *(len(spec.activation) for spec in specs))
    if not arguments.json:
        print(_line(FIGURES, first))
    with interruptible(control):
        try:
            for point in _points(function, specs, control, arguments.jobs):
                points.append(point)
                if not arguments.json:
                    print(_line(_cells(point), first), flush=True)
        except Diverged as error:
            diverged = error
    out, failures = list[str](), [] if diverged is None else [str(diverged)]
    if arguments.csv is not None:
        try:
            write_text(arguments.csv, points_csv(points))
            out.append(arguments.csv)
        except (UserError, RunError) as error:
            failures.append(str(error))
    if arguments.json:
        status = "diverged" if diverged else "cancelled" if control.stopping else "done"
        print_json({**_result(function, points, status, out), "notes": notes})
    for path in out if not arguments.json else ():
        print(f"wrote {path}")
    if failures:
        raise RunError(" ".join(failures))
    return INTERRUPTED if control.stopping else DONE


def _specs(arguments: argparse.Namespace) -> list[SweepSpec]:
    for name in ("widths", "activations", "methods"):
        if not getattr(arguments, name):
            raise UserError(f"--{name}: at least one is needed.")
    with option("--widths"):
        for width in arguments.widths:
            check_whole(width, 1, MAX_WIDTH, "A width")
    with option("--seeds"):
        check_whole(arguments.seeds, 1, MAX_SEEDS, "The number of seeds")
    with option("--steps"):
        check_whole(arguments.steps, 1, MAX_STEPS, "The number of steps")
    with option("--jobs"):
        check_whole(1 if arguments.jobs is None else arguments.jobs, 1, MOST_JOBS, "The number of nets at once")
    widths = tuple(sorted(set(arguments.widths)))
    methods = tuple(dict.fromkeys(arguments.methods))
    return [
        SweepSpec(activation, widths, methods, arguments.seeds, 0, arguments.steps)
        for activation in dict.fromkeys(arguments.activations)
    ]


def _function(arguments: argparse.Namespace) -> tuple[Drawn, str]:
    """g, and a note about it."""
    with option("--function"):
        drawn, note = (default_function(), "") if arguments.function is None else function_named(arguments.function)
    if arguments.smooth is None:
        return drawn, note
    with option("--smooth"):
        check_number(arguments.smooth, 0, SAMPLES / 4, "The smoothing σ")
    return replace(drawn, smooth=arguments.smooth), note


def _points(function: Drawn, specs: list[SweepSpec], control: Control, jobs: int | None) -> Iterator[SweepPoint]:
    """The finished nets, in the order of the settings and widths, with progress on the way."""
    progress, total, done = Progress(), sum(len(nets(spec)) for spec in specs), 0
    try:
        for update in chain.from_iterable(sweep(function, spec, (), control, jobs) for spec in specs):
            net = update.net
            kind = f"{net.activation}, {net.method}, seed {net.seed}"
            progress(f"net {done + 1} of {total}: {kind}, width {net.width}, {update.fraction:.0%}")
            if update.point is not None:
                done += 1
                progress.end()
                yield update.point
    finally:
        progress.end()


def _cells(point: SweepPoint) -> tuple[str, ...]:
    figures = (figure(point.sup), figure(point.rms), f"{point.seconds:.3g}")
    return (point.activation, str(point.width), point.method, str(point.seed), *figures)


def _line(cells: tuple[str, ...], first: int) -> str:
    """One row of the table, its first column so wide."""
    return "".join([f"{cells[0]:<{first}}  ", *(f"{cell:<12}" for cell in cells[1:])]).rstrip()


def points_csv(points: list[SweepPoint]) -> str:
    """The points as CSV; every float reads back exactly."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIGURES)
    writer.writerows([getattr(point, name) for name in FIGURES] for point in points)
    return text.getvalue()


def _result(function: Drawn, points: list[SweepPoint], status: str, out: list[str]) -> dict[str, Any]:
    g = smoothed(function)
    return {
        "status": status,
        "points": [{name: getattr(point, name) for name in FIGURES} for point in points],
        "function": {"samples": len(g), "range": [float(g.min()), float(g.max())], "jump": jump(function)},
        "out": out,
    }
