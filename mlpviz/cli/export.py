"""`mlpviz export`: a document or weights into any weights format."""

from __future__ import annotations

import argparse

from mlpviz.api import load
from mlpviz.cli.activation_ids import activation_id
from mlpviz.cli.dispatch import DONE
from mlpviz.cli.output import check_output, print_json
from mlpviz.cli.parsing import listed, one_of, option
from mlpviz.files import project, weights
from mlpviz.nn.losses import LOSSES

DESCRIPTION = "Convert a document or a weights file into any weights format."
EXAMPLES = """examples:
  mlpviz export lecture.mlpviz --to lecture.safetensors
  mlpviz export net.safetensors --to net.json
  mlpviz export torch.safetensors --activation relu --loss softmax --to net.npz --dtype float32
      a bare state dict does not say its activation; where it does not say its loss either, ŷ = ỹ is assumed
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `export`."""
    parser.add_argument("file", metavar="FILE", help=f"a {project.SUFFIX} document, or {', '.join(weights.FORMATS)}")
    parser.add_argument("--to", required=True, metavar="PATH", help=f"what to write: {', '.join(weights.FORMATS)}")
    parser.add_argument(
        "--dtype", type=one_of(weights.DTYPES), default="float64", metavar="|".join(weights.DTYPES), help="[float64]"
    )
    parser.add_argument(
        "--activation", type=listed(activation_id), metavar="NAME,…", help="of a file that does not say it"
    )
    parser.add_argument("--loss", type=one_of(LOSSES), metavar="NAME", help="of a file that does not say it")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object on one line")


def run(arguments: argparse.Namespace) -> int:
    """Convert; returns the exit code."""
    with option("--to"):
        weights.format_of(arguments.to)
    check_output("--to", arguments.to)
    if not arguments.file.lower().endswith(project.SUFFIX):
        weights.format_of(arguments.file)
    model = load(arguments.file, activation=arguments.activation, loss=arguments.loss)
    weights.write(arguments.to, model.network, model.theta, dtype=arguments.dtype)
    sizes = list(model.network.sizes)
    if arguments.json:
        print_json(
            {"status": "done", "layers": sizes, "parameters": model.network.size, "dtype": arguments.dtype,
             "out": [arguments.to]}
        )  # fmt: skip
    else:
        print(f"{'–'.join(map(str, sizes))}, {model.network.size:,} parameters, {arguments.dtype}")
        print(f"wrote {arguments.to}")
    return DONE
