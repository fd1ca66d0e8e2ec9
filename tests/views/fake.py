"""A session that needs no thread: edits and pictures happen at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from mlpviz.document.document import Document
from mlpviz.document.edits import Edited, dataset_of, new_document
from mlpviz.errors import UserError
from mlpviz.session.live import Live


class Pictures:
    """Computes at once, and counts."""

    def __init__(self) -> None:
        self.requests: list[str] = []

    def request(self, key: str, compute: Callable[[], Any], receive: Callable[[Any], None]) -> None:
        self.requests.append(key)
        receive(compute())


class FakeSession(QObject):
    """What the views of the Lab use of a Session."""

    document_changed = pyqtSignal(object)
    updated = pyqtSignal()
    job_changed = pyqtSignal()
    undo_changed = pyqtSignal()

    def __init__(self, document: Document | None = None) -> None:
        super().__init__()
        self.document = document or new_document()
        self.dataset = dataset_of(self.document)
        self.live = Live.of(self.document)
        self.job: str | None = None
        self.pictures = Pictures()
        self.done: list[str] = []
        self.problems: list[str] = []
        self._before: list[Document] = []

    def edit(self, name: str, change: Callable[[Document], Any], merge: str | None = None) -> bool:
        try:
            result = change(self.document)
        except UserError as error:
            self.problems.append(str(error))
            return False
        self._before.append(self.document)
        self.done.append(name)
        self.show_document(result.document if isinstance(result, Edited) else result)
        return True

    def undo(self) -> None:
        self.show_document(self._before.pop())

    def look(self, **changes: Any) -> None:
        self.document = replace(self.document, view=replace(self.document.view, **changes))
        self.document_changed.emit(frozenset({"view"}))

    def show_document(self, document: Document) -> None:
        self.document = document
        self.dataset = dataset_of(document)
        self.live = Live.of(document)
        self.document_changed.emit(frozenset({"data", "network", "state"}))
