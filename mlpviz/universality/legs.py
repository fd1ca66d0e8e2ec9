"""Walks through tubes around one polyline, at one ε after another, that remember what they have seen.

A path is a row of legs, each from a link through two samples to another: what a leg is depends on ε alone. The greater
ε, the further each of its links reaches: where a leg is the same at two ε's, it is so between them.
"""

from __future__ import annotations

import importlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mlpviz.nn.compiled import loading
from mlpviz.nn.layout import Array
from mlpviz.universality import tube

LEG = 32  # samples; a leg ends with the first link through two samples that lies beyond the next multiple

Link = tuple[int, int, int, int]


def kernels() -> Any:
    """The compiled `tube`, which makes the same bits, if the kernels are in this process; else None."""
    return importlib.import_module("mlpviz.universality.compiled") if loading.loaded() else None


class Room:
    """g and −g, (2, n), and what a walk through tubes around it needs, made once.

    Attributes:
        links, lines: of the last walk, as `tube.walk` left them.
    """

    def __init__(self, g: Array, most: int) -> None:
        n, compiled = len(g), kernels()
        self._most = most
        if compiled is not None:
            self._walk, self._event = compiled.walk, compiled.event
            self._g: Any = np.stack([g, -g]).astype(np.float64)
            self.links: Any = np.zeros((most, tube.COLUMNS), dtype=np.int64)
            self.lines: Any = np.zeros((most, 4))
            self._hull: Any = np.zeros((4, n + 1))
            self._none: Any = self.links[:0]
        else:  # lists are several times faster than arrays where every number is touched one by one
            self._walk, self._event = tube.walk, tube.event
            self._g = [g.tolist(), (-g).tolist()]
            self.links, self.lines = [tube.FIRST] * most, [(0.0,) * 4] * most
            self._hull, self._none = [[0.0] * (n + 1) for _ in range(4)], []

    def walk(self, eps: float, start: Link, until: int, low: Any = None, high: Any = None) -> int:
        """`tube.walk`."""
        low, high = (self._none, self._none) if low is None else (low, high)
        room = self.links, self.lines, self._hull
        return int(self._walk(self._g, eps, start, until, self._most, low, high, *room))

    def event(self, eps: float, start: Link, links: Any, count: int, reach: int) -> float:
        """`tube.event`."""
        return float(self._event(self._g, eps, start, links, count, reach))


@dataclass(eq=False, slots=True)
class Seen:
    """What was seen of the legs that start at one link, by ascending ε: how many links, the last of them, all."""

    eps: list[float] = field(default_factory=list)
    outcomes: list[tuple[int, Link | None]] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)

    def put(self, place: int, eps: float, outcome: tuple[int, Link | None], links: Any) -> None:
        """Keep this; of a row of equal outcomes, the first and the last alone."""
        for first in (place - 2, place):
            if first >= 0 and self.outcomes[first : first + 2] == [outcome, outcome]:
                at = first + 1 if first < place else first
                self.eps[at], self.links[at] = eps, links
                return
        self.eps.insert(place, eps)
        self.outcomes.insert(place, outcome)
        self.links.insert(place, links)


class Legs:
    """How many links a path through g ± ε has. g: (n,). most: links after which counting ends."""

    def __init__(self, g: Array, most: int) -> None:
        self._n, self._most = len(g), most
        self._room = Room(g, len(g))
        self._seen: dict[Link, Seen] = {}

    def count(self, eps: float) -> int:
        """The number of links at ε; more than the most asked for where those do not suffice."""
        total = 0
        link: Link | None = tube.FIRST
        while link is not None and total <= self._most:
            links, link = self._leg(link, eps)
            total += links
        return total

    def _leg(self, start: Link, eps: float) -> tuple[int, Link | None]:
        seen = self._seen.setdefault(start, Seen())
        place = bisect_left(seen.eps, eps)
        around = seen.outcomes[max(place - 1, 0) : place + 1] if 0 < place < len(seen.eps) else []
        if around and around[0] == around[1]:
            return around[0]
        known = seen.links[place - 1 : place + 1] if around else ()
        found = self._room.walk(eps, start, (start[tube.END] // LEG + 1) * LEG, *known)
        links = self._room.links[: abs(found)].copy()
        outcome = (len(links), _link(links[-1]) if found < 0 else None)
        seen.put(place, eps, outcome, links)
        return outcome

    def event(self, low: float, high: float) -> float | None:
        """The ε between two counted ones at which the first leg that differs is likely to change; None if unknown."""
        link: Link | None = tube.FIRST
        while link is not None:
            seen = self._seen.get(link, Seen())
            place = bisect_right(seen.eps, low)
            if place == 0:  # counting ended before it came here
                return None
            outcome = seen.outcomes[place - 1]
            while place < len(seen.eps) and seen.outcomes[place] == outcome:
                place += 1
            if place < len(seen.eps) and seen.eps[place - 1] < high:
                return self._change(link, seen, place)
            link = outcome[1]
        return None

    def _change(self, start: Link, seen: Seen, after: int) -> float | None:
        """The ε at which the link reaches a sample whose reach grows most from one ε to the next."""
        here, there = seen.links[after - 1], seen.links[after]
        gains = [int(b[tube.END]) - int(a[tube.END]) for a, b in zip(here, there, strict=False)]
        jumps = np.diff(gains, prepend=0)
        at = int(np.argmax(jumps))
        if jumps[at] <= 0:
            return None
        return self._room.event(seen.eps[after - 1], start, here, at + 1, int(there[at][tube.END]))


def _link(row: Any) -> Link:
    side, pivot, touch, end = row
    return int(side), int(pivot), int(touch), int(end)
