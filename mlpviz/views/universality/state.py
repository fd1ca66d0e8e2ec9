"""What the Universality page shows of the session: one place that says which net belongs to which width."""

from __future__ import annotations

from dataclasses import dataclass

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


def state_of(session: Session, width: int) -> WidthState | None:
    """The newest net of a width; None where there is none."""
    results = session.results
    if results is None:
        return None
    network = sweep_network(width, results.spec.activation)
    live = session.sweep_live.get(width)
    if live is not None and live.point is None and session.job == "sweep":
        return WidthState(live.theta, network, live.sup, live.rms, live.fraction, None)
    for point in reversed(results.points):
        if point.width == width:
            return WidthState(point.theta, network, point.sup, point.rms, 1.0, point.seconds)
    return None


def missing(session: Session) -> tuple[int, ...]:
    """The widths for which a sweep would train a net now."""
    spec, results = session.document.sweep, session.results
    if results is None or session.sweeping.stale:
        return spec.widths
    done = {point.width for point in results.points}
    return tuple(width for width in spec.widths if width not in done)


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
