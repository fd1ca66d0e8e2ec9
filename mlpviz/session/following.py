"""What follows from a function that is drawn, computed beside everything else while someone watches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from mlpviz.document.document import Document
from mlpviz.errors import UserError
from mlpviz.experiments.aside import Aside, Asked, drained
from mlpviz.experiments.control import Stopping
from mlpviz.runtime.latest import Latest

if TYPE_CHECKING:
    from mlpviz.session.session import Session

PATIENCE_MS = 300  # for which nets of the g before may stand in for those of a new one


class Following(QObject):
    """Works for the newest g alone: another stroke ends what was begun for the one before.

    Attributes:
        known: what is known so far, None for nothing; also of a g that is no longer the document's.
        refused: why nothing can be known of this g; "" where something can.

    Signals:
        changed(): `known` is another.
    """

    changed = pyqtSignal()

    def __init__(self, session: Session, aside: Aside | None = None) -> None:
        """Args: aside: where the work is done; a thread of this process does it without."""
        super().__init__(session)
        self._session = session
        self._drained = drained if aside is None else aside.drained
        self._watched = False
        self._asked: tuple[object, ...] = ()
        self._latest: Latest | None = None
        self.known: Any = None
        self.refused = ""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self.changed)

    # ---- to be overridden

    def _question(self, document: Document) -> tuple[object, ...]:
        """What is to be known: g first, then all else that it depends on."""
        raise NotImplementedError

    def _job(self, document: Document) -> Asked:
        """What finds it out, each update with all that is known so far."""
        raise NotImplementedError

    def _function(self, known: Any) -> object:
        """The g that something known is about."""
        raise NotImplementedError

    # ---- the same for all

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is there."""
        return self._latest is None or self._latest.idle

    @property
    def lagging(self) -> bool:
        """Whether what is known has belonged to another g for more than a moment."""
        if self.known is None or not self._watched or self._patience.isActive():
            return False
        return self._function(self.known) is not self._question(self._session.document)[0]

    @property
    def current(self) -> Any:
        """What is known for the document's activation; of a g that is being drawn, what was known a moment ago."""
        known = self.known
        return known if known is not None and known.activation == self._session.document.sweep.activation else None

    def watch(self, on: bool) -> None:
        """Tell whether what is known is looked at; unwatched, nothing is computed, and what is missing comes later."""
        self._watched = on
        if on:
            self.follow(self._session.document)
        elif self._latest is not None and not self.idle:
            self._latest.ask(lambda stopping: ())
            self._asked = ()

    def follow(self, document: Document) -> None:
        """Work for this document, if it asks another question than before and someone watches."""
        if not self._watched:
            return
        asked = self._question(document)
        if self._asked and asked[0] is self._asked[0] and asked[1:] == self._asked[1:]:
            return
        self._asked = asked
        work = self._job(document)

        def job(stopping: Stopping) -> Iterable[Any]:
            try:
                yield from self._drained(work, stopping)
            except UserError as error:
                yield error

        if self._latest is None:
            self._latest = Latest(self._take, self)
        self._latest.ask(job)
        if self.known is not None and not self._patience.isActive():
            self._patience.start()

    def _take(self, update: Any) -> None:
        self.refused = str(update) if isinstance(update, UserError) else ""
        if self.refused:
            self._session.noted.emit(self.refused)
        self.known = None if self.refused else update
        self._patience.stop()
        self.changed.emit()

    def close(self) -> None:
        """End the thread."""
        if self._latest is not None:
            self._latest.close()
