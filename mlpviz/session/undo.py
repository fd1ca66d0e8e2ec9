"""Undo as a stack of frozen documents; they share what they have in common."""

from __future__ import annotations

from dataclasses import dataclass

from mlpviz.document.document import Document

MAX_ENTRIES = 500
MAX_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: its name, the document before and after it, and the key under which the next one may join it."""

    name: str
    before: Document
    after: Document
    merge: str | None


class UndoStack:
    """What was done, and what was undone."""

    def __init__(self) -> None:
        self._done: list[Entry] = []
        self._undone: list[Entry] = []

    @property
    def undo_text(self) -> str | None:
        """The name of what undo would take back."""
        return self._done[-1].name if self._done else None

    @property
    def redo_text(self) -> str | None:
        """The name of what redo would do again."""
        return self._undone[-1].name if self._undone else None

    def push(self, name: str, before: Document, after: Document, merge: str | None = None) -> None:
        """Record a command; it joins the last one when both have the same merge key."""
        last = self._done[-1] if self._done else None
        if last and merge is not None and last.merge == merge and not self._undone:
            self._done[-1] = Entry(name, last.before, after, merge)
        else:
            self._done.append(Entry(name, before, after, merge))
        self._undone.clear()
        self._trim()

    def finish_merge(self) -> None:
        """The next command does not join the last one."""
        if self._done:
            last = self._done[-1]
            self._done[-1] = Entry(last.name, last.before, last.after, None)

    def undo(self) -> Document | None:
        """The document before the last command, or None."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1].before

    def redo(self) -> Document | None:
        """The document after the last command undone, or None."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1].after

    def clear(self) -> None:
        """Forget everything."""
        self._done.clear()
        self._undone.clear()

    def _trim(self) -> None:
        del self._done[:-MAX_ENTRIES]
        sizes: dict[int, int] = {}
        for place in range(len(self._done) - 1, -1, -1):
            state = self._done[place].before.state
            for array in (state.theta, state.history.rows, *state.slots.values()):
                sizes[id(array)] = array.nbytes
            if sum(sizes.values()) > MAX_BYTES and place < len(self._done) - 1:
                del self._done[:place]
                return
