"""The Python API: load, predict, train, save, without a window. `import mlpviz` offers these names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlpviz.data.datasets import DATASETS
from mlpviz.data.realise import realise
from mlpviz.data.spec import TABLE, Dataset, DataSpec
from mlpviz.data.tables import from_arrays, read_table
from mlpviz.document.document import Document, RunState
from mlpviz.document.edits import dataset_of, fitted, fresh_state, new_document
from mlpviz.document.edits import standardised as standardised_by
from mlpviz.errors import Diverged, RunError, UserError, check_number, checked_length, counted, shown
from mlpviz.experiments.control import Control
from mlpviz.experiments.training import TrainUpdate, check_patience
from mlpviz.experiments.training import train as train_state
from mlpviz.files import project, weights
from mlpviz.nn import evaluate
from mlpviz.nn.config import MAX_EPOCHS, MAX_PENALTY, MAX_STEPS, TrainingConfig
from mlpviz.nn.evaluate import Forward
from mlpviz.nn.layout import Array, frozen, layout
from mlpviz.nn.locks import Lock
from mlpviz.nn.spec import Hidden, Network
from mlpviz.nn.trainer import chosen_backend

__all__ = [
    "Control",
    "DataSpec",
    "Dataset",
    "Diverged",
    "Document",
    "Forward",
    "Hidden",
    "Lock",
    "Model",
    "Network",
    "RunError",
    "TrainUpdate",
    "TrainingConfig",
    "UserError",
    "datasets",
    "load",
    "run",
    "standardised",
    "train",
]

PathLike: TypeAlias = str | os.PathLike[str]


class Model:
    """A network with its parameters θ, ready to predict.

    Attributes:
        network: what it is (sizes, activations, loss, names).
        theta: (network.size,) float64, read-only; the layout is that of `nn.layout`. `parameters` has it by name.
        document: the whole document it came from, None for a weights file.
    """

    def __init__(self, network: Network, theta: ArrayLike, document: Document | None = None) -> None:
        if not isinstance(network, Network):
            raise UserError(f"A model is made of a Network and its parameters, not of {shown(network)}.")
        array = _numbers(theta, "theta")
        if array.shape != (network.size,):
            needs = counted(network.size, "parameter")
            raise UserError(f"The network needs {needs} in one row; theta has the shape {array.shape}.")
        self.network = network
        self.theta: Array = frozen(array.copy())
        self.document = document

    def __repr__(self) -> str:
        sizes = "–".join(map(str, self.network.sizes))
        return f"<mlpviz.Model {sizes}, {self.network.loss} loss, {counted(self.network.size, 'parameter')}>"

    def predict(self, X: ArrayLike) -> Array:
        """ŷ (rows, outputs) for X (rows, inputs): ỹ itself, or probabilities under the logistic and softmax losses.

        Raises UserError when X has another shape or holds no finite numbers.
        """
        return _array(evaluate.predict(self.network, self.theta, self._inputs(X)))

    def forward(self, X: ArrayLike) -> Forward:
        """Every intermediate value for X (rows, inputs).

        The result has `z` (one (rows, units) array a layer, the last is ỹ), `h` (one a hidden layer), `logits` = ỹ and
        `output` = ŷ.
        """
        return evaluate.forward(self.network, self.theta, self._inputs(X))

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """L, the mean loss over the rows.

        Args:
            X: (rows, inputs), at least one row.
            y: (rows, outputs), or (rows,) for one output: numbers, or ±1 under the logistic loss; for softmax one-hot
                rows, or (rows,) class indices 0, 1, …
        """
        X = self._some_inputs(X)
        return float(evaluate.loss(self.network, self.theta, X, self._targets(y, len(X))))

    def gradient(self, X: ArrayLike, y: ArrayLike, *, l1: float = 0.0, l2: float = 0.0) -> dict[str, Array]:
        """∂(L + λ₁‖W‖₁ + ½λ₂‖W‖²)/∂ every parameter, by name; X and y as in `loss`, shapes as in `parameters`."""
        check_number(l1, 0, MAX_PENALTY, "The penalty λ₁")
        check_number(l2, 0, MAX_PENALTY, "The penalty λ₂")
        X = self._some_inputs(X)
        with np.errstate(all="ignore"):
            flat = evaluate.gradient(self.network, self.theta, X, self._targets(y, len(X)), l1, l2)
        return layout(self.network.sizes).to_arrays(flat)

    @property
    def parameters(self) -> dict[str, Array]:
        """Copies of the parameters by PyTorch's names: "0.weight" (out, in), "0.bias" (out,), "2.weight", …"""
        return layout(self.network.sizes).to_arrays(self.theta)

    def save(self, path: PathLike, *, dtype: str = "float64", optimizer: bool = False) -> None:
        """Save as weights, in any format of `files.weights.FORMATS`, or, where the model has a document, as .mlpviz.

        Args:
            path: replaced whole or not at all; its suffix chooses: .safetensors, .npz, .json, .onnx, .csv.zip,
                _torch.py, _numpy.py.
            dtype: of weights, "float64" or "float32".
            optimizer: a PyTorch script takes the optimizer's settings and memory along; a document always has them.

        Raises:
            UserError: unknown suffix, unwritable path, an optimizer that cannot be taken along. RunError: the disk is
                full.
        """
        if not _is_project(path):
            training = self._training() if optimizer else None
            weights.write(path, self.network, self.theta, dtype=dtype, training=training)
        elif self.document is None:
            raise UserError(f"This model came without a document; save it as weights ({', '.join(weights.FORMATS)}).")
        else:
            project.save(self.document, path)

    def _training(self) -> weights.Training:
        if self.document is None:
            raise UserError("Weights have no optimizer; take them from a .mlpviz document to hand it on.")
        return weights.training_of(self.document)

    def _inputs(self, X: ArrayLike) -> Array:
        array = _numbers(X, "X")
        if array.ndim != 2 or array.shape[1] != self.network.inputs:
            raise UserError(f"X must have the shape (rows, {self.network.inputs}), not {array.shape}.")
        return array

    def _some_inputs(self, X: ArrayLike) -> Array:
        array = self._inputs(X)
        if not len(array):
            raise UserError("X has no rows; a loss is a mean over at least one.")
        return array

    def _targets(self, y: ArrayLike, rows: int) -> Array:
        array, outputs = _numbers(y, "y"), self.network.outputs
        if self.network.loss == "softmax" and array.shape == (rows,):
            if not np.isin(array, np.arange(outputs)).all():
                raise UserError(f"y must hold class indices from 0 to {outputs - 1}.")
            return _array(np.eye(outputs)[array.astype(np.int64)])
        if outputs == 1 and array.ndim == 1:
            array = array[:, None]
        if array.shape != (rows, outputs):
            raise UserError(f"y must have the shape ({rows}, {outputs}), not {array.shape}.")
        if self.network.loss == "logistic" and not np.isin(array, (-1.0, 1.0)).all():
            raise UserError("y must hold −1 and +1 only under the logistic loss.")
        return array


def load(path: PathLike, *, activation: str | Sequence[str] | None = None, loss: str | None = None) -> Model:
    """Load a document (.mlpviz) or weights (.safetensors, .npz, .json, .onnx, .csv.zip).

    Args:
        path: the file.
        activation, loss: of a weights file that does not say them itself; see `files.weights.read`.

    Raises:
        UserError: anything that cannot be used, in one sentence; its subclass ActivationNeeded where only the
            activation is missing.
    """
    if _is_project(path):
        document = project.load(path)
        return Model(document.network, document.state.theta, document)
    found = weights.read(path, activation=activation, loss=loss)
    return Model(found.network, found.theta)


Data: TypeAlias = "str | DataSpec | tuple[ArrayLike, ArrayLike] | Document | Model"


def train(
    data: Data | Network = "circle",
    network: Network | Data | None = None,
    config: TrainingConfig | None = None,
    *,
    theta: ArrayLike | None = None,
    epochs: int | EllipsisType | None = ...,
    steps: int | None = None,
    control: Control | None = None,
    backend: str = "auto",
) -> Iterator[TrainUpdate]:
    """Train, as a generator of updates; the last one has the whole state and says how the run ended.

    The network may come first as well: `train(network, data, config)`.

    The same arguments give the same θ, bit for bit on one machine and one set of libraries.

    Args:
        data: an id of `datasets.list()`, a DataSpec, arrays (X, y), or a Document or a Model with one, which goes on
            from where it stands unless `network` or `config` is given.
        network: what is trained; None: 2 hidden layers of 4 and 2 tanh units, fitted to the data.
        config: optimiser, learning rate, batch size, penalties, initialisation, seed; None: the defaults. An optimiser
            without a learning rate takes its own: 0.1 for sgd, 0.01 for adam, …
        theta: (network.size,) where to begin, instead of what the seed draws.
        epochs, steps: when to end; None: no end by that. Without either: after 100 epochs.
        control: to stop the run, or to change settings while it goes on, from another thread.
        backend: "auto", "numpy" or "compiled" (Numba, compiled first where it never was).

    Raises:
        UserError: what is given does not fit together; at the call, before the first update is asked for.
    """
    document = prepared(data, network, config, theta)
    return _updates(document, _usual(epochs, steps), steps, control, backend)


def run(
    data: Data | Network = "circle",
    network: Network | Data | None = None,
    config: TrainingConfig | None = None,
    *,
    theta: ArrayLike | None = None,
    epochs: int | EllipsisType | None = ...,
    steps: int | None = None,
    backend: str = "auto",
) -> Model:
    """Train to the end and return the trained model, with its document; arguments as in `train`, in either order.

    Raises Diverged when a number is no longer finite; `train` gives the last finite state instead.
    """
    epochs = _usual(epochs, steps)
    if epochs is None and steps is None:
        raise UserError("Give epochs or steps: a run without either has no end.")
    document = prepared(data, network, config, theta)
    with np.errstate(all="ignore"):
        *_, last = _updates(document, epochs, steps, None, backend)
    if last.diverged is not None:
        raise last.diverged
    assert last.state is not None
    return Model(document.network, last.state.theta, replace(document, state=last.state))


def _usual(epochs: int | EllipsisType | None, steps: int | None) -> int | None:
    """The epochs of a run that were given, or the usual number where nothing was."""
    return (100 if steps is None else None) if isinstance(epochs, EllipsisType) else epochs


def standardised(network: Network, data: Data) -> Network:
    """The network with its features standardised: mean 0 and deviation 1 over the data's training rows.

    A constant feature is left at 0. Raises UserError for a feature that is not finite on the data.
    """
    return standardised_by(network, dataset_of(_document(data)))


def prepared(
    data: Data | Network, network: Network | Data | None, config: TrainingConfig | None, theta: ArrayLike | None
) -> Document:
    """The document that `train` trains: the given one, or one made of the parts."""
    if isinstance(data, Network):
        data, network = "circle" if network is None else network, data
    if isinstance(data, Network) or not isinstance(network, Network | None):
        raise UserError("Give one network and one set of data: train(data, network, config).")
    if not isinstance(config, TrainingConfig | None):
        raise UserError(f"The settings must be a TrainingConfig, such as TrainingConfig('adam'), not {shown(config)}.")
    document = _document(data)
    if network is not None or config is not None:
        network, config = network or document.network, config or document.training
        dataset = dataset_of(document)
        if fitted(network, dataset, network.loss).sizes != network.sizes:
            has = f"{counted(network.inputs, 'input')} and {counted(network.outputs, 'output')}"
            raise UserError(
                f"The network has {has}; its data have {dataset.inputs} and need "
                f"{dataset.outputs(network.loss)} under the {network.loss} loss."
            )
        document = replace(document, network=network, training=config, state=fresh_state(network, config))
    if theta is not None:
        start = Model(document.network, theta).theta
        document = replace(document, state=RunState(start))
    return document


def _document(data: Data) -> Document:
    if isinstance(data, Document):
        return data
    if isinstance(data, Model):
        if data.document is None:
            raise UserError("This model came without a document; give the data to train on, and theta=model.theta.")
        return data.document
    if isinstance(data, tuple) and len(data) == 2:
        data = datasets.from_arrays(*data)
    spec = DataSpec(data) if isinstance(data, str) else data
    if not isinstance(spec, DataSpec):
        raise UserError(
            f"Data are the name of a data set, a DataSpec, a pair of arrays (X, y), a Document or a Model, "
            f"not {shown(data)}."
        )
    new = replace(new_document(), data=spec)
    network = fitted(new.network, dataset_of(new), None)
    return replace(new, network=network, state=fresh_state(network, new.training))


def _updates(
    document: Document, epochs: int | None, steps: int | None, control: Control | None, backend: str
) -> Iterator[TrainUpdate]:
    epochs, steps = checked_length(epochs, MAX_EPOCHS, "epochs"), checked_length(steps, MAX_STEPS, "steps")
    if not isinstance(control, Control | None):
        raise UserError(f"The control must be a Control, not {shown(control)}.")
    dataset = dataset_of(document)
    check_patience(document.training, dataset)
    chosen_backend(document.training, backend)
    return train_state(
        document.network,
        dataset,
        document.training,
        document.state,
        control=control,
        epochs=epochs,
        steps=steps,
        backend=backend,
    )


class Datasets:
    """The data sets there are; use the instance `mlpviz.datasets`."""

    def list(self) -> dict[str, str]:
        """A sentence for each data set, by id."""
        return {name: row.sentence for name, row in DATASETS.items() if name != TABLE}

    def realise(self, data: str | DataSpec, **settings: Any) -> Dataset:
        """The arrays of a data set.

        Args:
            data: an id of `list()`, or a DataSpec.
            settings: fields of DataSpec: rows, noise (0 to 1), classes, train_ratio, seed.

        Returns:
            X (rows, inputs), y (rows, targets; class indices for classes), train and test (row indices), names.
        """
        spec = DataSpec(data, **settings) if isinstance(data, str) else replace(data, **settings)
        return realise(spec)

    def read(self, path: PathLike, *, target: str | None = None, missing: str = "error", **settings: Any) -> DataSpec:
        """A table from a CSV, NPZ or JSON file, as data to train on; see `data.tables.read_table`."""
        return DataSpec(TABLE, table=read_table(Path(path), target=target, missing=missing), **settings)

    def from_arrays(self, X: ArrayLike, y: ArrayLike, **settings: Any) -> DataSpec:
        """Arrays X (rows, inputs) and y (rows,) or (rows, targets), as data to train on."""
        return DataSpec(TABLE, table=from_arrays("X, y", _as_array(X, "X"), _as_array(y, "y")), **settings)


datasets = Datasets()


def _is_project(path: PathLike) -> bool:
    return os.fspath(path).lower().endswith(project.SUFFIX)


def _numbers(value: ArrayLike, what: str) -> Array:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UserError(f"{what} must be an array of numbers.") from error
    if not np.isfinite(array).all():
        raise UserError(f"{what} holds NaN or infinity; mlpviz takes finite numbers only.")
    return array


def _as_array(value: ArrayLike, what: str) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except ValueError as error:
        raise UserError(f"{what} must be an array; its rows differ in length.") from error


def _array(values: NDArray[Any]) -> Array:
    return np.ascontiguousarray(values, dtype=np.float64)
