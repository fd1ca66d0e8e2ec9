"""What the Universality page shows of the session: one place that says which net belongs to which width."""

from __future__ import annotations

from dataclasses import dataclass

from mlpviz.data.strokes import Drawn, jump_floor
from mlpviz.document.document import METHODS, SweepPoint, SweepSpec
from mlpviz.experiments.derived import CONSTRUCTED, point_of
from mlpviz.experiments.deriving import RANDOM, RANDOM_SEEDS, WIDEST
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.session import Session
from mlpviz.universality.target import sweep_network
from mlpviz.views.kit.numbers import NONE
from mlpviz.views.universality.method_words import method_row


@dataclass(frozen=True, eq=False, slots=True)
class WidthState:
    """The newest net of one width.

    Attributes:
        theta, network: the net. sup, rms: its errors; where g has a kept jump, sup is half of it at least.
        fraction: how far its training is, 1 when finished. seconds: what making it took; None while it goes on.
        method, seed: how it was made. function: for which g. stale: it belongs to another g or other settings.
        first: it is only a first one, for a better one is being made.
    """

    theta: Array
    network: Network
    sup: float
    rms: float
    fraction: float
    seconds: float | None
    method: str
    seed: int
    function: Drawn
    stale: bool
    first: bool = False


def shown_spec(session: Session) -> SweepSpec:
    """The sweep that the pictures are of: where they are stale, the one that they were made by."""
    results = session.results
    return results.spec if results is not None and session.sweeping.stale else session.document.sweep


def shown_kind(session: Session) -> tuple[str, int]:
    """Method and seed of the nets that are shown: those chosen, of trained ones a seed that the sweep has."""
    view, sweep = session.document.view, shown_spec(session)
    if view.method in METHODS:
        last = sweep.seed + sweep.seeds - 1
        return view.method, min(max(view.net_seed, sweep.seed), last)
    return view.method, view.net_seed if view.method == RANDOM and view.net_seed < RANDOM_SEEDS else 0


def state_of(session: Session, width: int) -> WidthState | None:
    """The newest net of a width by the method that is shown; None where there is none."""
    return _state_of(session, width, *shown_kind(session))


def state_beside(session: Session) -> WidthState | None:
    """The newest net that is to be laid over the one shown: of the same width, by another method, its first seed."""
    view = session.document.view
    if not view.beside or view.beside == shown_kind(session)[0]:
        return None
    return _state_of(session, view.width, view.beside, shown_spec(session).seed if view.beside in METHODS else 0)


def _state_of(session: Session, width: int, method: str, seed: int) -> WidthState | None:
    if method not in METHODS:
        derived = session.deriving.current
        found = point_of(derived.points, width, method, seed) if derived is not None else None
        if derived is None or found is None:
            return None
        first = method == CONSTRUCTED and derived.first == width
        return _state(found, derived.function, session.deriving.lagging, first)
    results, live = session.results, session.sweep_live.get((method, seed, width))
    if results is None:
        return None
    if live is not None:
        network = sweep_network(width, shown_spec(session).activation)
        so_far = max(live.sup, jump_floor(results.function)), live.rms, live.fraction
        return WidthState(live.theta, network, *so_far, None, method, seed, results.function, False)
    found = point_of(results.points, width, method, seed)
    return None if found is None else _state(found, results.function, session.sweeping.stale)


def _state(point: SweepPoint, function: Drawn, stale: bool, first: bool = False) -> WidthState:
    network, kind = sweep_network(point.width, point.activation), (point.method, point.seed)
    sup = max(point.sup, jump_floor(function))
    return WidthState(point.theta, network, sup, point.rms, 1.0, point.seconds, *kind, function, stale, first)


def absence(session: Session, width: int, method: str | None = None) -> tuple[str, str]:
    """Why there is no net of a width by a method, the one that is shown unless told: in a word, and in a sentence."""
    method, deriving = method or shown_kind(session)[0], session.deriving
    if method in METHODS:
        if session.job == "sweep":
            return "waits", "the net of this width waits for its turn"
        return NONE, "no net of this width yet: press Sweep"
    if deriving.refused:
        return NONE, deriving.refused
    if width > WIDEST:
        return NONE, f"only nets of up to {WIDEST} units are built, wider ones are trained"
    if deriving.known is None or not deriving.known.complete:
        return "waits", "the net of this width is being made"
    return NONE, f"{method_row(method, session.document.sweep.activation).word}: there is none for this activation"


def missing(session: Session) -> tuple[int, ...]:
    """The widths for which a sweep would train a net now."""
    return tuple(dict.fromkeys(net.width for net in session.sweeping.missing))


def phase(session: Session) -> str:
    """Where the sweep stands: "running", "none" (no net yet), "stale", "partial" or "done"."""
    results = session.results
    if session.job == "sweep":
        return "running"
    if results is None or not results.points:
        return "none"
    if session.sweeping.stale:
        return "stale"
    return "partial" if session.sweeping.paused else "done"
