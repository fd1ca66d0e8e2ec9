"""From the options of `train` to the document that is trained."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from mlpviz.cli.parsing import option
from mlpviz.cli.settings import DATA, TRAINING, applied, given
from mlpviz.data.datasets import DATASETS
from mlpviz.data.spec import TABLE, Dataset, DataSpec
from mlpviz.data.tables import SUFFIXES, read_table
from mlpviz.document.document import Document, RunState
from mlpviz.document.edits import dataset_of, featured, fitted, fresh_state, new_document, set_training, standardised
from mlpviz.errors import UserError, shown
from mlpviz.experiments.training import check_patience
from mlpviz.files import project, weights
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.locks import Lock, fits, parse_lock
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.spec import Hidden, Network

# Settings that every data set has: how its rows are shared out.
SPLITS = ("train_ratio", "validation", "seed")


def built(arguments: argparse.Namespace) -> Document:
    """The document to train.

    From FILE.mlpviz it goes on where that stands, unless data, network, seed or initialisation are given and differ:
    then it starts anew. Raises UserError naming the option or the file.
    """
    base = _base(arguments.file)
    start = base or new_document()
    config = _training(arguments, start.training, base is None)
    document = replace(start, data=_data(arguments, start.data, base is None))
    dataset = dataset_of(document)
    initial = _initial(arguments)
    network = _network(arguments, start.network, dataset, initial)
    config = replace(config, locked=_locked(arguments, start.training, network))
    with option("--patience") if "patience" in vars(arguments) else option("--validation"):
        check_patience(config, dataset)
    document = replace(document, network=network)
    if initial is not None:
        return replace(document, training=config, state=RunState(_fitting_theta(initial, network)))
    if base is None or document.data != base.data or network != base.network:
        return replace(document, training=config, state=fresh_state(network, config))
    names = [field.name for field in fields(config)]
    changes = {name: getattr(config, name) for name in names if getattr(config, name) != getattr(base.training, name)}
    return set_training(document, **changes).document


def _base(file: str | None) -> Document | None:
    if file is None:
        return None
    if not file.lower().endswith(project.SUFFIX):
        raise UserError(f"{file} is no {project.SUFFIX} document; give data by --data and weights by --initial.")
    return project.load(file)


def _data(arguments: argparse.Namespace, spec: DataSpec, new: bool) -> DataSpec:
    if arguments.data is not None:
        spec = _named(arguments, replace(spec, name=DataSpec().name, table=None) if spec.table else spec)
    elif arguments.target or arguments.missing:
        name = "--target" if arguments.target else "--missing"
        raise UserError(f"{name}: this concerns a table; give its file by --data FILE.csv.")
    changes = given(arguments, DATA)
    row = DATASETS[spec.name]
    for setting in DATA:
        if setting.field in changes and setting.field not in (*row.settings, *SPLITS):
            what = "a table" if spec.table is not None else f"the data set {spec.name}"
            raise UserError(f"{setting.option}: {what} has no such setting; leave it out.")
    if new and row.make is not None and "seed" not in changes and "seed" in vars(arguments):
        changes["seed"] = arguments.seed
    if spec.name == "gaussians" and arguments.data and arguments.loss == "softmax" and "classes" not in changes:
        changes["classes"] = 3
    return applied(spec, changes, DATA)


def _named(arguments: argparse.Namespace, spec: DataSpec) -> DataSpec:
    """The spec of the data set, or the table, that --data names."""
    name: str = arguments.data
    if name in DATASETS and name != TABLE:
        if arguments.target or arguments.missing:
            raise UserError(f"{'--target' if arguments.target else '--missing'}: {name} is no table; leave it out.")
        return replace(spec, name=name)
    with option("--data"):
        if not name.lower().endswith(SUFFIXES):
            known = ", ".join(other for other in DATASETS if other != TABLE)
            raise UserError(f"Unknown data set {shown(name)}; there are {known}, or a file ({', '.join(SUFFIXES)}).")
        table = read_table(Path(name), target=arguments.target, missing=arguments.missing or "error")
        return replace(spec, name=TABLE, table=table)


def _initial(arguments: argparse.Namespace) -> weights.Weights | None:
    if arguments.initial is None:
        return None
    with option("--initial"):
        try:
            return weights.read(arguments.initial)
        except weights.ActivationNeeded as needed:
            words = arguments.activation or ("tanh" if arguments.layers is not None else None)
            if words is None:
                raise
            return weights.read(arguments.initial, activation=words if len(needed.sizes) > 2 else None)


def _network(
    arguments: argparse.Namespace, before: Network, dataset: Dataset, initial: weights.Weights | None
) -> Network:
    hidden, loss = before.hidden, arguments.loss
    if initial is not None and arguments.layers is None:
        hidden = initial.network.hidden
    if initial is not None and loss is None and dataset.task in LOSSES[initial.network.loss].tasks and not initial.note:
        loss = initial.network.loss
    if loss is None and arguments.file is not None and dataset.task in LOSSES[before.loss].tasks and not arguments.data:
        loss = before.loss
    if arguments.layers is not None:
        with option("--layers"):
            word = hidden[0].activation if hidden else "tanh"
            hidden = tuple(Hidden(width, word) for width in arguments.layers)
    with option("--activation"):
        hidden = _activated(hidden, arguments.activation)
    with option("--layers"):
        network = before.with_hidden(hidden)
    with option("--loss") if arguments.loss else option("--data"):
        network = fitted(network, dataset, loss)
    with option("--output-activation"):
        if arguments.output_activation is not None:
            network = replace(network, output_activation=arguments.output_activation)
        elif initial is not None and not LOSSES[network.loss].own_output:
            network = replace(network, output_activation=initial.network.output_activation)
    return _seen(arguments, network, dataset, initial)


def _seen(
    arguments: argparse.Namespace, network: Network, dataset: Dataset, initial: weights.Weights | None
) -> Network:
    """The network with the features and the standardisation asked for; those of given weights unless others are."""
    if initial is not None and initial.network.inputs == network.inputs:
        given = initial.network
        network = replace(network, features=given.features, standard=given.standard)
    with option("--features"):
        if arguments.features is not None:
            network = featured(network, arguments.features, dataset)
        if arguments.standardise is not None:
            network = standardised(network, dataset) if arguments.standardise else replace(network, standard=())
    return network


def _activated(hidden: tuple[Hidden, ...], words: tuple[str, ...] | None) -> tuple[Hidden, ...]:
    if words is None:
        return hidden
    if len(words) not in (1, len(hidden)):
        raise UserError(f"{len(words)} are given for {len(hidden)} hidden layers; give one, or one for each.")
    every = words * len(hidden) if len(words) == 1 else words
    return tuple(replace(layer, activation=word) for layer, word in zip(hidden, every, strict=True))


def _fitting_theta(initial: weights.Weights, network: Network) -> Any:
    if initial.network.sizes != network.sizes:
        had, needed = ("–".join(map(str, sizes)) for sizes in (initial.network.sizes, network.sizes))
        raise UserError(f"--initial: the file holds a {had} network, but a {needed} one is to be trained.")
    return initial.theta


def _locked(arguments: argparse.Namespace, before: TrainingConfig, network: Network) -> tuple[Lock, ...]:
    if arguments.lock is None:
        return tuple(lock for lock in before.locked if fits(lock, network.sizes))
    with option("--lock"):
        return tuple(parse_lock(text, network.sizes) for text in arguments.lock)


def _training(arguments: argparse.Namespace, before: TrainingConfig, new: bool) -> TrainingConfig:
    changes = given(arguments, TRAINING)
    if "schedule" in changes and "schedule_period" not in changes:
        parts = 3 if changes["schedule"] == "step" else 1
        changes["schedule_period"] = max(1, arguments.epochs // parts)
    optimizer = changes.get("optimizer")
    usual = before.learning_rate == OPTIMIZERS[before.optimizer].learning_rate
    if optimizer is not None and "learning_rate" not in changes and (new or usual):
        changes["learning_rate"] = OPTIMIZERS[optimizer].learning_rate
    return applied(before, changes, TRAINING)
