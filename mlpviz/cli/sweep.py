"""`mlpviz sweep`: networks of growing width towards a function."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from mlpviz.cli.activation_ids import activation_id
from mlpviz.cli.dispatch import DONE, INTERRUPTED
from mlpviz.cli.functions import function_named
from mlpviz.cli.output import Progress, check_output, figure, interruptible, print_json, write_text
from mlpviz.cli.parsing import listed, number, one_of, option, whole
from mlpviz.data.strokes import PRESETS, SAMPLES, Drawn, default_function, jump, smoothed
from mlpviz.document.document import SweepPoint, SweepSpec
from mlpviz.errors import Diverged, UserError, check_number, check_whole
from mlpviz.experiments.control import Control
from mlpviz.experiments.sweep import METHODS, MOST_JOBS, sweeps, usual_jobs
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.spec import MAX_WIDTH

_USUAL = SweepSpec()
FIGURES = ("activation", "width", "method", "seed", "sup", "rms", "seconds")
MAX_STEPS = 10_000_000
MAX_SEEDS = 1000

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
        help=f"{', '.join(ACTIVATIONS)} [{_USUAL.activation}]",
    )
    parser.add_argument(
        "--methods",
        type=listed(one_of(METHODS)),
        default=(_USUAL.method,),
        metavar=",".join(METHODS),
        help=f"how they are trained [{_USUAL.method}]",
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
    function = _function(arguments)
    points, control, diverged = list[SweepPoint](), Control(), None
    if not arguments.json:
        print(_line(FIGURES))
    with interruptible(control):
        try:
            for point in _points(function, specs, control, arguments.jobs):
                points.append(point)
                if not arguments.json:
                    print(_line(_cells(point)), flush=True)
        except Diverged as error:
            diverged = error
    if arguments.csv is not None:
        write_text(arguments.csv, points_csv(points))
    if arguments.json:
        status = "diverged" if diverged else "cancelled" if control.stopping else "done"
        print_json(_result(function, points, status, arguments.csv))
    elif arguments.csv is not None:
        print(f"wrote {arguments.csv}")
    if diverged is not None:
        raise diverged
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
    kinds = product(dict.fromkeys(arguments.activations), dict.fromkeys(arguments.methods), range(arguments.seeds))
    return [SweepSpec(activation, widths, method, seed, arguments.steps) for activation, method, seed in kinds]


def _function(arguments: argparse.Namespace) -> Drawn:
    with option("--function"):
        drawn, note = (default_function(), "") if arguments.function is None else function_named(arguments.function)
    if note:
        print(note, file=sys.stderr)
    if arguments.smooth is None:
        return drawn
    with option("--smooth"):
        check_number(arguments.smooth, 0, SAMPLES / 4, "The smoothing σ")
    return replace(drawn, smooth=arguments.smooth)


def _points(function: Drawn, specs: list[SweepSpec], control: Control, jobs: int | None) -> Iterator[SweepPoint]:
    """The finished nets, in the order of the settings and widths, with progress on the way."""
    progress, total, done = Progress(), sum(len(spec.widths) for spec in specs), 0
    try:
        for update in sweeps(function, specs, (), control, jobs):
            kind = f"{update.spec.activation}, {update.spec.method}, seed {update.spec.seed}"
            progress(f"net {done + 1} of {total}: {kind}, width {update.width}, {update.fraction:.0%}")
            if update.point is not None:
                done += 1
                progress.end()
                yield update.point
    finally:
        progress.end()


def _cells(point: SweepPoint) -> tuple[str, ...]:
    figures = (figure(point.sup), figure(point.rms), f"{point.seconds:.3g}")
    return (point.activation, str(point.width), point.method, str(point.seed), *figures)


def _line(cells: tuple[str, ...]) -> str:
    return "".join(f"{cell:<12}" for cell in cells).rstrip()


def points_csv(points: list[SweepPoint]) -> str:
    """The points as CSV; every float reads back exactly."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIGURES)
    writer.writerows([getattr(point, name) for name in FIGURES] for point in points)
    return text.getvalue()


def _result(function: Drawn, points: list[SweepPoint], status: str, path: str | None) -> dict[str, Any]:
    g = smoothed(function)
    return {
        "status": status,
        "points": [{name: getattr(point, name) for name in FIGURES} for point in points],
        "function": {"samples": len(g), "range": [float(g.min()), float(g.max())], "jump": jump(function)},
        "out": [] if path is None else [path],
    }
