"""`mlpviz sweep`: networks of growing width towards a function."""

from __future__ import annotations

import argparse

from mlpviz.cli import sweep_line
from mlpviz.cli.activation_ids import activation_id
from mlpviz.cli.parsing import listed, number, one_of, whole
from mlpviz.cli.sweep_line import USUAL
from mlpviz.data import painted
from mlpviz.data.painted_table import FORMS
from mlpviz.data.strokes import PRESETS, default_function
from mlpviz.document.document import SweepSpec
from mlpviz.experiments.cluster import INSTALL
from mlpviz.experiments.sweep import usual_jobs
from mlpviz.experiments.work import WAYS
from mlpviz.nn.activations import ACTIVATIONS, OWN

_USUAL = SweepSpec()
WORDS = {method: f": {way.words}" for method, way in WAYS.items() if way.words != method}

DESCRIPTION = (
    "Make networks of growing width W for a function, by construction, training and simple methods; report their "
    "largest and RMS errors. 1-W-1 networks for a function on [0, 1], with the least error that any ReLU net of that "
    "width can have; with --dimension 2 2-W-1 networks for a function on [0, 1]², for which no exact limit is known."
)
EXAMPLES = f"""examples:
  mlpviz sweep
  mlpviz sweep --function coastline --widths 1,2,4,8,16 --activations relu,tanh --csv coastline.csv
      rows come as they are ready; the same command again goes on where an earlier one was cut off
  mlpviz sweep --function points.csv --methods adam,gd --seeds 3 --json
      two columns, x and y; between the points g is linear
  mlpviz sweep --function "sin(7*x) + abs(x - 0.3)" --methods constructed --activations relu,tanh,square
  mlpviz sweep --dimension 2 --function ripple --activations tanh,relu,sin --csv ripple.csv
  mlpviz sweep --dimension 2 --function "sin(5*x1)*x2" --widths 4,16,64 --methods constructed,adam --json
  mlpviz sweep --dimension 2 --function face.png --activations tanh
      the middle square of the picture in grey, from 0, black, to 1, white, as 64 × 64 samples
  mlpviz sweep --activations relu,tanh,sin --seeds 20 --jobs 8 --csv errors.csv --jsonl errors.jsonl
  mlpviz sweep --seeds 100 --csv errors.csv --cluster tcp://10.0.0.1:8786
      the work goes to the workers of a Dask scheduler, which have the same mlpviz; {INSTALL}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `sweep`."""
    widths = ",".join(map(str, _USUAL.widths))
    parser.add_argument(
        "--function",
        metavar="NAME|FILE.csv|FORMULA|PICTURE",
        help=f"{', '.join(PRESETS)}, or a formula in x [{default_function().source}]; "
        f"with --dimension 2 {', '.join(painted.PRESETS)}, a formula in x1 and x2, a picture, or a table of {FORMS} "
        f"[{painted.DEFAULT}]",
    )
    parser.add_argument(
        "--dimension",
        type=whole,
        default=1,
        metavar="1|2",
        help="inputs of the function [1]; of two no exact limit is known, and the largest error is that on a grid four "
        "times as fine as the samples",
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
        type=listed(one_of(WAYS)),
        metavar="NAME,…",
        help=f"{'; '.join(method + WORDS.get(method, '') for method in WAYS)} [{','.join(USUAL[1])}]; of two inputs "
        f"{', '.join(method for method, way in WAYS.items() if 2 in way.inputs)} [{','.join(USUAL[2])}]",
    )
    parser.add_argument("--seeds", type=whole, default=1, metavar="K", help="nets of each kind, seeds 0 … K − 1 [1]")
    parser.add_argument(
        "--steps", type=whole, default=_USUAL.steps, metavar="N", help=f"updates of a trained net [{_USUAL.steps}]"
    )
    parser.add_argument(
        "--jobs",
        type=whole,
        metavar="N",
        help=f"processes; the numbers do not depend on it [{usual_jobs()} here, 1 for little work]",
    )
    parser.add_argument("--cluster", metavar="ADDRESS", help="the Dask scheduler whose workers are to do the work")
    parser.add_argument(
        "--csv", metavar="FILE.csv", help="keep the rows as a table; where there is one, only missing rows are made"
    )
    parser.add_argument("--jsonl", metavar="FILE.jsonl", help="the same, a JSON object a line")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object on one line")


def run(arguments: argparse.Namespace) -> int:
    """Sweep; returns the exit code."""
    return sweep_line.run(arguments)
