"""What the Universality page shows of the session: one place that says which net belongs to which width."""

from __future__ import annotations

from dataclasses import dataclass

from mlpviz.document.document import SweepPoint, SweepSpec
from mlpviz.nn.layout import Array
from mlpviz.nn.spec import Network
from mlpviz.session import Session
from mlpviz.universality.target import sweep_network


@dataclass(frozen=True, eq=False, slots=True)
class WidthState:
    """The newest net of one width.

    Attributes:
        theta, network: the net. sup, rms: its errors. fraction: how far its training is, 1 when finished.
        seconds: what its training took; None while it goes on.
    """

    theta: Array
    network: Network
    sup: float
    rms: float
    fraction: float
    seconds: float | None


def shown_spec(session: Session) -> SweepSpec:
    """The sweep that the pictures are of: where they are stale, the one that they were made by."""
    results = session.results
    return results.spec if results is not None and session.sweeping.stale else session.document.sweep


def shown_points(session: Session) -> dict[int, SweepPoint]:
    """The finished nets that are shown, by width, narrow ones first: those of the first method and seed."""
    results, spec = session.results, shown_spec(session)
    if results is None or not spec.methods:
        return {}
    found = {p.width: p for p in results.points if (p.method, p.seed) == (spec.methods[0], spec.seed)}
    return dict(sorted(found.items()))


def state_of(session: Session, width: int) -> WidthState | None:
    """The newest net of a width; None where there is none."""
    spec = shown_spec(session)
    network = sweep_network(width, spec.activation)
    live = session.sweep_live.get((spec.methods[0], spec.seed, width)) if spec.methods else None
    if live is not None:
        return WidthState(live.theta, network, live.sup, live.rms, live.fraction, None)
    point = shown_points(session).get(width)
    return None if point is None else WidthState(point.theta, network, point.sup, point.rms, 1.0, point.seconds)


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
