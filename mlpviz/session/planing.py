"""The nets of two inputs, kept up to date beside everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from mlpviz.document.document import Document
from mlpviz.errors import UserError
from mlpviz.experiments.planed import PLANE_WIDTHS, Planed, derive_plane
from mlpviz.runtime.latest import Latest

if TYPE_CHECKING:
    from mlpviz.session.session import Session


class Planing(QObject):
    """Works while someone watches. A dab of the brush ends what was begun for the painting before.

    Signals:
        changed(): `known` is another.
    """

    changed = pyqtSignal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._watched = False
        self._asked: tuple[object, ...] = ()
        self._latest: Latest | None = None
        self._waiting, self._late = False, False
        self.known: Planed | None = None

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is there."""
        return self._latest is None or self._latest.idle

    def watch(self, on: bool) -> None:
        """Tell whether what is known is looked at; unwatched, nothing is computed, and what is missing comes later."""
        self._watched = on
        if not on and self._latest is not None and not self.idle:
            self._latest.ask(lambda stopping: ())
            self._asked, self._waiting = (), False
        self.follow(self._session.document)

    def follow(self, document: Document) -> None:
        """Work for this document's painting and activation, if they are others than before and someone watches.

        The nets are of PLANE_WIDTHS and of the width that is shown, which comes first. While dabs come faster than that
        one is made, it is still told, for the painting of a moment ago.
        """
        if not self._watched:
            return
        if self._waiting and not self.idle:
            self._late = True
            return
        painted, activation, shown = document.painted, document.sweep.activation, document.view.plane_width
        widths = tuple(sorted({*PLANE_WIDTHS, shown}))
        asked = (painted, activation, widths)
        if self._asked and asked[0] is self._asked[0] and asked[1:] == self._asked[1:]:
            return
        self._asked = asked
        before = self.known.net(shown) if self.known is not None and self.known.activation == activation else None

        def job(stopping: Callable[[], bool]) -> Iterator[Planed | UserError]:
            try:
                yield from derive_plane(painted, activation, widths, stopping, shown, before)
            except UserError as error:
                yield error

        if self._latest is None:
            self._latest = Latest(self._take, self)
        self._waiting, self._late = True, False
        self._latest.ask(job)

    def _take(self, update: Planed | UserError) -> None:
        if isinstance(update, UserError):
            self._session.noted.emit(str(update))
        self.known = None if isinstance(update, UserError) else update
        self._waiting = False
        self.changed.emit()
        if self._late:
            self.follow(self._session.document)

    def close(self) -> None:
        """End the thread."""
        if self._latest is not None:
            self._latest.close()
