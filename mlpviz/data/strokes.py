"""Functions drawn by hand: strokes, presets, smoothing, the polyline through 512 samples on [0, 1]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from mlpviz.data.columns import numbers
from mlpviz.data.sheet import Sheet
from mlpviz.errors import UserError, check_choice, check_number, counted
from mlpviz.nn.layout import Array, frozen

SAMPLES = 512
NARROWEST = 0.1  # a Gaussian narrower than this leaves its neighbours less than 1e-21
# Neighbouring samples that differ by more than this share of the range are flagged as a jump.
JUMP_SHARE = 0.1
MAX_SMOOTH = SAMPLES
# Room for sums of a few samples within float64.
LARGEST_SAMPLE = 1e300


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """A function g: [0, 1] → R as drawn.

    Attributes:
        raw: (SAMPLES,) float64, read-only: y at x = 0, 1/511, …, 1, before smoothing.
        smooth: σ of the Gaussian, in samples; 0 is none.
        source: a preset's id, "drawn", or a file's name.
    """

    raw: Array
    smooth: float = 2.0
    source: str = "drawn"

    def __post_init__(self) -> None:
        if self.raw.shape != (SAMPLES,) or not np.isfinite(self.raw).all():
            raise UserError(f"A drawn function has {SAMPLES} finite samples.")
        if np.abs(self.raw).max() > LARGEST_SAMPLE:
            raise UserError(f"A drawn function stays within ±{LARGEST_SAMPLE:g}; scale it down.")
        check_number(self.smooth, 0, MAX_SMOOTH, "The smoothing σ (in samples)")


def grid() -> Array:
    """The abscissae of the samples, (SAMPLES,)."""
    return np.linspace(0.0, 1.0, SAMPLES)


def smoothed(drawn: Drawn) -> Array:
    """g at `grid()`: the raw samples under a Gaussian of σ = `smooth`, (SAMPLES,), read-only.

    Past an end the samples are reflected through it oddly, so that the ends stay where they were drawn.
    """
    sigma, raw = drawn.smooth, drawn.raw
    if sigma < NARROWEST:
        return raw
    reach = min(int(np.ceil(4 * sigma)), SAMPLES - 1)
    left, right = 2 * raw[0] - raw[reach:0:-1], 2 * raw[-1] - raw[-2 : -reach - 2 : -1]
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    result: Array = np.convolve(np.concatenate([left, raw, right]), kernel / kernel.sum(), mode="valid")
    return frozen(result)


def apply_stroke(drawn: Drawn, points: Sequence[tuple[float, float]]) -> Drawn:
    """The function after a stroke of the pencil.

    Args:
        drawn: the function before.
        points: (x, y) in the order of drawing. Between two of them the line is drawn; the last write wins. x outside
            [0, 1] is held at the end.
    """
    raw = drawn.raw.copy()
    at = [(min(max(x, 0.0), 1.0) * (SAMPLES - 1), y) for x, y in points if np.isfinite(x) and np.isfinite(y)]
    for (x0, y0), (x1, y1) in zip(at[:1] + at[:-1], at, strict=True):
        (a, ya), (b, yb) = sorted([(x0, y0), (x1, y1)])
        samples = np.arange(round(a), round(b) + 1)
        share = np.clip((samples - a) / (b - a), 0, 1) if b > a else np.ones(len(samples))
        raw[samples] = ya + share * (yb - ya) if b > a else y1
    return Drawn(frozen(raw), drawn.smooth, "drawn")


def from_points(x: Array, y: Array, source: str, smooth: float = 0.0) -> Drawn:
    """The polyline through given points: holes are linear, the ends are held; x ascending within [0, 1]."""
    return Drawn(frozen(np.interp(grid(), x, y)), smooth, source)


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
        columns = [numbers(sheet, i, block.columns[i], block.records, "error") for i in range(2)]
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
    note, low, high = "", float(x[0]), float(x[-1])
    if low < 0 or high > 1:
        note, x = f"{path.name}: x from {low:g} to {high:g} is rescaled to [0, 1].", (x - low) / (high - low)
    return from_points(x, y, path.name), note


def with_smooth(drawn: Drawn, sigma: float) -> Drawn:
    """The same stroke under another smoothing."""
    return replace(drawn, smooth=float(sigma))


def jump(drawn: Drawn) -> float:
    """The largest step between neighbouring raw samples as a share of the range; 0 for a constant."""
    span = float(np.ptp(drawn.raw))
    return float(np.max(np.abs(np.diff(drawn.raw)))) / span if span > 0 else 0.0


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
