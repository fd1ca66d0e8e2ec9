"""The nets of two inputs, kept up to date beside everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mlpviz.document.document import Document
from mlpviz.experiments.planed import PLANE_WIDTHS, Planed, derive_plane
from mlpviz.session.following import Following, Stopping

if TYPE_CHECKING:
    from mlpviz.session.session import Session


class Planing(Following):
    """Nets of PLANE_WIDTHS, and of the width that is shown, which comes first.

    A dab of the brush ends what was begun for the painting before. While dabs come faster than that first net is made,
    it is still told, for the painting of a moment ago.
    """

    known: Planed | None

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._waiting, self._late = False, False

    def _question(self, document: Document) -> tuple[object, ...]:
        widths = tuple(sorted({*PLANE_WIDTHS, document.view.plane_width}))
        return (document.painted, document.sweep.activation, widths)

    def _job(self, document: Document) -> Callable[[Stopping], Iterator[Planed]]:
        painted, activation, shown = document.painted, document.sweep.activation, document.view.plane_width
        widths = tuple(sorted({*PLANE_WIDTHS, shown}))
        before = self.current.net(shown) if self.current is not None else None
        return lambda stopping: derive_plane(painted, activation, widths, stopping, shown, before)

    def _function(self, known: Planed) -> object:
        return known.painted

    @property
    def current(self) -> Planed | None:
        """As `Following.current`."""
        found: Planed | None = super().current
        return found

    def watch(self, on: bool) -> None:
        """As `Following.watch`."""
        if not on:
            self._waiting = False
        super().watch(on)

    def follow(self, document: Document) -> None:
        """As `Following.follow`; not while the first net of an earlier painting is still being made."""
        if self._waiting and not self.idle:
            self._late = True
            return
        asked = self._asked
        super().follow(document)
        if self._asked is not asked:
            self._waiting, self._late = True, False

    def _take(self, update: Any) -> None:
        self._waiting = False
        super()._take(update)
        if self._late:
            self.follow(self._session.document)
