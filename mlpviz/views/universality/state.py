"""What the Universality page shows of the session: one place that says which net belongs to which width."""

from __future__ import annotations

from dataclasses import dataclass

from mlpviz.document.document import METHODS, SweepPoint, SweepSpec
from mlpviz.experiments.deriving import CONSTRUCTED
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.session import Session
from mlpviz.universality.target import sweep_network


@dataclass(frozen=True, eq=False, slots=True)
class WidthState:
    """The newest net of one width.

    Attributes:
        theta, network: the net. sup, rms: its errors. fraction: how far its training is, 1 when finished.
        seconds: what making it took; None while it goes on.
        method, seed: how it was made. stale: it belongs to another g or other settings.
    """

    theta: Array
    network: Network
    sup: float
    rms: float
    fraction: float
    seconds: float | None
    method: str
    seed: int
    stale: bool


def shown_spec(session: Session) -> SweepSpec:
    """The sweep that the pictures are of: where they are stale, the one that they were made by."""
    results = session.results
    return results.spec if results is not None and session.sweeping.stale else session.document.sweep


def trained(session: Session, width: int, method: str, seed: int) -> SweepPoint | None:
    """A finished net of the sweep."""
    for point in session.results.points if session.results is not None else ():
        if (point.width, point.method, point.seed) == (width, method, seed):
            return point
    return None


def shown_kind(session: Session) -> tuple[str, int]:
    """Method and seed of the nets that are shown: those chosen, as far as they are built or part of the sweep."""
    view, sweep = session.document.view, shown_spec(session)
    if view.method in METHODS:
        last = sweep.seed + sweep.seeds - 1
        return view.method, min(max(view.net_seed, sweep.seed), last)
    if session.deriving.builds(session.document.sweep.activation):
        return CONSTRUCTED, 0
    return (sweep.methods or tuple(METHODS))[0], sweep.seed


def state_of(session: Session, width: int) -> WidthState | None:
    """The newest net of a width; None where there is none."""
    method, seed = shown_kind(session)
    if method == CONSTRUCTED:
        point = session.deriving.net(width)
        return None if point is None else _state(point, stale=False)
    live = session.sweep_live.get((method, seed, width))
    if live is not None:
        network = sweep_network(width, shown_spec(session).activation)
        return WidthState(live.theta, network, live.sup, live.rms, live.fraction, None, method, seed, False)
    found = trained(session, width, method, seed)
    return None if found is None else _state(found, stale=session.sweeping.stale)


def _state(point: SweepPoint, *, stale: bool) -> WidthState:
    network = sweep_network(point.width, point.activation)
    return WidthState(point.theta, network, point.sup, point.rms, 1.0, point.seconds, point.method, point.seed, stale)


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
    return "partial" if missing(session) else "done"
