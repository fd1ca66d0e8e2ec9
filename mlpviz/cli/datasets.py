"""`mlpviz datasets`: list the data sets, or write one."""

from __future__ import annotations

import argparse
import csv
import io
from dataclasses import replace
from typing import Any

from mlpviz.cli.dispatch import DONE
from mlpviz.cli.output import check_output, print_json, write_text
from mlpviz.cli.settings import DATA, add_settings, applied, given
from mlpviz.data.datasets import DATASETS
from mlpviz.data.realise import realise
from mlpviz.data.spec import TABLE, Dataset, DataSpec
from mlpviz.data.tables import write_csv
from mlpviz.errors import UserError, counted, shown

DESCRIPTION = "List the data sets, or write one as CSV: every float reads back exactly."
EXAMPLES = """examples:
  mlpviz datasets
  mlpviz datasets spiral --rows 400 --noise 0.1 --seed 3 --out spiral.csv
  mlpviz datasets iris | head
  mlpviz datasets moons --json > moons.json
      has X and y: mlpviz train --data moons.json reads it
"""
NAMES = [name for name in DATASETS if name != TABLE]
# The sample's seed is the only one here, and which rows are for training is not written.
_OWN_WORDS = {"seed": ("--seed", "seed of the sample"), "classes": ("--classes", "classes of the Gaussians")}
SETTINGS = tuple(
    replace(setting, option=_OWN_WORDS[setting.field][0], help=_OWN_WORDS[setting.field][1])
    if setting.field in _OWN_WORDS
    else setting
    for setting in DATA
    if setting.field not in ("train_ratio", "validation")
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `datasets`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help=", ".join(NAMES))
    add_settings(parser, "made data", DataSpec, SETTINGS)
    parser.add_argument("--out", metavar="FILE.csv", help="where to write it [stdout]")
    parser.add_argument("--json", action="store_true", help="print one JSON object on one line")


def run(arguments: argparse.Namespace) -> int:
    """List or write; returns the exit code."""
    changes = given(arguments, SETTINGS)
    if arguments.name is None:
        if changes or arguments.out is not None:
            raise UserError("name a data set to write; mlpviz datasets lists them.")
        _list(arguments.json)
        return DONE
    if arguments.name not in NAMES:
        raise UserError(f"Unknown data set {shown(arguments.name)}; there are {', '.join(NAMES)}.")
    check_output("--out", arguments.out, ".csv")
    row = DATASETS[arguments.name]
    for setting in SETTINGS:
        if setting.field in changes and setting.field not in row.settings:
            raise UserError(f"{setting.option}: the data set {arguments.name} has no such setting; leave it out.")
    dataset = realise(applied(DataSpec(arguments.name), changes, SETTINGS))
    text = write_csv(dataset)
    if arguments.out is not None:
        write_text(arguments.out, text)
    if arguments.json:
        print_json(_described(dataset, text, arguments.out))
    elif arguments.out is not None:
        print(f"wrote {arguments.out}: {counted(len(dataset.X), 'row')}")
    else:
        print(text, end="")
    return DONE


def _list(as_json: bool) -> None:
    if as_json:
        rows = [
            {"id": name, "name": row.name, "sentence": row.sentence, "task": row.task, "settings": list(row.settings)}
            for name, row in DATASETS.items()
            if name != TABLE
        ]
        print_json({"datasets": rows})
        return
    for name in NAMES:
        print(f"{name:<11}{DATASETS[name].sentence}")


def _described(dataset: Dataset, text: str, out: str | None) -> dict[str, Any]:
    """What the data set is; with its numbers, X and y, when they were not written to a file."""
    described: dict[str, Any] = {
        "name": dataset.name,
        "task": dataset.task,
        "rows": len(dataset.X),
        "inputs": list(dataset.input_names),
        "targets": list(dataset.target_names),
        "classes": list(dataset.class_names),
        "out": [] if out is None else [out],
    }
    if out is not None:
        return described
    y: list[Any] = dataset.y.tolist()
    if dataset.class_names:  # as the CSV labels them
        y = [line[-1] for line in list(csv.reader(io.StringIO(text, newline="")))[1:]]
    return described | {"X": dataset.X.tolist(), "y": y}
