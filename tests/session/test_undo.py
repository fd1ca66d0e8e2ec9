"""The undo stack."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from mlpviz.document.edits import new_document
from mlpviz.session.undo import MAX_ENTRIES, UndoStack


def test_undo_returns_the_very_document_and_redo_the_other() -> None:
    first = new_document()
    second = replace(first, view=replace(first.view, width=16))
    stack = UndoStack()
    stack.push("Widen", first, second)
    assert stack.undo_text == "Widen"
    assert stack.undo() is first
    assert (stack.undo_text, stack.redo_text) == (None, "Widen")
    assert stack.redo() is second


def test_a_drag_is_one_entry_until_it_is_finished() -> None:
    documents = [new_document()]
    for width in range(1, 6):
        documents.append(replace(documents[0], view=replace(documents[0].view, width=width)))
    stack = UndoStack()
    for before, after in pairwise(documents[:4]):
        stack.push("Drag", before, after, merge="noise")
    stack.finish_merge()
    stack.push("Drag", documents[3], documents[4], merge="noise")
    assert stack.undo() is documents[3]
    assert stack.undo() is documents[0]
    assert stack.undo() is None


def test_a_new_command_forgets_what_was_undone() -> None:
    first = new_document()
    second = replace(first, view=replace(first.view, width=16))
    stack = UndoStack()
    stack.push("A", first, second)
    stack.undo()
    stack.push("B", first, second)
    assert stack.redo_text is None
    assert stack.redo() is None


def test_the_stack_is_bounded() -> None:
    document = new_document()
    stack = UndoStack()
    for _ in range(MAX_ENTRIES + 20):
        stack.push("A", document, document)
    count = 0
    while stack.undo() is not None:
        count += 1
    assert count == MAX_ENTRIES
