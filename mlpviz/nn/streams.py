"""Separate streams of random numbers for data, split, initialisation and the order of each epoch."""

from __future__ import annotations

import numpy as np

STREAMS = {"data": 0, "split": 1, "init": 2, "order": 3}


def stream(seed: int, name: str, *indices: int) -> np.random.Generator:
    """The generator of one stream: the same seed, name and indices give the same numbers, no other stream moves them.

    `indices` tell apart what is drawn again and again: the epoch of an order, the layer drawn anew.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(STREAMS[name], *indices))))
