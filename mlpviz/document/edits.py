"""Pure edits: each takes a document and returns the next one, with a note where something is not obvious."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from mlpviz.data.painted import Painted
from mlpviz.data.realise import realise
from mlpviz.data.spec import FUNCTION, TARGETS, Dataset, DataSpec
from mlpviz.data.strokes import Drawn, default_function
from mlpviz.document.carry import Units, carried, moved_locks, unchanged
from mlpviz.document.document import Document, RunState
from mlpviz.errors import UserError, check_choice
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.features import check_finite, feature_names, mapped, standard_of
from mlpviz.nn.initialisation import initial
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.locks import check_locks
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.spec import MAX_HIDDEN, Hidden, Network

# Changing one of these settings starts the run anew: the initial θ or what its figures mean is another.
RESTARTING = frozenset({"seed", "init"})


class Edited(NamedTuple):
    """The next document, and a sentence for the user ("" when the picture says it all)."""

    document: Document
    note: str = ""


def dataset_of(document: Document) -> Dataset:
    """The arrays of a document's data."""
    return realise(document.data, document.function if document.data.name == FUNCTION else None)


@lru_cache(maxsize=8)
def initial_theta(network: Network, config: TrainingConfig) -> Array:
    """θ as the seed draws it for this network, read-only."""
    activations = (*(layer.activation for layer in network.hidden), "identity")
    return initial(network.sizes, activations, config.init, config.seed)


def fresh_state(network: Network, config: TrainingConfig) -> RunState:
    """The untrained state: θ from the seed, nothing counted, no history."""
    return RunState(initial_theta(network, config))


def new_document() -> Document:
    """What the first window holds: circle data, a 2–4–2–1 tanh network, its untrained θ."""
    data = DataSpec()
    network = fitted(Network(hidden=(Hidden(4), Hidden(2))), realise(data), loss=None)
    config = TrainingConfig()
    return Document(data, network, config, fresh_state(network, config), default_function())


def fitted(network: Network, dataset: Dataset, loss: str | None) -> Network:
    """The network with the inputs, outputs, loss and names that the data asks for; loss None takes the data's own."""
    loss = loss or dataset.default_loss
    check_choice(loss, LOSSES, "loss")
    if dataset.task not in LOSSES[loss].tasks:
        raise UserError(
            f"The {loss} loss does not fit a target of {TARGETS[dataset.task]}; choose another loss or other data."
        )
    result = replace(
        network,
        inputs=dataset.inputs,
        outputs=dataset.outputs(loss),
        loss=loss,
        input_names=dataset.input_names,
        class_names=dataset.class_names,
        output_activation="identity" if LOSSES[loss].own_output else network.output_activation,
        features=network.features if network.inputs == dataset.inputs else (),
        standard=(),
    )
    return standardised(result, dataset) if network.standard else result


def standardised(network: Network, dataset: Dataset) -> Network:
    """The network with its features standardised by the training rows; a constant one will always be 0."""
    values = mapped(network, dataset.X[dataset.train])
    check_finite(network, values)
    return replace(network, standard=standard_of(values))


def featured(network: Network, features: tuple[str, ...], dataset: Dataset) -> Network:
    """The network with other features, standardised anew if it was.

    Raises UserError for none, for what is no formula of the inputs, and for one that is not finite on the data.
    """
    if not features:
        raise UserError("A network needs at least one feature; leave one switched on.")
    plain = tuple(f"x{index + 1}" for index in range(network.inputs))
    result = replace(network, features=() if features == plain else features, standard=())
    check_finite(result, mapped(result, dataset.X))
    return standardised(result, dataset) if network.standard else result


def _new_constants(before: Network, after: Network) -> str:
    """The note on constant features, where it is another than before."""
    note = constant_note(after)
    return note if note != constant_note(before) else ""


def constant_note(network: Network) -> str:
    """A sentence that names the features that standardisation found to be constant; "" where there are none."""
    names = feature_names(network) or tuple(f"x{index + 1}" for index in range(network.fan_in))
    constant = [name for name, (_, deviation) in zip(names, network.standard, strict=False) if deviation == 0]
    if not constant:
        return ""
    what = "feature is" if len(constant) == 1 else "features are"
    return f"The {what} constant and left at 0: {', '.join(constant)}."


def reset(document: Document) -> Edited:
    """Back to the untrained start: the same seed, the same θ."""
    return Edited(replace(document, state=fresh_state(document.network, document.training)))


# ---- the network


def add_hidden_layer(
    document: Document, index: int | None = None, width: int | None = None, activation: str | None = None
) -> Edited:
    """Insert a hidden layer before layer `index` (None: after the last). Width and activation follow its neighbour."""
    hidden = document.network.hidden
    if len(hidden) >= MAX_HIDDEN:
        raise UserError(f"A network has at most {MAX_HIDDEN} hidden layers; remove one first.")
    at = len(hidden) if index is None else index
    near = hidden[at - 1] if at > 0 else (hidden[0] if hidden else Hidden(4))
    layer = Hidden(near.width if width is None else width, activation or near.activation)
    units = _units(document.network)
    units.insert(at + 1, (None, [None] * layer.width))
    return _restructured(document, (*hidden[:at], layer, *hidden[at:]), units)


def remove_hidden_layer(document: Document, index: int | None = None) -> Edited:
    """Remove hidden layer `index` (None: the last)."""
    hidden = document.network.hidden
    if not hidden:
        raise UserError("The network has no hidden layer to remove.")
    at = len(hidden) - 1 if index is None else index
    units = _units(document.network)
    del units[at + 1]
    return _restructured(document, (*hidden[:at], *hidden[at + 1 :]), units)


def move_hidden_layer(document: Document, source: int, target: int) -> Edited:
    """Move hidden layer `source` to place `target`."""
    hidden, units = list(document.network.hidden), _units(document.network)
    hidden.insert(target, hidden.pop(source))
    units.insert(target + 1, units.pop(source + 1))
    return _restructured(document, tuple(hidden), units)


def set_width(document: Document, layer: int, width: int) -> Edited:
    """Give hidden layer `layer` another width: units are added or removed at its end."""
    hidden = list(document.network.hidden)
    hidden[layer] = replace(hidden[layer], width=width)
    units = _units(document.network)
    place, kept = units[layer + 1]
    units[layer + 1] = (place, (kept + [None] * width)[:width])
    return _restructured(document, tuple(hidden), units)


def set_activation(document: Document, layer: int, activation: str) -> Edited:
    """Give hidden layer `layer` another activation; θ stays (an untrained θ is drawn as the new activation asks)."""
    hidden = list(document.network.hidden)
    hidden[layer] = replace(hidden[layer], activation=activation)
    return _restructured(document, tuple(hidden), _units(document.network))


def set_parameter(document: Document, layer: int, unit: int, source: int, value: float) -> Edited:
    """Set one weight of layer `layer` (0-based, the output layer last), or its bias where `source` is the fan-in."""
    return set_parameters(document, {layout(document.network.sizes).index(layer, unit, source): value})


def set_parameters(document: Document, values: dict[int, float]) -> Edited:
    """Set parameters by their index in θ."""
    if not np.isfinite(list(values.values())).all():
        raise UserError("A weight must be a finite number.")
    theta = document.state.theta.copy()
    for index, value in values.items():
        theta[index] = value
    return Edited(replace(document, state=_continued(document.state, theta)))


def set_loss(document: Document, loss: str) -> Edited:
    """Train with another loss; the output layer is drawn anew where the number of outputs changes."""
    edited = _refitted(document, document, loss)
    if edited.document.network.output_activation != document.network.output_activation:
        return Edited(edited.document, f"The {loss} loss makes ŷ of ỹ itself: the tanh on the output was taken away.")
    return edited


def set_output_activation(document: Document, name: str) -> Edited:
    """Give the output "identity" or "tanh"; θ stays."""
    network = replace(document.network, output_activation=name)
    return _replaced(document, document, network, _units(network))


def set_features(document: Document, features: tuple[str, ...]) -> Edited:
    """Let the first layer see other features (see `featured`); weights of those that stay are kept."""
    network = document.network
    before = network.features or tuple(f"x{index + 1}" for index in range(network.inputs))
    changed = featured(network, features, dataset_of(document))
    units = _units(changed)
    units[0] = (0, [before.index(text) if text in before else None for text in features])
    edited = _replaced(document, document, changed, units)
    return Edited(edited.document, " ".join(filter(None, (_new_constants(network, changed), edited.note))))


def set_standardise(document: Document, on: bool) -> Edited:
    """Standardise the features (mean 0, deviation 1 over the training rows), or take them as they are; θ stays."""
    network = replace(document.network, standard=())
    if on:
        network = standardised(network, dataset_of(document))
    edited = _replaced(document, document, network, _units(network))
    return Edited(edited.document, constant_note(network) or edited.note)


# ---- data, training, function


def set_data(document: Document, **changes: Any) -> Edited:
    """Change the DataSpec. Another data set starts the run anew; other rows of the same set keep the weights."""
    data = replace(document.data, **changes)
    another = data.name != document.data.name or data.table is not document.data.table
    changed = replace(document, data=data)
    dataset = dataset_of(changed)
    fits = dataset.task in LOSSES[document.network.loss].tasks and not another
    edited = _refitted(document, changed, document.network.loss if fits else dataset.default_loss)
    if edited.document.training.patience is not None and not len(dataset.validation):
        training = replace(edited.document.training, patience=None)
        edited = Edited(replace(edited.document, training=training), "No validation rows: early stopping is off.")
    constants = _new_constants(document.network, edited.document.network)
    note = " ".join(filter(None, (edited.note or dataset.note, constants)))
    if another:
        return Edited(reset(edited.document).document, note)
    return Edited(replace(edited.document, state=RunState(edited.document.state.theta)), note)


def set_training(document: Document, **changes: Any) -> Edited:
    """Change the TrainingConfig. Another seed or initialisation starts the run anew; the rest acts from here."""
    if "optimizer" in changes and "learning_rate" not in changes:
        old, new = document.training.optimizer, changes["optimizer"]
        if new in OPTIMIZERS and document.training.learning_rate == OPTIMIZERS[old].learning_rate:
            changes["learning_rate"] = OPTIMIZERS[new].learning_rate
    config = replace(document.training, **changes)
    check_locks(config.locked, document.network.sizes)
    if config.patience is not None and not len(dataset_of(document).validation):
        raise UserError("Early stopping watches validation rows, and there are none; set a share of them first.")
    if any(getattr(config, name) != getattr(document.training, name) for name in RESTARTING):
        return Edited(replace(document, training=config, state=fresh_state(document.network, config)))
    state = document.state
    if config.optimizer != document.training.optimizer:
        state = _continued(state, state.theta)
    elif config != document.training:
        state = replace(state, origin=None, changes=())
    return Edited(replace(document, training=config, state=state))


def set_function(document: Document, drawn: Drawn) -> Edited:
    """Draw another g. Where the Lab's data are the drawn function, its figures begin anew; the weights stay."""
    changed = replace(document, function=drawn)
    if document.data.name != FUNCTION:
        return Edited(changed)
    return Edited(replace(changed, state=RunState(document.state.theta)))


def set_painted(document: Document, painted: Painted) -> Edited:
    """Paint another g of two inputs."""
    return Edited(replace(document, painted=painted))


def set_sweep(document: Document, **changes: Any) -> Edited:
    """Change the SweepSpec."""
    return Edited(replace(document, sweep=replace(document.sweep, **changes)))


# ---- how θ is carried over


def _units(network: Network) -> Units:
    return [(place, list(range(size))) for place, size in enumerate(network.sizes)]


def _continued(state: RunState, theta: Array) -> RunState:
    """The state with another θ: counters and history go on, the optimiser's memory does not."""
    return RunState(frozen(theta), {}, state.step, state.epoch, state.cursor, state.history)


def _untrained(document: Document) -> bool:
    start = initial_theta(document.network, document.training)
    return document.state.step == 0 and np.array_equal(document.state.theta, start)


def _refitted(before: Document, changed: Document, loss: str) -> Edited:
    network = fitted(before.network, dataset_of(changed), loss)
    units = _units(network)
    old = before.network
    for place, same in ((0, network.inputs == old.inputs), (-1, network.outputs == old.outputs)):
        units[place] = (units[place][0] if same else None, units[place][1] if same else [None] * network.sizes[place])
    return _replaced(before, changed, network, units)


def _restructured(document: Document, hidden: tuple[Hidden, ...], units: Units) -> Edited:
    return _replaced(document, document, document.network.with_hidden(hidden), units)


def _replaced(before: Document, changed: Document, network: Network, units: Units) -> Edited:
    if network == before.network:
        return Edited(changed)
    locked = moved_locks(changed.training.locked, before.network.sizes, network.sizes, units)
    changed = replace(changed, network=network, training=replace(changed.training, locked=locked))
    if _untrained(before):
        return Edited(replace(changed, state=fresh_state(network, changed.training)))
    if unchanged(before.network, network, units):
        return Edited(replace(changed, state=replace(before.state, origin=None, changes=())))
    theta, note = carried(before.network, before.state.theta, network, units, changed.training)
    return Edited(replace(changed, state=_continued(before.state, theta)), note)
