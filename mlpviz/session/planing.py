"""The nets of two inputs, kept up to date beside everything else."""

from __future__ import annotations

from mlpviz.document.document import Document
from mlpviz.experiments.aside import Asked
from mlpviz.experiments.planed import PLANE_WIDTHS, Planed, derive_plane
from mlpviz.session.following import Following


class Planing(Following):
    """Nets of PLANE_WIDTHS, and of the width that is shown, which comes first."""

    known: Planed | None

    def _question(self, document: Document) -> tuple[object, ...]:
        return (document.painted, document.sweep.activation, _widths(document))

    def _job(self, document: Document) -> Asked:
        shown = document.view.plane_width
        before = self.current.net(shown) if self.current is not None else None
        return derive_plane, (document.painted, document.sweep.activation, _widths(document), shown, before)

    def _function(self, known: Planed) -> object:
        return known.painted

    @property
    def current(self) -> Planed | None:
        """As `Following.current`."""
        found: Planed | None = super().current
        return found


def _widths(document: Document) -> tuple[int, ...]:
    return tuple(sorted({*PLANE_WIDTHS, document.view.plane_width}))
