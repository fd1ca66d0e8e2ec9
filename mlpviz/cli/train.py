"""`mlpviz train`: train without a window."""

from __future__ import annotations

import argparse
import csv
import io
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from mlpviz.cli.activation_ids import activation_id
from mlpviz.cli.building import built
from mlpviz.cli.dispatch import DONE, FAILED, INTERRUPTED, tell
from mlpviz.cli.notes import have_backend, training_notes
from mlpviz.cli.output import Progress, check_output, duration, figure, interruptible, print_json, write_text
from mlpviz.cli.parsing import listed, one_of, option, switch, whole
from mlpviz.cli.settings import DATA, TRAINING, add_settings
from mlpviz.data.spec import DataSpec
from mlpviz.data.tables import MISSING
from mlpviz.document.document import Document
from mlpviz.document.edits import dataset_of
from mlpviz.document.history import COLUMNS
from mlpviz.errors import RunError, UserError, check_whole, counted
from mlpviz.experiments.control import Control
from mlpviz.experiments.training import STOPPED, Figures, TrainUpdate, train
from mlpviz.files import project, weights
from mlpviz.nn.activations import ACTIVATIONS, OWN
from mlpviz.nn.config import MAX_EPOCHS, TrainingConfig
from mlpviz.nn.layout import Array
from mlpviz.nn.losses import LOSSES, OUTPUT_ACTIVATIONS
from mlpviz.nn.trainer import BACKENDS

DESCRIPTION = "Train a network without a window; the same settings and seed give the same weights as in the window."
EXAMPLES = """examples:
  mlpviz train
      the circle, 2–4–2–1 tanh, 100 epochs
  mlpviz train --data xor --layers 2 --activation relu --epochs 500 --out xor.safetensors
  mlpviz train --data table.csv --target price --layers 16,16 --optimizer adam --save price.mlpviz --history price.csv
  mlpviz train price.mlpviz --epochs 50 --save price.mlpviz --json
      50 more epochs from where the document stands
"""
STATUS = {"done": DONE, STOPPED: DONE, "cancelled": INTERRUPTED, "diverged": FAILED}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `train`."""
    parser.add_argument("file", nargs="?", metavar="FILE.mlpviz", help="a document to start from")
    data = parser.add_argument_group("data")
    data.add_argument("--data", metavar="NAME|FILE", help="a data set (see mlpviz datasets), or a .csv, .npz or .json")
    data.add_argument(
        "--target",
        metavar="COLUMN",
        help="of a CSV: the column to predict, by name or number; several with commas [the last]",
    )
    data.add_argument(
        "--missing", type=one_of(MISSING), metavar="|".join(MISSING), help="of a CSV: what empty cells do [error]"
    )
    add_settings(parser, "made data", DataSpec, DATA)
    network = parser.add_argument_group("network")
    network.add_argument("--layers", type=listed(whole), metavar="4,2", help='hidden widths; "" is none [4,2]')
    network.add_argument(
        "--activation",
        type=listed(activation_id),
        metavar="NAME,…",
        help=f"one, or one a hidden layer: {', '.join(ACTIVATIONS)}, or {OWN}EXPR in t [tanh]",
    )
    network.add_argument(
        "--loss", type=one_of(LOSSES), metavar="NAME", help=f"{', '.join(LOSSES)} [as the target asks]"
    )
    network.add_argument(
        "--output-activation",
        type=one_of(OUTPUT_ACTIVATIONS),
        metavar="|".join(OUTPUT_ACTIVATIONS),
        help="ŷ = ỹ or tanh ỹ, for losses that leave it open [identity]",
    )
    network.add_argument(
        "--features",
        type=listed(str),
        metavar="x1,x2,x1^2,…",
        help="what the first layer sees: formulas of the inputs, as x1*x2, sin(x1) [the inputs]",
    )
    network.add_argument(
        "--standardise", type=switch, metavar="on|off", help="features with mean 0 and deviation 1 [off]"
    )
    network.add_argument(
        "--lock", type=listed(str), metavar="2,2.1,…", help="leave layers, units (2.1) or weights (2.1.3, 2.1.b) alone"
    )
    network.add_argument("--initial", metavar="WEIGHTS", help="begin with the weights of a file")
    add_settings(parser, "training", TrainingConfig, TRAINING)
    _add_running(parser)


def _add_running(parser: argparse.ArgumentParser) -> None:
    running = parser.add_argument_group("the run")
    running.add_argument("--epochs", type=whole, default=100, metavar="N", help="epochs to train [100]")
    running.add_argument(
        "--backend",
        type=one_of(BACKENDS),
        default="auto",
        metavar="|".join(BACKENDS),
        help="what trains: NumPy, or kernels compiled by Numba (now, if they never were); auto takes the kernels where "
        "they are compiled already [auto]",
    )
    running.add_argument(
        "--out", action="append", default=[], metavar="WEIGHTS", help=f"repeatable: {', '.join(weights.FORMATS)}"
    )
    running.add_argument("--save", metavar="FILE.mlpviz", help="save the document")
    running.add_argument("--history", metavar="FILE.csv", help="write the figures of every epoch")
    running.add_argument("--json", action="store_true", help="print the result as one JSON object on one line")


def run(arguments: argparse.Namespace) -> int:
    """Train; returns the exit code."""
    with option("--epochs"):
        check_whole(arguments.epochs, 0, MAX_EPOCHS, "The number of epochs")
    for path in arguments.out:
        with option("--out"):
            weights.format_of(path)
        check_output("--out", path)
    check_output("--save", arguments.save, project.SUFFIX)
    check_output("--history", arguments.history, ".csv")
    document = built(arguments)
    notes = training_notes(arguments, document)
    if note := have_backend(document.training, arguments.backend):
        notes.append(note)
    if not arguments.json:
        for note in notes:
            tell(note)
    began = time.perf_counter()
    with np.errstate(all="ignore"):  # what is not finite is reported as such
        last, rows = _trained(document, arguments)
        seconds = time.perf_counter() - began
        assert last.state is not None
        document = replace(document, state=last.state)
        out, failures = _written(document, rows, arguments)
        result = _result(document, last, seconds, out)
    if last.diverged is not None:
        failures.insert(0, str(last.diverged))
        if any(path != arguments.history for path in out):
            notes.append(f"What was written holds the last finite weights, those of step {document.state.step:,}.")
            failures.insert(1, notes[-1])
    if arguments.json:
        print_json({**result, "notes": notes})
    else:
        _print(result)
    if failures:
        raise RunError(" ".join(failures))
    return STATUS[last.status]


def _trained(document: Document, arguments: argparse.Namespace) -> tuple[TrainUpdate, list[Array]]:
    """The last update, and, where they are to be written, the figures of every epoch: a document keeps a selection."""
    rows = [document.state.history.rows]
    control, progress, end = Control(), Progress(), document.state.epoch + arguments.epochs
    control.wants_theta, began = False, time.perf_counter()
    updates = train(
        document.network,
        dataset_of(document),
        document.training,
        document.state,
        control=control,
        epochs=arguments.epochs,
        backend=arguments.backend,
    )
    loss = document.state.history.rows[-1, 1] if len(document.state.history.rows) else float("nan")
    with interruptible(control):
        try:
            for update in updates:
                if len(update.rows):
                    loss = update.rows[-1, 1]
                if arguments.history is not None:
                    rows.append(update.rows)
                done = update.epoch - document.state.epoch
                left = (time.perf_counter() - began) / done * (end - update.epoch) if done else float("nan")
                progress(f"epoch {update.epoch:,} of {end:,}   L {figure(loss)}   {duration(left)} left")
        finally:
            progress.end()
    return update, rows


def _written(document: Document, rows: list[Array], arguments: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Write what was asked for; returns the paths written, and a sentence for each that could not be."""
    writers: list[tuple[str, Callable[[], None]]] = [
        (path, partial(weights.write, path, document.network, document.state.theta)) for path in arguments.out
    ]
    if arguments.save is not None:
        writers.append((arguments.save, partial(project.save, document, arguments.save)))
    if arguments.history is not None:
        text = history_csv(np.concatenate(rows))
        writers.append((arguments.history, partial(write_text, arguments.history, text)))
    out, failures = [], []
    for path, write in writers:
        try:
            write()
            out.append(path)
        except (UserError, RunError) as error:
            failures.append(str(error) if path in str(error) else f"{path}: {error}")
    return out, failures


def history_csv(rows: Array) -> str:
    """The figures as CSV, one row an epoch; every float reads back exactly, an empty cell is no figure."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for epoch, *figures in rows.tolist():
        writer.writerow([int(epoch), *("" if value != value else repr(value) for value in figures)])
    return text.getvalue()


def _result(document: Document, last: TrainUpdate, seconds: float, out: list[str]) -> dict[str, Any]:
    network, dataset, state = document.network, dataset_of(document), document.state
    row = Figures(network, dataset, document.training)(state.theta, state.epoch).tolist()
    result: dict[str, Any] = {"status": last.status, "epochs": state.epoch, "steps": state.step}
    figures = dict(zip(COLUMNS[1:], row[1:], strict=True))
    result |= {name: figures.pop(name) for name in COLUMNS[1:5]}
    result |= {
        "layers": list(network.sizes),
        "parameters": network.size,
        "seed": document.training.seed,
        "backend": last.backend,
        "seconds": round(seconds, 6),
        "out": out,
        **figures,
        "best_epoch": last.best_epoch,
    }
    if last.diverged is not None:
        result["step"] = last.diverged.step
    return result


def _print(result: dict[str, Any]) -> None:
    shape = "–".join(map(str, result["layers"]))
    made = f"{counted(result['epochs'], 'epoch')}, {counted(result['steps'], 'step')}, {result['seconds']:.3g} s"
    back = "" if result["best_epoch"] is None else f"; back at the weights of epoch {result['best_epoch']:,}"
    print(f"{result['status']}: {made}{back}")
    print(f"{shape}, {counted(result['parameters'], 'parameter')}, seed {result['seed']}, {result['backend']}")
    print(f"training loss {figure(result['train_loss'])}, test loss {figure(result['test_loss'])}")
    if result["train_accuracy"] == result["train_accuracy"]:
        accuracies = (figure(result["train_accuracy"]), figure(result["test_accuracy"]))
        print("training accuracy {}, test accuracy {}".format(*accuracies))
    if result["penalty"]:
        print(f"penalty {figure(result['penalty'])}")
    if result["validation_loss"] == result["validation_loss"]:
        print(f"validation loss {figure(result['validation_loss'])}")
    for path in result["out"]:
        print(f"wrote {path}")
