"""Whether the parts of a document that was read fit together; the frozen classes have checked each part alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.realise import realise
from mlpviz.data.spec import FUNCTION, MAX_ROWS, TARGETS, TASKS, Table
from mlpviz.data.strokes import SAMPLES, Drawn, grid
from mlpviz.document.document import (
    BUILT,
    MAX_SEEDS,
    METHODS,
    Change,
    Document,
    Origin,
    RunState,
    SweepPoint,
    SweepSpec,
)
from mlpviz.document.history import COLUMNS
from mlpviz.errors import UserError, check_choice, check_number, check_whole, counted
from mlpviz.nn.activations import activation_named
from mlpviz.nn.config import MAX_SEED, TrainingConfig
from mlpviz.nn.locks import check_locks
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.spec import MAX_INPUTS, MAX_OUTPUTS, MAX_WIDTH
from mlpviz.universality.target import WIDEST_PLANE

_MAX_COUNT = 2**53
_MAX_STEPS = 100_000_000


def check_document(document: Document) -> None:
    """Raise UserError unless every array has its shape, holds finite numbers, and data, network and θ fit together."""
    size = document.network.size
    _check_function(document.function, "The drawn function")
    if document.data.table is not None:
        _check_table(document.data.table)
    _check_run(document.state, document.training, size)
    check_locks(document.training.locked, document.network.sizes)
    _check_sweep(document.sweep)
    if document.results is not None:
        _check_sweep(document.results.spec)
        _check_function(document.results.function, "The sweep's function")
        for point in document.results.points:
            _check_point(point)
    view = document.view
    check_choice(view.workspace, ("lab", "universality", "lecture"), "workspace")
    check_whole(view.width, 1, MAX_WIDTH, "The width shown")
    check_choice(view.method, (*METHODS, *BUILT), "method of the net shown")
    check_choice(view.beside, ("", *METHODS, *BUILT), "method of the net beside it")
    check_whole(view.net_seed, 0, MAX_SEED, "The seed of the net shown")
    check_whole(view.inputs, 1, 2, "The number of inputs of the functions shown")
    check_whole(view.plane_width, 1, WIDEST_PLANE, "The width shown for two inputs")
    for number in (view.layer, view.row, *(view.unit or ())):
        if number is not None:
            check_whole(number, -1, _MAX_COUNT, "A place in the view")
    _check_fit(document)


def _check_fit(document: Document) -> None:
    network = document.network
    dataset = realise(document.data, document.function if document.data.name == FUNCTION else None)
    if dataset.task not in LOSSES[network.loss].tasks:
        raise UserError(f"The {network.loss} loss does not fit the data set's target of {TARGETS[dataset.task]}.")
    outputs = dataset.outputs(network.loss)
    if (dataset.inputs, outputs) != (network.inputs, network.outputs):
        raise UserError(
            f"The network has {counted(network.inputs, 'input')} and {counted(network.outputs, 'output')}, "
            f"but its data have {dataset.inputs} and need {outputs}."
        )


def _check_vector(array: NDArray[np.float64], shape: tuple[int, ...], what: str) -> None:
    if array.shape != shape:
        raise UserError(f"{what} has the shape {array.shape}; it must be {shape}.")
    if not np.isfinite(array).all():
        raise UserError(f"{what} holds NaN or infinity.")


def _check_function(drawn: Drawn, what: str) -> None:
    _check_vector(drawn.raw, (SAMPLES,), what)
    check_number(drawn.smooth, 0, SAMPLES, f"{what}'s smoothing σ")
    if drawn.points:
        x, y = np.array(drawn.points).T
        if not np.allclose(np.interp(grid(), x, y), drawn.raw, rtol=1e-9, atol=1e-9 * float(np.abs(y).max())):
            raise UserError(f"{what} has points that are not those of its samples.")


def _check_table(table: Table) -> None:
    if table.X.ndim != 2 or table.y.ndim != 2 or len(table.X) != len(table.y):
        raise UserError(f"The table's arrays have the shapes {table.X.shape} and {table.y.shape}, which do not fit.")
    check_whole(len(table.X), 2, MAX_ROWS, "The table's number of rows")
    check_whole(table.X.shape[1], 1, MAX_INPUTS, "The table's number of inputs")
    check_whole(table.y.shape[1], 1, MAX_OUTPUTS, "The table's number of targets")
    _check_vector(table.X, table.X.shape, "The table's X")
    _check_vector(table.y, table.y.shape, "The table's y")
    check_choice(table.task, TASKS, "task")
    if (len(table.input_names), len(table.target_names)) != (table.X.shape[1], table.y.shape[1]):
        raise UserError("The table must have one name for each of its columns.")
    if table.task == "regression":
        return
    classes = len(table.class_names)
    check_whole(classes, 2, 2 if table.task == "binary" else MAX_OUTPUTS, "The table's number of classes")
    if table.y.shape[1] != 1 or not np.isin(table.y, np.arange(classes)).all():
        raise UserError(f"The table's classes must be one column of whole numbers from 0 to {classes - 1}.")


def _check_run(state: RunState, training: TrainingConfig, size: int) -> None:
    _check_place(state, "", training, size)
    if state.history.rows.ndim != 2 or state.history.rows.shape[1] != len(COLUMNS):
        raise UserError(f"The history has the shape {state.history.rows.shape}; it needs {len(COLUMNS)} columns.")
    if state.origin is not None:
        _check_place(state.origin, "origin's ", state.origin.training, size)
    if state.best is not None:
        _check_vector(state.best.theta, (size,), "The best θ")
        check_whole(state.best.epoch, 0, _MAX_COUNT, "The epoch of the best θ")
    before = state.origin.step if state.origin is not None else 0
    for change in state.changes:
        check_whole(change.step, before, _MAX_COUNT, "The step of a recorded change")
        _check_change(change, training, size)
        before = change.step


def _check_place(state: RunState | Origin, whose: str, training: TrainingConfig, size: int) -> None:
    _check_vector(state.theta, (size,), f"The {whose}θ")
    for name in ("step", "epoch", "cursor"):
        check_whole(getattr(state, name), 0, _MAX_COUNT, f"The {whose}{name}")
    _check_slots(state.slots, training.optimizer, size)


def _check_slots(slots: Mapping[str, NDArray[np.float64]], optimizer: str, size: int) -> None:
    lengths = OPTIMIZERS[optimizer].lengths(size)
    for name, array in slots.items():
        check_choice(name, sorted(lengths), f"memory of the optimizer {optimizer}")
        # An optimiser's memory may overflow a step before θ does: such a run is still worth keeping.
        shape = (lengths[name],)
        if array.shape != shape:
            raise UserError(f"The optimizer's {name} has the shape {array.shape}; it must be {shape}.")


def _check_change(change: Change, training: TrainingConfig, size: int) -> None:
    if change.field.startswith("θ["):
        index = change.field.removeprefix("θ[").removesuffix("]")
        if not (index.isascii() and index.isdigit() and len(index) < 12 and int(index) < size):
            raise UserError(f"A recorded change names the parameter {change.field}, which does not exist.")
        check_number(change.value, -sys.float_info.max, sys.float_info.max, f"A recorded {change.field}")
        return
    check_choice(change.field, [field.name for field in fields(TrainingConfig)], "setting in a recorded change")
    replace(training, **{change.field: change.value})  # type: ignore[arg-type]  # __post_init__ checks it


def _check_sweep(spec: SweepSpec) -> None:
    activation_named(spec.activation)
    check_whole(len(spec.widths), 0, MAX_WIDTH, "The sweep's number of widths")
    for width in spec.widths:
        check_whole(width, 1, MAX_WIDTH, "A width of the sweep")
    for method in spec.methods:
        check_choice(method, METHODS, "method of a sweep")
    check_whole(spec.seeds, 1, MAX_SEEDS, "The sweep's number of seeds")
    check_whole(spec.seed, 0, MAX_SEED - spec.seeds + 1, "The sweep's seed")
    check_whole(spec.steps, 1, _MAX_STEPS, "The sweep's steps")


def _check_point(point: SweepPoint) -> None:
    activation_named(point.activation)
    check_whole(point.width, 1, MAX_WIDTH, "The width of a sweep's net")
    if point.theta.shape != (3 * point.width + 1,):
        raise UserError(f"The sweep's net of width {point.width} has {point.theta.size} parameters.")
