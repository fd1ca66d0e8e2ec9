"""What follows from the drawn function, kept up to date beside everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from mlpviz.document.document import Document, SweepPoint
from mlpviz.errors import UserError
from mlpviz.experiments.deriving import CONSTRUCTED, Derived, derive
from mlpviz.runtime.latest import Latest
from mlpviz.universality.construct import how
from mlpviz.universality.target import Built, sweep_network

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
        self.refused = ""

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is there."""
        return self._latest is None or self._latest.idle

    def watch(self, on: bool) -> None:
        """Tell whether what is known is looked at; unwatched, nothing new is computed."""
        self._watched = on
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
            try:
                yield from derive(document.function, sweep.activation, sweep.widths, shown, before, stopping)
            except UserError as error:
                yield error

        if self._latest is None:
            self._latest = Latest(self._take, self)
        self._latest.ask(job)

    def _shown_net(self, activation: str, width: int) -> Built | None:
        """The built net that is on the screen, from which the next one starts."""
        found = self.net(width)
        if found is None or found.activation != activation:
            return None
        return Built(sweep_network(width, activation), found.theta, found.sup, found.rms, found.seconds)

    @property
    def current(self) -> Derived | None:
        """What is known for the document's activation; of a g that is being drawn, what was known a moment ago."""
        known = self.known
        return known if known is not None and known.activation == self._session.document.sweep.activation else None

    @staticmethod
    def builds(activation: str) -> bool:
        """Whether nets of an activation are built at all."""
        return bool(how(activation))

    def net(self, width: int, method: str = CONSTRUCTED, seed: int = 0) -> SweepPoint | None:
        """One of the nets known for the document's activation; None where there is none."""
        for point in self.current.points if self.current is not None else ():
            if (point.width, point.method, point.seed) == (width, method, seed):
                return point
        return None

    def _take(self, update: Derived | UserError) -> None:
        refused = isinstance(update, UserError)
        self.known = None if isinstance(update, UserError) else update
        self.refused = str(update) if refused else ""
        self.changed.emit()

    def close(self) -> None:
        """End the thread."""
        if self._latest is not None:
            self._latest.close()
