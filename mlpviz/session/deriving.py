"""What follows from the drawn function, kept up to date beside everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from mlpviz.document.document import Document
from mlpviz.errors import UserError
from mlpviz.experiments.derived import CONSTRUCTED, Derived, point_of
from mlpviz.runtime.latest import Latest
from mlpviz.universality.target import Built, sweep_network

PATIENCE_MS = 300  # for which nets of the g before may stand in for those of a new one

if TYPE_CHECKING:
    from mlpviz.session.session import Session


class Deriving(QObject):
    """Works while someone watches. A new stroke ends what was begun for the one before.

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
        self.known: Derived | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self.changed)

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is there."""
        return self._latest is None or self._latest.idle

    def watch(self, on: bool) -> None:
        """Tell whether what is known is looked at; unwatched, nothing is computed, and what is missing comes later."""
        self._watched = on
        if not on and self._latest is not None and not self.idle:
            self._latest.ask(lambda stopping: ())
            self._asked = ()
        self.follow(self._session.document)

    def follow(self, document: Document) -> None:
        """Work for this document's g, activation and widths, if they are others than before and someone watches."""
        if not self._watched:
            return
        sweep, shown = document.sweep, document.view.width
        widths = (*sweep.widths, shown) if shown not in sweep.widths else sweep.widths
        asked = (document.function, sweep.activation, tuple(sorted(widths)))
        if self._asked and asked[0] is self._asked[0] and asked[1:] == self._asked[1:]:
            return
        self._asked = asked
        before = self._shown_net(sweep.activation, shown)

        def job(stopping: Callable[[], bool]) -> Iterator[Derived | UserError]:
            # In the thread, so that the window stands before all that is loaded.
            from mlpviz.experiments.deriving import derive

            try:
                yield from derive(document.function, sweep.activation, sweep.widths, shown, before, stopping)
            except UserError as error:
                yield error

        if self._latest is None:
            self._latest = Latest(self._take, self)
        self._latest.ask(job)
        if self.known is not None and not self._patience.isActive():
            self._patience.start()

    def _shown_net(self, activation: str, width: int) -> Built | None:
        """The built net that is on the screen, from which the next one starts."""
        found = point_of(self.current.points, width, CONSTRUCTED) if self.current is not None else None
        if found is None:
            return None
        return Built(sweep_network(width, activation), found.theta, found.sup, found.rms, found.seconds)

    @property
    def lagging(self) -> bool:
        """Whether what is known has belonged to another g for more than a moment."""
        late = self.known is not None and self.known.function is not self._session.document.function
        return late and self._watched and not self._patience.isActive()

    @property
    def current(self) -> Derived | None:
        """What is known for the document's activation; of a g that is being drawn, what was known a moment ago."""
        known = self.known
        return known if known is not None and known.activation == self._session.document.sweep.activation else None

    def _take(self, update: Derived | UserError) -> None:
        if isinstance(update, UserError):
            self._session.noted.emit(str(update))
        self.known = None if isinstance(update, UserError) else update
        self._patience.stop()
        self.changed.emit()

    def close(self) -> None:
        """End the thread."""
        if self._latest is not None:
            self._latest.close()
