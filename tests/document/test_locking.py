"""Locks as edits: parts are locked and unlocked one by one, in as few locks as say it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mlpviz.document import edits
from mlpviz.document.document import Document
from mlpviz.document.locking import ALL_LOCKED, all_locked, compact, set_locked
from mlpviz.nn.locks import Lock, locked_mask

SIZES = (2, 4, 2, 1)


def locked(document: Document, *parts: Lock, on: bool = True) -> Document:
    return set_locked(document, parts, on).document


def test_cells_of_a_whole_unit_are_one_lock_and_one_of_them_can_be_unlocked() -> None:
    document = edits.new_document()
    document = locked(document, Lock(0, 1, 0), Lock(0, 1, 1), Lock(0, 1, 2))
    assert document.training.locked == (Lock(0, 1),)
    document = locked(document, Lock(0, 1, 2), on=False)
    assert document.training.locked == (Lock(0, 1, 0), Lock(0, 1, 1))


def test_a_locked_layer_stays_one_lock_until_a_unit_of_it_is_unlocked() -> None:
    document = locked(edits.new_document(), Lock(0))
    assert document.training.locked == (Lock(0),)
    document = locked(document, Lock(1, 0))
    assert document.training.locked == (Lock(0), Lock(1, 0))
    document = locked(document, Lock(0, 2), on=False)
    assert document.training.locked == (Lock(0, 0), Lock(0, 1), Lock(0, 3), Lock(1, 0))


def test_the_only_unit_of_a_layer_is_locked_as_a_unit() -> None:
    assert locked(edits.new_document(), Lock(2, 0)).training.locked == (Lock(2, 0),)


def test_locking_the_last_free_parameter_says_so() -> None:
    document = locked(edits.new_document(), Lock(0), Lock(1))
    assert not all_locked(document)
    edited = set_locked(document, [Lock(2)], True)
    assert edited.note == ALL_LOCKED
    assert all_locked(edited.document)
    assert set_locked(edited.document, [Lock(0)], False).note == ""


@given(st.lists(st.booleans(), min_size=25, max_size=25), st.sets(st.integers(0, 2)))
def test_locks_say_exactly_what_the_mask_says(bits: list[bool], layers: set[int]) -> None:
    mask = np.array(bits)
    assert np.array_equal(locked_mask(compact(mask, SIZES, layers), SIZES), mask)
