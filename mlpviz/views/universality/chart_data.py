"""What the chart of error against width is fed with, and what it shows: plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mlpviz.document.document import SweepPoint

TRAINED = ("adam", "gd")
POLYNOMIALS = ("square", "cube")
OTHERS = ("steps", *POLYNOMIALS)  # whose nets are of another activation than the sweep's
LIMIT, FLOOR = "limit", "floor"
NO_METHOD = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How a series is drawn.

    Attributes:
        token: colour. pen: width of the line, in pixels. dash: lengths in units of the pen, () for solid.
        mark: "disc", "diamond", "kite", "triangle", "square", "frame", "bar"; "" for none. filled: the mark is.
        bold: its label is.
    """

    token: str
    pen: float
    dash: tuple[float, ...] = ()
    mark: str = ""
    filled: bool = True
    bold: bool = True


@dataclass(frozen=True, slots=True)
class Method:
    """A row of the method box: its word there, the direct label (long, short), how it is drawn, and a tooltip."""

    word: str
    label: str
    short: str
    style: Style
    tip: str


METHODS: Mapping[str, Method] = {
    LIMIT: Method(
        "exact limit", "limit", "limit", Style("ink", 1.6), "The largest error that no ReLU net of the width can beat."
    ),
    "constructed": Method(
        "constructed",
        "constructed",
        "built",
        Style("accent", 2.8, mark="disc"),
        "The net that is built with g in view: what exists, whether training finds it or not.",
    ),
    "adam": Method(
        "Adam",
        "Adam, usual\nstart",
        "Adam",
        Style("gd", 1.6, mark="diamond", filled=False),
        "Trained by Adam from the usual random start; the line is the median, the band all seeds.",
    ),
    "gd": Method(
        "gradient descent",
        "gradient\ndescent",
        "grad. d.",
        Style("gd", 1.6, (4.0, 2.5), "kite", False),
        "Trained by plain gradient descent from the usual random start; the band holds all seeds.",
    ),
    "random": Method(
        "random units + least squares",
        "random units +\nleast squares",
        "random",
        Style("rf", 1.4, (1.5, 2.5), "triangle"),
        "Hidden units drawn at random, only the output weights are fitted, by least squares.",
    ),
    "interpolant": Method(
        "interpolation, even",
        "interpolation",
        "interp.",
        Style("con", 1.4, (5.0, 3.0), "square", bold=False),
        "The polyline through g at evenly spaced places.",
    ),
    "curvature": Method(
        "interpolation by curvature",
        "interpolation\nby curvature",
        "by curv.",
        Style("con", 1.4, (5.0, 2.0, 1.0, 2.0), "frame", False, bold=False),
        "The polyline through g at places that lie closer where g bends more.",
    ),
    "steps": Method(
        "steps",
        "steps",
        "steps",
        Style("con", 1.4, mark="bar", bold=False),
        "A staircase whose steps each take an equal part of g's ups and downs.",
    ),
    "square": Method(
        "t² activation",
        "t² activation,\nany width",
        "t²",
        Style("ink2", 1.8, (7.0, 4.0), bold=False),
        "Nets whose activation is t²: one makes the best parabola, and no width makes more. Click the line to see it.",
    ),
    "cube": Method(
        "t³ activation",
        "t³ activation,\nany width",
        "t³",
        Style("ink2", 1.4, (7.0, 2.0, 1.0, 2.0), bold=False),
        "Nets whose activation is t³: two make the best cubic, and no width makes more. Click the line to see it.",
    ),
    FLOOR: Method(
        "floors",
        "",
        "",
        Style("ink2", 1.8, (7.0, 4.0), bold=False),
        "What an activation that is a polynomial reaches at any width; half of a jump, which no continuous net beats.",
    ),
}
JUMP_STYLE = Style("ink2", 1.4, (1.0, 2.0), bold=False)


@dataclass(frozen=True, eq=False, slots=True)
class ChartSource:
    """What there is to be drawn of one g, in units of g.

    Attributes:
        activation: its key. widths: of the sweep, ascending. span: the range of g.
        points: all finished nets, trained and derived, of any method, width and seed.
        limits: (W, Lim(W)), ascending; every W from 0 on makes the hatched region exact between the sweep's widths.
        bound: whether the limit holds for this activation.
        floor: what this or another activation reaches at any width, and its direct label; None for none.
        jump_floor: half of the jump that is kept in g; 0 for none.
        corner_floor: where nets of a smooth activation usually stop; 0 for others.
        methods: which the sweep trains. seeds: how many of each.
        stale: the trained nets belong to another g, whose range is `trained_span`, or to other settings.
        training: a sweep is under way. complete: nothing derived is still being computed.
        first: the width whose constructed net is only a first one; None for none.
        chosen: width, method and seed of the net shown large; method "" where that is none of the points.
        smallest: for a largest error in units of g the smallest width known to have a net that is as good; None if none
            is known.
    """

    activation: str
    widths: tuple[int, ...]
    span: float
    points: tuple[SweepPoint, ...] = ()
    limits: tuple[tuple[int, float], ...] = ()
    bound: bool = False
    floor: tuple[float, str] | None = None
    jump_floor: float = 0.0
    corner_floor: float = 0.0
    methods: tuple[str, ...] = ("adam",)
    seeds: int = 1
    stale: bool = False
    trained_span: float = 0.0
    training: bool = False
    complete: bool = True
    first: int | None = None
    chosen: tuple[int, str, int] = (1, NO_METHOD, 0)
    smallest: Callable[[float], int | None] = lambda tolerance: None


@dataclass(frozen=True, slots=True)
class Mark:
    """The nets of one method and width.

    Attributes:
        width: W. error: their median (of an even number the lower one, which is a net's own error).
        low, high: of all seeds. words: for the tooltip. seed: of the net that has the median.
        first: the net is only a first one, for a better one is being made.
    """

    width: int
    error: float
    low: float
    high: float
    words: str = ""
    seed: int = 0
    first: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One curve: what it is in a word, its direct label, long and short, its style, its marks ascending by width, stale
    or still growing."""

    method: str
    word: str
    label: str
    short: str
    style: Style
    marks: tuple[Mark, ...]
    stale: bool = False
    under_way: bool = False

    @property
    def banded(self) -> bool:
        """Whether seeds differ anywhere."""
        return any(mark.low < mark.high for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Floor:
    """A horizontal line: its error, direct label long and short, style, and tooltip."""

    error: float
    label: str
    short: str
    style: Style
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the chart shows, in the units of its axis.

    Attributes:
        widths: of the axis. span: the range of g: 1 in an axis of shares. limit: (W, error), ascending.
        bound: no net of the activation can be below it. words: what stands below the limit, about it.
        measure: "sup", "rms" or, of both, "error". relative: the axis shows shares of the range of g.
        chosen: width, method and seed of the net shown large. settled: nothing more is to come.
    """

    widths: tuple[int, ...] = (1,)
    span: float = 1.0
    limit: tuple[tuple[int, float], ...] = ()
    bound: bool = True
    words: tuple[str, ...] = ()
    floors: tuple[Floor, ...] = ()
    series: tuple[Series, ...] = ()
    measure: str = "sup"
    relative: bool = False
    chosen: tuple[int, str, int] = (1, NO_METHOD, 0)
    settled: bool = True

    @property
    def measure_words(self) -> str:
        """What the left axis is."""
        return {"sup": "largest error", "rms": "RMS error"}.get(self.measure, "error")

    @property
    def stale(self) -> bool:
        """Whether any series belongs to another g or other settings."""
        return any(series.stale for series in self.series)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw yet."""
        return not (self.series or self.limit or self.floors)

    def errors(self) -> list[float]:
        """Everything that needs a place on the error axis; a seed that is far off reaches its upper end only."""
        lowest, widest = self.widths[0], self.widths[-1]
        found = [error for width, error in self.limit if lowest <= width <= widest]
        found += [floor.error for floor in self.floors]
        for series in self.series:
            for mark in series.marks:
                found += [mark.low, mark.error, min(mark.high, max(mark.error, self.span))]
        return found
