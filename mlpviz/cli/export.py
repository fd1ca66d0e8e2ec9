"""`mlpviz export`: a document or weights into any weights format."""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from mlpviz.api import load
from mlpviz.cli.activation_ids import activation_id
from mlpviz.cli.dispatch import DONE
from mlpviz.cli.output import check_output, print_json
from mlpviz.cli.parsing import listed, one_of, option
from mlpviz.errors import counted
from mlpviz.files import project, weights
from mlpviz.nn.losses import LOSSES

DESCRIPTION = "Convert a document or a weights file into any weights format."
EXAMPLES = """examples:
  mlpviz export lecture.mlpviz --to lecture.safetensors
  mlpviz export net.safetensors --to net.json
  mlpviz export net.safetensors --to net.onnx
  mlpviz export net.onnx --to net.csv.zip
      a graph that takes raw inputs; one table a layer for a spreadsheet
  mlpviz export lecture.mlpviz --to lecture_numpy.py
  mlpviz export lecture.mlpviz --to lecture_torch.py --with-optimizer
      scripts that run as they are; the second can go on training in PyTorch
  mlpviz export torch.safetensors --activation relu --loss softmax --to net.npz --dtype float32
      a bare state dict does not say its activation; where it does not say its loss either, ŷ = ỹ is assumed
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `export`."""
    parser.add_argument("file", metavar="FILE", help=f"a {project.SUFFIX} document, or {', '.join(weights.READABLE)}")
    parser.add_argument("--to", required=True, metavar="PATH", help=f"what to write: {', '.join(weights.FORMATS)}")
    parser.add_argument(
        "--dtype", type=one_of(weights.DTYPES), default="float64", metavar="|".join(weights.DTYPES), help="[float64]"
    )
    parser.add_argument(
        "--activation", type=listed(activation_id), metavar="NAME,…", help="of a file that does not say it"
    )
    parser.add_argument("--loss", type=one_of(LOSSES), metavar="NAME", help="of a file that does not say it")
    parser.add_argument(
        "--with-optimizer", action="store_true", help="of a document, into _torch.py: what the optimizer remembers too"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object on one line")


def run(arguments: argparse.Namespace) -> int:
    """Convert; returns the exit code."""
    with option("--to"):
        weights.format_of(arguments.to)
    check_output("--to", arguments.to)
    if not arguments.file.lower().endswith(project.SUFFIX):
        weights.format_of(arguments.file)
    model = load(arguments.file, activation=arguments.activation, loss=arguments.loss)
    with option("--with-optimizer") if arguments.with_optimizer else nullcontext():
        model.save(arguments.to, dtype=arguments.dtype, optimizer=arguments.with_optimizer)
    sizes = list(model.network.sizes)
    if arguments.json:
        print_json(
            {"status": "done", "layers": sizes, "parameters": model.network.size, "dtype": arguments.dtype,
             "out": [arguments.to]}
        )  # fmt: skip
    else:
        print(f"{'–'.join(map(str, sizes))}, {counted(model.network.size, 'parameter')}, {arguments.dtype}")
        print(f"wrote {arguments.to}")
    return DONE
