"""Sums of sines bred from others: never farther off than those, the same each time, and ended when told to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlpviz.data.strokes import SAMPLES
from mlpviz.universality.breeding import Breeding
from mlpviz.universality.search import HEAVIEST, Fit, Search, Stopped, largest_error
from mlpviz.universality.sine import Waves, effort
from mlpviz.universality.target import target_of
from tests.universality.strokes import stroke

WIDTH = 8


def found(kind: type[Search], seed: int) -> Fit:
    search = kind(Waves, target_of(stroke(seed)), lambda: False)
    return search.widened(search.none(), WIDTH, effort(WIDTH))


@pytest.fixture(scope="module", params=[3, 4, 9])
def both(request: pytest.FixtureRequest) -> tuple[int, Fit, Fit]:
    return request.param, found(Search, request.param), found(Breeding, request.param)


def test_what_is_bred_is_nearer_and_is_what_it_says(both: tuple[int, Fit, Fit]) -> None:
    seed, plain, bred = both
    assert bred.sup < plain.sup
    assert len(bred.p) <= WIDTH
    assert np.abs(bred.coef).max() <= HEAVIEST
    unit = target_of(stroke(seed)).unit
    family = Waves(np.linspace(0, 1, SAMPLES))
    assert bred.sup == largest_error(family, bred.p, bred.coef, unit)
    assert bred.sup >= np.abs(bred.coef @ family.columns(bred.p) - unit).max() - 1e-12


def test_the_same_bits_twice(both: tuple[int, Fit, Fit]) -> None:
    seed, _, bred = both
    again = found(Breeding, seed)
    assert again.p.tobytes() == bred.p.tobytes()
    assert again.coef.tobytes() == bred.coef.tobytes()


def test_wider_sums_are_grown_from_those_that_were_not_bred() -> None:
    target = target_of(stroke(9))
    without = replace(effort(WIDTH), children=0)
    plain, breeding = Search(Waves, target, lambda: False), Breeding(Waves, target, lambda: False)
    narrow = plain.widened(plain.none(), WIDTH, without)
    bred = breeding.widened(breeding.none(), WIDTH, effort(WIDTH))
    assert bred.sup < narrow.sup
    wide = breeding.widened(bred, 2 * WIDTH, without)
    assert wide.p.tobytes() == plain.widened(narrow, 2 * WIDTH, without).p.tobytes()


def test_nothing_wider_is_farther_off_than_what_was_bred() -> None:
    target = target_of(stroke(9))
    breeding = Breeding(Waves, target, lambda: False)
    bred = breeding.widened(breeding.none(), WIDTH, effort(WIDTH))
    none = replace(effort(WIDTH), stages=1, steps=0, polish=0, hops=0, rounds=0, turns=0, polished=False, children=0)
    assert breeding.widened(bred, WIDTH + 1, none) is bred


def test_a_constant_has_no_children() -> None:
    search = Breeding(Waves, target_of(np.full(SAMPLES, 2.0)), lambda: False)
    none = search.none()
    assert search.widened(none, WIDTH, effort(WIDTH)) is none


def test_breeding_ends_when_it_is_told_to() -> None:
    target = target_of(stroke(3))
    asked = 0

    def counted() -> bool:
        nonlocal asked
        asked += 1
        return False

    search = Search(Waves, target, counted)
    search.widened(search.none(), WIDTH, effort(WIDTH))
    before = asked
    asked = 0

    def later() -> bool:
        counted()
        return asked > before + 100

    breeding = Breeding(Waves, target, later)
    with pytest.raises(Stopped):
        breeding.widened(breeding.none(), WIDTH, effort(WIDTH))
    assert before + 100 < asked < before + 110
