"""From what the session has to what the chart shows, and every word of it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from mlpviz.data.strokes import jump_floor, smoothed
from mlpviz.document.document import SweepPoint
from mlpviz.experiments.derived import CONSTRUCTED
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.layout import Array
from mlpviz.pictures.width_axis import LOWEST, drawable
from mlpviz.session import Session
from mlpviz.universality import polynomial
from mlpviz.universality.kinked import BOUNDED
from mlpviz.universality.minlink import pieces_within
from mlpviz.views.kit.activation_combo import shortened
from mlpviz.views.kit.numbers import epoch_text, error_text, measured_percent
from mlpviz.views.universality.chart_data import (
    FLOOR,
    JUMP_STYLE,
    LIMIT,
    METHODS,
    NO_METHOD,
    POLYNOMIALS,
    TRAINED,
    Chart,
    ChartSource,
    Floor,
    Mark,
    Series,
)
from mlpviz.views.universality.method_words import method_row
from mlpviz.views.universality.overlay import FIRST
from mlpviz.views.universality.state import shown_kind, shown_spec, state_of
from mlpviz.views.universality.tolerance import smallest_known

# Activations without a kink; of an own formula it is not known.
SMOOTH = frozenset({"sigmoid", "tanh", "elu", "gelu", "silu", "softplus", "softsign", "sin", "gaussian"})
FIRST_WORDS = f"{FIRST}: a better one is being made"


def source_of(session: Session) -> ChartSource:
    """What the session has: what follows from g alone, as far as it is known, and the nets of the sweep."""
    document, results, derived = session.document, session.results, session.deriving.current
    spec = shown_spec(session)
    limits = derived.limits if derived is not None else ()
    extra = derived.points if derived is not None else ()
    width, (method, seed) = document.view.width, shown_kind(session)
    # Lim of every width, as soon as it is known.
    every = tuple(enumerate(map(float, derived.every))) if derived is not None else ()
    # While a stroke is under way the whole chart, as the numbers, is of the g of a moment ago.
    g = smoothed(derived.function if derived is not None else document.function)
    # No net is nearer to a g that jumps than half of that; the polyline through its samples hides it.
    least = derived.jump_floor if derived is not None else 0.0
    trained = _on_floor(results.points, jump_floor(results.function)) if results is not None else ()

    def smallest(tolerance: float) -> int | None:
        if tolerance < least:
            return None
        reached = ((pieces_within(g, tolerance) - 1, tolerance),) if derived is not None else ()
        return smallest_known(document.sweep.activation, reached, extra, tolerance)

    return ChartSource(
        activation=document.sweep.activation,
        widths=document.sweep.widths,
        span=float(np.ptp(g)),
        points=(*_on_floor(extra, least), *trained),
        limits=tuple((width, max(error, least)) for width, error in every or limits),
        bound=document.sweep.activation in BOUNDED,
        floor=derived.floor if derived is not None else None,
        jump_floor=least,
        corner_floor=_corner_floor(document.sweep.activation, g),
        methods=spec.methods,
        seeds=spec.seeds,
        stale=session.sweeping.stale,
        trained_span=float(np.ptp(smoothed(results.function))) if results is not None else 0.0,
        training=session.job == "sweep",
        complete=bool(session.deriving.refused) or (derived is not None and derived.complete),
        first=derived.first if derived is not None else None,
        chosen=(width, method, seed) if state_of(session, width) is not None else (width, NO_METHOD, seed),
        smallest=smallest,
    )


def _on_floor(points: Sequence[SweepPoint], least: float) -> tuple[SweepPoint, ...]:
    """The points, none below the floor of a jump."""
    return tuple(replace(point, sup=least) if point.sup < least else point for point in points)


def chart_of(source: ChartSource, measure: str, relative: bool, methods: Collection[str]) -> Chart:
    """The chart of some methods, in units of g or as shares of its range.

    Limit and floors are about the largest error: with measure "rms" there are none.
    """
    relative = relative and source.span > 0
    unit = source.span if relative else 1.0
    sup = measure == "sup"
    # Nets of the sweep's own activation are the constructed ones.
    # The polynomials nearest in the largest error are no floor of the RMS error.
    left_out = (FLOOR, source.activation) if sup else (FLOOR, *POLYNOMIALS)
    drawn = [method for method in METHODS if method in methods and method not in left_out]
    series = [_series(source, method, measure, relative) for method in drawn]
    limit = [(width, error / unit) for width, error in source.limits] if sup and LIMIT in methods else []
    return Chart(
        widths=source.widths,
        span=1.0 if relative else source.span,
        limit=tuple(limit),
        bound=source.bound,
        words=limit_words(source.activation, source.bound, jumps=source.jump_floor > 0) if limit else (),
        floors=tuple(_floors(source, unit)) if sup and FLOOR in methods else (),
        series=tuple(each for each in series if each.marks),
        measure=measure,
        relative=relative,
        chosen=source.chosen,
        settled=source.complete and not source.training,
    )


def limit_words(activation: str, bound: bool, *, jumps: bool = False) -> tuple[str, ...]:
    """What stands below the limit, in lines of two, three and four; the first that fits is taken.

    `jumps`: it is half of a kept jump at least, which holds for every activation.
    """
    name = shortened(activation, 12)
    if bound:
        return (
            f"no {name} net of this\nwidth can be down here",
            f"no {name} net\nof this width can\nbe down here",
            f"no {name} net\nof this width\ncan be\ndown here",
        )
    if jumps or activation in polynomial.BUILT_FOR:
        return ("dashed: limit\nfor ReLU nets",)  # where these stop, their floor says
    can = "can" if activation in ACTIVATIONS else "may"  # of an own formula it is not known
    return (
        f"dashed: limit for ReLU nets;\n{name} {can} go below",
        f"dashed: limit\nfor ReLU nets;\n{name} {can}\ngo below",
    )


def _corner_floor(activation: str, g: Array) -> float:
    """Where nets of a smooth activation usually stop, in units of g; 0 for others.

    They round off the corners that g, a polyline, has at its samples; that costs a sixteenth of the second difference.
    """
    return float(np.abs(np.diff(g, 2)).max(initial=0.0)) / 16 if activation in SMOOTH else 0.0


def _floors(source: ChartSource, unit: float) -> Iterable[Floor]:
    if source.floor is not None:
        error, label = source.floor
        told = f"{label.replace(chr(10), ' ')}: largest error {error_text(error)}"
        yield Floor(error / unit, label, label.split(",")[0].split("\n")[0], METHODS[FLOOR].style, told)
    if source.jump_floor > 0:
        told = f"half of the jump, {error_text(source.jump_floor)}: no continuous net comes closer"
        label = "half the jump: no\ncontinuous net below"
        yield Floor(source.jump_floor / unit, label, "jump ÷ 2", JUMP_STYLE, told)
    if source.corner_floor > max(LOWEST * source.span, source.jump_floor):
        told = (
            f"{error_text(source.corner_floor)}: the corners of g at its samples; no limit, but smooth nets hardly "
            "come below"
        )
        yield Floor(source.corner_floor / unit, "samples' corners:\nsmooth nets stop", "corners", JUMP_STYLE, told)


def _series(source: ChartSource, method: str, measure: str, relative: bool) -> Series:
    row, trained = method_row(method, source.activation), method in TRAINED
    stale = trained and source.stale
    span = source.trained_span if stale else source.span
    unit = span if relative and span > 0 else 1.0
    points = [point for point in source.points if point.method == method]
    widths = sorted({point.width for point in points})
    first = source.first if method == CONSTRUCTED else None
    marks = tuple(_mark([p for p in points if p.width == w], measure, unit, span, w == first) for w in widths)
    label = row.label
    if trained and source.seeds > 1:
        label = f"{label} ({source.seeds} seeds)"
    return Series(method, row.word, label, row.short, row.style, marks, stale, trained and source.training)


def _mark(points: Sequence[SweepPoint], measure: str, unit: float, span: float, first: bool) -> Mark:
    def error(point: SweepPoint) -> float:
        return point.rms if measure == "rms" else point.sup

    ordered = sorted(points, key=lambda point: (error(point), point.seed))
    middle = ordered[(len(ordered) - 1) // 2]
    low, high = error(ordered[0]), error(ordered[-1])
    words = mark_words(middle, len(points), (low, high), measure, span)
    if first:
        words += f"\n{FIRST_WORDS}"
    return Mark(middle.width, error(middle) / unit, low / unit, high / unit, words, middle.seed, first)


def mark_words(point: SweepPoint, seeds: int, ends: tuple[float, float], measure: str, span: float) -> str:
    """The nets of one method and width in words: three lines at most."""
    unit = "unit" if point.width == 1 else "units"
    word = method_row(point.method, point.activation).word
    lines = [f"{epoch_text(point.width)} {shortened(point.activation)} {unit}, {word}"]
    if seeds > 1:
        name = "RMS error" if measure == "rms" else "largest error"
        lines.append(f"{seeds} seeds: {name} from {error_text(ends[0])} to {error_text(ends[1])}")
        lines.append(f"median, seed {point.seed}: {numbers(point, span)}")
    else:
        lines.append(numbers(point, span))
        if point.seconds >= 0.05:
            verb = "trained for" if point.method in TRAINED else "made in"
            lines.append(f"{verb} {point.seconds:.1f} s; click to see it")
    return "\n".join(lines)


def numbers(point: SweepPoint, span: float) -> str:
    """A net's errors in words."""
    if not drawable(point.sup, span):
        return f"exact: largest error {error_text(point.sup)}"
    share = f" ({measured_percent(point.sup / span)} of the range)" if span > 0 and math.isfinite(point.sup) else ""
    return f"largest error {error_text(point.sup)}{share}, RMS {error_text(point.rms)}"


def readouts(chart: Chart, series: Series, mark: Mark) -> tuple[str, str]:
    """One line about a mark: width, method, error, and what the limit is there; and a shorter one without that."""

    def text(value: float) -> str:
        told = measured_percent(value) if chart.relative else error_text(value)
        return told if drawable(value, chart.span) else f"{told} (exact)"

    told = f"W = {mark.width} · {series.word[0].upper() + series.word[1:]} · {text(mark.error)}"
    more = " · stale" if series.stale else f" · {FIRST}" if mark.first else ""
    short = f"W = {mark.width} · {series.short} · {text(mark.error)}{more}"
    if mark.low < mark.high:
        told += f" ({text(mark.low)} to {text(mark.high)})"
    limit = dict(chart.limit).get(mark.width)
    if limit is not None:
        told += f" · limit {text(limit)}" if chart.bound else f" · ReLU limit {text(limit)}"
    return told + more, short


def described(chart: Chart) -> str:
    """The whole chart in words, for assistive technology."""

    def text(value: float) -> str:
        return measured_percent(value) if chart.relative else error_text(value)

    parts = []
    for series in chart.series:
        errors = ", ".join(f"W {mark.width}: {text(mark.error)}" for mark in series.marks)
        parts.append(f"{series.word}{' (stale)' if series.stale else ''}: {errors}")
    within = [(width, error) for width, error in chart.limit if width in chart.widths]
    if within:
        name = "limit" if chart.bound else "limit for ReLU nets"
        parts.append(f"{name}: " + ", ".join(f"W {width}: {text(error)}" for width, error in within))
    parts += [floor.words for floor in chart.floors]
    return f"{chart.measure_words}. " + ". ".join(parts) if parts else "no net yet"
