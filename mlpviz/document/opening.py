"""A net of the Universality page becomes the Lab's network."""

from __future__ import annotations

from dataclasses import replace

from mlpviz.data.painted import Painted, points
from mlpviz.data.spec import FUNCTION, TABLE, DataSpec, Table
from mlpviz.document.document import Document, RunState
from mlpviz.document.edits import Edited
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import Array, frozen
from mlpviz.nn.spec import Network

ADAM_RATE = 0.01
INIT = "uniform"


def usual_training(seed: int, optimizer: str = "adam") -> TrainingConfig:
    """How nets are trained towards a drawn function unless told otherwise: Adam, full batch, ±1/√fan-in."""
    return TrainingConfig(optimizer, ADAM_RATE, None, shuffle=False, init=INIT, seed=seed)


def open_net(document: Document, network: Network, theta: Array, seed: int) -> Edited:
    """Put a net and g into the Lab: all samples of g are training rows, training goes on from θ.

    Args:
        network, theta: a 1-W-1 network in units of g. seed: of the random start that Reset goes to.
    """
    return _opened(document, replace(document.data, name=FUNCTION, table=None), network, theta, seed)


def open_plane_net(document: Document, painted: Painted, network: Network, theta: Array, seed: int) -> Edited:
    """Put a net and the painted g that it was made for into the Lab; its data are a table of the samples.

    Args:
        network, theta: a 2-W-1 network in units of g. seed: of the random start that Reset goes to.
    """
    y = frozen(painted.samples.reshape(-1, 1))
    table = Table(frozen(points()), y, "regression", network.input_names, ("g",), (), painted.text or "painted")
    return _opened(document, replace(document.data, name=TABLE, table=table), network, theta, seed)


def _opened(document: Document, data: DataSpec, network: Network, theta: Array, seed: int) -> Edited:
    data = replace(data, train_ratio=1.0, validation=0.0)
    view = replace(document.view, layer=None, unit=None, row=None)
    config = usual_training(seed)
    changed = replace(document, data=data, network=network, training=config, state=RunState(frozen(theta)), view=view)
    return Edited(changed, "Train goes on from this net's weights; Reset starts from the usual random ones.")
