"""The options that set a field of the data or of the training: one row each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from mlpviz.cli.parsing import batch, number, one_of, option, patience, switch, whole
from mlpviz.data.spec import DataSpec
from mlpviz.nn.config import CLASS_WEIGHTS, TrainingConfig
from mlpviz.nn.initialisation import INITIALISATIONS
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.schedules import SCHEDULES

Spec = TypeVar("Spec", DataSpec, TrainingConfig)


@dataclass(frozen=True, slots=True)
class Setting:
    """One option: the field it sets, how its text is read, its word and its sentence in --help."""

    option: str
    field: str
    parse: Callable[[str], Any]
    metavar: str
    help: str
    default: str = ""

    @property
    def name(self) -> str:
        """The option's attribute of the parsed arguments."""
        return self.option.removeprefix("--").replace("-", "_")


DATA = (
    Setting("--rows", "rows", whole, "N", "examples to make"),
    Setting("--noise", "noise", number, "P", "noise, 0 to 1"),
    Setting("--classes", "classes", whole, "K", "classes of the Gaussians (3 with --loss softmax)"),
    Setting("--train-ratio", "train_ratio", number, "R", "share of the examples to train on; 1.0 leaves no test set"),
    Setting("--validation", "validation", number, "R", "share of the training examples kept for early stopping"),
    Setting("--data-seed", "seed", whole, "N", "seed of the sample and of its split (--seed, where the data are made)"),
)
TRAINING = (
    Setting("--init", "init", one_of(INITIALISATIONS), "NAME", "how θ begins"),
    Setting("--optimizer", "optimizer", one_of(OPTIMIZERS), "NAME", "how θ moves"),
    Setting(
        "--learning-rate",
        "learning_rate",
        number,
        "η",
        "how far a step goes",
        "0.1; 0.01 with rmsprop, adagrad, adam, adamw; 1 with lbfgs",
    ),
    Setting("--batch-size", "batch_size", batch, "N|full", "examples in an update"),
    Setting("--schedule", "schedule", one_of(SCHEDULES), "NAME", "how η goes with the epochs"),
    Setting(
        "--schedule-period",
        "schedule_period",
        whole,
        "E",
        "epochs of the schedule's period",
        "a third of --epochs for step, else all",
    ),
    Setting("--schedule-factor", "schedule_factor", number, "γ", "what η is multiplied by in a period"),
    Setting("--warmup", "warmup", whole, "N", "epochs over which η rises first"),
    Setting("--shuffle", "shuffle", switch, "on|off", "another order in every epoch"),
    Setting("--l1", "l1", number, "λ₁", "penalty λ₁‖W‖₁"),
    Setting("--l2", "l2", number, "λ₂", "penalty ½λ₂‖W‖²"),
    Setting("--clip", "clip", number, "C", "largest norm of a gradient; 0 is off"),
    Setting("--dropout", "dropout", number, "P", "chance that a hidden unit is left out of an update"),
    Setting("--class-weights", "class_weights", one_of(CLASS_WEIGHTS), "off|balanced", "weigh rare classes more"),
    Setting(
        "--patience",
        "patience",
        patience,
        "N|off",
        "stop after N epochs without a better validation loss and go back to the best weights; where --epochs ends the "
        "run first, the last ones stay, to go on from",
        "off",
    ),
    Setting("--seed", "seed", whole, "N", "seed of θ and of the order"),
)


def add_settings(parser: argparse.ArgumentParser, title: str, spec: type[Spec], settings: Iterable[Setting]) -> None:
    """Add an option for each setting, its default from the spec in the help; ids are listed there too."""
    defaults = {field.name: field.default for field in fields(spec)}
    group = parser.add_argument_group(title)
    for setting in settings:
        words = f"{setting.help} [{setting.default or _shown(defaults[setting.field])}]"
        # Left out, an option is absent from the arguments, for None is a value: the full batch.
        group.add_argument(
            setting.option, type=setting.parse, metavar=setting.metavar, help=words, default=argparse.SUPPRESS
        )


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return str(default)


def given(arguments: argparse.Namespace, settings: Iterable[Setting]) -> dict[str, Any]:
    """The values that were given, by field."""
    values = vars(arguments)
    return {setting.field: values[setting.name] for setting in settings if setting.name in values}


def applied(spec: Spec, changes: dict[str, Any], settings: Iterable[Setting]) -> Spec:
    """The spec with the changes, checked one by one so that a wrong one names its option."""
    names = {setting.field: setting.option for setting in settings}
    for field, value in changes.items():
        with option(names[field]):
            spec = replace(spec, **{field: value})
    return spec
