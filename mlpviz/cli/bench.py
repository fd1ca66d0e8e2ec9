"""`mlpviz bench`: how fast mlpviz is on this machine."""

from __future__ import annotations

import argparse
import importlib

from mlpviz.cli.dispatch import DONE
from mlpviz.cli.output import print_json

DESCRIPTION = """Measure ratios side by side in one run: the engine against a plain NumPy loop, epochs a second; with
--gui the window's frames and the trainer's speed beside it. Absolute figures mean little without the machine and the
yardstick that stand above them."""
EXAMPLES = """examples:
  mlpviz bench
  mlpviz bench --quick --json
  mlpviz bench --gui
      needs a display; start-up and memory against an empty window too
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `bench`."""
    parser.add_argument("--quick", action="store_true", help="fewer rows, shorter slots")
    parser.add_argument("--gui", action="store_true", help="measure the window instead of the engine alone")
    parser.add_argument("--json", action="store_true", help="print one JSON object on one line")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; returns the exit code."""
    # Imported when needed: only the window's bench reaches Qt.
    measured = importlib.import_module("mlpviz.bench.gui" if arguments.gui else "mlpviz.bench.core")
    result = measured.run(quick=arguments.quick)
    if arguments.json:
        print_json(result)
    else:
        print(measured.table(result))
    return DONE
