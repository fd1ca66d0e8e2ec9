"""Ready-made documents, one row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mlpviz.data.spec import DataSpec
from mlpviz.document.document import Document, RunState, ViewSpec
from mlpviz.document.edits import dataset_of, fitted, fresh_state
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.layout import frozen
from mlpviz.nn.spec import Hidden, Network

# U, c and w, b of the lecture's section 3: [U | c] by rows, then (w, b).
XOR_BY_HAND = (1.0, 1.0, 0.0, 1.0, 1.0, -1.0, 2.0, -4.0, -1.0)


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset: its name in the menu, a sentence, and what it makes of the present document."""

    name: str
    sentence: str
    apply: Callable[[Document], Document]


def _made(document: Document, data: DataSpec, hidden: tuple[Hidden, ...], config: TrainingConfig) -> Document:
    changed = replace(document, data=data, training=config)
    network = fitted(Network(hidden=hidden), dataset_of(changed), None)
    seen = document.view
    view = ViewSpec(
        log_loss=seen.log_loss, width=seen.width, inputs=seen.inputs, plane_width=seen.plane_width, more=seen.more
    )
    return replace(changed, network=network, state=fresh_state(network, config), view=view)


def _xor_by_hand(document: Document) -> Document:
    made = _made(document, DataSpec("xor"), (Hidden(2, "relu"),), TrainingConfig())
    return replace(made, state=RunState(frozen(np.array(XOR_BY_HAND))))


PRESETS: dict[str, Preset] = {
    "circle": Preset(
        "Circle, 2–4–2–1 tanh",
        "What a new window holds.",
        lambda d: _made(d, DataSpec(), (Hidden(4), Hidden(2)), TrainingConfig()),
    ),
    "xor-lecture": Preset(
        "The lecture's XOR network",
        "U = [[1, 1], [1, 1]], c = (0, −1), w = (2, −4), b = −1 and f = ReLU: given, not learned.",
        _xor_by_hand,
    ),
    "xor-relu": Preset(
        "XOR to be learned, 2–2–1 ReLU",
        "The same network from a random start: whether it learns XOR depends on the seed.",
        lambda d: _made(d, DataSpec("xor"), (Hidden(2, "relu"),), TrainingConfig()),
    ),
    "spiral": Preset(
        "Two spirals, 2–8–8–1 tanh",
        "A hard one: two arms wound into each other.",
        lambda d: _made(
            d, DataSpec("spiral", rows=400), (Hidden(8), Hidden(8)), TrainingConfig("adam", 0.01, batch_size=20)
        ),
    ),
    "iris": Preset(
        "Iris, 4–6–3 ReLU",
        "Four measurements of 150 flowers, three species.",
        lambda d: _made(d, DataSpec("iris"), (Hidden(6, "relu"),), TrainingConfig("adam", 0.01)),
    ),
}
