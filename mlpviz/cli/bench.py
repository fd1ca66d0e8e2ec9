"""`mlpviz bench`: how fast mlpviz is on this machine."""

from __future__ import annotations

import argparse
import importlib

from mlpviz.bench.schema import SCHEMA_TEXT
from mlpviz.cli.dispatch import DONE
from mlpviz.cli.output import check_output, print_json, write_text
from mlpviz.errors import UserError

DESCRIPTION = """Measure ratios side by side in one run: every backend of the engine against a plain NumPy loop, epochs
a second; what training needs of memory; how its time grows with rows and parameters; a sweep with one and with several
nets at once; what is built for drawn functions, beside the exact limit. --peers: against other engines.
--gui: the window's frames and the trainer's speed beside it. Absolute figures mean little without the machine and the
yardstick that stand beside them."""
EXAMPLES = f"""examples:
  mlpviz bench
  mlpviz bench --quick --json
  mlpviz bench --peers --peer-python ~/peers/bin/python
      TensorFlow Playground's engine in Node, scikit-learn and PyTorch, as far as they are there
  mlpviz bench --plot linear.svg
      seconds per epoch against rows and parameters, drawn
  mlpviz bench --gui
      needs a display; start-up and memory against an empty window too

{SCHEMA_TEXT}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `bench`."""
    parser.add_argument("--quick", action="store_true", help="smaller sizes, shorter slots")
    parser.add_argument("--peers", action="store_true", help="other engines on the same work (in a checkout)")
    parser.add_argument("--peer-python", metavar="PATH", help="the Python that has torch and scikit-learn")
    parser.add_argument("--plot", metavar="FILE.svg", help="draw how the time grows")
    parser.add_argument("--gui", action="store_true", help="measure the window instead of the engine alone")
    parser.add_argument("--json", action="store_true", help="print one JSON object on one line")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; returns the exit code."""
    if arguments.gui and (arguments.peers or arguments.plot):
        raise UserError("--gui measures the window alone; leave --peers and --plot to another call.")
    check_output("--plot", arguments.plot, ".svg")
    # Imported when needed: only the window's bench reaches Qt.
    measured = importlib.import_module("mlpviz.bench.gui" if arguments.gui else "mlpviz.bench.core")
    if arguments.gui:
        result = measured.run(quick=arguments.quick)
    else:
        with_peers = arguments.peers or arguments.peer_python is not None
        result = measured.run(arguments.quick, arguments.peer_python, with_peers)
    if arguments.plot:
        # The theme has the colours, and needs Qt.
        palette = importlib.import_module("mlpviz.views.kit.theme").LIGHT
        draw = importlib.import_module("mlpviz.bench.plot").draw
        write_text(arguments.plot, draw(result["linear"], result["machine"], palette))
    if arguments.json:
        print_json(result)
    else:
        print(measured.table(result))
    return DONE
