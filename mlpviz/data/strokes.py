"""Functions drawn by hand: strokes, presets, smoothing, the polyline through 512 samples on [0, 1]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from mlpviz.errors import UserError, check_choice
from mlpviz.nn.layout import Array, frozen

SAMPLES = 512
NARROWEST = 0.1  # a Gaussian narrower than this leaves its neighbours less than 1e-21


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
