"""What follows from the drawn function of one input."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from mlpviz.document.document import Document
from mlpviz.experiments.derived import CONSTRUCTED, Derived, point_of
from mlpviz.session.following import Following, Stopping
from mlpviz.universality.target import Built, sweep_network

REST = 0.04  # seconds between the shown net and all else


class Deriving(Following):
    """The limit and the nets that are built, for the document's g, activation and widths."""

    known: Derived | None

    def _question(self, document: Document) -> tuple[object, ...]:
        return (document.function, document.sweep.activation, _widths(document))

    def _job(self, document: Document) -> Callable[[Stopping], Iterator[Derived]]:
        sweep, shown = document.sweep, document.view.width
        before = self._shown_net(sweep.activation, shown)

        def find(stopping: Stopping) -> Iterator[Derived]:
            # In the thread, so that the window stands before all that is loaded.
            from mlpviz.experiments.deriving import derive

            for count, known in enumerate(
                derive(document.function, sweep.activation, sweep.widths, shown, before, stopping)
            ):
                yield known
                if not count and before is not None:
                    rest(stopping)

        return find

    def _function(self, known: Derived) -> object:
        return known.function

    @property
    def current(self) -> Derived | None:
        """As `Following.current`."""
        found: Derived | None = super().current
        return found

    def _shown_net(self, activation: str, width: int) -> Built | None:
        """The built net that is on the screen, from which the next one starts."""
        found = point_of(self.current.points, width, CONSTRUCTED) if self.current is not None else None
        if found is None:
            return None
        return Built(sweep_network(width, activation), found.theta, found.sup, found.rms, found.seconds)


def rest(stopping: Stopping) -> None:
    """Wait a moment: while a pointer draws on, the window has the interpreter for itself, and the next g comes soon."""
    end = time.monotonic() + REST
    while not stopping() and time.monotonic() < end:
        time.sleep(REST / 8)


def _widths(document: Document) -> tuple[int, ...]:
    return tuple(sorted({*document.sweep.widths, document.view.width}))
