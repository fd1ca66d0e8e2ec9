"""Documents that the view tests show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlpviz.document import edits
from mlpviz.document.document import Document, RunState
from mlpviz.document.presets import PRESETS
from mlpviz.nn.layout import frozen
from mlpviz.nn.spec import Hidden


def document(preset: str = "circle", widths: tuple[int, ...] | None = None, activation: str = "tanh") -> Document:
    """A preset's document, with other hidden layers if widths are given; then θ is normal noise."""
    made = PRESETS[preset].apply(edits.new_document())
    if widths is None:
        return made
    network = made.network.with_hidden(tuple(Hidden(width, activation) for width in widths))
    theta = np.random.default_rng(3).normal(size=network.size)
    return replace(made, network=network, state=RunState(frozen(theta)))
