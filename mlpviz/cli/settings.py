"""The options that set a field of the data or of the training: one row each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from mlpviz.cli.parsing import batch, number, one_of, option, switch, whole
from mlpviz.data.spec import DataSpec
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.initialisation import INITIALISATIONS
from mlpviz.nn.optimizers import OPTIMIZERS

Spec = TypeVar("Spec", DataSpec, TrainingConfig)


@dataclass(frozen=True, slots=True)
class Setting:
    """One option: the field it sets, how its text is read, its word and its sentence in --help."""

    option: str
    field: str
    parse: Callable[[str], Any]
    metavar: str
    help: str

    @property
    def name(self) -> str:
        """The option's attribute of the parsed arguments."""
        return self.option.removeprefix("--").replace("-", "_")


DATA = (
    Setting("--rows", "rows", whole, "N", "examples to make"),
    Setting("--noise", "noise", number, "P", "noise, 0 to 1"),
    Setting("--classes", "classes", whole, "K", "classes of the Gaussians (3 with --loss softmax)"),
    Setting("--train-ratio", "train_ratio", number, "R", "share of the examples to train on; 1.0 leaves no test set"),
    Setting("--data-seed", "seed", whole, "N", "seed of the sample and of its split (--seed, where the data are made)"),
)
TRAINING = (
    Setting("--init", "init", one_of(INITIALISATIONS), "NAME", "how θ begins"),
    Setting("--optimizer", "optimizer", one_of(OPTIMIZERS), "NAME", "how θ moves"),
    Setting("--learning-rate", "learning_rate", number, "η", "0.01 with adam"),
    Setting("--batch-size", "batch_size", batch, "N|full", "examples in an update"),
    Setting("--shuffle", "shuffle", switch, "on|off", "another order in every epoch"),
    Setting("--l1", "l1", number, "λ₁", "penalty λ₁‖W‖₁"),
    Setting("--l2", "l2", number, "λ₂", "penalty ½λ₂‖W‖²"),
    Setting("--seed", "seed", whole, "N", "seed of θ and of the order"),
)


def add_settings(parser: argparse.ArgumentParser, title: str, spec: type[Spec], settings: Iterable[Setting]) -> None:
    """Add an option for each setting, its default from the spec in the help; ids are listed there too."""
    defaults = {field.name: field.default for field in fields(spec)}
    group = parser.add_argument_group(title)
    for setting in settings:
        words = f"{setting.help} [{_shown(defaults[setting.field])}]"
        # Left out, an option is absent from the arguments, for None is a value: the full batch.
        group.add_argument(
            setting.option, type=setting.parse, metavar=setting.metavar, help=words, default=argparse.SUPPRESS
        )


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return "full" if default is None else str(default)


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
