"""Functions drawn by hand: strokes, presets, smoothing, the polyline through 512 samples on [0, 1]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mlpviz.data.columns import REFUSED, numbers
from mlpviz.data.sheet import Sheet
from mlpviz.data.span import check_span
from mlpviz.errors import UserError, check_choice, check_number, counted
from mlpviz.nn.layout import Array, frozen

SAMPLES = 512
NARROWEST = 0.1  # a Gaussian narrower than this leaves its neighbours less than 1e-21
# Neighbouring samples that differ by more than this share of the range are flagged as a jump.
JUMP_SHARE = 0.1
MAX_SMOOTH = SAMPLES
# Room for sums of a few samples within float64.
LARGEST_SAMPLE = 1e300
MAX_POINTS = SAMPLES  # of a polyline
MAX_HANDLES = 64  # of a polyline from elsewhere, whose points may be too many to take hold of


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """A function g: [0, 1] → R as drawn.

    Attributes:
        raw: (SAMPLES,) float64, read-only: y at x = 0, 1/511, …, 1, before smoothing.
        smooth: σ of the Gaussian, in samples; 0 is none.
        source: a preset's id, "drawn", a formula's text, or a file's name.
        keep_jumps: whether g is understood as discontinuous wherever neighbouring raw samples differ by more than
            JUMP_SHARE of the range. Then the Gaussian works on each piece between two jumps by itself, so that the
            jumps survive it, and no continuous net comes closer to g than `jump_floor`: a fact about the function that
            is meant, which the steep edge of the polyline through its samples hides.
        points: corners (x, y) of the polyline that `raw` samples, x ascending within [0, 1], the ends held; () for
            what is no polyline.
        formula: whether `source` is a formula in x that `raw` samples.
    """

    raw: Array
    smooth: float = 2.0
    source: str = "drawn"
    keep_jumps: bool = False
    points: tuple[tuple[float, float], ...] = ()
    formula: bool = False

    def __post_init__(self) -> None:
        if self.raw.shape != (SAMPLES,) or not np.isfinite(self.raw).all():
            raise UserError(f"A drawn function has {SAMPLES} finite samples.")
        if np.abs(self.raw).max() > LARGEST_SAMPLE:
            raise UserError(f"A drawn function stays within ±{LARGEST_SAMPLE:g}; scale it down.")
        check_number(self.smooth, 0, MAX_SMOOTH, "The smoothing σ (in samples)")
        if self.points:
            _check_points(self.points)


def _check_points(points: tuple[tuple[float, float], ...]) -> None:
    if not 2 <= len(points) <= MAX_POINTS:
        raise UserError(f"A polyline has 2 to {MAX_POINTS} points, not {len(points):,}.")
    x, y = np.array(points, dtype=np.float64).T
    if not (np.isfinite(x).all() and np.isfinite(y).all()) or x[0] < 0 or x[-1] > 1 or not (np.diff(x) > 0).all():
        raise UserError("The points of a polyline have finite y, and x within [0, 1], each larger than the one before.")


def grid() -> Array:
    """The abscissae of the samples, (SAMPLES,)."""
    return np.linspace(0.0, 1.0, SAMPLES)


# ---- smoothing


def smoothed(drawn: Drawn) -> Array:
    """g at `grid()`: the raw samples under a Gaussian of σ = `smooth`, (SAMPLES,), read-only.

    Past an end the samples are reflected through it oddly, so that the ends stay where they were drawn. With kept
    jumps each piece between two of them is smoothed so, and every jump keeps both its sides.
    """
    if drawn.smooth < NARROWEST:
        return drawn.raw
    cuts = jumps(drawn) + 1 if drawn.keep_jumps else np.empty(0, dtype=np.int64)
    return frozen(np.concatenate([_gaussian(piece, drawn.smooth) for piece in np.split(drawn.raw, cuts)]))


def _gaussian(raw: Array, sigma: float) -> Array:
    """Samples under a Gaussian that reaches 4σ, or as far as they themselves do."""
    reach = min(int(np.ceil(4 * sigma)), len(raw) - 1)
    if reach == 0:
        return raw
    left, right = 2 * raw[0] - raw[reach:0:-1], 2 * raw[-1] - raw[-2 : -reach - 2 : -1]
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    result: Array = np.convolve(np.concatenate([left, raw, right]), kernel / kernel.sum(), mode="valid")
    return result


def with_smooth(drawn: Drawn, sigma: float) -> Drawn:
    """The same stroke under another smoothing."""
    return replace(drawn, smooth=float(sigma))


# ---- jumps


def jump(drawn: Drawn) -> float:
    """The largest step between neighbouring raw samples as a share of the range; 0 for a constant."""
    span = float(np.ptp(drawn.raw))
    return float(np.max(np.abs(np.diff(drawn.raw)))) / span if span > 0 else 0.0


def jumps(drawn: Drawn) -> NDArray[np.int64]:
    """Where neighbouring raw samples differ by more than JUMP_SHARE of the range: the left ones' indices, ascending."""
    return np.flatnonzero(np.abs(np.diff(drawn.raw)) > JUMP_SHARE * np.ptp(drawn.raw)).astype(np.int64)


def kept_jumps(drawn: Drawn) -> NDArray[np.int64]:
    """Where g is understood as discontinuous: the indices of `jumps` where they are kept, else none."""
    return jumps(drawn) if drawn.keep_jumps else np.empty(0, dtype=np.int64)


def jump_floor(drawn: Drawn) -> float:
    """J/2 in units of g, for the largest kept jump J; 0 where none is kept.

    With kept jumps g is discontinuous there. A continuous net passes through one value at such a place, and of that at
    least one side of the jump is J/2 away, so its largest error is never smaller, whatever its width.
    """
    if not len(kept_jumps(drawn)):
        return 0.0
    return float(np.max(np.abs(np.diff(drawn.raw)))) / 2


def with_jumps_kept(drawn: Drawn) -> Drawn:
    """The same samples, understood as discontinuous at their jumps."""
    return replace(drawn, keep_jumps=bool(len(jumps(drawn))))


def with_jumps_smoothed(drawn: Drawn) -> Drawn:
    """A straight bridge over every jump, as short as it can be for no step to be a jump any more.

    Where float64 itself has steps so large (a range of 1e-323) the longest bridge is the last word.
    """
    places, x = jumps(drawn), np.arange(SAMPLES)
    raw, reach = drawn.raw, 1
    result = replace(drawn, keep_jumps=False)
    while len(jumps(result)) and reach < SAMPLES:
        bridged = np.zeros(SAMPLES, dtype=bool)
        for place in places:
            bridged[max(0, place - reach + 1) : place + reach + 1] = True
        bridged[[0, -1]] = False  # a bridge stands on what is left
        result = changed(drawn, np.interp(x, x[~bridged], raw[~bridged]), keep_jumps=False)
        reach += 1
    return result


def changed(drawn: Drawn, raw: Array, *, keep_jumps: bool | None = None) -> Drawn:
    """The function drawn over by hand: other samples, the same smoothing; a jump stays kept while there is one."""
    kept = drawn.keep_jumps if keep_jumps is None else keep_jumps
    result = Drawn(frozen(raw), drawn.smooth, "drawn")
    return with_jumps_kept(result) if kept else result


# ---- strokes


def apply_stroke(drawn: Drawn, points: Sequence[tuple[float, float]], *, going_on: bool = False) -> Drawn:
    """The function after a stroke of the pencil.

    A stroke writes the samples that it crosses, and where it ends between two samples the nearer one, if it has not
    crossed that on its last way. So a stroke can be applied in pieces: points 0…k, then k…n `going_on`, give the same
    samples, to the last bit, as points 0…n at once.

    Args:
        drawn: the function before.
        points: (x, y) in the order of drawing. Between two of them the line is drawn; the last write wins. x outside
            [0, 1] is held at the end.
        going_on: points[0] is where the stroke was last, and has been written.
    """
    raw = drawn.raw.copy()
    at = [(min(max(x, 0.0), 1.0) * (SAMPLES - 1), y) for x, y in points if np.isfinite(x) and np.isfinite(y)]
    if at and not going_on:
        raw[round(at[0][0])] = at[0][1]
    for start, end in pairwise(at):
        if start == end:
            continue
        (a, ya), (b, yb) = sorted([start, end])
        crossed = np.arange(int(np.ceil(a)), int(np.floor(b)) + 1)
        if b > a:
            # Of two heights, not one and a difference: that may overflow.
            share = (crossed - a) / (b - a)
            raw[crossed] = (1 - share) * ya + share * yb
        tip = round(end[0])
        if not a <= tip <= b or a == b:
            raw[tip] = end[1]
    return changed(drawn, raw)


def from_points(x: Array, y: Array, source: str, smooth: float = 0.0) -> Drawn:
    """The polyline through given points: holes are linear, the ends are held; x ascending within [0, 1].

    Up to MAX_HANDLES points can be moved on; of more only the samples are kept.
    """
    x, first = np.unique(x, return_index=True)
    y = y[first]
    points = tuple(zip(x.tolist(), y.tolist(), strict=True)) if 2 <= len(x) <= MAX_HANDLES else ()
    return Drawn(frozen(np.interp(grid(), x, y)), smooth, source, points=points)


def from_table(path: str | Path) -> tuple[Drawn, str]:
    """The polyline through the points of a CSV file, and a note for the user ("" when there is nothing to say).

    Args:
        path: a file with two columns, x and y, header or none. x may come in any order, but no x twice with another y.
            x that leaves [0, 1] is rescaled to it, which the note tells; an x-range inside [0, 1] is kept and the ends
            are held.

    Raises:
        UserError: for anything else, with row and column.
    """
    path = Path(path)
    try:
        sheet = Sheet.open(path)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if sheet.width != 2:
        raise UserError(f"{path.name} has {counted(sheet.width, 'column')}; a function needs two, x and y.")
    parts, records = [np.empty((0, 2))], [np.empty(0, dtype=np.int64)]
    for block in sheet.blocks():
        columns = [numbers(sheet, i, block.columns[i], block.records, REFUSED) for i in range(2)]
        parts.append(np.stack(columns, axis=1))
        records.append(np.array(block.records))
    points, rows = np.concatenate(parts), np.concatenate(records)
    order = np.argsort(points[:, 0], kind="stable")
    (x, y), rows = points[order].T, rows[order]
    twice = np.flatnonzero((np.diff(x) == 0) & (np.diff(y) != 0))
    if len(twice):
        row = sheet.row_of(int(rows[twice[0] + 1]))
        raise UserError(f"{path.name}, row {row:,}: x = {x[twice[0]]:g} stands twice, with another y.")
    if len(x) < 2 or x[0] == x[-1]:
        raise UserError(f"{path.name} needs points at two different x at least to be a function.")
    check_span(y)
    note, low, high = "", float(x[0]), float(x[-1])
    if low < 0 or high > 1:
        note, x = f"{path.name}: x from {low:g} to {high:g} is rescaled to [0, 1].", (x - low) / (high - low)
    if len(x) > SAMPLES:
        note = f"{note} Of {len(x):,} points g has {SAMPLES} samples.".strip()
    return from_points(x, y, path.name), note


@dataclass(frozen=True, slots=True)
class FunctionPreset:
    """A ready function: its words, g on an array of x, and the smoothing that suits it."""

    name: str
    g: Callable[[Array], Array]
    smooth: float = 0.0


def _saw(x: Array) -> Array:
    return 2 * np.abs(5 * x - np.floor(5 * x + 0.5)) - 0.5


def _coastline(x: Array) -> Array:
    # A Weierstrass sum: rough at every scale the samples can show.
    return sum((0.6**k * np.sin(2 * np.pi * 1.9**k * (x + 0.13 * k)) for k in range(9)), np.zeros_like(x)) / 2


def _hills(x: Array) -> Array:
    return 0.6 * np.sin(2 * np.pi * x + 0.4) * np.cos(3.2 * np.pi * x) + 0.25 * np.sin(7 * np.pi * x) * x


PRESETS: dict[str, FunctionPreset] = {
    "hills": FunctionPreset("hills", _hills),
    "sine": FunctionPreset("sine", lambda x: np.sin(2 * np.pi * x)),
    "step": FunctionPreset("step", lambda x: np.where(x < 0.5, -0.5, 0.5), 2.0),
    "saw": FunctionPreset("saw", _saw),
    "bump": FunctionPreset("bump", lambda x: np.exp(-0.5 * ((x - 0.5) / 0.08) ** 2)),
    "corner": FunctionPreset("|x − 0.3|", lambda x: np.abs(x - 0.3)),
    "root": FunctionPreset("√x", np.sqrt),
    "parabola": FunctionPreset("x²", lambda x: x * x),
    "chirp": FunctionPreset("chirp", lambda x: np.sin(2 * np.pi * (x + 5 * x * x))),
    "coastline": FunctionPreset("coastline", _coastline),
}


@lru_cache(maxsize=len(PRESETS))
def preset(name: str) -> Drawn:
    """A ready function by its id."""
    check_choice(name, PRESETS, "function")
    row = PRESETS[name]
    return Drawn(frozen(np.asarray(row.g(grid()), dtype=np.float64)), row.smooth, name)


def default_function() -> Drawn:
    """What a new document has drawn."""
    return preset("hills")
