"""Separate streams of random numbers for data, split, initialisation, the order of each epoch, and dropout."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

STREAMS = {"data": 0, "split": 1, "init": 2, "order": 3, "dropout": 4}

Words = NDArray[np.uint64]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32, _11 = (np.uint64(shift) for shift in (30, 27, 31, 32, 11))


def stream(seed: int, name: str, *indices: int) -> np.random.Generator:
    """The generator of one stream: the same seed, name and indices give the same numbers, no other stream moves them.

    `indices` tell apart what is drawn again and again: the layer drawn anew.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(STREAMS[name], *indices))))


PIECE = 8_192


def key(seed: int, name: str) -> int:
    """The 64-bit key of a stream of SplitMix64 numbers: for what is drawn anew in every epoch or step."""
    return int(np.random.SeedSequence(seed, spawn_key=(STREAMS[name],)).generate_state(1, np.uint64)[0])


def mixed(words: Words) -> Words:
    """SplitMix64's finaliser (Steele, Lea & Flood 2014), in place."""
    words ^= words >> _30
    words *= _FIRST
    words ^= words >> _27
    words *= _SECOND
    words ^= words >> _31
    return words


def numbers(start: int, place: int, count: int, skip: int = 0) -> Words:
    """`count` random 64-bit words, (count,), after the first `skip` ones: of the stream `start`, at its `place`.

    A place is an epoch or a step.
    """
    with np.errstate(over="ignore"):
        seed = mixed(np.array([start], np.uint64) + np.uint64(place + 1) * _GOLDEN)
        return mixed(seed + np.arange(skip + 1, skip + count + 1, dtype=np.uint64) * _GOLDEN)


def order(start: int, epoch: int, rows: int) -> NDArray[np.int64]:
    """The order of the rows in an epoch, a permutation (rows,): Fisher & Yates, from the last place to the first.

    `start` is `key(seed, "order")`. The compiled backend makes the same one.
    """
    result = array("q", range(rows))
    for stop in range(rows, 0, -PIECE):  # lists of whole numbers take much room
        first = max(0, stop - PIECE)
        places = np.arange(first + 1, stop + 1, dtype=np.uint64)
        others = (((numbers(start, epoch, stop - first, first) >> _32) * places) >> _32).tolist()
        for place in range(stop - 1, max(first, 1) - 1, -1):
            other = others[place - first]
            result[place], result[other] = result[other], result[place]
    return np.frombuffer(result, dtype=np.int64)


def kept(start: int, step: int, chance: float, shape: tuple[int, ...], skip: int = 0) -> NDArray[np.float64]:
    """Inverted dropout's factors for one update: 0 with the given chance, else 1/(1 − chance).

    `start` is `key(seed, "dropout")`; `skip` leaves out the update's first factors.
    """
    count = int(np.prod(shape))
    uniform = (numbers(start, step, count, skip) >> _11).astype(np.float64) * 2.0**-53
    return np.where(uniform < chance, 0.0, 1.0 / (1.0 - chance)).reshape(shape)
