"""The tolerance in words: from which width on a good enough net exists, and when training found one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from mlpviz.document.document import SweepPoint
from mlpviz.universality import polynomial
from mlpviz.views.kit.activation_combo import shortened
from mlpviz.views.kit.numbers import error_text, small_percent
from mlpviz.views.universality.chart_data import METHODS, TRAINED, ChartSource


def smallest_known(
    activation: str, limits: Sequence[tuple[int, float]], points: Sequence[SweepPoint], tolerance: float
) -> int | None:
    """The smallest width with a net known to be within a largest error, None if none is known.

    Known are the nets that were built, and for ReLU those that must exist: W units reach Lim(W − 1), one of them
    paying for the slope at the left end.

    Args:
        limits: (W, Lim(W)) in any order. points: nets of that activation. tolerance: in units of g.
    """
    found = [point.width for point in points if point.activation == activation and point.sup <= tolerance]
    if activation == "relu":
        found += [width + 1 for width, error in limits if error <= tolerance]
    return min(found, default=None)


def least_possible(limits: Sequence[tuple[int, float]], tolerance: float) -> int | None:
    """The smallest width that the limit allows; None where it is above the tolerance at every width known."""
    return min((width for width, error in limits if error <= tolerance), default=None)


def sentence(source: ChartSource, share: float, measure: str = "sup", methods: Collection[str] = TRAINED) -> str:
    """Which width exists for a tolerance, and what training needed.

    Args:
        share: the tolerance as a share of g's range. measure: "sup" or "rms", what it is about.
        methods: those that are told about, of the trained ones.
    """
    name = "Largest error" if measure == "sup" else "RMS error"
    head = f"{name} ≤ {small_percent(share)}: "
    if not source.span > 0:
        return head + "g is constant, one unit is exact."
    if measure == "sup" and source.jump_floor > share * source.span:
        # The samples' steep edge can be followed closely; the jump that it stands for cannot.
        return f"{head}out of reach at any width, half of the jump is more."
    parts = [exists(source, share, measure)]
    parts += trained(source, [method for method in source.methods if method in methods], share, measure)
    return head + ("; ".join(part for part in parts if part) or "nothing computed yet") + "."


def exists(source: ChartSource, share: float, measure: str = "sup") -> str:
    """The part about what exists."""
    word, tolerance = shortened(source.activation, 16), share * source.span
    # Of ReLU nets the limit tells at once; others may turn out to need fewer units.
    so_far = "" if source.complete or (source.bound and measure == "sup") else " so far"
    if measure == "rms":
        built = [p.width for p in _built(source) if p.rms <= tolerance]
        if built:
            return f"W = {min(built)} exists{so_far} ({word})"
        return "still computing what exists" if not source.complete else _none_built(source)
    width = source.smallest(tolerance)
    if width is not None:
        return f"W = {width} exists{so_far} ({word})"
    if source.floor is not None and source.floor[0] > tolerance and source.activation in polynomial.BUILT_FOR:
        return f"out of reach at any width for {word}"
    return "still computing what exists" if not source.complete else _none_built(source)


def _built(source: ChartSource) -> list[SweepPoint]:
    """The nets of the activation that were not trained; steps, for one, are another activation's."""
    return [p for p in source.points if p.method not in TRAINED and p.activation == source.activation]


def _none_built(source: ChartSource) -> str:
    built = [point.width for point in _built(source)]
    return f"none is known up to W = {max(built)} ({shortened(source.activation, 16)})" if built else ""


def trained(source: ChartSource, methods: Sequence[str], share: float, measure: str = "sup") -> list[str]:
    """The parts about trained methods; those of which the same is to be said share one."""
    told: dict[str, list[str]] = defaultdict(list)
    for method in methods:
        told[_needed(source, method, share, measure)].append(METHODS[method].word)
    return [said.format(" and ".join(words)) for said, words in told.items()]


def _needed(source: ChartSource, method: str, share: float, measure: str) -> str:
    """The smallest of the widths tried at which most seeds of a trained method are within; "{}" stands for its name."""
    points = [point for point in source.points if point.method == method]
    if not points:
        return "{} in training" if source.training else "{} not trained yet"
    if source.stale:
        return "{}’s nets are stale"
    tolerance, within, tried = share * source.span, defaultdict(list), defaultdict(list)
    for point in points:
        tried[point.width].append(point.seed)
        if (point.rms if measure == "rms" else point.sup) <= tolerance:
            within[point.width].append(point.seed)
    most = [width for width in sorted(within) if 2 * len(within[width]) > len(tried[width])]
    if most:
        width = most[0]
        return f"{{}} needed W = {width}{_seeds(len(within[width]), len(tried[width]))}"
    widest = max(tried)
    missing = [width for width in source.widths if len(tried.get(width, ())) < source.seeds]
    if within:
        best = max(sorted(within), key=lambda width: len(within[width]) / len(tried[width]))
        return f"{{}} reached it in {len(within[best])} of {len(tried[best])} seeds only (W = {best})"
    if missing:
        return f"{{}} did not reach it so far, up to {widest}"
    none = f" in any of {source.seeds} seeds" if source.seeds > 1 else ""
    return f"{{}} did not reach it up to {widest}{none}"


def _seeds(good: int, tried: int) -> str:
    return f" in {good} of {tried} seeds" if tried > 1 else ""


def told(source: ChartSource, share: float, measure: str = "sup") -> str:
    """What the sentence rests on, for its tooltip."""
    limited = source.activation == "relu" and measure == "sup"
    lines = [
        f"{small_percent(share)} of the range of g is {error_text(share * source.span)}.",
        "What exists is known from nets that were built"
        + (" and from the limit: W ReLU units reach Lim(W − 1)." if limited else "."),
        "What training needed is the smallest width tried at which more than half of the seeds are within.",
    ]
    least = least_possible(source.limits, share * source.span) if source.bound and measure == "sup" else None
    if least is not None and least > 0:
        lines.insert(2, f"No {shortened(source.activation, 16)} net of fewer than {least} units can be as good.")
    return "\n".join(lines)
