"""What else draws on a function: a brush that smooths, an eraser, a bump under a key."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mlpviz.data.strokes import SAMPLES, Drawn, changed, grid
from mlpviz.nn.layout import Array, frozen

BRUSH = 24  # samples that the smooth brush reaches to either side
SPACING = 4.0  # samples between two of its dabs
WEIGHTS = (0.25, 0.5, 0.25)
PASSES = 8  # of these weights in one dab
RUBBER = 5  # samples that the eraser covers to either side
BUMP = 1 / 32  # σ in x of the bump that a key raises


def smooth_stroke(drawn: Drawn, points: Sequence[tuple[float, float]], *, going_on: bool = False) -> Drawn:
    """The function after the smooth brush was moved over it: rounder under the brush, as it was elsewhere.

    The brush dabs where it is set down and every SPACING samples on each line between two points; as with
    `strokes.apply_stroke` a stroke in pieces, those after the first `going_on`, gives the same as the whole.

    Args:
        drawn: the function before.
        points: (x, y) in the order of drawing; only x counts, held within [0, 1].
        going_on: points[0] is where the brush was last, and has been dabbed.
    """
    raw = drawn.raw.copy()
    at = [min(max(x, 0.0), 1.0) * (SAMPLES - 1) for x, _ in points if np.isfinite(x)]
    if at and not going_on:
        _dab(raw, at[0])
    for start, end in pairwise(at):
        for place in np.linspace(start, end, int(np.ceil(abs(end - start) / SPACING)) + 1)[1:]:
            _dab(raw, float(place))
    return changed(drawn, raw)


def _dab(raw: Array, place: float) -> None:
    """Smooth samples in place around one of them, less towards the rim; the ends of [0, 1] stay."""
    low, high = max(0, int(np.ceil(place - BRUSH))), min(SAMPLES - 1, int(np.floor(place + BRUSH)))
    if high - low < 2:
        return
    before = raw[low : high + 1]
    after = before.copy()
    for _ in range(PASSES):
        after[1:-1] = WEIGHTS[0] * after[:-2] + WEIGHTS[1] * after[1:-1] + WEIGHTS[2] * after[2:]
    share = 0.5 + 0.5 * np.cos(np.pi * (np.arange(low, high + 1) - place) / BRUSH)
    raw[low : high + 1] = (1 - share) * before + share * after


def erase(drawn: Drawn, points: Sequence[tuple[float, float]]) -> Drawn:
    """The function with all that the eraser passed over replaced by one straight bridge between what is left.

    What is erased up to an end of [0, 1] is held at the height of what is left; where nothing is left, g = 0.

    Args:
        drawn: the function before the eraser was set down.
        points: (x, y) in the order of erasing, since it was set down; only x counts, held within [0, 1].
    """
    at = [min(max(x, 0.0), 1.0) * (SAMPLES - 1) for x, _ in points if np.isfinite(x)]
    if not at:
        return drawn
    samples = np.arange(SAMPLES)
    left = (samples < min(at) - RUBBER) | (samples > max(at) + RUBBER)
    if not left.any():
        return changed(drawn, np.zeros(SAMPLES))
    return changed(drawn, np.interp(samples, samples[left], drawn.raw[left]))


def bend(drawn: Drawn, x: float, by: float) -> Drawn:
    """The function with a bump of height `by`, in units of g, added around x."""
    bump: Array = by * np.exp(-0.5 * ((grid() - x) / BUMP) ** 2)
    return changed(drawn, drawn.raw + bump)


def cleared() -> Drawn:
    """An empty board: g = 0."""
    return Drawn(frozen(np.zeros(SAMPLES)), 2.0, "drawn")
