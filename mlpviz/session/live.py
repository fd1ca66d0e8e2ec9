"""What the views show of a run: the newest numbers that have arrived."""

from __future__ import annotations

from dataclasses import dataclass

from mlpviz.document.document import Document
from mlpviz.document.history import History
from mlpviz.errors import Diverged
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network


@dataclass(frozen=True, eq=False, slots=True)
class Live:
    """One moment of the run, all of it read-only.

    Attributes:
        network, theta: the network and θ to show.
        step, epoch, cursor: as in RunState, at the moment of `theta`'s update or later.
        history: all figures so far.
        backend: what trained last ("numpy 2.4"), "" before the first run.
        weights_of: after an early stop, the epoch that `theta` went back to; None where it is that of `epoch`.
        diverged: set when the run stopped at a number that is not finite; `theta` is the last finite one.
    """

    network: Network
    theta: Array
    step: int
    epoch: int
    cursor: int
    history: History
    diverged: Diverged | None = None
    backend: str = ""
    weights_of: int | None = None

    @classmethod
    def of(
        cls,
        document: Document,
        diverged: Diverged | None = None,
        backend: str = "",
        weights_of: int | None = None,
    ) -> Live:
        """The moment a document holds."""
        state, history = document.state, document.state.history
        counts = (state.step, state.epoch, state.cursor)
        return cls(document.network, state.theta, *counts, history, diverged, backend, weights_of)
