"""What follows from the painted function of two inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlpviz.document.document import Document
from mlpviz.experiments.planed import WIDTHS, Planed
from mlpviz.session.following import Following, Stopping


class Planing(Following):
    """Nets of growing width for the document's g of two inputs and its activation."""

    known: Planed | None

    def _question(self, document: Document) -> tuple[object, ...]:
        shown = document.view.plane_width
        return (document.painted, document.sweep.activation, None if shown in WIDTHS else shown)

    def _job(self, document: Document) -> Callable[[Stopping], Iterator[Planed]]:
        painted, activation, shown = document.painted, document.sweep.activation, document.view.plane_width
        before = self.current.net(shown) if self.current is not None else None

        def find(stopping: Stopping) -> Iterator[Planed]:
            # In the thread, so that the window stands before all that is loaded.
            from mlpviz.experiments.planing import derive_plane

            yield from derive_plane(painted, activation, shown, before, stopping=stopping)

        return find

    def _function(self, known: Planed) -> object:
        return known.painted

    @property
    def current(self) -> Planed | None:
        """As `Following.current`."""
        found: Planed | None = super().current
        return found
