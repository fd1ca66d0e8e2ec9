"""What follows from the drawn function of one input."""

from __future__ import annotations

from mlpviz.document.document import Document
from mlpviz.experiments.aside import Asked
from mlpviz.experiments.derived import CONSTRUCTED, Derived, derived, point_of
from mlpviz.session.following import Following
from mlpviz.universality.target import Built, sweep_network


class Deriving(Following):
    """The limit and the nets that are built, for the document's g, activation and widths."""

    known: Derived | None

    def _question(self, document: Document) -> tuple[object, ...]:
        return (document.function, document.sweep.activation, _widths(document))

    def _job(self, document: Document) -> Asked:
        sweep, shown = document.sweep, document.view.width
        return derived, (document.function, sweep.activation, sweep.widths, shown, self._shown_net(document))

    def _function(self, known: Derived) -> object:
        return known.function

    @property
    def current(self) -> Derived | None:
        """As `Following.current`."""
        found: Derived | None = super().current
        return found

    def _shown_net(self, document: Document) -> Built | None:
        """The built net that is on the screen, from which the next one starts."""
        width = document.view.width
        found = point_of(self.current.points, width, CONSTRUCTED) if self.current is not None else None
        if found is None:
            return None
        network = sweep_network(width, document.sweep.activation)
        return Built(network, found.theta, found.sup, found.rms, found.seconds)


def _widths(document: Document) -> tuple[int, ...]:
    return tuple(sorted({*document.sweep.widths, document.view.width}))
